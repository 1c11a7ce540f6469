// Owns the frame of the replica sites: a real server on this machine that answers as a site does, writes down
// every request, and can be told to misbehave in the ways in which sites do.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

export interface ReplicaRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  /** The body, where it is JSON. */
  json: unknown;
  /** The body as it came. */
  text: string;
  cookies: Map<string, string>;
  headers: IncomingMessage["headers"];
}

export interface ReplicaAnswer {
  status?: number;
  /** Content-Type; HTML where nothing is said. */
  type?: string;
  body: string | Buffer;
  headers?: Record<string, string | string[]>;
}

/** undefined: there is no such page. */
export type Answering = (request: ReplicaRequest) => ReplicaAnswer | undefined;

export type Fault =
  | "429"
  | "503"
  | "forbidden"
  | "login wall"
  | "captcha"
  | "changed"
  | "slow"
  | "cut off"
  | "redirect loop"
  | "bomb"
  | "endless";

export interface LogLine {
  /** Milliseconds since 1970. */
  at: number;
  method: string;
  /** With its query. */
  path: string;
  status: number;
  cookie: string;
}

export interface Replica extends AsyncDisposable {
  url: string;
  /** 127.0.0.1 and the port. */
  host: string;
  log: LogLine[];
  /** Pages that are wanted misbehave until told otherwise; robots.txt never does. */
  fault(kind: Fault | undefined, wanted?: (path: string) => boolean): void;
  /** Resolves at the next request whose path is wanted. */
  asked(wanted: (path: string) => boolean): Promise<LogLine>;
}

/** Of what a bomb unpacks to. */
const bombBytes = 256 * 1024 * 1024;
const retryAfterS = 2;
const slowChunkMs = 200;
const bodyBytesMax = 1024 * 1024;

/** Without `robots` everything may be fetched, 50 times a second. */
export async function startReplica(
  answer: Answering,
  { robots = "User-agent: *\nCrawl-delay: 0.02\n", port = 0 }: { robots?: string; port?: number } = {},
): Promise<Replica> {
  const log: LogLine[] = [];
  const waiting: { wanted: (path: string) => boolean; resolve: (line: LogLine) => void }[] = [];
  let fault: { kind: Fault; wanted: (path: string) => boolean } | undefined;

  const server = createServer((request, response) => {
    void handle(request, response);
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const line: LogLine = {
      at: Date.now(),
      method: request.method ?? "",
      path,
      status: 0,
      cookie: request.headers.cookie ?? "",
    };
    log.push(line);
    for (const one of waiting.filter(({ wanted }) => wanted(path))) {
      waiting.splice(waiting.indexOf(one), 1);
      one.resolve(line);
    }
    const body = await bodyOf(request);
    response.on("close", () => {
      line.status = response.statusCode;
    });
    if (path === "/robots.txt") {
      response.setHeader("content-type", "text/plain");
      response.end(robots);
      return;
    }
    const url = new URL(path, "http://replica");
    const made = answer({
      method: request.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      json: jsonOf(body),
      text: body,
      cookies: cookiesOf(request.headers.cookie ?? ""),
      headers: request.headers,
    });
    if (fault?.wanted(path)) misbehave(fault.kind, made, request, response);
    else
      send(response, made ?? { status: 404, body: "<title>Not found</title><p>There is no such page.</p>" });
  }

  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    log,
    fault(kind, wanted = () => true) {
      fault = kind === undefined ? undefined : { kind, wanted };
    },
    asked: (wanted) => new Promise((resolve) => waiting.push({ wanted, resolve })),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(
  response: ServerResponse,
  { status = 200, type = "text/html; charset=utf-8", body, headers }: ReplicaAnswer,
) {
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(body);
}

function misbehave(
  kind: Fault,
  made: ReplicaAnswer | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const page = made ?? { body: "<p>A page.</p>" };
  switch (kind) {
    case "429":
      send(response, {
        status: 429,
        body: "Too many requests",
        headers: { "retry-after": String(retryAfterS) },
      });
      return;
    case "503":
      send(response, { status: 503, body: "Service unavailable" });
      return;
    case "forbidden":
      send(response, { status: 403, body: "<h1>Access denied</h1>" });
      return;
    case "login wall":
      send(response, { body: `<title>Sign in</title><form action="/uas/login">Sign in to continue</form>` });
      return;
    case "captcha":
      send(response, { body: `<title>Security check</title><div class="g-recaptcha">Are you human?</div>` });
      return;
    case "changed":
      send(response, {
        ...page,
        type: "text/html",
        body: "<main><h1>Welcome to our new careers pages</h1></main>",
      });
      return;
    case "slow": {
      const bytes = Buffer.from(page.body);
      response.writeHead(page.status ?? 200, { "content-type": page.type ?? "text/html" });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(bytes.subarray(sent, sent + 16));
        sent += 16;
        if (sent >= bytes.length) response.end();
      }, slowChunkMs);
      response.on("close", () => clearInterval(timer));
      return;
    }
    case "cut off": {
      const bytes = Buffer.from(page.body);
      response.writeHead(page.status ?? 200, {
        "content-type": page.type ?? "text/html",
        "content-length": bytes.length,
      });
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
      return;
    }
    case "redirect loop": {
      const url = new URL(request.url ?? "/", "http://replica");
      url.searchParams.set("again", String(Number(url.searchParams.get("again") ?? 0) + 1));
      send(response, { status: 302, body: "", headers: { location: `${url.pathname}${url.search}` } });
      return;
    }
    case "bomb":
      send(response, { body: bomb(), headers: { "content-encoding": "gzip" } });
      return;
    case "endless": {
      response.writeHead(200, { "content-type": "text/html" });
      const chunk = "<p>More and more.</p>".repeat(4_000);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
      return;
    }
    default:
      kind satisfies never;
  }
}

let packed: Buffer | undefined;

function bomb(): Buffer {
  packed ??= gzipSync(Buffer.alloc(bombBytes), { level: 9 });
  return packed;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bodyBytesMax) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function cookiesOf(header: string): Map<string, string> {
  return new Map(
    header
      .split(";")
      .map((pair) => pair.trim().split(/=(.*)/s))
      .filter(([name]) => name !== "")
      .map(([name = "", value = ""]) => [name, value]),
  );
}
