import { createLog } from "@skillstream/platform/log.ts";
import { describe, expect, test } from "vitest";
import { createPool, ItemFailed } from "./pool.ts";

const log = createLog("test", "fatal");
const script = new URL("fixtures/moody-worker.ts", import.meta.url);
const open = (workers: number, more: { jobTimeoutMs?: number; script?: URL } = {}) =>
  createPool<number | string, number>({ script, workers, log, ...more });
const never = new AbortController().signal;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("a pool of workers", () => {
  test("gives results in the order of the items, however many batches run at once", async () => {
    await using pool = open(3);
    const batches = await Promise.all([0, 1, 500, 1_000].map((size) => pool.run(upTo(size), never)));
    for (const results of batches) expect(results).toEqual(upTo(results.length).map((item) => item * 2));
    expect(batches.map((results) => results.length)).toEqual([0, 1, 500, 1_000]);
  });

  test.each([
    ["ends its thread", "die", /worker ended/],
    ["brings its thread down with an error", "exhaust", /out of memory, say/],
    ["throws", "throw", /told to/],
  ])("names the item that %s, and works on", async (_, item, reason) => {
    await using pool = open(2);
    const items = [...upTo(130), item, ...upTo(69)];
    const failure = await pool.run(items, never).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ItemFailed);
    expect(failure).toMatchObject({ index: 130, message: expect.stringMatching(reason) });
    expect(await pool.run(upTo(200), never)).toHaveLength(200);
  });

  test("replaces a worker that hangs", async () => {
    await using pool = open(1, { jobTimeoutMs: 300 });
    await expect(pool.run([1, "hang"], never)).rejects.toMatchObject({ index: 1 });
    expect(await pool.run([2], never)).toEqual([4]);
  });

  test("a batch beside one that kills its worker is not harmed", async () => {
    await using pool = open(2);
    const [bad, good] = await Promise.allSettled([pool.run(["die"], never), pool.run(upTo(300), never)]);
    expect(bad.status).toBe("rejected");
    expect(good).toMatchObject({ status: "fulfilled" });
  });

  test("stops waiting when its signal is aborted", async () => {
    await using pool = open(1, { jobTimeoutMs: 60_000 });
    const stop = new AbortController();
    const run = pool.run(["hang"], stop.signal);
    stop.abort(new Error("told to stop"));
    await expect(run).rejects.toThrow("told to stop");
    await expect(pool.run([1], stop.signal)).rejects.toThrow("told to stop");
  });

  test("a closed pool takes nothing, and leaves no one waiting", async () => {
    const pool = open(1);
    const waiting = pool.run(["hang"], never).catch((error: Error) => error.message);
    await pool[Symbol.asyncDispose]();
    expect(await waiting).toBe("the pool is closed");
    await expect(pool.run([1], never)).rejects.toThrow("the pool is closed");
  });

  test("says so when its threads cannot start at all", async () => {
    await using pool = open(1, { script: new URL("fixtures/no-such-worker.ts", import.meta.url) });
    await expect(pool.run([1], never)).rejects.toThrow(/do not start: .*no-such-worker/);
    await expect(pool.run([1], never)).rejects.toThrow(/do not start/);
  });

  test("takes more items than its queue holds jobs", async () => {
    await using pool = open(1);
    expect(await pool.run(upTo(100_000), never)).toHaveLength(100_000);
  });
});
