import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClickHouseClient, connectClickHouse, select } from "@skillstream/platform/clickhouse.ts";
import { type LocalClickHouse, startClickHouse } from "@skillstream/platform/local/clickhouse/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { bandsOf, coreSlots, wholeSlots } from "@skillstream/schemas/fingerprint.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLanding } from "../landing.ts";
import { migrate } from "../migrate.ts";
import { found, receipt } from "../sample.ts";
import { createWarehouse } from "../warehouse.ts";
import { createDuplicates } from "./duplicates.ts";

const log = createLog("test", "fatal");
const folder = mkdtempSync(join(tmpdir(), "duplicates-"));
let server: LocalClickHouse;
let client: ClickHouseClient;

beforeAll(async () => {
  server = await startClickHouse({ folder, host: "127.0.0.1", port: 0, log });
  const settings = {
    clickhouseUrl: server.url,
    clickhouseUser: "default",
    clickhousePassword: "",
    clickhouseDatabase: "skillstream",
  };
  await migrate(settings, { log });
  client = connectClickHouse(settings, "test");
});

afterAll(async () => {
  await client?.close();
  await server?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

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

/** A generation with its landing table and warehouse; each `see` is one batch, computed when it resolves. */
function open(generation: number) {
  const landing = createLanding(client, { generation, log });
  const duplicates = createDuplicates(client, { generation, log });
  const warehouse = createWarehouse(client, { generation, log, duplicates });
  let offset = 0;
  return {
    async see(...sights: Sight[]) {
      await landing.write(
        0,
        sights.map((sight) => answerOf(sight, offset++)),
      );
      await warehouse.settled();
    },
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}

/** Of each posting that has been in a cluster with others, the cluster; from the facts, which people read. */
async function clusters(generation: number): Promise<Record<string, string>> {
  const rows = await select<{ job_id: string; cluster_id: string }>(
    client,
    "SELECT job_id, cluster_id FROM fact_job_postings WHERE generation = {generation:UInt32} ORDER BY job_id",
    { generation },
  );
  return Object.fromEntries(rows.map(({ job_id, cluster_id }) => [job_id, cluster_id]));
}

const sizes = async (generation: number) =>
  Object.fromEntries(
    (
      await select<{ job_id: string; cluster_postings: number }>(
        client,
        "SELECT job_id, cluster_postings FROM fact_job_postings WHERE generation = {generation:UInt32} ORDER BY job_id",
        { generation },
      )
    ).map(({ job_id, cluster_postings }) => [job_id, cluster_postings]),
  );

async function split(one: string, other: string, withdrawn = false): Promise<void> {
  const [last] = await select<{ sequence: number }>(
    client,
    "SELECT max(sequence) AS sequence FROM cluster_splits",
  );
  await client.insert({
    table: "cluster_splits",
    values: [
      { job_id: one, apart_from: other, withdrawn, reason: "test", sequence: (last?.sequence ?? 0) + 1 },
    ],
    format: "JSONEachRow",
  });
}

describe("the store's duplicates", () => {
  test("are one cluster, named after the earliest, and another job is one of its own", async () => {
    await using store = open(1);
    await store.see(
      { job: "b", at: 5, text: 1 },
      { job: "a", at: 7, text: 1, changedSlots: 20 },
      { job: "other", at: 6, text: 2 },
      { job: "title", at: 6, text: 1, title: "data engineer senior" },
    );
    expect(await clusters(1)).toEqual({ a: "b", b: "b", other: "other", title: "title" });
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
    const answers: Record<string, string>[] = [];
    for (const [index, order] of [
      sights,
      sights.toReversed(),
      [2, 0, 4, 1, 3].map((at) => sights[at] as Sight),
    ].entries()) {
      const generation = 10 + index;
      await using store = open(generation);
      if (index === 0) await store.see(...order);
      else for (const sight of order) await store.see(sight);
      answers.push(await clusters(generation));
    }
    const chain = { "chain-0": "chain-2", "chain-1": "chain-2", "chain-2": "chain-2" };
    expect(answers[0]).toEqual({ ...chain, far: "far", twin: "far" });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test("lose a posting whose new text is another job, and gain it again when the edit is taken back", async () => {
    await using store = open(2);
    await store.see({ job: "a", at: 1, text: 1 }, { job: "b", at: 2, text: 1 }, { job: "c", at: 3, text: 1 });
    expect(await clusters(2)).toEqual({ a: "a", b: "a", c: "a" });
    await store.see({ job: "a", at: 4, text: 2 });
    expect(await clusters(2)).toEqual({ a: "a", b: "b", c: "b" });
    expect(await sizes(2)).toEqual({ a: 1, b: 2, c: 2 });
    await store.see({ job: "a", at: 5, text: 1 });
    expect(await clusters(2)).toEqual({ a: "a", b: "a", c: "a" });
    expect(await sizes(2)).toEqual({ a: 3, b: 3, c: 3 });
  });

  test("keep a posting that was closed", async () => {
    await using store = open(3);
    await store.see({ job: "a", at: 1, text: 1 }, { job: "b", at: 2, text: 1 });
    await store.see({ job: "a", at: 3, closed: true });
    expect(await clusters(3)).toEqual({ a: "a", b: "a" });
  });

  test("stay split where people split them, in a generation that is computed anew as well", async () => {
    {
      await using store = open(4);
      await store.see(
        { job: "split-a", at: 1, text: 1 },
        { job: "split-b", at: 2, text: 1 },
        { job: "x", at: 3, text: 9 },
      );
      await split("split-b", "split-a");
      await store.see({ job: "x", at: 4, text: 8 });
      expect(await clusters(4)).toEqual({ "split-a": "split-a", "split-b": "split-b", x: "x" });
    }
    await using replay = open(5);
    await replay.see({ job: "split-b", at: 2, text: 1 });
    await replay.see({ job: "split-a", at: 1, text: 1 });
    expect(await clusters(5)).toEqual({ "split-a": "split-a", "split-b": "split-b" });
    await split("split-b", "split-a", true);
    await replay.see({ job: "x", at: 4, text: 8 });
    expect(await clusters(5)).toEqual({ "split-a": "split-a", "split-b": "split-a", x: "x" });
  });

  test("done again after a kill name the same postings as changed", async () => {
    const generation = 6;
    await using store = open(generation);
    await store.see({ job: "a", at: 1, text: 1 }, { job: "b", at: 2, text: 1 }, { job: "c", at: 3, text: 1 });
    await store.see({ job: "a", at: 4, text: 2 });
    // The clusters stand; nobody recomputed the facts of b and c.
    await client.command({
      query: "CREATE TABLE again (posting_key UInt64) ENGINE = MergeTree ORDER BY posting_key",
    });
    await client.command({ query: "INSERT INTO again SELECT cityHash64('a')" });
    await createDuplicates(client, { generation, log }).update("again");
    const named = await select<{ job_id: string }>(
      client,
      `SELECT DISTINCT job_id FROM posting_versions WHERE generation = 6
       AND posting_key IN (SELECT posting_key FROM again) ORDER BY job_id`,
    );
    expect(named.map(({ job_id }) => job_id)).toEqual(["a", "b", "c"]);
    expect(await clusters(generation)).toEqual({ a: "a", b: "b", c: "b" });
    const left = await select(client, "SELECT name FROM system.tables WHERE startsWith(name, 'again_')");
    expect(left).toEqual([]);
  });
});
