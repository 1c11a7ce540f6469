// Owns the ten million postings that the warehouse is measured with: they are made by SQL, window by window of the
// stream, and computed by the store's own statements. What a stream would have had done in thousands of turns is done
// in a few dozen statements, so that it takes minutes and not hours: the clusters are made beside the postings
// (reposts.sql) instead of searched for in their texts, facts are computed once all versions stand, in the order in
// which these lie, and months once at the end.
//
// Promises that a fill which was broken off goes on where it stopped: each step is one statement, and is left out
// where the folder holds what it makes.
import { connectClickHouse, readSql, select } from "@skillstream/platform/clickhouse.ts";
import { startClickHouse } from "@skillstream/platform/local/clickhouse/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import { migrate } from "@skillstream/store/migrate.ts";
import { recomputeMonths } from "@skillstream/store/warehouse/months.ts";
import { changedPieces, recordPieces, takeUp } from "@skillstream/store/warehouse/pieces.ts";
import { tally } from "@skillstream/store/warehouse/tally.ts";
import { type MonthChange, takeTurn } from "@skillstream/store/warehouse/turn.ts";

export const generation = 1;
/** As in generate.sql. */
const partitions = 8;
/** New postings among as many rows, as in generate.sql. */
const [newPostings, cycleRows] = [36, 40];
/** Of the rows that generate.sql makes. */
const spanS = 36 * 30.4375 * 86_400;
/** Offsets of each partition in one window, two pieces of the store's: bounds the memory of a statement. */
const windowOffsets = 131_072;
/** Landing rows whose postings' facts are computed by one statement: bounds its memory. Each reads all versions, for the mates. */
const slicePostings = 2_800_000;
/** Of the server that fills the folder; the one that is measured has its own. */
const memoryBytesMax = 8 * 1024 ** 3;
/** A slice of facts takes minutes on a machine that is busy. */
const statementTimeoutMs = 7_200_000;

