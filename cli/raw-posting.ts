// Owns the form in which commands hand on raw postings: one flat object in the vocabulary of the schemas, with
// the fields that a source states and no others.

import type { ParsedPosting, RawEvent, StatedSalary } from "@skillstream/schemas/types.ts";
import { jobId, nothingStated, type RawPosting } from "@skillstream/scrape/source.ts";

export type RawRow = Record<string, unknown>;

export function rowOf(source: string, posting: RawPosting, synthetic: boolean, file: string): RawRow {
  const row: RawRow = {
    job_id: jobId(source, posting.source_id),
    source,
    source_id: posting.source_id,
    job_url: webAddress(posting.job_url),
    synthetic: synthetic || null,
    source_file: file,
    ...posting.parsed,
    apply_url: webAddress(posting.parsed.apply_url),
  };
  if (posting.parsed.salary !== null) row.salary = stated(posting.parsed.salary);
  return stated(row);
}

/** The row as an event that a source could have published. Throws with what is wrong with it. */
export function eventOf(row: unknown, now: number): RawEvent {
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw new Error("it is no JSON object");
  const fields = row as RawRow;
  const source = text(fields.source) ?? "file";
  const sourceId = text(fields.source_id) ?? text(fields.job_id) ?? text(fields.job_url);
  if (sourceId === null) throw new Error('it has neither "source_id" nor "job_id" nor "job_url"');
  const parsed = nothingStated();
  for (const name of Object.keys(parsed) as (keyof ParsedPosting)[]) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    Object.assign(parsed, { [name]: field(name, value) });
  }
  // A posting that was cleaned before has text where others have markup.
  parsed.description_html ??= text(fields.description);
  return {
    event: "found",
    job_id: text(fields.job_id) ?? jobId(source, sourceId),
    source,
    source_id: sourceId,
    job_url: text(fields.job_url),
    observed_at: timeOf(fields.observed_at) ?? now,
    synthetic: fields.synthetic === true,
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
  return typeof value === "string" && value !== "" ? value : null;
}

function timeOf(value: unknown): number | null {
  const time = typeof value === "string" ? Date.parse(value) : value;
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
