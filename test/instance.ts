// Owns a whole instance for the tests: what `npm start` runs, in a data folder of its own, and the questions
// that a test asks it from outside.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClickHouseClient, connectClickHouse, select } from "@skillstream/platform/clickhouse.ts";
import { freePort } from "@skillstream/platform/local/ports.ts";
import { readSettings } from "@skillstream/platform/settings.ts";
import { judgeWarehouse } from "@skillstream/store/recount.ts";
import { type Endpoints, findEndpoints } from "../cli/environment.ts";

const root = resolve(import.meta.dirname, "..");

export interface Ledger {
  scraped: number;
  stored: number;
  duplicates: number;
  observed: number;
  dropped: number;
  rejected: number;
  inFlight: number;
}

export interface Instance extends AsyncDisposable {
  home: string;
  page: string;
  /** From the command to the page's address on the screen. */
  readyMs: number;
  process: ChildProcess;
  /** What it has said so far. */
  said(): string;
  endpoints(): Endpoints;
  ledger(): Promise<Ledger>;
  clickhouse(): ClickHouseClient;
  /** Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface InstanceOptions {
  home: string;
  environment?: Record<string, string>;
  /** Given to Node before the program, here and in all services. */
  nodeOptions?: string;
}

const readyTimeoutMs = 120_000;

export async function startInstance({
  home,
  environment = {},
  nodeOptions,
}: InstanceOptions): Promise<Instance> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, "cli/main.ts"), "up"], {
    cwd: root,
    env: {
      ...process.env,
      SKILLSTREAM_HOME: home,
      PORT: String(port),
      ...environment,
      ...(nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ready = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => ready.reject(new Error(`the instance was not ready in ${readyTimeoutMs} ms:\n${said}`)),
    readyTimeoutMs,
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const page = /The page is (http:\S+)/.exec(said)?.[1];
      if (page !== undefined) ready.resolve(page);
    });
  }
  const exited = once(child, "exit");
  exited.then(([code]) => ready.reject(new Error(`the instance ended with ${code}:\n${said}`)), ready.reject);
  let page: string;
  try {
    page = await ready.promise;
  } catch (error) {
    child.kill("SIGTERM");
    throw error;
  } finally {
    clearTimeout(timer);
  }
  const readyMs = performance.now() - began;

  const endpoints = () => {
    const found = findEndpoints(home);
    if (found === undefined) throw new Error("nothing runs on the data folder");
    return found;
  };
  return {
    home,
    page,
    readyMs,
    process: child,
    said: () => said,
    endpoints,
    async ledger() {
      const response = await fetch(`${page}/api/ledger`);
      if (!response.ok) throw new Error(`/api/ledger answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as Ledger;
    },
    clickhouse() {
      const names = ["clickhouseUrl", "clickhouseUser", "clickhousePassword", "clickhouseDatabase"] as const;
      return connectClickHouse(readSettings({ ...process.env, ...endpoints().variables }, names), "test");
    },
    async stop() {
      child.kill("SIGINT");
      const [code] = (await exited) as [number | null];
      return code;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGINT");
        await exited;
      }
    },
  };
}

/** Postings that the demo site served, by its own account. */
export async function servedIds(home: string): Promise<Set<string>> {
  const ids = new Set<string>();
  const file = join(home, "demo/access.log");
  if (!existsSync(file)) return ids;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const {
      status,
      source_id,
      source_ids = [],
    } = JSON.parse(line) as {
      status: number;
      source_id?: string;
      source_ids?: string[];
    };
    if (status !== 200) continue;
    for (const id of source_id === undefined ? source_ids : [source_id]) ids.add(id);
  }
  return ids;
}

export interface Landed {
  /** Postings in the landing table, stored or rejected, by the site's ids. */
  ids: Set<string>;
  rows: number;
  distinct: number;
}

export async function landed(instance: Instance): Promise<Landed> {
  const client = instance.clickhouse();
  try {
    const found = await select<{ source_id: string }>(
      client,
      "SELECT DISTINCT source_id FROM landing WHERE generation = 1 AND source = 'demo' AND outcome IN ('emitted', 'rejected')",
    );
    const [count] = await select<{ rows: number; distinct: number }>(
      client,
      "SELECT count() AS rows, uniqExact(raw_partition, raw_offset) AS distinct FROM landing WHERE generation = 1",
    );
    return {
      ids: new Set(found.map(({ source_id }) => source_id)),
      rows: count?.rows ?? 0,
      distinct: count?.distinct ?? 0,
    };
  } finally {
    await client.close();
  }
}

/** Resolves with the ledger when the demo site's list was gone through and nothing is on its way any more. */
export async function atRest(instance: Instance, timeoutMs: number): Promise<Ledger> {
  const giveUp = performance.now() + timeoutMs;
  let last: unknown = "no ledger yet";
  while (performance.now() < giveUp) {
    try {
      const ledger = await instance.ledger();
      last = ledger;
      if (ledger.inFlight === 0 && ledger.scraped > 0 && sweptOnce(instance.home)) {
        const again = await instance.ledger();
        if (again.inFlight === 0 && again.scraped === ledger.scraped) return again;
      }
    } catch (error) {
      last = error;
    }
    await sleep(250);
  }
  throw new Error(
    `not at rest after ${timeoutMs} ms: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}

function sweptOnce(home: string): boolean {
  const file = join(home, "scrape/state.db");
  if (!existsSync(file)) return false;
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database.prepare("SELECT count(*) AS open FROM targets WHERE sweep_done_at IS NULL").get();
    return row?.open === 0;
  } finally {
    database.close();
  }
}

/** What must be true at rest, whatever happened before; the sentences say what is not. */
export async function judge(instance: Instance): Promise<string[]> {
  const wrong: string[] = [];
  const ledger = await instance.ledger();
  const { scraped, ...others } = ledger;
  const sum = Object.values(others).reduce((total, count) => total + count, 0);
  if (scraped !== sum) wrong.push(`the ledger does not balance: ${JSON.stringify(ledger)}`);
  const served = await servedIds(instance.home);
  const { ids, rows, distinct } = await landed(instance);
  const lost = served.difference(ids);
  const invented = ids.difference(served);
  if (lost.size > 0)
    wrong.push(`${lost.size} postings were served and are not stored: ${[...lost].slice(0, 5)}`);
  if (invented.size > 0)
    wrong.push(`${invented.size} postings are stored and were not served: ${[...invented].slice(0, 5)}`);
  if (distinct !== scraped) wrong.push(`${scraped} raw events and ${distinct} landing rows`);
  if (rows !== distinct) wrong.push(`${rows - distinct} rows were inserted twice`);
  return [...wrong, ...(await untilRecounted(instance))];
}

/** A store that was killed is succeeded only when its lock has gone stale, and then has everything to catch up. */
const recountTimeoutMs = 90_000;

/** The warehouse comes a turn behind what it is computed from. */
async function untilRecounted(instance: Instance): Promise<string[]> {
  const client = instance.clickhouse();
  try {
    for (const giveUp = performance.now() + recountTimeoutMs; ; ) {
      const wrong = await judgeWarehouse(client, 1);
      if (wrong.length === 0 || performance.now() > giveUp) return wrong;
      await sleep(500);
    }
  } finally {
    await client.close();
  }
}
