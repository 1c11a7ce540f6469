import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "@skillstream/platform/log.ts";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { crawlOnce } from "./crawl.ts";
import type { Fetched, FetchRequest } from "./fetch/fetcher.ts";
import { Halted } from "./halted.ts";
import { recheckSome } from "./recheck.ts";
import type { Target } from "./searches.ts";
import { type RawPosting, type Source, usual } from "./source.ts";
import { CrawlState } from "./state.ts";
import { type Crawler, Walk } from "./walk.ts";

const hour = 60 * 60 * 1000;
const day = 24 * hour;
let now = Date.UTC(2026, 5, 1, 0, 1);
let folder: string;

beforeEach(() => {
  now = Date.UTC(2026, 5, 1, 0, 1);
  folder = mkdtempSync(join(tmpdir(), "walk-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Ad {
  id: string;
  postedAt: number;
  kind: string;
  title?: string;
  ends?: string;
  /** As its page words when it was posted. */
  age?: string;
  applicants?: string;
}

/** A site of searches: ten to a page, `kind` is what a list can be narrowed by, and no list shows more than 30. */
class Site {
  ads: Ad[] = [];
  requests: string[] = [];
  /** What it answers instead, by address. */
  broken = new Map<string, Fetched>();

  readonly source: Source = {
    ...usual,
    name: "board",
    site: "board",
    doc: "",
    terms: "",
    lists: "words",
    searches: true,
    resultsMax: 30,
    plan: (_argument, { keyword, withinMs }) => [
      { url: `https://jobs.example/?q=${keyword}&within=${withinMs ?? ""}&start=0` },
    ],
    list: ({ body }) => ({ result: "found", value: JSON.parse(Buffer.from(body).toString()) }),
    parse: ({ body }) => {
      const ad = JSON.parse(Buffer.from(body).toString()) as Ad;
      const posting: RawPosting = {
        source_id: ad.id,
        job_url: null,
        parsed: {
          ...nothingStated(),
          title: ad.title ?? `Job ${ad.id}`,
          expire_time: ad.ends ?? null,
          posted_time: ad.age ?? null,
          applicant_count: ad.applicants ?? null,
        },
      };
      return { result: "found", value: [posting] };
    },
    split: ({ url }) =>
      url.includes("kind=")
        ? []
        : ["full", "part"].map((kind) => ({ url: `${url.replace(/start=\d+/, "start=0")}&kind=${kind}` })),
  };

  fetch({ url, signal }: FetchRequest): Promise<Fetched> {
    signal?.throwIfAborted();
    this.requests.push(url);
    const broken = this.broken.get(url);
    if (broken !== undefined) return Promise.resolve(broken);
    const query = new URL(url).searchParams;
    if (!query.has("q")) {
      const ad = this.ads.find(({ id }) => url.endsWith(`/${id}`));
      return Promise.resolve(ad === undefined ? { kind: "gone", status: 404 } : pageOf(url, ad));
    }
    const within = Number(query.get("within")) || Number.POSITIVE_INFINITY;
    const all = this.ads
      .filter(({ kind }) => [null, kind].includes(query.get("kind")))
      .filter(({ postedAt }) => postedAt > now - within)
      .sort((a, b) => b.postedAt - a.postedAt);
    const start = Number(query.get("start"));
    const shown = all.slice(0, 30).slice(start, start + 10);
    const more = start + 10 < Math.min(30, all.length);
    return Promise.resolve(
      pageOf(url, {
        items: shown.map(({ id, postedAt }) => ({
          source_id: id,
          url: `https://jobs.example/${id}`,
          stamp: String(postedAt),
          postedAt,
        })),
        next: more ? { url: url.replace(/start=\d+/, `start=${start + 10}`) } : null,
        total: all.length,
      }),
    );
  }

  post(count: number, kind: string, hoursAgo: (index: number) => number): void {
    for (let index = 0; index < count; index++) {
      this.ads.push({ id: `${kind}${this.ads.length}`, kind, postedAt: now - hoursAgo(index) * hour });
    }
  }
}

function pageOf(url: string, value: unknown): Fetched {
  const body = Buffer.from(JSON.stringify(value));
  return {
    kind: "page",
    page: { url, mediaType: "application/json", body, validators: { etag: null, lastModified: null } },
  };
}

function open(site: Site, stateFile = ":memory:") {
  const state = new CrawlState(stateFile);
  const events: RawEvent[] = [];
  const stop = new AbortController();
  const crawler: Crawler = {
    fetcher: {
      userAgent: "test",
      fetch: (request) => site.fetch(request),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    publisher: {
      publish(some) {
        events.push(...some);
        return Promise.resolve();
      },
    },
    state,
    log: createLog("test", "fatal"),
    now: () => now,
    signal: stop.signal,
  };
  const target: Target = {
    source: site.source,
    argument: undefined,
    name: "board (go)",
    search: { keyword: "go", withinMs: day },
    schedule: { cron: "1 0 * * *" },
  };
  const found = () => events.filter(({ event }) => event === "found").map(({ source_id }) => source_id);
  return { state, events, found, crawler, target, stop };
}

const ids = (site: Site) => site.ads.map(({ id }) => id).sort();

test("a search reads what was posted in its time, each posting once", async () => {
  const site = new Site();
  site.post(25, "full", (index) => index);
  site.post(5, "part", () => 90);
  const { crawler, target, found, state } = open(site);
  await new Walk(target, crawler).sweep("start");
  expect(found().sort()).toEqual(ids(site).filter((id) => id.startsWith("full") && id !== "full24"));
  const [run] = state.runs(1);
  expect(run).toMatchObject({ result: "found", trigger: "start", since: "2026-05-31T00:01:00.000Z" });
  expect(run?.steps.map(({ step, requests, found: new_ }) => [step, requests, new_])).toEqual([
    ["list", 3, 0],
    ["postings", 24, 24],
  ]);
  site.requests = [];
  await new Walk(target, crawler).sweep("schedule");
  expect(site.requests.filter((url) => !url.includes("q="))).toEqual([]);
});

test("a list that the site cuts off is split until nothing is missing", async () => {
  const site = new Site();
  site.post(28, "full", () => 1);
  site.post(25, "part", () => 2);
  const { crawler, target, found, state } = open(site);
  await new Walk(target, crawler).sweep("start");
  expect(found().sort()).toEqual(ids(site));
  expect(state.runs(1)[0]).toMatchObject({ result: "found", missing: null });
});

test("what cannot be split further is partial, with an estimate of what is missing, and is asked for again", async () => {
  const site = new Site();
  site.post(50, "full", () => 1);
  site.post(10, "part", () => 2);
  const { crawler, target, found, state } = open(site);
  const walk = new Walk(target, crawler);
  await walk.sweep("start");
  expect(found()).toHaveLength(40);
  expect(state.runs(1)[0]).toMatchObject({ result: "partial", missing: 20 });
  expect(walk.health()).toMatchObject({
    health: "partial",
    reason: "the site shows 30 of 50 postings, and has no narrower lists",
  });
  expect(state.progress(target.name).watermark).toBe(now - day);
});

test("after days of downtime a search goes back to its last run, and no posting falls into the hole", async () => {
  const site = new Site();
  const { crawler, target, found } = open(site);
  await new Walk(target, crawler).sweep("start");
  now += 3 * day;
  site.post(20, "full", (index) => index * 3.5);
  await new Walk(target, crawler).sweep("catch-up");
  expect(found().sort()).toEqual(ids(site));
});

test("a run in which a posting could not be had is gone back to by the next one", async () => {
  const site = new Site();
  site.post(8, "full", () => 20);
  site.broken.set("https://jobs.example/full3", { kind: "unavailable", reason: "it answered 500" });
  const { crawler, target, found, state } = open(site);
  const walk = new Walk(target, crawler);
  await walk.sweep("start");
  expect(found()).toHaveLength(7);
  expect(state.runs(1)[0]).toMatchObject({
    result: "partial",
    reason: expect.stringMatching(/could not be had/),
  });
  expect(state.runs(1)[0]?.errors.at(-1)).toMatchObject({ reason: "it answered 500" });
  expect(site.requests.filter((url) => url.endsWith("full3"))).toHaveLength(3);
  site.broken.clear();
  now += 2 * day;
  await walk.sweep("catch-up");
  expect(found()).toContain("full3");
});

test("a process that ends anywhere in a run asks for at most one thing twice, and misses nothing", async () => {
  const requests = 2 + 12;
  for (let cutAt = 1; cutAt <= requests; cutAt++) {
    const site = new Site();
    site.post(12, "full", (index) => index / 2);
    const file = join(folder, `state-${cutAt}.db`);
    const first = open(site, file);
    // A kill leaves the request unanswered, and nothing happens after it.
    const answer = site.fetch.bind(site);
    site.fetch = (request) => {
      const fetched = answer(request);
      return site.requests.length === cutAt ? Promise.reject(new Error("killed")) : fetched;
    };
    await expect(new Walk(first.target, first.crawler).sweep("start")).rejects.toThrow("killed");
    first.state[Symbol.dispose]();
    site.fetch = answer;
    const second = open(site, file);
    await new Walk(second.target, second.crawler).sweep("start");
    expect([...first.found(), ...second.found()].sort()).toEqual(ids(site));
    expect(site.requests.length - new Set(site.requests).size).toBe(1);
    second.state[Symbol.dispose]();
  }
});

test("a run that was cut off goes on in the same account", async () => {
  const site = new Site();
  site.post(12, "full", () => 1);
  const { crawler, target, state } = open(site);
  site.broken.set("https://jobs.example/full4", {
    kind: "blocked",
    cause: "expired session",
    reason: "account a",
  });
  const walk = new Walk(target, crawler);
  const halted = await walk.sweep("start").catch((error: unknown) => error);
  expect(halted).toBeInstanceOf(Halted);
  walk.halt(halted as Halted);
  expect(state.runs(5)).toMatchObject([{ result: "blocked", cause: "expired session", reason: "account a" }]);
  site.broken.clear();
  await new Walk(target, crawler).sweep("start");
  expect(state.runs(5)).toMatchObject([{ id: 1, result: "found", counts: { found: 12, failed: 0 } }]);
});

test("a list that is gone is asked for from its beginning, at the address that it has by then", async () => {
  const site = new Site();
  site.post(2, "full", () => 1);
  const { crawler, target, found } = open(site);
  const address = site.source.plan(undefined, target.search)[0]?.url ?? "";
  site.broken.set(address, { kind: "gone", status: 404 });
  const walk = new Walk(target, crawler);
  const halted = await walk.sweep("start").catch((error: unknown) => error);
  walk.halt(halted as Halted);
  const moved: Source = {
    ...site.source,
    plan: (argument, search) =>
      site.source.plan(argument, search).map(({ url }) => ({ url: `${url}&moved=yes` })),
  };
  await new Walk({ ...target, source: moved }, crawler).sweep("start");
  expect(found()).toHaveLength(2);
});

test("what the operator must put right stops a walk at the first page, other failures after five", async () => {
  for (const [cause, requests] of [
    ["banned account", 1],
    ["captcha", 5],
  ] as const) {
    const site = new Site();
    site.post(10, "full", () => 1);
    const { crawler, target } = open(site);
    for (const { id } of site.ads) {
      site.broken.set(`https://jobs.example/${id}`, { kind: "blocked", cause, reason: "no" });
    }
    await expect(new Walk(target, crawler).sweep("start")).rejects.toMatchObject({
      health: "blocked",
      why: cause,
    });
    expect(site.requests.filter((url) => !url.includes("q="))).toHaveLength(requests);
  }
});

test("a posting seen again is an event without payload, an edited one a new version", async () => {
  const site = new Site();
  site.post(2, "full", () => 1);
  const { crawler, target, events } = open(site);
  await new Walk(target, crawler).sweep("start");
  now += day;
  const [first, second] = site.ads;
  if (first === undefined || second === undefined) throw new Error("no ads");
  Object.assign(first, { postedAt: now - hour });
  Object.assign(second, { postedAt: now - hour, title: "Job with a new name" });
  await new Walk(target, crawler).sweep("schedule");
  expect(
    events.slice(2).map(({ event, source_id, payload }) => [event, source_id, payload !== null]),
  ).toEqual([
    ["seen", first.id, false],
    ["found", second.id, true],
  ]);
});

test("a page that says how long ago is dated by its list, and growing older is no edit", async () => {
  const site = new Site();
  site.post(1, "full", () => 2);
  const [ad] = site.ads;
  if (ad === undefined) throw new Error("no ad");
  Object.assign(ad, { age: "2 hours ago", applicants: "3 applicants" });
  const { crawler, target, events } = open(site);
  await new Walk(target, crawler).sweep("start");
  expect(events[0]?.parsed?.posted_time).toBe("2026-05-31T22:01:00.000Z");
  now += 2 * day;
  Object.assign(ad, { age: "2 days ago", applicants: "over 200 applicants" });
  await recheckSome(rechecks(target), limits, crawler);
  expect(events.slice(1).map(({ event }) => event)).toEqual(["seen"]);
});

const limits = { afterMs: day, budget: 100, workersMax: 8 };
const rechecks = (target: Target): Target => ({ ...target, name: "board rechecks", search: {} });

test("postings that no list shows any more are looked at again, and closed where they are gone", async () => {
  const site = new Site();
  site.post(5, "full", () => 1);
  const { crawler, target, events, state } = open(site);
  await new Walk(target, crawler).sweep("start");
  expect(await recheckSome(rechecks(target), limits, crawler)).toBe(false);
  now += 2 * day;
  site.ads.splice(1, 2);
  expect(await recheckSome(rechecks(target), limits, crawler)).toBe(true);
  expect(events.slice(5).map(({ event, source_id, reason }) => [event, source_id, reason])).toEqual(
    expect.arrayContaining([
      ["closed", "full1", "its page answers 404"],
      ["closed", "full2", "its page answers 404"],
      ["seen", "full0", null],
    ]),
  );
  expect(state.runs(1)[0]).toMatchObject({ trigger: "recheck", counts: { closed: 2, seen: 3 } });
  expect(await recheckSome(rechecks(target), limits, crawler)).toBe(false);
});

test("a posting past its own end is closed without a request, and opened again where its list shows it", async () => {
  const site = new Site();
  site.post(2, "full", () => 1);
  Object.assign(site.ads[0] ?? {}, { ends: "2026-06-01" });
  const { crawler, target, events } = open(site);
  await new Walk(target, crawler).sweep("start");
  site.requests = [];
  now += 20 * hour;
  expect(await recheckSome(rechecks(target), limits, crawler)).toBe(false);
  now += 20 * hour;
  await recheckSome(rechecks(target), { ...limits, afterMs: 30 * day }, crawler);
  expect(site.requests).toEqual([]);
  expect(events.at(-1)).toMatchObject({ event: "closed", source_id: "full0", reason: /2026-06-02T12:00/ });
  Object.assign(site.ads[0] ?? {}, { postedAt: now - hour });
  await new Walk(target, crawler).sweep("schedule");
  expect(events.at(-1)).toMatchObject({ event: "found", source_id: "full0" });
  now += hour;
  await recheckSome(rechecks(target), { ...limits, afterMs: 30 * day }, crawler);
  expect(events.at(-1)).toMatchObject({ event: "found" });
});

test("workers follow the backlog, and a day's requests stay within the budget", async () => {
  const site = new Site();
  for (const kind of ["full", "part"]) site.post(28, kind, () => 1);
  const { crawler, target, state } = open(site);
  await new Walk(target, crawler).sweep("start");
  now += 2 * day;
  site.requests = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const lanes = new Set<number | undefined>();
  const answer = site.fetch.bind(site);
  site.fetch = async (request) => {
    lanes.add(request.lane);
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    await Promise.resolve();
    underWay--;
    return answer(request);
  };
  await recheckSome(rechecks(target), { ...limits, budget: 40 }, crawler);
  expect(site.requests).toHaveLength(40);
  expect([mostUnderWay, lanes.size]).toEqual([2, 2]);
  expect(await recheckSome(rechecks(target), { ...limits, budget: 40 }, crawler)).toBe(false);
  now += day;
  await recheckSome(rechecks(target), { ...limits, budget: 40, workersMax: 1 }, crawler);
  expect(site.requests.length).toBeGreaterThan(40);
  expect(state.uncheckedCount("board", now - day)).toBeLessThan(56);
});

test("a posting that cannot be rechecked goes to the end of those that wait, and holds up no other", async () => {
  const site = new Site();
  site.post(6, "full", () => 1);
  const { crawler, target, state } = open(site);
  await new Walk(target, crawler).sweep("start");
  now += 2 * day;
  const wrong = "https://jobs.example/full0";
  site.broken.set(wrong, { kind: "refused", reason: "it answered 400" });
  site.requests = [];
  expect(await recheckSome(rechecks(target), limits, crawler)).toBe(true);
  expect(await recheckSome(rechecks(target), limits, crawler)).toBe(false);
  expect(site.requests.filter((url) => url === wrong)).toHaveLength(1);
  now += 2 * day;
  expect(state.unchecked("board", now - day, 10)).toHaveLength(6);
});

test("rechecks that are broken off count against the day's budget too", async () => {
  const site = new Site();
  site.post(20, "full", () => 1);
  const { crawler, target, state } = open(site);
  await new Walk(target, crawler).sweep("start");
  now += 2 * day;
  site.requests = [];
  for (const id of ids(site)) {
    site.broken.set(`https://jobs.example/${id}`, { kind: "unavailable", reason: "it answered 500" });
  }
  await expect(recheckSome(rechecks(target), limits, crawler)).rejects.toThrow(Halted);
  state.saveHealth("board rechecks", { health: "unavailable", cause: null, reason: "it answered 500" }, now);
  const today = new Date(now).toISOString().slice(0, 10);
  expect(state.spend("board", today, 0)).toBe(site.requests.length);
  site.broken.clear();
  await recheckSome(rechecks(target), limits, crawler);
  expect(state.health().find((one) => one.target === "board rechecks")?.health).toBe("ok");
});

test("a posting found by hand, or by a search that is no more, is asked after by whose list shows it", async () => {
  const site = new Site();
  site.post(3, "full", () => 1);
  site.source.lists = "all";
  const { crawler, target, events } = open(site);
  const whole: Target = { ...target, name: "board", search: { keyword: "go" } };
  await new Walk({ ...target, name: "board (rust)" }, crawler).once(2);
  await new Walk(whole, crawler).sweep("start");
  site.ads.shift();
  await new Walk(whole, crawler).sweep("schedule");
  expect(events.slice(3).map(({ event, source_id }) => [event, source_id])).toEqual([["closed", "full0"]]);
});

test("a posting that two searches name is fetched once", async () => {
  const site = new Site();
  site.post(12, "full", () => 1);
  const { crawler, target, found } = open(site);
  const other = { ...target, name: "board (rust)", search: { ...target.search, keyword: "rust" } };
  await Promise.all([target, other].map((one) => new Walk(one, crawler).sweep("start")));
  expect(found().sort()).toEqual(ids(site));
  const pages = site.requests.filter((url) => !url.includes("q="));
  expect(pages).toHaveLength(12);
});

test("a page that gives itself another id is published once, and an item that stands twice on a page too", async () => {
  const site = new Site();
  site.post(2, "full", () => 1);
  const { crawler, target, found } = open(site);
  const { list, parse } = site.source;
  site.source.list = (page) => {
    const read = list(page);
    return read.result === "found"
      ? { ...read, value: { ...read.value, items: read.value.items.flatMap((one) => [one, one]) } }
      : read;
  };
  site.source.parse = (page) => {
    const read = parse(page);
    if (read.result === "found") for (const one of read.value) one.source_id = `own-${one.source_id}`;
    return read;
  };
  await new Walk(target, crawler).once(10);
  await new Walk(target, crawler).sweep("start");
  expect(found().sort()).toEqual(["own-full0", "own-full1"]);
});

test("lists that name each other are read once each", async () => {
  const site = new Site();
  const { crawler, target } = open(site);
  const other = "https://jobs.example/?q=b&start=0";
  const [first] = site.source.plan(undefined, target.search);
  site.source.list = ({ url }) => ({
    result: "found",
    value: { items: [], next: null, more: [{ url: first?.url ?? "" }, { url: other }, { url }] },
  });
  await new Walk(target, crawler).sweep("start");
  expect(site.requests).toEqual([first?.url, other]);
  site.requests = [];
  await new Walk(target, crawler).once(10);
  expect(site.requests).toEqual([first?.url, other]);
});

test("a walk by hand in between changes neither the account nor the time of a search that was cut off", async () => {
  const site = new Site();
  const file = join(folder, "state.db");
  const first = open(site, file);
  await new Walk(first.target, first.crawler).sweep("start");
  now += 3 * day;
  site.post(20, "full", (index) => index * 3.5);
  site.broken.set("https://jobs.example/full1", { kind: "refused", reason: "it answered 400" });
  const answer = site.fetch.bind(site);
  site.fetch = async (request) => {
    const fetched = await answer(request);
    if (request.url.endsWith("start=10")) throw new Error("killed");
    return fetched;
  };
  await expect(new Walk(first.target, first.crawler).sweep("catch-up")).rejects.toThrow("killed");
  site.fetch = answer;
  const byHand = open(site, file);
  await new Walk(byHand.target, byHand.crawler).once(1);
  const second = open(site, file);
  await new Walk(second.target, second.crawler).sweep("start");
  const run = second.state.runs(5).find(({ trigger }) => trigger !== "by hand");
  expect(run).toMatchObject({ trigger: "catch-up", counts: { failed: 1 }, result: "partial" });
  const all = new Set([first, byHand, second].flatMap(({ found }) => found()));
  expect(ids(site).filter((id) => !all.has(id))).toEqual(["full1"]);
});

test("a list that is as it was is no empty one, and is read again where something of it could not be had", async () => {
  const site = new Site();
  site.post(3, "full", () => 1);
  site.source.lists = "all";
  const { crawler, target, found, state } = open(site);
  const answer = site.fetch.bind(site);
  site.fetch = async (request) => {
    const fetched = await answer(request);
    if (!request.url.includes("q=") || fetched.kind !== "page") return fetched;
    if (request.validators?.etag === "1") return { kind: "unchanged" };
    return { ...fetched, page: { ...fetched.page, validators: { etag: "1", lastModified: null } } };
  };
  const wrong = "https://jobs.example/full1";
  site.broken.set(wrong, { kind: "refused", reason: "it answered 400" });
  const walk = new Walk({ ...target, search: { keyword: "go" } }, crawler);
  await walk.sweep("start");
  site.broken.clear();
  now += hour;
  await walk.sweep("schedule");
  expect(found().sort()).toEqual(ids(site));
  now += hour;
  await walk.sweep("schedule");
  expect(state.runs(1)[0]).toMatchObject({ result: "found", counts: { known: 3 } });
});

test.each<Fetched>([
  { kind: "unavailable", cause: "too many requests", reason: "wait", pausedMs: 600_000 },
  { kind: "blocked", cause: "too many requests", reason: "today's budget is spent" },
])("while nothing may be asked ($kind) no posting loses its attempts", async (wait) => {
  const site = new Site();
  site.post(8, "full", () => 1);
  const { crawler, target, found, state } = open(site);
  const answer = site.fetch.bind(site);
  const walk = new Walk(target, crawler);
  site.fetch = (request) => (request.url.includes("q=") ? answer(request) : Promise.resolve(wait));
  for (let round = 0; round < 10; round++) await expect(walk.sweep("start")).rejects.toThrow(Halted);
  site.fetch = answer;
  await walk.sweep("start");
  expect(found().sort()).toEqual(ids(site));
  expect(state.runs(1)[0]?.counts.failed).toBe(0);
});

test("a walk by hand that is called off ends its run, and what it published stays", async () => {
  const site = new Site();
  site.post(5, "full", () => 1);
  const { crawler, target, found, state, stop } = open(site);
  const answer = site.fetch.bind(site);
  site.fetch = async (request) => {
    if (request.url.endsWith("full2")) stop.abort();
    request.signal?.throwIfAborted();
    return answer(request);
  };
  await expect(crawlOnce(target, crawler)).rejects.toThrow("aborted");
  expect(state.runs(1)[0]).toMatchObject({ result: "stopped", counts: { found: found().length } });
});
