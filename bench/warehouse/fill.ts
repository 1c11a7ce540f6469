// Owns the ten million postings that the warehouse is measured with: they are made by SQL, window by window of the
// stream, and computed by the store's own statements. Three things are done in another order than a stream would have
// them, so that it takes minutes and not hours: the clusters are made beside the postings (reposts.sql) instead of
// searched for in their texts, facts are computed once all versions stand, in the order in which these lie, and
// months once at the end.
import { type ClickHouseClient, readSql } from "@skillstream/platform/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import { recomputeFacts } from "@skillstream/store/warehouse/facts.ts";
import { recomputeMonths } from "@skillstream/store/warehouse/months.ts";
import { changedPieces, recordPieces, takeUp } from "@skillstream/store/warehouse/pieces.ts";
import { tally } from "@skillstream/store/warehouse/tally.ts";
import { takeTurn } from "@skillstream/store/warehouse/turn.ts";

export const generation = 1;
/** As in generate.sql. */
const partitions = 8;
/** New postings among as many rows, as in generate.sql. */
const [newPostings, cycleRows] = [36, 40];
/** Offsets of each partition in one window, which makes as many rows as the store takes up in one turn. */
const windowOffsets = 8_192;
/** Landing rows whose postings' facts are computed by one statement: bounds its memory. */
const slicePostings = 160_000;

export async function fill(
  client: ClickHouseClient,
  { postings, until, log, say }: { postings: number; until: Date; log: Logger; say: (text: string) => void },
): Promise<void> {
  const offsets = Math.ceil((postings / newPostings) * (cycleRows / partitions));
  const total = offsets * partitions;
  const unlimited = { max_memory_usage: "0" };
  await client.command({
    query: sql.reposts,
    query_params: { generation, total },
    clickhouse_settings: unlimited,
  });
  const signal = new AbortController().signal;
  for (let first = 0; first < offsets; first += windowOffsets) {
    const rows = Math.min(windowOffsets, offsets - first);
    const startMs = performance.now();
    for (let partition = 0; partition < partitions; partition++) {
      await client.command({
        query: sql.generate,
        query_params: {
          generation,
          partition,
          first,
          rows,
          total,
          until: until.toISOString().slice(0, 19).replace("T", " "),
        },
        clickhouse_settings: unlimited,
      });
    }
    const generatedMs = performance.now();
    await using turn = await takeTurn(client, { generation, log, signal });
    await takeUp(
      turn,
      Array.from({ length: partitions }, (_, partition) => ({ partition, from: first, upto: first + rows })),
    );
    say(
      `${(first + rows) * partitions} of ${total} rows: ${seconds(startMs, generatedMs)} s to make, ${seconds(generatedMs)} s to take up`,
    );
  }
  const stale = new Set<string>();
  const slices = Math.ceil(total / slicePostings);
  for (let slice = 0; slice < slices; slice++) {
    const startMs = performance.now();
    await using turn = await takeTurn(client, { generation, log, signal });
    await turn.command(sql.slice, { slice, slices });
    await recomputeFacts(turn, async (months) => {
      for (const month of months) stale.add(month);
    });
    say(`facts, ${slice + 1} of ${slices}: ${seconds(startMs)} s`);
  }
  const startMs = performance.now();
  await using turn = await takeTurn(client, { generation, log, signal });
  await recomputeMonths(turn, [...stale].sort());
  say(`${stale.size} months: ${seconds(startMs)} s`);
  await recordPieces(client, { generation, sequence: 1 }, await changedPieces(client, generation));
  await tally(turn);
}

const seconds = (fromMs: number, toMs = performance.now()) => ((toMs - fromMs) / 1000).toFixed(1);

const sql = {
  generate: readSql("generate.sql", import.meta.url),
  reposts: readSql("reposts.sql", import.meta.url),
  slice: readSql("slice.sql", import.meta.url),
};
