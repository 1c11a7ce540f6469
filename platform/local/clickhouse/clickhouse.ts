// Owns the HTTP front of the local ClickHouse: what ClickHouse's own HTTP interface takes and answers, over
// chdb in this process, so that @clickhouse/client, curl and the services can't tell it from a server.
//
// Promises: an insert is acknowledged only when its rows are in the table; a read ends when its client goes
// away or its time is up, a write runs to its end; neither results nor inserts are held whole in memory;
// whoever waits, waits in a bounded queue.
//
// Refuses, for everybody: files, addresses and other servers, in whatever a statement says (engine.ts has the
// grants, sql.ts the rest); several statements in one request; data through input(); ClickHouse's own LZ4
// framing (compress, decompress); sessions over HTTP; roles. A user with readonly 1 or 2, and GET, may only read.
import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import type { Logger } from "../../log.ts";
import { firstOf } from "../../signals.ts";
import { type Engine, openEngine, type Pipe } from "./engine.ts";
import { Exception, toException } from "./exception.ts";
import { contentType, Result, summary } from "./result.ts";
import { Slots } from "./slots.ts";
import { findForbidden, readOutput, tokenize, useGivenIds } from "./sql.ts";
import { readStatement, type Statement } from "./statement.ts";

export interface LocalUser {
  name: string;
  password: string;
  /** As ClickHouse's setting: 1 may only read, 2 may also change settings of its own queries. */
  readonly?: 0 | 1 | 2;
  /** Used where a request names none. */
  database?: string;
}

export interface ClickHouseLimits {
  /** What all queries together may take. */
  memoryBytesMax: number;
  /** What one read may take, unless it says otherwise in `max_memory_usage`. */
  readMemoryBytesMax: number;
  /** How long one read may run, unless it says otherwise in `max_execution_time`. */
  readTimeMaxS: number;
  /** Statements that change tables, at once. */
  writes: number;
  /** Reads at once that have not shown to be long. */
  lightReads: number;
  /** Reads at once that are long: said so by `workload=heavy`, or running for longer than lightTimeMs. */
  heavyReads: number;
  lightTimeMs: number;
  /** Requests of one class that may wait for their turn. */
  waitingMax: number;
  /** The data of one insert, uncompressed; they pass through a file in the data folder. */
  insertBytesMax: number;
  /** Text of a statement, without an insert's data. */
  queryBytesMax: number;
  /** With `wait_end_of_query` a result up to this size is held back until it is known to be whole. */
  waitedResultBytesMax: number;
  /** A client that takes nothing of its result for so long is given up. */
  resultStallMs: number;
}

const mebibyte = 1024 * 1024;

/** A running query holds one of libuv's threads, and one stays free to parse, compress and use files. */
const threads = () => Number(process.env.UV_THREADPOOL_SIZE ?? 4) - 1;

const defaultLimits = (): ClickHouseLimits => ({
  memoryBytesMax: 900 * mebibyte,
  readMemoryBytesMax: 400 * mebibyte,
  readTimeMaxS: 30,
  writes: threads() >= 8 ? 2 : 1,
  lightReads: threads() >= 8 ? 4 : 1,
  heavyReads: threads() >= 8 ? 2 : 1,
  lightTimeMs: 1000,
  waitingMax: 100,
  insertBytesMax: 256 * mebibyte,
  queryBytesMax: mebibyte,
  waitedResultBytesMax: 64 * mebibyte,
  resultStallMs: 30_000,
});

export interface LocalClickHouse extends AsyncDisposable {
  url: string;
}

export interface ClickHouseOptions {
  folder: string;
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** Made if it is missing, as ClickHouse's own image does. */
  database?: string;
  /** Without any, `default` without a password, as a new ClickHouse has it. */
  users?: readonly LocalUser[];
  log: Logger;
  limits?: Partial<ClickHouseLimits>;
}

