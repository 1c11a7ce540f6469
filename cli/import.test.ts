import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Codec, createCodec } from "@skillstream/platform/codec.ts";
import { connectKafka } from "@skillstream/platform/kafka.ts";
import { type LocalKafka, startKafka } from "@skillstream/platform/local/kafka.ts";
import { memoryLog } from "@skillstream/platform/local/registry/log.ts";
import { createRegistry } from "@skillstream/platform/local/registry/registry.ts";
import { createLog } from "@skillstream/platform/log.ts";
import type { Batch } from "@skillstream/platform/stage.ts";
import { rawTopic } from "@skillstream/schemas/topics.ts";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import { jobId } from "@skillstream/scrape/source.ts";
import { CrawlState } from "@skillstream/scrape/state.ts";
import { openFolder } from "@skillstream/store/lake/folder.ts";
import { rawEvent, records, testLease, testWriter } from "@skillstream/store/lake/sample.ts";
import { announce } from "@skillstream/store/lake/writer.ts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { UsageError } from "./command.ts";
import { command } from "./import.ts";
import { importLake, lakeFile, wholeLake } from "./import-lake.ts";

// `import` as a process on a real broker, as a person calls it; the registry keeps its schemas in memory.
const log = createLog("import-test", "fatal");
const main = fileURLToPath(new URL("main.ts", import.meta.url));
const fixture = (name: string) =>
  fileURLToPath(import.meta.resolve(`@skillstream/scrape/files/fixtures/${name}`));
const cleanup = new AsyncDisposableStack();
let folder: string;
let home: string;
let cluster: LocalKafka;
let registryUrl: string;
let codec: Codec;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "import-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  cluster = cleanup.use(await startKafka({ folder: join(folder, "kafka"), log }));
  const registry = createRegistry({ schemaLog: memoryLog(), log });
  await registry.load();
  registryUrl = await registry.app.listen({ host: "127.0.0.1", port: 0 });
  cleanup.defer(() => registry.app.close());
  codec = await createCodec(registryUrl, ["RawEvent"]);
});
afterAll(() => cleanup.disposeAsync());
beforeEach(async () => {
  home = await mkdtemp(join(folder, "home-"));
});

function start(args: string[], nodeOptions = ""): ChildProcess & { ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, "import", ...args], {
    cwd: folder,
    env: {
      ...process.env,
      NODE_OPTIONS: nodeOptions,
      SKILLSTREAM_HOME: home,
      SKILLSTREAM_KAFKA_BROKERS: cluster.brokers.join(),
      SKILLSTREAM_REGISTRY_URL: registryUrl,
    },
  });
  cleanup.defer(() => void child.kill("SIGKILL"));
  let out = "";
  let words = "";
  child.stdout.setEncoding("utf8").on("data", (part) => {
    out += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part) => {
    words += part;
  });
  child.stdin.on("error", () => undefined);
  const ended = new Promise<Ended>((resolve) =>
    child.on("close", (code) =>
      resolve({
        code,
        words,
        counts: out
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line)),
      }),
    ),
  );
  return Object.assign(child, { ended });
}

interface Ended {
  code: number | null;
  words: string;
  counts: Record<string, unknown>[];
}

function run(args: string[], input = ""): Promise<Ended> {
  const child = start(args);
  child.stdin?.end(input);
  return child.ended;
}

const kafka = () => connectKafka({ brokers: cluster.brokers, clientId: "import-test", log });

async function published(): Promise<number> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(rawTopic.name);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  } catch {
    // Nothing made the topic yet.
    return 0;
  } finally {
    await admin.disconnect();
  }
}

/** What `work` has put into the raw topic. */
async function publishedBy(work: () => Promise<unknown>): Promise<RawEvent[]> {
  const before = await published();
  await work();
  const count = await published();
  const events: { at: number; event: RawEvent }[] = [];
  const consumer = kafka().consumer({ groupId: crypto.randomUUID(), maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topic: rawTopic.name, fromBeginning: true });
  const all = Promise.withResolvers<void>();
  let read = 0;
  if (count === 0) all.resolve();
  await consumer.run({
    async eachMessage({ message }) {
      const value = (await codec.decode(message.value as Buffer)) as RawEvent;
      events.push({ at: Number(message.timestamp), event: value });
      expect(message.key?.toString()).toBe(value.job_id);
      if (++read === count) all.resolve();
    },
  });
  await all.promise;
  await consumer.disconnect();
  return events
    .sort((a, b) => a.at - b.at)
    .slice(before)
    .map(({ event }) => event);
}

