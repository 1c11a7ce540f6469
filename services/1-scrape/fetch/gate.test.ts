import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type Gate, type GateOptions, openGate } from "./gate.ts";

const scope: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of scope.splice(0).reverse()) await end();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function site() {
  const log: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    log.push(request);
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      response.writeHead(200, { "x-made": "up", connection: "x-private, close", "x-private": "1" });
      response.end(`${request.method} ${request.url} ${text}`);
    });
  });
  const host = await listen(server);
  scope.push(() => void server.close());
  return { host, port: host.split(":")[1] ?? "", log };
}

async function gate(options: Partial<GateOptions> = {}): Promise<Gate> {
  const one = await openGate({ allowedAddresses: [], ...options });
  scope.push(async () => one[Symbol.asyncDispose]());
  return one;
}

/** A plain request through the gate, as a browser makes it. */
async function through(one: Gate, url: string, headers: Record<string, string> = {}, body = "") {
  const { hostname, port } = new URL(one.url);
  const request = httpRequest({
    hostname,
    port,
    path: url,
    method: body ? "POST" : "GET",
    headers,
    agent: false,
  });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

/** The first line of the answer to CONNECT, and the connection. */
async function tunnel(one: Gate, authority: string) {
  const { hostname, port } = new URL(one.url);
  const socket = connect(Number(port), hostname);
  scope.push(() => void socket.destroy());
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  const [head] = (await once(socket, "data")) as [Buffer];
  return { socket, line: head.toString().split("\r\n")[0] };
}

test("what is allowed passes whole, without what concerns one connection alone", async () => {
  const { host, log } = await site();
  const one = await gate({ allowedAddresses: [host] });
  const headers = {
    "proxy-authorization": "Basic x",
    "x-kept": "1",
    connection: "keep-alive, x-hop",
    "x-hop": "1",
  };
  const answer = await through(one, `http://${host}/a?b=c`, headers, "a body");
  expect(answer).toMatchObject({ status: 200, text: "POST /a?b=c a body", headers: { "x-made": "up" } });
  expect(answer.headers["x-private"]).toBeUndefined();
  expect(log[0]?.headers).toMatchObject({ host, "x-kept": "1" });
  for (const name of ["proxy-authorization", "x-hop"]) expect(log[0]?.headers[name]).toBeUndefined();
});

test("private addresses are refused by either way, whatever name stands for them, and the reason is known", async () => {
  const { port, log } = await site();
  const one = await gate({ lookup: async () => [{ address: "127.0.0.1", family: 4 }] });
  for (const name of [
    "127.0.0.1",
    "inward.example",
    "[::1]",
    "localhost",
    "0x7f000001",
    "[::ffff:127.0.0.1]",
  ]) {
    expect((await through(one, `http://${name}:${port}/`)).status).toBe(403);
    expect((await tunnel(one, `${name}:${port}`)).line).toBe("HTTP/1.1 403 Forbidden");
    expect(one.refusal(new URL(`http://${name}:${port}/x`))?.message).toMatch(/is not a public address/);
  }
  expect(one.refusal(new URL("http://elsewhere.example/"))).toBeUndefined();
  expect(log).toEqual([]);
});

test("the connection goes to the address that was checked, though the name stands for another a moment later", async () => {
  const { host, port, log } = await site();
  const answers = [host.split(":")[0] ?? "", "169.254.169.254"];
  const one = await gate({
    allowedAddresses: [`turning.example:${port}`],
    lookup: async () => [{ address: answers.shift() ?? "", family: 4 }],
  });
  expect((await through(one, `http://turning.example:${port}/`)).status).toBe(200);
  expect(answers).toEqual(["169.254.169.254"]);
  expect(log[0]?.headers.host).toBe(`turning.example:${port}`);
});

test("a tunnel carries bytes both ways until one side ends", async () => {
  const echo = createTcpServer((socket) => socket.pipe(socket));
  const host = await listen(echo);
  scope.push(() => void echo.close());
  const { socket, line } = await tunnel(await gate({ allowedAddresses: [host] }), host);
  expect(line).toBe("HTTP/1.1 200 Connection established");
  socket.write("there and back");
  expect(String((await once(socket, "data"))[0])).toBe("there and back");
  socket.end();
  await once(socket, "close");
});

test("what is no request for a proxy, or leads nowhere, is answered so", async () => {
  const one = await gate({ lookup: async () => Promise.reject(new Error("no such name")) });
  expect((await through(one, "/admin")).status).toBe(400);
  expect((await through(one, "ftp://site.example/")).status).toBe(400);
  expect((await through(one, "http://nowhere.example/")).status).toBe(502);
  expect((await tunnel(one, "nowhere.example:443")).line).toBe("HTTP/1.1 502 Bad Gateway");
});

test("through a tunnel goes what was checked, and nothing else; what it said is known", async () => {
  const { host, port } = await site();
  const asked: string[] = [];
  let dead = false;
  const one = await gate({
    allowedAddresses: [`site.example:${port}`],
    lookup: async () => [{ address: "10.0.0.1", family: 4 }],
    tunnel: async (name, at) => {
      asked.push(`${name}:${at}`);
      if (dead) throw new Error("the proxy is dead");
      const socket = connect(Number(port), host.split(":")[0]);
      await once(socket, "connect");
      return socket;
    },
  });
  expect((await through(one, `http://site.example:${port}/a`)).text).toBe("GET /a ");
  expect((await tunnel(one, `site.example:${port}`)).line).toBe("HTTP/1.1 200 Connection established");
  expect((await through(one, `http://inward.example:${port}/`)).status).toBe(403);
  dead = true;
  expect((await tunnel(one, `site.example:${port}`)).line).toBe("HTTP/1.1 502 Bad Gateway");
  expect(one.refusal(new URL(`http://site.example:${port}/`))?.message).toBe("the proxy is dead");
  expect(asked).toEqual(Array(3).fill(`site.example:${port}`));
});

test("closed, it lets go of the connections that are open", async () => {
  const silent = createTcpServer(() => undefined);
  const host = await listen(silent);
  const one = await openGate({ allowedAddresses: [host] });
  const { socket } = await tunnel(one, host);
  const ended = once(socket, "close");
  socket.on("error", () => undefined);
  await one[Symbol.asyncDispose]();
  await ended;
  silent.close();
});
