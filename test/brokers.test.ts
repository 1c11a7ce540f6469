// Kafka for real, three brokers, one of them killed while the scraper's producer and a stage are writing. What
// the topics hold is read by another client than ours.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  connectKafka,
  consume,
  createProducer,
  ensureTopics,
  type OutMessage,
  watchOffsets,
} from "@skillstream/platform/kafka.ts";
import { startKafka } from "@skillstream/platform/local/kafka.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { memoryCodec } from "@skillstream/platform/memory.ts";
import { emit } from "@skillstream/platform/outcome.ts";
import { createStage, stageLimits } from "@skillstream/platform/stage.ts";
import { toTopic } from "@skillstream/platform/topic.ts";
import { flowPartitions, normalizedTopic, rawTopic } from "@skillstream/schemas/topics.ts";
import type { Posting, RawEvent } from "@skillstream/schemas/types.ts";
import { expect, test } from "vitest";
import { readTopic } from "./witness.ts";

const log = createLog("brokers-test", "fatal");
const eventsPerPartition = 2_000;
const batch = 50;

test("a broker killed while the producer and a stage write costs no acknowledged message, doubles none, and keeps the order", async () => {
  const folder = await mkdtemp(join(tmpdir(), "skillstream-brokers-"));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const cluster = cleanup.use(await startKafka({ folder, brokers: 3, log }));
  const kafka = connectKafka({ brokers: cluster.brokers, clientId: "brokers-test", log });
  const output = normalizedTopic(1);
  await ensureTopics(kafka, [rawTopic, output], 3);

  const producer = cleanup.use(createProducer(kafka));
  const stageProducer = cleanup.use(createProducer(kafka));
  const failed = Promise.withResolvers<never>();
  const stage = createStage({
    name: "copy",
    version: "copy@1",
    decode: memoryCodec.decode,
    step: { each: (raw: RawEvent) => emit({ job_id: raw.job_id } as Posting) },
    about: (raw) => raw,
    destination: toTopic(output, "Posting", { producer: stageProducer, codec: memoryCodec }),
    limits: { ...stageLimits, recordsMax: batch },
    seconds: () => performance.now() / 1000,
    random: Math.random,
    reports: {
      answered: () => undefined,
      repeats: () => undefined,
      stranger: () => undefined,
      rejected: (_, origin, receipt) => failed.reject(new Error(`${origin} was rejected: ${receipt.reason}`)),
      waiting: () => undefined,
      goingOn: () => undefined,
      timed: () => undefined,
    },
  });
  const consumer = cleanup.use(
    await consume(kafka, {
      group: "copy",
      topic: rawTopic,
      isRaw: true,
      concurrency: flowPartitions,
      handle: stage.handle,
      holdBack: () => Promise.resolve(undefined),
      lag: () => undefined,
      member: () => undefined,
      begin: stage.begin,
    }),
  );
  consumer.ended.catch(failed.reject);

  const acknowledged = new Map<number, string[]>();
  const sent = Promise.withResolvers<void>();
  let sends = 0;
  const killAt = (flowPartitions * eventsPerPartition) / batch / 3;
  await Promise.all([
    ...Array.from({ length: flowPartitions }, async (_, partition) => {
      const ids: string[] = [];
      acknowledged.set(partition, ids);
      for (let from = 0; from < eventsPerPartition; from += batch) {
        const messages = await Promise.all(
          Array.from({ length: batch }, async (_, index): Promise<OutMessage> => {
            const job_id = `${partition}-${from + index}`;
            return {
              key: job_id,
              value: await memoryCodec.encode("RawEvent", { job_id } as RawEvent),
              headers: {},
            };
          }),
        );
        await producer.send(rawTopic.name, partition, messages);
        ids.push(...messages.map(({ key }) => key));
        if (++sends >= killAt) sent.resolve();
      }
    }),
    sent.promise.then(() => cluster.kill(1, "SIGKILL")),
  ]);
  await using offsets = await watchOffsets(kafka);
  const allAnswered = expect
    .poll(async () => [...(await offsets.ofGroup("copy", rawTopic.name)).values()], {
      timeout: 60_000,
      interval: 200,
    })
    .toEqual(Array(flowPartitions).fill(eventsPerPartition));
  await Promise.race([allAnswered, failed.promise]);

  const ends = new Map(
    Array.from({ length: flowPartitions }, (_, partition) => [partition, eventsPerPartition]),
  );
  const alive = cluster.brokers.filter((_, index) => index !== 1);
  const raw = await Array.fromAsync(readTopic(alive, rawTopic.name, ends));
  for (const [partition, ids] of acknowledged) {
    expect(raw.filter((one) => one.partition === partition).map(({ key }) => key)).toEqual(ids);
  }
  const high = await offsets.ofTopic(output.name);
  const copied = await Array.fromAsync(
    readTopic(alive, output.name, new Map(high.map((one) => [one.partition, one.high]))),
  );
  for (let partition = 0; partition < flowPartitions; partition++) {
    const origins: number[] = [];
    for (const { headers } of copied.filter((one) => one.partition === partition)) {
      const origin = Number(headers.origin);
      if (origin > (origins.at(-1) ?? -1)) origins.push(origin);
    }
    expect(origins).toEqual(Array.from({ length: eventsPerPartition }, (_, index) => index));
  }
  console.log(
    `${copied.length - flowPartitions * eventsPerPartition} repeats in the stage's output, dropped by origin`,
  );
});
