// Owns chdb: ClickHouse as a library in this process. One engine holds one folder, one process a folder;
// every request gets a connection of its own (0.1 ms), so settings, parameters and temporary tables never
// reach the next one. What may be touched is for the engine's own grants to say: nobody has the right to
// read or write files, addresses or other servers. What those grants leave open, sql.ts refuses.
//
// It uses the addon beneath chdb's Session, since a Session does not say what class a statement is of, and
// adds hooks to the process. chdb must never be loaded in a worker thread that ends: every connection of the
// process then stands still.
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { dirname, join, resolve } from "node:path";
import { toException } from "./exception.ts";

type Handle = object;

interface Native {
  CreateConnection(path: string, args: readonly string[]): Handle | null;
  CloseConnection(handle: Handle): void;
  QueryWithConnection(handle: Handle, sql: string, format: string): string;
  QueryAsyncConnection(
    handle: Handle,
    sql: string,
    format: string,
  ): Promise<{ bytes: Uint8Array; elapsed: number; rowsRead: number; bytesRead: number }>;
  DurableClassifyAsync(
    handle: Handle,
    sql: string,
    database: string,
  ): Promise<{ statementCount: number; queryClass: number }>;
}

/** What a statement cost. For an insert, what was read is what was written. */
export interface Ran {
  elapsedS: number;
  rows: number;
  bytes: number;
}

/**
 * read leaves no trace; write changes tables; control is SET, USE, SYSTEM, KILL and what reaches outside;
 * unknown does not parse.
 */
export type StatementClass = "read" | "write" | "control" | "unknown";

export interface Connection extends Disposable {
  /** Runs statements one after the other; the text is the last one's whole result. */
  run(sql: string, format?: string): Promise<{ text: string; ran: Ran }>;
}

/** A named pipe that the engine writes a result to and that is read here, with backpressure. */
export interface Pipe {
  path: string;
  /** Opens it for one result; after `finish`, once the engine is done, the reader comes to its end. */
  open(): { reader: Socket; finish(): void };
}

export interface EngineLimits {
  /** What all queries of the process may take together. */
  memoryBytesMax: number;
  /** Results that are read at once. */
  pipes: number;
}

export interface Engine extends AsyncDisposable {
  readonly version: string;
  readonly timezone: string;
  readonly pipes: readonly Pipe[];
  /** Table and database engines that reach outside the folder. */
  readonly foreignEngines: ReadonlySet<string>;
  /** Folder for what lasts as long as one request. */
  readonly spool: string;
  connect(): Connection;
  /** The engine's own parser says what a text holds. */
  classify(sql: string): Promise<{ statements: number; class: StatementClass }>;
  /** Ends the queries whose log_comment starts with `tag`; returns before they have ended. */
  kill(tag: string): void;
}

const ownEngines = [
  "MergeTree",
  "ReplacingMergeTree",
  "SummingMergeTree",
  "AggregatingMergeTree",
  "CollapsingMergeTree",
  "VersionedCollapsingMergeTree",
  "CoalescingMergeTree",
  "GraphiteMergeTree",
  "Memory",
  "Null",
  "Log",
  "TinyLog",
  "StripeLog",
  "Set",
  "Join",
  "Buffer",
  "View",
  "MaterializedView",
  "Merge",
  "Atomic",
  "Ordinary",
];

/**
 * No SOURCES, no FILE, URL, S3 or REMOTE, no BACKUP, no named collection, no dictionary (it has sources). It
 * is this, too, that keeps chdb's `default` database from showing the machine's files as tables.
 */
const grants = [
  "SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE TEMPORARY TABLE",
  "CREATE FUNCTION, DROP FUNCTION, DROP, UNDROP TABLE, TRUNCATE, OPTIMIZE, CHECK, KILL QUERY, dictGet",
  "SYSTEM FLUSH LOGS, SYSTEM MERGES, SYSTEM VIEWS, SYSTEM DROP CACHE",
];

/**
 * Settings that would read or write files, reach a server, or have a string read as SQL where nobody has
 * looked at it; nobody may change them.
 */
const fixedSettings = [
  "additional_result_filter",
  "additional_table_filters",
  "allow_experimental_eval_table_function",
  "dialect",
  "format_avro_schema_registry_url",
  "format_schema",
  "format_schema_source",
  "format_template_resultset",
  "format_template_row",
  "input_format_record_errors_file_path",
  "output_format_schema",
  "parallel_replicas_custom_key",
  "polyglot_dialect",
  "rename_files_after_processing",
];

const usersXml = `<clickhouse>
  <profiles><default>
    <implicit_select>0</implicit_select>
    <constraints>${fixedSettings.map((name) => `<${name}><const/></${name}>`).join("")}</constraints>
  </default></profiles>
  <quotas><default/></quotas>
  <users><default>
    <password/><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
    <grants>${grants.map((rights) => `<query>GRANT ${rights} ON *.*</query>`).join("")}</grants>
  </default></users>
</clickhouse>
`;

/** Caches and pools for one machine beside Kafka and the services, all of which share 3 GB. */
const serverXml = (usersFile: string, limits: EngineLimits) => `<clickhouse>
  <users_config>${usersFile}</users_config>
  <max_server_memory_usage>${limits.memoryBytesMax}</max_server_memory_usage>
  <mark_cache_size>67108864</mark_cache_size>
  <index_mark_cache_size>16777216</index_mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <mmap_cache_size>64</mmap_cache_size>
  <background_pool_size>2</background_pool_size>
  <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
  <background_move_pool_size>1</background_move_pool_size>
  <background_fetches_pool_size>1</background_fetches_pool_size>
  <background_common_pool_size>2</background_common_pool_size>
  <background_schedule_pool_size>4</background_schedule_pool_size>
</clickhouse>
`;

