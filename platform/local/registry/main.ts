// Owns the registry's process: it listens first, since the port is what keeps a second registry of this
// machine from writing beside it, then reads its schemas as soon as Kafka gives them.
import { setTimeout as sleep } from "node:timers/promises";
import { Unavailable } from "../../errors.ts";
import { connectKafka } from "../../kafka.ts";
import { createLog } from "../../log.ts";
import { readSettings, SettingsError } from "../../settings.ts";
import { kafkaLog, type SchemaLog } from "./log.ts";
import { createRegistry } from "./registry.ts";

const pauseMaxMs = 2_000;

try {
  await main();
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}

async function main(): Promise<void> {
  const settings = readSettings(process.env, ["kafkaBrokers", "kafkaReplication", "registryUrl", "logLevel"]);
  const log = createLog("registry", settings.logLevel);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

  const kafka = connectKafka({ brokers: settings.kafkaBrokers, clientId: "skillstream-registry", log });
  let connected: SchemaLog | undefined;
  const schemaLog: SchemaLog = {
    async replay() {
      connected ??= await kafkaLog(kafka, { replication: settings.kafkaReplication });
      return connected.replay();
    },
    append(entries, end) {
      if (connected === undefined) throw new Unavailable("the registry has not found its topic yet");
      return connected.append(entries, end);
    },
  };

  const registry = createRegistry({ schemaLog, log });
  await using _listening = { [Symbol.asyncDispose]: () => registry.app.close() };
  const { hostname, port } = new URL(settings.registryUrl);
  const address = await registry.app.listen({ host: hostname, port: Number(port || 80) });
  log.info({ address }, "The schema registry listens, and reads its schemas.");
  await loadWithPatience();
  if (!stop.signal.aborted) {
    log.info("The schema registry is ready.");
    await new Promise((resolve) => stop.signal.addEventListener("abort", resolve, { once: true }));
  }
  log.info("The schema registry stops.");

  async function loadWithPatience(): Promise<void> {
    for (let pauseMs = 100; !stop.signal.aborted; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
      try {
        return await registry.load();
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        log.warn({ err: error, pauseMs }, "Kafka is not there yet; the registry waits.");
        await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => {});
      }
    }
  }
}
