import { type ClickHouseClient, select } from "@skillstream/platform/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { bandsOf, coreSlots, wholeSlots } from "@skillstream/schemas/fingerprint.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../fresh.ts";
import { createLanding } from "../landing.ts";
import { found, receipt } from "../sample.ts";
import { takeUp } from "../warehouse/pieces.ts";
import { takeTurn } from "../warehouse/turn.ts";
import { createDuplicates } from "./duplicates.ts";
import { clusterOf, recordSplit } from "./splits.ts";

const log = createLog("test", "fatal");
let database: FreshDatabase;
let client: ClickHouseClient;

beforeAll(async () => {
  database = await freshDatabase();
  ({ client } = database);
});

afterAll(() => database?.[Symbol.asyncDispose]());

const day = (number: number) => Date.UTC(2026, 2, number);

/** A text's signature; texts of one number are alike but for so many of the slots. */
function fingerprint(text: number, changedSlots = 0, title = "data engineer") {
  const signature = Buffer.alloc(coreSlots + wholeSlots);
  for (let slot = 0; slot < signature.length; slot++) {
    const isChanged = (slot * 7) % signature.length < changedSlots;
    signature[slot] = 1 + ((slot * 37 + text * 101 + (isChanged ? 50 : 0)) % 255);
  }
  const company = "northwind";
  return {
    title,
    company,
    bands: bandsOf(title, company, signature),
    signature: signature.toString("base64"),
  };
}

interface Sight {
  job: string;
  at: number;
  text?: number;
  changedSlots?: number;
  title?: string;
  closed?: boolean;
}

const answerOf = ({ job, at, text, changedSlots, title, closed }: Sight, offset: number) =>
  closed
    ? receipt(offset, { job_id: job, observed_at: day(at), event: "closed" })
    : found(offset, {
        job_id: job,
        observed_at: day(at),
        posted_time: day(at),
        content_hash: `${text} ${changedSlots} ${title}`,
        fingerprint: fingerprint(text ?? 0, changedSlots, title),
      });

/** A generation with its landing table; each `see` is one batch, which is clustered when it resolves. */
function open(generation: number) {
  const landing = createLanding(client, { generation, log });
  const duplicates = createDuplicates(client, { generation, log });
  let offset = 0;
  return {
    /** Resolves to the postings that are told to have changed. */
    async see(...sights: Sight[]): Promise<string[]> {
      const from = offset;
      await landing.write(
        0,
        sights.map((sight) => answerOf(sight, offset++)),
      );
      await using turn = await takeTurn(client, { generation, log, signal: new AbortController().signal });
      await takeUp(turn, [{ partition: 0, from, upto: offset }]);
      await duplicates.update(turn.changes);
      return await named(generation, turn.changes);
    },
  };
}

async function named(generation: number, changes: string): Promise<string[]> {
  const rows = await select<{ job_id: string }>(
    client,
    `SELECT DISTINCT job_id FROM posting_versions WHERE generation = {generation:UInt32}
     AND posting_key IN (SELECT posting_key FROM {changes:Identifier}) ORDER BY job_id`,
    { generation, changes },
  );
  return rows.map(({ job_id }) => job_id);
}

/** Of each posting that shares a cluster, or once did, the cluster. */
async function clusters(generation: number): Promise<Record<string, string>> {
  const rows = await select<{ job_id: string; cluster_id: string }>(
    client,
    "SELECT job_id, cluster_id FROM cluster_members FINAL WHERE generation = {generation:UInt32} ORDER BY job_id",
    { generation },
  );
  return Object.fromEntries(rows.map(({ job_id, cluster_id }) => [job_id, cluster_id]));
}

const split = (one: string, other: string, withdrawn = false) =>
  recordSplit(client, { one, other, withdrawn, reason: "other teams" });

