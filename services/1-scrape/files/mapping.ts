// Owns how a row of somebody's table becomes an event: a mapping says which column states which of our fields
// and how it is to be read. A column that it does not name stays in the payload, where nothing is lost.
// Promises the same event for the same row, whatever the file's format and however often it is read.
import { createHash } from "node:crypto";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import { recordBytesMax } from "@skillstream/schemas/topics.ts";
import type { ParsedPosting, RawEvent, StatedSalary } from "@skillstream/schemas/types.ts";
import { type HiringLine, hiringLine } from "../read/hiring-line.ts";
import { jobId } from "../source.ts";
import { salaryIn } from "./salary.ts";

/** The words of the schemas; `ingestion_date` is when the row was fetched by whoever made the file. */
export const mappedFields = [
  "title",
  "company",
  "company_logo_url",
  "location",
  "employment_type",
  "seniority_level",
  "workplace_type",
  "industries",
  "job_functions",
  "description",
  "skills",
  "salary",
  "posted_time",
  "expire_time",
  "apply_url",
  "reposted",
  "reposted_info",
  "applicant_count",
  "application_type",
  "skills_summary",
  "job_url",
  "ingestion_date",
  "source_file",
  "search_keyword",
  "search_location",
] as const;

export type MappedField = (typeof mappedFields)[number];

/**
 * list: values between commas, semicolons or bars. lines: one value a line. name: a company's name without the
 * rating on the line below. bars: lines behind bars, where a copy of a table has no line breaks. place: "Bonn; NW"
 * is "Bonn, NW". yes: stated or not, told in the field's own words.
 */
export const waysToRead = ["text", "list", "lines", "name", "bars", "place", "yes"] as const;

/** A column; several, joined by commas; the first that states something; one with a way to read it. */
export type Reading =
  | string
  | readonly string[]
  | { first: readonly Reading[] }
  | { column: string; as: (typeof waysToRead)[number]; says?: string };

export interface PayColumns {
  min?: string;
  max?: string;
  currency?: string;
  period?: string;
}

export interface Mapping {
  name: string;
  /** What its postings are said to come from. */
  source: string;
  /** Columns by which a header is recognized; none where a mapping is only used by name. */
  needs: readonly string[];
  /** The column that tells postings apart; without it, or where it is empty, see `identityOf`. */
  id: string | null;
  columns: Partial<Record<Exclude<MappedField, "salary">, Reading>> & {
    salary?: string | PayColumns | { first: readonly (string | PayColumns)[] };
  };
  /** A column whose first line is "Company | Title | Place | …": it says what no column of its own does. */
  heading?: string;
  /** Where a row states nothing. */
  defaults: Partial<Record<Exclude<MappedField, "salary">, string>> & { salary?: Partial<StatedSalary> };
  /** Columns that say nothing that we have a field for. */
  known: readonly string[];
  /** Words that stand for nothing, such as -1. */
  nothing: readonly string[];
}

/** What every table may mean by nothing. */
const nothingAnywhere = new Set(["", "nan", "NaN", "null", "NULL", "None"]);
const textCharsMax = 2 * 1024 * 1024;
const listItemsMax = 200;
/** The row and what it was parsed to; the rest of an event needs little more. */
const eventBytesMax = recordBytesMax - 1024 * 1024;

type Row = Record<string, unknown>;

/** Names differ in capitals, blanks and underscores from copy to copy. */
export function folded(column: string): string {
  return column
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "");
}

/** Columns that a mapping speaks of, folded. */
export function columnsOf(mapping: Mapping): Set<string> {
  const names: string[] = [...mapping.known, ...mapping.needs];
  if (mapping.id !== null) names.push(mapping.id);
  if (mapping.heading !== undefined) names.push(mapping.heading);
  const walk = (reading: unknown): void => {
    if (typeof reading === "string") names.push(reading);
    else if (Array.isArray(reading)) reading.forEach(walk);
    else if (typeof reading === "object" && reading !== null) {
      const { says: _, as: __, ...columns } = reading as Record<string, unknown>;
      Object.values(columns).forEach(walk);
    }
  };
  Object.values(mapping.columns).forEach(walk);
  // Of "compensation.summary" the row's own column is the first part.
  return new Set(names.flatMap((name) => [folded(name), folded(name.split(".")[0] ?? name)]));
}

