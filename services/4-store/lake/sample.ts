// Owns made-up raw events and what stands for Kafka in the lake's tests.
import type { InputRecord, Lease } from "@skillstream/platform/stage.ts";
import { schemaText } from "@skillstream/schemas/topics.ts";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import avro, { type Schema } from "avsc";
import { type WriterSchemas, writerSchema } from "./event-schema.ts";
import type { Place } from "./place.ts";
import { createLakeWriter, type LakeParts, type LakeWriter } from "./writer.ts";

export const writerText = schemaText("RawEvent");
const type = avro.Type.forSchema(JSON.parse(writerText) as Schema, { wrapUnions: "never" });
const dayMs = 24 * 60 * 60 * 1000;

/** One of a few days, sources and keywords, its text long enough for several blocks in a hundred. */
export function rawEvent(number: number, changes: Partial<RawEvent> = {}): RawEvent {
  return {
    event: "found",
    job_id: `job-${number}`,
    source: ["acme", "globex"][number % 2] ?? "",
    source_id: String(number),
    job_url: null,
    observed_at: Date.UTC(2026, 0, 31) + (number % 3) * dayMs + number,
    synthetic: true,
    search_keyword: [null, "data engineer", "c++/c#"][number % 3] ?? null,
    search_location: null,
    source_file: null,
    reason: null,
    payload: {
      url: `http://127.0.0.1/${number}`,
      media_type: "text/html",
      body: Buffer.from(`<p>${`Posting ${number} 🦀 `.repeat(200)}</p>`),
    },
    parsed: null,
    ...changes,
  };
}

export function message(event: object, id = 1, writer = type): Buffer {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, writer.toBuffer(event)]);
}

export function record(offset: number, value: Buffer | null): InputRecord {
  return {
    offset,
    origin: offset,
    isReceipt: false,
    key: `key-${offset}`,
    value,
    timestamp: 1_700_000_000_000 + offset,
    traceparent: undefined,
  };
}

export const records = (from: number, to: number): InputRecord[] =>
  Array.from({ length: to - from }, (_, index) => record(from + index, message(rawEvent(from + index))));

/** Schema 1 is today's; others as they are given. */
export function schemasOf(others: Record<number, string> = {}): WriterSchemas {
  const known = new Map(
    Object.entries({ 1: writerText, ...others }).map(([id, text]) => [Number(id), writerSchema(text)]),
  );
  return {
    of(id) {
      const found = known.get(id);
      if (found === undefined) throw new Error(`the test has no schema ${id}`);
      return found;
    },
  };
}

export interface TestLease extends Lease {
  /** Where the partition goes on. */
  at: number;
  pauses: number;
  lose(): void;
}

export function testLease(): TestLease {
  const mine = new AbortController();
  const lease: TestLease = {
    at: -1,
    pauses: 0,
    assignment: mine,
    signal: mine.signal,
    draining: () => false,
    committed: () => Promise.resolve(null),
    commit: () => Promise.reject(new Error("the lake commits nothing")),
    seek(offset) {
      lease.at = offset;
    },
    pauseFor() {
      lease.pauses++;
    },
    lose: () => mine.abort(),
  };
  return lease;
}

export function testWriter(place: Place, changes: Partial<LakeParts> = {}): LakeWriter & { log: string[] } {
  const lines: string[] = [];
  const note = (_: unknown, sentence?: string) => lines.push(sentence ?? "");
  const log = { info: note, warn: note, error: note } as unknown as LakeParts["log"];
  const writer = createLakeWriter({
    place,
    schemas: schemasOf(),
    topic: "raw",
    cutOffsets: 100,
    sealMs: 1_000,
    log,
    reports: {
      sealed: () => undefined,
      at: () => undefined,
      waiting: (_, reason) => lines.push(reason),
      goingOn: () => lines.push("goes on"),
    },
    bounds: () => Promise.resolve({ low: 0, high: 1_000_000 }),
    holdBack: () => Promise.resolve(undefined),
    now: () => 0,
    ...changes,
  });
  return { ...writer, log: lines };
}
