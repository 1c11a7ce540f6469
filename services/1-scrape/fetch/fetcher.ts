// Owns every request that leaves for a site. Promises: robots.txt is read before anything else and obeyed on
// every hop; each host is asked at its own pace (hosts.ts) and at a bounded cost (exchange.ts); what was asked
// is tried again a bounded number of times, with another proxy or account where those were at fault; and
// whatever comes of it is told in words. Logs in, or leaves robots.txt unread, for no source that the operator
// has not named.
import { messageOf } from "@skillstream/platform/errors.ts";
import { pause } from "@skillstream/platform/signals.ts";
import { decodePage } from "../read/decode.ts";
import { type Cause, type Source, unreadable } from "../source.ts";
import type { Accounts } from "./accounts.ts";
import { type NameLookup, Refused, systemLookup } from "./addresses.ts";
import type { Browsing } from "./browser.ts";
import { type Answer, type Call, createExchange, TimedOut } from "./exchange.ts";
import { type HostMemory, Hosts, Paused } from "./hosts.ts";
import { DeadProxy, ProxyPool } from "./proxies.ts";
import { allowNothing, robotsBytesMax, robotsText } from "./robots.ts";
import { NoAccount, Session } from "./session.ts";

export interface FetcherOptions {
  /** How whoever runs this can be reached: an address or a page, sent with each request. */
  contact?: string;
  /** host:port pairs that may be fetched though their address is not public. */
  allowedAddresses?: readonly string[];
  /** Pause between two requests to a host that states none, where the source states none either. */
  defaultDelayMs?: number;
  /** From the start of the connection to the last byte received, redirects apart. */
  fetchTimeoutMs?: number;
  /** After decompression. */
  bodyBytesMax?: number;
  redirectsMax?: number;
  /** Requests under way to one host at once, where no source says how many. */
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
  lookup?: NameLookup;
}

const defaults = {
  contact: "",
  allowedAddresses: [] as readonly string[],
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
  robotsExempt: [] as readonly string[],
  logins: [] as readonly string[],
  proxies: [] as readonly string[],
  lookup: systemLookup,
};

/** No page is worth a longer address. */
const urlCharsMax = 8_192;
/** A session is judged by the start of a page. */
const judgedBytesMax = 256 * 1024;

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
  | {
      kind: "unavailable";
      cause?: Cause | undefined;
      reason: string;
      /** The site asked for a pause that lasts so much longer: nothing was sent. */
      pausedMs?: number;
    };

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
  /** Requests of different lanes leave by different proxies, as long as there are enough that work. */
  lane?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface Fetcher extends AsyncDisposable {
  readonly userAgent: string;
  fetch(request: FetchRequest): Promise<Fetched>;
}

/** What came of one attempt, and whether another one may do better. */
type Attempt = Fetched & { again?: "after a pause" | "with the next account" };

/** How requests name us to sites. */
export function userAgentOf(contact: string | undefined): string {
  return `Skillstream/0.1 (job postings crawler${contact ? `; ${contact}` : ""})`;
}

