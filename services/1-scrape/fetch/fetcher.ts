// Owns every request that leaves for a site. Promises: robots.txt is read before anything else and obeyed; a
// host is asked no faster than its Crawl-delay says, or once a second where it says nothing; a site that asks
// for a pause gets it; no answer can cost more time, bytes or redirects than the limits below; and a
// connection goes to the very address that was checked. Refuses addresses that are not public, unless named.

import { lookup as resolveName } from "node:dns/promises";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { messageOf } from "@skillstream/platform/errors.ts";
import { firstOf, pause } from "@skillstream/platform/signals.ts";
import type { Cause, Source } from "../source.ts";
import type { Accounts } from "./accounts.ts";
import { isPublicAddress } from "./addresses.ts";
import type { Browsing } from "./browser.ts";
import type { HostMemory } from "./hosts.ts";
import { allowAll, allowNothing, parseRobots, type Robots } from "./robots.ts";

export interface FetcherOptions {
  /** How whoever runs this can be reached: an address or a page, sent with each request. */
  contact?: string;
  /** host:port pairs that may be fetched though their address is not public. */
  allowedAddresses?: readonly string[];
  /** Pause between two requests to a host that states none. */
  defaultDelayMs?: number;
  /** From the first byte sent to the last received, redirects apart. */
  fetchTimeoutMs?: number;
  /** After decompression. */
  bodyBytesMax?: number;
  redirectsMax?: number;
  /** Requests under way to one host at once. */
  hostConcurrencyMax?: number;
  attemptsMax?: number;
  /** First pause after a failed attempt; each further one is twice as long. */
  backoffMs?: number;
  /** A site that asks for a longer pause gets it too, but nobody waits for it inside a fetch. */
  waitMaxMs?: number;
  robotsAgeMaxMs?: number;
  /** Sources whose sites' robots.txt is not asked. */
  robotsExempt?: readonly string[];
  /** Sources that may log in. */
  logins?: readonly string[];
  /** What requests leave by, in turn; directly where there are none. */
  proxies?: readonly string[];
  memory?: HostMemory;
  accounts?: Accounts;
  browser?: Browsing;
}

const defaults = {
  defaultDelayMs: 1_000,
  fetchTimeoutMs: 30_000,
  bodyBytesMax: 32 * 1024 * 1024,
  redirectsMax: 5,
  hostConcurrencyMax: 16,
  attemptsMax: 4,
  backoffMs: 1_000,
  waitMaxMs: 120_000,
  // A day, as RFC 9309 asks.
  robotsAgeMaxMs: 24 * 60 * 60 * 1000,
};

/** A robots.txt that could not be had is asked for again after this. */
const robotsRetryMs = 60_000;
/** A site's Crawl-delay above this is honoured no further: the source is better not crawled at all. */
const crawlDelayMaxMs = 60_000;
/** What a timer may be late; it is made up for, so that the stated rate is reached and never passed. */
const timerGrainMs = 2;
/** Hosts whose state is kept; the ones longest unused are forgotten. */
const hostsMax = 10_000;

const productToken = "skillstream";

export interface Validators {
  etag: string | null;
  lastModified: string | null;
}

export interface Page {
  /** Where it was found, after redirects. */
  url: string;
  /** The Content-Type header as received. */
  mediaType: string;
  /** After transfer decoding. */
  body: Buffer;
  validators: Validators;
}

export type Fetched =
  | { kind: "page"; page: Page }
  /** The validators still hold. */
  | { kind: "unchanged" }
  /** The site says that it is not there (any more). */
  | { kind: "gone"; status: number }
  /** The site does not want us to have it. */
  | { kind: "blocked"; cause: Cause; reason: string }
  /** We do not want to have it: an address, a size, a redirect that we refuse. */
  | { kind: "refused"; reason: string }
  /** Neither: try again later. */
  | { kind: "unavailable"; cause?: Cause | undefined; reason: string };

