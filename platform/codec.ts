// Owns the way from a record to bytes and back: Avro in Confluent's wire form, by schema ids from the
// registry. It promises that what is decoded has the shape of schemas/types.ts, whichever version wrote it,
// and that an id that was read once keeps working while the registry is down; an unknown one waits for it.
import { COMPATIBILITY, SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import {
  type RecordName,
  referencesOf,
  schemaFiles,
  schemaText,
  subjectOf,
} from "@skillstream/schemas/topics.ts";
import type { EnrichedPosting, Posting, RawEvent, Receipt } from "@skillstream/schemas/types.ts";
import avro, { type Schema, type Type } from "avsc";
import { Invalid, messageOf, Unavailable } from "./errors.ts";

export interface Records {
  RawEvent: RawEvent;
  Posting: Posting;
  EnrichedPosting: EnrichedPosting;
  Receipt: Receipt;
}

export interface Codec {
  /** Throws Invalid where the value does not fit its schema. */
  encode<N extends RecordName>(record: N, value: Records[N]): Promise<Buffer>;
  /**
   * Throws Invalid where the bytes are not a record of ours, or none of those expected; Unavailable where the
   * registry must be asked and does not answer.
   */
  decode(bytes: Buffer, expected?: readonly RecordName[]): Promise<unknown>;
}

/** A registry on the same network answers in milliseconds; waiting longer holds up a partition for nothing. */
const registryTimeoutMs = 5_000;
const allRecords = Object.keys(schemaFiles) as RecordName[];

/** Decodes what one version of a schema wrote into what we know today. */
interface Reader {
  record: RecordName;
  read(avroBytes: Buffer): unknown;
}

/**
 * Registers the schemas of the records first, so that no message is ever written with an unknown one. Throws
 * Unavailable while the registry is down, Invalid where it refuses a schema: then every attempt will fail.
 */
export async function createCodec(
  registryUrl: string,
  records: readonly RecordName[],
  timeoutMs: number = registryTimeoutMs,
): Promise<Codec> {
  const registry = new SchemaRegistry({
    host: registryUrl,
    retry: { retries: 0 },
    middlewares: [() => ({ request: (request) => request.enhance({ timeout: timeoutMs }) })],
  });
  const types = ourTypes();
  const registered = new Map<RecordName, { id: number; version: number }>();
  const readers = new Map<number, Reader>();

  async function register(record: RecordName): Promise<void> {
    if (registered.has(record)) return;
    const subject = subjectOf(record);
    for (const reference of referencesOf(record)) await register(reference);
    const schema = {
      type: SchemaType.AVRO,
      schema: schemaText(record),
      references: referencesOf(record).map((reference) => ({
        name: subjectOf(reference),
        subject: subjectOf(reference),
        version: registered.get(reference)?.version ?? 1,
      })),
    } as const;
    const { id } = await registry.register(schema, { subject, compatibility: COMPATIBILITY.BACKWARD });
    registered.set(record, { id, version: await versionOf(subject, schema) });
  }

  /** Others refer to a schema by its version, and what was registered is not always the latest. */
  async function versionOf(
    subject: string,
    { schema, references }: { schema: string; references: object[] },
  ): Promise<number> {
    const response = await fetch(`${registryUrl}/subjects/${encodeURIComponent(subject)}`, {
      method: "POST",
      headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
      body: JSON.stringify({ schema, references }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = (await response.json()) as { version?: number; message?: string };
    if (!response.ok || answer.version === undefined) {
      throw new Unavailable(`the schema registry answered ${response.status}: ${answer.message}`);
    }
    return answer.version;
  }

  async function readerOf(id: number): Promise<Reader> {
    const known = readers.get(id);
    if (known !== undefined) return known;
    let writer: Type;
    try {
      writer = (await registry.getSchema(id)) as Type;
    } catch (error) {
      throw lookupError(error, id, registryUrl);
    }
    const record = allRecords.find((one) => types[one].name === writer.name);
    if (record === undefined)
      throw new Invalid(`the message is a ${writer.name}, which is no record of ours`);
    const reader = { record, read: readWith(types[record], writer) };
    readers.set(id, reader);
    return reader;
  }

  for (const record of records) {
    try {
      await register(record);
    } catch (error) {
      throw registrationError(error, record, registryUrl);
    }
  }

  return {
    async encode(record, value) {
      const known = registered.get(record);
      if (known === undefined) throw new Error(`this codec was made without the schema of ${record}`);
      try {
        return await registry.encode(known.id, value);
      } catch (error) {
        throw misfit(record, (error as { paths?: string[][] }).paths ?? [], messageOf(error));
      }
    },
    async decode(bytes, expected) {
      if (bytes.length < 6 || bytes[0] !== 0) {
        throw new Invalid("the message is not Avro in Confluent's wire form (no magic byte)");
      }
      const { record, read } = await readerOf(bytes.readInt32BE(1));
      if (expected !== undefined && !expected.includes(record)) {
        throw new Invalid(`the message is a ${record}, where ${expected.join(" or ")} is expected`);
      }
      try {
        return read(bytes.subarray(5));
      } catch (error) {
        throw new Invalid(`the message is not a ${record} as its schema says: ${messageOf(error)}`);
      }
    },
  };
}

/** What came in another form than Avro's. Throws Invalid where it does not fit the record's schema. */
export function checked<N extends RecordName>(record: N, value: unknown): Records[N] {
  jsonTypes ??= ourTypes();
  const paths: string[][] = [];
  const fits = jsonTypes[record].isValid(value, { errorHook: (path) => paths.push([...path]) });
  if (!fits) throw misfit(record, paths, "no object");
  return value as Records[N];
}
let jsonTypes: Record<RecordName, Type> | undefined;

function misfit(record: RecordName, paths: readonly string[][], otherwise: string): Invalid {
  const where = paths
    .slice(0, 10)
    .map((path) => path.join("."))
    .join(", ");
  return new Invalid(`the value is not a ${record}: ${where || otherwise}`);
}

/** Our schemas as they are today; a value of a nullable type is plain, not wrapped in its type's name. */
function ourTypes(): Record<RecordName, Type> {
  const registry: { [name: string]: Type } = {};
  const types: Partial<Record<RecordName, Type>> = {};
  for (const record of allRecords) {
    const schema = JSON.parse(schemaText(record)) as Schema;
    types[record] = avro.Type.forSchema(schema, { registry, wrapUnions: "never" });
  }
  return types as Record<RecordName, Type>;
}

function readWith(reader: Type, writer: Type): (avroBytes: Buffer) => unknown {
  if (reader.equals(writer)) return (bytes) => reader.fromBuffer(bytes);
  try {
    const resolver = reader.createResolver(writer);
    return (bytes) => reader.fromBuffer(bytes, resolver);
  } catch (error) {
    // The registry's compatibility rule keeps this from happening to what our own services wrote.
    throw new Invalid(
      `the message was written with a schema of ${writer.name} that can't be read: ${messageOf(error)}`,
    );
  }
}

/** A registry that is not there, or whose address is wrong, has status 400 or 404 with this client. */
function lookupError(error: unknown, id: number, registryUrl: string): Error {
  const message = messageOf(error);
  if ((error as { status?: number }).status === 404 && /schema.*not found/i.test(message)) {
    return new Invalid(`the message names schema ${id}, which the registry does not know`);
  }
  return new Unavailable(`the schema registry at ${registryUrl} does not answer: ${message}`);
}

function registrationError(error: unknown, record: RecordName, registryUrl: string): Error {
  if (error instanceof Unavailable) return error;
  const message = messageOf(error);
  const { status, name } = error as { status?: number; name?: string };
  if (status === 409) {
    return new Invalid(
      `the registry refuses the schema of ${record} as incompatible; a breaking change needs a new record and topic version: ${message}`,
    );
  }
  if (status === 422 || name === "ConfluentSchemaRegistryCompatibilityError") {
    return new Invalid(`the registry refuses the schema of ${record}: ${message}`);
  }
  return new Unavailable(`the schema registry at ${registryUrl} does not answer: ${message}`);
}
