// Owns where the registry's state lies: the compacted topic `_schemas`, one partition, an entry per key. It
// promises that entries of one append stand together and in order, that a resolved append is durable, and
// that one is refused where somebody else has written since the caller last read: one writer at a time.
import { randomUUID } from "node:crypto";
import { messageOf, Unavailable } from "../../errors.ts";
import type { connectKafka } from "../../kafka.ts";

type Kafka = ReturnType<typeof connectKafka>;
type Admin = ReturnType<Kafka["admin"]>;

export interface Entry {
  key: string;
  /** null takes the key out of the log once it is compacted. */
  value: string | null;
}

export interface SchemaLog {
  /** All entries that stand, oldest first, and the offset after the last one. */
  replay(): Promise<{ entries: Entry[]; end: number }>;
  /** Writes the entries at `end` and gives the new end; throws Behind where the log ends elsewhere. */
  append(entries: readonly Entry[], end: number): Promise<number>;
}

/** Somebody else has written to the log: read it again. */
export class Behind extends Error {
  override name = "Behind";
}

/** For tests and for those who need no memory of yesterday. */
export function memoryLog(stored: Entry[] = []): SchemaLog {
  return {
    async replay() {
      return { entries: [...stored], end: stored.length };
    },
    async append(entries, end) {
      if (end !== stored.length) throw new Behind(`the log ends at ${stored.length}, not at ${end}`);
      stored.push(...entries);
      return stored.length;
    },
  };
}

const schemasTopic = "_schemas";

/** A broker that has not given a few hundred small records in this time is not well. */
const replayTimeoutMs = 30_000;

/**
 * Makes the topic where there is none. Throws Unavailable while Kafka does not answer. A registry writes a few
 * times in its life, so it connects for each: connections that wait took 1.6% of a core, and a producer that
 * failed is never used again.
 */
export async function kafkaLog(
  kafka: Kafka,
  { replication, topic = schemasTopic }: { replication: number; topic?: string },
): Promise<SchemaLog> {
  await withAdmin(kafka, "does not give its topics", async (admin) => {
    const topics = await admin.listTopics();
    if (!topics.includes(topic)) await createTopic(admin, topic, replication);
    await refuseUnsafeTopic(admin, topic);
  });
  return {
    replay: () => withAdmin(kafka, "does not give back the schemas", (admin) => replay(kafka, admin, topic)),
    append: (entries, end) =>
      withAdmin(kafka, "does not take the schema", async (admin) => {
        const before = await endOf(admin, topic);
        if (before.end !== end) throw new Behind(`${topic} ends at ${before.end}, not at ${end}`);
        const written = await send(kafka, topic, entries);
        if (written !== end) throw new Behind(`another registry has written to ${topic} at the same moment`);
        return end + entries.length;
      }),
  };
}

async function withAdmin<T>(kafka: Kafka, what: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    if (error instanceof UnsafeTopic || error instanceof Behind) throw error;
    throw new Unavailable(`Kafka ${what}: ${messageOf(error)}`);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

async function createTopic(admin: Admin, topic: string, replication: number): Promise<void> {
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic,
        numPartitions: 1,
        replicationFactor: replication,
        configEntries: [
          { name: "cleanup.policy", value: "compact" },
          { name: "min.insync.replicas", value: String(replication >= 3 ? 2 : 1) },
        ],
      },
    ],
  });
}

/** The topic that exists would lose schemas, or keep them out of order. */
export class UnsafeTopic extends Error {
  override name = "UnsafeTopic";
}

async function refuseUnsafeTopic(admin: Admin, topic: string): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitions = topics[0]?.partitions.length ?? 0;
  if (partitions !== 1) {
    throw new UnsafeTopic(`${topic} has ${partitions} partitions; it must have one, to keep its order`);
  }
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2 /* topic */, name: topic, configNames: ["cleanup.policy"] }],
  });
  const policy = resources[0]?.configEntries[0]?.configValue;
  if (policy !== "compact") {
    throw new UnsafeTopic(
      `${topic} has cleanup.policy=${policy}, under which schemas are lost with time; set it to compact`,
    );
  }
}

async function endOf(admin: Admin, topic: string): Promise<{ low: number; end: number }> {
  const [partition] = await admin.fetchTopicOffsets(topic);
  return { low: Number(partition?.low ?? 0), end: Number(partition?.high ?? 0) };
}

/** The offset of the first entry; one send to one partition is one batch, which stands or falls together. */
async function send(kafka: Kafka, topic: string, entries: readonly Entry[]): Promise<number> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  });
  try {
    await producer.connect();
    const [metadata] = await producer.send({
      topic,
      acks: -1,
      messages: entries.map(({ key, value }) => ({ key, value, partition: 0 })),
    });
    return Number(metadata?.baseOffset ?? -1);
  } finally {
    await producer.disconnect().catch(() => {});
  }
}

/**
 * kafkajs has no fetch without a consumer group, and an idle consumer costs 5% of a core: so a group of its
 * own reads to the end, and is gone.
 */
async function replay(kafka: Kafka, admin: Admin, topic: string): Promise<{ entries: Entry[]; end: number }> {
  const { low, end } = await endOf(admin, topic);
  const entries: Entry[] = [];
  if (low === end) return { entries, end };
  const groupId = `skillstream-registry-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const finished = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => finished.reject(new Error(`${topic} was not read to its end in ${replayTimeoutMs} ms`)),
      replayTimeoutMs,
    );
    // A broker that has just started is still loading its groups; the client then tries again by itself.
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) finished.reject(payload.error);
    });
    // Compaction leaves holes, so the end is known by the offset, never by a count.
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const { key, value, offset } of batch.messages) {
          if (Number(offset) < end)
            entries.push({ key: String(key), value: value === null ? null : String(value) });
        }
        if (Number(batch.lastOffset()) >= end - 1) finished.resolve();
      },
    });
    try {
      await finished.promise;
    } finally {
      clearTimeout(timer);
    }
    return { entries, end };
  } finally {
    await consumer.disconnect().catch(() => {});
    await admin.deleteGroups([groupId]).catch(() => {});
  }
}
