import { Unavailable } from "@skillstream/platform/errors.ts";
import { Readiness } from "@skillstream/platform/health.ts";
import { createLog } from "@skillstream/platform/log.ts";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import { expect, test } from "vitest";
import { kafkaPublisher } from "./kafka-publisher.ts";

const event = (sourceId: string, jobId: string): RawEvent => ({
  event: "seen",
  job_id: jobId,
  source: "test",
  source_id: sourceId,
  job_url: null,
  observed_at: 0,
  synthetic: true,
  search_keyword: null,
  search_location: null,
  source_file: null,
  reason: null,
  payload: null,
  parsed: null,
});

const codec = {
  encode: (_: string, value: unknown) => Promise.resolve(Buffer.from((value as RawEvent).source_id)),
};

test("a send carries one partition, its events in their order, each with its job's id as key", async () => {
  const sends: { partition: number; keys: string[]; values: string[] }[] = [];
  const publisher = kafkaPublisher(
    {
      partitionOf: (key) => Number(key) % 2,
      send: (topic, partition, messages) => {
        expect(topic).toBe("jobs.raw.v1");
        sends.push({
          partition,
          keys: messages.map(({ key }) => key),
          values: messages.map(({ value }) => value.toString()),
        });
        return Promise.resolve();
      },
    },
    codec,
    { log: createLog("test", "fatal"), readiness: new Readiness(), signal: new AbortController().signal },
  );
  await publisher.publish([event("a", "1"), event("b", "2"), event("c", "1"), event("d", "4")]);
  expect(sends).toEqual([
    { partition: 1, keys: ["1", "1"], values: ["a", "c"] },
    { partition: 0, keys: ["2", "4"], values: ["b", "d"] },
  ]);
});

test("a broker that is away is waited for, with the reason in /ready, and the events are sent again", async () => {
  const readiness = new Readiness();
  const reasons: string[][] = [];
  let attempts = 0;
  const publisher = kafkaPublisher(
    {
      partitionOf: () => 0,
      send: () => {
        reasons.push(readiness.reasons());
        return attempts++ < 2 ? Promise.reject(new Unavailable("no broker answers")) : Promise.resolve();
      },
    },
    codec,
    { log: createLog("test", "fatal"), readiness, signal: new AbortController().signal },
  );
  await publisher.publish([event("a", "1")]);
  expect(reasons).toEqual([[], ["no broker answers"], ["no broker answers"]]);
  expect(readiness.reasons()).toEqual([]);
});

test("when the process must stop, an event that was not sent is not said to be", async () => {
  const stop = new AbortController();
  const publisher = kafkaPublisher(
    { partitionOf: () => 0, send: () => Promise.reject(new Unavailable("no broker answers")) },
    codec,
    { log: createLog("test", "fatal"), readiness: new Readiness(), signal: stop.signal },
  );
  const publishing = publisher.publish([event("a", "1")]);
  stop.abort();
  await expect(publishing).rejects.toThrow("no broker answers");
});