test("a file's rows are in the raw topic with all that they hold, and once however often they are imported", async () => {
  const glassdoor = fixture("glassdoor.csv");
  const events = await publishedBy(async () => {
    const { code, counts } = await run([glassdoor, fixture("linkedin-staging.csv")]);
    expect(code).toBe(0);
    expect(counts).toEqual([
      {
        file: "glassdoor.csv",
        mapping: "glassdoor",
        rows: 4,
        found: 4,
        known: 0,
        closed: 0,
        failed: 0,
        new_columns: [],
      },
      expect.objectContaining({ file: "linkedin-staging.csv", mapping: "linkedin-staging", found: 2 }),
    ]);
  });
  expect(events).toHaveLength(6);
  const one = events.find(({ source_id }) => source_id === "4001200300");
  expect(one).toMatchObject({
    event: "found",
    job_id: jobId("linkedin", "4001200300"),
    observed_at: Date.UTC(2026, 2, 4),
    payload: { url: "https://jobs.example/view/4001200300", media_type: "application/json" },
    parsed: { title: "Orchard Data Engineer" },
  });
  expect(JSON.parse(one?.payload?.body.toString() ?? "")).toMatchObject({ ingestionDate: "2026-03-04" });
  const again = await publishedBy(async () => {
    expect((await run([glassdoor])).counts).toMatchObject([{ found: 0, known: 4 }]);
  });
  expect(again).toEqual([]);
});

test("replacing closes what the file no longer has; a dry run says so and does nothing", async () => {
  const file = join(folder, "keepers.csv");
  await writeFile(file, "source_id,title\n1,Lamp keeper\n2,Bee keeper\n3,Score keeper\n");
  await run([file, "--source", "guild"]);
  await writeFile(file, "source_id,title\n1,Lamp keeper\n3,Score keeper of the league\n");
  const rehearsed = await publishedBy(async () => {
    const { counts } = await run([file, "--source", "guild", "--write", "replace", "--dry-run"]);
    expect(counts).toMatchObject([{ found: 1, known: 1, closed: 1, dry_run: true }]);
  });
  expect(rehearsed).toEqual([]);
  const events = await publishedBy(async () => {
    const { counts } = await run([file, "--source", "guild", "--write", "replace"]);
    expect(counts).toMatchObject([{ mapping: "skillstream", found: 1, known: 1, closed: 1 }]);
  });
  expect(events.map(({ event, job_id }) => [event, job_id])).toEqual(
    expect.arrayContaining([
      ["closed", jobId("guild", "2")],
      ["found", jobId("guild", "3")],
    ]),
  );
});

test("rows that cannot be read are named with line and reason, the others are published", async () => {
  const file = join(folder, "broken.csv");
  await writeFile(
    file,
    'source_id,title,company\n1,Lamp keeper,A\n2,"Bee keeper,B\n3,"Time keeper",C\n4\n5,,D\n',
  );
  const events = await publishedBy(async () => {
    const { code, counts, words } = await run([file, join(folder, "nowhere.csv")]);
    expect(code).toBe(1);
    expect(counts).toMatchObject([{ rows: 5, found: 2, failed: 3 }]);
    for (const told of [
      "line 3: a quote",
      "line 5: it has 1 column",
      "line 6: it states no title",
      "nowhere.csv: ENOENT",
    ])
      expect(words).toContain(told);
  });
  expect(events.map(({ parsed }) => parsed?.title).sort()).toEqual(["Lamp keeper", "Time keeper"]);
});

test("new columns are accepted and named, or refused before anything is published", async () => {
  const table = join(folder, "new.csv");
  const text = await readFile(fixture("linkedin-staging.csv"), "utf8");
  await writeFile(
    table,
    text.replaceAll(/$/gm, (_, at) => (at === text.length ? "" : ",x")).replace(",x", ",mood"),
  );
  const lines = join(folder, "new.jsonl");
  await writeFile(lines, '{"source_id":"1","title":"a"}\n{"source_id":"2","title":"b","colour":"red"}\n');
  const events = await publishedBy(async () => {
    const refused = await run(["--new-columns", "refuse", fixture("glassdoor.csv"), table, lines]);
    expect(refused.code).toBe(1);
    expect(refused.counts).toEqual([]);
    expect(refused.words).toMatch(/new\.csv.*: mood\n.*new\.jsonl.*: colour\nNothing was published/);
  });
  expect(events).toEqual([]);
  const accepted = await run([lines]);
  expect(accepted.counts).toMatchObject([{ found: 2, new_columns: ["colour"] }]);
  expect(accepted.words).toContain("stay in the payload: colour");
});

test("a table that fits nothing is told with its columns and how to map it, and then mapped", async () => {
  const { code, words } = await run([fixture("own.csv")]);
  expect(code).toBe(1);
  expect(words).toMatch(/fit no mapping: Posting No\., Post, Employer.*columns:.*--mapping FILE\.yaml/s);
  const mapped = await run([fixture("own.csv"), "--mapping", fixture("own.yaml")]);
  expect(mapped.code).toBe(0);
  expect(mapped.counts).toMatchObject([{ mapping: "own.yaml", found: 1, new_columns: ["Mood"] }]);
});

