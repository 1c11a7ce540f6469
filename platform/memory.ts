// Owns the in-memory twin of Kafka: the same stages, destinations and offsets without a broker. Every effect
// passes through a gate, so that a test or the simulation decides when it happens, whether its answer arrives,
// and who dies in between. It promises Kafka's order and nothing else: repeats are the writers' business.
import type { RecordName, Topic } from "@skillstream/schemas/topics.ts";
import type { Codec } from "./codec.ts";
import { Invalid } from "./errors.ts";
import { type OutMessage, originHeader, type Producer, receiptHeader } from "./kafka.ts";
import type { InputRecord, Lease, Stage } from "./stage.ts";

export interface StoredRecord extends OutMessage {
  offset: number;
  timestamp: number;
}

/** Runs the effect, at once or later; may run it and still reject, as a network does. */
export type Gate = <T>(what: string, effect: () => T) => Promise<T>;

export const openGate: Gate = (_, effect) => Promise.resolve().then(effect);

export class MemoryBroker {
  readonly #logs = new Map<string, StoredRecord[]>();
  readonly #committed = new Map<string, { offset: number; metadata: string }>();
  /** Stands in for time, so that the same run gives the same timestamps. */
  #appended = 0;

  append(topic: string, partition: number, messages: readonly OutMessage[]): void {
    const log = this.log(topic, partition);
    for (const message of messages) {
      log.push({ ...message, offset: log.length, timestamp: ++this.#appended });
    }
  }

  log(topic: string, partition: number): StoredRecord[] {
    const name = `${topic}/${partition}`;
    const log = this.#logs.get(name) ?? [];
    this.#logs.set(name, log);
    return log;
  }

  committed(group: string, partition: number): { offset: number; metadata: string } | null {
    return this.#committed.get(`${group}/${partition}`) ?? null;
  }

  commit(group: string, partition: number, offset: number, metadata: string): void {
    this.#committed.set(`${group}/${partition}`, { offset, metadata });
  }
}

/** Records as JSON, each with its type's name, so that a test can read what a topic holds. */
export const memoryCodec: Codec = {
  encode: (record: RecordName, value) => Promise.resolve(Buffer.from(JSON.stringify([record, value]))),
  decode(bytes) {
    try {
      return Promise.resolve((JSON.parse(bytes.toString()) as [string, unknown])[1]);
    } catch {
      return Promise.reject(new Invalid("the message is not a record"));
    }
  },
};

/** `chunk` is how many messages go into the log at once; a writer can die between two chunks. */
export function memoryProducer(broker: MemoryBroker, gate: Gate = openGate, chunk = 1000): Producer {
  return {
    partitionOf: () => 0,
    async send(topic, partition, messages) {
      for (let from = 0; from < messages.length; from += chunk) {
        const part = messages.slice(from, from + chunk);
        await gate(`send ${topic}`, () => broker.append(topic, partition, part));
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

export interface Membership {
  broker: MemoryBroker;
  group: string;
  topic: Topic;
  isRaw: boolean;
  gate?: Gate;
  batchMax?: number;
}

/** One member's hold on one partition: where it reads, whether it waits, and whether it is still the owner. */
export class MemoryLease implements Lease {
  readonly assignment = {};
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  readonly #member: Membership;
  readonly #partition: number;
  #draining = false;
  /** The next record to deliver. */
  position: number;
  /** How long the stage asked to be left alone since this was last read. */
  pausedForMs = 0;

  constructor(member: Membership, partition: number) {
    this.#member = member;
    this.#partition = partition;
    this.position = member.broker.committed(member.group, partition)?.offset ?? 0;
  }

  /** The partition belongs to another from now on: what this member commits is refused, as a broker does. */
  revoke(): void {
    this.#controller.abort();
  }

  drain(): void {
    this.#draining = true;
  }

  draining(): boolean {
    return this.#draining;
  }

  committed() {
    const { broker, group, gate = openGate } = this.#member;
    return gate("committed", () => broker.committed(group, this.#partition));
  }

  async commit(offset: number, metadata: string): Promise<void> {
    const { broker, group, gate = openGate } = this.#member;
    await gate("commit", () => {
      if (this.signal.aborted) throw new Fenced();
      broker.commit(group, this.#partition, offset, metadata);
    });
    this.position = offset;
  }

  seek(offset: number): void {
    this.position = offset;
  }

  pauseFor(milliseconds: number): void {
    this.pausedForMs = milliseconds;
  }

  /** Delivers what lies at the position, once. False when there was nothing to deliver. */
  async deliver(stage: Stage): Promise<boolean> {
    const { broker, topic, isRaw, batchMax = 1000 } = this.#member;
    const log = broker.log(topic.name, this.#partition);
    // Kafka begins again at the earliest record where it has nothing at the offset.
    if (this.position > log.length) this.position = 0;
    const stored = log.slice(this.position, this.position + batchMax);
    if (stored.length === 0) return false;
    const records = stored.map((record): InputRecord => {
      const origin = record.headers[originHeader];
      return {
        offset: record.offset,
        origin: isRaw ? record.offset : origin === undefined ? undefined : Number(origin),
        isReceipt: receiptHeader in record.headers,
        key: record.key,
        value: record.value,
        timestamp: record.timestamp,
        traceparent: record.headers.traceparent,
      };
    });
    await stage.handle({ partition: this.#partition, records }, this);
    return true;
  }
}

/** The broker no longer takes commits from this member. */
export class Fenced extends Error {
  override name = "Fenced";
}
