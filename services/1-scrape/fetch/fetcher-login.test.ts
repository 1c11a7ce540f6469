import type { RequestListener } from "node:http";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Login, Reply } from "../source.ts";
import type { Account, Accounts } from "./accounts.ts";
import type { Browsing } from "./browser.ts";
import { createFetcher, type Fetcher, type FetcherOptions, type FetchRequest } from "./fetcher.ts";
import { openHttpProxy } from "./proxy.fixture.ts";
import { makeCertificate, openSite, type Site, trust } from "./site.fixture.ts";

const certificate = makeCertificate();
beforeAll(() => trust(certificate));

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});
const kept = <T extends AsyncDisposable>(one: T): T => {
  open.push(one);
  return one;
};

const quick = "User-agent: *\nCrawl-delay: 0\nDisallow: /login";
const site = async (answer: RequestListener, robots: string | RequestListener = quick, secure = false) =>
  kept(await openSite(answer, robots, secure ? certificate : undefined));

const login: Login = {
  cookies: ["session"],
  headers: (cookies) => ({ "csrf-token": cookies.get("csrf") ?? "" }),
  trouble({ status, url, text }) {
    if (text.includes("account restricted")) return "banned account";
    return status === 401 || url.includes("/login") ? "not logged in" : undefined;
  },
  form: null,
};
const source = { name: "board", delayMs: 0, requestsAtOnceMax: 4, via: "http", login } as const;

/** Takes its accounts in turn, and retires those that are in trouble. */
class FakeAccounts implements Accounts {
  readonly judged: (Reply & { account: string; setCookies: readonly string[] })[] = [];
  #active: string[];

  constructor(names: readonly string[]) {
    this.#active = [...names];
  }

  take(): ReturnType<Accounts["take"]> {
    const name = this.#active.shift();
    if (name === undefined) return { cause: "expired session", reason: "all three have expired" };
    this.#active.push(name);
    return {
      name,
      cookies: new Map([
        ["session", name],
        ["csrf", `token-of-${name}`],
      ]),
    };
  }

  judge(_: unknown, account: Account, reply: Reply, setCookies: readonly string[]) {
    this.judged.push({ ...reply, account: account.name, setCookies });
    const trouble = login.trouble(reply);
    if (trouble === undefined) return undefined;
    this.#active = this.#active.filter((name) => name !== account.name);
    const cause = trouble === "banned account" ? trouble : ("expired session" as const);
    return { cause, reason: `${account.name}: ${cause}` };
  }

  report() {
    return [];
  }

  [Symbol.dispose]() {}
}

function fetcher(sites: readonly Site[], options: FetcherOptions = {}): Fetcher {
  const allowedAddresses = sites.map(({ host }) => host);
  return kept(createFetcher({ allowedAddresses, logins: ["board"], backoffMs: 1, ...options }));
}

const sessionOf = (cookie: string | undefined) => /session=(\w+)/.exec(cookie ?? "")?.[1];

test("a source that logs in does nothing until the operator names it", async () => {
  const host = await site((_, response) => response.end());
  const accounts = new FakeAccounts(["ann"]);
  const one = fetcher([host], { accounts, logins: ["another"] });
  expect(await one.fetch({ url: host.url, source })).toEqual({
    kind: "blocked",
    cause: "switched off",
    reason: "board logs in, which is off until SKILLSTREAM_LOGINS names it",
  });
  expect(host.requests).toEqual([]);
});

test("three accounts take turns, each with its cookies and headers; robots.txt is read with neither", async () => {
  const host = await site((_, response) => response.end("well"));
  const one = fetcher([host], { accounts: new FakeAccounts(["ann", "bob", "cid"]) });
  for (let count = 0; count < 6; count++)
    expect(await one.fetch({ url: `${host.url}/${count}`, source })).toMatchObject({ kind: "page" });
  expect(host.requests.map(({ headers }) => headers.cookie)).toEqual([
    undefined,
    ...["ann", "bob", "cid", "ann", "bob", "cid"].map((name) => `session=${name}; csrf=token-of-${name}`),
  ]);
  expect(host.requests.map(({ headers }) => headers["csrf-token"]).slice(0, 3)).toEqual([
    undefined,
    "token-of-ann",
    "token-of-bob",
  ]);
});

