// Owns the form in which commands hand on raw postings: one flat object in the vocabulary of the schemas, with
// the fields that a source states and no others. Its description stands there as clean text and as stated; read
// back, what was stated counts.
import { timeOf } from "@skillstream/normalize/dates.ts";
import { cleanText } from "@skillstream/normalize/text.ts";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import type { ParsedPosting, RawEvent, StatedSalary } from "@skillstream/schemas/types.ts";
import { identityOf, timeOf as timeStated } from "@skillstream/scrape/files/mapping.ts";
import { salaryIn } from "@skillstream/scrape/files/salary.ts";
import { jobId, type RawPosting } from "@skillstream/scrape/source.ts";

export type RawRow = Record<string, unknown>;

/** What a row may hold beside the fields that a source states. */
const ownFields = [
  "job_id",
  "source",
  "source_id",
  "job_url",
  "description",
  "synthetic",
  "observed_at",
  "ingestion_date",
  "search_keyword",
  "search_location",
  "source_file",
];
const fieldNames = new Set([...ownFields, ...Object.keys(nothingStated())]);

export function isOwnField(name: string): boolean {
  return fieldNames.has(name);
}

/** Whether columns of these names are a posting in our own words. */
export function isOwnRow(names: readonly string[]): boolean {
  const has = (name: string) => names.includes(name);
  if (has("title")) return ["source_id", "job_id", "job_url", "description", "description_html"].some(has);
  return has("source_id") && has("source");
}

export function rowOf(site: string, posting: RawPosting, synthetic: boolean, file: string): RawRow {
  const { description_html, salary, posted_time, expire_time, apply_url, ...parsed } = posting.parsed;
  const description = description_html === null ? "" : cleanText(description_html);
  return stated({
    job_id: jobId(site, posting.source_id),
    source: site,
    source_id: posting.source_id,
    job_url: webAddress(posting.job_url),
    synthetic: synthetic || null,
    source_file: file,
    ...parsed,
    description: description === "" ? null : description,
    description_html,
    salary: salary === null ? null : stated(salary),
    posted_time: isoTime(posted_time),
    expire_time: isoTime(expire_time),
    apply_url: webAddress(apply_url),
  });
}

/** A day or a moment as ISO text. What depends on when it is read ("3 days ago") states no time by itself. */
function isoTime(stated: string | null): string | null {
  const time = timeOf(stated, Number.NaN);
  if (stated === null || time === null) return null;
  const text = stated.trim();
  if (/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text))
    return text;
  return new Date(time).toISOString();
}

/** The row as an event that a source could have published. Throws with what is wrong with it. */
export function eventOf(row: unknown, now: number): RawEvent {
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw new Error("it is no JSON object");
  const fields = row as RawRow;
  const source = text(fields.source) ?? "file";
  const parsed = nothingStated();
  for (const name of Object.keys(parsed) as (keyof ParsedPosting)[]) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    Object.assign(parsed, { [name]: field(name, value) });
  }
  // A posting that was cleaned before has text where others have markup.
  parsed.description_html ??= text(fields.description);
  const sourceId =
    text(fields.source_id) ??
    text(fields.job_id) ??
    text(fields.job_url) ??
    (parsed.description_html === null ? null : identityOf(parsed, null));
  if (sourceId === null) throw new Error('it has neither "source_id" nor "job_id" nor "job_url"');
  return {
    event: "found",
    job_id: text(fields.job_id) ?? jobId(source, sourceId),
    source,
    source_id: sourceId,
    job_url: text(fields.job_url),
    observed_at: momentOf(fields.observed_at) ?? momentOf(fields.ingestion_date) ?? now,
    synthetic: fields.synthetic === true || fields.synthetic === "true",
    search_keyword: text(fields.search_keyword),
    search_location: text(fields.search_location),
    source_file: text(fields.source_file),
    reason: null,
    payload: null,
    parsed,
  };
}

function field(name: keyof ParsedPosting, value: unknown): unknown {
  switch (name) {
    case "industries":
    case "job_functions":
    case "skills":
      return (Array.isArray(value) ? value : [value]).flatMap((one) => text(one) ?? []);
    case "reposted":
      return typeof value === "boolean" ? value : null;
    case "salary":
      return salaryOf(value);
    default:
      return text(value);
  }
}

function salaryOf(value: unknown): StatedSalary | null {
  if (typeof value === "string") return salaryIn(value);
  if (typeof value !== "object" || value === null) return null;
  const { min, max, currency, period } = value as Record<string, unknown>;
  return { min: number(min), max: number(max), currency: text(currency), period: text(period) };
}

function number(value: unknown): number | null {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : null;
}

function text(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return typeof value === "string" && value !== "" ? value : null;
}

function momentOf(value: unknown): number | null {
  if (typeof value === "string") return timeStated(value);
  const time = value instanceof Date ? value.getTime() : typeof value === "bigint" ? Number(value) : value;
  return typeof time === "number" && Number.isFinite(time) ? time : null;
}

/** A file's own place is no address of a posting. */
function webAddress(address: string | null): string | null {
  return address !== null && /^https?:/.test(address) ? address : null;
}

function stated(fields: object): RawRow {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
