// Owns the warehouse: what the landing table adds up to, kept equal to a plain recount of it. A look finds what has
// landed; a turn copies it into the order of postings, clusters the postings that it touches, computes their facts and
// the months of those facts anew, and swaps them in. What is done is recorded last, so a process that dies anywhere
// only makes the next one do the work again.
//
// Several stores may run this at once: they take turns (warehouse/turn.ts), and who finds nothing left rests. A long
// way to go is gone in bounded turns, and may be left off after any of them.
import { type ClickHouseClient, clickhouseError, readSql, select } from "@skillstream/platform/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import { firstOf, pause } from "@skillstream/platform/signals.ts";
import type { Duplicates } from "./duplicates/duplicates.ts";
import { recomputeFacts } from "./warehouse/facts.ts";
import { recomputeMonths } from "./warehouse/months.ts";
import { changedPieces, chosen, recordPieces, takeUp } from "./warehouse/pieces.ts";
import { tally } from "./warehouse/tally.ts";
import { takeTurn } from "./warehouse/turn.ts";

/** Between two turns; also never less than the last one took, so that they fill half the time at most. */
const pauseMs = 500;
/** Without a word of new rows. People split clusters, and repeated rows merge away, and nobody tells. */
const idleLookMs = 30_000;
/** After a failure. */
const retryMs = 2_000;
/** While more waits than a turn takes, months are recomputed so much less than facts that they hardly hold them up. */
const monthsShareMax = 0.1;

export interface Warehouse extends AsyncDisposable {
  /** Rows have become readable. */
  landed(): void;
  /** Resolves when all that had landed by the time of the call is counted. */
  settled(): Promise<void>;
}

export interface WarehouseOptions {
  generation: number;
  log: Logger;
  duplicates: Duplicates;
  /** Told why it stands still, each time that it tried, and null once it goes on. */
  stuck?: (reason: string | null) => void;
  /** As in warehouse/facts.ts; a test has small months treated as large ones. */
  rewrittenPostingsMax?: number;
}

interface Progress {
  sequence: number;
  stale_months: string[];
}

export function createWarehouse(
  client: ClickHouseClient,
  { generation, log, duplicates, stuck = () => undefined, rewrittenPostingsMax }: WarehouseOptions,
): Warehouse {
  const stop = new AbortController();
  let dirty = Promise.withResolvers<void>();
  let waiting: (() => void)[] = [];
  /** Cuts a rest short: somebody wants it settled now. */
  let hurry = new AbortController();
  let monthsDueMs = 0;
  /** The last split of a cluster that this process has taken up. */
  let splitsSeen = 0;
  /** A turn that broke off before its sums, of this process or the one before, left them behind. */
  let sumsOwed = true;
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
      const look = setTimeout(() => dirty.resolve(), idleLookMs);
      await dirty.promise;
      clearTimeout(look);
      if (stop.signal.aborted) return;
      dirty = Promise.withResolvers();
      hurry = new AbortController();
      const answering = waiting;
      waiting = [];
      const startMs = performance.now();
      let restMs: number;
      try {
        while ((await advance()) === "more" && !stop.signal.aborted) await pause(pauseMs, stop.signal);
        stuck(null);
        for (const resolve of answering) resolve();
        restMs = Math.max(pauseMs, performance.now() - startMs);
      } catch (error) {
        if (stop.signal.aborted) return;
        const reason = clickhouseError(error).message;
        log.warn({ generation, reason }, "The warehouse could not be recomputed and stands as it was.");
        stuck(reason);
        waiting.push(...answering);
        dirty.resolve();
        hurry = new AbortController();
        restMs = retryMs;
      }
      using cutShort = firstOf(stop.signal, hurry.signal);
      await pause(restMs, cutShort.signal);
    }
  }

  /** One turn, if there is anything to do. */
  async function advance(): Promise<"more" | "done"> {
    const splits = await lastSplit();
    const nothing =
      splits === splitsSeen &&
      (await changedPieces(client, generation)).length === 0 &&
      (await progressOf()).stale_months.length === 0;
    if (nothing) return "done";
    const startMs = performance.now();
    await using turn = await takeTurn(client, { generation, log, signal: stop.signal });
    // Another store may have done it meanwhile.
    const pieces = await changedPieces(client, generation);
    let progress = await progressOf();
    const record = async (months: readonly string[]) => {
      progress = { sequence: progress.sequence + 1, stale_months: [...months] };
      await turn.command(sql.record, { months: progress.stale_months, sequence: progress.sequence });
    };
    const staleBefore = progress.stale_months;
    let touched: string | undefined;
    const taken = await chosen(turn, pieces);
    const counted = taken.pieces.length > 0 || splits !== splitsSeen;
    sumsOwed ||= counted;
    if (counted) {
      await takeUp(turn, taken.ranges);
      await duplicates.update(turn.changes);
      const stale = (months: readonly string[]) =>
        record([...new Set([...progress.stale_months, ...months])].sort());
      touched = await recomputeFacts(turn, stale, rewrittenPostingsMax);
      await recordPieces(client, { generation, sequence: progress.sequence }, taken.pieces);
    }
    splitsSeen = splits;
    const more = taken.pieces.length < pieces.length;
    const months = progress.stale_months.length;
    if (months > 0 && (!more || performance.now() >= monthsDueMs)) {
      const monthsStartMs = performance.now();
      const agreed = new Set(progress.stale_months).difference(new Set(staleBefore));
      await recomputeMonths(
        turn,
        progress.stale_months,
        touched === undefined ? undefined : { table: touched, months: agreed },
      );
      await record([]);
      const tookMs = performance.now() - monthsStartMs;
      monthsDueMs = performance.now() + tookMs / monthsShareMax;
    }
    // People wait for the months, and nobody for these sums.
    if (sumsOwed) await tally(turn);
    sumsOwed = false;
    const tookMs = Math.round(performance.now() - startMs);
    log.debug({ generation, pieces: taken.pieces.length, months, tookMs, more }, "A turn at the warehouse.");
    return more ? "more" : "done";
  }

  async function lastSplit(): Promise<number> {
    const [last] = await select<{ sequence: number }>(client, sql.lastSplit);
    return last?.sequence ?? 0;
  }

  async function progressOf(): Promise<Progress> {
    const [progress] = await select<Progress>(client, sql.progress, { generation });
    return progress ?? { sequence: 0, stale_months: [] };
  }
}

const sql = {
  lastSplit: readSql("duplicates/last_split.sql", import.meta.url),
  progress: readSql("queries/warehouse_progress.sql", import.meta.url),
  record: readSql("queries/record_progress.sql", import.meta.url),
};
