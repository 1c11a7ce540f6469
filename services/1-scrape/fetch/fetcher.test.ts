import type { RequestListener } from "node:http";
import { afterEach, expect, test } from "vitest";
import { createFetcher, type Fetcher, type FetcherOptions } from "./fetcher.ts";
import type { HostMemory, HostRecord } from "./hosts.ts";
import { openSite, type Site } from "./site.fixture.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function site(answer: RequestListener, robots?: RequestListener | string): Promise<Site> {
  const one = await openSite(answer, robots);
  open.push(one);
  return one;
}

function fetcher(hosts: readonly Site[], options: FetcherOptions = {}): Fetcher {
  const one = createFetcher({ allowedAddresses: hosts.map(({ host }) => host), backoffMs: 5, ...options });
  open.push(one);
  return one;
}

const ok: RequestListener = (_, response) => response.end("fine");

test("what robots.txt disallows is never asked for, and the user agent says who asks", async () => {
  const host = await site(ok, "User-agent: skillstream\nDisallow: /private\nCrawl-delay: 0");
  const one = fetcher([host], { contact: "crawler@example.org" });
  expect(await one.fetch({ url: `${host.url}/private/x` })).toMatchObject({ kind: "blocked" });
  expect(await one.fetch({ url: `${host.url}/open` })).toMatchObject({ kind: "page" });
  expect(host.requests.map(({ path }) => path)).toEqual(["/robots.txt", "/open"]);
  expect(host.requests[1]?.headers["user-agent"]).toMatch(/^Skillstream\/.*crawler@example\.org/);
});

test("a redirect is followed only where robots.txt of its target allows", async () => {
  const host = await site((request, response) => {
    if (request.url === "/start") response.writeHead(302, { location: "/private" });
    response.end();
  }, "User-agent: *\nDisallow: /private\nCrawl-delay: 0");
  const one = fetcher([host]);
  expect(await one.fetch({ url: `${host.url}/start` })).toMatchObject({ kind: "blocked" });
  expect(host.requests.map(({ path }) => path)).not.toContain("/private");
});

test("a site without robots.txt is open, and one whose robots.txt fails is closed until it answers", async () => {
  const without = await site(ok, (_, response) => response.writeHead(404).end());
  const failing = await site(ok, (_, response) => response.writeHead(503).end());
  const one = fetcher([without, failing], { defaultDelayMs: 0, attemptsMax: 2 });
  expect(await one.fetch({ url: `${without.url}/x` })).toMatchObject({ kind: "page" });
  expect(await one.fetch({ url: `${failing.url}/x` })).toMatchObject({ kind: "unavailable" });
  expect(failing.requests.every(({ path }) => path === "/robots.txt")).toBe(true);
});

test("requests to a host are never closer than its Crawl-delay, however many are asked for at once", async () => {
  const host = await site(ok, "User-agent: *\nCrawl-delay: 0.02");
  const one = fetcher([host]);
  await Promise.all(Array.from({ length: 20 }, (_, index) => one.fetch({ url: `${host.url}/${index}` })));
  const times = host.requests.slice(1).map(({ at }) => at);
  expect(times).toHaveLength(20);
  // Arrivals jitter by a little; over all of them the rate must hold.
  expect((times.at(-1) as number) - (times[0] as number)).toBeGreaterThanOrEqual(19 * 20 - 10);
});

test("a host that states no delay is asked once per default delay", async () => {
  const host = await site(ok, "User-agent: *\nDisallow:");
  const one = fetcher([host], { defaultDelayMs: 60 });
  await Promise.all([1, 2, 3].map((index) => one.fetch({ url: `${host.url}/${index}` })));
  const times = host.requests.map(({ at }) => at);
  expect((times[3] as number) - (times[1] as number)).toBeGreaterThanOrEqual(110);
});