export async function startClickHouse(options: ClickHouseOptions): Promise<LocalClickHouse> {
  const limits = { ...defaultLimits(), ...options.limits };
  const engine = await openEngine(options.folder, {
    memoryBytesMax: limits.memoryBytesMax,
    // A read that moves from light to heavy has its pipe with it.
    pipes: limits.lightReads + limits.heavyReads,
  });
  if (options.database !== undefined) {
    using connection = engine.connect();
    await connection.run(`SET param_name = ${quote(options.database)}`);
    await connection.run("CREATE DATABASE IF NOT EXISTS {name:Identifier}");
  }
  const front = new Front(engine, limits, options.users ?? [{ name: "default", password: "" }], options.log);
  const server = createServer((request, response) => void front.answer(request, response));
  server.keepAliveTimeout = 10_000;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, options.host, resolve);
    });
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "EADDRINUSE" ? "another program uses it" : String(error);
    throw new Error(`can't listen on ${options.host}:${options.port}: ${reason}`, { cause: error });
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
  options.log.info({ url, version: engine.version, folder: options.folder }, "ClickHouse answers");
  return {
    url,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      await front.stop();
      server.closeAllConnections();
      await closed;
      await engine[Symbol.asyncDispose]();
    },
  };
}

/** Parameters of the URL that say how to answer; every other one is a setting, as in ClickHouse. */
const reserved = new Set([
  "query",
  "database",
  "default_format",
  "user",
  "password",
  "quota_key",
  "query_id",
  "session_id",
  "session_timeout",
  "session_check",
  "stacktrace",
  "buffer_size",
  "wait_end_of_query",
  "client_protocol_version",
  "compress",
  "decompress",
  "role",
]);

/** With ClickHouse's own values a result of 1 KB rows takes 400 MB more, at the same speed on few cores. */
const lessMemory: [string, number][] = [
  ["max_block_size", 16_384],
  ["output_format_parallel_formatting", 0],
];

const unsupported = [
  ["compress", "use Accept-Encoding with enable_http_compression=1"],
  ["decompress", "use Content-Encoding"],
  ["session_id", "send what belongs together in one request, or leave it out"],
  ["role", "leave it out"],
] as const;

interface Request {
  id: string;
  user: LocalUser;
  /** 2 where the method is GET, as in ClickHouse. */
  readonly: 0 | 1 | 2;
  settings: ReadonlyMap<string, string>;
  parameters: ReadonlyMap<string, string>;
  database: string;
  defaultFormat: string;
  waitEndOfQuery: boolean;
}

