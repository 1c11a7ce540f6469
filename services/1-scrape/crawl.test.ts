import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AccessLine, createSite, type Site } from "@skillstream/platform/local/demo/site.ts";
import { createLog } from "@skillstream/platform/log.ts";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Crawler, crawl, crawlOnce } from "./crawl.ts";
import { createFetcher, type Fetched, type Page } from "./fetch/fetcher.ts";
import type { RawPublisher } from "./publish.ts";
import type { Target } from "./searches.ts";
import { jobId, type Source } from "./source.ts";
import { demoSource } from "./sources/demo.ts";
import { greenhouseSource } from "./sources/greenhouse.ts";
import { CrawlState } from "./state.ts";

const epoch = Date.UTC(2026, 10, 1);
const day = 24 * 60 * 60 * 1000;
const kept: AsyncDisposable[] = [];
let folder: string;
let now = epoch;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "crawl-"));
  now = epoch;
});
afterEach(async () => {
  for (const one of kept.splice(0).reverse()) await one[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Keeps what is published and lets a test wait for it. */
class Shelf implements RawPublisher {
  events: RawEvent[] = [];
  #waiting: (() => void)[] = [];

  async publish(events: RawEvent[]): Promise<void> {
    await Promise.resolve();
    this.events.push(...events);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async until(holds: (events: RawEvent[]) => boolean): Promise<void> {
    while (!holds(this.events)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  ids(event: RawEvent["event"]): string[] {
    return this.events.filter((one) => one.event === event).map((one) => one.source_id);
  }
}

async function demo(
  postings: number,
  options: Partial<Parameters<typeof createSite>[0]> = {},
): Promise<Site> {
  const site = await createSite({
    seed: 5,
    postings,
    epoch,
    now: () => now,
    crawlDelayS: 0.001,
    accessLog: join(folder, "access.log"),
    ...options,
  });
  kept.push(site);
  return site;
}

function accessed(): AccessLine[] {
  return readFileSync(join(folder, "access.log"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AccessLine);
}

const served = () => new Set(accessed().flatMap((line) => line.source_id ?? []));

function demoTarget(site: Site, headIntervalMs = 20): Target {
  return {
    source: { ...demoSource(site.url), headIntervalMs },
    argument: undefined,
    name: "demo",
    search: {},
    schedule: { everyMs: 50 },
  };
}

function crawler(
  host: string,
  publisher: RawPublisher,
  options: Partial<Crawler> = {},
): Crawler & { stop: () => void } {
  const fetcher = createFetcher({ allowedAddresses: [host], backoffMs: 5, defaultDelayMs: 1 });
  kept.push(fetcher);
  const state = options.state ?? new CrawlState(":memory:");
  const stop = new AbortController();
  return {
    fetcher,
    publisher,
    state,
    log: createLog("test", "fatal"),
    now: () => now,
    signal: stop.signal,
    stop: () => stop.abort(),
    ...options,
  };
}

const hostOf = (site: { url: string }) => new URL(site.url).host;

/** Crawls until `holds` says that enough was published, and ends the crawl. */
async function crawlUntil(
  target: Target,
  one: Crawler & { stop: () => void },
  holds: () => Promise<void>,
): Promise<void> {
  // Asked first, so that it knows how things stood before.
  const held = holds();
  const crawling = crawl(target, one);
  await Promise.race([held, crawling]);
  one.stop();
  await crawling;
}

/** Resolves when the state satisfies a condition; state changes have no event to wait for. */
async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Resolves when another sweep has been completed. */
function nextSweep(state: CrawlState): Promise<void> {
  const { sweep } = state.progress("demo");
  return eventually(() => {
    const progress = state.progress("demo");
    return progress.sweep > sweep && !progress.sweeping;
  });
}

/** Lets the clock run as well. */
function laterOn(stepMs: number, holds: () => boolean): Promise<void> {
  return eventually(() => {
    now += stepMs;
    return holds();
  });
}

const whole = (state: CrawlState) => eventually(() => state.progress("demo").sweepDoneAt !== null);

test("the first crawl publishes every open posting once, with its page and what it parses to", async () => {
  const site = await demo(400);
  const shelf = new Shelf();
  const one = crawler(hostOf(site), shelf);
  await crawlUntil(demoTarget(site), one, () => whole(one.state));
  const ids = shelf.ids("found");
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids)).toEqual(served());
  expect(ids).toHaveLength(
    Array.from({ length: site.market.historySlots }, (_, id) => site.market.posting(id, now)).filter(
      (found) => found.state === "open",
    ).length,
  );
  const event = shelf.events.find(({ source_id }) => source_id === "2");
  expect(event).toMatchObject({
    event: "found",
    job_id: jobId("demo", "2"),
    source: "demo",
    job_url: `${site.url}/jobs/2`,
    observed_at: now,
    synthetic: true,
    payload: { url: `${site.url}/jobs/2`, media_type: "text/html; charset=utf-8" },
  });
  expect(event?.payload?.body.toString()).toContain("This site is synthetic");
  expect(event?.parsed?.title).toBeTruthy();
  expect(shelf.ids("seen")).toEqual([]);
});

test("what robots.txt disallows is not fetched, and its rate is kept over every second of the crawl", async () => {
  const site = await demo(250, { crawlDelayS: 0.004, now: Date.now, epoch: Date.now() });
  const one = crawler(hostOf(site), new Shelf(), { now: Date.now });
  await crawlUntil(demoTarget(site), one, () => whole(one.state));
  const lines = accessed();
  expect(lines.filter(({ path }) => /private|apply|sort=/.test(path))).toEqual([]);
  expect(lines.every(({ user_agent }) => user_agent.startsWith("Skillstream/"))).toBe(true);
  const times = lines.map(({ time }) => Date.parse(time));
  for (const [index, time] of times.entries()) {
    const within = times.slice(index).filter((other) => other < time + 1000).length;
    // 250 a second are allowed; a request under way may arrive a moment later than it was sent.
    expect(within).toBeLessThanOrEqual(255);
  }
});

test("a live posting is published by the next look at the top, before history is done", async () => {
  const site = await demo(700);
  const shelf = new Shelf();
  const one = crawler(hostOf(site), shelf);
  const crawling = crawl(demoTarget(site, 1), one);
  await shelf.until((events) => events.length > 50);
  now += 20_000;
  const fresh = String(site.market.historySlots + 2);
  await shelf.until(() => shelf.ids("found").includes(fresh));
  expect(one.state.progress("demo").sweepDoneAt).toBeNull();
  await whole(one.state);
  one.stop();
  await crawling;
  expect(new Set(shelf.ids("found"))).toEqual(served());
});

test("an edited posting is found again, a removed one is closed, an unchanged one is not mentioned", async () => {
  const site = await demo(400);
  const shelf = new Shelf();
  const one = crawler(hostOf(site), shelf);
  await crawlUntil(demoTarget(site), one, () => whole(one.state));
  const before = shelf.events.length;
  const versions = new Map(shelf.ids("found").map((id) => [id, site.market.stamp(Number(id), now)]));
  now += 160_000;
  const edited = [...versions].filter(
    ([id, was]) => (site.market.stamp(Number(id), now)?.version ?? 0) > (was?.version ?? 0),
  );
  const removed = [...versions].filter(([id]) => site.market.stamp(Number(id), now) === null);
  expect(edited.length).toBeGreaterThan(3);
  expect(removed.length).toBeGreaterThan(0);
  const again = crawler(hostOf(site), shelf, { state: one.state });
  await crawlUntil(demoTarget(site), again, () =>
    shelf.until(() => shelf.ids("closed").length >= removed.length),
  );
  const later = shelf.events.slice(before);
  expect(shelf.ids("closed").sort()).toEqual(removed.map(([id]) => id).sort());
  const foundAgain = later.filter(({ event, source_id }) => event === "found" && versions.has(source_id));
  expect(foundAgain.map(({ source_id }) => source_id).sort()).toEqual(edited.map(([id]) => id).sort());
  expect(
    later
      .filter(({ event }) => event === "closed")
      .every(({ payload, parsed }) => payload === null && parsed === null),
  ).toBe(true);
  // A closed posting is closed once.
  now += 60_000;
  const third = crawler(hostOf(site), shelf, { state: one.state });
  await crawlUntil(demoTarget(site), third, () => nextSweep(one.state));
  expect(new Set(shelf.ids("closed")).size).toBe(shelf.ids("closed").length);
});

test("a posting that stays is said to be there once a day, without its page", async () => {
  const site = await demo(60, { livePerSecond: 0.00001 });
  const shelf = new Shelf();
  const one = crawler(hostOf(site), shelf);
  await crawlUntil(demoTarget(site), one, () => whole(one.state));
  const found = shelf.ids("found");
  for (const [later, times] of [
    [day - 1_000, 0],
    [2_000, 1],
    [3_600_000, 1],
  ] as const) {
    now += later;
    const next = crawler(hostOf(site), shelf, { state: one.state });
    await crawlUntil(demoTarget(site), next, () => nextSweep(one.state));
    expect(shelf.ids("seen")).toHaveLength(times * found.length);
  }
  expect(shelf.events.find(({ event }) => event === "seen")).toMatchObject({ payload: null, parsed: null });
});

test("nothing is remembered that was not acknowledged", async () => {
  const site = await demo(120);
  const one = crawler(hostOf(site), {
    publish: () => Promise.reject(new Error("the broker is gone for good")),
  });
  await expect(crawl(demoTarget(site), one)).rejects.toThrow("gone for good");
  const shelf = new Shelf();
  const next = crawler(hostOf(site), shelf, { state: one.state });
  await crawlUntil(demoTarget(site), next, () => whole(one.state));
  expect(new Set(shelf.ids("found"))).toEqual(served());
});

test("a crawl that is slower to publish than to fetch waits, and holds few postings at a time", async () => {
  const site = await demo(300);
  const shelf = new Shelf();
  let ahead = 0;
  const slow: RawPublisher = {
    async publish(events) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      await shelf.publish(events);
      ahead = Math.max(ahead, served().size - shelf.events.length);
    },
  };
  const one = crawler(hostOf(site), slow);
  await crawlUntil(demoTarget(site), one, () => whole(one.state));
  expect(ahead).toBeLessThanOrEqual(64);
  expect(new Set(shelf.ids("found"))).toEqual(served());
});

// Four processes one after the other: slow on a busy machine.
test("a scraper killed with SIGKILL at any moment goes on where it was and misses nothing", async () => {
  const site = await demo(600, { livePerSecond: 0.00001, now: Date.now, epoch: Date.now() });
  const published = join(folder, "published.jsonl");
  const start = (): ChildProcess =>
    spawn(
      process.execPath,
      [
        fileURLToPath(new URL("crawl-to-file.fixture.ts", import.meta.url)),
        site.url,
        join(folder, "state.db"),
        published,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
  // Read while another process writes it: what stands behind the last line break is not there yet.
  const lines = () =>
    (existsSync(published) ? readFileSync(published, "utf8") : "")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { event: string; source_id: string });
  for (let kill = 1; kill <= 3; kill++) {
    const child = start();
    await eventually(() => lines().length >= kill * 130);
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const last = start();
  await once(last.stdout as NodeJS.ReadableStream, "data");
  last.kill("SIGTERM");
  await once(last, "exit");
  const found = lines().filter(({ event }) => event === "found");
  expect(new Set(found.map(({ source_id }) => source_id))).toEqual(served());
  // At most what was under way at a kill is published again.
  expect(found.length - served().size).toBeLessThanOrEqual(3 * 64);
}, 120_000);

test("a walk for a person keeps to the words, the time and the number asked for", async () => {
  const site = await demo(400);
  const shelf = new Shelf();
  const one = crawler(hostOf(site), shelf);
  const target = demoTarget(site);
  const engineers = { ...target, name: "demo (engineer)", search: { keyword: "engineer" } };
  const counts = await crawlOnce(engineers, one, 7);
  expect(counts).toMatchObject({ found: 7, failed: 0 });
  for (const event of shelf.events) {
    expect(event.parsed?.title?.toLowerCase()).toContain("engineer");
    expect(event.search_keyword).toBe("engineer");
  }
  expect(await crawlOnce(engineers, one, 7)).toMatchObject({
    found: 0,
    known: 7,
  });
  const since = epoch - 30 * day;
  await crawlOnce({ ...target, search: { withinMs: 30 * day } }, one);
  const stamps = shelf.events.map(
    ({ source_id }) => site.market.stamp(Number(source_id), now)?.changedAt ?? 0,
  );
  expect(stamps.slice(7).length).toBeGreaterThan(5);
  expect(stamps.slice(7).every((stamp) => stamp >= since)).toBe(true);
});

/** A board whose answer a test can change. */
async function board(): Promise<{
  url: string;
  host: string;
  answer: { status: number; jobs: object[] };
  requests: string[];
}> {
  const answer = { status: 200, jobs: [] as object[] };
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    if (path === "/robots.txt") return void response.writeHead(404).end();
    requests.push(path);
    const one = /jobs\/(\d+)$/.exec(path)?.[1];
    const job = answer.jobs.find((each) => String((each as { id: number }).id) === one);
    if (answer.status !== 200) response.writeHead(answer.status).end("no");
    else if (one !== undefined && job === undefined) response.writeHead(404).end();
    else response.end(JSON.stringify(job ?? { jobs: answer.jobs }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  kept.push({
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return { url: `http://${host}`, host, answer, requests };
}

test("a list that carries whole postings is one request, and what leaves it is closed after a look", async () => {
  const api = await board();
  const job = (id: number, content = "text") => ({
    id,
    title: `Job ${id}`,
    content,
    absolute_url: `https://x.example/${id}`,
  });
  api.answer.jobs = [job(1), job(2), job(3)];
  const shelf = new Shelf();
  const one = crawler(api.host, shelf);
  const target: Target = {
    source: greenhouseSource(api.url),
    argument: "acme",
    name: "greenhouse:acme",
    search: {},
    schedule: { everyMs: 50 },
  };
  const crawling = crawl(target, one);
  await shelf.until((events) => events.length === 3);
  expect(api.requests).toEqual(["/v1/boards/acme/jobs?content=true"]);
  expect(JSON.parse(shelf.events[0]?.payload?.body.toString() ?? "")).toEqual(job(1));
  api.answer.jobs = [job(1), job(3, "edited")];
  await laterOn(100, () => shelf.events.length >= 5);
  one.stop();
  await crawling;
  expect(shelf.events.slice(3).map(({ event, source_id }) => `${event} ${source_id}`)).toEqual([
    "found 3",
    "closed 2",
  ]);
  expect(api.requests).toContain("/v1/boards/acme/jobs/2");
});

test("a closed door is said, waited at, and passed when it opens", async () => {
  const api = await board();
  api.answer.status = 403;
  api.answer.jobs = [{ id: 1, title: "x", content: "y" }];
  const shelf = new Shelf();
  const one = crawler(api.host, shelf);
  const target: Target = {
    source: greenhouseSource(api.url),
    argument: "acme",
    name: "greenhouse:acme",
    search: {},
    schedule: { everyMs: 50 },
  };
  const crawling = crawl(target, one);
  await eventually(() => one.state.health()[0]?.health === "blocked");
  expect(one.state.health()[0]).toMatchObject({
    target: "greenhouse:acme",
    reason: expect.stringContaining("403"),
  });
  expect(shelf.events).toEqual([]);
  api.answer.status = 200;
  await shelf.until((events) => events.length === 1);
  await eventually(() => one.state.health()[0]?.health === "ok");
  one.stop();
  await crawling;
});

test("a posting whose page fails does not stop the others", async () => {
  const site = await demo(120, { livePerSecond: 0.00001 });
  const broken = new Set(["/jobs/5", "/jobs/40"]);
  const shelf = new Shelf();
  const one = crawler(hostOf(site), shelf);
  const { fetcher } = one;
  const halfBroken: Crawler["fetcher"] = {
    userAgent: fetcher.userAgent,
    fetch: (request) =>
      broken.has(new URL(request.url).pathname)
        ? Promise.resolve({ kind: "unavailable", reason: "it answered 500" })
        : fetcher.fetch(request),
    [Symbol.asyncDispose]: () => fetcher[Symbol.asyncDispose](),
  };
  const crawling = crawl(demoTarget(site), { ...one, fetcher: halfBroken });
  await whole(one.state);
  expect(new Set(shelf.ids("found"))).toEqual(served());
  expect(shelf.ids("found")).not.toContain("5");
  broken.clear();
  // After its pause a failed posting is tried again by the next sweep.
  await laterOn(60_000, () => shelf.ids("found").includes("5") && shelf.ids("found").includes("40"));
  one.stop();
  await crawling;
});

/** A source of one list page, and a site that answers by itself. */
function stub(items: number, answer: (url: string) => Fetched, next: string | null = null) {
  const requests: string[] = [];
  const listed = Array.from({ length: items }, (_, index) => ({
    source_id: String(index),
    url: `https://jobs.example/${index}`,
    stamp: null,
  }));
  const source: Source = {
    ...greenhouseSource(),
    plan: () => [{ url: "https://jobs.example/" }],
    list: () => ({ result: "found", value: { items: listed, next: next === null ? null : { url: next } } }),
  };
  const page: Page = {
    url: "https://jobs.example/",
    mediaType: "text/html",
    body: Buffer.from(""),
    validators: { etag: null, lastModified: null },
  };
  const fetcher: Crawler["fetcher"] = {
    userAgent: "test",
    async fetch({ url }) {
      requests.push(url);
      return url === page.url ? { kind: "page", page } : answer(url);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const target: Target = {
    source,
    argument: "acme",
    name: "greenhouse:acme",
    search: {},
    schedule: { everyMs: 50 },
  };
  return { requests, fetcher, target };
}

test("a site that shuts us out in the middle of a page is not asked for the rest of it", async () => {
  const { requests, fetcher, target } = stub(600, () => ({
    kind: "blocked",
    cause: "forbidden",
    reason: "it answered 403",
  }));
  const one = crawler("", new Shelf(), { fetcher });
  await expect(crawlOnce(target, one)).rejects.toThrow("it answered 403");
  // What was under way ends; nothing else begins.
  expect(requests.length).toBeLessThanOrEqual(2 * 64);
});

test("a list that names itself as its next page is read once", async () => {
  const { requests, fetcher, target } = stub(
    0,
    () => ({ kind: "gone", status: 404 }),
    "https://jobs.example/",
  );
  await crawlOnce(target, crawler("", new Shelf(), { fetcher }));
  expect(requests).toEqual(["https://jobs.example/"]);
});

test("a posting whose event would be larger than a record may be is left out, whatever makes it large", async () => {
  const api = await board();
  const department = { name: "x".repeat(8 * 1024 * 1024) };
  api.answer.jobs = [
    { id: 1, title: "x", content: "y", departments: [department] },
    { id: 2, title: "x", content: "y" },
  ];
  const shelf = new Shelf();
  const target: Target = {
    source: greenhouseSource(api.url),
    argument: "acme",
    name: "greenhouse:acme",
    search: {},
    schedule: { everyMs: 50 },
  };
  const counts = await crawlOnce(target, crawler(api.host, shelf));
  expect(counts).toMatchObject({ found: 1, failed: 1 });
  expect(shelf.ids("found")).toEqual(["2"]);
});
