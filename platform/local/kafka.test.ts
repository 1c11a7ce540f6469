// Owns the promises of the local Kafka, on the real broker.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordBytesMax } from "@skillstream/schemas/topics.ts";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connectKafka } from "../kafka.ts";
import { createLog } from "../log.ts";
import { type LocalKafka, startKafka } from "./kafka.ts";

const log = createLog("test", "error");
const folders: string[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-"));
  folders.push(folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

const connect = ({ brokers }: LocalKafka) => connectKafka({ brokers, clientId: "test", log });

async function createTopic(kafka: LocalKafka, topic: string, replicationFactor: number): Promise<void> {
  const admin = connect(kafka).admin();
  await admin.connect();
  const configEntries = [{ name: "max.message.bytes", value: String(recordBytesMax) }];
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic, numPartitions: 1, replicationFactor, configEntries }],
  });
  await admin.disconnect();
}

async function send(kafka: LocalKafka, topic: string, values: (string | Buffer)[]): Promise<void> {
  const producer = connect(kafka).producer({ retry: { retries: 2 } });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

/** For the seconds in which the others have yet to notice that a broker is gone, or one that is back to catch up. */
async function sendUntilTaken(kafka: LocalKafka, topic: string, value: string): Promise<void> {
  for (;;) {
    try {
      return await send(kafka, topic, [value]);
    } catch (error) {
      if (!/ECONNREFUSED|Closed connection|leader|in-sync replicas/i.test(String(error))) throw error;
    }
  }
}

async function endOffset(kafka: LocalKafka, topic: string): Promise<number> {
  const admin = connect(kafka).admin();
  await admin.connect();
  const [partition] = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return Number(partition?.high);
}

describe("one broker", () => {
  test("what it acknowledged is there after kill -9 and after a stop, at the same address", async () => {
    {
      await using kafka = await startKafka({ folder, log });
      await createTopic(kafka, "kept", 1);
      await send(kafka, "kept", ["a", "b", "c"]);
      const [before, address] = [kafka.pids[0], kafka.brokers[0]];
      await kafka.kill(0, "SIGKILL");
      expect(kafka.pids).toEqual([0]);
      await kafka.restart(0);
      expect(kafka.pids[0]).not.toBe(before);
      expect(kafka.brokers[0]).toBe(address);
      expect(await endOffset(kafka, "kept")).toBe(3);
      await send(kafka, "kept", ["d"]);
    }
    await using kafka = await startKafka({ folder, log });
    expect(await endOffset(kafka, "kept")).toBe(4);
  });

  test("a record of the largest size passes, a topic that nobody created does not appear", async () => {
    await using kafka = await startKafka({ folder, log });
    await createTopic(kafka, "large", 1);
    // A batch has a header of its own, within the same limit.
    await send(kafka, "large", [Buffer.alloc(recordBytesMax - 1024)]);
    expect(await endOffset(kafka, "large")).toBe(1);
    await expect(send(kafka, "unknown", ["a"])).rejects.toThrow(/does not host this topic-partition/);
  });

  test("a setting that is given replaces ours", async () => {
    await using kafka = await startKafka({ folder, log, settings: { "auto.create.topics.enable": true } });
    await send(kafka, "made-by-sending", ["a"]);
    expect(await endOffset(kafka, "made-by-sending")).toBe(1);
  });

  test("a cluster whose random id begins with a dash is formatted", async () => {
    writeFileSync(join(folder, "cluster.id"), "-JPZnG5zRf6-DL3UElMVxg");
    await using kafka = await startKafka({ folder, log });
    await createTopic(kafka, "made", 1);
  });

  test("a second owner of its folder is refused", async () => {
    await using _kafka = await startKafka({ folder, log });
    await expect(startKafka({ folder, log })).rejects.toThrow(/in use by process/);
  });
});

describe("what stops it from starting is named", () => {
  test("a port that is taken, before the start and during it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startKafka({ folder, log, port })).rejects.toThrow(`Kafka's port ${port} is taken`);
    // The same port by a way that the check before the start does not see.
    const listeners = `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${port - 1}`;
    const settings = { listeners, "controller.quorum.voters": `1@127.0.0.1:${port - 1}` };
    await expect(startKafka({ folder, log, settings })).rejects.toThrow(/its port is taken.*kafka\.log/);
    other.close();
  });

  test("no Java", async () => {
    vi.stubEnv("PATH", "/nowhere");
    vi.stubEnv("JAVA_HOME", "");
    await expect(startKafka({ folder, log })).rejects.toThrow(/Java is missing.*npm run setup/);
  });

  test("data of another cluster, or of another broker", async () => {
    mkdirSync(join(folder, "1/data"), { recursive: true });
    writeFileSync(join(folder, "cluster.id"), "ours");
    const meta = join(folder, "1/data/meta.properties");
    writeFileSync(meta, "node.id=1\nversion=1\ncluster.id=theirs\n");
    await expect(startKafka({ folder, log })).rejects.toThrow(/belongs to broker 1 of cluster theirs/);
    writeFileSync(meta, "node.id=2\nversion=1\ncluster.id=ours\n");
    await expect(startKafka({ folder, log })).rejects.toThrow(/belongs to broker 2 of cluster ours/);
  });

  test("data that can't be read", async () => {
    mkdirSync(join(folder, "1/data/meta.properties"), { recursive: true });
    await expect(startKafka({ folder, log })).rejects.toThrow(/1\/data can't be read/);
    writeFileSync(join(folder, "file"), "");
    await expect(startKafka({ folder: join(folder, "file"), log })).rejects.toThrow(
      /can't be read and written/,
    );
  });
});

test("of three brokers one can be killed while the others take acknowledged writes, and it comes back", async () => {
  await using kafka = await startKafka({ folder, log, brokers: 3 });
  expect(kafka.brokers).toHaveLength(3);
  await createTopic(kafka, "copied", 3);
  await send(kafka, "copied", ["a"]);
  await kafka.kill(0, "SIGKILL");
  await sendUntilTaken(kafka, "copied", "b");
  await kafka.restart(0);
  await kafka.kill(1, "SIGKILL");
  await sendUntilTaken(kafka, "copied", "c");
  await kafka.restart(1);
  // An attempt whose acknowledgement was lost may have been written, too.
  expect(await endOffset(kafka, "copied")).toBeGreaterThanOrEqual(3);
}, 60_000);