export async function fill(
  folder: string,
  { postings, log, say }: { postings: number; log: Logger; say: (text: string) => void },
): Promise<void> {
  await using scope = new AsyncDisposableStack();
  const limits = { memoryBytesMax, writes: 2, lightReads: 1, heavyReads: 0 };
  const server = scope.use(await startClickHouse({ folder, host: "127.0.0.1", port: 0, log, limits }));
  const settings = {
    clickhouseUrl: server.url,
    clickhouseUser: "default",
    clickhousePassword: "",
    clickhouseDatabase: "skillstream",
  };
  await migrate(settings, { log });
  const client = connectClickHouse(settings, "fill", { timeoutMs: statementTimeoutMs });
  scope.defer(() => client.close());
  const signal = new AbortController().signal;
  const offsets = Math.ceil((postings / newPostings) * (cycleRows / partitions));
  const total = offsets * partitions;

  const run = (query: string, parameters: Record<string, unknown> = {}) =>
    client.command({
      query,
      query_params: { generation, total, ...parameters },
      clickhouse_settings: {
        max_memory_usage: "0",
        max_partitions_per_insert_block: "0",
        // One part an insert.
        min_insert_block_size_rows: String(partitions * windowOffsets),
        min_insert_block_size_bytes: "0",
        // No row comes twice.
        optimize_on_insert: 0,
      },
    });
  const number = async (query: string, parameters: Record<string, unknown> = {}): Promise<number> => {
    const [row] = await select<{ number: number }>(client, query, { generation, ...parameters });
    return row?.number ?? 0;
  };
  const step = async (what: string, there: number, make: () => Promise<void>) => {
    if (there > 0) return;
    const startMs = performance.now();
    await make();
    say(`${what}: ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  };

  // The first row of all was posted when the span began.
  const firstS = await number(sql.firstPosted);
  const untilMs = firstS === 0 ? Date.now() : (firstS + Math.floor(spanS)) * 1000;
  const until = new Date(untilMs).toISOString().slice(0, 19).replace("T", " ");

  await step("clusters", await number("SELECT count() AS number FROM cluster_members"), () =>
    run(sql.reposts).then(() => undefined),
  );
  for (let first = 0; first < offsets; first += windowOffsets) {
    const rows = Math.min(windowOffsets, offsets - first);
    const window = `rows to ${(first + rows) * partitions} of ${total}`;
    const bounds = { from: first, upto: first + rows };
    const landed = async (partition: number) => (await number(sql.landed, { partition, ...bounds })) > 0;
    await step(`${window}, landing`, 0, async () => {
      // Two at once, since each is made by one thread.
      for (let partition = 0; partition < partitions; partition += 2) {
        const pair = [partition, partition + 1];
        const missing = [];
        for (const one of pair) if (!(await landed(one))) missing.push(one);
        await Promise.all(missing.map((one) => run(sql.generate, { partition: one, first, rows, until })));
      }
    });
    await step(`${window}, versions`, await number(sql.takenUp, bounds), async () => {
      await using turn = await takeTurn(client, { generation, log, signal });
      const ranges = Array.from({ length: partitions }, (_, partition) => ({ partition, ...bounds }));
      await takeUp(
        {
          ...turn,
          command: (text, parameters) =>
            run(text, { changes: turn.changes, ...parameters }).then(() => undefined),
        },
        ranges,
      );
    });
  }

  // What is merged meanwhile would only take the time of what is computed.
  await run("SYSTEM STOP MERGES");
  const slices = Math.ceil(total / slicePostings);
  for (let slice = 0; slice < slices; slice++) {
    const keys = { low: keyOf(slice, slices), high: keyOf(slice + 1, slices) - 1n };
    await step(
      `facts, ${slice + 1} of ${slices}`,
      await number(sql.sliceFacts, { ...keys, offsets }),
      async () => {
        await using turn = await takeTurn(client, { generation, log, signal });
        const { changes } = turn;
        await run(sql.slice, { changes, ...keys });
        await run(sql.clusterMates, { changes });
        // The facts of a posting tell of its whole cluster, so those of its mates are computed too, and pass by.
        const staging = await turn.stage("fact_job_postings");
        for (const table of ["passed_facts", "passing_facts"]) await run(`DROP TABLE IF EXISTS ${table}`);
        await run(sql.passing);
        await run(sql.passed(staging, keys));
        await run(sql.recompute, { changes, staging: "passing_facts" });
        for (const table of ["passed_facts", "passing_facts"]) await run(`DROP TABLE ${table}`);
        const months = await select<{ month: string }>(client, sql.staged, { staging });
        const changed = months.map(({ month }): MonthChange => ({ month, change: "append" }));
        await turn.put("fact_job_postings", staging, changed);
        await turn.drop(staging);
      },
    );
  }
  const stale = await select<{ month: string }>(client, sql.staleMonths, { generation });
  for (const { month } of stale) {
    await step(`month ${month}`, 0, async () => {
      await using turn = await takeTurn(client, { generation, log, signal });
      await recomputeMonths(turn, [month]);
    });
  }
  await step("sums", await number("SELECT count() AS number FROM warehouse_pieces"), async () => {
    await using turn = await takeTurn(client, { generation, log, signal });
    await recordPieces(client, { generation, sequence: 1 }, await changedPieces(client, generation));
    await tally(turn);
  });
}

/** Where a slice of all posting keys begins. */
const keyOf = (slice: number, slices: number) => (2n ** 64n * BigInt(slice)) / BigInt(slices);

const store = (name: string) => readSql(`../../services/4-store/queries/${name}.sql`, import.meta.url);

const sql = {
  generate: readSql("generate.sql", import.meta.url),
  reposts: readSql("reposts.sql", import.meta.url),
  clusterMates: store("cluster_mates"),
  recompute: store("recompute_fact_job_postings"),
  staged: store("staged_months"),
  firstPosted: `SELECT toUInt32(min(assumeNotNull(posted_time))) AS number FROM landing
    WHERE generation = {generation:UInt32} AND raw_partition = 0 AND raw_offset = 0`,
  landed: `SELECT count() AS number FROM landing
    WHERE generation = {generation:UInt32} AND raw_partition = {partition:UInt16}
      AND raw_offset >= {from:UInt64} AND raw_offset < {upto:UInt64}`,
  takenUp: `SELECT count() AS number FROM posting_versions
    WHERE generation = {generation:UInt32} AND raw_offset >= {from:UInt64} AND raw_offset < {upto:UInt64}`,
  slice: `INSERT INTO {changes:Identifier} SELECT DISTINCT posting_key FROM posting_versions
    WHERE generation = {generation:UInt32} AND posting_key BETWEEN {low:UInt64} AND {high:UInt64}`,
  /** What was measured in the folder has left postings beyond. */
  sliceFacts: `SELECT count() AS number FROM fact_job_postings
    WHERE generation = {generation:UInt32} AND posting_key BETWEEN {low:UInt64} AND {high:UInt64}
      AND raw_offset < {offsets:UInt64}`,
  passing: "CREATE TABLE passing_facts AS fact_job_postings ENGINE = Null",
  /** A view takes no parameters. */
  passed: (staging: string, { low, high }: { low: bigint; high: bigint }) =>
    `CREATE MATERIALIZED VIEW passed_facts TO ${staging}
     AS SELECT * FROM passing_facts WHERE posting_key BETWEEN ${low} AND ${high}`,
  staleMonths: `SELECT DISTINCT month FROM fact_job_postings
    WHERE generation = {generation:UInt32}
      AND month NOT IN (SELECT month FROM quality_analytics WHERE generation = {generation:UInt32})
    ORDER BY month`,
};