export function createFetcher(options: FetcherOptions = {}): Fetcher {
  const limits = { ...defaults, ...options };
  const { accounts, browser } = limits;
  const userAgent = userAgentOf(limits.contact);
  const exchange = createExchange({ ...limits, userAgent });
  const proxies = new ProxyPool(limits.proxies);
  const hosts = new Hosts(limits);

  /** Takes the host's next turn, sends, and lets the answer change the pace. */
  async function inTurn(url: URL, request: FetchRequest, send: () => Promise<Answer>): Promise<Answer> {
    const { source, signal } = request;
    const pace = {
      delayMs: source?.delayMs ?? limits.defaultDelayMs,
      atOnceMax: source?.requestsAtOnceMax ?? limits.hostConcurrencyMax,
    };
    using turn = await hosts.turn(url.origin, pace, signal);
    try {
      const answer = await send();
      turn.answered(answer.status, answer.headers["retry-after"]);
      return answer;
    } catch (error) {
      if (error instanceof TimedOut) turn.timedOut();
      throw error;
    }
  }

  function byHttp(call: Call, lane: number | undefined, carriersOnly = false): Promise<Answer> {
    const wish = { lane, carriersOnly, origin: call.url.origin, signal: call.signal };
    return proxies.through(wish, (proxy) => exchange.send({ ...call, proxy }));
  }

  /** The text of a host's robots.txt; "" where it has none, null where it cannot be had. */
  async function readRobots(url: URL, request: FetchRequest): Promise<string | null> {
    const headers = { accept: "text/plain, */*" };
    const { lane, signal } = request;
    let at = new URL("/robots.txt", url);
    for (let hops = 0; hops <= limits.redirectsMax; hops++) {
      const call = { url: at, headers, cutAtBytes: robotsBytesMax + 1, signal };
      const answer = await inTurn(at, request, () => byHttp(call, lane));
      const location = redirect(answer, at);
      if (location === undefined) {
        if (answer.status >= 500 || answer.status === 429) return null;
        return answer.status >= 400 ? "" : robotsText(answer.body);
      }
      if (wrongAddress(location) !== undefined) return "";
      at = location;
    }
    return "";
  }

  /** Undefined where the way is free. */
  async function closedByRobots(url: URL, start: URL, request: FetchRequest): Promise<Fetched | undefined> {
    const { source } = request;
    const isExempt = source !== undefined && limits.robotsExempt.includes(source.name);
    // The exemption is for the source's site, not for wherever it sends us.
    if (isExempt && sameSite(url, start)) return undefined;
    const robots = await hosts.robots(url.origin, () => readRobots(url, request));
    if (robots === allowNothing) {
      const reason = `robots.txt of ${url.host} cannot be had, so nothing may be fetched`;
      return { kind: "unavailable", cause: "robots.txt", reason };
    }
    if (robots.allows(url.pathname + url.search)) return undefined;
    const reason = `robots.txt of ${url.host} disallows ${url.pathname}`;
    return { kind: "blocked", cause: "robots.txt", reason };
  }

  /** Asks for the page, wherever redirects lead. */
  async function attempt(
    request: FetchRequest,
    start: URL,
    session: Session,
    count: number,
  ): Promise<Attempt> {
    const { source, signal, validators } = request;
    let url = start;
    let json = request.json;
    const headers: Record<string, string> = {
      accept: request.accept ?? "text/html, application/json;q=0.9, */*;q=0.5",
    };
    if (validators?.etag) headers["if-none-match"] = validators.etag;
    if (validators?.lastModified) headers["if-modified-since"] = validators.lastModified;
    const been = new Set<string>();
    for (let hops = 0; hops <= limits.redirectsMax; hops++) {
      const closed = await closedByRobots(url, start, request);
      if (closed !== undefined) return closed;
      const answer = await inTurn(url, request, async () => {
        session.logIn();
        const { account } = session;
        const call = { url, json, signal, headers: { ...headers, ...session.headersFor(url) } };
        // The same address with another cookie is not the same question.
        const step = `${json === undefined ? "GET" : "POST"} ${url.href} ${call.headers.cookie}`;
        if (been.has(step)) throw new Refused(`${start.href} redirects in a circle`);
        been.add(step);
        if (source?.via === "browser" && browser !== undefined) {
          await exchange.check(url);
          return browser.fetch({ url: url.href, login: source.login, account, signal });
        }
        // An account keeps to its own proxy, since a session that moves about is banned; tried again, all move on.
        const lane = account === undefined ? request.lane : numberFrom(account.name);
        return byHttp(call, lane === undefined ? undefined : lane + count, account !== undefined);
      });
      session.store(url, answer);

      const location = redirect(answer, url);
      if (location !== undefined) {
        const wrong = wrongAddress(location);
        if (wrong !== undefined) return refused(wrong);
        const over = session.endsAt(answer.status, location);
        if (over !== undefined) return { kind: "blocked", ...over, again: "with the next account" };
        if (session.account !== undefined && url.protocol === "https:" && location.protocol === "http:")
          return refused(`${url.host} sends a login's session on without encryption`);
        if (answer.status === 303 || (json !== undefined && answer.status < 303)) json = undefined;
        url = location;
        continue;
      }

      const at = URL.parse(answer.url) ?? url;
      const text = () =>
        decodePage(answer.body.subarray(0, judgedBytesMax), answer.headers["content-type"] ?? "");
      const trouble =
        session.account && session.troubleIn({ status: answer.status, url: at.href, text: text() });
      if (trouble !== undefined) return { kind: "blocked", ...trouble, again: "with the next account" };
      // A browser goes where it is sent before we can ask.
      const moved = at.host !== url.host || at.pathname !== url.pathname;
      return (moved ? await closedByRobots(at, start, request) : undefined) ?? judge(answer, at, text);
    }
    return refused(`${start.href} redirects more than ${limits.redirectsMax} times`);
  }

  function failure(error: unknown, { host }: URL): Attempt {
    const reason = messageOf(error) || String((error as NodeJS.ErrnoException).code ?? error);
    if (error instanceof Refused) return refused(reason);
    if (error instanceof NoAccount) return { kind: "blocked", cause: error.blockedBy, reason };
    if (error instanceof DeadProxy) return { kind: "unavailable", cause: "dead proxy", reason };
    if (error instanceof Paused)
      return {
        kind: "unavailable",
        cause: error.blockedBy,
        reason: `${host}: ${reason}`,
        pausedMs: error.leftMs,
      };
    return { kind: "unavailable", reason: `${host}: ${reason}`, again: "after a pause" };
  }

  /** What the operator has not switched on, or this process cannot do. */
  function switchedOff({ source, json }: FetchRequest): Fetched | undefined {
    if (source === undefined) return undefined;
    const off = (reason: string): Fetched => ({ kind: "blocked", cause: "switched off", reason });
    if (source.login !== null && !limits.logins.includes(source.name))
      return off(`${source.name} logs in, which is off until SKILLSTREAM_LOGINS names it`);
    if (source.via !== "browser") return undefined;
    if (browser === undefined) return off(`${source.name} needs a browser, and this process has none`);
    return json === undefined ? undefined : refused("a browser sends no POST for us");
  }

  return {
    userAgent,
    async fetch(request) {
      const wrong = wrongAddress(URL.parse(request.url), request.url);
      if (wrong !== undefined) return refused(wrong);
      const off = switchedOff(request);
      if (off !== undefined) return off;
      const { signal, source } = request;
      const start = plain(new URL(request.url));
      const session = new Session(start, source, accounts);
      for (let count = 0; ; ) {
        signal?.throwIfAborted();
        session.begin();
        const { again, ...fetched } = await attempt(request, start, session, count).catch((error) => {
          signal?.throwIfAborted();
          return failure(error, start);
        });
        if (again === undefined || (again === "after a pause" && ++count >= limits.attemptsMax))
          return fetched;
        request.onRetry?.("reason" in fetched ? fetched.reason : fetched.kind);
        // The host's own wish (Retry-After) is kept by its queue; this is for those who say nothing.
        if (again === "after a pause")
          await pause(limits.backoffMs * 2 ** (count - 1) * (0.75 + Math.random() / 2), signal);
      }
    },
    async [Symbol.asyncDispose]() {
      exchange[Symbol.dispose]();
    },
  };
}

