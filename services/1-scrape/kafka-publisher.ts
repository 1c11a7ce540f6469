// Owns how raw events reach Kafka: encoded, placed by their key, one partition a send, each the root of a trace
// that its headers carry on. It waits for a broker or registry that is down, or for a full disk, and says so in
// /ready, for as long as it takes.
import { randomBytes } from "node:crypto";
import type { Codec } from "@skillstream/platform/codec.ts";
import { Unavailable } from "@skillstream/platform/errors.ts";
import type { Producer } from "@skillstream/platform/kafka.ts";
import { type Service, untilAvailable } from "@skillstream/platform/service.ts";
import { rawTopic } from "@skillstream/schemas/topics.ts";
import type { RawPublisher } from "./publish.ts";

export function kafkaPublisher(
  producer: Pick<Producer, "partitionOf" | "send">,
  codec: Pick<Codec, "encode">,
  service: Pick<Service<never>, "log" | "readiness" | "signal">,
  fullDisk: () => Promise<string | undefined> = () => Promise.resolve(undefined),
): RawPublisher {
  return {
    async publish(events) {
      await untilAvailable("disk", service, async () => {
        const reason = await fullDisk();
        if (reason !== undefined) throw new Unavailable(reason);
      });
      const byPartition = Map.groupBy(events, (event) => producer.partitionOf(event.job_id));
      // With one partition a send nothing acknowledged is lost when a broker dies; see platform/kafka.ts.
      for (const [partition, some] of byPartition) {
        const messages = await untilAvailable("registry", service, () =>
          Promise.all(
            some.map(async (event) => ({
              key: event.job_id,
              value: await codec.encode("RawEvent", event),
              headers: { traceparent: newTrace() },
            })),
          ),
        );
        await untilAvailable("kafka", service, () => producer.send(rawTopic.name, partition, messages));
      }
    },
  };
}

/** W3C Trace Context: version, trace, span, sampled. */
function newTrace(): string {
  return `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;
}
