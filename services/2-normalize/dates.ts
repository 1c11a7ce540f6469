// Owns the reading of times as sources word them: moments, days, "3 days ago", "vor 3 Tagen", "expires in 5 days".
// What is relative counts from when it was read. A day without a zone is a day in UTC, and so is "yesterday": a raw
// event says when it was observed, not in which zone its site counts. What could be two days (05/03/2026) or none
// (the 31st of February) is null, and so is a time before 1990, when no board stood.

const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2100, 0, 1);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A longer text states no time, and the patterns would try it in more ways than there is time for. */
const timeCharsMax = 100;

/** A time that exists, or null. `now` is when it was read. */
export function timeOf(stated: string | null, now: number): number | null {
  if (stated === null || stated.length > timeCharsMax) return null;
  const words = stated
    .toLowerCase()
    .replace(/[\s\u202f]+/g, " ")
    .trim();
  if (words === "") return null;
  const time =
    ofIso(words) ?? ofEpoch(words) ?? ofNamedMonth(words) ?? ofDotted(words) ?? ofRelative(words, now);
  return time !== null && time >= earliest && time < latest ? time : null;
}

/** What may stand before a date and says no other. */
const introduction =
  "(?:(?:date )?(?:re)?posted(?: on| at| date)?|published(?: on)?|listed(?: on)?|updated(?: on)?|active|created(?: on)?|date|since|closing(?: date| on)?|closes(?: on)?|expires?(?: on| at)?|expiry(?: date)?|valid (?:through|until)|apply (?:by|before)|(?:application )?deadline|until|by|veröffentlicht(?: am)?|bewerbungsfrist|bis(?: zum)?|am|seit|publiée?(?: le)?|le|jusqu['’]au|date limite|publicad[oa](?: el| em)?|el|em|hasta(?: el)?|até|pubblicato(?: il)?|il|geplaatst(?: op)?|op|tot)\\s?:?\\s?";
const zone =
  "((?:utc|gmt)?[+-]\\d{1,2}(?::?\\d{2})?|z|utc|gmt|[ecmp][sd]t|ces?t|bst)?(?: ?\\([^)]{0,40}\\))?";
const clock = `(?:,? (?:at |um |à |a las |às )?(\\d{1,2})[:h](\\d{2})(?::(\\d{2})(?:[.,]\\d{1,9})?)?(?: ?(am|pm|uhr|h))? ?${zone})?`;
const isoForm = new RegExp(
  `^(?:${introduction})?(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})(?:(?:t| )(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,]\\d{1,9})?)? ?${zone})?$`,
);
const compactForm = /^(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2}))?z?$/;
const dottedForm = new RegExp(`^(?:${introduction})?(\\d{1,2})\\.\\s?(\\d{1,2})\\.\\s?(\\d{4})${clock}$`);
const slashedForm = new RegExp(`^(?:${introduction})?(\\d{1,2})[/-](\\d{1,2})[/-](\\d{4})${clock}$`);

function ofIso(words: string): number | null {
  const iso = isoForm.exec(words);
  if (iso !== null) return timeFrom(iso[1], iso[2], iso[3], iso[4], iso[5], iso[6], undefined, iso[7]);
  const compact = compactForm.exec(words);
  if (compact === null) return null;
  const [, year, month, day, hour, minute, second] = compact;
  return timeFrom(year, month, day, hour, minute, second);
}

function ofEpoch(words: string): number | null {
  if (/^\d{10}(?:\.\d{1,9})?$/.test(words)) return Math.trunc(Number(words) * 1_000);
  return /^\d{13}$/.test(words) ? Number(words) : null;
}

function ofDotted(words: string): number | null {
  const dotted = dottedForm.exec(words);
  if (dotted !== null) {
    const [, day, month, year, hour, minute, second, half, offset] = dotted;
    return timeFrom(year, month, day, hour, minute, second, half, offset);
  }
  const slashed = slashedForm.exec(words);
  if (slashed === null) return null;
  const [, first, second, year, hour, minute, seconds, half, offset] = slashed;
  // Days and months stand in both orders; only a number beyond twelve tells them apart.
  if (Number(first) > 12) return timeFrom(year, second, first, hour, minute, seconds, half, offset);
  if (Number(second) > 12 || first === second)
    return timeFrom(year, first, second, hour, minute, seconds, half, offset);
  return null;
}

