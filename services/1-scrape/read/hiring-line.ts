// Owns reading the first line of a "Who is hiring?" comment, which people write by custom as "Company | Title |
// Place | REMOTE | …". It reads what is clearly one of these and leaves the rest: a field of which it is not
// clear what it is, is nothing. Every text that it gives stands so in the comment.
import type { StatedSalary } from "@skillstream/schemas/types.ts";
import { elements } from "./markup.ts";

export interface HiringLine {
  company: string | null;
  title: string | null;
  location: string | null;
  workplace_type: string | null;
  employment_type: string | null;
  salary: StatedSalary | null;
}

/** Enough for a first line with long addresses in it. */
const startCharsMax = 4_000;
/** A longer first line is no heading but the text itself. */
const lineCharsMax = 400;
const companyCharsMax = 80;
const titleCharsMax = 160;
const placeCharsMax = 80;
const fieldsMax = 16;

const role =
  /\b(?:engineers?|developers?|scientists?|designers?|managers?|analysts?|architects?|researchers?|programmers?|administrators?|consultants?|recruiters?|writers?|technicians?|specialists?|interns?|SREs?|SWEs?|C[TOFMP]O|chief \w+ officer|head of \w+|vice president|[SE]?VP|director|leads?|advocates?|evangelists?|sysadmins?|accountants?|account executives?|representatives?|coordinators?|assistants?|counsel|technical staff|artists?|editors?|strategists?|marketers?|engineering leadership)\b/i;
const workplace = /\b(?:remote|on-?site|on site|hybrid|in-?office|in office|in-person)\b/i;
const employment =
  /\b(?:full[- ]?time|part[- ]?time|contract(?:or)?s?|internships?|freelance|temporary|permanent)\b/gi;
const address = /https?:\/\/|^(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:\/\S*)?$/i;
const money = /[$€£]\s?\d|\d\s?(?:k|K|000)\b|\bequity\b/;
/** "Graz, Austria", "San Francisco, CA", "Berlin": capital letters, no other words. */
const place =
  /^\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){0,3}(?:(?:,? ?[,/&+] ?|,? (?:or|and) )\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){0,3}){0,5}$/u;
const notPlaces =
  /\b(?:visa|sponsorship|relocation|multiple|various|openings?|required|roles?|positions?|hiring|series|seed|equity|salary|startup|jobs?|full|part|time|ai|ml|backend|frontend|engineering|software|product|sales|growth|design|contract|contractor|freelance|permanent|temporary|internship|data|python|java|rust|go|react|typescript|ruby|yc)\b/i;

export function hiringLine(html: string): HiringLine {
  const nothing: HiringLine = {
    company: null,
    title: null,
    location: null,
    workplace_type: null,
    employment_type: null,
    salary: null,
  };
  const line = textOf(firstLineOf(html.slice(0, startCharsMax)));
  const fields = line.split("|").map((field) => field.trim());
  if (line.length > lineCharsMax || fields.length < 2 || fields.length > fieldsMax) return nothing;
  const [first = "", ...rest] = fields;
  const isRole = (field: string) =>
    role.test(field) && field.length <= titleCharsMax && !address.test(field) && !/[.!?] /.test(field);
  const others = rest.filter((field) => field !== "" && !isRole(field));
  const locations = others.filter(isPlace);
  const where = others.find((field) => workplace.test(field) && field.length <= placeCharsMax);
  const types = rest.flatMap((field) => (isRole(field) ? [] : (field.match(employment) ?? [])));
  return {
    company: isRole(first) ? null : companyIn(first),
    title: titleAmong(fields, isRole),
    location: locations[0] ?? (where !== undefined && !isBareWorkplace(where) ? where : null),
    workplace_type: where ?? null,
    employment_type: types.length === 0 ? null : [...new Set(types)].join(", "),
    salary: payIn(others.filter((field) => money.test(field))),
  };
}

function firstLineOf(html: string): string {
  const ends = [html.indexOf("<p>"), html.indexOf("\n")].filter((end) => end >= 0);
  return html.slice(0, Math.min(html.length, ...ends));
}

function textOf(html: string): string {
  if (!/[<&]/.test(html)) return html.replace(/\s+/g, " ").trim();
  return elements(`<hiring-line>${html}`, (name) => name === "hiring-line")[0]?.text ?? "";
}

/** Without an address that stands behind it in brackets. */
function companyIn(field: string): string | null {
  const bracket = field.indexOf("(");
  const bare =
    bracket > 0 && /^\(\s*(?:https?:|www\.|[\w-]+\.[a-z]{2,}\W*$)/i.test(field.slice(bracket))
      ? field.slice(0, bracket).trim()
      : field;
  if (bare === "" || bare.length > companyCharsMax || /https?:\/\//.test(bare)) return null;
  // A sentence is not a name, nor is a field of another kind that somebody wrote first.
  if (/\b(?:hiring|looking for|we are|we're|closed|location)\b|[!?]$/i.test(bare)) return null;
  const words = bare.replace(employment, "").trim();
  return words === "" || isBareWorkplace(bare) ? null : bare;
}

/** Titles that stand side by side are given as they stand. */
function titleAmong(fields: readonly string[], isRole: (field: string) => boolean): string | null {
  const from = fields.findIndex(isRole);
  if (from < 0) return null;
  let to = from + 1;
  while (to < fields.length && isRole(fields[to] ?? "")) to++;
  const titles = fields.slice(from, to).join(" | ");
  return titles.length <= titleCharsMax ? titles : (fields[from] ?? null);
}

function isBareWorkplace(field: string): boolean {
  return /^(?:(?:remote|on-?site|on site|hybrid|in-?office|or|and|only|ok|friendly|first)[\s/,&+()-]*){1,6}$/i.test(
    field.slice(0, placeCharsMax),
  );
}

function isPlace(field: string): boolean {
  return (
    field.length <= placeCharsMax && place.test(field) && !notPlaces.test(field) && !workplace.test(field)
  );
}

/** Both ends of a range in one currency; a single figure may be anything. */
function payIn(fields: readonly string[]): StatedSalary | null {
  for (const field of fields) {
    const found =
      /([$€£])\s?(\d{2,3})(?:,?(000)|[kK])?\s?(?:-|–|—|to)\s?[$€£]?\s?(\d{2,3})(?:,?(000)|[kK])(?![\d,.]\d)/.exec(
        field.slice(0, 200),
      );
    if (found === null) continue;
    const [, currency = "", min, , max] = found;
    const isHourly = /\bh(?:ou)?r\b|hourly/i.test(field);
    if (isHourly || Number(min) > Number(max)) continue;
    const period = /\b(?:year|yr|annual|annually|annum)\b/i.test(field) ? "year" : null;
    return { min: Number(min) * 1000, max: Number(max) * 1000, currency, period };
  }
  return null;
}
