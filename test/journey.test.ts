// One posting's whole journey on real servers: what `npm start` runs, seen from outside. The tests of this file
// follow each other on one instance.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { select } from "@skillstream/platform/clickhouse.ts";
import { connectKafka, createProducer, type Offsets, watchOffsets } from "@skillstream/platform/kafka.ts";
import { startBrowser } from "@skillstream/platform/local/browser.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { enrichedTopic, normalizedTopic, rawTopic } from "@skillstream/schemas/topics.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { atRest, type Instance, judge, type Ledger, servedIds, startInstance } from "./instance.ts";
import { avroReader, readTopic } from "./witness.ts";

const environment = {
  SKILLSTREAM_DEMO_POSTINGS: "1500",
  SKILLSTREAM_DEMO_LIVE_PER_SECOND: "0",
};
const log = createLog("journey-test", "fatal");

let home: string;
let instance: Instance;
let ledger: Ledger;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "skillstream-journey-"));
  instance = await startInstance({ home, environment });
  ledger = await atRest(instance, 150_000);
});

afterAll(async () => {
  await instance?.[Symbol.asyncDispose]();
  if (home !== undefined) await rm(home, { recursive: true, force: true });
});

function brokers(): string[] {
  return (instance.endpoints().variables.SKILLSTREAM_KAFKA_BROKERS ?? "").split(",");
}

async function withOffsets<T>(work: (offsets: Offsets) => Promise<T>): Promise<T> {
  await using offsets = await watchOffsets(connectKafka({ brokers: brokers(), clientId: "journey", log }));
  return await work(offsets);
}

async function endsOf(topic: string): Promise<Map<number, number>> {
  return withOffsets(async (offsets) => {
    const found = await offsets.ofTopic(topic);
    return new Map(found.map(({ partition, high }) => [partition, high]));
  });
}

test("what the demo site served is stored, nothing more and nothing less, and the ledger balances", async () => {
  expect(ledger.scraped).toBeGreaterThan(1_400);
  expect(await judge(instance)).toEqual([]);
});

test("another client finds in every topic what the ledger says", async () => {
  const readRaw = avroReader("RawEvent");
  const events = new Map<unknown, number>();
  const contents = new Set<unknown>();
  let raw = 0;
  for await (const { value, key } of readTopic(brokers(), rawTopic.name, await endsOf(rawTopic.name))) {
    const event = readRaw(value);
    expect(event.job_id).toBe(key);
    events.set(event.event, (events.get(event.event) ?? 0) + 1);
    contents.add(event.source_id);
    raw += 1;
  }
  expect(raw).toBe(ledger.scraped);
  expect(contents.isSupersetOf(await servedIds(home))).toBe(true);

  for (const { name } of [normalizedTopic(1), enrichedTopic(1)]) {
    const outcomes = new Map<string, number>();
    const origins = new Set<string>();
    for await (const { partition, headers } of readTopic(brokers(), name, await endsOf(name))) {
      const origin = `${partition}:${headers.origin}`;
      if (origins.has(origin)) continue;
      origins.add(origin);
      const outcome = headers.receipt ?? "emitted";
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(
        Object.entries({
          emitted: ledger.stored + ledger.duplicates,
          observed: ledger.observed,
          dropped: ledger.dropped,
          rejected: ledger.rejected,
        }).filter(([, count]) => count > 0),
      ),
    );
  }
});

test("the page shows in a browser what the ledger counts, says that it is synthetic, and draws the trends", async () => {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(instance.page);
    const stored = async () =>
      Number(await page.$eval("#stored", (figure) => figure.textContent?.replaceAll(/\D/g, "")));
    await page.waitForSelector("#stored");
    await expect.poll(stored, { timeout: 10_000 }).toBe(ledger.stored);
    expect(await page.$eval(".badge.synthetic", (badge) => badge.textContent)).toMatch(/synthetic/i);
    await page.waitForSelector("canvas");
    await page.click(".switch");
    await page.waitForSelector("table");
    const months = await page.$$eval("table tbody tr", (rows) => rows.length);
    expect(months).toBeGreaterThan(10);
  } finally {
    await browser.close();
  }
});

