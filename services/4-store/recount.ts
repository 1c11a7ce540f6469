// Owns the judgement of the warehouse, for tests of every size: what people read must be what a plain recount of the
// landing table and the clusters gives.
import { type ClickHouseClient, readSql, select } from "@skillstream/platform/clickhouse.ts";

export type Row = Record<string, unknown>;

const facts = readSql("recounted.sql", import.meta.url);
const recount = readSql("recount.sql", import.meta.url);

export const factsOf = (client: ClickHouseClient, generation: number) =>
  select<Row>(client, facts, { generation });

export const recountFacts = (client: ClickHouseClient, generation: number) =>
  select<Row>(client, recount, { generation });

export const trendsOf = (client: ClickHouseClient, generation: number) =>
  select<Row>(
    client,
    `SELECT month, skill, clusters, companies, open, remote, postings FROM skill_trends
     WHERE generation = {generation:UInt32} AND source = '' ORDER BY month, skill`,
    { generation },
  );

export const recountTrends = (client: ClickHouseClient, generation: number) =>
  select<Row>(
    client,
    `SELECT month, skill, countIf(counts) AS clusters,
       uniqExactIf(lowerUTF8(ifNull(company_name, '')), counts AND company_name IS NOT NULL) AS companies, countIf(counts AND cluster_open) AS open,
       countIf(counts AND workplace_type = 'remote') AS remote, count() AS postings
     FROM (${recount})
     ARRAY JOIN arrayPushFront(skills, '') AS skill GROUP BY month, skill ORDER BY month, skill`,
    { generation },
  );

/** What of the warehouse differs from a recount, in sentences; none where it is right. */
export async function judgeWarehouse(client: ClickHouseClient, generation: number): Promise<string[]> {
  return [
    ...differences("facts", await factsOf(client, generation), await recountFacts(client, generation)),
    ...differences("trends", await trendsOf(client, generation), await recountTrends(client, generation)),
  ];
}

function differences(what: string, held: Row[], right: Row[]): string[] {
  const texts = (rows: Row[]) => new Set(rows.map((row) => JSON.stringify(row)));
  const wrong = texts(held).difference(texts(right));
  const missing = texts(right).difference(texts(held));
  if (wrong.size === 0 && missing.size === 0 && held.length === right.length) return [];
  const [first = "a row twice"] = [...wrong, ...missing];
  return [`${what}: ${wrong.size} rows are wrong, ${missing.size} are missing, such as ${first}`];
}
