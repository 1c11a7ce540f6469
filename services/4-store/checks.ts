// Owns the checks of the data: what must hold of the tables, as .sql files in checks/ whose first line says it, each
// answering with how many rows or groups break it and a few of them. A check only reads. It is asked again before it
// is believed, since a period may have been swapped in between two of its reads. What was found is kept in
// data_checks, where the page, the API and dashboards find it.
import { readdirSync } from "node:fs";
import { type ClickHouseClient, clickhouseError, readSql, select } from "@skillstream/platform/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import { pause } from "@skillstream/platform/signals.ts";
import { brokenChecks } from "./metrics.ts";

export interface Check {
  name: string;
  /** What must hold. */
  says: string;
  query: string;
}

export interface CheckResult {
  name: string;
  broken: number;
  examples: string[];
  /** Why it could not be asked. */
  error: string;
  took_ms: number;
}

/** A check reads whole tables; it must not stand in the way of those who look at a page. */
const checkTimeS = 120;
const limits = {
  max_execution_time: checkTimeS,
  max_memory_usage: String(500 * 1024 * 1024),
  max_threads: 1,
  max_bytes_before_external_group_by: String(200 * 1024 * 1024),
  max_bytes_before_external_sort: String(200 * 1024 * 1024),
};
/** For a client that asks them: the server's limit comes first, and says more. */
export const checkTimeoutMs = (checkTimeS + 10) * 1_000;
/** Longer than a swap of periods takes. */
const swapMsMax = 3_000;
/** A new instance has something to check by then, and its first visitors are not kept waiting by it. */
const firstAfterS = 60;

export function readChecks(folder = new URL("checks/", import.meta.url)): Check[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => {
      const query = readSql(file, folder.href);
      const says = query.slice(0, query.indexOf("\n"));
      if (!says.startsWith("-- ")) throw new Error(`${file} does not begin with what must hold`);
      return { name: file.slice(0, -".sql".length), says: says.slice(3), query };
    });
}

/**
 * Asks the checks. `heard` is told of each as it is known. What a run found is what people are shown, so one of a few
 * checks is not to `keep`.
 */
export async function runChecks(
  client: ClickHouseClient,
  {
    generation,
    checks = readChecks(),
    keep = true,
    signal = new AbortController().signal,
    againAfterMs = swapMsMax,
    heard = () => undefined,
  }: {
    generation: number;
    checks?: readonly Check[];
    keep?: boolean;
    signal?: AbortSignal;
    againAfterMs?: number;
    heard?: (check: Check, result: CheckResult) => void | Promise<void>;
  },
): Promise<CheckResult[]> {
  const checkedAt = new Date().toISOString().slice(0, 23).replace("T", " ");
  const results: CheckResult[] = [];
  for (const check of checks) {
    let result = await ask(client, check, generation, signal);
    if (result.broken > 0) {
      await pause(againAfterMs, signal);
      result = await ask(client, check, generation, signal);
    }
    signal.throwIfAborted();
    brokenChecks.set({ check: check.name }, result.error === "" ? result.broken : -1);
    results.push(result);
    await heard(check, result);
  }
  if (!keep) return results;
  await client.insert({
    table: "data_checks",
    format: "JSONEachRow",
    values: results.map((result) => ({ generation, checked_at: checkedAt, ...result })),
  });
  return results;
}

async function ask(
  client: ClickHouseClient,
  { name, query }: Check,
  generation: number,
  signal: AbortSignal,
): Promise<CheckResult> {
  const start = performance.now();
  const answer = { broken: 0, examples: [] as string[], error: "" };
  try {
    const [row] = await select<{ broken: number; examples: string[] }>(
      client,
      query,
      { generation },
      { signal, settings: limits },
    );
    if (row === undefined) throw new Error("it answered nothing");
    Object.assign(answer, { broken: row.broken, examples: row.examples });
  } catch (error) {
    answer.error = (error as Error).message;
  }
  return { name, ...answer, took_ms: Math.round(performance.now() - start) };
}

/**
 * Runs the checks again and again. Several stores take turns: one that finds them done within the time rests.
 * `everyS` 0 never runs them.
 */
export function scheduleChecks(
  client: ClickHouseClient,
  { generation, everyS, log }: { generation: number; everyS: number; log: Logger },
): AsyncDisposable {
  const stop = new AbortController();
  const done = everyS === 0 ? Promise.resolve() : run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };

  async function run(): Promise<void> {
    const lastChecked = readSql("queries/last_checked.sql", import.meta.url);
    const begun = performance.now();
    while (!stop.signal.aborted) {
      try {
        const [last] = await select<{ seconds_ago: number | null }>(client, lastChecked, { generation });
        const agoS = last?.seconds_ago ?? null;
        const dueS = agoS === null ? firstAfterS - (performance.now() - begun) / 1_000 : everyS - agoS;
        if (dueS > 0) {
          // Whoever else runs them meanwhile is seen by looking again.
          await pause(dueS * 1_000, stop.signal);
          continue;
        }
        await runChecks(client, { generation, signal: stop.signal, heard: tell });
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn({ reason: clickhouseError(error).message }, "The data could not be checked.");
        await pause(everyS * 1_000, stop.signal);
      }
    }
  }

  function tell({ name, says }: Check, { broken, examples, error }: CheckResult): void {
    if (error !== "") log.warn({ check: name, error }, "A check of the data could not be asked.");
    else if (broken > 0) log.error({ check: name, says, broken, examples }, "The data break a check.");
  }
}