test("every skill that is stored stands where its mention says", async () => {
  await using client = instance.clickhouse();
  const rows = await select<{ title: string; description: string; extraction: string }>(
    client,
    "SELECT title, description, extraction FROM landing WHERE outcome = 'emitted' AND notEmpty(skill.name) LIMIT 500",
  );
  expect(rows.length).toBeGreaterThan(400);
  for (const { extraction, ...text } of rows) {
    const { skills } = JSON.parse(extraction) as {
      skills: { mentions: { field: "title" | "description"; text: string; start: number; end: number }[] }[];
    };
    for (const { field, text: mention, start, end } of skills.flatMap((skill) => skill.mentions)) {
      expect(text[field].slice(start, end)).toBe(mention);
    }
  }
});

test("an empty title is rejected with its reason, and a description of two megabytes is stored whole", async () => {
  await using client = instance.clickhouse();
  const [empty] = await select<{ count: number }>(
    client,
    "SELECT count() AS count FROM landing WHERE outcome = 'rejected' AND reason = 'title is empty'",
  );
  expect(empty?.count).toBeGreaterThan(0);
  const [long] = await select<{ longest: number }>(
    client,
    "SELECT max(lengthUTF8(description)) AS longest FROM landing",
  );
  expect(long?.longest).toBeGreaterThan(1_900_000);
});

test("a message that is no Avro and one of an unknown schema are rejected, told apart, and lose nothing", async () => {
  const kafka = connectKafka({ brokers: brokers(), clientId: "journey", log });
  await using producer = createProducer(kafka);
  const unknownSchema = Buffer.concat([Buffer.from([0, 0, 0, 0x7f, 0xff]), Buffer.from("whatever")]);
  const headers = {};
  await producer.send(rawTopic.name, 3, [
    { key: "not-avro", value: Buffer.from("{}"), headers },
    { key: "unknown-schema", value: unknownSchema, headers },
  ]);
  await expect
    .poll(async () => (await instance.ledger()).rejected, { timeout: 20_000 })
    .toBe(ledger.rejected + 2);
  const before = ledger;
  ledger = await instance.ledger();
  expect(ledger).toEqual({ ...before, scraped: before.scraped + 2, rejected: before.rejected + 2 });
  await using client = instance.clickhouse();
  const rows = await select<{ job_id: string; cause: string; reason: string }>(
    client,
    "SELECT job_id, cause, reason FROM landing WHERE job_id IN ('not-avro', 'unknown-schema') ORDER BY job_id",
  );
  expect(rows).toEqual([
    { job_id: "not-avro", cause: "undecodable", reason: expect.stringMatching(/not Avro/) },
    {
      job_id: "unknown-schema",
      cause: "undecodable",
      reason: "the message names schema 32767, which the registry does not know",
    },
  ]);
});

test("after kill -9 of every stage what comes next is answered, once", async () => {
  for (const name of ["normalize", "extract", "store"]) {
    process.kill(instance.endpoints().processes[name]?.pid ?? 0, "SIGKILL");
  }
  const kafka = connectKafka({ brokers: brokers(), clientId: "journey", log });
  await using producer = createProducer(kafka);
  await producer.send(rawTopic.name, 3, [{ key: "after-the-kill", value: Buffer.from("{}"), headers: {} }]);
  const next = { ...ledger, scraped: ledger.scraped + 1, rejected: ledger.rejected + 1 };
  await expect.poll(() => instance.ledger().catch(() => undefined), { timeout: 60_000 }).toEqual(next);
  expect(await judge(instance)).toEqual([]);
  ledger = next;
});

test("Ctrl-C ends every process, and a second start is ready in fifteen seconds with the same ledger", async () => {
  const pids = Object.values(instance.endpoints().processes).map(({ pid }) => pid);
  expect(pids.length).toBeGreaterThan(8);
  expect(await instance.stop()).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);

  instance = await startInstance({ home, environment });
  console.log(`second start: ready in ${(instance.readyMs / 1000).toFixed(1)} s`);
  expect(instance.readyMs).toBeLessThan(15_000);
  await expect.poll(() => instance.ledger().catch(() => undefined), { timeout: 20_000 }).toEqual(ledger);
  expect(await judge(instance)).toEqual([]);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
