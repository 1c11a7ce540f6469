// Owns the trends: recomputes the months that a change touches, whole, and swaps each in by one step. How far
// they have read stands beside them and is written last, so a process that dies anywhere only makes the next
// one do the work again. Stale is whatever has rows beyond that point; and if the rows before it are no longer
// as many as they were (late ones came in, repeated ones merged away), everything is.
//
// Several stores may run this at once: each looks again before it swaps and before it records, and does its
// months over where another one was quicker.
import { type ClickHouseClient, clickhouseError, readSql, select } from "@skillstream/platform/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import { firstOf, pause } from "@skillstream/platform/signals.ts";

/** Between two recomputations; also never less than the last one took, so that they fill half the time at most. */
const pauseMs = 1_000;
/** After a failure. */
const retryMs = 2_000;
/** Months in one statement; bounds its memory, and partitions in one insert. */
const monthsMax = 36;

export interface Trends extends AsyncDisposable {
  /** Rows have become readable. */
  landed(): void;
  /** Resolves when all that had landed by the time of the call is counted. */
  settled(): Promise<void>;
}

interface Progress {
  sequence: number;
  next: Record<string, number>;
  landed: Record<string, number>;
}

export function createTrends(
  client: ClickHouseClient,
  { generation, log }: { generation: number; log: Logger },
): Trends {
  const stop = new AbortController();
  const sql = readQueries();
  /** Months that this process swapped and could not record as done. */
  const owed = new Set<string>();
  let dirty = Promise.withResolvers<void>();
  let waiting: (() => void)[] = [];
  /** Cuts a rest short: somebody wants it settled now. */
  let hurry = new AbortController();
  const loop = run();

  return {
    landed: () => dirty.resolve(),
    settled() {
      dirty.resolve();
      hurry.abort();
      return new Promise((resolve) => waiting.push(resolve));
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      dirty.resolve();
      await loop;
    },
  };

  async function run(): Promise<void> {
    // What was left undone by whoever ran before is found by the same look as what comes in.
    dirty.resolve();
    for (;;) {
      await dirty.promise;
      if (stop.signal.aborted) return;
      dirty = Promise.withResolvers();
      hurry = new AbortController();
      const answering = waiting;
      waiting = [];
      const start = performance.now();
      let restMs: number;
      try {
        const months = await refresh();
        const tookMs = Math.round(performance.now() - start);
        if (months > 0) log.debug({ generation, months, tookMs }, "Trends were recomputed.");
        for (const resolve of answering) resolve();
        restMs = Math.max(pauseMs, tookMs);
      } catch (error) {
        const reason = clickhouseError(error).message;
        log.warn({ generation, reason }, "Trends could not be recomputed and stand as they were.");
        waiting.push(...answering);
        dirty.resolve();
        hurry = new AbortController();
        restMs = retryMs;
      }
      using cutShort = firstOf(stop.signal, hurry.signal);
      await pause(restMs, cutShort.signal);
    }
  }

  async function refresh(): Promise<number> {
    let months = 0;
    // Another process that is quicker makes this one look again, with more to find each time.
    for (;;) {
      const progress = await readProgress();
      const landed = await select<{ partition: number; next: number; rows: number; rows_before: number }>(
        client,
        sql.landed,
        { generation, next: numberMap(progress.next) },
      );
      const before = new Map(landed.map((one) => [String(one.partition), one.rows_before]));
      const everything = Object.entries(progress.landed).some(([key, rows]) => before.get(key) !== rows);
      const fresh = landed.some((one) => one.next > (progress.next[one.partition] ?? 0));
      if (!everything && !fresh && owed.size === 0) return months;
      const stale = await select<{ month: string }>(client, sql.stale_months, {
        generation,
        everything,
        next: numberMap(everything ? {} : progress.next),
      });
      for (const { month } of stale) owed.add(month);
      const all = [...owed].sort();
      let overtaken = false;
      for (let from = 0; from < all.length && !overtaken; from += monthsMax) {
        overtaken = !(await recompute(all.slice(from, from + monthsMax), progress.sequence));
      }
      if (overtaken || (await readProgress()).sequence !== progress.sequence) continue;
      await client.insert({
        table: "trends_progress",
        format: "JSONEachRow",
        values: [
          {
            generation,
            sequence: progress.sequence + 1,
            next: Object.fromEntries(landed.map((one) => [one.partition, one.next])),
            landed: Object.fromEntries(landed.map((one) => [one.partition, one.rows])),
          },
        ],
      });
      months += owed.size;
      owed.clear();
      return months;
    }
  }

  async function readProgress(): Promise<Progress> {
    const [progress] = await select<Progress>(client, sql.trends_progress, { generation });
    return progress ?? { sequence: 0, next: {}, landed: {} };
  }

  /** false where another process has recorded progress meanwhile: what was computed here may be older. */
  async function recompute(months: string[], sequence: number): Promise<boolean> {
    const staging = `trends_staging_${crypto.randomUUID().replaceAll("-", "")}`;
    const command = (query: string, parameters: Record<string, unknown> = {}) =>
      client.command({
        query,
        query_params: { generation, staging, ...parameters },
        clickhouse_settings: { max_partitions_per_insert_block: "0" },
      });
    await dropAbandoned();
    await command("CREATE TABLE {staging:Identifier} AS trends");
    try {
      await command(sql.recompute_trends, { months });
      const rows = await select<{ month: string }>(client, sql.recomputed_months, { staging });
      const counted = new Set(rows.map(({ month }) => month));
      if ((await readProgress()).sequence !== sequence) return false;
      const swap = sql.swap_month.replaceAll("trends_staging", staging);
      const actions = months.map((month, index) =>
        // Each month is bound by a name of its own; the comment that a file opens with ends a line.
        (counted.has(month) ? swap : sql.clear_month).replaceAll("{month:Date}", `{month_${index}:Date}`),
      );
      // One statement, since each waits its turn behind the inserts.
      await command(
        ["ALTER TABLE trends", actions.join(",\n")].join("\n"),
        Object.fromEntries(months.map((month, index) => [`month_${index}`, month])),
      );
      return true;
    } finally {
      // What can't be dropped now is found later among the abandoned; it must not hide why this ended.
      await command("DROP TABLE IF EXISTS {staging:Identifier}").catch(() => undefined);
    }
  }

  async function dropAbandoned(): Promise<void> {
    for (const { name } of await select<{ name: string }>(client, sql.abandoned_staging)) {
      await client.command({ query: "DROP TABLE IF EXISTS {name:Identifier}", query_params: { name } });
    }
  }
}

function readQueries() {
  const read = (name: string) => readSql(`queries/${name}.sql`, import.meta.url);
  return {
    landed: read("landed"),
    trends_progress: read("trends_progress"),
    stale_months: read("stale_months"),
    recompute_trends: read("recompute_trends"),
    recomputed_months: read("recomputed_months"),
    swap_month: read("swap_month"),
    clear_month: read("clear_month"),
    abandoned_staging: read("abandoned_staging"),
  };
}

function numberMap(record: Record<string, number>): Map<number, number> {
  return new Map(Object.entries(record).map(([key, value]) => [Number(key), value]));
}
