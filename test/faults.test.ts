// A stage as a real process on a real broker and registry, with faults: records that its step can't bear, a
// registry and a broker that go away, a disk that is full.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createCodec } from "@skillstream/platform/codec.ts";
import { connectKafka, createProducer, ensureTopics, watchOffsets } from "@skillstream/platform/kafka.ts";
import { type LocalKafka, startKafka } from "@skillstream/platform/local/kafka.ts";
import { freePort } from "@skillstream/platform/local/ports.ts";
import { createSupervisor, type Supervisor } from "@skillstream/platform/local/supervisor.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import { normalizedTopic, rawTopic } from "@skillstream/schemas/topics.ts";
import { jobId } from "@skillstream/scrape/source.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { avroReader, readTopic } from "./witness.ts";

const log = createLog("faults-test", "fatal");
const root = resolve(import.meta.dirname, "..");
const scope = new AsyncDisposableStack();
let kafka: LocalKafka;
let supervisor: Supervisor;
let environment: NodeJS.ProcessEnv;
let registryUrl: string;

beforeAll(async () => {
  const home = await mkdtemp(join(tmpdir(), "skillstream-faults-"));
  scope.defer(() => rm(home, { recursive: true, force: true }));
  kafka = scope.use(await startKafka({ folder: join(home, "kafka"), log }));
  registryUrl = `http://127.0.0.1:${await freePort()}`;
  environment = {
    ...process.env,
    SKILLSTREAM_HOME: home,
    SKILLSTREAM_KAFKA_BROKERS: kafka.brokers.join(","),
    SKILLSTREAM_REGISTRY_URL: registryUrl,
    SKILLSTREAM_BATCH_RECORDS_MAX: "1",
    LOG_LEVEL: "warn",
  };
  supervisor = scope.use(
    await createSupervisor({
      folder: home,
      folderSetting: "SKILLSTREAM_HOME",
      restartMs: 50,
      restartMaxMs: 50,
    }),
  );
  await supervisor.start([
    {
      name: "registry",
      command: process.execPath,
      args: [join(root, "platform/local/registry/main.ts")],
      env: environment,
      ready: { url: `${registryUrl}/subjects` },
    },
  ]);
});

afterAll(() => scope.disposeAsync());

/** Publishes to partition 0, where order counts. */
async function publish(...sourceIds: string[]): Promise<void> {
  const client = connectKafka({ brokers: kafka.brokers, clientId: "faults", log });
  await ensureTopics(client, [rawTopic], 1);
  await using producer = createProducer(client);
  const codec = await createCodec(registryUrl, ["RawEvent"]);
  const messages = await Promise.all(
    sourceIds.map(async (source_id) => {
      const job_id = jobId("test", source_id);
      const value = await codec.encode("RawEvent", {
        event: "found",
        job_id,
        source: "test",
        source_id,
        job_url: null,
        observed_at: 1_700_000_000_000,
        synthetic: true,
        search_keyword: null,
        search_location: null,
        source_file: null,
        reason: null,
        payload: null,
        parsed: { ...nothingStated(), title: `Title of ${source_id}`, description_html: "<p>Text</p>" },
      });
      return { key: job_id, value, headers: {} };
    }),
  );
  await producer.send(rawTopic.name, 0, messages);
}

/** What the stage answered, by raw offset: a title, or "outcome cause". */
async function answers(generation: number): Promise<string[]> {
  await using offsets = await watchOffsets(connectKafka({ brokers: kafka.brokers, clientId: "faults", log }));
  const { name } = normalizedTopic(generation);
  const ends = new Map((await offsets.ofTopic(name)).map(({ partition, high }) => [partition, high]));
  const found: string[] = [];
  const [readPosting, readReceipt] = [avroReader("Posting"), avroReader("Receipt")];
  for await (const { value, headers } of readTopic(kafka.brokers, name, ends)) {
    const origin = Number(headers.origin);
    if (headers.receipt === undefined) found[origin] = String(readPosting(value).title);
    else {
      const { outcome, cause, reason } = readReceipt(value);
      found[origin] = `${outcome} ${cause}: ${reason}`;
    }
  }
  return found;
}

async function startStage(generation: number, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const health = `http://127.0.0.1:${await freePort()}`;
  // It may never be ready, and that is what is asked of it here: only its being there is waited for.
  await supervisor.start([
    {
      name: `stage ${generation}`,
      command: process.execPath,
      args: [join(root, "test/faulty-stage.ts")],
      env: {
        ...environment,
        SKILLSTREAM_GENERATION: String(generation),
        SKILLSTREAM_HEALTH_PORT: new URL(health).port,
        ...more,
      },
      ready: { url: `${health}/live` },
    },
  ]);
  return health;
}

test("a record whose step always throws and one that ends the process are rejected alone, with their reasons", async () => {
  await publish("a", "throws", "b", "exits", "c");
  await startStage(1);
  await expect
    .poll(() => answers(1).catch(() => []), { timeout: 120_000, interval: 1_000 })
    .toEqual([
      "Title of a",
      "rejected poison: the step failed: cannot read properties of undefined",
      "Title of b",
      expect.stringMatching(/^rejected crashed: the process ended 5 times at this record/),
      "Title of c",
    ]);
});

test("with less free disk than the reserve a stage takes nothing and says why", async () => {
  const reasons = async (health: string) =>
    ((await (await fetch(`${health}/ready`)).json()) as { reasons: string[] }).reasons;
  const held = await startStage(2, { SKILLSTREAM_DISK_RESERVE_MB: "999999999" });
  await expect
    .poll(() => reasons(held), { timeout: 30_000 })
    .toEqual([
      expect.stringMatching(/MB free, less than the reserve of 999999999 MB.*SKILLSTREAM_DISK_RESERVE_MB/),
    ]);
  expect(await answers(2)).toEqual([]);
});

test("records published while the registry and the broker were killed are answered when they are back", async () => {
  const before = (await answers(1)).length;
  const registry = supervisor.state("registry")?.pid ?? 0;
  process.kill(registry, "SIGKILL");
  await kafka.kill(0, "SIGKILL");
  await kafka.restart(0);
  await expect
    .poll(
      () =>
        publish("d", "e").then(
          () => true,
          () => false,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
  await expect
    .poll(async () => (await answers(1).catch(() => [])).slice(before), { timeout: 60_000, interval: 1_000 })
    .toEqual(["Title of d", "Title of e"]);
});
