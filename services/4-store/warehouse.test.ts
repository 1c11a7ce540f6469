import { type ClickHouseClient, readSql, select } from "@skillstream/platform/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Duplicates } from "./duplicates/duplicates.ts";
import { type FreshDatabase, freshDatabase } from "./fresh.ts";
import { createLanding } from "./landing.ts";
import { recounted } from "./recount.ts";
import { found, receipt } from "./sample.ts";
import { takeTurn } from "./warehouse/turn.ts";
import { createWarehouse, type WarehouseOptions } from "./warehouse.ts";

// Some wait for a dozen turns, of a second each on a machine that has other tests to run.
vi.setConfig({ testTimeout: 120_000 });

const log = createLog("test", "fatal");
let database: FreshDatabase;
let client: ClickHouseClient;

beforeAll(async () => {
  database = await freshDatabase();
  client = database.client;
});

afterAll(() => database?.[Symbol.asyncDispose]());

const month = (number: number, day = 3) => Date.UTC(2026, number - 1, day);
const alone: Duplicates = { update: async () => undefined };
const open = (generation: number, options: Partial<WarehouseOptions> = {}) =>
  createWarehouse(client, { generation, log, duplicates: alone, ...options });

async function expectRecounted(generation: number) {
  for (const { name, held, right } of await recounted(client, generation)) expect(held, name).toEqual(right);
}

const factsOf = async (generation: number) => (await recounted(client, generation))[0]?.held ?? [];
const trendsOf = async (generation: number) => (await recounted(client, generation))[1]?.held ?? [];

const monthsOf = async (generation: number) => (await factsOf(generation)).map((one) => one.month);
const leftovers = () =>
  select(
    client,
    "SELECT name FROM system.tables WHERE startsWith(name, 'staging_') OR startsWith(name, 'warehouse_lock')",
  );

/** Puts all postings of one title into one cluster, led by the first of them by name. */
function byTitle(generation: number): Duplicates {
  let sequence = 0;
  return {
    async update(changes) {
      const latest = `SELECT job_id, posting_key, argMax(title, (observed_at, raw_partition, raw_offset)) AS title
        FROM posting_versions WHERE generation = ${generation} AND outcome = 'emitted' GROUP BY job_id, posting_key`;
      const members = `SELECT ${generation} AS generation, posting_key, job_id,
          cityHash64(min(job_id) OVER (PARTITION BY title)) AS cluster_key,
          min(job_id) OVER (PARTITION BY title) AS cluster_id FROM (${latest})`;
      await client.command({
        query: `INSERT INTO ${changes} SELECT posting_key FROM (${members}) AS now
          LEFT JOIN (SELECT posting_key, cluster_id FROM cluster_members FINAL WHERE generation = ${generation}) AS then
          USING posting_key WHERE now.cluster_id != then.cluster_id`,
      });
      await client.command({
        query: `INSERT INTO cluster_members (generation, posting_key, job_id, cluster_key, cluster_id, sequence)
          SELECT *, ${++sequence} FROM (${members})`,
      });
    },
  };
}