test("a host that asks for a pause gets it, for all requests", async () => {
  let refusals = 0;
  const host = await site((_, response) => {
    if (refusals++ === 0) response.writeHead(429, { "retry-after": "1" });
    response.end("fine");
  });
  const one = fetcher([host]);
  expect(await one.fetch({ url: `${host.url}/a` })).toMatchObject({ kind: "page" });
  const [, refused, again] = host.requests;
  expect((again?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(990);
});

test("a pause too long to wait for is kept all the same: nothing is asked until it has passed", async () => {
  const host = await site((_, response) => response.writeHead(503, { "retry-after": "3600" }).end());
  const one = fetcher([host]);
  for (const path of ["/a", "/b"]) {
    expect(await one.fetch({ url: host.url + path })).toMatchObject({
      kind: "unavailable",
      reason: expect.stringContaining("pause"),
      pausedMs: expect.closeTo(3_600_000, -4),
    });
  }
  expect(host.requests.map(({ path }) => path)).toEqual(["/robots.txt", "/a"]);
});

test("server errors are tried again a bounded number of times with growing pauses", async () => {
  const host = await site((_, response) => response.writeHead(500).end());
  const one = fetcher([host], { attemptsMax: 3, backoffMs: 40 });
  expect(await one.fetch({ url: `${host.url}/a` })).toMatchObject({ kind: "unavailable" });
  const times = host.requests.filter(({ path }) => path === "/a").map(({ at }) => at);
  expect(times).toHaveLength(3);
  expect((times[2] as number) - (times[1] as number)).toBeGreaterThan(55);
});

test("closed doors and missing pages are told apart and not tried again", async () => {
  const host = await site((request, response) => response.writeHead(Number(request.url?.slice(1))).end());
  const one = fetcher([host]);
  for (const status of [401, 403, 451]) {
    expect(await one.fetch({ url: `${host.url}/${status}` })).toMatchObject({ kind: "blocked" });
  }
  for (const status of [404, 410]) {
    expect(await one.fetch({ url: `${host.url}/${status}` })).toEqual({ kind: "gone", status });
  }
  expect(host.requests).toHaveLength(6);
});

test("validators are sent, and a page that has not changed is unchanged", async () => {
  const host = await site((request, response) => {
    if (request.headers["if-none-match"] === '"v1"') response.writeHead(304);
    else response.setHeader("etag", '"v1"');
    response.end("text");
  });
  const one = fetcher([host]);
  const first = await one.fetch({ url: `${host.url}/a` });
  if (first.kind !== "page") throw new Error(first.kind);
  expect(first.page.validators.etag).toBe('"v1"');
  expect(await one.fetch({ url: `${host.url}/a`, validators: first.page.validators })).toEqual({
    kind: "unchanged",
  });
});

test.each([
  "http://127.0.0.1:1/",
  "http://[::1]:1/",
  "http://[::ffff:127.0.0.1]/",
  "http://169.254.169.254/latest/meta-data",
  "http://2130706433/",
  "http://0x7f.1/",
  "http://localhost:1/",
])("%s is refused without a connection", async (url) => {
  const one = fetcher([], { defaultDelayMs: 0 });
  expect(await one.fetch({ url })).toMatchObject({ kind: "refused" });
});

test("an allowed site cannot send us to this machine or to a metadata service", async () => {
  const secret = await site(ok);
  for (const target of [
    `${secret.url}/x`,
    "http://169.254.169.254/latest",
    `http://localhost:${secret.host.split(":")[1]}/`,
    "file:///etc/passwd",
  ]) {
    const host = await site((_, response) => response.writeHead(302, { location: target }).end());
    const one = fetcher([host]);
    expect(await one.fetch({ url: `${host.url}/go` }), target).toMatchObject({ kind: "refused" });
  }
  expect(secret.requests).toHaveLength(0);
});

test("a circle of redirects ends", async () => {
  const host = await site((_, response) => response.writeHead(302, { location: "/again" }).end());
  const one = fetcher([host], { redirectsMax: 3 });
  expect(await one.fetch({ url: `${host.url}/go` })).toMatchObject({ kind: "refused" });
  expect(host.requests.length).toBeLessThanOrEqual(5);
});

test("a body that is too long is refused, whether it says its length or not", async () => {
  const host = await site((request, response) => {
    if (request.url === "/said") response.setHeader("content-length", 10_000_000);
    const write = () => {
      while (response.write("x".repeat(65_536)));
    };
    response.on("drain", write);
    write();
  });
  const one = fetcher([host], { bodyBytesMax: 100_000 });
  expect(await one.fetch({ url: `${host.url}/said` })).toMatchObject({ kind: "refused" });
  expect(await one.fetch({ url: `${host.url}/unsaid` })).toMatchObject({ kind: "refused" });
});

test("an answer that does not end costs no more than the time limit", async () => {
  const host = await site((request, response) => {
    if (request.url === "/body") response.write("half");
  });
  const one = fetcher([host], { fetchTimeoutMs: 100, attemptsMax: 1 });
  for (const path of ["/silent", "/body"]) {
    expect(await one.fetch({ url: host.url + path })).toMatchObject({ kind: "unavailable" });
  }
});

test("a connection that is cut off is tried again", async () => {
  let cuts = 0;
  const host = await site((request, response) => {
    if (cuts++ === 0) request.socket.destroy();
    else response.end("fine");
  });
  expect(await fetcher([host]).fetch({ url: `${host.url}/a` })).toMatchObject({ kind: "page" });
});

test("an aborted fetch ends at once, also while it waits for its turn", async () => {
  const host = await site(ok, "User-agent: *\nCrawl-delay: 30");
  const one = fetcher([host]);
  const stop = new AbortController();
  const waiting = one.fetch({ url: `${host.url}/a`, signal: stop.signal });
  setTimeout(() => stop.abort(), 30);
  await expect(waiting).rejects.toThrow();
});

test("a site asked on behalf of a source sees no more than its source allows, by the site's own log", async () => {
  let underWay = 0;
  let most = 0;
  const host = await site((_, response) => {
    most = Math.max(most, ++underWay);
    setTimeout(() => {
      underWay--;
      response.end();
    }, 30);
  }, "");
  const one = fetcher([host]);
  const source = { name: "some", delayMs: 20, requestsAtOnceMax: 2, via: "http", login: null } as const;
  await Promise.all(Array.from({ length: 12 }, (_, n) => one.fetch({ url: `${host.url}/${n}`, source })));
  expect(most).toBe(2);
  const times = host.requests.map(({ at }) => at);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(12 * 20 - 10);
});

test("Retry-After as a date is kept too", async () => {
  let refusals = 0;
  const host = await site((_, response) => {
    // A date has whole seconds.
    const after = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000).toUTCString();
    if (refusals++ === 0) response.writeHead(503, { "retry-after": after });
    response.end(String(Date.now()));
  });
  const answer = await fetcher([host]).fetch({ url: `${host.url}/a` });
  expect(answer.kind).toBe("page");
  const [, refused, again] = host.requests;
  expect((again?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(990);
});

test("each attempt that is made again is told, and the last one's reason is the result", async () => {
  const host = await site((_, response) => response.writeHead(429).end());
  const told: string[] = [];
  const fetched = await fetcher([host], { attemptsMax: 3 }).fetch({
    url: `${host.url}/a`,
    onRetry: (reason) => told.push(reason),
  });
  expect(fetched).toEqual({
    kind: "unavailable",
    cause: "too many requests",
    reason: `${host.host} answered 429`,
  });
  expect(told).toEqual(Array(2).fill(`${host.host} answered 429`));
});

test("a site that is slowed down to is asked ever less often while it refuses", async () => {
  const host = await site((_, response) => response.writeHead(429).end());
  await fetcher([host], { attemptsMax: 4, backoffMs: 1 }).fetch({ url: `${host.url}/a` });
  const times = host.requests.slice(1).map(({ at }) => at);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(gaps).toHaveLength(3);
  for (const [index, least] of [100, 200, 400].entries()) expect(gaps[index]).toBeGreaterThan(0.8 * least);
});

test("a restart neither asks for robots.txt again nor forgets a pause nor comes early", async () => {
  const records = new Map<string, HostRecord>();
  const memory: HostMemory = {
    load: (origin) => structuredClone(records.get(origin)),
    save: (origin, record) => void records.set(origin, structuredClone(record)),
  };
  const host = await site((request, response) => {
    if (request.url === "/busy") response.writeHead(429, { "retry-after": "3600" });
    response.end();
  }, "User-agent: *\nCrawl-delay: 0.4");
  for (const path of ["/a", "/b", "/busy", "/c"]) {
    const one = fetcher([host], { memory, attemptsMax: 1 });
    const { kind } = await one.fetch({ url: host.url + path });
    expect(kind, path).toBe(path < "/bu" ? "page" : "unavailable");
  }
  expect(host.requests.map(({ path }) => path)).toEqual(["/robots.txt", "/a", "/b", "/busy"]);
  for (const [index, { at }] of host.requests.entries())
    expect(at - (host.requests[index - 1]?.at ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(350);
});

test("a POST sends its body, is tried again, and becomes a GET where the site says so", async () => {
  let failures = 0;
  const host = await site((request, response) => {
    const status = Number(request.url?.slice(1)) || 200;
    if (request.url === "/fails" && failures++ === 0) response.writeHead(500);
    else if (status !== 200) response.writeHead(status, { location: `/from-${status}` });
    request.resume().on("end", () => response.end());
  });
  const one = fetcher([host], { backoffMs: 1 });
  for (const path of ["/fails", "/301", "/302", "/303", "/307", "/308"])
    expect(await one.fetch({ url: host.url + path, json: '{"page":1}' })).toMatchObject({ kind: "page" });
  expect(host.requests.slice(1).map(({ method, path, body }) => `${method} ${path} ${body}`.trim())).toEqual([
    'POST /fails {"page":1}',
    'POST /fails {"page":1}',
    'POST /301 {"page":1}',
    "GET /from-301",
    'POST /302 {"page":1}',
    "GET /from-302",
    'POST /303 {"page":1}',
    "GET /from-303",
    'POST /307 {"page":1}',
    'POST /from-307 {"page":1}',
    'POST /308 {"page":1}',
    'POST /from-308 {"page":1}',
  ]);
});

test("a circle of redirects is noticed at once, and one that only wants its cookie back is none", async () => {
  const host = await site((request, response) => {
    if (request.url === "/a") response.writeHead(302, { location: "/b" });
    else if (request.url === "/b") response.writeHead(302, { location: "/a" });
    else if (request.headers.cookie !== "seen=yes")
      response.writeHead(302, { location: "/wants", "set-cookie": "seen=yes; Path=/; HttpOnly" });
    response.end();
  });
  const one = fetcher([host]);
  expect(await one.fetch({ url: `${host.url}/a` })).toEqual({
    kind: "refused",
    reason: `${host.url}/a redirects in a circle`,
  });
  expect(await one.fetch({ url: `${host.url}/wants` })).toMatchObject({ kind: "page" });
  expect(host.requests.map(({ path }) => path)).toEqual(["/robots.txt", "/a", "/b", "/wants", "/wants"]);
});

test("cookies go back to the site that set them, to no other, and not into the next fetch", async () => {
  const other = await site(ok);
  const host = await site((request, response) => {
    const location = request.url === "/start" ? "/next" : `${other.url}/there`;
    response.writeHead(302, { location, "set-cookie": [`own=${request.url}`, "x=1; Max-Age=0"] }).end();
  });
  const one = fetcher([host, other]);
  await one.fetch({ url: `${host.url}/start` });
  await one.fetch({ url: `${host.url}/start` });
  expect(host.requests.map(({ headers }) => headers.cookie)).toEqual([
    undefined,
    undefined,
    "own=/start",
    undefined,
    "own=/start",
  ]);
  expect(other.requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined, undefined]);
});

test("what stands before a page is told by the words on it", async () => {
  const words: Record<string, [number, string]> = {
    "/captcha": [403, "<p>Please solve the CAPTCHA</p>"],
    "/login": [999, "<script>window.location='/authwall?x'</script>"],
    "/script": [403, "Enable JavaScript and cookies to continue"],
    "/plain": [403, "nothing to see"],
    "/who": [401, "too many requests"],
  };
  const host = await site((request, response) => {
    const [status, text] = words[request.url ?? ""] ?? [200, ""];
    response.writeHead(status, { "content-type": "text/html" }).end(text);
  });
  const one = fetcher([host]);
  const causes = [];
  for (const path of Object.keys(words)) {
    const fetched = await one.fetch({ url: host.url + path });
    expect(fetched).toMatchObject({ kind: "blocked", reason: expect.stringMatching(/ answered \d{3}/) });
    causes.push(fetched.kind === "blocked" && fetched.cause);
  }
  expect(causes).toEqual(["captcha", "login", "JavaScript", "forbidden", "forbidden"]);
});

test("robots.txt may stand elsewhere, and of a huge one the whole lines of its start count", async () => {
  const elsewhere = await site(ok, "User-agent: *\nDisallow: /moved\nCrawl-delay: 0.005");
  const moved = await site(ok, (_, response) =>
    response.writeHead(301, { location: `${elsewhere.url}/robots.txt` }).end(),
  );
  const start = "User-agent: *\nCrawl-delay: 0.005\nDisallow: /early\n";
  const filler = `# ${"x".repeat(97)}\n`.repeat(5200);
  // The limit falls into the middle of this line, which would close everything.
  const across = `Disallow: /${"long/".repeat(100)}\n`;
  const huge = await site(ok, `${start}${filler.slice(0, 512_000 - start.length - 12)}\n${across}${filler}`);
  const one = fetcher([elsewhere, moved, huge]);
  expect(await one.fetch({ url: `${moved.url}/moved/x` })).toMatchObject({ cause: "robots.txt" });
  expect(await one.fetch({ url: `${moved.url}/x` })).toMatchObject({ kind: "page" });
  expect(await one.fetch({ url: `${huge.url}/early` })).toMatchObject({ cause: "robots.txt" });
  expect(await one.fetch({ url: `${huge.url}/x` })).toMatchObject({ kind: "page" });
});

test("only a source that is exempt by name leaves robots.txt unread, and only on its own site", async () => {
  const closed = "User-agent: *\nDisallow: /\nCrawl-delay: 0.005";
  const other = await site(ok, closed);
  const host = await site((request, response) => {
    if (request.url === "/away") response.writeHead(302, { location: `${other.url}/x` });
    response.end();
  }, closed);
  const one = fetcher([host, other], { robotsExempt: ["board"] });
  const from = (name: string) =>
    ({ name, delayMs: 100, requestsAtOnceMax: 1, via: "http", login: null }) as const;
  expect(await one.fetch({ url: `${host.url}/x`, source: from("board") })).toMatchObject({ kind: "page" });
  expect(await one.fetch({ url: `${host.url}/y`, source: from("board") })).toMatchObject({ kind: "page" });
  const [first, second] = host.requests;
  expect(host.requests.map(({ path }) => path)).toEqual(["/x", "/y"]);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(80);
  expect(await one.fetch({ url: `${host.url}/away`, source: from("board") })).toMatchObject({
    cause: "robots.txt",
  });
  expect(await one.fetch({ url: `${host.url}/x`, source: from("board-2") })).toMatchObject({
    cause: "robots.txt",
  });
  expect(await one.fetch({ url: `${host.url}/x` })).toMatchObject({ cause: "robots.txt" });
  expect(other.requests.map(({ path }) => path)).toEqual(["/robots.txt"]);
});

test("a redirect to a name that stands for a private address is refused", async () => {
  const host = await site((_, response) =>
    response.writeHead(302, { location: "http://inside.test/" }).end(),
  );
  const one = fetcher([host], { lookup: async () => [{ address: "169.254.169.254", family: 4 }] });
  expect(await one.fetch({ url: `${host.url}/go` })).toEqual({
    kind: "refused",
    reason:
      "inside.test stands for 169.254.169.254, which is not a public address; " +
      "name inside.test:80 in SKILLSTREAM_ALLOWED_ADDRESSES if it is yours",
  });
});

test("a password in an address is not sent, and an endless address not asked for", async () => {
  const host = await site(ok);
  const one = fetcher([host]);
  expect(await one.fetch({ url: `http://me:secret@${host.host}/x#part` })).toMatchObject({
    page: { url: `${host.url}/x` },
  });
  expect(host.requests.at(-1)?.headers.authorization).toBeUndefined();
  expect(await one.fetch({ url: `${host.url}/${"x".repeat(9_000)}` })).toMatchObject({ kind: "refused" });
  expect(await one.fetch({ url: "no address" })).toMatchObject({ kind: "refused" });
});
