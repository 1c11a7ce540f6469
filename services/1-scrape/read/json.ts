// Owns reading what an API's answer states. Values may be of any type, since an answer is only what somebody
// sent: of another type than expected they state nothing. Nothing here throws.

export type Fields = Readonly<Record<string, unknown>>;

const noFields: Fields = {};

/** undefined where the text is no JSON. */
export function parsedJson(text: string): unknown {
  // To be told so by an exception takes longer than to read a small page.
  if (/^\s{0,100}</.test(text)) return undefined;
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

export function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : noFields;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that is not blank. */
export function stated(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = value.trim();
  return text === "" ? null : text;
}

/** A text, or what an object calls itself. */
export function named(value: unknown): string | null {
  if (!isFields(value)) return stated(value);
  return stated(value.name) ?? stated(value.label) ?? stated(value.descriptor) ?? stated(value.title);
}

export function idOf(value: unknown): string | null {
  return typeof value === "number" && Number.isFinite(value) ? String(value) : stated(value);
}

/** Each once, in their order. */
export function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}

export function joined(values: readonly (string | null)[], by: string): string | null {
  const all = distinct(values);
  return all.length === 0 ? null : all.join(by);
}

/** A line such as "Gdynia, , Poland" without the parts in it that are empty. */
export function placeLine(value: unknown): string | null {
  const parts = (stated(value) ?? "").split(",").map(stated);
  return stated(parts.filter((part) => part !== null).join(", "));
}

/** A number, or a text that is one, such as "18.50" or "$120,000". */
export function amount(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || value.length > amountCharsMax) return null;
  const bare = /^(?:[A-Z]{0,3}[$€£¥₹] ?)?(\d[\d,]*(?:\.\d\d?)?)( ?[kK])?$/.exec(value.trim());
  if (bare === null) return null;
  const read = Number((bare[1] ?? "").replaceAll(",", "")) * (bare[2] === undefined ? 1 : 1_000);
  return Number.isFinite(read) ? read : null;
}

/** A longer text is no number, and a longer one no time. */
const amountCharsMax = 40;
const timeCharsMax = 60;
const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2100, 0, 1);
/** Milliseconds since 1970 have been more than this since 1973; seconds will never be. */
const secondsMax = 100_000_000_000;

const isoForm =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?)?$/i;
/** "2026/7/13", "2026-7-13": the year comes first, so day and month cannot be mistaken. */
const dayForm = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;
/** "Wed Sep 02 02:00:00 UTC 2026", as Java writes times. */
const javaForm = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) (UTC|GMT) (\d{4})$/;
/** "Posted on October 02, 2026". */
const label = /^(?:date )?posted(?: on)?:? |^(?:valid|open) (?:until|through):? /i;
/** "Mon, 03 Feb 2026 10:00:00 GMT", "July 13, 2026". */
const wordForm =
  /^(?:[A-Z][a-z]{2,8},? )?(?:\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} \d{1,2},?) \d{4}(?: (\d\d:\d\d(?::\d\d)?))?(?: (GMT|UTC|Z|[+-]\d{4}))?$/;

/** ISO text of a date, of a time in one of the forms of the web, or of an epoch in seconds or milliseconds. */
export function isoTime(value: unknown): string | null {
  const epoch =
    typeof value === "number"
      ? value
      : typeof value === "string" && /^\d{10}(?:\d{3})?$/.test(value)
        ? Number(value)
        : null;
  if (epoch !== null) {
    const time = Math.abs(epoch) < secondsMax ? epoch * 1_000 : epoch;
    return time >= earliest && time < latest ? new Date(time).toISOString() : null;
  }
  const whole = stated(value);
  if (whole === null || whole.length > timeCharsMax) return null;
  const text = whole
    .replace(label, "")
    .replace(javaForm, "$2 $1 $5 $3 $4")
    .replace(dayForm, (_all, year: string, _by, month: string, day: string) =>
      [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-"),
    );
  const iso = isoForm.exec(text);
  const inWords = iso === null ? wordForm.exec(text) : null;
  if (iso === null && inWords === null) return null;
  // Without a zone a time is one of no machine's own.
  const hasZone = iso === null ? inWords?.[2] !== undefined : iso[2] === undefined || iso[3] !== undefined;
  const time = Date.parse(hasZone ? text : `${text}${iso === null ? " UTC" : "Z"}`);
  if (!(time >= earliest && time < latest)) return null;
  if (iso === null) {
    const moment = new Date(time).toISOString();
    return inWords?.[1] === undefined ? moment.slice(0, 10) : moment;
  }
  const [, day = "", clock, zone] = iso;
  // The calendar turns the 30th of February into March; a day that moves does not exist.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return null;
  if (clock === undefined) return day;
  return `${day}T${clock}${zone === undefined ? "" : /^(?:UTC|GMT)$/i.test(zone) ? "Z" : zone}`;
}

/** An address on the web, as stated. */
export function webAddress(value: unknown): string | null {
  const text = stated(value);
  return text !== null && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : null;
}

/** The pieces of an address's path, readable; none where it is no address. */
export function pathOf(address: string | null): string[] {
  const url = address === null ? null : URL.parse(address);
  if (url === null) return [];
  return url.pathname
    .split("/")
    .filter((piece) => piece !== "")
    .map((piece) => {
      try {
        return decodeURIComponent(piece);
      } catch {
        return piece;
      }
    });
}

/** A text as one piece of an address's path; half a letter, which no address can hold, is replaced. */
export function pathPiece(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** A description of several parts, each under its heading where it has one. */
export function sections(
  parts: readonly (readonly [heading: string | null, markup: string | null])[],
): string | null {
  const written = parts.flatMap(([heading, markup]) =>
    markup === null ? [] : [heading === null ? markup : `<h3>${heading}</h3>${markup}`],
  );
  return written.length === 0 ? null : written.join("\n");
}

/** Text in which lines are broken by line breaks alone becomes markup that keeps them. */
export function withBreaks(text: string | null): string | null {
  return text === null || /<[a-z/!]/i.test(text) ? text : text.replace(/\r?\n/g, "<br>\n");
}

/** Plain text as markup. */
export function escaped(text: string | null): string | null {
  if (text === null) return null;
  return withBreaks(text.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
}