describe("the warehouse", () => {
  test.each([
    ["alone", 1, {}],
    ["in clusters", 21, { duplicates: byTitle(21) }],
    ["in months too large to be written again", 22, { rewrittenPostingsMax: 0 }],
  ])(
    "is what a plain recount says, after edits, moves between months, closings and late events: postings %s",
    async (_, generation, options) => {
      const landing = createLanding(client, { generation, log });
      await using warehouse = open(generation, options);
      let offset = 0;
      // A small generator of the usual kind, so that a failure can be repeated.
      let state = 7;
      const random = (below: number) => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
      };
      for (let round = 0; round < 4; round++) {
        const answers = Array.from({ length: 60 }, () => {
          const job = random(80);
          const common = { job_id: `job-${job}`, observed_at: month(8) + random(1_000) * 60_000 };
          if (random(4) === 0) {
            return receipt(offset++, { ...common, event: random(2) === 0 ? "closed" : "seen" });
          }
          const company = `Company ${random(6)}`;
          const posting = {
            ...common,
            posted_time: random(8) === 0 ? null : month(2 + random(3), 1 + random(27)),
            title: `Title ${random(12)}`,
            company,
            company_name: company,
            content_hash: String(random(3)),
            workplace_type: (["remote", "hybrid", null] as const)[random(3)] ?? null,
          };
          const skills = ["SQL", "Rust", "Go", "SQL"].filter(() => random(2) === 0);
          return found(offset++, posting, skills);
        });
        for (const partition of [round % 2, (round + 1) % 2]) {
          const own = answers.filter((answer) => Number(answer.key.slice(4)) % 2 === partition);
          await landing.write(partition, own);
        }
        await warehouse.settled();
        await expectRecounted(generation);
      }
      expect(await leftovers()).toEqual([]);
    },
  );

  test("an edit that moves the last posting of a month takes the month away", async () => {
    const generation = 2;
    const landing = createLanding(client, { generation, log });
    await using warehouse = open(generation);
    await landing.write(0, [found(0, { posted_time: month(2), observed_at: month(5) })]);
    await warehouse.settled();
    expect(await monthsOf(generation)).toEqual(["2026-02-01"]);
    await landing.write(0, [found(1, { posted_time: month(3), observed_at: month(5, 4) })]);
    await warehouse.settled();
    expect(await monthsOf(generation)).toEqual(["2026-03-01"]);
    expect(new Set((await trendsOf(generation)).map((one) => one.month))).toEqual(new Set(["2026-03-01"]));
  });

  test("a posting without a date that can be true counts in the month in which it was first seen", async () => {
    const generation = 3;
    const landing = createLanding(client, { generation, log });
    await using warehouse = open(generation);
    await landing.write(0, [
      found(0, { job_id: "a", posted_time: null, observed_at: month(4) }),
      found(1, { job_id: "a", posted_time: null, observed_at: month(6) }),
      found(2, { job_id: "b", posted_time: month(12), observed_at: month(4) }),
      found(3, { job_id: "c", posted_time: Date.UTC(1970, 0, 1), observed_at: month(4) }),
    ]);
    await warehouse.settled();
    expect(await monthsOf(generation)).toEqual(["2026-04-01", "2026-04-01", "2026-04-01"]);
    // A date that is given and taken back again.
    await landing.write(0, [found(4, { job_id: "a", posted_time: month(2), observed_at: month(7) })]);
    await warehouse.settled();
    expect(await monthsOf(generation)).toEqual(["2026-02-01", "2026-04-01", "2026-04-01"]);
    await landing.write(0, [found(5, { job_id: "a", posted_time: null, observed_at: month(8) })]);
    await warehouse.settled();
    expect(await monthsOf(generation)).toEqual(["2026-04-01", "2026-04-01", "2026-04-01"]);
    await expectRecounted(generation);
  });

  test("a posting that left a cluster keeps the facts of its new one when the old one changes", async () => {
    const generation = 23;
    const landing = createLanding(client, { generation, log });
    // Rows that were replaced stand until they merge away, which may take as long as it likes.
    await client.command({ query: "SYSTEM STOP MERGES cluster_members" });
    await using warehouse = open(generation, { duplicates: byTitle(generation) });
    const see = async (offset: number, job_id: string, title: string) => {
      await landing.write(0, [found(offset, { job_id, title, observed_at: month(5) + offset })]);
      await warehouse.settled();
      await expectRecounted(generation);
    };
    for (const [offset, job] of ["a", "b", "c"].entries()) await see(offset, job, "Data Engineer");
    await see(3, "d", "Analyst");
    await see(4, "c", "Analyst");
    await see(5, "b", "Data Engineer");
    await client.command({ query: "SYSTEM START MERGES cluster_members" });
  });

  test("what landed before a kill is counted by the next process, and nothing else is recomputed", async () => {
    const generation = 4;
    const landing = createLanding(client, { generation, log });
    {
      await using warehouse = open(generation);
      await landing.write(0, [found(0, { posted_time: month(2) })]);
      await warehouse.settled();
    }
    await landing.write(1, [found(0, { job_id: "late", posted_time: month(3) })]);
    await client.command({
      query: `INSERT INTO skill_trends (generation, month, source, skill) VALUES (4, '2026-02-01', '', 'planted')`,
    });
    {
      await using warehouse = open(generation);
      await warehouse.settled();
    }
    expect((await trendsOf(generation)).map(({ month, skill }) => `${month} ${skill}`)).toEqual([
      "2026-02-01 ",
      "2026-02-01 SQL",
      "2026-02-01 planted",
      "2026-03-01 ",
      "2026-03-01 SQL",
    ]);
  });

  test("rows that come in before what was read, as from an old archive, are counted", async () => {
    const generation = 5;
    const landing = createLanding(client, { generation, log });
    await using warehouse = open(generation);
    await landing.write(0, [found(100, { posted_time: month(3) })]);
    await warehouse.settled();
    await landing.write(0, [found(3, { job_id: "old", posted_time: month(2) })]);
    await warehouse.settled();
    expect((await monthsOf(generation)).toSorted()).toEqual(["2026-02-01", "2026-03-01"]);
  });

  test("a row that a zombie repeats counts once, while it stands twice and when it has merged away", async () => {
    const generation = 7;
    const landing = createLanding(client, { generation, log });
    await using warehouse = open(generation);
    const rows = [found(0, { posted_time: month(3) }), receipt(1, { event: "closed" })];
    await landing.write(0, rows);
    await warehouse.settled();
    await landing.write(0, rows);
    await warehouse.settled();
    await expectRecounted(generation);
    await client.command({ query: "OPTIMIZE TABLE landing FINAL" });
    await warehouse.settled();
    await expectRecounted(generation);
    expect(await factsOf(generation)).toMatchObject([{ versions: 1, events: 1, closed: true }]);
  });

  test("a piece that was taken up with one row twice and another missing is looked at again", async () => {
    const generation = 10;
    const landing = createLanding(client, { generation, log });
    const drop = (rows: number) =>
      client.command({
        query: `INSERT INTO landing (generation, raw_partition, raw_offset, outcome)
          SELECT {generation:UInt32}, 0, number, 'dropped' FROM numbers({rows:UInt64})`,
        query_params: { generation, rows },
      });
    await client.command({ query: "SYSTEM STOP MERGES landing" });
    await drop(65_535);
    await drop(1);
    // The last row comes in after the piece was taken up, with as many rows as it has offsets, and before it is counted.
    let last: Promise<void> | undefined;
    const duplicates: Duplicates = {
      async update() {
        last ??= landing.write(0, [found(65_535, { posted_time: month(3) })]);
        await last;
      },
    };
    await using warehouse = open(generation, { duplicates });
    await warehouse.settled();
    await warehouse.settled();
    await client.command({ query: "SYSTEM START MERGES landing" });
    expect(await factsOf(generation)).toHaveLength(1);
  });

  test("what people split is taken up though nothing lands", async () => {
    const generation = 9;
    let updates = 0;
    const duplicates: Duplicates = {
      async update() {
        updates++;
      },
    };
    await using warehouse = open(generation, { duplicates });
    await warehouse.settled();
    expect(updates).toBe(0);
    await client.command({
      query: `INSERT INTO cluster_splits (job_id, apart_from, withdrawn, reason, sequence) VALUES ('a', 'b', false, '', 1)`,
    });
    await warehouse.settled();
    await warehouse.settled();
    expect(updates).toBe(1);
  });

  test("what stands in its way is told, and that it goes on", async () => {
    const generation = 40;
    const told: (string | null)[] = [];
    const began = Promise.withResolvers<void>();
    const stuck = (reason: string | null) => {
      told.push(reason);
      if (reason !== null) began.resolve();
    };
    const rename = (from: string, to: string) => client.command({ query: `RENAME TABLE ${from} TO ${to}` });
    await using warehouse = createWarehouse(client, { generation, log, duplicates: alone, stuck });
    await warehouse.settled();
    await rename("skill_trends", "skill_trends_away");
    await createLanding(client, { generation, log }).write(0, [found(0)]);
    const settled = warehouse.settled();
    await began.promise;
    await rename("skill_trends_away", "skill_trends");
    await settled;
    expect(told.at(0)).toBeNull();
    expect(told.find((reason) => reason !== null)).toContain("skill_trends");
    expect(told.at(-1)).toBeNull();
    await expectRecounted(generation);
  });

  test("several processes at once leave what one alone would", async () => {
    const generation = 6;
    const landing = createLanding(client, { generation, log });
    await using one = open(generation);
    await using other = open(generation);
    for (let offset = 0; offset < 5; offset++) {
      await landing.write(0, [
        found(offset, { job_id: `job-${offset}`, posted_time: month(1 + (offset % 3)) }),
      ]);
      await Promise.all([one.settled(), other.settled()]);
    }
    await expectRecounted(generation);
    expect(await leftovers()).toEqual([]);
  });

  test("a store that wakes up beside its successor puts in nothing and records nothing", async () => {
    const generation = 8;
    const signal = new AbortController().signal;
    const landing = createLanding(client, { generation, log });
    await landing.write(0, [found(0, { posted_time: month(3) })]);
    const zombie = await takeTurn(client, { generation, log, signal });
    const staging = await zombie.stage("fact_job_postings");
    // Its successor took the lock over, since it was no longer renewed.
    await client.command({ query: `DROP TABLE warehouse_lock_g${generation}` });
    await using warehouse = open(generation);
    await warehouse.settled();
    const put = zombie.put("fact_job_postings", staging, [{ month: "2026-03-01", change: "swap" }]);
    await expect(put).rejects.toThrow(/staging/);
    const record = zombie.command(readSql("queries/record_progress.sql", import.meta.url), {
      months: [],
      sequence: 99,
    });
    await expect(record).rejects.toThrow(/staging/);
    await zombie[Symbol.asyncDispose]();
    await expectRecounted(generation);
  });
});