class Front {
  readonly #engine: Engine;
  readonly #limits: ClickHouseLimits;
  readonly #users: Map<string, LocalUser>;
  readonly #log: Logger;
  readonly #writes: Slots;
  readonly #light: Slots;
  readonly #heavy: Slots;
  readonly #pipes: Pipe[];
  readonly #answering = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(engine: Engine, limits: ClickHouseLimits, users: readonly LocalUser[], log: Logger) {
    this.#engine = engine;
    this.#limits = limits;
    this.#users = new Map(users.map((user) => [user.name, user]));
    this.#log = log;
    const waiting = limits.waitingMax;
    this.#writes = new Slots("write", { running: limits.writes, waiting });
    this.#light = new Slots("light read", { running: limits.lightReads, waiting });
    this.#heavy = new Slots("heavy read", { running: limits.heavyReads, waiting });
    this.#pipes = [...engine.pipes];
  }

  /** Ends what reads, lets finish what writes, and refuses what comes. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Exception(236, "ABORTED", "The server is shutting down", 503));
    while (this.#answering.size > 0) await Promise.allSettled(this.#answering);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A body that is still coming may take for ever.
    const cut = () => request.complete || request.destroy();
    this.#stopping.signal.addEventListener("abort", cut);
    const answering = this.#answer(request, response);
    this.#answering.add(answering);
    try {
      await answering;
    } catch (error) {
      // Nothing can be said any more to this client; the others are answered all the same.
      this.#log.error({ error: String(error) }, "A request could not be answered");
      response.destroy();
    } finally {
      this.#stopping.signal.removeEventListener("abort", cut);
      this.#answering.delete(answering);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort(new Error("the client went away")));
    response.setHeader("X-ClickHouse-Server-Display-Name", hostname());
    try {
      const url = new URL(request.url ?? "/", "http://localhost");
      const reads = request.method === "GET" || request.method === "HEAD";
      if (url.pathname === "/ping" || url.pathname === "/replicas_status")
        return plain(response, 200, "Ok.\n");
      if (url.pathname !== "/") return plain(response, 404, nowhere(url.pathname));
      if (reads && url.search === "") return plain(response, 200, "Ok.\n");
      if (request.method !== "GET" && request.method !== "POST") {
        return plain(response, 501, `Method ${request.method} is not supported: send GET or POST\n`);
      }
      this.#stopping.signal.throwIfAborted();
      await this.#execute(request, url, response, gone.signal);
    } catch (error) {
      if (gone.signal.aborted) return;
      const exception = toException(this.#stopping.signal.aborted ? this.#stopping.signal.reason : error);
      const text = exception.text(this.#engine.version);
      if (exception.code === 1002) this.#log.warn({ error: text }, "A request failed in an unknown way");
      response.setHeader("X-ClickHouse-Exception-Code", String(exception.code));
      plain(response, exception.status, `${text}\n`);
    }
  }

  async #execute(
    request: IncomingMessage,
    url: URL,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    const asked = this.#read(request, url);
    response.setHeader("X-ClickHouse-Query-Id", asked.id);
    response.setHeader("X-ClickHouse-Timezone", this.#engine.timezone);
    const query = url.searchParams.get("query") ?? "";
    const statement = await readStatement(request, query, this.#limits, this.#engine.spool);
    await using data = statement.data;
    if (statement.tokens.length === 0) throw new Exception(62, "SYNTAX_ERROR", "Syntax error: Empty query");
    for (const tokens of [statement.tokens, data?.values ?? []]) {
      const forbidden = findForbidden(tokens, asked.parameters, this.#engine.foreignEngines);
      if (forbidden !== undefined) throw new Exception(497, "ACCESS_DENIED", forbidden);
    }

    const analysis = await this.#engine.classify(statement.text);
    if (analysis.statements > 1) {
      throw new Exception(62, "SYNTAX_ERROR", "Syntax error (Multi-statements are not allowed)");
    }
    switch (analysis.class) {
      case "read": {
        using over = firstOf(gone, this.#stopping.signal);
        return await this.#select(asked, statement, response, over.signal);
      }
      case "write": {
        using _slot = await this.#writes.take(gone);
        return await this.#command(asked, statement, response, gone);
      }
      case "control":
      case "unknown": {
        using _slot = await this.#light.take(gone);
        return await this.#command(asked, statement, response, gone);
      }
      default:
        return analysis.class satisfies never;
    }
  }

  /** What a request says, its query aside. */
  #read(request: IncomingMessage, url: URL): Request {
    const user = this.#authenticate(request, url);
    const asked = url.searchParams;
    for (const [parameter, instead] of unsupported) {
      if (/^(|0|false)$/i.test(asked.get(parameter) ?? "")) continue;
      throw new Exception(48, "NOT_IMPLEMENTED", `${parameter} is not supported here: ${instead}`);
    }
    const settings = new Map<string, string>();
    const parameters = new Map<string, string>();
    for (const [name, value] of asked) {
      if (!/^\w+$/.test(name)) throw new Exception(115, "UNKNOWN_SETTING", `Unknown setting '${name}'`);
      if (name.startsWith("param_")) parameters.set(name.slice("param_".length), value);
      else if (!reserved.has(name)) settings.set(name, value);
    }
    const own = user.readonly ?? 0;
    const [changed] = settings.keys();
    if (own === 1 && changed !== undefined) {
      throw new Exception(164, "READONLY", `Cannot modify '${changed}' setting in readonly mode.`);
    }
    const defaultFormat =
      asked.get("default_format") || header(request, "x-clickhouse-format") || "TabSeparated";
    if (!/^\w+$/.test(defaultFormat)) {
      throw new Exception(73, "UNKNOWN_FORMAT", `Unknown format ${defaultFormat}`);
    }
    return {
      id: asked.get("query_id") || randomUUID(),
      user,
      readonly: own === 0 && request.method === "GET" ? 2 : own,
      settings,
      parameters,
      database:
        asked.get("database") || header(request, "x-clickhouse-database") || user.database || "default",
      defaultFormat,
      waitEndOfQuery: /^(1|true)$/i.test(asked.get("wait_end_of_query") ?? ""),
    };
  }

  #authenticate(request: IncomingMessage, url: URL): LocalUser {
    const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    let name = header(request, "x-clickhouse-user");
    let password = header(request, "x-clickhouse-key");
    if (basic !== undefined) {
      const [user = "", ...rest] = Buffer.from(basic, "base64").toString().split(":");
      name = user;
      password = rest.join(":");
    } else if (name === undefined && password === undefined) {
      name = url.searchParams.get("user") ?? undefined;
      password = url.searchParams.get("password") ?? undefined;
    }
    const user = this.#users.get(name || "default");
    if (user === undefined || !same(user.password, password ?? "")) {
      throw new Exception(
        516,
        "AUTHENTICATION_FAILED",
        `${name || "default"}: Authentication failed: password is incorrect, or there is no user with such name.`,
      );
    }
    return user;
  }

  /** Statements that make a fresh connection the one that was asked for. */
  #prepare(asked: Request, defaults: [string, string | number][]): string {
    const settings = new Map([
      ...defaults,
      ...asked.settings,
      ["log_comment", [tagOf(asked), asked.id, asked.settings.get("log_comment") ?? ""].join("\t")],
    ]);
    return [
      `SET ${[...settings].map(([name, value]) => `${name} = ${quote(String(value))}`).join(", ")}`,
      ...[...asked.parameters].map(([name, value]) => `SET param_${name} = ${quote(value)}`),
      ...(asked.database === "default" ? [] : [`USE ${identifier(asked.database)}`]),
      ...(asked.readonly === 0 ? [] : [`SET readonly = ${asked.readonly}`]),
    ].join(";\n");
  }

  async #command(
    asked: Request,
    statement: Statement,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    using connection = this.#engine.connect();
    const { data } = statement;
    const literals: [string, string][] =
      data?.format.toUpperCase() === "VALUES" && data.values === undefined
        ? [["input_format_values_interpret_expressions", "0"]]
        : [];
    await connection.run(this.#prepare(asked, literals));
    const format = data?.format ?? readOutput(statement.tokens).format ?? asked.defaultFormat;
    // Whoever gave up may count on this: what does not run yet never will.
    gone.throwIfAborted();
    try {
      const { text, ran } = await connection.run(useGivenIds(statement.text, statement.tokens), format);
      response.setHeader("X-ClickHouse-Format", format);
      response.setHeader("X-ClickHouse-Summary", summary(ran, data !== undefined));
      plain(response, 200, text, data === undefined ? contentType(format) : undefined);
    } catch (error) {
      throw withoutFile(explainReadonly(asked, toException(error)));
    }
  }

  async #select(
    asked: Request,
    statement: Statement,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    using _slot = await this.#takeRead(asked, signal);
    const pipe = this.#pipes.pop();
    if (pipe === undefined) throw new Error("there are fewer pipes than reads");
    try {
      const prepared = this.#prepare(asked, [
        ["max_execution_time", this.#limits.readTimeMaxS],
        ["max_memory_usage", this.#limits.readMemoryBytesMax],
        ...lessMemory,
      ]);
      const { sql, format } = intoPipe(statement, asked.defaultFormat, pipe.path);
      const result = new Result(response, {
        format,
        compress: /^(1|true)$/i.test(asked.settings.get("enable_http_compression") ?? ""),
        holdBytes: asked.waitEndOfQuery ? this.#limits.waitedResultBytesMax : mebibyte,
        stallMs: this.#limits.resultStallMs,
        version: this.#engine.version,
      });
      using connection = this.#engine.connect();
      using _end = this.#endOn(signal, asked);
      const { reader, finish } = pipe.open();
      const taken = result.take(reader);
      const outcome = await connection.run(`${prepared};\n${sql}`, format).then(
        ({ ran }) => ran,
        (error: unknown) => explainReadonly(asked, toException(error)),
      );
      finish();
      await taken;
      if (signal.aborted) result.fail(toException(signal.reason));
      else if (outcome instanceof Exception) result.fail(outcome);
      else result.end(outcome);
    } finally {
      this.#pipes.push(pipe);
    }
  }

  /** A read that takes long makes room for others among the light ones, where there is room for it. */
  async #takeRead(asked: Request, signal: AbortSignal): Promise<Disposable> {
    if (asked.settings.get("workload") === "heavy") return await this.#heavy.take(signal);
    const light = await this.#light.take(signal);
    let held = light;
    const demote = setInterval(() => {
      const heavy = this.#heavy.tryTake();
      if (heavy === undefined) return;
      clearInterval(demote);
      held = heavy;
      light[Symbol.dispose]();
    }, this.#limits.lightTimeMs);
    return {
      [Symbol.dispose]() {
        clearInterval(demote);
        held[Symbol.dispose]();
      },
    };
  }

  #endOn(signal: AbortSignal, asked: Request): Disposable {
    signal.throwIfAborted();
    const end = () => {
      try {
        this.#engine.kill(tagOf(asked));
      } catch (error) {
        this.#log.warn({ error: String(error), queryId: asked.id }, "A query could not be ended");
      }
    };
    signal.addEventListener("abort", end, { once: true });
    return { [Symbol.dispose]: () => signal.removeEventListener("abort", end) };
  }
}

