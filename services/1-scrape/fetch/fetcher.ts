// Owns every request that leaves for a site. Promises: robots.txt is read before anything else and obeyed on
// every hop; each host is asked at its own pace (hosts.ts) and at a bounded cost (exchange.ts); what was asked
// is tried again a bounded number of times, with another proxy or account where those were at fault; and
// whatever comes of it is told in words. Logs in, or leaves robots.txt unread, for no source that the operator
// has not named.
import { messageOf } from "@skillstream/platform/errors.ts";
import { pause } from "@skillstream/platform/signals.ts";
import { decodePage } from "../read/decode.ts";
import { type Cause, type Reply, type Source, unreadable } from "../source.ts";
import type { Account, Accounts } from "./accounts.ts";
import { type NameLookup, Refused, systemLookup } from "./addresses.ts";
import type { Browsing } from "./browser.ts";
import { CookieJar } from "./cookies.ts";
import { type Answer, createExchange, TimedOut } from "./exchange.ts";
import { type HostMemory, Hosts, type Pace, Paused } from "./hosts.ts";
import { DeadProxy, ProxyPool } from "./proxies.ts";
import { allowNothing, robotsBytesMax, robotsText } from "./robots.ts";

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

/** One attempt's way through redirects. */
interface Journey {
  request: FetchRequest;
  count: number;
  start: URL;
  jar: CookieJar;
  account: Account | undefined;
  /** What the start's own site set. */
  setCookies: string[];
}

/** Says honestly what asks, and how whoever runs it can be reached. */
export function userAgentOf(contact: string): string {
  return `Skillstream/0.1 (job postings crawler${contact ? `; ${contact}` : ""})`;
}