describe("the store's duplicates", { timeout: 120_000 }, () => {
  test("are one cluster, named after the earliest, and another job is alone", async () => {
    const store = open(1);
    const changed = await store.see(
      { job: "b", at: 5, text: 1 },
      { job: "a", at: 7, text: 1, changedSlots: 20 },
      { job: "other", at: 6, text: 2 },
      { job: "title", at: 6, text: 1, title: "data engineer senior" },
    );
    expect(await clusters(1)).toEqual({ a: "b", b: "b" });
    expect(changed).toEqual(["a", "b", "other", "title"]);
  });

  test("come out the same whatever the order of arrival, one by one or at once", async () => {
    // A chain: each is like its neighbours, the ends are not like each other.
    const sights: Sight[] = [0, 60, 120].map((changedSlots, index) => ({
      job: `chain-${index}`,
      at: 9 - index,
      text: 1,
      changedSlots,
    }));
    sights.push({ job: "far", at: 1, text: 3 }, { job: "twin", at: 12, text: 3 });
    await open(10).see(...sights);
    const chain = { "chain-0": "chain-2", "chain-1": "chain-2", "chain-2": "chain-2" };
    expect(await clusters(10)).toEqual({ ...chain, far: "far", twin: "far" });
    for (const [generation, order] of [
      [11, [[4], [3, 0], [2], [1]]],
      [12, [[1], [2, 4], [0, 3]]],
    ] as const) {
      const store = open(generation);
      for (const batch of order) await store.see(...batch.map((at) => sights[at] as Sight));
      expect(await clusters(generation)).toEqual(await clusters(10));
    }
  });

  test("lose a posting whose new text is another job, and gain it again when the edit is taken back", async () => {
    const store = open(2);
    await store.see({ job: "a", at: 1, text: 1 }, { job: "b", at: 2, text: 1 }, { job: "c", at: 3, text: 1 });
    expect(await clusters(2)).toEqual({ a: "a", b: "a", c: "a" });
    expect(await store.see({ job: "a", at: 4, text: 2 })).toEqual(["a", "b", "c"]);
    expect(await clusters(2)).toEqual({ a: "a", b: "b", c: "b" });
    expect(await store.see({ job: "a", at: 5, text: 1 })).toEqual(["a", "b", "c"]);
    expect(await clusters(2)).toEqual({ a: "a", b: "a", c: "a" });
  });

  test("keep a posting that was closed, and its name where it is dated anew", async () => {
    const store = open(3);
    await store.see({ job: "a", at: 1, text: 1 }, { job: "b", at: 2, text: 1 });
    await store.see({ job: "a", at: 3, closed: true });
    await store.see({ job: "a", at: 9, text: 1, changedSlots: 5 });
    expect(await clusters(3)).toEqual({ a: "a", b: "a" });
  });

  test("stay split where people split them, in a generation that is computed anew as well", async () => {
    const store = open(4);
    await store.see({ job: "split-a", at: 1, text: 1 }, { job: "split-b", at: 2, text: 1 });
    await split("split-b", "split-a");
    // Something else changes, and the split is taken up with it.
    expect(await store.see({ job: "x", at: 4, text: 8, title: "nurse" })).toEqual([
      "split-a",
      "split-b",
      "x",
    ]);
    expect(await clusters(4)).toEqual({ "split-a": "split-a", "split-b": "split-b" });

    const replay = open(5);
    await replay.see({ job: "split-b", at: 2, text: 1 });
    await replay.see({ job: "split-a", at: 1, text: 1 });
    expect(await clusters(5)).toEqual({});
    await split("split-a", "split-b", true);
    await replay.see({ job: "x", at: 4, text: 8, title: "nurse" });
    expect(await clusters(5)).toEqual({ "split-a": "split-a", "split-b": "split-a" });
  });

  test("are shown with when each was seen, and a split of a posting that nobody has seen is refused", async () => {
    // Generation 1 is the live one.
    expect(await clusterOf(client, "a")).toMatchObject([
      { id: "b", cluster: "b", first_seen: "2026-03-05 00:00:00.000", similarity: 0.9 },
      { id: "a", cluster: "b", last_seen: "2026-03-07 00:00:00.000", similarity: 1 },
    ]);
    expect(await clusterOf(client, "other")).toMatchObject([{ id: "other", cluster: "other" }]);
    expect(await clusterOf(client, "nobody")).toEqual([]);
    await expect(split("a", "nobody")).rejects.toThrow("there is no posting nobody");
    await expect(split("a", "a")).rejects.toThrow("cannot be split from itself");
  });

  test("done again after a kill name the same postings as changed, and change nothing", async () => {
    const store = open(6);
    // Two pairs that are one cluster by the posting between them, until that is edited.
    await store.see(
      ...[0, 0, 60, 120, 120].map((changedSlots, at) => ({
        job: `job-${at}`,
        at: at + 1,
        text: 1,
        changedSlots,
      })),
    );
    const everyone = [0, 1, 2, 3, 4].map((at) => `job-${at}`);
    expect(Object.keys(await clusters(6))).toEqual(everyone);
    expect(await store.see({ job: "job-2", at: 9, text: 2 })).toEqual(everyone);
    // Rows that were replaced must not be needed.
    await client.command({ query: "OPTIMIZE TABLE cluster_members FINAL" });
    const before = await select(client, "SELECT * FROM cluster_members WHERE generation = 6 ORDER BY job_id");
    // The clusters stand; whoever died would have recomputed the facts of the others.
    await client.command({
      query: "CREATE TABLE again (posting_key UInt64) ENGINE = MergeTree ORDER BY posting_key",
    });
    await client.command({ query: "INSERT INTO again SELECT cityHash64('job-2')" });
    await createDuplicates(client, { generation: 6, log }).update("again");
    expect(await named(6, "again")).toEqual(everyone);
    const after = await select(client, "SELECT * FROM cluster_members WHERE generation = 6 ORDER BY job_id");
    expect(after).toEqual(before);
    const left = await select(client, "SELECT name FROM system.tables WHERE startsWith(name, 'again_')");
    expect(left).toEqual([]);
  });

  test("write nothing of a store that was stopped until another had its turn", async () => {
    const store = open(7);
    await store.see({ job: "a", at: 1, text: 1 });
    const signal = new AbortController().signal;
    const landing = createLanding(client, { generation: 7, log });
    await landing.write(0, [answerOf({ job: "b", at: 2, text: 1 }, 1)]);
    const zombie = await takeTurn(client, { generation: 7, log, signal });
    await takeUp(zombie, [{ partition: 0, from: 1, upto: 2 }]);
    // It is stopped as late as it can be: all that is left to do is to write down what it found.
    const stopped: typeof client = Object.create(client, {
      command: {
        value: async (asked: Parameters<typeof client.command>[0]) => {
          if (asked.query.includes("INTO cluster_members")) {
            await client.command({ query: "DROP TABLE warehouse_lock_g7" });
            await (await takeTurn(client, { generation: 7, log, signal }))[Symbol.asyncDispose]();
          }
          return client.command(asked);
        },
      },
    });
    const late = createDuplicates(stopped, { generation: 7, log }).update(zombie.changes);
    await expect(late).rejects.toThrow(/staging/);
    await zombie[Symbol.asyncDispose]();
    expect(await clusters(7)).toEqual({});
  });
});
