import { createLog } from "@skillstream/platform/log.ts";
import { expect, test } from "vitest";
import { createFeed } from "./feed.ts";
import type { Flow } from "./flow.ts";
import type { Queries } from "./queries.ts";

test("with nobody watching it rests between two looks, and somebody who comes wakes it", async () => {
  let looks = 0;
  const queries = {
    async liveGeneration() {
      looks++;
      return 1;
    },
    run: async () => [],
  } as unknown as Queries;
  const flow = { offsets: async () => [], lags: async () => [] } as unknown as Flow;
  await using feed = createFeed(queries, flow, createLog("test", "fatal"));
  await feed.ready();
  for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
  expect(looks).toBe(1);
  feed.events.on("status", () => undefined);
  await expect.poll(() => looks).toBe(2);
});
