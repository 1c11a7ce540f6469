import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openFolder } from "./folder.ts";
import type { Place } from "./place.ts";
import { type Damage, lakeExtent, readLake } from "./read.ts";
import { rawEvent, record, records, testLease, testWriter } from "./sample.ts";

let original: string;
let folder: string;
let place: Place;

/** Partitions 0 and 3 with 250 events each, in three ranges, and a message that is none. */
beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), "lake-"));
  for (const partition of [3, 0]) {
    const writer = testWriter(openFolder(original));
    const batch = [...records(0, 250), record(250, Buffer.from("no Avro"))];
    await writer.handle({ partition, records: batch }, testLease());
    await writer.finish();
  }
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lake-"));
  cpSync(original, folder, { recursive: true });
  place = openFolder(folder);
  return () => rmSync(folder, { recursive: true, force: true });
});

afterAll(() => rmSync(original, { recursive: true, force: true }));

const identities = async (query = {}) =>
  (await Array.fromAsync(readLake(place, query))).map(({ partition, offset }) => `${partition}/${offset}`);
const expected = (partition: number, wanted: (number: number) => boolean = () => true) =>
  Array.from({ length: 250 }, (_, number) => number)
    .filter(wanted)
    .map((number) => `${partition}/${number}`);

describe("a lake is read", () => {
  test("whole, in the order of partition and offset", async () => {
    expect(await identities()).toEqual([...expected(0), ...expected(3)]);
    expect(await lakeExtent(place)).toEqual([
      { partition: 0, events: 250, end: 251 },
      { partition: 3, events: 250, end: 251 },
    ]);
  });

  test("by source and by when it was observed, to the millisecond", async () => {
    const observed = (number: number) => rawEvent(number).observed_at;
    const from = observed(100);
    const to = observed(200);
    const wanted = (number: number) =>
      rawEvent(number).source === "acme" && observed(number) >= from && observed(number) < to;
    const query = { from: new Date(from), to: new Date(to), source: "acme" };
    expect(await identities(query)).toEqual([...expected(0, wanted), ...expected(3, wanted)]);
    expect(expected(0, wanted).length).toBeGreaterThan(50);
    expect(await identities({ source: "nobody" })).toEqual([]);
  });

  test("a place without a lake holds nothing", async () => {
    expect(await Array.fromAsync(readLake(openFolder(join(folder, "nowhere"))))).toEqual([]);
  });
});

describe("what is damaged is named, and the rest goes on", () => {
  const dataFile = (number: number) => join(folder, place0Files()[number] ?? "");
  const place0Files = () => {
    const entry = JSON.parse(
      readFileSync(join(folder, "_catalog/p=0/00000000000000000100.json"), "utf8"),
    ) as {
      files: { path: string }[];
    };
    return entry.files.map(({ path }) => path);
  };
  const damagesOf = async () => {
    const damages: Damage[] = [];
    const read = await identities({ damaged: (one: Damage) => damages.push(one) });
    expect(read.filter((one) => one.startsWith("3/"))).toEqual(expected(3));
    return { damages, read: read.filter((one) => one.startsWith("0/")) };
  };

  test("a file of which one bit has changed", async () => {
    const bytes = readFileSync(dataFile(0));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(dataFile(0), bytes);
    const { damages, read } = await damagesOf();
    expect(damages).toEqual([
      { path: place0Files()[0], reason: expect.stringContaining("its content is not what was written") },
    ]);
    expect(read).toHaveLength(250 - 17);
    await expect(identities()).rejects.toThrow(/the lake is damaged: source=acme.*SHA-256/);
  });

  test("a file that is cut off, and one that is missing", async () => {
    writeFileSync(dataFile(0), readFileSync(dataFile(0)).subarray(0, 500));
    unlinkSync(dataFile(1));
    const { damages } = await damagesOf();
    expect(damages.map(({ path }) => path)).toEqual(place0Files().slice(0, 2));
    expect(damages[1]?.reason).toBe("it is missing");
  });

  test("an entry of the catalog that is missing or torn", async () => {
    const entry = join(folder, "_catalog/p=0/00000000000000000100.json");
    writeFileSync(entry, readFileSync(entry).subarray(0, 100));
    const torn = await damagesOf();
    expect(torn.damages.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("is no entry of a lake's catalog"),
      "it begins at offset 200, and the entry before it ends at 100",
    ]);
    unlinkSync(entry);
    const { read, damages } = await damagesOf();
    expect(read).toEqual(expected(0, (number) => number < 100 || number >= 200));
    expect(damages).toHaveLength(1);
  });

  test.each(["../../etc/passwd", "/etc/passwd", "source=a/../../x.avro", "_catalog/x.avro", 7])(
    "an entry that leads out of the lake: %s",
    async (path) => {
      const file = join(folder, "_catalog/p=0/00000000000000000100.json");
      const entry = JSON.parse(readFileSync(file, "utf8")) as { files: { path: unknown }[] };
      entry.files = [{ ...entry.files[0], path }];
      writeFileSync(file, JSON.stringify(entry));
      const { damages } = await damagesOf();
      expect(damages[0]?.reason).toContain("is no data file of a lake");
    },
  );

  test("an event that lies in a file of another range", async () => {
    const file = join(folder, "_catalog/p=0/00000000000000000100.json");
    const entry = JSON.parse(readFileSync(file, "utf8")) as { files: object[] };
    const other = JSON.parse(readFileSync(file.replace("0100.json", "0000.json"), "utf8")) as {
      files: object[];
    };
    entry.files[0] = other.files[0] ?? {};
    writeFileSync(file, JSON.stringify(entry));
    const { damages } = await damagesOf();
    expect(damages[0]?.reason).toMatch(/it holds event 0\/\d+, which does not belong there/);
  });
});