export function createFetcher(options: FetcherOptions = {}): Fetcher {
  const limits = { ...defaults, ...options };
  const { contact, accounts, browser } = limits;
  const userAgent = userAgentOf(contact);
  const exchange = createExchange({ ...limits, userAgent });
  const proxies = new ProxyPool(limits.proxies);
  const hosts = new Hosts(limits);

  function paceOf({ source }: FetchRequest): Pace {
    return {
      delayMs: source?.delayMs ?? limits.defaultDelayMs,
      atOnceMax: source?.requestsAtOnceMax ?? limits.hostConcurrencyMax,
    };
  }

  /** One polite request, by the browser where the source wants that. */
  async function ask(
    url: URL,
    journey: Journey,
    how: { headers: Record<string, string>; json?: string | undefined; cutAtBytes?: number; http?: true },
  ): Promise<Answer> {
    const { request, count, account } = journey;
    const { source, signal } = request;
    using turn = await hosts.turn(url.origin, paceOf(request), signal);
    try {
      let answer: Answer;
      if (source?.via === "browser" && how.http === undefined && browser !== undefined) {
        await exchange.check(url);
        answer = await browser.fetch({ url: url.href, login: source.login, account, signal });
      } else {
        const wish = {
          // An account always leaves by the same proxy while that one works: a session that moves about is banned.
          lane: account === undefined ? laneOf(request.lane, count) : numberFrom(account.name) + count,
          carriersOnly: account !== undefined,
          origin: url.origin,
          signal,
        };
        answer = await proxies.through(wish, (proxy) => exchange.send({ ...how, url, proxy, signal }));
      }
      turn.answered(answer.status, answer.headers["retry-after"]);
      return answer;
    } catch (error) {
      if (error instanceof TimedOut) turn.timedOut();
      throw error;
    }
  }

  /** The text of a host's robots.txt; "" where it has none, null where it cannot be had. */
  async function readRobots(url: URL, journey: Journey): Promise<string | null> {
    let at = new URL("/robots.txt", url);
    for (let hops = 0; hops <= limits.redirectsMax; hops++) {
      const answer = await ask(
        at,
        { ...journey, account: undefined },
        { headers: { accept: "text/plain, */*" }, cutAtBytes: robotsBytesMax + 1, http: true },
      );
      const location = redirect(answer, at);
      if (location === undefined) {
        if (answer.status >= 500 || answer.status === 429) return null;
        return answer.status >= 400 ? "" : robotsText(answer.body);
      }
      if (!/^https?:$/.test(location.protocol)) return "";
      at = location;
    }
    return "";
  }

  /** Undefined where the way is free. */
  async function closedByRobots(url: URL, journey: Journey): Promise<Attempt | undefined> {
    const { source } = journey.request;
    const isExempt = source !== undefined && limits.robotsExempt.includes(source.name);
    // The exemption is for the source's site, not for wherever it sends us.
    if (isExempt && sameSite(url, journey.start)) return undefined;
    const robots = await hosts.robots(url.origin, () => readRobots(url, journey));
    if (robots === allowNothing) {
      const reason = `robots.txt of ${url.host} cannot be had, so nothing may be fetched`;
      return { kind: "unavailable", cause: "robots.txt", reason };
    }
    if (robots.allows(url.pathname + url.search)) return undefined;
    const reason = `robots.txt of ${url.host} disallows ${url.pathname}`;
    return { kind: "blocked", cause: "robots.txt", reason };
  }

  /** What may be sent to an address: cookies and a login's headers go to the site that they belong to. */
  function headersFor(url: URL, { request, start, jar, account }: Journey): Record<string, string> {
    const { validators, source, json } = request;
    const headers: Record<string, string> = {
      accept: request.accept ?? "text/html, application/json;q=0.9, */*;q=0.5",
    };
    if (validators?.etag && json === undefined) headers["if-none-match"] = validators.etag;
    if (validators?.lastModified && json === undefined) {
      headers["if-modified-since"] = validators.lastModified;
    }
    const cookie = jar.header(url.origin);
    if (cookie !== undefined) headers.cookie = cookie;
    if (account !== undefined && url.origin === start.origin) {
      Object.assign(headers, source?.login?.headers(jar.cookies(url.origin)));
    }
    return headers;
  }

  /** Takes an account where the source wants one; says why not where there is none. */
  function logIn(journey: Journey, troubled: ReadonlyMap<string, Attempt>): Attempt | undefined {
    const { source } = journey.request;
    if (source === undefined || source.login === null) return undefined;
    const taken = accounts?.take(source) ?? {
      cause: "no account" as const,
      reason: `${source.name} needs an account, and there is none`,
    };
    if ("cause" in taken) return [...troubled.values()].at(-1) ?? { kind: "blocked", ...taken };
    const before = troubled.get(taken.name);
    if (before !== undefined) return before;
    journey.account = taken;
    journey.jar.put(journey.start.origin, taken.cookies);
    return undefined;
  }

  /** Undefined where the session is well. */
  function sessionTrouble(reply: Reply, journey: Journey): Attempt | undefined {
    const { request, account, start } = journey;
    if (account === undefined || request.source === undefined) return undefined;
    // Of an answer that says "not now" nobody can tell who is logged in.
    if (reply.status === 429 || (reply.status >= 500 && reply.status <= 599)) return undefined;
    const setCookies = new URL(reply.url).origin === start.origin ? journey.setCookies : [];
    const trouble = accounts?.judge(request.source, account, reply, setCookies);
    return trouble && { kind: "blocked", ...trouble, again: "with the next account" };
  }

  async function attempt(journey: Journey, troubled: Map<string, Attempt>): Promise<Attempt> {
    const { request, start, jar } = journey;
    const { source } = request;
    let url = start;
    let json = request.json;
    const been = new Set<string>();
    for (let hops = 0; hops <= limits.redirectsMax; hops++) {
      const closed = await closedByRobots(url, journey);
      if (closed !== undefined) return closed;
      if (journey.account === undefined) {
        const shut = logIn(journey, troubled);
        if (shut !== undefined) return shut;
      }
      const headers = headersFor(url, journey);
      // The same address with another cookie is not the same question.
      const step = `${json === undefined ? "GET" : "POST"} ${url.href} ${headers.cookie ?? ""}`;
      if (been.has(step)) return refused(`${start.href} redirects in a circle`);
      been.add(step);
      const answer = await ask(url, journey, { headers, json });
      const setCookies = answer.headers["set-cookie"] ?? [];
      jar.store(url.origin, setCookies);
      if (url.origin === start.origin) journey.setCookies.push(...setCookies);

      const location = redirect(answer, url);
      if (location !== undefined) {
        // Where a login page is closed to crawlers, being sent there says enough.
        const reply = { status: answer.status, url: location.href, text: "" };
        const trouble =
          source?.login?.trouble(reply) === undefined ? undefined : sessionTrouble(reply, journey);
        if (trouble !== undefined) return note(trouble, journey, troubled);
        const wrong = wrongAddress(location);
        if (wrong !== undefined) return refused(wrong);
        if (journey.account !== undefined && url.protocol === "https:" && location.protocol === "http:")
          return refused(`${url.host} sends a login's session on without encryption`);
        if (answer.status === 303 || (json !== undefined && answer.status < 303)) json = undefined;
        url = location;
        continue;
      }

      const at = URL.parse(answer.url) ?? url;
      const text = () =>
        decodePage(answer.body.subarray(0, judgedBytesMax), answer.headers["content-type"] ?? "");
      if (journey.account !== undefined) {
        const trouble = sessionTrouble({ status: answer.status, url: at.href, text: text() }, journey);
        if (trouble !== undefined) return note(trouble, journey, troubled);
      }
      // A browser goes where it is sent before we can ask.
      if (at.host !== url.host || at.pathname !== url.pathname) {
        const closedThere = await closedByRobots(at, journey);
        if (closedThere !== undefined) return closedThere;
      }
      return judge(answer, at, text);
    }
    return refused(`${start.href} redirects more than ${limits.redirectsMax} times`);
  }

  async function attemptOrReason(journey: Journey, troubled: Map<string, Attempt>): Promise<Attempt> {
    try {
      return await attempt(journey, troubled);
    } catch (error) {
      journey.request.signal?.throwIfAborted();
      const reason = messageOf(error) || String((error as NodeJS.ErrnoException).code ?? error);
      if (error instanceof Refused) return refused(reason);
      const { host } = journey.start;
      if (error instanceof Paused)
        return { kind: "unavailable", cause: error.blockedBy, reason: `${host}: ${reason}` };
      if (error instanceof DeadProxy) return { kind: "unavailable", cause: "dead proxy", reason };
      return { kind: "unavailable", reason: `${host}: ${reason}`, again: "after a pause" };
    }
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
      const start = plain(new URL(request.url));
      /** Accounts that were tried, each once, with what was wrong. */
      const troubled = new Map<string, Attempt>();
      for (let count = 0; ; ) {
        request.signal?.throwIfAborted();
        const journey: Journey = {
          request,
          count,
          start,
          jar: new CookieJar(),
          account: undefined,
          setCookies: [],
        };
        const { again, ...fetched } = await attemptOrReason(journey, troubled);
        if (again === undefined || (again === "after a pause" && ++count >= limits.attemptsMax))
          return fetched;
        request.onRetry?.("reason" in fetched ? fetched.reason : fetched.kind);
        // The host's own wish (Retry-After) is kept by its queue; this is for those who say nothing.
        if (again === "after a pause")
          await pause(limits.backoffMs * 2 ** (count - 1) * (0.75 + Math.random() / 2), request.signal);
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
  if (status === 401 || status === 403 || status === 407 || status === 451 || status === 999) {
    const wall = unreadable(text(), "");
    const known = wall.result === "blocked" && wall.cause !== "too many requests" ? wall : undefined;
    return known === undefined
      ? { kind: "blocked", cause: "forbidden", reason }
      : { kind: "blocked", cause: known.cause, reason: `${reason}: ${known.reason}` };
  }
  if (status >= 500) return { kind: "unavailable", reason, again };
  return refused(`${reason}, which we have no use for`);
}

function note(trouble: Attempt, { account }: Journey, troubled: Map<string, Attempt>): Attempt {
  const { again: _, ...told } = trouble;
  if (account !== undefined) troubled.set(account.name, told);
  return trouble;
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

/** Tried again, a request leaves by the next proxy. */
function laneOf(lane: number | undefined, count: number): number | undefined {
  return lane === undefined ? undefined : lane + count;
}

function numberFrom(name: string): number {
  let number = 0;
  for (const letter of name) number = (number * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return number;
}
