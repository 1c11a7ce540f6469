// Owns the proof on real scraping processes and replica sites: what they ask, how fast, and what they say when they may not.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ashbyBoards } from "./replicas/ashby.ts";
import { boardName } from "./replicas/boards.ts";
import { leverBoards } from "./replicas/lever.ts";
import { linkedin } from "./replicas/linkedin.ts";
import { type MadeUp, madeUp } from "./replicas/postings.ts";
import { type LogLine, type Replica, startReplica } from "./replicas/site.ts";
import { workdaySites } from "./replicas/workday.ts";
import { Scraper } from "./scraper.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

function kept<T extends AsyncDisposable>(one: T): T {
  open.push(one);
  return one;
}

/** The most requests that began within any second. */
function busiestSecond(log: readonly LogLine[]): number {
  return Math.max(...log.map(({ at }) => log.filter((one) => one.at >= at && one.at < at + 1_000).length));
}

const found = (scraper: Scraper) =>
  scraper.events().flatMap(({ event, source_id }) => (event === "found" ? [source_id] : []));

/** All of one employer, whose board's name is the first of both. */
function employer(count: number): [string, MadeUp[]] {
  const company = "Brellwick & Sons";
  return [boardName(company), madeUp(count).map((one) => ({ ...one, company }))];
}

async function workday(count: number, robots?: string): Promise<{ replica: Replica; scraper: Scraper }> {
  const [board, postings] = employer(count);
  const replica = kept(await startReplica(workdaySites(postings), robots === undefined ? {} : { robots }));
  const scraper = kept(
    new Scraper(
      { SKILLSTREAM_SOURCES: `workday:${board}.wd3/Careers`, SKILLSTREAM_SITES: `workday=${replica.url}` },
      [replica.host],
    ),
  );
  return { replica, scraper };
}

test("over three kills a site is asked for nothing twice but what was under way, within its rate, and nothing is missed", async () => {
  const { replica, scraper } = await workday(90, "User-agent: *\nDisallow: /private\nCrawl-delay: 0.05\n");
  for (const enough of [15, 40, 70]) {
    await scraper.start();
    await scraper.until(() => found(scraper).length >= enough);
    await scraper.end("SIGKILL");
  }
  await scraper.start();
  await scraper.until(async () => (await scraper.runs())[0]?.result === "found");
  const runs = await scraper.runs();
  await scraper.end("SIGTERM");

  expect(new Set(found(scraper)).size).toBe(90);
  expect(found(scraper).length).toBeLessThanOrEqual(90 + 3);
  const asked = replica.log.map(({ method, path }, index) =>
    // Pages of the list are told apart by their body, which the log does not hold.
    method === "POST" ? `list ${index}` : path,
  );
  expect(asked.length - new Set(asked).size).toBeLessThanOrEqual(3);
  expect(replica.log.filter(({ method }) => method === "POST").length).toBeLessThanOrEqual(5 + 3);
  expect(replica.log.filter(({ path }) => path === "/robots.txt")).toHaveLength(1);
  expect(replica.log.filter(({ path }) => path.startsWith("/private"))).toEqual([]);
  expect(busiestSecond(replica.log)).toBeLessThanOrEqual(21);
  // One run, whatever happened in between.
  expect(runs).toHaveLength(1);
  expect(runs[0]?.counts.found).toBeGreaterThanOrEqual(80);
}, 60_000);

test("a site that asks for a pause gets it, over a kill too, and is asked more slowly afterwards", async () => {
  const { replica, scraper } = await workday(30);
  replica.fault("429", (path) => path.includes("/job/"));
  await scraper.start();
  await replica.asked((path) => path.includes("/job/"));
  await scraper.until(
    async () =>
      ((await scraper.runs())[0]?.errors.length ?? 0) > 0 || replica.log.some(({ status }) => status === 429),
  );
  await scraper.end("SIGKILL");
  const refused = replica.log.findLast(({ status }) => status === 429);
  replica.fault(undefined);
  const before = replica.log.length;
  await scraper.start();
  await scraper.until(() => found(scraper).length >= 5);
  const [next] = replica.log.slice(before);
  // Retry-After said two seconds.
  expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(1_990);
}, 30_000);

