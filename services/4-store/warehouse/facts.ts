// Owns fact_job_postings: after a change, the rows of the postings that changed are computed anew from all their
// versions, beside the live months, and put in. A month in which nothing stands that changed is only added to; any
// other one is swapped for a copy without the rows that stood.
import { readSql } from "@skillstream/platform/clickhouse.ts";
import type { MonthChange, Turn } from "./turn.ts";

/**
 * A month of more postings is copied as it lies, and the rows that changed are marked as gone in the copy. Of fewer,
 * writing the others again costs less, and leaves one part of many.
 */
export const rewrittenPostingsMax = 20_000;

/** Of more postings than these nearly everything in a month is counted anew, and nothing is gained by asking what. */
const touchedPostingsMax = 2_000;

/**
 * Computes the facts of the postings in `changes`. `dirty` is told the months before the first of them changes.
 * Returns a table of what these facts said before and say now, or nothing where too many have changed.
 */
export async function recomputeFacts(
  turn: Turn,
  dirty: (months: readonly string[]) => Promise<void>,
  rewrittenMax = rewrittenPostingsMax,
): Promise<string | undefined> {
  await turn.command(sql.clusterMates);
  const [changed] = await turn.select<{ postings: number }>(sql.countChanges);
  const few = (changed?.postings ?? 0) <= touchedPostingsMax;
  const touched = few ? await turn.stage("fact_job_postings", "touched") : undefined;
  if (touched !== undefined) await turn.command(sql.noteTouched, { touched, facts: "fact_job_postings" });
  const staging = await turn.stage("fact_job_postings");
  const sizes = await turn.select<{ month: string; postings: number }>(sql.standing);
  const standing = sizes.map(({ month }) => month);
  const large = sizes.filter(({ postings }) => postings > rewrittenMax).map(({ month }) => month);
  if (large.length > 0) {
    // The copy is a link to the same files, and costs nothing however large the month.
    const copies: MonthChange[] = large.map((month) => ({ month, change: "append" }));
    await turn.put(staging, "fact_job_postings", copies);
    await turn.command(sql.dropChanged, { staging });
  }
  const small = standing.filter((month) => !large.includes(month));
  if (small.length > 0) await turn.command(sql.copyUnchanged, { staging, months: small });
  await turn.command(sql.recompute, { staging });
  if (touched !== undefined) await turn.command(sql.noteTouched, { touched, facts: staging });
  const staged = (await turn.select<{ month: string }>(sql.staged, { staging })).map(({ month }) => month);
  const changes: MonthChange[] = [
    ...staged.map((month) => ({
      month,
      change: standing.includes(month) ? ("swap" as const) : ("append" as const),
    })),
    ...standing
      .filter((month) => !staged.includes(month))
      .map((month) => ({ month, change: "clear" as const })),
  ];
  await dirty(changes.map(({ month }) => month));
  await turn.put("fact_job_postings", staging, changes);
  await turn.drop(staging);
  return touched;
}

const sql = {
  countChanges: readSql("../queries/count_changes.sql", import.meta.url),
  noteTouched: readSql("../queries/note_touched.sql", import.meta.url),
  clusterMates: readSql("../queries/cluster_mates.sql", import.meta.url),
  standing: readSql("../queries/standing_months.sql", import.meta.url),
  copyUnchanged: readSql("../queries/copy_unchanged_facts.sql", import.meta.url),
  dropChanged: readSql("../queries/drop_changed_facts.sql", import.meta.url),
  recompute: readSql("../queries/recompute_fact_job_postings.sql", import.meta.url),
  staged: readSql("../queries/staged_months.sql", import.meta.url),
};
