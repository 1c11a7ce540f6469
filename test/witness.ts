// Owns the independent reading of a topic: another Kafka client than ours and bare Avro by the schema files,
// so that what the stages say of themselves can be held against what is there.
import { Consumer } from "@platformatic/kafka";
import { type RecordName, referencesOf, schemaText } from "@skillstream/schemas/topics.ts";
import avro from "avsc";

export interface WitnessRecord {
  partition: number;
  offset: number;
  key: string;
  value: Buffer;
  headers: Record<string, string>;
}

/** Reads a topic from its beginning up to `ends` (one past the last offset of each partition). */
export async function* readTopic(
  brokers: string[],
  topic: string,
  ends: ReadonlyMap<number, number>,
): AsyncGenerator<WitnessRecord> {
  const left = new Map([...ends].filter(([, end]) => end > 0));
  if (left.size === 0) return;
  const groupId = `witness-${topic}-${crypto.randomUUID()}`;
  const consumer = new Consumer({ clientId: "witness", groupId, bootstrapBrokers: brokers });
  const stream = await consumer.consume({ topics: [topic], mode: "earliest", autocommit: false });
  try {
    for await (const { partition, offset, key, value, headers } of stream) {
      yield {
        partition,
        offset: Number(offset),
        key: key?.toString() ?? "",
        value: value ?? Buffer.alloc(0),
        headers: Object.fromEntries([...headers].map(([name, text]) => [name.toString(), text.toString()])),
      };
      if (Number(offset) + 1 >= (left.get(partition) ?? 0)) left.delete(partition);
      if (left.size === 0) return;
    }
  } finally {
    await stream.close();
    await consumer.close(true);
  }
}

/** Reads a value's fields without the registry: behind the five bytes of Confluent's wire form stands plain Avro. */
export function avroReader(record: RecordName): (value: Buffer) => Record<string, unknown> {
  const registry: Record<string, avro.Type> = {};
  for (const name of [...referencesOf(record), record]) {
    avro.Type.forSchema(JSON.parse(schemaText(name)) as avro.Schema, { registry });
  }
  const type = registry[`skillstream.${record}`];
  if (type === undefined) throw new Error(`no schema of ${record}`);
  return (value) => type.fromBuffer(value.subarray(5)) as Record<string, unknown>;
}
