// Owns the judgement of the warehouse, for tests of every size: what people read must be what a plain recount of the
// landing table and the clusters gives.
import { type ClickHouseClient, readSql, select } from "@skillstream/platform/clickhouse.ts";

type Row = Record<string, unknown>;

export interface Recounted {
  name: string;
  held: Row[];
  right: Row[];
}

/** What is held of each table beside what would be right, in the same order. */
export async function recounted(client: ClickHouseClient, generation: number): Promise<Recounted[]> {
  const run = (text: string) => select<Row>(client, text, { generation });
  return [
    { name: "facts", held: await run(sql.facts), right: await run(sql.recountFacts) },
    { name: "trends", held: await run(sql.trends), right: await run(sql.recountTrends) },
  ];
}

/** What differs, in sentences; none where all is right. */
export async function judgeWarehouse(client: ClickHouseClient, generation: number): Promise<string[]> {
  return (await recounted(client, generation)).flatMap(({ name, held, right }) => {
    const texts = (rows: Row[]) => new Set(rows.map((row) => JSON.stringify(row)));
    const wrong = texts(held).difference(texts(right));
    const missing = texts(right).difference(texts(held));
    if (wrong.size === 0 && missing.size === 0 && held.length === right.length) return [];
    const [first = "a row that stands twice"] = [...wrong, ...missing];
    return [`${name}: ${wrong.size} rows are wrong, ${missing.size} are missing, such as ${first}`];
  });
}

const sql = {
  facts: readSql("recount/facts.sql", import.meta.url),
  recountFacts: readSql("recount/recount_facts.sql", import.meta.url),
  trends: readSql("recount/trends.sql", import.meta.url),
  recountTrends: readSql("recount/recount_trends.sql", import.meta.url),
};
