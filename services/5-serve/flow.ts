// Owns what the API knows of Kafka: the raw topic's bounds, and how much waits before each stage. Kafka may
// be away: then this says so within a second or two, and answers again by itself once it is back.
import { Unavailable } from "@skillstream/platform/errors.ts";
import type { Offsets } from "@skillstream/platform/kafka.ts";
import { enrichedTopic, normalizedTopic, rawTopic } from "@skillstream/schemas/topics.ts";
import type { RawOffsets } from "./ledger.ts";

/** A page shows what it knows rather than wait for Kafka's client to give up. */
const answerTimeoutMs = 2_000;

export interface StageLag {
  stage: string;
  /** Records in the stage's input topic that it has not answered. */
  waiting: number;
}

export interface Flow extends RawOffsets, AsyncDisposable {
  lags(generation: number): Promise<StageLag[]>;
}

const hops = [
  { stage: "normalize", input: () => rawTopic },
  { stage: "extract", input: normalizedTopic },
  { stage: "store", input: enrichedTopic },
];

export function createFlow(
  connect: () => Promise<Offsets>,
  groupOf: (stage: string, generation: number) => string,
): Flow {
  let connection: Promise<Offsets> | undefined;

  /** One connection for all who ask; a failed one is forgotten, so that the next question tries anew. */
  async function connected(): Promise<Offsets> {
    connection ??= connect().catch((error) => {
      connection = undefined;
      throw error;
    });
    return connection;
  }

  return {
    offsets: () => inTime(connected().then((offsets) => offsets.ofTopic(rawTopic.name))),
    lags: (generation) =>
      inTime(
        connected().then((offsets) =>
          Promise.all(
            hops.map(async ({ stage, input }) => {
              const topic = input(generation).name;
              const [bounds, answered] = await Promise.all([
                offsets.ofTopic(topic),
                offsets.ofGroup(groupOf(stage, generation), topic),
              ]);
              const waiting = bounds.map(({ partition, low, high }) =>
                Math.max(0, high - Math.max(low, answered.get(partition) ?? low)),
              );
              return { stage, waiting: waiting.reduce((sum, one) => sum + one, 0) };
            }),
          ),
        ),
      ),
    async [Symbol.asyncDispose]() {
      await (await connection?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Unavailable(`Kafka does not answer within ${answerTimeoutMs} ms`)),
    answerTimeoutMs,
  );
  try {
    return await Promise.race([promise, timeout.promise]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}