function loadNative(): Native {
  const require = createRequire(import.meta.url);
  const chdb = dirname(require.resolve("chdb/package.json"));
  return (require(join(chdb, "dist", "loader.js")) as { loadNative(): Native }).loadNative();
}

/** chdb takes the time zone of the environment when it starts; data must not depend on where that is. */
function inUtc<T>(start: () => T): T {
  const before = process.env.TZ;
  process.env.TZ = "UTC";
  try {
    return start();
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}

/** Says who holds a folder that did not open, as far as its lock file tells. */
function refusal(data: string, error: unknown): Error {
  let holder: number | undefined;
  try {
    holder = Number(/PID: (\d+)/.exec(readFileSync(join(data, "status"), "utf8"))?.[1]);
    process.kill(holder, 0);
  } catch {
    holder = undefined;
  }
  const reason =
    holder === undefined
      ? `${error instanceof Error ? error.message : error}; ClickHouse's own words, if any, stand above`
      : `process ${holder} holds it, and only one may; stop that one or choose another folder`;
  return new Error(`the data folder ${data} could not be opened: ${reason}`, { cause: error });
}

export async function openEngine(folder: string, limits: EngineLimits): Promise<Engine> {
  const root = resolve(folder);
  const data = join(root, "data");
  const runs = join(root, "run");
  const run = join(runs, String(process.pid));
  mkdirSync(data, { recursive: true });
  mkdirSync(run, { recursive: true });
  const usersFile = join(run, "users.xml");
  const serverFile = join(run, "config.xml");
  writeFileSync(usersFile, usersXml);
  writeFileSync(serverFile, serverXml(usersFile, limits));

  const native = loadNative();
  const args = [`--config-file=${serverFile}`];
  const inFlight = new Set<Promise<unknown>>();

  const open = (): Handle => {
    const handle = native.CreateConnection(data, args);
    if (handle === null) throw new Error("chdb gave no connection");
    return handle;
  };

  /** A connection that is closed under a running call stops the whole engine, so each call is known. */
  async function call<T>(start: () => Promise<T>): Promise<T> {
    const promise = start();
    inFlight.add(promise);
    try {
      return await promise;
    } catch (error) {
      throw toException(error);
    } finally {
      inFlight.delete(promise);
    }
  }

  async function query(handle: Handle, sql: string, format: string) {
    const result = await call(() => native.QueryAsyncConnection(handle, sql, format));
    const { bytes, elapsed, rowsRead, bytesRead } = result;
    return {
      text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
      ran: { elapsedS: elapsed, rows: rowsRead, bytes: bytesRead },
    };
  }

  let main: Handle;
  try {
    main = inUtc(open);
  } catch (error) {
    rmSync(run, { recursive: true, force: true });
    throw refusal(data, error);
  }
  // The folder is ours now, and so is what a killed process left.
  for (const left of readdirSync(runs)) {
    if (left !== String(process.pid)) rmSync(join(runs, left), { recursive: true, force: true });
  }

  const select = async (sql: string) => (await query(main, sql, "TSV")).text.trim();

  const version = await select("SELECT version()");
  const timezone = await select("SELECT serverTimezone()");
  const engines = await select(
    "SELECT name FROM system.table_engines UNION DISTINCT SELECT name FROM system.database_engines",
  );

  const pipes = Array.from({ length: limits.pipes }, (_, index): Pipe => {
    const path = join(run, `result-${index}`);
    execFileSync("mkfifo", ["-m", "600", path]);
    return {
      path,
      open() {
        // Our own writing end stays open until the engine is done, so the reader never ends too early.
        const writer = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
        const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
        return {
          reader: new Socket({ fd, readable: true, writable: false }),
          finish: () => closeSync(writer),
        };
      },
    };
  });

  return {
    version,
    timezone,
    pipes,
    foreignEngines: new Set(engines.split("\n").filter((name) => !ownEngines.includes(name))),
    spool: run,
    connect() {
      const handle = open();
      let running: Promise<unknown> = Promise.resolve();
      return {
        run(sql, format = "TabSeparated") {
          const started = query(handle, sql, format);
          running = started.catch(() => {});
          return started;
        },
        [Symbol.dispose]() {
          void running.then(() => native.CloseConnection(handle));
        },
      };
    },
    async classify(sql) {
      const analysis = await call(() => native.DurableClassifyAsync(main, sql, "default"));
      const classes: StatementClass[] = ["read", "write", "write", "control"];
      return {
        statements: analysis.statementCount,
        class: classes[analysis.queryClass] ?? "unknown",
      };
    },
    kill(tag) {
      // Not through the thread pool: where every thread of it waits for a query, none is left to end one.
      native.QueryWithConnection(
        main,
        `KILL QUERY WHERE startsWith(Settings['log_comment'], '${tag.replace(/\W/g, "")}') ASYNC`,
        "Null",
      );
    },
    async [Symbol.asyncDispose]() {
      while (inFlight.size > 0) await Promise.allSettled(inFlight);
      // Connections close in the turn after their last call.
      await new Promise((resolve) => setImmediate(resolve));
      native.CloseConnection(main);
      rmSync(run, { recursive: true, force: true });
    },
  };
}
