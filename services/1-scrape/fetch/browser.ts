// Owns the browser as a way to fetch: pages that plain HTTP does not get. A real Chromium, started when a page
// wants it, ended when none has for a while, started again when it died. Promises that each account has a
// browser context of its own, and that all it asks for leaves by our own gate. It says who it is and hides nothing.
import type { Duplex } from "node:stream";
import { messageOf, Unavailable } from "@skillstream/platform/errors.ts";
import type { BrowserContext, Page } from "@skillstream/platform/local/browser.ts";
import { Cluster } from "puppeteer-cluster";
import type { Login } from "../source.ts";
import type { Account } from "./accounts.ts";
import { type NameLookup, Refused } from "./addresses.ts";
import { freshContext, freshPages, keepChromium, NoPage } from "./chromium.ts";
import type { Answer } from "./exchange.ts";
import { type Gate, openGate } from "./gate.ts";
import { logIn } from "./log-in.ts";
import { DeadProxy } from "./proxies.ts";
import { type BrowserCookie, orAborted, type Visit, visit } from "./visit.ts";

export interface BrowserRequest {
  url: string;
  login: Login | null;
  account: Account | undefined;
  signal: AbortSignal | undefined;
}

export interface Browsing extends AsyncDisposable {
  /**
   * The document as the browser has it after its scripts ran, with the status and headers of its answer. Where
   * there is an account, Set-Cookie holds what its session's cookies became. Throws Refused for what is not
   * wanted, Unavailable for what may work later.
   */
  fetch(request: BrowserRequest): Promise<Answer>;
}

export interface BrowsingOptions {
  userAgent: string;
  /** host:port pairs that may be asked though their address is not public. */
  allowedAddresses: readonly string[];
  lookup?: NameLookup;
  /** How a host is reached where not directly, such as through a proxy; throws DeadProxy where none works. */
  tunnel?: ((host: string, port: number) => Promise<Duplex>) | undefined;
  /** From the first request to the text read, a login included. */
  pageTimeoutMs?: number;
  documentBytesMax?: number;
  redirectsMax?: number;
  pagesAtOnceMax?: number;
  /** Without a page for so long, the browser is ended. */
  idleMs?: number;
}

const defaults = {
  pageTimeoutMs: 45_000,
  documentBytesMax: 32 * 1024 * 1024,
  redirectsMax: 5,
  // Each is a process of some 100 MB.
  pagesAtOnceMax: 2,
  idleMs: 60_000,
};
/** A page that grows without end ends its own process before it takes the machine's memory. */
const scriptHeapMb = 512;

/** Of one account: its own cookies, cache and storage. */
interface Compartment {
  context: BrowserContext;
  /** What the account's cookies were when it was last used, as text. */
  known: string;
}

interface Running extends AsyncDisposable {
  gate: Gate;
  cluster: Cluster;
  compartment(login: Login, account: Account): Promise<Compartment>;
}