/** The months in English, German, French, Spanish, Portuguese, Italian and Dutch, whole or cut short. */
const months: readonly RegExp[] = [
  /^(?:jan(?:uary|uar|vier|v|eiro|uari)?|jän(?:ner)?|ene(?:ro)?|gen(?:naio)?)$/,
  /^(?:feb(?:ruary|ruar|rero|braio|ruari)?|fév(?:rier|r)?|fev(?:ereiro|rier)?)$/,
  /^(?:mar(?:ch|s|zo|ço)?|mär(?:z)?|mrz|maart|mrt)$/,
  /^(?:apr(?:il|ile)?|avr(?:il)?|abr(?:il)?)$/,
  /^(?:may(?:o)?|mai(?:o)?|mag(?:gio)?|mei)$/,
  /^(?:june?|juni|juin|junio|junho|giu(?:gno)?)$/,
  /^(?:july?|juli|juillet|juil|julio|julho|lug(?:lio)?)$/,
  /^(?:aug(?:ust|ustus)?|août|aout|ago(?:sto)?)$/,
  /^(?:sept?(?:ember|embre|iembre|tembre)?|set(?:embro|tembre|iembre)?)$/,
  /^(?:oct(?:ober|obre|ubre)?|okt(?:ober)?|out(?:ubro)?|ott(?:obre)?)$/,
  /^(?:nov(?:ember|embre|iembre|embro)?)$/,
  /^(?:dec(?:ember)?|dez(?:ember|embro)?|déc(?:embre)?|dic(?:iembre|embre)?)$/,
];
const weekday = "(?:\\p{L}{2,10}\\.?(?:-feira)?,? )?";
const monthWord = "(\\p{L}{3,10})\\.?";
const dayFirst = new RegExp(
  `^(?:${introduction})?${weekday}(\\d{1,2})(?:st|nd|rd|th|er|º|ª|\\.)?(?: of| de|-|/)? ?${monthWord}(?: de| del|,|-|/)? ?(\\d{4})${clock}$`,
  "u",
);
const monthFirst = new RegExp(
  `^(?:${introduction})?${weekday}${monthWord} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})${clock}$`,
  "u",
);

function ofNamedMonth(words: string): number | null {
  const day = dayFirst.exec(words);
  if (day !== null) {
    const [, date, name = "", year, hour, minute, second, half, offset] = day;
    return timeFrom(year, monthOf(name), date, hour, minute, second, half, offset);
  }
  const month = monthFirst.exec(words);
  if (month === null) return null;
  const [, name = "", date, year, hour, minute, second, half, offset] = month;
  return timeFrom(year, monthOf(name), date, hour, minute, second, half, offset);
}

function monthOf(name: string): string | undefined {
  const index = months.findIndex((form) => form.test(name));
  return index < 0 ? undefined : String(index + 1);
}

function timeFrom(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  hour = "0",
  minute = "0",
  second = "0",
  half?: string,
  offset?: string,
): number | null {
  if (year === undefined || month === undefined || day === undefined) return null;
  let hours = Number(hour);
  if (half === "am" || half === "pm") {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (half === "pm" ? 12 : 0);
  }
  if (hours > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute), Number(second));
  // The calendar turns the 31st of February into March; a date that moves does not exist.
  const back = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (back.getUTCMonth() !== Number(month) - 1 || back.getUTCDate() !== Number(day)) return null;
  const minutes = offsetMinutes(offset);
  return minutes === null ? null : utc - minutes * minuteMs;
}

/** Hours from Greenwich of the zones that RFC 822 names, and of Central Europe and Britain. */
const zones: Record<string, number> = {
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  cet: 1,
  cest: 2,
  bst: 1,
};

function offsetMinutes(stated: string | undefined): number | null {
  const named = zones[stated ?? ""];
  if (named !== undefined) return named * 60;
  const shift = /([+-])(\d{1,2}):?(\d{2})?$/.exec(stated ?? "");
  if (shift === null) return 0;
  const minutes = Number(shift[2]) * 60 + Number(shift[3] ?? 0);
  // No place on earth is further from Greenwich than fourteen hours.
  if (minutes > 14 * 60) return null;
  return shift[1] === "-" ? -minutes : minutes;
}

