// Owns the schemas of what the lake keeps. An event stays in the very bytes that its scraper wrote, under the
// schema that it was written with, so that a lake older than a scraper loses no field; three fields at the end of
// the schema say where it lay in Kafka. A message that is no event of a known schema is kept whole beside them.
import { createHash } from "node:crypto";
import { Invalid, messageOf, Unavailable } from "@skillstream/platform/errors.ts";
import { subjectOf } from "@skillstream/schemas/topics.ts";
import avro, { type Schema, type Type } from "avsc";
import { bytes, long } from "./container.ts";

/** A registry on the same network answers in milliseconds; waiting longer holds up a partition for nothing. */
const registryTimeoutMs = 5_000;

const time = { type: "long", logicalType: "timestamp-millis" };

/** What the lake adds to an event. */
export const placeFields = [
  { name: "raw_partition", type: "int", doc: "Kafka's partition." },
  { name: "raw_offset", type: "long", doc: "Kafka's offset; with the partition it is the event's identity." },
  { name: "raw_timestamp", type: time, doc: "When Kafka took the event." },
];

export interface MessagePlace {
  partition: number;
  offset: number;
  /** Milliseconds since 1970, by Kafka. */
  timestamp: number;
}

export function placeBytes({ partition, offset, timestamp }: MessagePlace): Buffer {
  return Buffer.concat([long(partition), long(offset), long(timestamp)]);
}

const undecodableSchema = {
  type: "record",
  name: "UndecodableMessage",
  namespace: "skillstream",
  doc: "A message of the raw topic that is no event of a schema which the registry knows.",
  fields: [
    { name: "reason", type: "string" },
    { name: "key", type: "string" },
    { name: "value", type: ["null", "bytes"] },
    ...placeFields,
  ],
};

/** A schema as it stands in the files of a lake. */
export interface FileSchema {
  fingerprint: string;
  /** As JSON text. */
  text: string;
}

export const undecodable: FileSchema = fileSchema(undecodableSchema, undecodableSchema);

export function undecodableBytes(
  place: MessagePlace,
  reason: string,
  key: string,
  value: Buffer | null,
): Buffer {
  const content = value === null ? [long(0)] : [long(1), bytes(value)];
  return Buffer.concat([bytes(Buffer.from(reason)), bytes(Buffer.from(key)), ...content, placeBytes(place)]);
}

function fileSchema(writer: object, file: object): FileSchema {
  const fingerprint = createHash("sha256").update(JSON.stringify(writer)).digest("hex");
  return { fingerprint, text: JSON.stringify(file) };
}

/** What the lake must know of an event to put it where it belongs. */
export interface Known {
  source: string;
  observed_at: number;
  search_keyword: string | null;
}

/** A schema that scrapers wrote with. */
export interface WriterSchema extends FileSchema {
  /** The schema itself, as the registry has it. */
  writer: RecordSchema;
  /** Reads the whole event, so that nothing lands in a file which its readers stumble on. Throws Invalid. */
  know(body: Buffer): Known;
}

export interface RecordSchema {
  type: "record";
  name: string;
  namespace?: string;
  fields: { name: string; type: Schema; [attribute: string]: unknown }[];
}

/** Throws Invalid where the schema is not of a raw event. */
export function writerSchema(text: string): WriterSchema {
  let writer: RecordSchema;
  let type: Type;
  try {
    writer = JSON.parse(text) as RecordSchema;
    type = avro.Type.forSchema(writer as Schema);
  } catch (error) {
    throw new Invalid(`the schema can't be read: ${messageOf(error)}`);
  }
  if (type.name !== subjectOf("RawEvent"))
    throw new Invalid(`the message is a ${type.name}, which is no raw event`);
  return {
    ...fileSchema(writer, { ...writer, fields: [...writer.fields, ...placeFields] }),
    writer,
    know(body) {
      let event: Partial<Known>;
      try {
        event = type.fromBuffer(body) as Partial<Known>;
      } catch (error) {
        throw new Invalid(`the message is not a raw event as its schema says: ${messageOf(error)}`);
      }
      const { source, observed_at, search_keyword } = event;
      if (typeof source !== "string" || typeof observed_at !== "number")
        throw new Invalid("the message's schema has no source or observed_at");
      return {
        source,
        observed_at,
        search_keyword: typeof search_keyword === "string" ? search_keyword : null,
      };
    },
  };
}

/** A message in Confluent's wire form: which schema it names, and the event's own bytes. Throws Invalid. */
export function unwrap(value: Buffer | null): { id: number; body: Buffer } {
  if (value === null || value.length < 6 || value[0] !== 0)
    throw new Invalid("the message is not Avro in Confluent's wire form (no magic byte)");
  return { id: value.readInt32BE(1), body: value.subarray(5) };
}

export interface WriterSchemas {
  /** Known ids at once; throws Invalid where there is none of that id, Unavailable where nobody can tell. */
  of(id: number): WriterSchema | Promise<WriterSchema>;
}

/** Schemas by the registry's ids; what was read once keeps working while the registry is down. */
export function registrySchemas(registryUrl: string): WriterSchemas {
  const known = new Map<number, WriterSchema | Invalid>();

  async function ask(id: number): Promise<WriterSchema> {
    const answer = await fetch(`${registryUrl}/schemas/ids/${id}`, {
      signal: AbortSignal.timeout(registryTimeoutMs),
    })
      .then(async (response) => ({
        status: response.status,
        body: (await response.json()) as { schema?: string; error_code?: number; references?: unknown[] },
      }))
      .catch((error: unknown) => {
        throw new Unavailable(`the schema registry at ${registryUrl} does not answer: ${messageOf(error)}`);
      });
    const { status, body } = answer;
    // It may be registered yet: not kept.
    if (status === 404 && body.error_code === 40403)
      throw new Invalid(`the message names schema ${id}, which the registry does not know`);
    if (status !== 200 || typeof body.schema !== "string")
      throw new Unavailable(`the schema registry at ${registryUrl} answered ${status}`);
    try {
      if ((body.references ?? []).length > 0)
        throw new Invalid(`schema ${id} refers to others, which a raw event's does not`);
      const schema = writerSchema(body.schema);
      known.set(id, schema);
      return schema;
    } catch (error) {
      if (error instanceof Invalid) known.set(id, error);
      throw error;
    }
  }

  return {
    of(id) {
      const found = known.get(id);
      if (found instanceof Invalid) throw found;
      return found ?? ask(id);
    },
  };
}
