// Owns the monthly tables: the months that no longer agree with the facts are recomputed whole, beside the live ones,
// and swapped in. A table that people read by month is one line of the list; its statement inserts into
// {staging:Identifier} what the facts of {months:Array(Date)} add up to.
import { readSql } from "@skillstream/platform/clickhouse.ts";
import type { MonthChange, Turn } from "./turn.ts";

/** Postings recomputed in one statement, unless one month has more: bounds its memory and time. */
const statementPostingsMax = 300_000;

const monthly: readonly { table: string; sql: string }[] = [
  { table: "skill_trends", sql: read("recompute_skill_trends") },
  { table: "location_analytics", sql: read("recompute_location_analytics") },
  { table: "company_analytics", sql: read("recompute_company_analytics") },
  { table: "quality_analytics", sql: read("recompute_quality_analytics") },
];

/** Recomputes these months of every monthly table. */
export async function recomputeMonths(turn: Turn, months: readonly string[]): Promise<void> {
  const sizes = await turn.select<{ month: string; postings: number }>(read("fact_rows_by_month"), {
    months,
  });
  const postings = new Map(sizes.map((one) => [one.month, one.postings]));
  for (const some of batches(months, (month) => postings.get(month) ?? 0)) {
    for (const { table, sql } of monthly) await recompute(turn, table, sql, some);
  }
}

async function recompute(turn: Turn, table: string, sql: string, months: readonly string[]): Promise<void> {
  const staging = await turn.stage(table);
  await turn.command(sql, { staging, months });
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