test("where an account is in trouble the next one is asked, each once, and then the trouble is named", async () => {
  const host = await site((request, response) => {
    const who = sessionOf(request.headers.cookie);
    if (who === "ann") response.writeHead(401);
    if (who === "bob") response.writeHead(302, { location: "/login?next=x" });
    response.end(who === "cid" && request.url === "/banned" ? "Your account restricted" : "well");
  });
  const accounts = new FakeAccounts(["ann", "bob", "cid"]);
  const one = fetcher([host], { accounts });
  const told: string[] = [];
  const onRetry = (reason: string) => told.push(reason);
  expect(await one.fetch({ url: `${host.url}/x`, source, onRetry })).toMatchObject({ kind: "page" });
  expect(told).toEqual(["ann: expired session", "bob: expired session"]);
  expect(await one.fetch({ url: `${host.url}/banned`, source })).toEqual({
    kind: "blocked",
    cause: "banned account",
    reason: "cid: banned account",
  });
  // The login page is closed to crawlers; being sent there is enough.
  expect(host.requests.map(({ path }) => path)).toEqual(["/robots.txt", "/x", "/x", "/x", "/banned"]);
  expect(accounts.judged[1]).toMatchObject({ status: 302, url: `${host.url}/login?next=x`, account: "bob" });
  expect(await one.fetch({ url: `${host.url}/y`, source })).toMatchObject({
    cause: "expired session",
    reason: "all three have expired",
  });
});

test("an account that does not retire is still asked only once a fetch", async () => {
  const host = await site((_, response) => response.writeHead(401).end());
  const accounts = new FakeAccounts(["ann", "bob"]);
  const names = ["ann", "bob", "ann", "bob"];
  accounts.take = () => ({ name: names.shift() ?? "ann", cookies: new Map([["session", "x"]]) });
  const fetched = await fetcher([host], { accounts }).fetch({ url: `${host.url}/x`, source });
  expect(fetched).toMatchObject({ kind: "blocked", cause: "expired session" });
  expect(host.requests.map(({ path }) => path)).toEqual(["/robots.txt", "/x", "/x"]);
});

test("a source that is switched on without an account says so", async () => {
  const host = await site((_, response) => response.end());
  const fetched = await fetcher([host]).fetch({ url: `${host.url}/x`, source });
  expect(fetched).toMatchObject({ kind: "blocked", cause: "no account" });
  expect(host.requests.map(({ path }) => path)).toEqual(["/robots.txt"]);
});

test("too many requests and a site that is away are not put down to the account", async () => {
  const host = await site((request, response) =>
    response.writeHead(Number(request.url?.slice(1))).end("account restricted"),
  );
  const accounts = new FakeAccounts(["ann"]);
  const one = fetcher([host], { accounts, attemptsMax: 1 });
  for (const status of [429, 500, 503])
    expect(await one.fetch({ url: `${host.url}/${status}`, source })).toMatchObject({ kind: "unavailable" });
  expect(accounts.judged).toEqual([]);
});

test("a login's cookies and headers reach no other host, and what the site sets goes to the account", async () => {
  const other = await site((_, response) => response.setHeader("set-cookie", "session=stolen").end("there"));
  const host = await site((request, response) => {
    if (request.url === "/start")
      response.writeHead(302, { location: "/next", "set-cookie": "csrf=fresh; Domain=127.0.0.1" });
    else if (request.url === "/next") response.setHeader("set-cookie", "session=renewed");
    else response.writeHead(302, { location: `${other.url}/x`, "set-cookie": "session=left" });
    response.end();
  });
  const accounts = new FakeAccounts(["ann"]);
  const one = fetcher([host, other], { accounts });
  expect(await one.fetch({ url: `${host.url}/start`, source })).toMatchObject({ kind: "page" });
  expect(host.requests.at(-1)?.headers).toMatchObject({
    cookie: "session=ann; csrf=fresh",
    "csrf-token": "fresh",
  });
  expect(accounts.judged[0]?.setCookies).toEqual(["csrf=fresh; Domain=127.0.0.1", "session=renewed"]);
  expect(await one.fetch({ url: `${host.url}/away`, source })).toMatchObject({ kind: "page" });
  for (const { headers } of other.requests) {
    expect(headers.cookie).toBeUndefined();
    expect(headers["csrf-token"]).toBeUndefined();
  }
  expect(accounts.judged[1]?.setCookies).toEqual([]);
});

test("a session is not followed from https to http, which guests may do", async () => {
  const plain = await site((_, response) => response.end("open"));
  const secure = await site(
    (_, response) => response.writeHead(302, { location: `${plain.url}/x` }).end(),
    quick,
    true,
  );
  const one = fetcher([plain, secure], { accounts: new FakeAccounts(["ann"]) });
  expect(await one.fetch({ url: `${secure.url}/x`, source })).toEqual({
    kind: "refused",
    reason: `${secure.host} sends a login's session on without encryption`,
  });
  expect(plain.requests).toEqual([]);
  expect(await one.fetch({ url: `${secure.url}/x` })).toMatchObject({ kind: "page" });
});

