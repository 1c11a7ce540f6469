// Owns a stage as a process: Kafka, registry and health joined to the step and its destination, the disk
// reserve kept, SIGTERM drained. What a stage does with a record stands in stage.ts.
import { flowTopics, type RecordName, type Topic } from "@skillstream/schemas/topics.ts";
import { type Codec, checked, createCodec, type Records } from "./codec.ts";
import { createDiskReserve } from "./disk.ts";
import { messageOf, Unavailable } from "./errors.ts";
import { consumerLag, processDuration, stagePaused, stageRecords, stageRepeats } from "./health.ts";
import { connectKafka, consume, createProducer, ensureTopics, type Producer } from "./kafka.ts";
import type { Destination } from "./outcome.ts";
import { runService, type Service, untilAvailable } from "./service.ts";
import type { SettingName } from "./settings.ts";
import { type Batch, createStage, type Lease, type StageDefinition, stageLimits } from "./stage.ts";
import { createStepTask, stepPath } from "./step-service.ts";

export const stageSettings = [
  "kafkaBrokers",
  "kafkaReplication",
  "registryUrl",
  "generation",
  "batchRecordsMax",
  "home",
  "diskReserveMb",
] as const;
export type StageSetting = (typeof stageSettings)[number];

export interface StageParts<In, Out> extends Pick<StageDefinition<In, Out>, "step" | "version" | "about"> {
  destination: Destination<Out>;
}

export interface StageProcess<N extends SettingName, In extends RecordName, Out> {
  name: string;
  settings: readonly N[];
  input: (generation: number) => Topic;
  isRaw?: true;
  reads: In;
  /** Record types that the stage writes; empty where it writes to a table. */
  writes: readonly RecordName[];
  /** The step is a service too, on the health port: what it reads is asked for there as JSON. */
  offersStep?: true;
  /** Partitions answered at the same time: more than one where a step waits for others. */
  concurrency: number;
  /** Everything that must be there before the first record; what is disposable goes into `scope`. */
  open: (
    service: Service<N | StageSetting>,
    parts: { producer: Producer; codec: Codec; scope: AsyncDisposableStack },
  ) => Promise<StageParts<Records[In], Out>>;
}

export function runStage<const N extends SettingName, In extends RecordName, Out>(
  stage: StageProcess<N, In, Out>,
): Promise<never> {
  return runService(stage.name, [...stage.settings, ...stageSettings], async (service) => {
    const { settings, log, readiness, signal } = service;
    await using scope = new AsyncDisposableStack();
    const kafka = connectKafka({
      brokers: settings.kafkaBrokers,
      clientId: `skillstream-${stage.name}`,
      log,
    });
    const [codec] = await Promise.all([
      untilAvailable("registry", service, () =>
        createCodec(settings.registryUrl, [stage.reads, ...stage.writes, "Receipt"]),
      ),
      untilAvailable("kafka", service, () =>
        ensureTopics(kafka, flowTopics(settings.generation), settings.kafkaReplication),
      ),
    ]);
    const producer = scope.use(createProducer(kafka));
    const parts = await stage.open(service, { producer, codec, scope });

    if (stage.offersStep)
      service.tasks.set(
        stepPath,
        createStepTask(parts.step, (value) => checked(stage.reads, value)),
      );

    const paused = new Set<number>();
    const core = createStage({
      name: stage.name,
      ...parts,
      decode: (value) => codec.decode(value, [stage.reads, "Receipt"]),
      limits: { ...stageLimits, recordsMax: settings.batchRecordsMax },
      seconds: () => performance.now() / 1000,
      random: Math.random,
      reports: {
        answered: (outcome, count) => stageRecords.inc({ stage: stage.name, outcome }, count),
        repeats: (count) => stageRepeats.inc({ stage: stage.name }, count),
        stranger: (partition, offset) =>
          log.error({ partition, offset }, "A record without an origin was passed over: no stage wrote it."),
        rejected: (partition, origin, { reason, cause, attempts, job_id }) =>
          log.warn({ partition, origin, cause, attempts, job_id, reason }, "A record was rejected."),
        waiting: (partition, error, milliseconds) => {
          paused.add(partition);
          stagePaused.set({ stage: stage.name }, paused.size);
          const reason = messageOf(error);
          readiness.wait(`partition ${partition}`, `partition ${partition} waits: ${reason}`);
          const unexpected = error instanceof Unavailable ? {} : { err: error };
          log.warn({ partition, milliseconds, reason, ...unexpected }, "A partition waits and tries again.");
        },
        goingOn: (partition) => {
          if (!paused.delete(partition)) return;
          stagePaused.set({ stage: stage.name }, paused.size);
          readiness.done(`partition ${partition}`);
          log.info({ partition }, "A partition goes on.");
        },
        timed: (operation, seconds) => processDuration.observe({ stage: stage.name, operation }, seconds),
      },
    });

    const fullDisk = createDiskReserve(settings.home, settings.diskReserveMb);
    const fault = Promise.withResolvers<never>();
    const group = groupOf(stage.name, settings.generation);
    readiness.wait("group", `the stage is joining its group ${group}`);
    const consumer = scope.use(
      await untilAvailable("kafka", service, () =>
        consume(kafka, {
          group,
          topic: stage.input(settings.generation),
          isRaw: stage.isRaw ?? false,
          concurrency: stage.concurrency,
          member(lostBecause) {
            if (lostBecause === undefined) {
              readiness.done("group");
              log.info({ group }, "The stage has joined its group.");
            } else {
              readiness.wait("group", `the stage is joining its group again: ${lostBecause}`);
            }
          },
          async holdBack() {
            const reason = await fullDisk();
            if (reason === undefined) readiness.done("disk");
            else readiness.wait("disk", reason);
            return reason;
          },
          lag: (partition, records) => consumerLag.set({ stage: stage.name, partition }, records),
          begin: core.begin,
          handle: guard(core.handle, fault.reject),
        }),
      ),
    );
    readiness.done("start");
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve());
    });
    await Promise.race([stopped, consumer.ended, fault.promise]);
  });
}

export function groupOf(stage: string, generation: number): string {
  return `skillstream-${stage}-g${generation}`;
}

/** A bug in a handler must end the process at once; the client would try the batch again for minutes. */
function guard(
  handle: (batch: Batch, lease: Lease) => Promise<void>,
  bug: (error: unknown) => void,
): typeof handle {
  return async (batch, lease) => {
    try {
      await handle(batch, lease);
    } catch (error) {
      if (!(error instanceof Error && error.name.startsWith("KafkaJS"))) bug(error);
      throw error;
    }
  };
}
