// Owns the proxies that requests leave by: which one is next, and which one rests because it fails. Promises
// that a proxy is named by its host and port alone; its user, password and key never reach a reason or a log.
import { messageOf } from "@skillstream/platform/errors.ts";
import { Refused } from "./addresses.ts";

/** A proxy that carries a connection. */
export interface Carrier {
  kind: "http" | "socks";
  /** host:port. */
  name: string;
  url: URL;
  port: number;
}

/** A service that fetches a page for us, addressed by a template such as https://service.example/?key=K&url={url} */
export interface Service {
  kind: "service";
  name: string;
  addressFor(url: URL): string;
}

export type ProxyServer = Carrier | Service;

/** Not the site's fault. dead: the proxy itself does not work. refused: it does not get us to that site. */
export class ProxyFault extends Error {
  override name = "ProxyFault";
  readonly fault: "dead" | "refused";

  constructor(proxy: ProxyServer, reason: string, fault: "dead" | "refused" = "dead") {
    super(`proxy ${proxy.name}: ${reason}`);
    this.fault = fault;
  }
}

/** There is no proxy left to try. */
export class DeadProxy extends Error {
  override name = "DeadProxy";
}

/** So many failures in a row, and it rests. */
const failuresInRowMax = 3;
const restMinMs = 30_000;
const restMaxMs = 30 * 60_000;
/** A reason names no more of them. */
const namedMax = 4;

const ports: Record<string, number> = { "http:": 80, "https:": 443, "socks5:": 1080, "socks5h:": 1080 };

/** Throws with a message that repeats no more of the setting than the host. */
export function parseProxy(text: string): ProxyServer {
  if (text.includes("{url}")) {
    const probe = URL.parse(text.replaceAll("{url}", "u"));
    if (probe === null || !/^https?:$/.test(probe.protocol)) {
      throw new Error("a proxy service's address begins with http:// or https://");
    }
    return {
      kind: "service",
      name: probe.host,
      addressFor: (url) => text.replaceAll("{url}", encodeURIComponent(url.href)),
    };
  }
  const url = URL.parse(text);
  const usual = url === null ? undefined : ports[url.protocol];
  if (url === null || usual === undefined || url.hostname === "") {
    throw new Error(
      "a proxy is http://, https://, socks5:// or socks5h:// with a host and a port, or a service's address with {url}",
    );
  }
  const port = url.port === "" ? usual : Number(url.port);
  return {
    kind: url.protocol.startsWith("socks") ? "socks" : "http",
    name: `${url.hostname}:${port}`,
    url,
    port,
  };
}

interface Health {
  proxy: ProxyServer;
  lastUse: number;
  failuresInRow: number;
  /** Sites that it could not reach since it last worked: one of them may be down, several are not. */
  unreached: Set<string>;
  restMs: number;
  restsUntil: number;
  lastFault: string;
}

export interface Wish {
  /** Workers with different lanes leave by different proxies as long as there are enough. */
  lane?: number | undefined;
  /** A login's cookies may be carried through a tunnel, but not shown to a service. */
  carriersOnly?: boolean | undefined;
  origin: string;
  /** What ends because of it is nobody's fault. */
  signal?: AbortSignal | undefined;
}

export class ProxyPool {
  readonly #all: Health[];
  readonly #now: () => number;
  #uses = 0;

  constructor(proxies: readonly string[], now: () => number = () => performance.now()) {
    this.#all = proxies.map((text) => ({
      proxy: parseProxy(text),
      lastUse: 0,
      failuresInRow: 0,
      unreached: new Set(),
      restMs: restMinMs,
      restsUntil: 0,
      lastFault: "",
    }));
    this.#now = now;
  }

  /** Does the work by one proxy after the other until one gets through to the site; directly where there is none. */
  async through<T>(wish: Wish, work: (proxy: ProxyServer | undefined) => Promise<T>): Promise<T> {
    if (this.#all.length === 0) return await work(undefined);
    const tried = new Set<Health>();
    for (;;) {
      const next = this.#next(wish, tried);
      if (next === undefined) throw this.#noneLeft(wish, tried);
      tried.add(next);
      next.lastUse = ++this.#uses;
      try {
        const done = await work(next.proxy);
        next.failuresInRow = 0;
        next.unreached.clear();
        next.restMs = restMinMs;
        return done;
      } catch (error) {
        if (error instanceof Refused || wish.signal?.aborted) throw error;
        this.#failed(next, wish.origin, error);
        if (!(error instanceof ProxyFault)) throw error;
      }
    }
  }

  #next(wish: Wish, tried: ReadonlySet<Health>): Health | undefined {
    const now = this.#now();
    const fit = this.#all.filter(
      (one) => one.restsUntil <= now && !(wish.carriersOnly && one.proxy.kind === "service"),
    );
    const start = wish.lane === undefined ? 0 : wish.lane % fit.length;
    const inTurn =
      wish.lane === undefined
        ? fit.toSorted((a, b) => a.lastUse - b.lastUse)
        : [...fit.slice(start), ...fit.slice(0, start)];
    return inTurn.find((one) => !tried.has(one));
  }

  #failed(one: Health, origin: string, error: unknown): void {
    one.lastFault = messageOf(error);
    if (error instanceof ProxyFault && error.fault === "dead") one.failuresInRow++;
    else if (one.unreached.size < failuresInRowMax) one.unreached.add(origin);
    if (Math.max(one.failuresInRow, one.unreached.size) < failuresInRowMax) return;
    one.restsUntil = this.#now() + one.restMs;
    one.restMs = Math.min(restMaxMs, one.restMs * 2);
    // After its rest one more failure is enough.
    one.failuresInRow = failuresInRowMax - 1;
    one.unreached.clear();
  }

  #noneLeft(wish: Wish, tried: ReadonlySet<Health>): Error {
    const now = this.#now();
    const reasons = this.#all.map((one) => {
      if (tried.has(one)) return one.lastFault;
      if (wish.carriersOnly && one.proxy.kind === "service")
        return `proxy ${one.proxy.name}: a login's cookies are not shown to a service`;
      return `${one.lastFault} (rests for ${Math.ceil((one.restsUntil - now) / 1000)} s more)`;
    });
    const more = reasons.length > namedMax ? ` and ${reasons.length - namedMax} more` : "";
    const reason = `no proxy gets through: ${reasons.slice(0, namedMax).join("; ")}${more}`;
    // Where a proxy that works said that it cannot reach the site, it may be the site that is away.
    const working = [...tried].some((one) => one.unreached.has(wish.origin));
    return working ? new Error(reason) : new DeadProxy(reason);
  }
}
