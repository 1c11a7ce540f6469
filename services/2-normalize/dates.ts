// Owns the reading of times as sources word them: moments, days, "3 days ago". A date that does not exist is none.

const isoForm =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?\s*$/i;
const unitMs: Record<string, number> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
};
const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/** A longer text states no time, and the patterns would try it in more ways than there is time for. */
const timeCharsMax = 100;

/** A time that exists, or null. `now` is when it was read, for "3 days ago". */
export function timeOf(stated: string | null, now: number): number | null {
  if (stated === null || stated.length > timeCharsMax) return null;
  const time = readTime(stated, now);
  return time !== null && time >= earliest && time < latest ? time : null;
}

function readTime(stated: string, now: number): number | null {
  const iso = isoForm.exec(stated);
  if (iso !== null) {
    const [year, month, day, hour, minute, second] = iso.slice(1, 7).map((part) => Number(part ?? 0)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const utc = Date.UTC(year, month - 1, day, hour, minute, second);
    const back = new Date(utc);
    // The calendar turns the 31st of February into March; a date that moves does not exist.
    if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59)
      return null;
    const zone = /^([+-])(\d{2}):?(\d{2})$/.exec(iso[7] ?? "");
    if (zone === null) return utc;
    return utc - (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) * 60_000;
  }
  if (/^\s*\d{10}\s*$/.test(stated)) return Number(stated) * 1000;
  if (/^\s*\d{13}\s*$/.test(stated)) return Number(stated);
  const ago = /(\d+)\+?\s*(minute|hour|day|week|month|year)s?\s+ago/i.exec(stated);
  if (ago !== null) return now - Number(ago[1]) * (unitMs[(ago[2] as string).toLowerCase()] ?? 0);
  if (/^\s*(?:today|just now|just posted)\s*$/i.test(stated)) return now;
  if (/^\s*yesterday\s*$/i.test(stated)) return now - 86_400_000;
  // "Mon, 03 Feb 2026 10:00:00 GMT" and the like; a form without a year's four digits is no date here.
  if (
    /^\s*(?:[A-Z][a-z]{2},?\s+)?(?:\d{1,2}\s+[A-Z][a-z]{2,8}|[A-Z][a-z]{2,8}\s+\d{1,2},?)\s+\d{4}\b/.test(
      stated,
    )
  ) {
    const zoned = /(?:GMT|UTC|Z|[+-]\d{4})\s*(?:\(.*\))?$/.test(stated) ? stated : `${stated} UTC`;
    const time = Date.parse(zoned);
    return Number.isNaN(time) ? null : time;
  }
  return null;
}
