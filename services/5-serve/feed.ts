// Owns what the live page is told: one look at ClickHouse and Kafka a second, shared by everybody who
// watches, and pushed when it has changed. A watcher who comes (back) is first given the whole picture, so
// nothing has to be replayed. What can't be read now is named in `problem`, beside the last that was known.
import { EventEmitter, once } from "node:events";
import { Unavailable } from "@skillstream/platform/errors.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import { firstOf } from "@skillstream/platform/signals.ts";
import type { Flow, StageLag } from "./flow.ts";
import { type Ledger, readLedger } from "./ledger.ts";
import type { Queries } from "./queries.ts";
import { type Compared, type MonthTotal, monthsBack, type SkillChange, type SkillMonth } from "./trends.ts";

const lookEveryMs = 1_000;
/** With nobody watching, just enough to know the rate when somebody comes. */
const idleLookEveryMs = 5_000;
const rateOverMs = 10_000;

const monthsShown = 24;
const skillsShown = 40;
const moversShown = 8;
const newestShown = 8;
/** A skill that neither period asks for so often is left out: its share is noise. */
export const moverClustersMin = 20;
export const moverMonths = 3;

export interface Status {
  generation: number | null;
  stored: number;
  ratePerS: number;
  synthetic: boolean;
  stages: StageLag[] | null;
  /** What can't be read at the moment, for people; null when all is well. */
  problem: string | null;
}

export interface Picture {
  months: MonthTotal[];
  skills: SkillMonth[];
  /** What rising and falling compare; null where there is nothing yet. */
  compared: Compared | null;
  /** Of the skills most asked for, sure or not. */
  changes: SkillChange[];
  rising: SkillChange[];
  falling: SkillChange[];
  newest: NewestPosting[];
}

export interface NewestPosting {
  job_id: string;
  title: string;
  company: string | null;
  location: string | null;
  job_url: string | null;
  workplace_type: string | null;
  source: string;
  synthetic: boolean;
  observed_at: string;
  skills: string[];
}

export interface FeedEvents {
  status: [{ status: Status; ledger: Ledger | null }];
  picture: [Picture];
}

export interface Feed extends AsyncDisposable {
  readonly events: EventEmitter<FeedEvents>;
  status(): Status;
  ledger(): Ledger | null;
  picture(): Picture | undefined;
  /** Resolves after the first look. */
  ready(): Promise<void>;
}

export function createFeed(queries: Queries, flow: Flow, log: Logger): Feed {
  const events = new EventEmitter<FeedEvents>();
  const stop = new AbortController();
  const samples: { atMs: number; landed: number }[] = [];
  let status: Status = {
    generation: null,
    stored: 0,
    ratePerS: 0,
    synthetic: false,
    stages: null,
    problem: null,
  };
  let ledger: Ledger | null = null;
  let picture: Picture | undefined;
  let pictured = "";
  let told = "";
  const looked = Promise.withResolvers<void>();
  const loop = run();

  return {
    events,
    status: () => status,
    ledger: () => ledger,
    picture: () => picture,
    ready: () => looked.promise,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await loop;
    },
  };

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const started = performance.now();
      await look();
      looked.resolve();
      const tookMs = performance.now() - started;
      await rest(tookMs);
    }
  }

  async function rest(tookMs: number): Promise<void> {
    const watched = events.listenerCount("status") > 0;
    // A slow ClickHouse is not asked more often than it can answer.
    const waitMs = Math.max((watched ? lookEveryMs : idleLookEveryMs) - tookMs, tookMs);
    const woken = new AbortController();
    const timer = setTimeout(() => woken.abort(), waitMs);
    using first = firstOf(stop.signal, woken.signal);
    // Somebody who comes does not wait for the idle pace. Node's once() would do so at once: it listens for errors
    // as well, and that is a new listener.
    const come = () => woken.abort();
    const plain = events as unknown as EventEmitter;
    if (!watched) plain.once("newListener", come);
    if (!first.signal.aborted) await once(first.signal, "abort");
    plain.off("newListener", come);
    clearTimeout(timer);
  }

  async function look(): Promise<void> {
    const problems: string[] = [];
    try {
      const generation = await queries.liveGeneration(stop.signal);
      const [[totals], balance, stages] = await Promise.all([
        queries.run<{ landed: number; synthetic: boolean; trends_sequence: number }>(
          "landed_totals",
          { generation },
          stop.signal,
        ),
        readLedger(queries, flow, generation, stop.signal).catch((error) => note(error, problems)),
        flow.lags(generation).catch((error) => note(error, problems)),
      ]);
      const landed = totals?.landed ?? 0;
      ledger = balance ?? ledger;
      status = {
        generation,
        stored: ledger?.stored ?? 0,
        ratePerS: rate(generation === status.generation, landed),
        synthetic: Boolean(totals?.synthetic),
        stages: stages ?? null,
        problem: null,
      };
      const version = `${generation} ${landed} ${totals?.trends_sequence}`;
      if (version !== pictured) {
        picture = await readPicture(queries, generation, stop.signal);
        pictured = version;
        events.emit("picture", picture);
      }
    } catch (error) {
      note(error, problems);
    }
    if (stop.signal.aborted) return;
    status = { ...status, problem: problems.length > 0 ? [...new Set(problems)].join(" ") : null };
    const tell = JSON.stringify([status, ledger]);
    if (tell !== told) events.emit("status", { status, ledger });
    told = tell;
  }

  function note(error: unknown, problems: string[]): undefined {
    if (stop.signal.aborted) return;
    if (!(error instanceof Unavailable))
      log.error({ err: error }, "The live page could not be brought up to date.");
    problems.push(
      error instanceof Unavailable && error.message.startsWith("Kafka")
        ? "Kafka does not answer; what is in flight is not known."
        : "ClickHouse does not answer; figures are the last that were known.",
    );
  }

  function rate(sameGeneration: boolean, landed: number): number {
    const nowMs = performance.now();
    if (!sameGeneration) samples.length = 0;
    samples.push({ atMs: nowMs, landed });
    while (samples.length > 2 && nowMs - (samples[1]?.atMs ?? nowMs) >= rateOverMs) samples.shift();
    const first = samples[0];
    if (first === undefined || nowMs === first.atMs) return 0;
    return Math.max(0, Math.round(((landed - first.landed) / (nowMs - first.atMs)) * 10_000) / 10);
  }
}

async function readPicture(queries: Queries, generation: number, signal: AbortSignal): Promise<Picture> {
  const { from, to } = monthsBack(monthsShown);
  const period = { generation, from, to };
  const compare = { generation, to, months: moverMonths };
  const changes = (direction: string, limit: number) =>
    queries.run<SkillChange>(
      "skill_changes",
      { ...compare, direction, kind: "", clusters_min: moverClustersMin, limit },
      signal,
    );
  const [months, skills, [compared], wanted, rising, falling, newest] = await Promise.all([
    queries.run<MonthTotal>("postings_per_month", period, signal),
    queries.run<SkillMonth>("top_skills_by_month", { ...period, kind: "", limit: skillsShown }, signal),
    queries.run<Compared>("compared_periods", compare, signal),
    changes("", skillsShown),
    changes("rising", moversShown),
    changes("falling", moversShown),
    queries.run<NewestPosting>("newest_postings", { generation, limit: newestShown }, signal),
  ]);
  return { months, skills, compared: compared ?? null, changes: wanted, rising, falling, newest };
}