function judge(answer: Answer, url: URL, text: () => string): Attempt {
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
  const reason = `${url.host} answered ${status}`;
  const again = "after a pause";
  if (status === 429) return { kind: "unavailable", cause: "too many requests", reason, again };
  if ([401, 403, 407, 451, 999].includes(status)) {
    const wall = unreadable(text(), "");
    if (wall.result !== "blocked" || wall.cause === "too many requests")
      return { kind: "blocked", cause: "forbidden", reason };
    return { kind: "blocked", cause: wall.cause, reason: `${reason}: ${wall.reason}` };
  }
  if (status >= 500) return { kind: "unavailable", reason, again };
  return refused(`${reason}, which we have no use for`);
}

function refused(reason: string): Fetched {
  return { kind: "refused", reason };
}

function wrongAddress(url: URL | null, text = url?.href ?? ""): string | undefined {
  if (url === null) return `${text.slice(0, 200)} is not an address`;
  if (!/^https?:$/.test(url.protocol)) return `${url.protocol} is not a web address`;
  if (url.href.length > urlCharsMax) return `an address of ${url.href.length} characters is too long`;
  return undefined;
}

/** A password in an address is not for us to send. */
function plain(url: URL): URL {
  url.hash = "";
  url.username = "";
  url.password = "";
  return url;
}

function redirect(answer: Answer, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  const { location } = answer.headers;
  const to = location === undefined ? null : URL.parse(location, from);
  return to === null ? undefined : plain(to);
}

/** Hosts that share what follows their first label, such as www.site.example and fr.site.example. */
function sameSite(a: URL, b: URL): boolean {
  const site = ({ hostname }: URL) =>
    /^\[|^[\d.]+$/.test(hostname) ? hostname : hostname.split(".").slice(-2).join(".");
  return a.host === b.host || (a.port === b.port && site(a) === site(b));
}

function numberFrom(name: string): number {
  let number = 0;
  for (const letter of name) number = (number * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return number;
}
