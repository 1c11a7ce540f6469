import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { createFetcher, type Fetcher, type FetcherOptions } from "./fetcher.ts";

interface Host extends AsyncDisposable {
  url: string;
  host: string;
  requests: { path: string; at: number; headers: IncomingMessage["headers"] }[];
}

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** A site of a test; robots.txt asks for 5 ms between requests where the test has none of its own. */
async function site(
  answer: RequestListener,
  robots: RequestListener | string = "User-agent: *\nCrawl-delay: 0.005",
): Promise<Host> {
  const requests: Host["requests"] = [];
  const server: Server = createServer((request: IncomingMessage, response: ServerResponse) => {
    requests.push({ path: request.url ?? "", at: performance.now(), headers: request.headers });
    if (request.url !== "/robots.txt") answer(request, response);
    else if (typeof robots === "string") response.end(robots);
    else robots(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const one: Host = {
    url: `http://${host}`,
    host,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  open.push(one);
  return one;
}

function fetcher(hosts: Host[], options: FetcherOptions = {}): Fetcher {
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

test.each([
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
  ["zstd", zstdCompressSync],
] as const)("a %s body is unpacked, and a bomb of it is stopped at the limit", async (coding, compress) => {
  const bomb = compress(Buffer.alloc(64 * 1024 * 1024));
  const host = await site((request, response) => {
    response.setHeader("content-encoding", coding);
    response.end(request.url === "/bomb" ? bomb : compress(Buffer.from("unpacked")));
  });
  const one = fetcher([host], { bodyBytesMax: 1024 * 1024 });
  const page = await one.fetch({ url: `${host.url}/a` });
  expect(page.kind === "page" && page.page.body.toString()).toBe("unpacked");
  const before = process.memoryUsage().rss;
  expect(await one.fetch({ url: `${host.url}/bomb` })).toMatchObject({ kind: "refused" });
  expect(process.memoryUsage().rss - before).toBeLessThan(40 * 1024 * 1024);
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