describe("an engine that knows nothing of Skillstream", () => {
  const repository = join(import.meta.dirname, "../../..");
  /** ClickHouse as a library, in a process of its own. */
  const clickhouse = (sql: string) => {
    const program = `process.stdout.write(String(require("chdb").query(process.argv[1], "JSONEachRow")))`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", program, sql], {
      cwd: repository,
      encoding: "utf8",
    });
    if (stdout === "") throw new Error(stderr);
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const data = () => `file('${folder}/source=*/**/*.avro')`;
  const catalog = () => `file('${folder}/_catalog/**/*.json', JSONEachRow)`;

  test("reads all events with their fields and their place in Kafka", () => {
    expect(
      clickhouse(
        `SELECT count() AS events, uniqExact(raw_partition, raw_offset) AS places, uniqExact(source) AS sources,
           toString(min(observed_at)) AS first, countIf(search_keyword = 'c++/c#') AS c, sum(length(payload.body)) AS bytes
         FROM ${data()}`,
      ),
    ).toEqual([
      {
        events: 500,
        places: 500,
        sources: 2,
        first: "2026-01-31 00:00:00.000",
        c: 166,
        bytes:
          2 *
          Array.from({ length: 250 }, (_, n) => rawEvent(n).payload?.body.length ?? 0).reduce(
            (a, b) => a + b,
          ),
      },
    ]);
  });

  test("finds the folders' names as columns, and reads only the days that it is asked for", () => {
    expect(
      clickhouse(
        `SELECT source, year, month, day, count() AS events FROM ${data()} WHERE month = 2 AND source = 'acme'
         GROUP BY ALL ORDER BY ALL`,
      ),
    ).toEqual([
      { source: "acme", year: 2026, month: 2, day: 1, events: 82 },
      { source: "acme", year: 2026, month: 2, day: 2, events: 84 },
    ]);
  });

  test("reads the catalog, and by it only what counts", () => {
    expect(
      clickhouse(
        `SELECT partition, max(end) AS end, sum(file.rows) AS rows
         FROM ${catalog()} ARRAY JOIN files AS file GROUP BY partition ORDER BY partition`,
      ),
    ).toEqual([
      { partition: 0, end: 251, rows: 251 },
      { partition: 3, end: 251, rows: 251 },
    ]);
    const files = openFolder(folder);
    const stray =
      "source=acme/year=2026/month=01/day=31/keyword=__HIVE_DEFAULT_PARTITION__/p9-000000000000-9-aaaaaaaa.avro";
    const [some = ""] = JSON.parse(
      readFileSync(join(folder, "_catalog/p=0/00000000000000000000.json"), "utf8"),
    ).files.map(({ path }: { path: string }) => path);
    writeFileSync(join(folder, stray), readFileSync(join(folder, some)));
    expect(files.folder).toBe(folder);
    const named = `WHERE replaceAll(_path, '//', '/') IN
      (SELECT '${folder}/' || arrayJoin(files.path) FROM ${catalog()})`;
    expect(clickhouse(`SELECT count() AS events FROM ${data()} ${named}`)).toEqual([{ events: 500 }]);
    expect(Number(clickhouse(`SELECT count() AS events FROM ${data()}`)[0]?.events)).toBeGreaterThan(500);
  });
});
