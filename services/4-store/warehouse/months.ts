// Owns the monthly tables: the months that no longer agree with the facts are recomputed beside the live ones, and
// swapped in. Where it is known what the postings that changed say, only the counts of that are made anew and the others
// are taken over; a month that did not agree before this turn began is made anew as a whole.
//
// A table that people read by month is one line of the list. Its recompute_ statement inserts into
// {staging:Identifier} what the facts of {months:Array(Date)} add up to, all of it or what {touched:Identifier} names,
// and its keep_ statement what of the live rows touched does not name.
import { readSql } from "@skillstream/platform/clickhouse.ts";
import type { MonthChange, Turn } from "./turn.ts";

/** Postings recomputed in one statement, unless one month has more: bounds its memory and time. */
const statementPostingsMax = 300_000;

const monthly = [
  { table: "skill_trends", recompute: read("recompute_skill_trends"), keep: read("keep_skill_trends") },
  {
    table: "location_analytics",
    recompute: read("recompute_location_analytics"),
    keep: read("keep_location_analytics"),
  },
  {
    table: "company_analytics",
    recompute: read("recompute_company_analytics"),
    keep: read("keep_company_analytics"),
  },
  {
    table: "quality_analytics",
    recompute: read("recompute_quality_analytics"),
    keep: read("keep_quality_analytics"),
  },
];

/** What the postings that changed say: a table like fact_job_postings, and the months for which nothing else changed. */
export interface Touched {
  table: string;
  months: ReadonlySet<string>;
}

/** Recomputes these months of every monthly table. */
export async function recomputeMonths(
  turn: Turn,
  months: readonly string[],
  touched?: Touched,
): Promise<void> {
  const partly = months.filter((month) => touched?.months.has(month));
  for (const one of monthly) {
    if (touched !== undefined && partly.length > 0) await recompute(turn, one, partly, touched.table);
  }
  const whole = months.filter((month) => !partly.includes(month));
  if (whole.length === 0) return;
  const nothing = await turn.stage("fact_job_postings", "nothing");
  const sizes = await turn.select<{ month: string; postings: number }>(read("fact_rows_by_month"), {
    months: whole,
  });
  const postings = new Map(sizes.map((one) => [one.month, one.postings]));
  for (const some of batches(whole, (month) => postings.get(month) ?? 0)) {
    for (const { table, recompute: text } of monthly) {
      await recompute(turn, { table, recompute: text }, some, nothing);
    }
  }
  await turn.drop(nothing);
}

async function recompute(
  turn: Turn,
  { table, recompute, keep }: { table: string; recompute: string; keep?: string },
  months: readonly string[],
  touched: string,
): Promise<void> {
  const staging = await turn.stage(table);
  await turn.command(recompute, { staging, months, touched, whole: keep === undefined });
  if (keep !== undefined) await turn.command(keep, { staging, months, touched });
  const staged = await turn.select<{ month: string }>(read("staged_months"), { staging });
  const counted = new Set(staged.map(({ month }) => month));
  const changes: MonthChange[] = months.map((month) => ({
    month,
    change: counted.has(month) ? "swap" : "clear",
  }));
  await turn.put(table, staging, changes);
  await turn.drop(staging);
}

function* batches(months: readonly string[], postings: (month: string) => number): Generator<string[]> {
  let batch: string[] = [];
  let sum = 0;
  for (const month of months) {
    if (batch.length > 0 && sum + postings(month) > statementPostingsMax) {
      yield batch;
      batch = [];
      sum = 0;
    }
    batch.push(month);
    sum += postings(month);
  }
  if (batch.length > 0) yield batch;
}

function read(name: string): string {
  return readSql(`../queries/${name}.sql`, import.meta.url);
}