/** Throws with what is wrong with the row. The event has no payload yet: see `withPayload`. */
export function eventOfRow(
  row: Row,
  mapping: Mapping,
  about: { source: string | undefined; file: string; importedAt: number },
): RawEvent {
  const values = new Values(row, mapping.nothing);
  const { columns, defaults } = mapping;
  const heading = mapping.heading === undefined ? null : hiringLine(values.text(mapping.heading) ?? "");
  const text = (field: Exclude<MappedField, "salary">): string | null => {
    const reading = columns[field];
    const stated = reading === undefined ? null : values.text(reading);
    return stated ?? saidIn(heading, field) ?? defaults[field] ?? null;
  };
  const list = (field: "industries" | "job_functions" | "skills"): string[] => {
    const reading = columns[field];
    const stated = reading === undefined ? [] : values.list(reading);
    const fallback = defaults[field];
    return stated.length === 0 && fallback !== undefined ? [fallback] : stated;
  };
  const repostedInfo = text("reposted_info");
  const parsed: ParsedPosting = {
    ...nothingStated(),
    title: text("title"),
    company: text("company"),
    company_logo_url: text("company_logo_url"),
    location: text("location"),
    employment_type: text("employment_type"),
    seniority_level: text("seniority_level"),
    workplace_type: text("workplace_type"),
    industries: list("industries"),
    job_functions: list("job_functions"),
    description_html: text("description"),
    skills: list("skills"),
    salary: salaryOf(values, mapping) ?? heading?.salary ?? null,
    posted_time: text("posted_time"),
    expire_time: text("expire_time"),
    apply_url: text("apply_url"),
    reposted: truth(text("reposted")) ?? (/\brepost/i.test(repostedInfo ?? "") ? true : null),
    reposted_info: repostedInfo,
    applicant_count: text("applicant_count"),
    application_type: text("application_type"),
    skills_summary: text("skills_summary"),
  };
  if (parsed.title === null) throw new Error("it states no title");
  const url = text("job_url");
  const jobUrl = url !== null && /^https?:\/\//i.test(url) ? url : null;
  const source = about.source ?? mapping.source;
  const sourceId = (mapping.id === null ? null : values.text(mapping.id)) ?? identityOf(parsed, jobUrl);
  const fetchedAt = timeOf(text("ingestion_date"));
  return {
    event: "found",
    job_id: jobId(source, sourceId),
    source,
    source_id: sourceId,
    job_url: jobUrl,
    // Nothing was seen after it was imported.
    observed_at: fetchedAt === null ? about.importedAt : Math.min(fetchedAt, about.importedAt),
    synthetic: false,
    search_keyword: text("search_keyword"),
    search_location: text("search_location"),
    source_file: text("source_file") ?? about.file,
    reason: null,
    payload: null,
    parsed,
  };
}

function saidIn(heading: HiringLine | null, field: Exclude<MappedField, "salary">): string | null {
  switch (field) {
    case "company":
    case "title":
    case "location":
    case "workplace_type":
    case "employment_type":
      return heading?.[field] ?? null;
    default:
      return null;
  }
}

/** The row itself, as JSON, stands beside what it was parsed to. Throws where that is more than may be published. */
export function withPayload(
  row: Row,
  { file, line }: { file: string; line: number },
  event: RawEvent,
): RawEvent {
  const body = Buffer.from(
    JSON.stringify(row, (_, value: unknown) =>
      typeof value === "bigint"
        ? Number.isSafeInteger(Number(value))
          ? Number(value)
          : String(value)
        : value,
    ),
  );
  const bytes = body.length + Buffer.byteLength(JSON.stringify(event.parsed));
  if (bytes > eventBytesMax)
    throw new Error(`it has ${bytes} bytes; at most ${eventBytesMax} can be published`);
  const url = event.job_url ?? `file:${encodeURIComponent(file)}#${line}`;
  return { ...event, payload: { url, media_type: "application/json", body } };
}

/**
 * Where no column tells postings apart: its address, else title, company, place and description. A posting whose
 * text was edited is then another one, since nothing says that it is the same.
 */
export function identityOf(parsed: ParsedPosting, jobUrl: string | null): string {
  if (jobUrl !== null) return jobUrl;
  const { title, company, location, description_html } = parsed;
  return createHash("sha256")
    .update(JSON.stringify([title, company, location, description_html]))
    .digest("hex")
    .slice(0, 32);
}

function salaryOf(values: Values, { columns, defaults }: Mapping): StatedSalary | null {
  const reading = columns.salary;
  if (reading === undefined) return null;
  const choices = typeof reading === "object" && "first" in reading ? reading.first : [reading];
  for (const choice of choices) {
    const stated = statedPay(values, choice);
    if (stated === null) continue;
    const { min, max, currency, period } = stated;
    return {
      min,
      max,
      currency: currency ?? defaults.salary?.currency ?? null,
      period: period ?? defaults.salary?.period ?? null,
    };
  }
  return null;
}

function statedPay(values: Values, columns: string | PayColumns): StatedSalary | null {
  if (typeof columns === "string") {
    const text = values.text(columns);
    return text === null ? null : salaryIn(text);
  }
  const read = (column: string | undefined) => (column === undefined ? null : values.text(column));
  const number = (column: string | undefined) => {
    const text = read(column);
    return text === null ? null : (salaryIn(text)?.min ?? null);
  };
  const min = number(columns.min);
  const max = number(columns.max);
  if ((min ?? 0) === 0 && (max ?? 0) === 0) return null;
  return { min, max, currency: read(columns.currency), period: read(columns.period) };
}

