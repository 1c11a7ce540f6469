// Owns connections through a proxy: CONNECT for https: addresses, whole addresses for http: ones, SOCKS 5 for
// both. Whatever fails before the site can be reached is the proxy's fault and says so. The site's address was
// checked before; a SOCKS proxy that leaves names to us (socks5:) is given the very address that was checked.
import type { LookupAddress } from "node:dns";
import { type ClientRequestArgs, Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { SocksClient } from "socks";
import { type Carrier, ProxyFault, type ProxyPool } from "./proxies.ts";

type Opened = (error: Error | null, socket: Duplex) => void;
type AddressesOf = (hostname: string, port: string) => Promise<LookupAddress[]>;

const agentOptions = { keepAlive: true, maxFreeSockets: 4 };

/** The agents that take requests through a proxy, by the protocol of the address asked for. */
export function agentsThrough(proxy: Carrier, addressesOf: AddressesOf, timeoutMs: number) {
  const open = (host: string, port: number) => openThrough(proxy, host, port, addressesOf, timeoutMs);
  return {
    "http:": new CarriedAgent(({ host, port }) =>
      // An HTTP proxy takes http: addresses as they are.
      proxy.kind === "http" ? toProxy(proxy, timeoutMs) : open(String(host), Number(port)),
    ),
    "https:": new CarriedTlsAgent(({ host, port }) => open(String(host), Number(port))),
  };
}

/** How the browser's connections leave: by one proxy as long as it works, since a session that moves is banned. */
export function tunnelsBy(
  pool: ProxyPool,
  addressesOf: AddressesOf,
  timeoutMs: number,
): (host: string, port: number) => Promise<Duplex> {
  return (host, port) =>
    pool.through({ origin: `https://${host}:${port}`, lane: 0, carriersOnly: true }, async (proxy) => {
      if (proxy === undefined || proxy.kind === "service")
        throw new Error("no proxy takes a browser's connections");
      return await openThrough(proxy, host, port, addressesOf, timeoutMs);
    });
}

function openThrough(
  proxy: Carrier,
  host: string,
  port: number,
  addressesOf: AddressesOf,
  timeoutMs: number,
): Promise<Socket> {
  return proxy.kind === "socks"
    ? throughSocks(proxy, host, port, addressesOf, timeoutMs)
    : throughConnect(proxy, host, port, timeoutMs);
}

export function basicAuthorization(url: URL): Record<string, string> {
  if (url.username === "") return {};
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}

class CarriedAgent extends HttpAgent {
  readonly #open: (options: ClientRequestArgs) => Promise<Socket>;

  constructor(open: (options: ClientRequestArgs) => Promise<Socket>) {
    super(agentOptions);
    this.#open = open;
  }

  override createConnection(options: ClientRequestArgs, opened?: Opened): undefined {
    this.#open(options).then(
      (socket) => opened?.(null, socket),
      (error: Error) => opened?.(error, undefined as unknown as Duplex),
    );
  }
}

class CarriedTlsAgent extends HttpsAgent {
  readonly #open: (options: ClientRequestArgs) => Promise<Socket>;

  constructor(open: (options: ClientRequestArgs) => Promise<Socket>) {
    super(agentOptions);
    this.#open = open;
  }

  override createConnection(options: ClientRequestArgs, opened?: Opened): undefined {
    this.#open(options).then(
      (socket) => {
        // From here on it is the site that speaks.
        const { host: _, port: __, path: ___, ...tls } = options;
        opened?.(null, connectTls({ ...(tls as object), socket }));
      },
      (error: Error) => opened?.(error, undefined as unknown as Duplex),
    );
  }
}

function toProxy(proxy: Carrier, timeoutMs: number): Promise<Socket> {
  const secure = proxy.url.protocol === "https:";
  const at = { host: proxy.url.hostname.replace(/^\[|\]$/g, ""), port: proxy.port };
  return new Promise((resolve, reject) => {
    const socket = secure ? connectTls({ ...at, servername: serverName(at.host) }) : connectTcp(at);
    const fail = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new ProxyFault(proxy, error.message || (error.code ?? "does not connect")));
    };
    const timer = setTimeout(() => fail(new Error("does not answer")), timeoutMs);
    socket.once("error", fail);
    socket.once(secure ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      // What happens to it later is told by whoever uses it; on its own it must not end the process.
      socket.on("error", () => undefined);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

/** TLS forbids addresses as server names. */
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? "" : host;
}

async function throughConnect(
  proxy: Carrier,
  host: string,
  port: number,
  timeoutMs: number,
): Promise<Socket> {
  const connection = await toProxy(proxy, timeoutMs);
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return await new Promise<Socket>((resolve, reject) => {
    const request = httpRequest({
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...basicAuthorization(proxy.url) },
      // Where an agent is named, it connects by itself.
      createConnection: () => connection,
    });
    const fail = (reason: string, fault: "dead" | "refused") => {
      clearTimeout(timer);
      connection.destroy();
      reject(new ProxyFault(proxy, reason, fault));
    };
    const timer = setTimeout(() => fail("does not answer", "dead"), timeoutMs);
    request.on("error", (error) => fail(error.message, "dead"));
    request.on("connect", (response, socket, head) => {
      const status = response.statusCode ?? 0;
      if (status === 407) fail("does not accept our name and password", "dead");
      else if (status < 200 || status > 299) fail(`answered ${status} for ${authority}`, "refused");
      else {
        clearTimeout(timer);
        if (head.length > 0) socket.unshift(head);
        resolve(socket as Socket);
      }
    });
    request.end();
  });
}

async function throughSocks(
  proxy: Carrier,
  host: string,
  port: number,
  addressesOf: AddressesOf,
  timeoutMs: number,
): Promise<Socket> {
  const [first] = await addressesOf(host, String(port));
  const { url } = proxy;
  try {
    const { socket } = await SocksClient.createConnection({
      proxy: {
        host: url.hostname.replace(/^\[|\]$/g, ""),
        port: proxy.port,
        type: 5,
        ...(url.username === ""
          ? {}
          : { userId: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }),
      },
      command: "connect",
      destination: { host: url.protocol === "socks5h:" ? host : (first?.address ?? host), port },
      timeout: timeoutMs,
    });
    socket.on("error", () => undefined);
    return socket;
  } catch (error) {
    const { message } = error as Error;
    // The proxy is well and could not reach the site.
    const refused = /rejected connection/i.test(message);
    throw new ProxyFault(proxy, message, refused ? "refused" : "dead");
  }
}
