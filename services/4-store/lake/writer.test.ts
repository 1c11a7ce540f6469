import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Unavailable } from "@skillstream/platform/errors.ts";
import avro, { type Schema } from "avsc";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readEntry } from "./catalog.ts";
import type { RecordSchema } from "./event-schema.ts";
import { openFolder } from "./folder.ts";
import { isLake, type Place } from "./place.ts";
import { readLake } from "./read.ts";
import {
  message,
  rawEvent,
  record,
  records,
  schemasOf,
  testLease,
  testWriter,
  writerText,
} from "./sample.ts";
import { schemaChanges } from "./schema-log.ts";
import { announce } from "./writer.ts";

let folder: string;
let place: Place;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lake-"));
  place = openFolder(folder);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const dataFiles = async () => (await place.list("")).filter((path) => path.endsWith(".avro"));
const offsetsTo = (end: number) => Array.from({ length: end }, (_, index) => index);
const read = () => Array.fromAsync(readLake(place));
const entriesOf = async (partition: number) =>
  Promise.all((await place.list(`_catalog/p=${partition}/`)).map((path) => readEntry(place, path)));

describe("a lake", () => {
  test("holds every event once, in order, as it was published", async () => {
    const writer = testWriter(place);
    const lease = testLease();
    await writer.handle({ partition: 3, records: records(0, 130) }, lease);
    await writer.handle({ partition: 3, records: records(130, 250) }, lease);
    expect(lease.at).toBe(250);
    await writer.finish();
    const events = await read();
    expect(events.map(({ offset }) => offset)).toEqual(offsetsTo(250));
    expect(events.map(({ event }) => event)).toEqual(offsetsTo(250).map((number) => rawEvent(number)));
    expect(events[7]).toMatchObject({ partition: 3, timestamp: 1_700_000_000_007 });
  });

  test("keeps source, day and keyword apart, and cuts at multiples of the offset", async () => {
    const writer = testWriter(place);
    await writer.handle({ partition: 3, records: records(0, 250) }, testLease());
    await writer.finish();
    expect((await entriesOf(3)).map((entry) => [entry?.first, entry?.end])).toEqual([
      [0, 100],
      [100, 200],
      [200, 250],
    ]);
    const files = await dataFiles();
    expect(files).toHaveLength(18);
    expect(files[0]).toMatch(
      /^source=acme\/year=2026\/month=01\/day=31\/keyword=__HIVE_DEFAULT_PARTITION__\/p3-000000000000-100-\w{8}\.avro$/,
    );
    expect(files.filter((path) => path.includes("/day=02/keyword=c%2B%2B%2Fc%23/"))).toHaveLength(6);
  });

  test("written again from the same events it is the same, byte for byte", async () => {
    await testWriter(place).handle({ partition: 3, records: records(0, 200) }, testLease());
    const other = mkdtempSync(join(tmpdir(), "lake-"));
    try {
      const again = openFolder(other);
      const writer = testWriter(again);
      const lease = testLease();
      for (let from = 0; from < 200; from += 9)
        await writer.handle({ partition: 3, records: records(from, Math.min(200, from + 9)) }, lease);
      expect(await again.list("source=")).toEqual([]);
      const paths = await place.list("");
      expect(await again.list("")).toEqual(paths);
      for (const path of paths) expect(await again.read(path)).toEqual(await place.read(path));
      expect(paths.length).toBeGreaterThan(14);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  test("a tail is written when its oldest event has waited, and the rest follows it", async () => {
    let now = 0;
    const writer = testWriter(place, { now: () => now });
    const lease = testLease();
    await writer.handle({ partition: 0, records: records(0, 5) }, lease);
    now = 999;
    await writer.tick();
    expect(await read()).toEqual([]);
    now = 1_000;
    await writer.tick();
    expect((await read()).map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
    await writer.handle({ partition: 0, records: records(5, 100) }, lease);
    expect((await entriesOf(0)).map((entry) => [entry?.first, entry?.end])).toEqual([
      [0, 5],
      [5, 100],
    ]);
    expect((await read()).map(({ offset }) => offset)).toEqual(offsetsTo(100));
  });

  test("a range ends early before it grows too large, wherever that is", async () => {
    const large = (offset: number) =>
      record(
        offset,
        message(rawEvent(offset, { parsed: null, payload: payload(Buffer.alloc(15 * 1024 * 1024, "x")) })),
      );
    const payload = (body: Buffer) => ({ url: "http://127.0.0.1/", media_type: "text/html", body });
    const writer = testWriter(place);
    const lease = testLease();
    for (let offset = 0; offset < 5; offset++)
      await writer.handle({ partition: 0, records: [large(offset)] }, lease);
    await writer.finish();
    const entries = await entriesOf(0);
    expect(entries.length).toBeGreaterThan(1);
    expect((await read()).map(({ offset }) => offset)).toEqual(offsetsTo(5));
  });

  test("a range ends early before it makes too many files, and the longest and strangest names fit", async () => {
    const strange = ["..", "a/b", "%", "x".repeat(5_000), "🦀".repeat(80), "*", "", "=", "\0"];
    const keyword = (offset: number) => strange[offset] ?? `keyword ${offset}`;
    const batch = offsetsTo(300).map((offset) =>
      record(offset, message(rawEvent(offset, { search_keyword: keyword(offset), payload: null }))),
    );
    const writer = testWriter(place, { cutOffsets: 1_000 });
    await writer.handle({ partition: 0, records: batch }, testLease());
    await writer.finish();
    expect((await entriesOf(0)).map((entry) => [entry?.first, entry?.end])).toEqual([
      [0, 256],
      [256, 300],
    ]);
    const events = await read();
    expect(events.map(({ event }) => event.search_keyword)).toEqual(
      offsetsTo(300).map((offset) => keyword(offset)),
    );
  });

  test("an observation at no time of our calendar is kept", async () => {
    const times = [8.64e15, -1e14, 9e15, 0, -1, Date.UTC(9999, 11, 31), Date.UTC(10000, 0, 1)];
    const batch = times.map((time, offset) =>
      record(offset, message(rawEvent(offset, { observed_at: time, search_keyword: null }))),
    );
    const writer = testWriter(place);
    await writer.handle({ partition: 0, records: batch }, testLease());
    await writer.finish();
    expect((await read()).map(({ event }) => event.observed_at)).toEqual(times);
  });

  test("a message that is no raw event is kept whole, and the events around it are read on", async () => {
    const junk = [null, Buffer.from("no Avro"), message(rawEvent(2)).subarray(0, 40)];
    const batch = [...junk.map((value, offset) => record(offset, value)), ...records(3, 10)];
    const writer = testWriter(place);
    await writer.handle({ partition: 0, records: batch }, testLease());
    await writer.finish();
    expect((await read()).map(({ offset }) => offset)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    const [path = ""] = (await dataFiles()).filter((one) => one.startsWith("_undecodable/"));
    const kept = await Array.fromAsync(
      avro.createFileDecoder(join(folder, path)) as AsyncIterable<{ value: Buffer | null; reason: string }>,
    );
    expect(kept.map(({ value }) => value)).toEqual(junk);
    expect(kept.map(({ reason }) => reason.slice(0, 31))).toEqual([
      "the message is not Avro in Conf",
      "the message is not Avro in Conf",
      "the message is not a raw event ",
    ]);
  });

  test("a scraper's newer schema loses nothing: its fields are in the file and in the log of changes", async () => {
    const schema = JSON.parse(writerText) as RecordSchema;
    const fields = schema.fields.filter(({ name }) => name !== "reason");
    const newer = JSON.stringify({ ...schema, fields: [...fields, { name: "mood", type: "string" }] });
    const type = avro.Type.forSchema(JSON.parse(newer) as Schema, { wrapUnions: "never" });
    const writer = testWriter(place, { schemas: schemasOf({ 2: newer }) });
    const happy = record(3, message({ ...rawEvent(3), mood: "happy" }, 2, type));
    await writer.handle(
      { partition: 5, records: [...records(0, 3), happy, record(4, message(rawEvent(4)))] },
      testLease(),
    );
    await writer.finish();
    const events = await read();
    expect(events.map(({ event }) => event)).toEqual([0, 1, 2, 3, 4].map((number) => rawEvent(number)));
    const texts = await Promise.all((await dataFiles()).map(async (path) => String(await place.read(path))));
    expect(texts.filter((text) => text.includes('"mood"'))).toHaveLength(1);
    expect(await schemaChanges(place)).toMatchObject([
      { number: 1, first_seen: { partition: 5, offset: 0 }, removed: [], changed: [] },
      {
        number: 2,
        first_seen: { partition: 5, offset: 3 },
        added: ["mood"],
        removed: ["reason"],
        changed: [],
      },
    ]);
    await testWriter(place).handle({ partition: 6, records: records(0, 3) }, testLease());
    expect(await schemaChanges(place)).toHaveLength(2);
  });
});

describe("where the catalog ends is where a writer goes on", () => {
  test("whatever comes from elsewhere is passed over, and the place is sought again", async () => {
    await testWriter(place).handle({ partition: 0, records: records(0, 150) }, testLease());
    const writer = testWriter(place);
    const lease = testLease();
    await writer.begin(0, lease);
    expect(lease.at).toBe(100);
    await writer.handle({ partition: 0, records: records(0, 50) }, lease);
    expect(lease.at).toBe(100);
    await writer.handle({ partition: 0, records: records(170, 180) }, lease);
    expect(lease.at).toBe(100);
    await writer.handle({ partition: 0, records: records(90, 200) }, lease);
    expect((await read()).map(({ offset }) => offset)).toEqual(offsetsTo(200));
  });

  test("what Kafka had passed is said, and stands in the catalog as lost", async () => {
    await testWriter(place).handle({ partition: 0, records: records(0, 100) }, testLease());
    const writer = testWriter(place, { bounds: () => Promise.resolve({ low: 130, high: 200 }) });
    const lease = testLease();
    await writer.handle({ partition: 0, records: records(130, 200) }, lease);
    expect(lease.at).toBe(130);
    await writer.handle({ partition: 0, records: records(130, 200) }, lease);
    expect(writer.log.join()).toContain("lost to the lake");
    const holes: object[] = [];
    const events = await Array.fromAsync(readLake(place, { lost: (hole) => holes.push(hole) }));
    expect(holes).toEqual([{ partition: 0, first: 100, end: 130 }]);
    expect(events.map(({ offset }) => offset)).toEqual(
      offsetsTo(200).filter((one) => one < 100 || one >= 130),
    );
  });

  test("a topic that is shorter than the lake is another one, and is refused", async () => {
    await testWriter(place).handle({ partition: 0, records: records(0, 100) }, testLease());
    const writer = testWriter(place, { bounds: () => Promise.resolve({ low: 0, high: 40 }) });
    await expect(writer.begin(0, testLease())).rejects.toThrow(/another topic's lake/);
    await expect(writer.begin(0, testLease())).rejects.toBeInstanceOf(Unavailable);
  });

  test("of two writers with one partition the first one's entry stands, and the other goes on after it", async () => {
    const [one, other] = [testWriter(place), testWriter(place)];
    const [mine, yours] = [testLease(), testLease()];
    await one.handle({ partition: 0, records: records(0, 40) }, mine);
    await other.handle({ partition: 0, records: records(0, 60) }, yours);
    await other.finish();
    await one.handle({ partition: 0, records: records(40, 100) }, mine);
    expect(one.log.join()).toContain("Another writer sealed these events first");
    expect(mine.at).toBe(60);
    await one.handle({ partition: 0, records: records(60, 100) }, mine);
    expect((await entriesOf(0)).map((entry) => [entry?.first, entry?.end])).toEqual([
      [0, 60],
      [60, 100],
    ]);
    expect((await read()).map(({ offset }) => offset)).toEqual(offsetsTo(100));
    // What the loser had written is gone: an engine that reads all files reads no event twice.
    expect(await dataFiles()).toEqual(
      (await entriesOf(0)).flatMap((entry) => (entry?.files ?? []).map(({ path }) => path)).sort(),
    );
  });

  test("a writer that was stopped before its commit finds its files when it wakes up", async () => {
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const slow: Place = {
      ...place,
      async create(path, bytes) {
        if (path.startsWith("_catalog")) {
          reached.resolve();
          await gate.promise;
        }
        return place.create(path, bytes);
      },
    };
    const stopped = testWriter(slow).handle({ partition: 0, records: records(0, 100) }, testLease());
    await reached.promise;
    const successor = testWriter(place);
    const lease = testLease();
    await successor.begin(0, lease);
    await successor.handle({ partition: 0, records: records(0, 30) }, lease);
    gate.resolve();
    await stopped;
    await successor.finish();
    expect(lease.at).toBe(100);
    expect((await read()).map(({ offset }) => offset)).toEqual(offsetsTo(100));
    expect(await place.list("_intents/")).toEqual([]);
  });

  test("a file that lies under the name with other bytes does not count, and none is ever overwritten", async () => {
    await testWriter(place).handle({ partition: 0, records: records(0, 100) }, testLease());
    const [path = ""] = await dataFiles();
    const other = mkdtempSync(join(tmpdir(), "lake-"));
    try {
      const again = openFolder(other);
      await again.create(path, Buffer.from("packed by another version"));
      await testWriter(again).handle({ partition: 0, records: records(0, 100) }, testLease());
      expect(await again.read(path)).toBeUndefined();
      expect((await again.list("")).filter((one) => one.startsWith(path.replace(".avro", "-")))).toHaveLength(
        1,
      );
      const events = await Array.fromAsync(readLake(again));
      expect(events.map(({ offset }) => offset)).toEqual(offsetsTo(100));
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  test("a writer that lost its partition writes no more", async () => {
    const writer = testWriter(place);
    const lease = testLease();
    await writer.handle({ partition: 0, records: records(0, 40) }, lease);
    lease.lose();
    await writer.handle({ partition: 0, records: records(40, 100) }, lease);
    await writer.finish();
    expect(await read()).toEqual([]);
  });
});

describe("a place that can't be written", () => {
  test("is waited for, with the reason, and nothing is lost or written twice", async () => {
    let broken = true;
    const flaky: Place = {
      ...place,
      create: (path, bytes) =>
        broken && path.startsWith("_catalog")
          ? Promise.reject(new Unavailable("no bucket"))
          : place.create(path, bytes),
    };
    const writer = testWriter(flaky);
    const lease = testLease();
    await writer.handle({ partition: 0, records: records(0, 120) }, lease);
    expect(writer.log).toContain("no bucket");
    expect([lease.pauses, lease.at]).toEqual([1, 100]);
    await writer.handle({ partition: 0, records: records(100, 120) }, lease);
    expect([lease.pauses, lease.at]).toEqual([2, 100]);
    broken = false;
    await writer.handle({ partition: 0, records: records(100, 120) }, lease);
    expect(writer.log).toContain("goes on");
    await writer.finish();
    expect((await read()).map(({ offset }) => offset)).toEqual(offsetsTo(120));
    expect(await place.list("_intents/")).toEqual([]);
  });

  test("a full disk holds the writing back", async () => {
    let full: string | undefined = "10 MB free";
    const writer = testWriter(place, { holdBack: () => Promise.resolve(full) });
    const lease = testLease();
    await writer.handle({ partition: 0, records: records(0, 100) }, lease);
    expect(writer.log).toContain("10 MB free");
    expect(await dataFiles()).toEqual([]);
    full = undefined;
    await writer.tick();
    expect(await read()).toHaveLength(100);
  });

  test("a place that overwrites what is there is refused", async () => {
    const careless: Place = { ...place, create: () => Promise.resolve(true) };
    await expect(announce(careless, "raw")).rejects.toThrow("it overwrites what is there");
    await announce(place, "raw");
    await announce(place, "raw");
    expect(isLake(folder)).toBe(true);
  });
});

test("killed at any moment, sixteen times, and begun again, it holds each event once", async () => {
  const events = 1_500;
  let kills = 0;
  for (let done = false; !done; ) {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, "victim/main.ts"), folder, String(events), "10"],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const exited = once(child, "exit");
    let said = "";
    child.stdout.on("data", (words: Buffer) => {
      // From the moment on in which it writes, at another one each time.
      if (said === "" && kills < 16) setTimeout(() => child.kill("SIGKILL"), (kills * 7) % 40);
      said += words;
    });
    const [, signal] = await exited;
    done = said.includes("done");
    if (signal === "SIGKILL") kills++;
    else expect(done).toBe(true);
  }
  expect(kills).toBeGreaterThan(5);
  const lake = await read();
  expect(lake.map(({ offset }) => offset)).toEqual(offsetsTo(events));
  expect(lake.map(({ event }) => event)).toEqual(offsetsTo(events).map((number) => rawEvent(number)));
  // The next start finds what the killed ones left, and takes it away.
  const lease = testLease();
  await testWriter(place).begin(0, lease);
  expect(lease.at).toBe(events);
  const named = (await entriesOf(0)).flatMap((entry) => (entry?.files ?? []).map(({ path }) => path));
  expect(await dataFiles()).toEqual(named.sort());
  expect(await place.list("_intents/")).toEqual([]);
  expect(await place.list("_part/")).toEqual([]);
}, 120_000);
