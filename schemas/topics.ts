// Owns the map of the stream: every topic, what it may carry, its key, partitions and retention. Whoever
// creates a topic, reads one or documents one asks here; nothing else names a topic.
import { readFileSync } from "node:fs";

/**
 * Every record type and the file that defines it, in an order in which each only refers to earlier ones.
 * A subject in the registry is a record's full name, so that all generations of a topic share one history.
 */
export const schemaFiles = {
  RawEvent: "raw-event.avsc",
  Posting: "posting.avsc",
  EnrichedPosting: "enriched-posting.avsc",
  Receipt: "receipt.avsc",
} as const;

export type RecordName = keyof typeof schemaFiles;

export function schemaText(record: RecordName): string {
  return readFileSync(new URL(schemaFiles[record], import.meta.url), "utf8");
}

export function subjectOf(record: RecordName): string {
  return `skillstream.${record}`;
}

/** Earlier record types that a schema names. */
export function referencesOf(record: RecordName): RecordName[] {
  return record === "EnrichedPosting" ? ["Posting"] : [];
}

/**
 * The same for all topics of the flow, for ever: a stage writes partition i to partition i, and a record's
 * identity is its raw partition and offset. Growth is a new topic version.
 */
export const flowPartitions = 8;

/** A posting of 2 MB stands in its raw event twice (payload and parsed), and once more in the enriched one. */
export const recordBytesMax = 16 * 1024 * 1024;

export interface Topic {
  name: string;
  records: readonly RecordName[];
  key: "job_id";
  partitions: number;
  retentionMs: number;
  doc: string;
}

const day = 24 * 60 * 60 * 1000;

export const rawTopic: Topic = {
  name: "jobs.raw.v1",
  records: ["RawEvent"],
  key: "job_id",
  partitions: flowPartitions,
  retentionMs: 30 * day,
  doc: "Every event a source saw, as fetched. Neither transactional nor compacted, so its offsets have no gaps.",
};

export function normalizedTopic(generation: number): Topic {
  return {
    name: `jobs.normalized.g${generation}`,
    records: ["Posting", "Receipt"],
    key: "job_id",
    partitions: flowPartitions,
    retentionMs: 30 * day,
    doc: "One posting or receipt per raw event, cleaned.",
  };
}

export function enrichedTopic(generation: number): Topic {
  return {
    name: `jobs.enriched.g${generation}`,
    records: ["EnrichedPosting", "Receipt"],
    key: "job_id",
    partitions: flowPartitions,
    retentionMs: 30 * day,
    doc: "One extraction or receipt per raw event.",
  };
}

export function flowTopics(generation: number): Topic[] {
  return [rawTopic, normalizedTopic(generation), enrichedTopic(generation)];
}
