// Owns the cases by which normalizing is judged: raw postings of our own writing in the forms of real sources, what
// a careful reader reads in each, and how an answer is compared with it. The cases were written without a look at
// the code that reads them.
import { readFileSync } from "node:fs";
import { normalize } from "@skillstream/normalize/normalize.ts";
import type { Posting, RawEvent } from "@skillstream/schemas/types.ts";
import { eventOfRow } from "@skillstream/scrape/files/mapping.ts";
import { mappingFor } from "@skillstream/scrape/files/mappings.ts";
import { parse } from "yaml";

export const forms = ["ashby", "glassdoor", "linkedin", "hackernews"] as const;

/** What stands in `expect`; a field that is left out is not judged, and null means that the posting does not say. */
interface Expected {
  country?: string | string[] | null;
  state?: string | string[] | null;
  city?: string | string[] | null;
  seniority?: string | null;
  pay?: [min: number, max: number, currency: string, period: string] | null;
  employment?: string | null;
  language?: string | null;
  workplace?: string | null;
  role?: string | null;
  function?: string | null;
  years?: [min: number, max: number | null] | null;
}

export type JudgedField = keyof Expected;

export const judgedFields = [
  "country",
  "state",
  "city",
  "seniority",
  "pay",
  "employment",
  "language",
  "workplace",
  "role",
  "function",
  "years",
] as const satisfies readonly JudgedField[];

export interface Case {
  /** The form and its number there, from 1. */
  name: string;
  event: RawEvent;
  expect: Expected;
}

interface Written {
  row?: Record<string, unknown>;
  /** The description, as its form states it. */
  html?: string;
  text?: string;
  expect: Expected;
}

/** When all of them were fetched. */
const fetchedAt = Date.UTC(2026, 10, 1, 12);

export function readCases(): Case[] {
  return forms.flatMap((form) => {
    const written = parse(readFileSync(new URL(`${form}.yaml`, import.meta.url), "utf8")) as Written[];
    return written.map((one, index) => {
      const name = `${form} ${index + 1}`;
      const row = rowOf(form, index + 1, one);
      const mapping = mappingFor(Object.keys(row));
      if (mapping === undefined) throw new Error(`${name}: no mapping reads ${Object.keys(row).join(", ")}`);
      const about = { source: undefined, file: `${form}.yaml`, importedAt: fetchedAt };
      try {
        return { name, event: eventOfRow(row, mapping, about), expect: one.expect };
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`);
      }
    });
  });
}

/** With what every row of its form has and no case is about. */
function rowOf(
  form: (typeof forms)[number],
  number: number,
  { row = {}, html = "", text = "" }: Written,
): Record<string, unknown> {
  switch (form) {
    case "ashby": {
      const jobUrl = `https://jobs.example/${number}`;
      return { id: String(number), jobUrl, employmentType: null, descriptionHtml: html, ...row };
    }
    case "glassdoor":
      return { "Job Description": text, ...row };
    case "linkedin":
      return "job_title" in row
        ? { job_description: text, ...row }
        : { description: text, industry: "", ...row };
    case "hackernews":
      return { id: number, by: "somebody", time: fetchedAt / 1000, text };
    default:
      return form satisfies never;
  }
}

export interface Miss {
  name: string;
  field: JudgedField;
  title: string;
  expected: unknown;
  read: unknown;
}

export interface Judged {
  cases: number;
  fields: Partial<Record<JudgedField, { right: number; of: number }>>;
  misses: Miss[];
}

export function judge(cases: readonly Case[]): Judged {
  const judged: Judged = { cases: cases.length, fields: {}, misses: [] };
  for (const { name, event, expect } of cases) {
    const outcome = normalize(event);
    if (outcome.kind !== "emit") throw new Error(`${name} came to nothing: ${JSON.stringify(outcome)}`);
    const posting = outcome.value;
    for (const field of judgedFields) {
      if (!(field in expect)) continue;
      judged.fields[field] ??= { right: 0, of: 0 };
      const count = judged.fields[field];
      const { isRight, expected, read } = compared(field, expect, posting);
      count.of++;
      if (isRight) count.right++;
      else judged.misses.push({ name, field, title: posting.title, expected, read });
    }
  }
  return judged;
}

function compared(field: JudgedField, expect: Expected, posting: Posting) {
  const expected = expect[field];
  const same = (read: unknown) => ({ isRight: read === expected, expected, read });
  switch (field) {
    case "country":
    case "state":
    case "city": {
      const read = [...new Set(posting.places.flatMap((place) => place[field] ?? []))];
      const wanted = expected === null ? [] : [expected].flat().map((name) => plain(String(name)));
      const isRight = read.map(plain).sort().join() === wanted.sort().join();
      return { isRight, expected, read };
    }
    case "seniority":
      return same(posting.seniority_level);
    case "employment":
      return same(posting.employment_type);
    case "language":
      return same(posting.language);
    case "workplace":
      return same(posting.workplace_type);
    case "role":
      return same(posting.role?.name ?? null);
    case "function":
      return same(posting.job_function);
    case "pay": {
      const { salary } = posting;
      const read = salary && [salary.min, salary.max, salary.currency, salary.period];
      const { pay } = expect;
      if (pay == null || salary === null) return same(read);
      // One figure may stand as both ends or as the lower one.
      const max = pay[0] === pay[1] ? (salary.max ?? salary.min) : salary.max;
      const isRight = [salary.min, max, salary.currency, salary.period].join() === pay.join();
      return { isRight, expected, read };
    }
    case "years": {
      const { experience_years_min: min, experience_years_max: max } = posting;
      const read = min === null ? null : [min, max];
      return { isRight: JSON.stringify(read) === JSON.stringify(expected), expected, read };
    }
    default:
      return field satisfies never;
  }
}

/** Names of places differ in accents, capitals and a "City" at their end from one list of places to another. */
function plain(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/ City$/, "")
    .toLowerCase();
}

/** The counts, and every miss with what was expected and read. */
export function report({ cases, fields, misses }: Judged): string {
  const share = (right: number, of: number) => `${((right / of) * 100).toFixed(1)}%`;
  const counts = judgedFields.flatMap((field) => {
    const count = fields[field];
    if (count === undefined) return [];
    const { right, of } = count;
    return `${field.padEnd(12)} ${String(right).padStart(4)} of ${String(of).padStart(3)}  ${share(right, of).padStart(6)}`;
  });
  const missed = misses.map(
    ({ name, field, title, expected, read }) =>
      `${name}, ${title.slice(0, 60)}: ${field} is ${JSON.stringify(expected)}, read ${JSON.stringify(read)}`,
  );
  return [`${cases} cases`, ...counts, "", ...missed].join("\n");
}
