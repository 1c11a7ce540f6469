// Owns the way a stage's answers become records of the next topic: Avro, keyed by job_id, the origin and the
// trace in their headers, partition i to partition i.
import type { RecordName, Topic } from "@skillstream/schemas/topics.ts";
import type { Codec, Records } from "./codec.ts";
import { originHeader, type Producer, receiptHeader } from "./kafka.ts";
import type { Destination } from "./outcome.ts";

export function toTopic<N extends RecordName>(
  topic: Topic,
  record: N,
  { producer, codec }: { producer: Producer; codec: Codec },
): Destination<Records[N]> {
  return {
    // A topic can't be asked cheaply what it holds: the group's own offsets say where to go on.
    resume: () => Promise.resolve(null),
    async write(partition, answers) {
      const messages = await Promise.all(
        answers.map(async ({ key, origin, traceparent, result }) => ({
          key,
          value:
            result.kind === "emit"
              ? await codec.encode(record, result.value)
              : await codec.encode("Receipt", result.receipt),
          headers: {
            [originHeader]: String(origin),
            ...(result.kind === "receipt" ? { [receiptHeader]: result.receipt.outcome } : {}),
            ...(traceparent === undefined ? {} : { traceparent }),
          },
        })),
      );
      await producer.send(topic.name, partition, messages);
    },
  };
}
