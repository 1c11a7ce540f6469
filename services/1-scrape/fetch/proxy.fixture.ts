// Owns the proxies of a test: a real HTTP proxy, with CONNECT and whole addresses, and a real SOCKS 5 one. Both
// can want a name and a password, keep a log of where they were sent, and send everybody to one place instead
// of to the host that they were asked for, since hosts of the internet are not to be reached from a test.
import { createServer, request as httpRequest } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";
import type { Certificate } from "./site.fixture.ts";

export interface TestProxy extends AsyncDisposable {
  port: number;
  /** What it was asked for: "CONNECT host:port", "GET address" or "SOCKS host:port". */
  log: string[];
}

export interface TestProxyOptions {
  user?: string;
  password?: string;
  /** Where everything goes. */
  to?: { port: number };
  tls?: Certificate;
  /** What it says to each CONNECT, or the reply code of SOCKS. */
  refuses?: number;
  /** Takes connections and says nothing. */
  silent?: boolean;
}

export async function openHttpProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  const log: string[] = [];
  const wanted =
    options.user === undefined
      ? undefined
      : `Basic ${Buffer.from(`${options.user}:${options.password}`).toString("base64")}`;
  const server = options.tls === undefined ? createServer() : createTlsServer(options.tls);
  server.on("request", (request, response) => {
    log.push(`${request.method} ${request.url}`);
    if (options.silent) return;
    if (wanted !== undefined && request.headers["proxy-authorization"] !== wanted) {
      response.writeHead(407, { "proxy-authenticate": "Basic" }).end();
      return;
    }
    const url = new URL(request.url ?? "");
    const { "proxy-authorization": _, ...headers } = request.headers;
    const onward = httpRequest(
      {
        host: "127.0.0.1",
        port: options.to?.port ?? url.port,
        path: url.pathname + url.search,
        method: request.method,
        headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.on("connect", (request, socket, head) => {
    log.push(`CONNECT ${request.url}`);
    if (options.silent) return;
    socket.on("error", () => undefined);
    if (wanted !== undefined && request.headers["proxy-authorization"] !== wanted) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    if (options.refuses !== undefined) {
      socket.end(`HTTP/1.1 ${options.refuses} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(options.to?.port ?? Number(request.url?.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  });
  return await started(server, log);
}

export async function openSocksProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  const log: string[] = [];
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    void speakSocks(socket, options, log);
  });
  return await started(server, log);
}

/** RFC 1928 and 1929, as far as CONNECT. */
async function speakSocks(socket: Socket, options: TestProxyOptions, log: string[]): Promise<void> {
  const read = reader(socket);
  const [, methods = 0] = await read(2);
  await read(methods);
  if (options.silent) return;
  if (options.user === undefined) socket.write(Buffer.from([5, 0]));
  else {
    socket.write(Buffer.from([5, 2]));
    const [, userLength = 0] = await read(2);
    const user = (await read(userLength)).toString();
    const [passwordLength = 0] = await read(1);
    const password = (await read(passwordLength)).toString();
    const right = user === options.user && password === options.password;
    socket.write(Buffer.from([1, right ? 0 : 1]));
    if (!right) {
      socket.end();
      return;
    }
  }
  const [, , , kind] = await read(4);
  const [length = 0] = kind === 3 ? await read(1) : [kind === 1 ? 4 : 16];
  const target = await read(length);
  const port = (await read(2)).readUInt16BE();
  log.push(`SOCKS ${kind === 3 ? target.toString() : [...target].join(".")}:${port}`);
  const reply = (code: number) => socket.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]));
  if (options.refuses !== undefined) {
    reply(options.refuses);
    socket.end();
    return;
  }
  const onward = connect(options.to?.port ?? port, "127.0.0.1", () => {
    reply(0);
    onward.pipe(socket);
    socket.pipe(onward);
  });
  onward.on("error", () => socket.destroy());
  socket.on("close", () => onward.destroy());
}

/** Reads so many bytes and leaves the rest in the socket. */
function reader(socket: Socket): (bytes: number) => Promise<Buffer> {
  return async (bytes) => {
    for (;;) {
      const chunk = socket.read(bytes) as Buffer | null;
      if (chunk !== null) return chunk;
      await new Promise((resolve) => socket.once("readable", resolve));
    }
  };
}

async function started(server: Server, log: string[]): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    log,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      // A second time says that it is closed already.
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
