// Owns the question whether postings are still open that no list shows any more, as those of a search do not:
// past their own end, or looked at long ago. The number of workers follows the backlog, and a day's requests have
// a budget, so that a large stock of old postings is no burden to a site.

import { pause } from "@skillstream/platform/signals.ts";
import { Halted } from "./halted.ts";
import { recheckBacklog, recheckWorkers } from "./metrics.ts";
import type { Target } from "./searches.ts";
import type { Source } from "./source.ts";
import { type Crawler, Walk } from "./walk.ts";

export interface RecheckLimits {
  /** Looked at again after so long. */
  afterMs: number;
  /** Requests a day. */
  budget: number;
  workersMax: number;
}

/** One worker for each so many that are due. */
const backlogAWorker = 50;
const atOnceMax = 200;
/** Where nothing is due, or nothing may be asked. */
const restMs = 30_000;
const haltedPauseMs = 10 * 60 * 1000;

/** Rechecks a source's postings until the signal ends it. */
export async function recheck(source: Source, limits: RecheckLimits, crawler: Crawler): Promise<void> {
  const { signal, state, log } = crawler;
  const target: Target = {
    source,
    argument: undefined,
    name: `${source.name} rechecks`,
    search: {},
    schedule: { everyMs: limits.afterMs },
  };
  while (!signal.aborted) {
    let pauseMs = restMs;
    try {
      if (await recheckSome(target, limits, crawler)) pauseMs = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Halted)) throw error;
      state.saveHealth(
        target.name,
        { health: error.health, cause: error.why, reason: error.message },
        crawler.now(),
      );
      log.warn({ source: source.name, reason: error.message }, "Postings can't be rechecked for now.");
      pauseMs = haltedPauseMs;
    }
    await pause(pauseMs, signal);
  }
}

/** True where some were due. */
export async function recheckSome(target: Target, limits: RecheckLimits, crawler: Crawler): Promise<boolean> {
  const { state, now } = crawler;
  const { name } = target.source;
  const expired = state.expired(name, now(), atOnceMax);
  const before = now() - limits.afterMs;
  const backlog = state.uncheckedCount(name, before);
  recheckBacklog.set({ source: name }, backlog);
  const day = new Date(now()).toISOString().slice(0, 10);
  const left = Math.max(0, limits.budget - state.spend(name, day, 0));
  const workers = Math.min(limits.workersMax, Math.ceil(backlog / backlogAWorker), left);
  recheckWorkers.set({ source: name }, workers);
  if (expired.length === 0 && workers === 0) return false;
  const walk = new Walk(target, crawler);
  const unchecked = workers === 0 ? [] : state.unchecked(name, before, Math.min(atOnceMax, left));
  try {
    await walk.askAfter(expired, unchecked, workers);
  } finally {
    state.spend(name, day, walk.requests);
  }
  state.saveHealth(target.name, walk.health(), now());
  state.saveProgress(target.name, { ...state.progress(target.name), sweepDoneAt: now() });
  return true;
}