/** A row's values by the names that a mapping calls them by. */
class Values {
  readonly #row: Row;
  readonly #byName = new Map<string, unknown>();
  readonly #nothing: readonly string[];

  constructor(row: Row, nothing: readonly string[]) {
    this.#row = row;
    this.#nothing = nothing;
    for (const [column, value] of Object.entries(row)) {
      const name = folded(column);
      // Of two columns that differ in signs only, the first counts.
      if (!this.#byName.has(name)) this.#byName.set(name, value);
    }
  }

  #value(column: string): unknown {
    const name = folded(column);
    if (this.#byName.has(name) || !column.includes(".")) return this.#byName.get(name);
    let value: unknown = this.#row;
    for (const part of column.split(".")) {
      if (typeof value !== "object" || value === null) return undefined;
      value = (value as Row)[part];
    }
    return value;
  }

  text(reading: Reading): string | null {
    if (typeof reading === "string") return this.#stated(textOf(this.#value(reading)));
    if ("first" in reading) {
      for (const one of reading.first) {
        const text = this.text(one);
        if (text !== null) return text;
      }
      return null;
    }
    if ("column" in reading) {
      const text = this.#stated(textOf(this.#value(reading.column)));
      return text === null ? null : readAs(text, reading);
    }
    const parts = reading
      .map((column) => this.#stated(textOf(this.#value(column))))
      .filter((one) => one !== null);
    return parts.length === 0 ? null : [...new Set(parts)].join(", ");
  }

  list(reading: Reading): string[] {
    if (typeof reading === "object" && "first" in reading) {
      return reading.first.map((one) => this.list(one)).find((one) => one.length > 0) ?? [];
    }
    if (typeof reading === "object" && "column" in reading) {
      const between = reading.as === "list" ? /[,;|\n]/ : /\n/;
      return this.#items(this.#value(reading.column)).flatMap((item) =>
        item
          .split(between)
          .map((one) => one.trim())
          .filter((one) => one !== ""),
      );
    }
    const columns = typeof reading === "string" ? [reading] : reading;
    return [...new Set(columns.flatMap((column) => this.#items(this.#value(column))))];
  }

  #items(value: unknown): string[] {
    const items = Array.isArray(value) ? value.slice(0, listItemsMax) : [value];
    return items.flatMap((item) => this.#stated(textOf(item)) ?? []);
  }

  #stated(text: string | null): string | null {
    return text === null || nothingAnywhere.has(text) || this.#nothing.includes(text) ? null : text;
  }
}

function textOf(value: unknown): string | null {
  switch (typeof value) {
    case "string":
      return value.slice(0, textCharsMax).trim();
    case "number":
      return Number.isFinite(value) ? String(value) : null;
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
      if (Array.isArray(value))
        return value
          .slice(0, listItemsMax)
          .flatMap((one) => textOf(one) ?? [])
          .join(", ");
      return null;
    default:
      return null;
  }
}

function readAs(text: string, reading: { as: (typeof waysToRead)[number]; says?: string }): string | null {
  switch (reading.as) {
    case "text":
    case "list":
    case "lines":
      return text;
    case "name":
      return /^([^\n|]+)[\n|]\s*-?\d(?:\.\d)?$/.exec(text)?.[1]?.trim() ?? text;
    case "bars":
      return !text.includes("\n") && text.split("|").length > 3 ? text.replaceAll("|", "\n") : text;
    case "place":
      return text.replace(/; (?=[A-Z]{2}$)/, ", ");
    case "yes":
      return truth(text) === true ? (reading.says ?? "yes") : null;
    default:
      return reading.as satisfies never;
  }
}

function truth(text: string | null): boolean | null {
  if (text === null) return null;
  if (/^(?:true|yes|y|1)$/i.test(text)) return true;
  return /^(?:false|no|n|0)$/i.test(text) ? false : null;
}

const stamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)? ?(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
const earliest = Date.UTC(1990, 0, 1);

/** ISO text, or seconds or milliseconds since 1970; what could be read in two ways is null. */
export function timeOf(stated: string | null): number | null {
  if (stated === null || stated.length > 60) return null;
  if (/^\d{10}$/.test(stated)) return Number(stated) * 1000;
  if (/^\d{13}$/.test(stated)) return Number(stated);
  const parts = stamp.exec(stated);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0)) as number[];
  const fraction = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1000);
  const utc = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, fraction);
  const back = new Date(utc);
  if (back.getUTCMonth() !== (month ?? 1) - 1 || back.getUTCDate() !== day || utc < earliest) return null;
  const zone = /^([+-])(\d{2}):?(\d{2})$/.exec(parts[8] ?? "");
  if (zone === null) return utc;
  return utc - (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) * 60_000;
}
