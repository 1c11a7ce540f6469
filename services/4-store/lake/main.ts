// Owns the lake as a process: jobs.raw in, immutable files and their catalog out. It is in a consumer group for
// its share of the partitions alone; how far it is stands in the lake itself. What it can't do now it says in
// /ready, and /lake tells how far behind it is.
import { join } from "node:path";
import { createDiskReserve } from "@skillstream/platform/disk.ts";
import { messageOf, Unavailable } from "@skillstream/platform/errors.ts";
import { connectKafka, consume, ensureTopics, watchOffsets } from "@skillstream/platform/kafka.ts";
import { runService, untilAvailable } from "@skillstream/platform/service.ts";
import { pause } from "@skillstream/platform/signals.ts";
import type { Batch, Lease } from "@skillstream/platform/stage.ts";
import { flowPartitions, rawTopic } from "@skillstream/schemas/topics.ts";
import { lakeBytes, lakeEvents, lakeFiles, lakeLag, lakeLost } from "../metrics.ts";
import { registrySchemas } from "./event-schema.ts";
import { openPlace } from "./place.ts";
import { announce, createLakeWriter } from "./writer.ts";

const tickMs = 1_000;
/** The broker is asked for its ends as often; a lag is a matter of minutes. */
const lagEveryMs = 5_000;
/** Partitions whose batches are taken at the same time: more would only wait for the same disk. */
const concurrency = 2;
/** What waits when the process is to end is sealed if that goes so fast; otherwise Kafka has it. */
const finishMs = 10_000;

const settingNames = [
  "kafkaBrokers",
  "kafkaReplication",
  "registryUrl",
  "home",
  "diskReserveMb",
  "lake",
  "lakeCutOffsets",
  "lakeSealS",
  "s3Endpoint",
  "s3Encryption",
] as const;

await runService("lake", settingNames, async (service) => {
  const { settings, log, readiness, signal, answers } = service;
  await using scope = new AsyncDisposableStack();
  const kafka = connectKafka({ brokers: settings.kafkaBrokers, clientId: "skillstream-lake", log });
  await untilAvailable("kafka", service, () => ensureTopics(kafka, [rawTopic], settings.kafkaReplication));
  const place = await openPlace(settings.lake || join(settings.home, "lake"), settings);
  await untilAvailable("lake", service, () => announce(place, rawTopic.name));
  log.info({ lake: place.name }, "The lake is there.");
  const offsets = scope.use(await untilAvailable("kafka", service, () => watchOffsets(kafka)));
  const fullDisk =
    place.folder === undefined
      ? () => Promise.resolve(undefined)
      : createDiskReserve(place.folder, settings.diskReserveMb);

  const at = new Map<number, { sealed: number; read: number }>();
  const reasons = new Map<number, string>();
  const writer = createLakeWriter({
    place,
    schemas: registrySchemas(settings.registryUrl),
    topic: rawTopic.name,
    cutOffsets: settings.lakeCutOffsets,
    sealMs: settings.lakeSealS * 1000,
    log,
    reports: {
      sealed({ files, lost, first, end }) {
        if (lost) lakeLost.inc(end - first);
        for (const { rows, bytes } of files) {
          lakeEvents.inc(rows);
          lakeFiles.inc();
          lakeBytes.inc(bytes);
        }
      },
      at: (partition, sealed, read) => at.set(partition, { sealed, read }),
      waiting(partition, reason) {
        readiness.wait(`partition ${partition}`, `partition ${partition} waits: ${reason}`);
        if (reasons.get(partition) === reason) return;
        reasons.set(partition, reason);
        log.warn({ partition, reason }, "A partition waits and tries again.");
      },
      goingOn(partition) {
        readiness.done(`partition ${partition}`);
        if (reasons.delete(partition)) log.info({ partition }, "A partition goes on.");
      },
    },
    async bounds(partition) {
      const found = (await offsets.ofTopic(rawTopic.name)).find((one) => one.partition === partition);
      if (found === undefined) throw new Unavailable(`Kafka does not know partition ${partition}`);
      return found;
    },
    holdBack: fullDisk,
    now: () => performance.now(),
  });
  const ends = new Map<number, number>();
  answers.set("/lake", () => {
    const sum = (of: (one: { sealed: number; read: number }, partition: number) => number) =>
      [...at].reduce((total, [partition, one]) => total + of(one, partition), 0);
    return {
      place: place.name,
      waiting: sum(({ sealed, read }) => read - sealed),
      lag: sum(({ sealed }, partition) => Math.max(0, (ends.get(partition) ?? 0) - sealed)),
    };
  });

  const fault = Promise.withResolvers<never>();
  const group = "skillstream-lake";
  readiness.wait("group", `the lake is joining its group ${group}`);
  const consumer = scope.use(
    await untilAvailable("kafka", service, () =>
      consume(kafka, {
        group,
        topic: rawTopic,
        isRaw: true,
        concurrency,
        member(lostBecause) {
          // Others may have them now; begin says which are ours.
          for (const partition of at.keys()) readiness.done(`partition ${partition}`);
          for (let partition = 0; partition < flowPartitions; partition++)
            readiness.done(`begin ${partition}`);
          at.clear();
          lakeLag.reset();
          if (lostBecause === undefined) {
            readiness.done("group");
            log.info({ group }, "The lake has joined its group.");
          } else {
            readiness.wait("group", `the lake is joining its group again: ${lostBecause}`);
          }
        },
        async holdBack() {
          const reason = await fullDisk();
          if (reason === undefined) readiness.done("disk");
          else readiness.wait("disk", reason);
          return reason;
        },
        // Nothing is committed: the lag is measured against the catalog.
        lag: () => undefined,
        async begin(partition, lease) {
          try {
            await writer.begin(partition, lease);
            readiness.done(`begin ${partition}`);
          } catch (error) {
            if (error instanceof Unavailable)
              readiness.wait(`begin ${partition}`, `partition ${partition} can't begin: ${error.message}`);
            throw error;
          }
        },
        handle: (batch, lease) => handle(batch, lease),
      }),
    ),
  );
  /** A bug must end the process at once; the client would try the batch again for minutes. */
  async function handle(batch: Batch, lease: Lease): Promise<void> {
    try {
      await writer.handle(batch, lease);
    } catch (error) {
      if (!(error instanceof Error && error.name.startsWith("KafkaJS"))) fault.reject(error);
      throw error;
    }
  }
  readiness.done("start");

  const stopped = (async () => {
    for (let lagAt = Number.NEGATIVE_INFINITY; !signal.aborted; await pause(tickMs, signal)) {
      await writer.tick();
      if (performance.now() - lagAt < lagEveryMs) continue;
      lagAt = performance.now();
      try {
        for (const { partition, high } of await offsets.ofTopic(rawTopic.name)) {
          ends.set(partition, high);
          const sealed = at.get(partition)?.sealed;
          if (sealed !== undefined) lakeLag.set({ partition }, Math.max(0, high - sealed));
        }
      } catch (error) {
        log.debug({ reason: messageOf(error) }, "The lag can't be told now.");
      }
    }
  })();
  await Promise.race([stopped, consumer.ended, fault.promise]);
  if (signal.aborted) await Promise.race([writer.finish(), pause(finishMs, undefined)]);
});
