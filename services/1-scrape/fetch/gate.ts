// Owns the way out of the browser: a forward proxy on this machine's own loopback. Promises that whatever a page
// asks for, by whatever script, redirect or name, goes to an address that was checked here, and to that very
// address. It looks at no content and keeps none.
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect, type LookupFunction, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { messageOf } from "@skillstream/platform/errors.ts";
import { checkedLookup, type NameLookup, Refused, systemLookup } from "./addresses.ts";

export interface GateOptions {
  /** host:port pairs that may be asked though their address is not public. */
  allowedAddresses: readonly string[];
  lookup?: NameLookup | undefined;
  /** How a checked host is reached where not directly, such as through a proxy. */
  tunnel?: ((host: string, port: number) => Promise<Duplex>) | undefined;
}

export interface Gate extends AsyncDisposable {
  /** What the browser is told to leave by. */
  url: string;
  /** Why this host (with its port) was refused, or no proxy reached it, when it was last asked for. */
  refusal(url: URL): Error | undefined;
}

/** Without a byte in either direction. */
const idleTimeoutMs = 60_000;
/** A page that opens more waits for its own. */
const connectionsMax = 512;
/** Hosts that were not reached; what is older is forgotten. */
const refusalsMax = 1_000;

export async function openGate({
  allowedAddresses,
  lookup = systemLookup,
  tunnel: carried,
}: GateOptions): Promise<Gate> {
  const check = checkedLookup(new Set(allowedAddresses), lookup);
  const refusals = new Map<string, Error>();
  const sockets = new Set<Duplex>();

  /** The connection is made to what was found here, whatever the name stands for a moment later. */
  async function reached(url: URL): Promise<Duplex> {
    const port = portOf(url);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const name = `${url.hostname}:${port}`;
    try {
      const found = await check(url.hostname, port);
      const lookup: LookupFunction = (_, { all }, callback) =>
        all ? callback(null, found) : callback(null, found[0]?.address ?? "", found[0]?.family ?? 0);
      const socket =
        carried === undefined
          ? await connected({ host, port: Number(port), lookup })
          : await carried(host, Number(port));
      refusals.delete(name);
      track(socket);
      return socket;
    } catch (error) {
      if (error instanceof Refused || carried !== undefined) note(name, error as Error);
      throw error;
    }
  }

  function note(name: string, error: Error): void {
    refusals.set(name, error);
    for (const oldest of refusals.keys()) {
      if (refusals.size <= refusalsMax) break;
      refusals.delete(oldest);
    }
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? "";
    if (!target.startsWith("http://") || !URL.canParse(target)) {
      response.writeHead(400).end();
      return;
    }
    const url = new URL(target);
    const socket = await reached(url);
    await new Promise<void>((resolve, reject) => {
      const onward = httpRequest(
        {
          createConnection: () => socket,
          method: request.method,
          path: `${url.pathname}${url.search}`,
          // Of an address and a Host that differ, the address counts (RFC 9112, section 3.2.2).
          headers: { ...endToEnd(request.headers), host: url.host },
          timeout: idleTimeoutMs,
        },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
          answer.on("error", () => response.destroy());
          answer.pipe(response);
        },
      );
      onward.on("timeout", () => onward.destroy(new Error("no answer in time")));
      onward.on("error", reject);
      onward.on("close", () => socket.destroy());
      response.on("close", () => {
        onward.destroy();
        resolve();
      });
      request.pipe(onward);
    });
  }

  async function tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    const authority = `http://${request.url}`;
    if (!URL.canParse(authority)) throw new Error("no host");
    const onward = await reached(new URL(authority));
    if (client.destroyed) onward.destroy();
    onward.on("error", () => client.destroy());
    onward.on("close", () => client.destroy());
    client.on("close", () => onward.destroy());
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    onward.write(head);
    onward.pipe(client);
    client.pipe(onward);
  }

  function track(socket: Duplex): void {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  }

  const server = createServer((request, response) => {
    pass(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(error instanceof Refused ? 403 : 502).end(messageOf(error));
    });
  });
  server.maxConnections = connectionsMax;
  server.on("connection", (socket: Socket) => {
    track(socket);
    socket.on("error", () => socket.destroy());
  });
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    tunnel(request, client, head).catch((error: unknown) => {
      client.end(`HTTP/1.1 ${error instanceof Refused ? "403 Forbidden" : "502 Bad Gateway"}\r\n\r\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refusal: (url) => refusals.get(`${url.hostname}:${portOf(url)}`),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function connected(to: { host: string; port: number; lookup: LookupFunction }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(to);
    socket.setTimeout(idleTimeoutMs, () => socket.destroy(new Error("no byte in time")));
    socket.once("connect", () => resolve(socket));
    socket.on("error", reject);
  });
}

const portOf = (url: URL) => url.port || (url.protocol === "https:" ? "443" : "80");

/** Without what concerns this connection alone (RFC 9110, section 7.6.1). */
function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = String(headers.connection ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase());
  const hop = new Set([
    "connection",
    "proxy-connection",
    "proxy-authorization",
    "proxy-authenticate",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    ...named,
  ]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hop.has(name)));
}
