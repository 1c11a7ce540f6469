// Owns the proof that the ledger is exact, however much of it was counted beforehand: at every point it says what a
// plain recount of the landing table says, over pieces that are full, pieces that are not, rows that came twice, and
// what has landed since the warehouse looked.
import { select } from "@skillstream/platform/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { type Ledger, readLedger } from "@skillstream/serve/ledger.ts";
import { createQueries } from "@skillstream/serve/queries.ts";
import { freshDatabase } from "@skillstream/store/fresh.ts";
import { createWarehouse } from "@skillstream/store/warehouse.ts";
import { expect, test } from "vitest";

/** Of each posting there are some contents, found again and again, in its own partition. */
const landMany = `INSERT INTO landing
    (generation, raw_partition, raw_offset, outcome, event, job_id, content_hash, source, observed_at, reason)
  SELECT
    1,
    {partition:UInt16},
    number,
    ['emitted', 'emitted', 'emitted', 'observed', 'dropped', 'rejected'][1 + cityHash64(number) % 6] AS outcome,
    if(outcome = 'observed', 'seen', 'found'),
    concat(toString({partition:UInt16}), '-', toString(cityHash64(number, 1) % 5000)),
    if(outcome = 'emitted', toString(cityHash64(number, 2) % 3), ''),
    ['a', 'b'][1 + number % 2],
    toDateTime64('2026-05-01 00:00:00', 3) + toIntervalSecond(number),
    if(outcome IN ('dropped', 'rejected'), ['x', 'y'][1 + cityHash64(number, 3) % 2], '')
  FROM numbers({from:UInt64}, {rows:UInt64})`;

const recount = `SELECT
    uniqExactIf((job_id, content_hash), outcome = 'emitted') AS stored,
    countIf(outcome = 'emitted') - stored AS duplicates,
    countIf(outcome = 'observed') AS observed,
    countIf(outcome = 'dropped') AS dropped,
    countIf(outcome = 'rejected') AS rejected
  FROM landing FINAL WHERE generation = 1`;

test("the ledger is a recount's, before the warehouse has looked, after it, and for what has landed since", async () => {
  await using scope = new AsyncDisposableStack();
  const log = createLog("test", "fatal");
  const { client } = scope.use(await freshDatabase());
  const queries = createQueries(client);
  const land = (partition: number, from: number, rows: number) =>
    client.command({ query: landMany, query_params: { partition, from, rows } });
  const agrees = async (bounds: { partition: number; low: number; high: number }[], inFlight: number) => {
    const [counted] = await select<Omit<Ledger, "scraped" | "inFlight">>(client, recount);
    const ledger = await readLedger(queries, { offsets: async () => bounds }, 1);
    const { scraped, ...parts } = ledger;
    expect(parts).toEqual({ ...counted, inFlight });
    expect(scraped).toBe(Object.values(parts).reduce((sum, one) => sum + one, 0));
    const outcomes = await queries.run<{ events: number }>("outcomes", { generation: 1 });
    expect(outcomes.reduce((sum, { events }) => sum + events, 0)).toBe(scraped - inFlight);
    const rejections = await queries.run<{ events: number }>("rejections", { generation: 1, limit: 100 });
    expect(rejections).toHaveLength(4);
    expect(rejections.reduce((sum, { events }) => sum + events, 0)).toBe(ledger.dropped + ledger.rejected);
  };
  const compute = async () => {
    await using warehouse = createWarehouse(client, {
      generation: 1,
      log,
      duplicates: { update: async () => undefined },
    });
    await warehouse.settled();
  };

  await land(0, 0, 70_000);
  await land(1, 0, 1_000);
  // A zombie's rows, some in a piece that will be full.
  await land(0, 60_000, 8_000);
  const bounds = [
    { partition: 0, low: 0, high: 70_010 },
    { partition: 1, low: 500, high: 1_000 },
  ];
  await agrees(bounds, 10);
  await compute();
  await agrees(bounds, 10);
  const [pieces] = await select<{ pieces: number }>(
    client,
    "SELECT uniqExact(raw_partition, piece) AS pieces FROM landed_pieces",
  );
  expect(pieces).toEqual({ pieces: 1 });

  // What lands next says again what was said before; the topic has lost the beginning, and grown beyond the bounds.
  await land(0, 70_000, 3_000);
  await land(2, 0, 100);
  const later = [
    { partition: 0, low: 30_000, high: 72_000 },
    { partition: 1, low: 500, high: 1_001 },
    { partition: 2, low: 0, high: 100 },
  ];
  await agrees(later, 1);
  await compute();
  await agrees(later, 1);
  await client.command({ query: "OPTIMIZE TABLE landing FINAL" });
  await agrees(later, 1);
  await compute();
  await agrees(later, 1);
});