const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:s|secs?|seconds?|sekunden?|secondes?|segundos?|secondi|seconden)$/, 1_000],
  [/^(?:min|mins|minutes?|minuten?|minutos?|minuti|minuut)$/, minuteMs],
  [/^(?:h|hrs?|hours?|stunden?|std|heures?|horas?|ore|ora|uur|uren)$/, hourMs],
  [/^(?:d|days?|tage?n?|jours?|d[ií]as?|giorn[io]|dag|dagen)$/, dayMs],
  [/^(?:w|wks?|weeks?|wochen?|semaines?|semanas?|settiman[ae]|week|weken)$/, 7 * dayMs],
  [/^(?:mo|mths?|months?|monate?n?|mois|mes(?:es)?|mês|mesi|mese|maand|maanden)$/, 30 * dayMs],
  [/^(?:y|yrs?|years?|jahre?n?|ans?|années?|años?|anos?|ann[io]|jaar|jaren)$/, 365 * dayMs],
];
const few: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  einem: 1,
  einer: 1,
  zwei: 2,
  drei: 3,
  un: 1,
  une: 1,
  deux: 2,
  trois: 3,
  una: 1,
  uno: 1,
  dos: 2,
  tres: 3,
  um: 1,
  uma: 1,
  dois: 2,
  duas: 2,
  três: 3,
  due: 2,
  tre: 3,
  een: 1,
  één: 1,
  twee: 2,
  drie: 3,
};
const span = `(\\d{1,4}|(?:${Object.keys(few).join("|")})(?= ))\\s?\\+?\\s?(\\p{L}{1,9})\\.?`;
const around =
  "(?:about |almost |over |more than |less than |etwa |ca\\.? |mehr als |über |environ |plus de |más de |mais de |circa |oltre )?";
const agoForms: readonly RegExp[] = [
  new RegExp(`(?:^|[ :])${around}${span} (?:ago|fa|geleden|atrás)\\b`, "u"),
  new RegExp(`(?:^|[ :])(?:vor|il y a|hace|há|depuis|seit) ${around}${span}(?:$|[ .,)])`, "u"),
  // "3d", "30+ days": short forms that stand alone.
  new RegExp(`^(?:(?:re)?posted:? |active |published |listed |updated )?${span}$`, "u"),
  /^(\d{1,3})\s?\+?\s?(d|h|w|mo|m|y|days?|hours?|weeks?|months?|tage|jours|días|dias|giorni|dagen)\+?$/u,
];
const aheadForm = new RegExp(
  `(?:^|[ :])(?:in|within|dans|en|em|tra|fra|noch|quedan|faltam|restam|reste) ${around}${span}(?:$|[ .,)])|${span} (?:left|remaining|to go)\\b`,
  "u",
);

const today = /(?:^|[ :])(?:today|heute|aujourd['’]hui|hoy|hoje|oggi|vandaag)$/u;
const justNow =
  /(?:^|[ :])(?:just (?:now|posted|published|in)|now|gerade eben|soeben|à l['’]instant|ahora(?: mismo)?|agora(?: mesmo)?|adesso|zojuist|moments? ago|(?:a )?few (?:seconds|minutes|moments) ago)$/u;
const yesterday = /(?:^|[ :])(?:yesterday|gestern|hier|ayer|ontem|ieri|gisteren)$/u;
const tomorrow = /(?:^|[ :])(?:tomorrow|morgen|demain|mañana|amanhã|domani)$/u;

function ofRelative(words: string, now: number): number | null {
  if (justNow.test(words) || words === "new" || words === "neu") return now;
  if (today.test(words)) return now;
  if (yesterday.test(words)) return now - dayMs;
  if (tomorrow.test(words)) return now + dayMs;
  for (const form of agoForms) {
    const length = lengthOf(form.exec(words));
    if (length !== null) return now - length;
  }
  const length = lengthOf(aheadForm.exec(words));
  return length === null ? null : now + length;
}

function lengthOf(match: RegExpExecArray | null): number | null {
  if (match === null) return null;
  const count = match[1] ?? match[3] ?? "";
  const unit = match[2] ?? match[4] ?? "";
  const unitMs = units.find(([form]) => form.test(unit))?.[1];
  return unitMs === undefined ? null : (few[count] ?? Number(count)) * unitMs;
}
