// Owns the connection to Kafka; nothing else imports its client. Promises: a send carries one partition and is
// idempotent (with several partitions in one send acknowledged messages went missing when a broker died); a
// batch that was not committed is delivered again; partition counts are checked before the first send.
// Refuses transactions: the origin that every record carries makes at-least-once exact.

import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { flowPartitions, recordBytesMax, type Topic } from "@skillstream/schemas/topics.ts";
import kafkajs, { type Kafka, type Producer as KafkaProducer, type Message } from "kafkajs";
import { Unavailable } from "./errors.ts";
import type { Logger } from "./log.ts";
import type { Batch, InputRecord, Lease } from "./stage.ts";

const { CompressionTypes, CompressionCodecs, Partitioners, logLevel } = kafkajs;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: (encoder: { buffer: Buffer }) => compress(encoder.buffer),
  decompress: (buffer: Buffer) => decompress(buffer),
});

/** One send is one record batch a partition; a larger one would pass what brokers take. */
const sendBytesMax = 4 * 1024 * 1024;
/** A member that was killed holds its partitions for so long; brokers take no less by default. */
const sessionTimeoutMs = 6_000;
const heartbeatMs = 500;
const fetchWaitMs = 200;
/** Compressed, and a record of a posting opens to several times its size. */
const fetchPartitionBytesMax = 512 * 1024;
const fetchBytesMax = 2 * 1024 * 1024;
const drainMs = 10_000;

export interface Connection {
  brokers: string[];
  clientId: string;
  log: Logger;
}

export function connectKafka({ brokers, clientId, log }: Connection): Kafka {
  return new kafkajs.Kafka({
    brokers,
    clientId,
    logLevel: logLevel.WARN,
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
    logCreator: () => (entry) => {
      const { message, timestamp: _, logger: __, stack: ___, ...fields } = entry.log;
      log[entry.level === logLevel.ERROR ? "warn" : "debug"]({ kafka: fields }, `Kafka client: ${message}`);
    },
  });
}

/** Creates what is missing, and refuses a topic whose partition count is not the declared one. */
export async function ensureTopics(
  kafka: Kafka,
  topics: readonly Topic[],
  replication: number,
): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !existing.has(topic.name));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((topic) => ({
          topic: topic.name,
          numPartitions: topic.partitions,
          replicationFactor: replication,
          configEntries: [
            { name: "cleanup.policy", value: "delete" },
            { name: "retention.ms", value: String(topic.retentionMs) },
            { name: "max.message.bytes", value: String(recordBytesMax) },
            { name: "min.insync.replicas", value: String(replication >= 3 ? 2 : 1) },
          ],
        })),
      });
    }
    const { topics: described } = await admin.fetchTopicMetadata({
      topics: topics.map((topic) => topic.name),
    });
    for (const topic of topics) {
      const count = described.find((one) => one.name === topic.name)?.partitions.length;
      if (count !== topic.partitions) {
        throw new Error(
          `topic ${topic.name} has ${count} partitions and must have ${topic.partitions}: a partition count never changes; move to a new topic version`,
        );
      }
    }
  } catch (error) {
    throw kafkaError(error);
  } finally {
    // What failed before is what a person must hear of.
    await admin.disconnect().catch(() => undefined);
  }
}

export interface OutMessage {
  key: string;
  value: Buffer;
  headers: Record<string, string>;
}

export interface Producer extends AsyncDisposable {
  /** Which partition of a topic of the flow a key belongs to: as Java's default partitioner places it. */
  partitionOf(key: string): number;
  /** Resolves when every in-sync copy has all messages, in order. Rejects with Unavailable; send all again then. */
  send(topic: string, partition: number, messages: readonly OutMessage[]): Promise<void>;
}

