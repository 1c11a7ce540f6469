// The lake as a process on a real broker: killed again and again, stopped and woken beside its successor. What the
// topic holds is read by another client than ours, and must be what the lake holds: each event once, byte for byte.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCodec } from "@skillstream/platform/codec.ts";
import { connectKafka, createProducer, ensureTopics, type OutMessage } from "@skillstream/platform/kafka.ts";
import { type LocalKafka, startKafka } from "@skillstream/platform/local/kafka.ts";
import { memoryLog } from "@skillstream/platform/local/registry/log.ts";
import { createRegistry } from "@skillstream/platform/local/registry/registry.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { flowPartitions, rawTopic, schemaText } from "@skillstream/schemas/topics.ts";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import { openFolder } from "@skillstream/store/lake/folder.ts";
import { lakeExtent, readLake } from "@skillstream/store/lake/read.ts";
import { rawEvent } from "@skillstream/store/lake/sample.ts";
import avro, { type Schema } from "avsc";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTopic } from "./witness.ts";

const log = createLog("lake-test", "fatal");
const main = join(import.meta.dirname, "../services/4-store/lake/main.ts");
const type = avro.Type.forSchema(JSON.parse(schemaText("RawEvent")) as Schema, { wrapUnions: "never" });
const cleanup = new AsyncDisposableStack();
let folder: string;
let cluster: LocalKafka;
let registryUrl: string;
let publish: (partition: number, events: RawEvent[]) => Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skillstream-lake-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  cluster = cleanup.use(await startKafka({ folder: join(folder, "kafka"), log }));
  const registry = createRegistry({ schemaLog: memoryLog(), log });
  await registry.load();
  registryUrl = await registry.app.listen({ host: "127.0.0.1", port: 0 });
  cleanup.defer(() => registry.app.close());
  const kafka = connectKafka({ brokers: cluster.brokers, clientId: "lake-test", log });
  await ensureTopics(kafka, [rawTopic], 1);
  const producer = cleanup.use(createProducer(kafka));
  const codec = await createCodec(registryUrl, ["RawEvent"]);
  publish = async (partition, events) => {
    const messages = await Promise.all(
      events.map(
        async (event): Promise<OutMessage> => ({
          key: event.job_id,
          value: await codec.encode("RawEvent", event),
          headers: {},
        }),
      ),
    );
    await producer.send(rawTopic.name, partition, messages);
  };
});

afterAll(() => cleanup.disposeAsync());

interface LakeProcess {
  child: ChildProcess;
  /** Resolves when a line of its log holds the words. */
  says(words: string): Promise<void>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

function startLake(): LakeProcess {
  const child = spawn(process.execPath, ["--disable-warning=TimeoutNegativeWarning", main], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      SKILLSTREAM_HOME: folder,
      SKILLSTREAM_KAFKA_BROKERS: cluster.brokers.join(),
      SKILLSTREAM_REGISTRY_URL: registryUrl,
      SKILLSTREAM_LAKE_CUT_OFFSETS: "20",
      SKILLSTREAM_LAKE_SEAL_S: "1",
    },
  });
  cleanup.defer(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (words: Buffer) => {
    said += words;
    child.emit("said");
  });
  return {
    child,
    async says(words) {
      while (!said.includes(words)) {
        if (child.exitCode !== null) throw new Error(`the lake ended: ${said}`);
        await Promise.race([once(child, "said"), once(child, "exit")]);
      }
    },
    async end(signal) {
      const exited = once(child, "exit");
      child.kill(signal);
      await exited;
      return child.exitCode;
    },
  };
}

const place = () => openFolder(join(folder, "lake"));
const held = async () => (await lakeExtent(place())).reduce((sum, { events }) => sum + events, 0);

async function expectLakeEqualsTopic(eventsPerPartition: number): Promise<void> {
  const ends = new Map(Array.from({ length: flowPartitions }, (_, index) => [index, eventsPerPartition]));
  const topic = await Array.fromAsync(readTopic(cluster.brokers, rawTopic.name, ends));
  const bodies = new Map(
    topic.map(({ partition, offset, value }) => [`${partition}/${offset}`, value.subarray(5)]),
  );
  let events = 0;
  for await (const { event, partition, offset } of readLake(place())) {
    const identity = `${partition}/${offset}`;
    expect(bodies.get(identity)?.equals(type.toBuffer(event)), identity).toBe(true);
    bodies.delete(identity);
    events++;
  }
  expect([...bodies.keys()]).toEqual([]);
  expect(events).toBe(eventsPerPartition * flowPartitions);
  const named = new Set<string>();
  for (const path of await place().list("_catalog/")) {
    const entry = JSON.parse(String(await place().read(path))) as { files: { path: string }[] };
    for (const file of entry.files) named.add(file.path);
  }
  const files = (await place().list("")).filter((path) => path.endsWith(".avro"));
  expect(files).toEqual([...named].sort());
}

const eventsPerPartition = 600;
const half = eventsPerPartition / 2;

test("killed while it writes, stopped and woken beside its successor: every event of the topic lies in the lake once", async () => {
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
  const publishAll = async (from: number, to: number) => {
    for (let at = from; at < to; at += 50) {
      for (let partition = 0; partition < flowPartitions; partition++) {
        const batch = numbers(at, Math.min(to, at + 50)).map((number) =>
          rawEvent(partition * 10_000 + number),
        );
        await publish(partition, batch);
      }
    }
  };
  await publishAll(0, half);

  // A member that was killed holds its partitions for six seconds, so each is let come to its writing.
  for (const killAtEvents of [1, 400, 900, 1_500]) {
    const lake = startLake();
    await expect.poll(held, { timeout: 60_000, interval: 5 }).toBeGreaterThanOrEqual(killAtEvents);
    await lake.end("SIGKILL");
  }

  const zombie = startLake();
  await zombie.says("joined its group");
  await expect.poll(held, { timeout: 60_000, interval: 20 }).toBe(half * flowPartitions);
  zombie.child.kill("SIGSTOP");
  const successor = startLake();
  await publishAll(half, half + 150);
  await expect.poll(held, { timeout: 60_000, interval: 20 }).toBeGreaterThan(half * flowPartitions + 100);
  zombie.child.kill("SIGCONT");
  await publishAll(half + 150, eventsPerPartition);
  await expect.poll(held, { timeout: 60_000, interval: 50 }).toBe(eventsPerPartition * flowPartitions);

  expect(await Promise.all([zombie.end("SIGTERM"), successor.end("SIGTERM")])).toEqual([0, 0]);
  // What killed writers left is removed by the next one that has the partition.
  const last = startLake();
  await last.says("joined its group");
  await expect.poll(() => place().list("_intents/"), { timeout: 30_000 }).toEqual([]);
  expect(await last.end("SIGTERM")).toBe(0);
  await expectLakeEqualsTopic(eventsPerPartition);
});

test("asked to end, it first writes what waits", async () => {
  const lake = startLake();
  await lake.says("joined its group");
  for (let partition = 0; partition < flowPartitions; partition++)
    await publish(partition, [rawEvent(partition)]);
  expect(await lake.end("SIGTERM")).toBe(0);
  const again = startLake();
  await expect.poll(held, { timeout: 30_000 }).toBe((eventsPerPartition + 1) * flowPartitions);
  expect(await again.end("SIGTERM")).toBe(0);
  await expectLakeEqualsTopic(eventsPerPartition + 1);
});
