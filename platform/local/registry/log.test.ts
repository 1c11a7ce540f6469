import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Unavailable } from "../../errors.ts";
import { connectKafka } from "../../kafka.ts";
import { type LocalKafka, startKafka } from "../kafka.ts";
import { freePort } from "../ports.ts";
import { Behind, kafkaLog, memoryLog } from "./log.ts";
import { createRegistry } from "./registry.ts";
import { RegistryState } from "./state.ts";

const quiet = pino({ level: "silent" });
/** Brokers that stop and start, on a machine that does other things too. */
const brokerTestMs = 120_000;

const one = JSON.stringify({ type: "record", name: "One", fields: [{ name: "a", type: "string" }] });
const two = JSON.stringify({ type: "record", name: "Two", fields: [{ name: "a", type: "string" }] });

async function ask(url: string, ask: string, body?: object): Promise<unknown> {
  const [method = "", path = ""] = ask.split(" ");
  const response = await fetch(url + path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return [response.status, await response.json()];
}

describe("the registry's log in Kafka", () => {
  const folder = mkdtempSync(join(tmpdir(), "skillstream-registry-"));
  let broker: LocalKafka;
  beforeAll(async () => {
    broker = await startKafka({ folder, log: quiet });
  });
  afterAll(async () => {
    await broker?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const connect = () => connectKafka({ brokers: broker.brokers, clientId: "test", log: quiet });
  /** A topic each, since a name that was deleted is not free at once. */
  let topic = "";
  let topics = 0;
  beforeEach(() => {
    topic = `schemas-${++topics}`;
  });
  const open = () => kafkaLog(connect(), { replication: 1, topic });

  async function start() {
    const scope = new AsyncDisposableStack();
    const registry = createRegistry({ schemaLog: await open(), log: quiet });
    scope.defer(() => registry.app.close());
    const url = await registry.app.listen({ host: "127.0.0.1", port: 0 });
    await registry.load();
    return { url, [Symbol.asyncDispose]: () => scope.disposeAsync() };
  }

  test("gives back what was appended, in order, and refuses a writer that is behind", async () => {
    const first = await open();
    const second = await open();
    expect(await first.replay()).toEqual({ entries: [], end: 0 });
    const entries = [
      { key: "a", value: "1" },
      { key: "b", value: null },
    ];
    expect(await first.append(entries, 0)).toBe(2);
    await expect(second.append([{ key: "c", value: "3" }], 0)).rejects.toBeInstanceOf(Behind);
    expect(await second.replay()).toEqual({ entries, end: 2 });
    expect(await second.append([{ key: "c", value: "3" }], 2)).toBe(3);
    expect((await first.replay()).entries.at(-1)).toEqual({ key: "c", value: "3" });
  });

  test("a registry that starts again knows what it has answered", async () => {
    {
      await using registry = await start();
      expect(await ask(registry.url, "POST /subjects/s/versions", { schema: one })).toEqual([200, { id: 1 }]);
      await ask(registry.url, "PUT /config/s", { compatibility: "FULL" });
      await ask(registry.url, "POST /subjects/t/versions", { schema: two });
      await ask(registry.url, "DELETE /subjects/t");
      await ask(registry.url, "DELETE /subjects/t?permanent=true");
    }
    await using registry = await start();
    expect(await ask(registry.url, "GET /subjects/s/versions")).toEqual([200, [1]]);
    expect(await ask(registry.url, "GET /config/s")).toEqual([200, { compatibilityLevel: "FULL" }]);
    // 2 was given once, and is nobody's again.
    expect(await ask(registry.url, "POST /subjects/u/versions", { schema: two })).toEqual([200, { id: 3 }]);
  });

  test("two registries on one log never give an id twice", async () => {
    await using first = await start();
    await using second = await start();
    expect(await ask(first.url, "POST /subjects/s/versions", { schema: one })).toEqual([200, { id: 1 }]);
    expect(await ask(second.url, "POST /subjects/s/versions", { schema: two })).toMatchObject([409, {}]);
    expect(await ask(second.url, "POST /subjects/t/versions", { schema: two })).toEqual([200, { id: 2 }]);
    expect(await ask(first.url, "POST /subjects/u/versions", { schema: two })).toEqual([200, { id: 2 }]);
  });

  test(
    "while Kafka is down it answers from memory, and takes schemas again when it is back",
    async () => {
      await using registry = await start();
      await ask(registry.url, "POST /subjects/s/versions", { schema: one });
      await broker.kill(0, "SIGKILL");
      expect(await ask(registry.url, "GET /schemas/ids/1")).toMatchObject([200, { schema: one }]);
      expect(await ask(registry.url, "POST /subjects/s/versions", { schema: one })).toEqual([200, { id: 1 }]);
      expect(await ask(registry.url, "POST /subjects/t/versions", { schema: two })).toMatchObject([
        500,
        { error_code: 50001 },
      ]);
      await broker.restart(0);
      // A broker that takes requests may not lead its partitions yet.
      await expect
        .poll(() => ask(registry.url, "POST /subjects/t/versions", { schema: two }), { timeout: 20_000 })
        .toEqual([200, { id: 2 }]);
      await using again = await start();
      expect(await ask(again.url, "GET /subjects")).toEqual([200, ["s", "t"]]);
    },
    brokerTestMs,
  );

  test("a topic that would lose schemas is refused", async () => {
    const admin = connect().admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    await admin.disconnect();
    await expect(open()).rejects.toThrow("has cleanup.policy=delete");
  });

  test("a Kafka that is not there is Unavailable", async () => {
    const nobody = connectKafka({
      brokers: [`127.0.0.1:${await freePort()}`],
      clientId: "test",
      log: quiet,
    });
    await expect(kafkaLog(nobody, { replication: 1 })).rejects.toBeInstanceOf(Unavailable);
  });

  test(
    "the process waits for Kafka, serves, and ends on SIGTERM",
    async () => {
      await broker.kill(0, "SIGTERM");
      const url = `http://127.0.0.1:${await freePort()}`;
      const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
        env: {
          ...process.env,
          SKILLSTREAM_KAFKA_BROKERS: broker.brokers.join(","),
          SKILLSTREAM_REGISTRY_URL: url,
        },
        stdio: ["ignore", "ignore", "pipe"],
      });
      try {
        await line(child, "listens");
        expect((await fetch(url)).status).toBe(503);
        await broker.restart(0);
        await line(child, "is ready");
        expect(await ask(url, "POST /subjects/s/versions", { schema: one })).toEqual([200, { id: 1 }]);
      } finally {
        child.kill("SIGTERM");
      }
      expect(await once(child, "exit")).toEqual([0, null]);
    },
    brokerTestMs,
  );
});

test("state is a function of the log alone", async () => {
  const schemaLog = memoryLog();
  const registry = createRegistry({ schemaLog, log: quiet });
  await registry.load();
  const inject = (method: "POST" | "DELETE" | "PUT", url: string, payload: object = {}) =>
    registry.app.inject({ method, url, payload });
  await inject("POST", "/subjects/s/versions", { schema: one });
  await inject("PUT", "/mode/s", { mode: "READONLY" });
  await inject("DELETE", "/mode/s");
  await inject("POST", "/subjects/t/versions", { schema: one });
  await inject("DELETE", "/subjects/t");
  const { entries } = await schemaLog.replay();
  // What compaction would leave: of each key the last entry.
  const compacted = entries.filter(
    (entry, at) => entries.findLastIndex(({ key }) => key === entry.key) === at,
  );
  for (const state of [new RegistryState(entries), new RegistryState(compacted)]) {
    expect(state.versions("s")).toMatchObject([{ id: 1, version: 1, deleted: false }]);
    expect(state.versions("t")).toMatchObject([{ id: 1, version: 1, deleted: true }]);
    expect(state.mode("s")).toBeUndefined();
    expect(state.nextId).toBe(2);
  }
});

async function line(child: ChildProcess, text: string): Promise<void> {
  if (child.stderr === null) throw new Error("the child has no standard error");
  for await (const said of createInterface({ input: child.stderr })) if (said.includes(text)) return;
  throw new Error(`the process ended before it said "${text}"`);
}
