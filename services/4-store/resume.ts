// Owns the resume rule: the landing table itself says how far a partition has come, so there is no second
// place that could disagree with it.
import { type ClickHouseClient, readSql, select } from "@skillstream/platform/clickhouse.ts";

/** The last raw offset that the table holds, and where in the enriched topic to read on; null if it holds none. */
export async function resumePoint(
  client: ClickHouseClient,
  generation: number,
  partition: number,
): Promise<{ origin: number; offset: number } | null> {
  const [row] = await select<{ held: number; origin: number; offset: number }>(
    client,
    readSql("queries/resume_point.sql", import.meta.url),
    { generation, partition },
  );
  return row === undefined || row.held === 0 ? null : { origin: row.origin, offset: row.offset };
}