export function createProducer(kafka: Kafka): Producer {
  const place = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: flowPartitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  let current: Promise<KafkaProducer> | undefined;

  /** After a failed send the sequence numbers of the old producer are in doubt: begin with a new one. */
  async function connected(): Promise<KafkaProducer> {
    current ??= (async () => {
      const producer = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: Partitioners.DefaultPartitioner,
      });
      await producer.connect();
      return producer;
    })();
    return current;
  }

  async function discard(): Promise<void> {
    const producer = current;
    current = undefined;
    await producer?.then((one) => one.disconnect()).catch(() => undefined);
  }

  return {
    partitionOf: (key) =>
      place({ topic: "", partitionMetadata, message: { key: Buffer.from(key), value: null } }),
    async send(topic, partition, messages) {
      for (let from = 0; from < messages.length; ) {
        const chunk: Message[] = [];
        let bytes = 0;
        for (; from < messages.length; from++) {
          const message = messages[from];
          if (message === undefined) break;
          bytes += message.value.length;
          if (chunk.length > 0 && bytes > sendBytesMax) break;
          chunk.push({ ...message, partition });
        }
        try {
          const producer = await connected();
          await producer.send({ topic, acks: -1, compression: CompressionTypes.ZSTD, messages: chunk });
        } catch (error) {
          await discard();
          throw kafkaError(error);
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await discard();
    },
  };
}

export interface Consumer extends AsyncDisposable {
  /** Rejects when the client gives up; resolves when it was stopped. */
  readonly ended: Promise<void>;
}

export interface ConsumerOptions {
  group: string;
  topic: Topic;
  /** The raw topic's records are their own origin. */
  isRaw: boolean;
  concurrency: number;
  /** For each partition that is assigned, before or while its first batches are handled. */
  begin: (partition: number, lease: Lease) => Promise<void>;
  handle: (batch: Batch, lease: Lease) => Promise<void>;
  /** Asked before each batch; a reason to wait, or undefined. */
  holdBack: () => Promise<string | undefined>;
  lag: (partition: number, records: number) => void;
  /** Told when the group was joined, and why it is being joined again. */
  member: (lostBecause: string | undefined) => void;
}

const holdBackMs = 1_000;
const beginAgainMs = 1_000;

export async function consume(kafka: Kafka, options: ConsumerOptions): Promise<Consumer> {
  const { group, topic } = options;
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: heartbeatMs,
    maxWaitTimeInMs: fetchWaitMs,
    maxBytesPerPartition: fetchPartitionBytesMax,
    maxBytes: fetchBytesMax,
    minBytes: 1,
  });
  const admin = kafka.admin();
  let assignment = new AbortController();
  let draining = false;
  const resumes = new Set<NodeJS.Timeout>();
  const ended = Promise.withResolvers<void>();

  /** `delivery` is what is known beside a batch that is being handled. */
  function leaseOf(
    partition: number,
    mine: AbortController,
    delivery?: { resolved: (offset: number) => void; isStale: () => boolean },
  ): Lease {
    return {
      assignment: mine,
      signal: mine.signal,
      draining: () => draining || (delivery?.isStale() ?? false),
      async committed() {
        const [found] = await admin
          .fetchOffsets({ groupId: group, topics: [topic.name] })
          .catch((error: unknown) => Promise.reject(kafkaError(error)));
        const one = found?.partitions.find((candidate) => candidate.partition === partition);
        const offset = Number(one?.offset ?? -1);
        return offset < 0 ? null : { offset, metadata: one?.metadata ?? "" };
      },
      async commit(offset, metadata) {
        try {
          await consumer.commitOffsets([{ topic: topic.name, partition, offset: String(offset), metadata }]);
        } catch (error) {
          throw isRebalance(error) ? error : kafkaError(error);
        }
        delivery?.resolved(offset);
      },
      seek: (offset) => consumer.seek({ topic: topic.name, partition, offset: String(offset) }),
      pauseFor(milliseconds) {
        const place = [{ topic: topic.name, partitions: [partition] }];
        consumer.pause(place);
        const timer = setTimeout(() => {
          resumes.delete(timer);
          if (!draining) consumer.resume(place);
        }, milliseconds);
        resumes.add(timer);
      },
    };
  }

  /** Until it succeeds or the partition is another's; its batches wait for the same answer. */
  async function begin(partition: number, mine: AbortController): Promise<void> {
    while (!mine.signal.aborted && !draining) {
      try {
        return await options.begin(partition, leaseOf(partition, mine));
      } catch (error) {
        if (mine.signal.aborted || isRebalance(error)) return;
        if (!(error instanceof Unavailable)) return ended.reject(error);
        await new Promise((resolve) => setTimeout(resolve, beginAgainMs));
      }
    }
  }

  consumer.on("consumer.rebalancing", () => assignment.abort());
  consumer.on("consumer.group_join", ({ payload }) => {
    assignment.abort();
    assignment = new AbortController();
    options.member(undefined);
    for (const partition of payload.memberAssignment[topic.name] ?? []) void begin(partition, assignment);
  });
  consumer.on("consumer.crash", ({ payload }) => {
    assignment.abort();
    if (payload.restart) options.member(payload.error.message);
    else ended.reject(payload.error);
  });

  try {
    await admin.connect();
    await consumer.connect();
    await consumer.subscribe({ topics: [topic.name], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: options.concurrency,
      eachBatch: async ({ batch, heartbeat, resolveOffset, isRunning, isStale }) => {
        const { partition } = batch;
        const mine = assignment;
        const lease = leaseOf(partition, mine, {
          isStale: () => !isRunning() || isStale(),
          resolved(offset) {
            resolveOffset(String(offset - 1));
            options.lag(partition, Number(batch.highWatermark) - offset);
          },
        });
        if ((await options.holdBack()) !== undefined) return lease.pauseFor(holdBackMs);

        // A long step must not cost the membership.
        let lost: unknown;
        let beating = false;
        const beat = setInterval(() => {
          if (beating) return;
          beating = true;
          heartbeat()
            .catch((error: unknown) => {
              lost = error;
              mine.abort();
            })
            .finally(() => {
              beating = false;
            });
        }, heartbeatMs);
        const records = batch.messages.map((message): InputRecord => {
          const offset = Number(message.offset);
          const origin = options.isRaw ? offset : toOrigin(message.headers?.[originHeader]);
          return {
            offset,
            origin,
            isReceipt: message.headers?.[receiptHeader] !== undefined,
            key: message.key?.toString() ?? "",
            value: message.value,
            timestamp: Number(message.timestamp),
            traceparent: message.headers?.traceparent?.toString(),
          };
        });
        try {
          await options.handle({ partition, records }, lease);
        } finally {
          clearInterval(beat);
        }
        if (lost !== undefined && isRebalance(lost)) throw lost;
      },
    });
  } catch (error) {
    await Promise.allSettled([consumer.disconnect(), admin.disconnect()]);
    throw kafkaError(error);
  }

  return {
    ended: ended.promise,
    async [Symbol.asyncDispose]() {
      draining = true;
      for (const timer of resumes) clearTimeout(timer);
      const grace = setTimeout(() => assignment.abort(), drainMs);
      await consumer.stop().catch(() => undefined);
      clearTimeout(grace);
      await Promise.allSettled([consumer.disconnect(), admin.disconnect()]);
      ended.resolve();
    },
  };
}

