// Owns when a target is crawled. It goes on with what a restart cut off, makes up at once for what a downtime
// missed, looks at the top of a list in between, and never gives up: a site that is away, closed or in a new form
// is tried again, at a pace that is no burden to it.

import { pause } from "@skillstream/platform/signals.ts";
import { Halted, isOurs } from "./halted.ts";
import type { Counts } from "./report.ts";
import { dueAfter, type Target, turnOf } from "./searches.ts";
import type { TargetHealth } from "./state.ts";
import { type Crawler, Walk } from "./walk.ts";

export type { Crawler } from "./walk.ts";

const retryMinMs = 1_000;
const retryMaxMs = 60_000;
/** A search that a site would not answer is tried again after this, or when its next turn comes. */
const blockedPauseMs = 60 * 60 * 1000;
/** What the operator has to put right costs no request to look at again. */
const oursPauseMs = 5_000;
/** The clock is looked at this often, since it may be set. */
const clockMs = 30_000;
/** The walks that are under way, for whoever asks what the scraper does. */
export type Walks = Map<string, Walk>;

/** Crawls a target until the signal ends it. */
export async function crawl(target: Target, crawler: Crawler, walks?: Walks): Promise<void> {
  const { signal, now } = crawler;
  const { source, schedule } = target;
  const walk = new Walk(target, crawler);
  walks?.set(target.name, walk);
  let retryMs = retryMinMs;
  while (!signal.aborted) {
    const due = turnOf(schedule, walk.progress, now());
    let pauseMs: number;
    try {
      if (due.at <= now()) await walk.sweep(due.trigger);
      else if (source.headIntervalMs !== null) await walk.headPass();
      retryMs = retryMinMs;
      if (walk.progress.sweepDoneAt !== null) report(target, crawler, walk.health());
      pauseMs = Math.min(source.headIntervalMs ?? clockMs, turnOf(schedule, walk.progress, now()).at - now());
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof Halted)) throw error;
      walk.halt(error);
      report(target, crawler, { health: error.health, cause: error.why, reason: error.message });
      pauseMs = retryMs;
      if (error.health !== "unavailable") {
        const nextTurn = dueAfter(schedule, walk.progress.sweepStartedAt) - now();
        const longest = isOurs(error.why) ? oursPauseMs : blockedPauseMs;
        pauseMs = Math.max(retryMs, Math.min(longest, Math.max(nextTurn, 0)));
      }
      retryMs = Math.min(retryMaxMs, retryMs * 2);
    }
    await pause(pauseMs, signal);
  }
  walk.stop("the scraper was stopped; it goes on at the next start");
}

function report(
  { name }: Target,
  { state, log, now }: Crawler,
  how: Pick<TargetHealth, "health" | "cause" | "reason">,
): void {
  if (!state.saveHealth(name, how, now())) return;
  const fields = { target: name, ...how };
  if (how.health === "ok") log.info(fields, "The source is crawled well.");
  else log.warn(fields, "The source is not crawled well.");
}

/** One walk for a person who asked for it; what the scraper knows already is not said again. */
export async function crawlOnce(target: Target, crawler: Crawler, limit?: number): Promise<Counts> {
  const walk = new Walk(target, crawler);
  try {
    await walk.once(limit ?? Number.POSITIVE_INFINITY);
  } catch (error) {
    if (!(error instanceof Halted)) {
      walk.stop("it was called off");
      throw error;
    }
    walk.halt(error);
    const cause = error.why === null ? "" : ` (${error.why})`;
    throw new Error(`${target.name} is ${error.health}${cause}: ${error.message}`);
  }
  return walk.counts;
}