export interface FetchRequest {
  url: string;
  /** The body of a POST. */
  json?: string | undefined;
  /** On whose behalf: its pace, its way and its login. */
  source?: Pick<Source, "name" | "delayMs" | "requestsAtOnceMax" | "via" | "login"> | undefined;
  /** Told of every attempt that failed and is made again. */
  onRetry?: ((reason: string) => void) | undefined;
  validators?: Validators | undefined;
  accept?: string;
  signal?: AbortSignal | undefined;
}

export interface Fetcher extends AsyncDisposable {
  readonly userAgent: string;
  fetch(request: FetchRequest): Promise<Fetched>;
}

/** No site's pause is kept for longer. */
const pauseMaxMs = 24 * 60 * 60 * 1000;

/** The site asked for a pause that has not passed. */
class Paused extends Error {}

/** We refuse to go there or to take that much. */
class Refused extends Error {}

interface Host {
  robots: Promise<Robots> | undefined;
  robotsUntil: number;
  delayMs: number;
  /** When the last request's turn was. */
  turn: number;
  /** No request before this, because the site asked for a pause. */
  pausedUntil: number;
  active: number;
  waiting: (() => void)[];
}

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export function createFetcher(options: FetcherOptions = {}): Fetcher {
  const limits = { ...defaults, ...options };
  const allowed = new Set(options.allowedAddresses ?? []);
  const userAgent = `Skillstream/0.1 (job postings crawler${options.contact ? `; ${options.contact}` : ""})`;
  const agents = {
    "http:": new HttpAgent({
      keepAlive: true,
      maxSockets: limits.hostConcurrencyMax,
      timeout: limits.fetchTimeoutMs,
    }),
    "https:": new HttpsAgent({
      keepAlive: true,
      maxSockets: limits.hostConcurrencyMax,
      timeout: limits.fetchTimeoutMs,
    }),
  };
  const hosts = new Map<string, Host>();

  function hostOf(url: URL): Host {
    let host = hosts.get(url.origin);
    if (host === undefined) {
      if (hosts.size >= hostsMax) {
        for (const [origin, one] of hosts) {
          if (one.active === 0 && one.waiting.length === 0) {
            hosts.delete(origin);
            break;
          }
        }
      }
      host = {
        robots: undefined,
        robotsUntil: 0,
        delayMs: limits.defaultDelayMs,
        turn: -Infinity,
        pausedUntil: 0,
        active: 0,
        waiting: [],
      };
    } else {
      hosts.delete(url.origin);
    }
    hosts.set(url.origin, host);
    return host;
  }

  /** Waits for this host's next turn; turns are a delay apart, whatever order requests come in. */
  async function takeTurn(host: Host, signal: AbortSignal | undefined): Promise<void> {
    while (host.active >= limits.hostConcurrencyMax) {
      await new Promise<void>((resolve) => host.waiting.push(resolve));
    }
    host.active++;
    try {
      for (;;) {
        const now = performance.now();
        const due = Math.max(host.turn + host.delayMs, host.pausedUntil);
        if (host.pausedUntil - now > limits.waitMaxMs) {
          throw new Paused(
            `the site asked for a pause of ${Math.ceil((host.pausedUntil - now) / 1000)} s more`,
          );
        }
        if (due <= now) {
          host.turn = Math.max(due, now - timerGrainMs);
          return;
        }
        await pause(due - now, signal);
        signal?.throwIfAborted();
      }
    } catch (error) {
      release(host);
      throw error;
    }
  }

  function release(host: Host): void {
    host.active--;
    host.waiting.shift()?.();
  }

  /** The address is checked where it is resolved, and the connection made to that very address. */
  const checkedLookup =
    (port: string): LookupFunction =>
    (hostname, lookupOptions, callback) => {
      resolveName(hostname, { all: true }).then(
        (found) => {
          const wrong = found.find(({ address }) => !isPublicAddress(address));
          if (
            wrong !== undefined &&
            !allowed.has(`${hostname}:${port}`) &&
            !allowed.has(`${wrong.address}:${port}`)
          ) {
            callback(
              new Refused(`${hostname} stands for ${wrong.address}, which is not a public address`),
              "",
              0,
            );
          } else if (lookupOptions.all) {
            callback(null, found);
          } else {
            callback(null, found[0]?.address ?? "", found[0]?.family ?? 0);
          }
        },
        (error: NodeJS.ErrnoException) => callback(error, "", 0),
      );
    };

  async function exchange(
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const port = url.port || (url.protocol === "https:" ? "443" : "80");
    const literal = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && !isPublicAddress(literal) && !allowed.has(`${literal}:${port}`)) {
      throw new Refused(
        `${url.host} is not a public address; name ${literal}:${port} in SKILLSTREAM_ALLOWED_ADDRESSES to allow it`,
      );
    }
    const timeout = AbortSignal.timeout(limits.fetchTimeoutMs);
    using ends = firstOf(timeout, ...(signal === undefined ? [] : [signal]));
    return await new Promise<Answer>((resolve, reject) => {
      const send = url.protocol === "https:" ? httpsRequest : httpRequest;
      const request = send(
        url,
        {
          agent: agents[url.protocol as keyof typeof agents],
          lookup: checkedLookup(port),
          signal: ends.signal,
          headers: {
            "user-agent": userAgent,
            "accept-encoding": "gzip, deflate, br, zstd",
            ...headers,
          },
        },
        (response) => {
          readBody(response, limits.bodyBytesMax).then(
            (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
            (error: unknown) => {
              response.destroy();
              reject(error);
            },
          );
        },
      );
      request.on("error", (error) => {
        reject(
          timeout.aborted
            ? new Error(`no whole answer within ${limits.fetchTimeoutMs} ms`, { cause: error })
            : error,
        );
      });
      request.end();
    });
  }

  async function polite(url: URL, headers: Record<string, string>, signal?: AbortSignal): Promise<Answer> {
    const host = hostOf(url);
    await takeTurn(host, signal);
    try {
      const answer = await exchange(url, headers, signal);
      const pauseMs = retryAfterMs(answer);
      if (pauseMs !== undefined) {
        host.pausedUntil = Math.max(host.pausedUntil, performance.now() + Math.min(pauseMs, pauseMaxMs));
      }
      return answer;
    } finally {
      release(host);
    }
  }

  async function readRobots(url: URL, signal: AbortSignal | undefined): Promise<Robots> {
    let at = new URL("/robots.txt", url);
    for (let hops = 0; hops <= limits.redirectsMax; hops++) {
      const answer = await polite(at, { accept: "text/plain, */*" }, signal);
      const location = redirect(answer, at);
      if (location !== undefined) {
        at = location;
        continue;
      }
      if (answer.status >= 500 || answer.status === 429) return allowNothing;
      if (answer.status >= 400) return allowAll;
      return parseRobots(answer.body.toString("utf8"), productToken);
    }
    return allowAll;
  }

  async function robotsOf(url: URL, signal: AbortSignal | undefined): Promise<Robots> {
    const host = hostOf(url);
    if (host.robots === undefined || performance.now() > host.robotsUntil) {
      const reading = readRobots(url, signal);
      host.robots = reading;
      host.robotsUntil = performance.now() + limits.robotsAgeMaxMs;
      try {
        const robots = await reading;
        host.delayMs = Math.min(robots.crawlDelayMs ?? limits.defaultDelayMs, crawlDelayMaxMs);
        if (robots === allowNothing) host.robotsUntil = performance.now() + robotsRetryMs;
      } catch (error) {
        host.robots = undefined;
        throw error;
      }
    }
    return host.robots;
  }

  async function attempt({ url: start, validators, accept, signal }: FetchRequest): Promise<Fetched> {
    let url = new URL(start);
    const headers: Record<string, string> = {
      accept: accept ?? "text/html, application/json;q=0.9, */*;q=0.5",
    };
    if (validators?.etag) headers["if-none-match"] = validators.etag;
    if (validators?.lastModified) headers["if-modified-since"] = validators.lastModified;
    for (let hops = 0; hops <= limits.redirectsMax; hops++) {
      if (url.protocol !== "http:" && url.protocol !== "https:") {
        return { kind: "refused", reason: `${url.protocol} is not a web address` };
      }
      const robots = await robotsOf(url, signal);
      if (robots === allowNothing) {
        return {
          kind: "unavailable",
          reason: `robots.txt of ${url.host} cannot be had, so nothing may be fetched`,
        };
      }
      if (!robots.allows(url.pathname + url.search)) {
        return {
          kind: "blocked",
          cause: "robots.txt",
          reason: `robots.txt of ${url.host} disallows ${url.pathname}`,
        };
      }
      const answer = await polite(url, headers, signal);
      const location = redirect(answer, url);
      if (location !== undefined) {
        url = location;
        continue;
      }
      return judge(answer, url);
    }
    return { kind: "refused", reason: `${start} redirects more than ${limits.redirectsMax} times` };
  }

  function judge(answer: Answer, url: URL): Fetched {
    const { status, headers, body } = answer;
    if (status === 200) {
      return {
        kind: "page",
        page: {
          url: url.href,
          mediaType: headers["content-type"] ?? "",
          body,
          validators: { etag: headers.etag ?? null, lastModified: headers["last-modified"] ?? null },
        },
      };
    }
    if (status === 304) return { kind: "unchanged" };
    if (status === 404 || status === 410) return { kind: "gone", status };
    if (status === 429 || status >= 500)
      return { kind: "unavailable", reason: `${url.host} answered ${status}` };
    if (status === 401 || status === 403 || status === 407 || status === 451 || status === 999) {
      return { kind: "blocked", cause: "forbidden", reason: `${url.host} answered ${status}` };
    }
    return { kind: "refused", reason: `${url.host} answered ${status}, which we have no use for` };
  }

  return {
    userAgent,
    async fetch(request) {
      if (!URL.canParse(request.url)) return { kind: "refused", reason: `${request.url} is not an address` };
      let last: Fetched = { kind: "unavailable", reason: "not tried" };
      for (let count = 0; count < limits.attemptsMax; count++) {
        if (count > 0) {
          // The host's own wish (Retry-After) is kept by its queue; this is for those who say nothing.
          await pause(limits.backoffMs * 2 ** (count - 1) * (0.75 + Math.random() / 2), request.signal);
        }
        request.signal?.throwIfAborted();
        try {
          last = await attempt(request);
        } catch (error) {
          request.signal?.throwIfAborted();
          if (error instanceof Refused) return { kind: "refused", reason: error.message };
          if (error instanceof Paused) return { kind: "unavailable", reason: error.message };
          const message = messageOf(error);
          last = { kind: "unavailable", reason: `${new URL(request.url).host}: ${message}` };
        }
        if (last.kind !== "unavailable") return last;
      }
      return last;
    },
    async [Symbol.asyncDispose]() {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

function redirect(answer: Answer, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  const location = answer.headers.location;
  if (location === undefined || !URL.canParse(location, from)) return undefined;
  const to = new URL(location, from);
  to.hash = "";
  return to;
}

/** Seconds or a date, on answers that may carry it. */
function retryAfterMs(answer: Answer): number | undefined {
  const value = answer.headers["retry-after"];
  if (value === undefined || (answer.status !== 429 && answer.status !== 503)) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

const decoders: Record<string, () => NodeJS.ReadWriteStream> = {
  gzip: () => createGunzip(),
  "x-gzip": () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};

/** Decompresses as it reads and stops at the limit, so that a small bomb cannot become a large body. */
async function readBody(response: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const declared = Number(response.headers["content-length"]);
  if (declared > bytesMax)
    throw new Refused(`the answer has ${declared} bytes; at most ${bytesMax} are taken`);
  const codings = (response.headers["content-encoding"] ?? "")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length > 2) throw new Refused("the answer is compressed more than twice over");
  let stream: Readable = response;
  for (const coding of codings.reverse()) {
    const decoder = decoders[coding];
    if (decoder === undefined) throw new Refused(`the answer's encoding ${coding} was not asked for`);
    const before = stream;
    const after = decoder() as unknown as Readable;
    before.on("error", (error) => after.destroy(error));
    stream = before.pipe(after as unknown as NodeJS.WritableStream) as unknown as Readable;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      response.destroy();
      throw new Refused(`the answer grows beyond ${bytesMax} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