/** Where a record's raw event lies, on every record behind the raw topic; its partition is the record's own. */
export const originHeader = "origin";
/** On a receipt: its outcome. Later stages hand such a record on without stepping it. */
export const receiptHeader = "receipt";

function toOrigin(header: Buffer | string | (Buffer | string)[] | undefined): number | undefined {
  const text = Array.isArray(header) ? undefined : header?.toString();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

export interface PartitionOffsets {
  partition: number;
  /** The first offset that is still there. */
  low: number;
  /** One past the last. */
  high: number;
}

export interface Offsets extends AsyncDisposable {
  ofTopic(topic: string): Promise<PartitionOffsets[]>;
  /** One past the last record that the group has answered, by partition. */
  ofGroup(group: string, topic: string): Promise<Map<number, number>>;
}

export async function watchOffsets(kafka: Kafka): Promise<Offsets> {
  const admin = kafka.admin();
  await admin.connect().catch((error: unknown) => Promise.reject(kafkaError(error)));
  return {
    async ofTopic(topic) {
      try {
        const found = await admin.fetchTopicOffsets(topic);
        return found
          .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
          .sort((a, b) => a.partition - b.partition);
      } catch (error) {
        throw kafkaError(error);
      }
    },
    async ofGroup(groupId, topic) {
      try {
        const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
        const known = (found?.partitions ?? []).filter(({ offset }) => Number(offset) >= 0);
        return new Map(known.map(({ partition, offset }) => [partition, Number(offset)]));
      } catch (error) {
        throw kafkaError(error);
      }
    },
    async [Symbol.asyncDispose]() {
      await admin.disconnect();
    },
  };
}

function isRebalance(error: unknown): boolean {
  const type = (error as { type?: string }).type;
  return (
    type === "REBALANCE_IN_PROGRESS" ||
    type === "NOT_COORDINATOR_FOR_GROUP" ||
    type === "ILLEGAL_GENERATION" ||
    type === "UNKNOWN_MEMBER_ID"
  );
}

/** Everything that Kafka's client reports is a matter of waiting, except what a person must mend. */
function kafkaError(error: unknown): Error {
  if (!(error instanceof Error)) return new Unavailable(`Kafka: ${String(error)}`);
  if (error instanceof Unavailable || !error.name.startsWith("KafkaJS")) return error;
  if ((error as { type?: string }).type === "MESSAGE_TOO_LARGE") return error;
  return new Unavailable(`Kafka does not answer: ${error.message}`, { cause: error });
}
