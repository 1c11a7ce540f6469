// Owns the proof that the page of sources and runs works in a real browser: what stands in the way is told in
// words, a run opens by key and moves while it is looked at, hostile words stay words, and silence is told.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ClickHouseClient } from "@skillstream/platform/clickhouse.ts";
import { type Page, startBrowser } from "@skillstream/platform/local/browser.ts";
import { createLog } from "@skillstream/platform/log.ts";
import type { RunReport, SourceReport } from "@skillstream/scrape/report.ts";
import { createApp } from "@skillstream/serve/app.ts";
import { bundlePage } from "@skillstream/serve/web/bundle.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const scope = new AsyncDisposableStack();
const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const none = { found: 0, seen: 0, closed: 0, known: 0, failed: 0 };
const blocked = { cause: "wrong cookie", reason: "account second is asked for a login" } as const;

let away = false;
let found = 10;
let page: Page;
const complaints: string[] = [];

const run = (id: number, target: string, more: Partial<RunReport>): RunReport => ({
  id,
  target,
  source: target.split(/[: ]/)[0] ?? "",
  keyword: null,
  location: null,
  trigger: "schedule",
  started_at: minutesAgo(60 - id),
  ended_at: minutesAgo(59 - id),
  result: "found",
  cause: null,
  reason: null,
  missing: null,
  since: null,
  counts: none,
  steps: [],
  errors: [],
  progress: null,
  ...more,
});

const runs = (): RunReport[] => [
  run(3, "greenhouse:acme", {
    result: "running",
    ended_at: null,
    counts: { ...none, found },
    steps: [
      { step: "list", started_at: minutesAgo(2), ended_at: minutesAgo(1), requests: 7, retries: 4, ...none },
    ],
    errors: [{ at: minutesAgo(1), url: "javascript:alert(1)", reason: hostile }],
    progress: { rate: 2.5, waiting: 90, left_s: 36 },
  }),
  run(2, "linkedin remote", { result: "blocked", ...blocked }),
  run(1, "indeed remote", { result: "partial", reason: hostile, missing: 240 }),
];

const target = (name: string, health: SourceReport["targets"][number]["health"], more: object = {}) => ({
  target: name,
  schedule: "1 0 * * *",
  next_run_at: new Date(Date.now() + 7_200_000).toISOString(),
  health,
  cause: null,
  reason: null,
  since: minutesAgo(90),
  open: 12,
  closed: 3,
  last_whole_crawl: null,
  ...more,
});

const source = (name: string, more: Partial<SourceReport>): SourceReport => ({
  source: name,
  about: `What ${name} has.`,
  terms: hostile,
  argument: null,
  synthetic: false,
  searches: false,
  via: "http",
  on: true,
  robots_exempt: false,
  login: "none",
  accounts: [],
  targets: [],
  ...more,
});

const sources = (): SourceReport[] => [
  source("greenhouse", { targets: [target("greenhouse:acme", "ok")] }),
  source("linkedin", {
    robots_exempt: true,
    login: "on",
    targets: [target("linkedin remote", "blocked", blocked)],
    accounts: [
      {
        account: "second",
        state: "wrong cookie",
        warning: "its cookies are 94 days old",
        used_today: 1,
        budget_a_day: 500,
        added_at: minutesAgo(135_360),
      },
    ],
  }),
  source("indeed", { targets: [target("indeed remote", "partial")] }),
  source("lever", { on: false }),
];

beforeAll(async () => {
  const scraper = createServer((request, response) => {
    if (away) return void response.destroy();
    const { pathname, searchParams } = new URL(request.url ?? "", "http://scraper");
    const wanted = searchParams.get("target");
    response.end(
      JSON.stringify(
        pathname === "/sources"
          ? { sources: sources() }
          : { runs: runs().filter((one) => wanted === null || one.target === wanted) },
      ),
    );
  }).listen(0, "127.0.0.1");
  await once(scraper, "listening");
  scope.defer(() => {
    scraper.closeAllConnections();
    scraper.close();
  });
  // The scraper is told of whether ClickHouse answers or not.
  const clickhouse = { query: () => Promise.reject(new Error("away")) } as unknown as ClickHouseClient;
  const app = await createApp({
    clickhouse,
    flow: {
      offsets: async () => [],
      lags: async () => [],
      [Symbol.asyncDispose]: async () => undefined,
    },
    log: createLog("test", "fatal"),
    scrapeUrl: `http://127.0.0.1:${(scraper.address() as AddressInfo).port}`,
    page: await bundlePage(),
  });
  scope.defer(() => app.close());
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const browser = await startBrowser();
  scope.defer(() => browser.close());
  page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  await page.goto(`${url}/runs.html`);
});

afterAll(() => scope.disposeAsync());

const shows = (selector: string, text: string) =>
  page.waitForFunction(
    (at: string, wanted: string) =>
      [...document.querySelectorAll(at)].some((one) => one.textContent?.includes(wanted)),
    {},
    selector,
    text,
  );

describe("the page of sources and runs", () => {
  test("tells what stands in the way in words, what is exempted, and each account's state", async () => {
    await shows(".targets", "Blocked: wrong cookie");
    await shows(".targets", "account second is asked for a login");
    await shows(".targets", "About 240 postings are not shown");
    await shows(".runs", "Blocked: wrong cookie");
    await shows(".sources h3", "robots.txt exempted");
    await shows(".sources h3", "Login on");
    await shows(".accounts", "its cookies are 94 days old");
    await shows("#troubled", "2");
    await shows(".quiet summary", "One source is off");
  });

  test("shows how far a run is, and goes on by itself", async () => {
    await shows(".progress", "10 of 100 known so far · 2.5 a second · about 36 s left");
    found = 40;
    await shows(".progress", "40 of 130 known so far");
  });

  test("opens a run by key, with its steps, retries and errors, and keeps it open", async () => {
    const closed = () => page.$eval(".run", (element) => !(element as HTMLDetailsElement).open);
    expect(await closed()).toBe(true);
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press("Tab");
      if (await page.$eval(".run > summary", (element) => element === document.activeElement)) break;
    }
    await page.keyboard.press("Enter");
    expect(await closed()).toBe(false);
    const cells = await page.$$eval(".run[open] td", (all) => all.slice(0, 2).map((one) => one.textContent));
    expect(cells).toEqual(["7", "4"]);
    found = 41;
    await shows(".progress", "41 of 131");
    expect(await closed()).toBe(false);
  });

  test("shows hostile words as words", async () => {
    await shows(".errors", hostile);
    await shows(".terms", hostile);
    expect(await page.title()).toBe("Sources and runs · Skillstream");
    expect(await page.$$eval("main img, main script, main a", (all) => all.length)).toBe(0);
  });

  test("shows the runs of one target alone, and those of all again", async () => {
    await page.click(".targets button");
    await page.waitForFunction(() => document.querySelectorAll(".runs > li").length === 1);
    await page.click(".targets button");
    await page.waitForFunction(() => document.querySelectorAll(".runs > li").length === 3);
  });

  test("fits a phone without scrolling sideways", async () => {
    await page.setViewport({ width: 360, height: 740 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
    await page.setViewport({ width: 1280, height: 900 });
  });

  test("had nothing to complain of so far", () => {
    expect(complaints).toEqual([]);
  });

  test("says that the scraper does not answer, keeps what was known, and comes back", async () => {
    away = true;
    await shows("[role=alert]", "The scraper does not answer. What is shown is the last that was known");
    await shows(".targets", "Blocked: wrong cookie");
    away = false;
    await shows(".live.on", "Live");
  });
});