export function createBrowsing(options: BrowsingOptions): Browsing {
  const limits = { ...defaults, ...options };
  const closing = new AbortController();
  let running: Promise<Running> | undefined;
  let ending: Promise<void> = Promise.resolve();
  let pages = 0;
  let idle: NodeJS.Timeout | undefined;

  async function start(): Promise<Running> {
    await ending;
    await using scope = new AsyncDisposableStack();
    const gate = scope.use(await openGate(options));
    const chromium = scope.use(
      keepChromium([
        `--user-agent=${options.userAgent}`,
        `--proxy-server=${gate.url}`,
        // Not even to this machine itself without the gate.
        "--proxy-bypass-list=<-loopback>",
        // Nothing is looked up past the gate, and nothing leaves by other ways than it.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        // A window that a page opens would be nobody's; a question that it asks would hold up the page itself.
        "--block-new-web-contents",
        `--js-flags=--max-old-space-size=${scriptHeapMb}`,
      ]),
    );
    try {
      await chromium.browser();
    } catch (error) {
      throw new Unavailable(`the browser does not start: ${messageOf(error)}`, { cause: error });
    }
    const cluster: Cluster = await Cluster.launch({
      concurrency: freshPages(chromium),
      maxConcurrency: limits.pagesAtOnceMax,
      // What runs in it has limits of its own; this is for a fault in them.
      timeout: limits.pageTimeoutMs * 4,
      puppeteer: {},
    });
    scope.defer(() => cluster.close());
    const compartments = new Map<Login, Map<string, Promise<Compartment>>>();
    const owned = scope.move();
    return {
      gate,
      cluster,
      async compartment(login, account) {
        const ofLogin = compartments.get(login) ?? new Map<string, Promise<Compartment>>();
        compartments.set(login, ofLogin);
        for (;;) {
          const made = ofLogin.get(account.name) ?? freshContext(chromium).then(asCompartment);
          ofLogin.set(account.name, made);
          const one = await made.catch(() => undefined);
          if (one?.context.browser().connected) return one;
          if (ofLogin.get(account.name) === made) ofLogin.delete(account.name);
          if (one === undefined) return made;
        }
      },
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  }

  function end(): Promise<void> {
    clearTimeout(idle);
    const started = running;
    running = undefined;
    if (started !== undefined) {
      const ended = started.then((one) => one[Symbol.asyncDispose]()).catch(() => undefined);
      ending = ending.then(() => ended);
    }
    return ending;
  }

  async function fetchOne(
    one: Running,
    fresh: Page,
    request: BrowserRequest,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { url, login, account } = request;
    if (login === null || account === undefined) {
      await using visited = await visit(fresh, limits, one.gate.refusal, signal);
      return await visited.load(url);
    }
    const compartment = await one.compartment(login, account);
    await using visited = await visit(await compartment.context.newPage(), limits, one.gate.refusal, signal);
    if (compartment.known !== textOf(account.cookies)) {
      await visited.setCookies(url, account.cookies, login.cookies);
    }
    const answer = await loadAsMember(visited, url, login, account);
    const { lines, becomes } = changesOf(await visited.cookies(url), login, account);
    compartment.known = textOf(becomes);
    return { ...answer, headers: { ...answer.headers, "set-cookie": lines } };
  }

  /** Logs in where there is no session and a name and password are known; one that fails is the answer. */
  async function loadAsMember(visited: Visit, url: string, login: Login, account: Account): Promise<Answer> {
    const mayLogIn = account.credentials !== undefined && login.form !== null;
    if (!mayLogIn || login.cookies.every((name) => account.cookies.has(name))) {
      const answer = await visited.load(url);
      if (!mayLogIn || troubleOf(login, answer) !== "not logged in") return answer;
    }
    const answer = await logIn(visited, url, login, account, options.allowedAddresses);
    return troubleOf(login, answer) === undefined ? await visited.load(url) : answer;
  }

  async function fetch(request: BrowserRequest): Promise<Answer> {
    if (closing.signal.aborted) throw new Unavailable("the browser was closed");
    clearTimeout(idle);
    pages++;
    try {
      running ??= start();
      const starting = running;
      const one = await starting.catch((error: unknown) => {
        if (running === starting) running = undefined;
        throw error;
      });
      return await run(one, request);
    } finally {
      if (--pages === 0 && !closing.signal.aborted) {
        idle = setTimeout(() => void end(), limits.idleMs);
        idle.unref();
      }
    }
  }

  async function run(one: Running, request: BrowserRequest): Promise<Answer> {
    const stop = new AbortController();
    const stopNow = () => stop.abort(request.signal?.reason ?? new Unavailable("the browser was closed"));
    request.signal?.addEventListener("abort", stopNow, { once: true });
    closing.signal.addEventListener("abort", stopNow, { once: true });
    if (request.signal?.aborted) stopNow();
    try {
      // Nothing but a function goes to the cluster: it writes down the data of a job that fails.
      const job = one.cluster.execute(async ({ page }: { page: unknown }) => {
        stop.signal.throwIfAborted();
        if (page instanceof NoPage) throw page.reason;
        return await fetchOne(one, page as Page, request, stop.signal);
      });
      // A job that still waits when the cluster is closed is never heard of again.
      return await orAborted(job as Promise<Answer>, stop.signal);
    } catch (error) {
      if (stop.signal.aborted) throw stop.signal.reason;
      if (error instanceof Refused || error instanceof Unavailable || error instanceof DeadProxy) throw error;
      throw new Unavailable(wordsOf(error), { cause: error });
    } finally {
      request.signal?.removeEventListener("abort", stopNow);
      closing.signal.removeEventListener("abort", stopNow);
    }
  }

  return {
    fetch,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await end();
    },
  };
}

const asCompartment = (context: BrowserContext): Compartment => ({ context, known: "" });

function troubleOf(login: Login, { status, url, body }: Answer) {
  return login.trouble({ status, url, text: body.toString("utf8") });
}

const textOf = (cookies: ReadonlyMap<string, string>) =>
  JSON.stringify([...cookies].sort(([a], [b]) => (a < b ? -1 : 1)));

/** What became of an account's cookies, as the site would have said it in Set-Cookie. */
function changesOf(found: readonly BrowserCookie[], login: Login, { cookies }: Account) {
  const becomes = new Map(cookies);
  const lines: string[] = [];
  const now = new Map(found.map((one) => [one.name, one]));
  for (const name of new Set([...cookies.keys(), ...login.cookies])) {
    const one = now.get(name);
    if (one === undefined) {
      if (becomes.delete(name)) lines.push(`${name}=; Max-Age=0`);
    } else if (one.value !== cookies.get(name) || one.expires > 0) {
      becomes.set(name, one.value);
      const end = one.expires > 0 ? `; Expires=${new Date(one.expires * 1000).toUTCString()}` : "";
      lines.push(`${name}=${one.value}; Path=/${end}`);
    }
  }
  return { lines, becomes };
}

/** Puppeteer's errors, in words for whoever runs the scraper. */
function wordsOf(error: unknown): string {
  const message = messageOf(error).split("\n")[0] ?? "";
  const network = /net::ERR_\w+/.exec(message);
  if (network !== null) return `the browser got no page: ${network[0]}`;
  return /closed|detached|Protocol error|disconnected/i.test(message)
    ? "the browser ended"
    : message.slice(0, 200);
}