test("an account leaves by one and the same proxy, whatever lane its worker has", async () => {
  const host = await site((_, response) => response.end());
  const proxies = [kept(await openHttpProxy()), kept(await openHttpProxy()), kept(await openHttpProxy())];
  const one = fetcher([host], {
    accounts: new FakeAccounts(["ann", "bob"]),
    proxies: proxies.map(({ port }) => `http://127.0.0.1:${port}`),
  });
  for (let lane = 0; lane < 8; lane++)
    await one.fetch({ url: `${host.url}/of-${lane % 2 === 0 ? "ann" : "bob"}`, source, lane });
  const carried = proxies.map(({ log }) => new Set(log.flatMap((line) => /of-(\w+)/.exec(line)?.[1] ?? [])));
  expect(carried.reduce((sum, one) => sum + one.size, 0)).toBe(2);
});

function browsing(answer: (url: string) => { status?: number; text?: string; url?: string }) {
  const asked: { url: string; account: string | undefined; at: number }[] = [];
  const browser: Browsing = {
    async fetch({ url, account }) {
      asked.push({ url, account: account?.name, at: performance.now() });
      const { status = 200, text = "rendered", url: at = url } = answer(url);
      return { status, headers: { "content-type": "text/html" }, body: Buffer.from(text), url: at };
    },
    async [Symbol.asyncDispose]() {},
  };
  return { browser, asked };
}

const shown = { ...source, via: "browser", login: null } as const;

test("a source that wants the browser says so where there is none", async () => {
  const host = await site((_, response) => response.end());
  const fetched = await fetcher([host]).fetch({ url: host.url, source: shown });
  expect(fetched).toMatchObject({ kind: "blocked", cause: "switched off" });
  expect(host.requests).toEqual([]);
});

test("the browser goes by robots.txt, pace, addresses and accounts like all else", async () => {
  const host = await site(() => undefined, "User-agent: *\nDisallow: /private\nCrawl-delay: 0.1");
  const { browser, asked } = browsing((url) => {
    if (url.endsWith("/moved")) return { url: `${host.url}/private/x` };
    if (url.endsWith("/trouble")) return { url: `${host.url}/login` };
    return {};
  });
  const one = fetcher([host], {
    browser,
    accounts: new FakeAccounts(["ann", "bob"]),
    robotsExempt: ["exempt"],
  });
  const ask = (path: string, more: Partial<FetchRequest> = {}) =>
    one.fetch({ url: host.url + path, source: shown, ...more });
  expect(await ask("/a")).toMatchObject({ kind: "page", page: { url: `${host.url}/a` } });
  expect(await ask("/private/a")).toMatchObject({ cause: "robots.txt" });
  expect(await ask("/moved")).toMatchObject({ cause: "robots.txt" });
  expect(await ask("/a", { json: "{}" })).toMatchObject({ kind: "refused" });
  expect(await ask("/trouble", { source: { ...shown, login } })).toMatchObject({ cause: "expired session" });
  expect(await one.fetch({ url: "http://169.254.169.254/", source: shown })).toMatchObject({
    kind: "refused",
  });
  const inside = { url: "http://169.254.169.254/", source: { ...shown, name: "exempt" } };
  expect(await one.fetch(inside)).toMatchObject({ kind: "refused" });
  expect(asked.map(({ url, account }) => [new URL(url).pathname, account])).toEqual([
    ["/a", undefined],
    ["/moved", undefined],
    ["/trouble", "ann"],
    ["/trouble", "bob"],
  ]);
  expect(host.requests.map(({ path }) => path)).toEqual(["/robots.txt"]);
  expect((asked[3]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThan(250);
});

test("a page that the browser cannot get is tried again, and a refusal slows it down too", async () => {
  const host = await site(() => undefined, "User-agent: *\nCrawl-delay: 0");
  const statuses = [503, 429, 200];
  const { browser, asked } = browsing(() => ({ status: statuses.shift() ?? 500 }));
  const fetched = await fetcher([host], { browser }).fetch({ url: `${host.url}/x`, source: shown });
  expect(fetched).toMatchObject({ kind: "page" });
  expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThan(75);
  expect((asked[2]?.at ?? 0) - (asked[1]?.at ?? 0)).toBeGreaterThan(150);
});
