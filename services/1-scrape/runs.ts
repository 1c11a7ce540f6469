// Owns the account of a run while it lasts: its steps, counts, requests, retries and errors, and how fast it is.
// It is written to the state often enough that a run that was killed goes on in the same account.
import type { Counts, RunReport, RunResult, StepReport } from "./report.ts";
import type { Cause } from "./source.ts";
import type { CrawlState } from "./state.ts";

/** Of single requests and postings, the last so many. */
const errorsKeptMax = 20;
const reasonCharsMax = 500;
/** A kill costs the account no more than this, and nothing of what failed or is missing. */
const saveEveryMs = 100;
const sampleEveryMs = 1_000;
/** The rate is that of this last time. */
const rateOverMs = 60_000;
const samplesMax = 61;
/** Of a target, among which the last one of its own is looked for. */
const lastRunsMax = 50;

export const noCounts = (): Counts => ({ found: 0, seen: 0, closed: 0, known: 0, failed: 0 });

export class Run {
  readonly report: RunReport;
  readonly #state: CrawlState;
  readonly #now: () => number;
  #step: StepReport | undefined;
  #savedAt = 0;
  #samples: { at: number; handled: number }[] = [];

  private constructor(report: RunReport, state: CrawlState, now: () => number) {
    this.report = report;
    this.#state = state;
    this.#now = now;
    // A step that was cut off by a kill goes on.
    this.#step = report.steps.findLast((step) => step.ended_at === null);
  }

  static begin(
    about: Pick<RunReport, "target" | "source" | "keyword" | "location" | "trigger" | "since">,
    state: CrawlState,
    now: () => number,
  ): Run {
    const report: RunReport = {
      id: 0,
      ...about,
      started_at: new Date(now()).toISOString(),
      ended_at: null,
      result: "running",
      cause: null,
      reason: null,
      missing: null,
      counts: noCounts(),
      steps: [],
      errors: [],
      progress: null,
    };
    report.id = state.saveRun(report);
    return new Run(report, state, now);
  }

  /** The target's last run, where it was not brought to its end; walks by hand in between are not its own. */
  static resume(target: string, state: CrawlState, now: () => number): Run | undefined {
    const last = state.runs(lastRunsMax, target).find(({ trigger }) => trigger !== "by hand");
    if (
      last === undefined ||
      last.result === "found" ||
      last.result === "empty" ||
      last.result === "partial"
    ) {
      return undefined;
    }
    Object.assign(last, { result: "running", ended_at: null, cause: null, reason: null, progress: null });
    return new Run(last, state, now);
  }

  /** What follows is counted to this step, which goes on where it is the last one. */
  enter(step: StepReport["step"]): void {
    if (this.#step?.step === step) return;
    this.#endStep();
    this.#step = {
      step,
      started_at: this.#time(),
      ended_at: null,
      requests: 0,
      retries: 0,
      ...noCounts(),
    };
    // Lists and postings take turns page by page; each has one line.
    const earlier = this.report.steps.find((one) => one.step === step);
    if (earlier === undefined) this.report.steps.push(this.#step);
    else this.#step = Object.assign(earlier, { ended_at: null });
  }

  #endStep(): void {
    if (this.#step !== undefined) this.#step.ended_at = this.#time();
    this.#step = undefined;
  }

  request(): void {
    if (this.#step !== undefined) this.#step.requests++;
    this.#saveNowAndThen();
  }

  retry(url: string, reason: string): void {
    if (this.#step !== undefined) this.#step.retries++;
    this.error(url, reason);
  }

  count(what: keyof Counts, number = 1): void {
    this.report.counts[what] += number;
    if (this.#step !== undefined) this.#step[what] += number;
    // A search goes back to what failed: a kill must not make it forget that it did.
    if (what === "failed") this.#save();
    else this.#saveNowAndThen();
  }

  error(url: string, reason: string): void {
    this.report.errors.push({ at: this.#time(), url, reason: reason.slice(0, reasonCharsMax) });
    if (this.report.errors.length > errorsKeptMax) this.report.errors.shift();
  }

  missing(postings: number): void {
    this.report.missing = (this.report.missing ?? 0) + postings;
    this.#save();
  }

  end(result: Exclude<RunResult, "running">, cause: Cause | null, reason: string | null): void {
    this.#endStep();
    Object.assign(this.report, { result, cause, reason, ended_at: this.#time(), progress: null });
    this.#save();
  }

  /** The account as it is now, with how fast it goes and what is left. */
  live(): RunReport {
    if (this.report.ended_at !== null) return this.report;
    const waiting = this.#state.pendingCount(this.report.target);
    const first = this.#samples[0];
    const overMs = first === undefined ? 0 : this.#now() - first.at;
    const rate = first === undefined || overMs <= 0 ? 0 : ((this.#handled() - first.handled) * 1000) / overMs;
    // As long as lists are open, nobody knows how much more they name.
    const listed = this.#state.progress(this.report.target).asks.length === 0;
    const left_s = listed && waiting > 0 && rate > 0 ? Math.round(waiting / rate) : null;
    return { ...this.report, progress: { rate: Math.round(rate * 100) / 100, waiting, left_s } };
  }

  #handled(): number {
    const { found, seen, closed, known, failed } = this.report.counts;
    return found + seen + closed + known + failed;
  }

  #saveNowAndThen(): void {
    if (this.#now() - this.#savedAt < saveEveryMs) return;
    this.#sample();
    this.#save();
  }

  #sample(): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && this.#now() - last.at < sampleEveryMs) return;
    this.#samples.push({ at: this.#now(), handled: this.#handled() });
    while (
      this.#samples.length > samplesMax ||
      (this.#samples[1] !== undefined && this.#now() - this.#samples[1].at > rateOverMs)
    )
      this.#samples.shift();
  }

  #save(): void {
    this.#savedAt = this.#now();
    this.#state.saveRun(this.report);
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}
