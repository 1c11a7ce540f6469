// Owns what the scraper tells of itself, in one form for `skillstream runs` and `skillstream sources`, for the
// scraper's own port (/runs, /sources) and for the page. Times are ISO text; what is not known is null.
import type { Plan } from "./scrape.ts";
import { dueAfter, scheduleText, type Target, turnOf } from "./searches.ts";
import type { Cause } from "./source.ts";
import type { CrawlState } from "./state.ts";

/** found, empty, blocked, changed, partial and gone are a source's results; the others are the run's own. */
export type RunResult =
  | "running"
  | "found"
  | "empty"
  | "partial"
  | "blocked"
  | "changed"
  | "gone"
  | "unavailable"
  | "stopped";

export interface Counts {
  /** Published: new or changed. */
  found: number;
  /** Published: still there. */
  seen: number;
  /** Published: no more. */
  closed: number;
  /** Looked at, and as it was. */
  known: number;
  failed: number;
}

/** A run's steps follow one another: the lists, the postings that they named, those asked after. */
export interface StepReport extends Counts {
  step: "list" | "postings" | "recheck";
  started_at: string;
  ended_at: string | null;
  requests: number;
  /** Requests that had to be made again. */
  retries: number;
}

export interface RunReport {
  id: number;
  target: string;
  source: string;
  keyword: string | null;
  location: string | null;
  /** Why it began. */
  trigger: "schedule" | "catch-up" | "start" | "by hand" | "recheck";
  started_at: string;
  ended_at: string | null;
  result: RunResult;
  cause: Cause | null;
  reason: string | null;
  /** Estimate of the postings that the site has and did not show. */
  missing: number | null;
  /** Only what was posted since then was asked for. */
  since: string | null;
  counts: Counts;
  steps: StepReport[];
  /** Errors of single requests and postings, the last few. */
  errors: { at: string; url: string; reason: string }[];
  /** While it runs: postings a second, those still waiting, and seconds left, where that can be told. */
  progress: { rate: number; waiting: number; left_s: number | null } | null;
}

export interface TargetReport {
  /** As it is written: demo, greenhouse:acme, or a search such as linkedin "data engineer" remote. */
  target: string;
  schedule: string;
  next_run_at: string | null;
  health: "ok" | "new" | Exclude<RunResult, "running" | "found" | "stopped">;
  cause: Cause | null;
  reason: string | null;
  since: string | null;
  open: number;
  closed: number;
  last_whole_crawl: string | null;
}

export interface AccountReport {
  account: string;
  state: "ok" | "new" | "wrong cookie" | "expired session" | "banned account";
  /** Such as that its cookies are older than 90 days. */
  warning: string | null;
  used_today: number;
  budget_a_day: number;
  added_at: string;
}

export interface SourceReport {
  source: string;
  about: string;
  terms: string;
  argument: string | null;
  synthetic: boolean;
  searches: boolean;
  via: "http" | "browser";
  /** Switched on, by the name of the source. */
  on: boolean;
  /** Whether robots.txt is not asked, because the operator exempts the source by name. */
  robots_exempt: boolean;
  /** Whether it needs a login, and whether the operator has switched that on by name. */
  login: "none" | "off" | "on";
  accounts: AccountReport[];
  targets: TargetReport[];
}

/** All sources, those that are switched on first, with the searches of those that are off too. */
export function sourceReports(
  plan: Plan,
  about: {
    state: CrawlState;
    now: number;
    settings: { robotsExempt: readonly string[]; logins: readonly string[] };
    accounts: { report(source: string): AccountReport[] };
  },
): SourceReport[] {
  const on = new Set(plan.chosen.map(({ source }) => source.name));
  const targets = [...new Map([...plan.searches, ...plan.targets].map((one) => [one.name, one])).values()];
  const health = new Map(about.state.health().map((one) => [one.target, one]));
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return plan.sources
    .map((source): SourceReport => {
      const named = targets.filter((target) => target.source.name === source.name);
      const rechecks = `${source.name} rechecks`;
      return {
        source: source.name,
        about: source.doc,
        terms: source.terms,
        argument: source.argument,
        synthetic: source.synthetic,
        searches: source.searches,
        via: source.via,
        on: on.has(source.name),
        robots_exempt: about.settings.robotsExempt.includes(source.name),
        login: source.login === null ? "none" : about.settings.logins.includes(source.name) ? "on" : "off",
        accounts: source.login === null ? [] : about.accounts.report(source.name),
        targets: [
          ...named.map((target) => ({
            target: target.name,
            schedule: scheduleText(target.schedule),
            next_run_at: on.has(source.name) ? iso(nextRunAt(target, about.state, about.now)) : null,
          })),
          ...(health.has(rechecks) ? [{ target: rechecks, schedule: "as needed", next_run_at: null }] : []),
        ].map((target) => {
          const one = health.get(target.target);
          return {
            ...target,
            health: one?.health ?? "new",
            cause: one?.cause ?? null,
            reason: one?.reason ?? null,
            since: one === undefined || one.since === 0 ? null : iso(one.since),
            open: one?.open ?? 0,
            closed: one?.closed ?? 0,
            last_whole_crawl: iso(one?.sweepDoneAt ?? null),
          };
        }),
      };
    })
    .sort((a, b) => Number(b.on) - Number(a.on));
}

/** In milliseconds since 1970; null where there is none any more. */
export function nextRunAt(target: Target, state: CrawlState, now: number): number | null {
  const progress = state.progress(target.name);
  const { at } = turnOf(target.schedule, progress, now);
  // One that was halted goes on when it can; what is sure is its next turn.
  const sure =
    at === 0 && progress.sweepStartedAt > 0 ? dueAfter(target.schedule, progress.sweepStartedAt) : at;
  return Number.isFinite(sure) ? Math.max(sure, now) : null;
}