test("a site that is blocked is named with its cause, and the others go on", async () => {
  const [board, postings] = employer(12);
  const lever = kept(await startReplica(leverBoards(postings)));
  const ashby = kept(await startReplica(ashbyBoards(postings)));
  const closed = kept(await startReplica(workdaySites(postings), { robots: "User-agent: *\nDisallow: /\n" }));
  lever.fault("captcha");
  const scraper = kept(
    new Scraper(
      {
        SKILLSTREAM_SOURCES: `lever:${board},ashby:${board},workday:${board}.wd3/Careers`,
        SKILLSTREAM_SITES: `lever=${lever.url},ashby=${ashby.url},workday=${closed.url}`,
      },
      [lever.host, ashby.host, closed.host],
    ),
  );
  await scraper.start();
  await scraper.until(
    async () => (await scraper.runs()).filter(({ result }) => result !== "running").length >= 3,
  );
  const health = async (name: string) => (await scraper.source(name)).targets[0];
  expect(await health("lever")).toMatchObject({ health: "blocked", cause: "captcha" });
  expect(await health("workday")).toMatchObject({ health: "blocked", cause: "robots.txt" });
  expect(await health("ashby")).toMatchObject({ health: "ok", cause: null });
  expect(closed.log.map(({ path }) => path)).toEqual(["/robots.txt"]);
  expect(scraper.log).toMatch(/"target":"lever:.*"cause":"captcha"/);
  lever.fault(undefined);
}, 30_000);

const searches = `searches:
  - {source: [linkedin, linkedin-voyager, linkedin-browser], keywords: [engineer], since: 52w, every: 1d}
`;

/** As a person hands it over: the cookies in a file, by the command line. */
function addAccount(
  scraper: Scraper,
  source: string,
  name: string,
  cookies: ReadonlyMap<string, string>,
): void {
  const file = join(scraper.home, "cookies.txt");
  writeFileSync(file, [...cookies].map(([key, value]) => `${key}=${value}`).join("; "));
  execFileSync(
    process.execPath,
    [join(import.meta.dirname, "../cli/main.ts"), "accounts", "add", source, name, "--cookies", file],
    { env: scraper.environment, stdio: "pipe" },
  );
}

test("of three accounts a wrong, a banned and an expired one are named, and other sources go on", async () => {
  const postings = madeUp(80).map((one) => ({ ...one, title: `${one.title} engineer` }));
  const site = linkedin(postings, { now: () => postings[0]?.postedAt.getTime() ?? 0 });
  const replica = kept(await startReplica(site.answer));
  const scraper = kept(
    new Scraper(
      {
        SKILLSTREAM_SOURCES: "linkedin,linkedin-voyager",
        SKILLSTREAM_LOGINS: "linkedin-voyager",
        SKILLSTREAM_SITES: `linkedin=${replica.url},linkedin-voyager=${replica.url}`,
      },
      [replica.host],
      searches,
    ),
  );
  const wrong = new Map([
    ["li_at", "AQEDnobody"],
    ["JSESSIONID", '"ajax:0"'],
  ]);
  addAccount(scraper, "linkedin-voyager", "ada", wrong);
  addAccount(scraper, "linkedin-voyager", "ben", site.session("ben"));
  addAccount(scraper, "linkedin-voyager", "cyd", site.session("cyd"));
  site.banned.add("ben");
  await scraper.start();
  await scraper.until(
    () => replica.log.filter(({ path }) => path.includes("/jobs/jobPostings/")).length >= 5,
  );
  // Its session ends in the middle of the run.
  site.sessions.clear();
  await scraper.until(
    async () => (await scraper.source("linkedin-voyager")).targets[0]?.health === "blocked",
  );
  const source = await scraper.source("linkedin-voyager");
  expect(Object.fromEntries(source.accounts.map(({ account, state }) => [account, state]))).toEqual({
    ada: "wrong cookie",
    ben: "banned account",
    cyd: "expired session",
  });
  expect(source.targets[0]).toMatchObject({ health: "blocked", cause: "expired session" });
  const run = (await scraper.runs()).find(({ source: name }) => name === "linkedin-voyager");
  expect(run).toMatchObject({ result: "blocked", cause: "expired session" });
  expect(run?.reason).toContain("cyd");
  for (const cause of ["does not know what account ada", "banned account ben", "account cyd"]) {
    expect(scraper.log).toContain(cause);
  }
  // No secret stands in the log or in the data folder's plain text.
  expect(scraper.log).not.toMatch(/AQED/);
  // Whoever needs no account goes on.
  await scraper.until(async () => (await scraper.source("linkedin")).targets[0]?.health === "ok");
  expect(new Set(found(scraper)).size).toBe(80);

  // What the operator puts right is noticed by itself.
  addAccount(scraper, "linkedin-voyager", "cyd", site.session("cyd"));
  await scraper.until(async () => (await scraper.source("linkedin-voyager")).targets[0]?.health === "ok");
}, 120_000);

test("a login that is not switched on is not used, and a proxy that is dead is named", async () => {
  const site = linkedin(madeUp(5));
  const replica = kept(await startReplica(site.answer));
  const scraper = kept(
    new Scraper(
      {
        SKILLSTREAM_SOURCES: "linkedin,linkedin-voyager",
        SKILLSTREAM_SITES: `linkedin=${replica.url},linkedin-voyager=${replica.url}`,
        SKILLSTREAM_PROXIES: "http://somebody:secret@127.0.0.1:1",
      },
      [replica.host],
      searches,
    ),
  );
  addAccount(scraper, "linkedin-voyager", "ada", site.session("ada"));
  await scraper.start();
  const causeOf = async (name: string) => (await scraper.source(name)).targets[0]?.cause;
  await scraper.until(
    async () => (await causeOf("linkedin-voyager")) != null && (await causeOf("linkedin")) != null,
  );
  expect(await causeOf("linkedin-voyager")).toBe("switched off");
  expect(await causeOf("linkedin")).toBe("dead proxy");
  expect(scraper.log).toContain("127.0.0.1:1");
  expect(scraper.log).not.toContain("secret");
  expect(replica.log).toEqual([]);
}, 60_000);

test("a browser reads what only scripts show, after a login by its form", async () => {
  const postings = madeUp(12).map((one) => ({ ...one, title: `${one.title} engineer` }));
  const site = linkedin(postings, {
    members: new Map([["ada", "a made-up password"]]),
    now: () => postings[0]?.postedAt.getTime() ?? 0,
  });
  const replica = kept(await startReplica(site.answer));
  const scraper = kept(
    new Scraper(
      {
        SKILLSTREAM_SOURCES: "linkedin-browser",
        SKILLSTREAM_LOGINS: "linkedin-browser",
        SKILLSTREAM_SITES: `linkedin-browser=${replica.url}`,
      },
      [replica.host],
      searches,
    ),
  );
  const file = join(scraper.home, "login.json");
  writeFileSync(file, JSON.stringify({ user: "ada", password: "a made-up password" }));
  execFileSync(
    process.execPath,
    [
      join(import.meta.dirname, "../cli/main.ts"),
      "accounts",
      "add",
      "linkedin-browser",
      "ada",
      "--login",
      file,
    ],
    { env: scraper.environment, stdio: "pipe" },
  );
  await scraper.start();
  await scraper.until(async () => (await scraper.source("linkedin-browser")).targets[0]?.health === "ok");
  expect(new Set(found(scraper)).size).toBe(12);
  expect(new Set(scraper.events().map(({ source }) => source))).toEqual(new Set(["linkedin"]));
}, 120_000);
