// Owns what `skillstream normalize` says of a run as a whole: how many rows came through, why the others did not,
// and how many postings got each fact, by whether their source states it.
import type { Posting } from "@skillstream/schemas/types.ts";

export interface Got {
  got: number;
  /** By the source in so many words; the others were read in the title, the text, the location, … */
  stated: number;
}

export interface NormalizeReport {
  files: number;
  rows: number;
  normalized: number;
  rejected: Record<string, number>;
  seconds: number;
  rows_per_second: number;
  fields: Record<string, Got>;
  /** How many state a field in a form that cannot be read. */
  unreadable: Record<string, number>;
}

/** Of each fact: whether a posting has it, and the field by whose name it says where the fact was read. */
const facts: Record<string, [has: (posting: Posting) => boolean, field: keyof Posting]> = {
  country: [({ places }) => places.some(({ country }) => country !== null), "places"],
  state: [({ places }) => places.some(({ state }) => state !== null), "places"],
  city: [({ places }) => places.some(({ city }) => city !== null), "places"],
  workplace_type: [({ workplace_type }) => workplace_type !== null, "workplace_type"],
  seniority_level: [({ seniority_level }) => seniority_level !== null, "seniority_level"],
  salary: [({ salary }) => salary !== null, "salary"],
  employment_type: [({ employment_type }) => employment_type !== null, "employment_type"],
  language: [({ language }) => language !== null, "language"],
  company_name: [({ company_name }) => company_name !== null, "company_name"],
  role: [({ role }) => role !== null, "role"],
  job_function: [({ job_function }) => job_function !== null, "job_function"],
  experience_years: [({ experience_years_min }) => experience_years_min !== null, "experience_years_min"],
  posted_time: [({ posted_time }) => posted_time !== null, "posted_time"],
  expire_time: [({ expire_time }) => expire_time !== null, "expire_time"],
  fingerprint: [({ fingerprint }) => fingerprint !== null, "fingerprint"],
};
/** What is computed from a text, and no source states. */
const neverStated = new Set(["language", "role", "fingerprint"]);

/** A broken file may give each of its rows a reason of its own. */
const reasonsMax = 50;

export class ReportedRun {
  readonly #began = performance.now();
  #rows = 0;
  #normalized = 0;
  readonly #rejected = new Map<string, number>();
  readonly #fields = new Map(Object.keys(facts).map((name) => [name, { got: 0, stated: 0 }]));
  readonly #unreadable = new Map<string, number>();

  get rows(): number {
    return this.#rows;
  }

  took(posting: Posting): void {
    this.#rows++;
    this.#normalized++;
    for (const [name, [has, field]] of Object.entries(facts)) {
      const count = this.#fields.get(name);
      if (count === undefined || !has(posting)) continue;
      count.got++;
      if (!neverStated.has(name) && !(field in posting.derived_from)) count.stated++;
    }
    for (const field of posting.unreadable) add(this.#unreadable, field);
  }

  refused(reason: string): void {
    this.#rows++;
    const isNew = !this.#rejected.has(reason);
    add(this.#rejected, isNew && this.#rejected.size >= reasonsMax ? "other reasons" : reason);
  }

  end(files: number): NormalizeReport {
    const seconds = (performance.now() - this.#began) / 1000;
    return {
      files,
      rows: this.#rows,
      normalized: this.#normalized,
      rejected: mostFirst(this.#rejected),
      seconds: Math.round(seconds * 1000) / 1000,
      rows_per_second: Math.round(this.#rows / seconds),
      fields: Object.fromEntries(this.#fields),
      unreadable: mostFirst(this.#unreadable),
    };
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function mostFirst(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

/** For people. */
export function tableOf(report: NormalizeReport): string {
  const { files, rows, normalized, rejected, seconds, rows_per_second, fields, unreadable } = report;
  const number = (value: number) => value.toLocaleString("en");
  const lines = [
    `${number(rows)} rows of ${files === 1 ? "one file" : `${files} files`} in ${seconds.toFixed(1)} s (${number(rows_per_second)} rows/s): ${number(normalized)} normalized, ${number(rows - normalized)} not`,
    ...Object.entries(rejected).map(([reason, count]) => `${number(count).padStart(8)}  ${reason}`),
  ];
  if (normalized === 0) return lines.join("\n");
  lines.push(
    `${"field".padEnd(18)} ${"postings".padStart(9)} ${"share".padStart(7)} ${"stated".padStart(8)} derived`,
  );
  for (const [name, { got, stated }] of Object.entries(fields)) {
    const share = `${((got / normalized) * 100).toFixed(1)}%`;
    lines.push(
      `${name.padEnd(18)} ${number(got).padStart(9)} ${share.padStart(7)} ${number(stated).padStart(8)} ${number(got - stated).padStart(7)}`,
    );
  }
  const unread = Object.entries(unreadable).map(([field, count]) => `${field} ${number(count)}`);
  lines.push(`stated, but unreadable: ${unread.length === 0 ? "nothing" : unread.join(", ")}`);
  return lines.join("\n");
}