/** The statement with its result going to the pipe. */
function intoPipe(statement: Statement, defaultFormat: string, path: string) {
  const text = useGivenIds(statement.text, statement.tokens);
  const tokens = text === statement.text ? statement.tokens : tokenize(Buffer.from(text).toString("latin1"));
  const bytes = Buffer.from(text);
  const output = readOutput(tokens);
  const part = (from: number, to: number) => bytes.subarray(from, to).toString();
  const format = output.format ?? defaultFormat;
  const rest = output.format === undefined ? `FORMAT ${format}` : part(output.at, output.end);
  return { sql: `${part(0, output.at)}\nINTO OUTFILE ${quote(path)} APPEND ${rest}`, format };
}

/** Marks what runs for a request, so that it can be ended; a query id may be any text. */
function tagOf(asked: Request): string {
  return createHash("sha256").update(asked.id).digest("hex").slice(0, 32);
}

function explainReadonly(asked: Request, exception: Exception): Exception {
  if (exception.type !== "READONLY" || asked.readonly !== 2 || asked.user.readonly === 2) return exception;
  return new Exception(
    164,
    "READONLY",
    `${exception.message} For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries.`,
  );
}

/** That data pass through a file is no matter of the client's. */
function withoutFile(exception: Exception): Exception {
  const message = exception.message
    .replace(/:? ?\(in file\/uri [^)]*\)/, "")
    .replace(": While executing File: data for INSERT was parsed from file", "");
  return new Exception(exception.code, exception.type, message, exception.status);
}

function nowhere(path: string): string {
  return `There is no handle ${path}

Use / or /ping for health checks.
Or /replicas_status for more sophisticated health checks.

Send queries from your program with POST method or GET /?query=...
`;
}

function plain(
  response: ServerResponse,
  status: number,
  text: string,
  type = "text/plain; charset=UTF-8",
): void {
  response.statusCode = status;
  response.setHeader("Content-Type", type);
  response.end(text);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function identifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, "\\$&")}\``;
}

function quote(value: string): string {
  return `'${value.replace(/[\\']/g, "\\$&")}'`;
}

function same(expected: string, given: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