test("Ctrl-C ends an import cleanly, and the next one goes on without doubling", async () => {
  const row = (id: number) => `${id},Keeper ${id},${"word ".repeat(50)}\n`;
  const rows = Array.from({ length: 3_000 }, (_, index) => row(index));
  const events = await publishedBy(async () => {
    const before = await published();
    const child = start(["-", "--source", "pipe"]);
    child.stdin?.write(`source_id,title,description\n${rows.slice(0, 2_000).join("")}`);
    // A broker tells nobody that it has taken something.
    while ((await published()) < before + 500) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill("SIGINT");
    const { code, words, counts } = await child.ended;
    expect(code).toBe(1);
    expect(words).toContain("goes on where it was");
    expect(counts).toMatchObject([{ stopped: true, failed: 0 }]);
    const whole = await run(["-", "--source", "pipe"], `source_id,title,description\n${rows.join("")}`);
    expect(whole.code).toBe(0);
    expect(Number(whole.counts[0]?.found) + Number(counts[0]?.found)).toBe(3_000);
  });
  expect(new Set(events.map(({ source_id }) => source_id)).size).toBe(3_000);
  expect(events).toHaveLength(3_000);
});

test("a hundred thousand rows, 100 MB, pass through a heap of 64 MB", async () => {
  const child = start(["-", "--dry-run", "--source", "flood"], "--max-old-space-size=64");
  const text = "many words ".repeat(90);
  child.stdin?.write("source_id,title,description\n");
  for (let id = 0; id < 100_000; id += 100) {
    const some = Array.from({ length: 100 }, (_, index) => `${id + index},Keeper,${text}\n`).join("");
    if (!child.stdin?.write(some)) await new Promise((resolve) => child.stdin?.once("drain", resolve));
  }
  child.stdin?.end();
  const { code, counts } = await child.ended;
  expect(code).toBe(0);
  expect(counts).toMatchObject([{ rows: 100_000, found: 100_000 }]);
}, 120_000);

test("a lake is published whole, its events as they are, and goes on where it was cut off", async () => {
  const location = join(home, "lake");
  const place = openFolder(location);
  await announce(place, rawTopic.name);
  const writer = testWriter(place);
  await writer.handle({ partition: 0, records: records(0, 300) } as Batch, testLease());
  const events = await publishedBy(async () => {
    const { code, counts } = await run([location]);
    expect(code).toBe(0);
    expect(counts).toEqual([
      { file: location, rows: 300, found: 300, seen: 0, closed: 0, known: 0, failed: 0 },
    ]);
  });
  const bySourceId = (a: RawEvent, b: RawEvent) => Number(a.source_id) - Number(b.source_id);
  expect(events.sort(bySourceId)).toEqual(Array.from({ length: 300 }, (_, index) => rawEvent(index)));

  const paths = (await place.list("")).filter((path) => path.endsWith(".avro"));
  const parts = await Promise.all(
    paths.map(async (path) => Array.fromAsync((await lakeFile(join(location, path))).read(() => undefined))),
  );
  expect(
    parts
      .flat()
      .map(({ event }) => event)
      .sort(bySourceId),
  ).toEqual(events);
  const one = await run([join(location, paths[0] ?? "")]);
  expect(one.counts).toMatchObject([{ found: parts[0]?.length, failed: 0 }]);

  using state = new CrawlState(":memory:");
  const lake = await wholeLake(place);
  const taken: string[] = [];
  const stop = new AbortController();
  const importAll = (signal: AbortSignal, progress = (_: number) => undefined as undefined) =>
    importLake({
      lake,
      location,
      publisher: {
        publish(some) {
          taken.push(...some.map(({ source_id }) => source_id));
          return Promise.resolve();
        },
      },
      state,
      signal,
      problem: () => undefined,
      progress,
    });
  const cut = await importAll(stop.signal, (rows) => {
    if (rows === 120) stop.abort();
  });
  expect(cut).toMatchObject({ rows: 120, found: 120, stopped: true });
  const { signal } = new AbortController();
  expect(await importAll(signal)).toMatchObject({ rows: 300, found: 180, known: 120, stopped: false });
  expect(taken).toEqual(Array.from({ length: 300 }, (_, index) => String(index)));
  // Whole means whole: after its end it is imported anew.
  expect(await importAll(signal)).toMatchObject({ found: 300, known: 0 });
});

test.each([
  [[], "at least one file"],
  [["x", "--write", "over"], "append or replace"],
  [["x", "--new-columns", "no"], "accept or refuse"],
  [["x", "--limit", "0"], "--limit"],
  [["x", "--write", "replace", "--limit", "3"], "no --limit"],
  [["x", "--source", "a b"], "--source"],
  [["-", "--new-columns", "refuse"], "- is none"],
  [["x", "--mapping", "nowhere.yaml"], "one of skillstream, linkedin-staging, jobspikr"],
])("the wrong call %j is refused before anything happens", async (args, words) => {
  await expect(command.run(args)).rejects.toThrow(UsageError);
  await expect(command.run(args)).rejects.toThrow(words);
});
