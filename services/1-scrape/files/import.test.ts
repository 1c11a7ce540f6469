import { nothingStated } from "@skillstream/schemas/blank.ts";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import { expect, test } from "vitest";
import { jobId } from "../source.ts";
import { CrawlState } from "../state.ts";
import { type Import, importPostings, type ReadPosting } from "./import.ts";

const now = Date.UTC(2026, 10, 1);

function posting(id: string, title = `Keeper ${id}`): ReadPosting {
  const event: RawEvent = {
    event: "found",
    job_id: jobId("guild", id),
    source: "guild",
    source_id: id,
    job_url: `https://guild.example/${id}`,
    observed_at: now,
    synthetic: false,
    search_keyword: null,
    search_location: null,
    source_file: "a.csv",
    reason: null,
    payload: { url: "file:a.csv#1", media_type: "application/json", body: Buffer.from("{}") },
    parsed: { ...nothingStated(), title },
  };
  return { line: Number(id), event };
}

/** An instance of its own, and files that are imported into it one after the other. */
function instance() {
  const state = new CrawlState(":memory:");
  const events: RawEvent[] = [];
  const problems: string[] = [];
  const run = (postings: Iterable<ReadPosting> | AsyncIterable<ReadPosting>, change: Partial<Import> = {}) =>
    importPostings({
      postings: (async function* () {
        yield* postings;
      })(),
      file: "a.csv",
      write: "append",
      publisher: {
        publish(some) {
          events.push(...some);
          return Promise.resolve();
        },
      },
      state,
      now,
      signal: new AbortController().signal,
      problem: (line, reason) => problems.push(`${line}: ${reason}`),
      progress: () => undefined,
      ...change,
    });
  return {
    state,
    events,
    problems,
    run,
    said: () => events.map(({ event, source_id }) => `${event} ${source_id}`),
  };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => posting(String(index)));

test("a file that is imported again publishes nothing again, but what was edited", async () => {
  const { run, said } = instance();
  expect(await run(many(1_200))).toMatchObject({ rows: 1_200, found: 1_200, known: 0, failed: 0 });
  expect(await run(many(1_200))).toMatchObject({ rows: 1_200, found: 0, known: 1_200 });
  expect(await run([...many(3), posting("1", "Keeper of one")])).toMatchObject({ found: 1, known: 3 });
  expect(said().slice(1_200)).toEqual(["found 1"]);
});

test("a file with several versions of a posting gives all of them, in their order, once", async () => {
  const { run, events } = instance();
  const rows = [posting("1", "a"), posting("2"), posting("1", "b"), posting("1", "a"), posting("2")];
  expect(await run(rows)).toMatchObject({ rows: 5, found: 3, known: 2 });
  expect(events.map(({ parsed }) => parsed?.title)).toEqual(["a", "Keeper 2", "b"]);
  expect(await run(rows)).toMatchObject({ found: 0, known: 5 });
  expect(await run([posting("1", "c")])).toMatchObject({ found: 1 });
});

test("an id that tells no postings apart is told, not published as one posting's thousand versions", async () => {
  const { run, problems } = instance();
  const rows = Array.from({ length: 100 }, (_, index) => posting("1", `Title ${index}`));
  expect(await run(rows)).toMatchObject({ found: 16, failed: 84 });
  expect(problems[0]).toContain("tells no postings apart");
});

test("appending leaves what a file no longer has; replacing closes it, with the reason, once", async () => {
  const { run, events, said } = instance();
  await run(many(4));
  await run(many(2));
  expect(said().filter((one) => one.startsWith("closed"))).toEqual([]);
  expect(await run(many(2), { write: "replace", now: now + 1 })).toMatchObject({
    found: 0,
    known: 2,
    closed: 2,
  });
  expect(said().slice(4)).toEqual(["closed 2", "closed 3"]);
  expect(events.at(-1)).toMatchObject({
    job_id: jobId("guild", "3"),
    job_url: "https://guild.example/3",
    observed_at: now + 1,
    reason: "it is no longer in a.csv",
    payload: null,
    parsed: null,
  });
  expect(await run(many(2), { write: "replace" })).toMatchObject({ closed: 0 });
  // What comes back is found again.
  expect(await run(many(4), { write: "replace" })).toMatchObject({ found: 2, known: 2, closed: 0 });
});

test("replacing leaves alone what other files and other sources have", async () => {
  const { run } = instance();
  await run(many(3), { file: "b.csv" });
  const other = posting("9");
  if ("event" in other) await run([{ ...other, event: { ...other.event, source: "other" } }]);
  expect(await run([posting("8")], { write: "replace" })).toMatchObject({ found: 1, closed: 0 });
});

test("nothing is closed where a file could not be read to its end, or is empty", async () => {
  const { run } = instance();
  await run(many(4));
  const write = "replace" as const;
  expect(await run([posting("0"), { line: 2, problem: "a quote" }], { write })).toMatchObject({
    closed: 0,
    failed: 1,
    notClosed: expect.stringContaining("cannot be read"),
  });
  expect(await run([], { write })).toMatchObject({ closed: 0, notClosed: "the file has no rows" });
  const cut = (async function* () {
    yield posting("0");
    yield await Promise.reject(new Error("unexpected end of file"));
  })();
  expect(await run(cut, { write })).toMatchObject({ rows: 1, closed: 0, broken: "unexpected end of file" });
  expect(await run(many(1), { write })).toMatchObject({ closed: 3, notClosed: null });
});

test("an import that is stopped publishes what it has read, and the next one goes on without doubling", async () => {
  const { run, said } = instance();
  const stop = new AbortController();
  const progress: Import["progress"] = ({ rows }) => {
    if (rows === 700) stop.abort();
  };
  expect(await run(many(1_500), { signal: stop.signal, progress })).toMatchObject({
    rows: 700,
    stopped: true,
  });
  expect(said()).toHaveLength(700);
  expect(await run(many(1_500))).toMatchObject({ found: 800, known: 700, stopped: false });
  expect(new Set(said()).size).toBe(1_500);
  expect(said()).toHaveLength(1_500);
});

test("a limit ends it, and rows that cannot be read are told with their line", async () => {
  const { run, said, problems } = instance();
  const rows = [posting("1"), { line: 7, problem: "a quote" }, posting("2"), posting("3")];
  expect(await run(rows, { limit: 3 })).toMatchObject({ rows: 3, found: 2, failed: 1, stopped: true });
  expect(said()).toEqual(["found 1", "found 2"]);
  expect(problems).toEqual(["7: a quote"]);
});

test("nothing is remembered that was not acknowledged", async () => {
  const { run, said } = instance();
  const publisher = { publish: () => Promise.reject(new Error("the broker is gone for good")) };
  await expect(run(many(600), { publisher })).rejects.toThrow("gone for good");
  expect(await run(many(600))).toMatchObject({ found: 600, known: 0 });
  expect(said()).toHaveLength(600);
});
