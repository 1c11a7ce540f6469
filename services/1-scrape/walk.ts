// Owns one walk through what a target lists: page by page, posting by posting, into events. Two walks share the
// work. A sweep goes through the whole list or search and remembers its place across restarts: what a page named
// is written down together with the turn of the page, so that nothing is asked for twice or forgotten. Head
// passes look at the top of a list every few seconds in between, so that a new posting does not wait for history.
// A head pass handles its pages from the oldest up: whatever moment it is cut off at, what is known stays a
// whole run from the bottom, and "a page that is all known" ends the next one.
import type { Logger } from "@skillstream/platform/log.ts";
import { Asks, type FetchedList, keyOf, listOn } from "./asks.ts";
import type { Fetched, Fetcher, Page, Validators } from "./fetch/fetcher.ts";
import { Halted, halted, isOurs } from "./halted.ts";
import { LeftAlone } from "./left-alone.ts";
import { fetches, postings } from "./metrics.ts";
import type { RawPublisher } from "./publish.ts";
import type { Counts, RunReport } from "./report.ts";
import { noCounts, Run } from "./runs.ts";
import { dueAfter, type Target } from "./searches.ts";
import type { Ask, Captured, Listed, RawPosting } from "./source.ts";
import type { CrawlState, Health, Known, Progress } from "./state.ts";
import { seenIntervalMs, Teller } from "./tell.ts";
import { alone } from "./visits.ts";
import { areOld, isWanted } from "./wanted.ts";

export interface Crawler {
  fetcher: Fetcher;
  publisher: RawPublisher;
  state: CrawlState;
  log: Logger;
  now: () => number;
  signal: AbortSignal;
}

/** Postings of one page that are under way at once, whatever a source allows. */
const itemsAtOnceMax = 64;
/** A head pass that finds more new pages than this leaves the rest to a sweep. */
const headPagesMax = 30;
const pendingAtOnceMax = 200;
/** So many failures in a row are the site's, not a posting's. */
const failuresInRowMax = 5;
/** A posting's page is asked for so often in one sweep before it is left to the next. */
const attemptsMax = 3;
const dayMs = 24 * 60 * 60 * 1000;
/** A site takes a while to list what is new, so a search goes back further than to its last run by this. */
const overlapMs = 60 * 60 * 1000;
/** A search does not go back further than this, however long the downtime. */
const watermarkAgeMaxMs = 30 * dayMs;

export class Walk {
  /** Of everything that this walk did. */
  readonly counts: Counts = noCounts();
  /** Pages asked for. */
  requests = 0;
  readonly #target: Target;
  readonly #crawler: Crawler;
  readonly #teller: Teller;
  readonly #start: string;
  readonly #leftAlone = new LeftAlone();
  readonly #asks = new Asks();
  #failuresInRow = 0;
  #progress: Progress;
  #headDueAt = 0;
  #headValidators: Validators | undefined;
  /** When a list that is one page was last read in full. */
  #readAt: number | undefined;
  /** Why some of a list could not be read, since the last sweep began. */
  #partial: string | null = null;
  #run: Run | undefined;

  constructor(target: Target, crawler: Crawler) {
    this.#target = target;
    this.#crawler = crawler;
    this.#teller = new Teller(target, crawler, {
      sweep: () => this.#progress.sweep,
      count: (what) => this.#count(what),
    });
    this.#start = keyOf(target.source.plan(target.argument, target.search)[0]);
    if (URL.canParse(this.#start)) crawler.state.moveTo(target.name, new URL(this.#start).origin);
    this.#progress = crawler.state.progress(target.name);
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** The account of the sweep that is under way. */
  get run(): Run | undefined {
    return this.#run;
  }

  #save(progress: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...progress };
    this.#crawler.state.saveProgress(this.#target.name, this.#progress);
  }

  /** Goes on with the sweep that is under way, or begins one, and brings it to its end. */
  async sweep(trigger: RunReport["trigger"]): Promise<void> {
    const { state } = this.#crawler;
    const { name, source } = this.#target;
    this.#resume(trigger);
    for (;;) {
      this.#crawler.signal.throwIfAborted();
      const waiting = state.pending(name, pendingAtOnceMax);
      const [ask, ...rest] = this.#progress.asks;
      if (waiting.length > 0) {
        this.#run?.enter(waiting.some((one) => one.anew) ? "recheck" : "postings");
        await this.#visitAll(waiting);
      } else if (ask !== undefined) {
        this.#run?.enter("list");
        await this.#readPage(ask, rest);
      } else if (source.lists === "words" || !this.#nameUnlisted()) {
        break;
      }
      if (source.headIntervalMs !== null && this.#crawler.now() >= this.#headDueAt) await this.headPass();
    }
    this.#finish();
  }

  #resume(trigger: RunReport["trigger"]): void {
    const { state, now } = this.#crawler;
    const { name, source, search, argument, schedule } = this.#target;
    // A search whose next turn has come is planned anew, since it has to go further back by now.
    const overdue = source.lists === "words" && dueAfter(schedule, this.#progress.sweepStartedAt) <= now();
    if (!this.#progress.sweeping || overdue) {
      this.#run = undefined;
      // A list of which something is missing is read again, though it may be as it was.
      if (this.#partial !== null) this.#readAt = undefined;
      this.#partial = null;
      this.#asks.clear();
      const startedAt = now();
      const withinMs = this.#withinMs(startedAt);
      const since = withinMs === undefined ? null : startedAt - withinMs;
      this.#save({
        sweep: this.#progress.sweep + 1,
        sweeping: true,
        asks: source.plan(argument, { ...search, withinMs }),
        askedAfter: "",
        sweepStartedAt: startedAt,
        // Whatever becomes of the first run, the next ones go back to what it asked for.
        watermark: this.#progress.watermark ?? since,
      });
      this.#run = this.#begin(trigger, since);
    }
    this.#run ??= Run.resume(name, state, now);
    if (this.#run !== undefined) return;
    const { sweepStartedAt } = this.#progress;
    const withinMs = this.#withinMs(sweepStartedAt);
    this.#run = this.#begin(trigger, withinMs === undefined ? null : sweepStartedAt - withinMs);
  }

  #begin(trigger: RunReport["trigger"], since: number | null): Run {
    const { state, now } = this.#crawler;
    const { name, source, search } = this.#target;
    return Run.begin(
      {
        target: name,
        source: source.name,
        keyword: search.keyword ?? null,
        location: search.location ?? null,
        trigger,
        since: since === null ? null : new Date(since).toISOString(),
      },
      state,
      now,
    );
  }

  /** How far back a run that begins then asks: at least to the beginning of the last one that saw everything. */
  #withinMs(startedAt: number): number | undefined {
    const { withinMs } = this.#target.search;
    const { watermark } = this.#progress;
    if (withinMs === undefined || watermark === null) return withinMs;
    const sinceMs = startedAt - watermark + overlapMs;
    return Math.min(Math.max(withinMs, sinceMs), Math.max(withinMs, watermarkAgeMaxMs));
  }

  #finish(): void {
    const { now } = this.#crawler;
    const run = this.#run;
    const failed = run?.report.counts.failed ?? 0;
    const unseen = run?.report.missing ?? 0;
    // What was not seen is asked for again by the next run.
    const whole = failed === 0 && unseen === 0;
    this.#save({
      sweeping: false,
      sweepDoneAt: now(),
      ...(whole ? { watermark: this.#progress.sweepStartedAt } : {}),
    });
    if (run !== undefined) this.#endRun(run);
  }

  #endRun(run: Run): void {
    const { found, seen, closed, known, failed } = run.report.counts;
    if (failed > 0) this.#partial ??= `${failed} postings could not be had`;
    // Before a restart it was told why.
    if ((run.report.missing ?? 0) > 0) this.#partial ??= `${run.report.missing} postings are missing`;
    const nothing = found + seen + closed + known === 0;
    run.end(this.#partial !== null ? "partial" : nothing ? "empty" : "found", null, this.#partial);
    this.#run = undefined;
  }

  /** The sweep cannot go on for now. */
  halt({ health, why, message }: Halted): void {
    this.#run?.end(health, why, message);
    this.#run = undefined;
    // A list that is not what it was is asked for from its beginning, by then perhaps at another address.
    const isList = this.#crawler.state.pendingCount(this.#target.name) === 0;
    if (isList && (health === "gone" || health === "changed")) this.#save({ sweeping: false, asks: [] });
  }

  stop(reason: string): void {
    this.#run?.end("stopped", null, reason);
  }

  /** How the last pass went. */
  health(): { health: Health; cause: null; reason: string | null } {
    return { health: this.#partial === null ? "ok" : "partial", cause: null, reason: this.#partial };
  }

  async #readPage(ask: Ask, rest: Ask[]): Promise<void> {
    const { state, now } = this.#crawler;
    const { source, name } = this.#target;
    const isWholeList = source.headIntervalMs === null && keyOf(ask) === this.#start && rest.length === 0;
    const list = await this.#list(ask, isWholeList ? this.#freshValidators() : undefined);
    if (list === "unchanged") {
      this.#count("known", state.allListed(name, this.#progress.sweep, now()));
      this.#save({ asks: [] });
      return;
    }
    const { total, page } = list;
    const since = this.#since();
    if (isWholeList) this.#readAt = now();
    const items = list.items.filter((item) => isWanted(item, this.#target, since));
    const toVisit = await this.#sayAll(items, page);
    const tooLong = source.resultsMax !== null && total !== undefined && total > source.resultsMax;
    const narrower = tooLong ? source.split(ask) : [];
    let next = list.next === null || areOld(list.items, since) ? [] : [list.next];
    if (narrower.length > 0) {
      next = narrower;
    } else if (tooLong && list.next === null && list.lacks?.missing === undefined) {
      this.#run?.missing((total ?? 0) - (source.resultsMax ?? 0));
      this.#partial = `the site shows ${source.resultsMax} of ${total} postings, and has no narrower lists`;
    }
    const isAll = isWholeList && list.next === null && list.more === undefined;
    const validators = isAll ? page.validators : noValidators;
    this.#progress = {
      ...this.#progress,
      asks: this.#after(ask, [...next, ...(list.more ?? [])], rest),
      validators,
    };
    state.turnPage(name, this.#progress, toVisit, false);
  }

  #after(ask: Ask, named: readonly Ask[], waiting: readonly Ask[]): Ask[] {
    const { asks, left } = this.#asks.after(ask, named, waiting);
    if (left > 0) {
      this.#run?.missing(left);
      this.#partial = `${left} lists are too many to be read in one run`;
    }
    return asks;
  }

  /** Sent for longer than the pause between two `seen` events, validators would keep us from saying so. */
  #freshValidators(): Validators | undefined {
    const fresh = this.#readAt !== undefined && this.#crawler.now() - this.#readAt < seenIntervalMs;
    return fresh && this.#partial === null ? this.#progress.validators : undefined;
  }

  async headPass(): Promise<void> {
    const { source, argument, search } = this.#target;
    this.#headDueAt = this.#crawler.now() + (source.headIntervalMs ?? 0);
    const pages: { items: Listed[]; page: Page }[] = [];
    const [top] = source.plan(argument, search);
    let ask: Ask | null = top ?? null;
    let validators: Validators | undefined;
    while (ask !== null && keyOf(ask) !== keyOf(this.#progress.asks[0])) {
      if (pages.length === headPagesMax) {
        // Long away: a sweep reads what is left, and this pass what is newest.
        this.#asks.clear();
        this.#save({
          sweep: this.#progress.sweep + 1,
          sweeping: true,
          asks: [ask],
          askedAfter: "",
          sweepStartedAt: this.#crawler.now(),
        });
        break;
      }
      const isTop = keyOf(ask) === this.#start;
      const list: FetchedList | "unchanged" = await this.#list(ask, isTop ? this.#headValidators : undefined);
      if (list === "unchanged") break;
      if (isTop) validators = list.page.validators;
      const fresh = list.items.filter((item) => !this.#isKnown(item));
      if (fresh.length === 0 && list.items.length > 0) break;
      pages.push({ items: fresh, page: list.page });
      ask = list.next;
    }
    for (const { items, page } of pages.reverse()) await this.#visitAll(await this.#sayAll(items, page));
    if (validators !== undefined) this.#headValidators = validators;
  }

  /** One walk for a person, from the top and not remembered, until so many postings were met. */
  async once(limit: number): Promise<void> {
    const { source, argument, search } = this.#target;
    const { withinMs } = search;
    this.#run = this.#begin("by hand", withinMs === undefined ? null : this.#crawler.now() - withinMs);
    this.#asks.clear();
    let asks = source.plan(argument, search);
    let left = limit;
    while (left > 0) {
      const [ask, ...rest] = asks;
      if (ask === undefined || this.#crawler.signal.aborted) break;
      this.#run.enter("list");
      const list: FetchedList | "unchanged" = await this.#list(ask, undefined);
      if (list === "unchanged") break;
      const since = this.#since();
      const items = list.items.filter((item) => isWanted(item, this.#target, since)).slice(0, left);
      left -= items.length;
      this.#run.enter("postings");
      await this.#visitAll(await this.#sayAll(items, list.page));
      const next = list.next === null || areOld(list.items, since) ? [] : [list.next];
      asks = this.#after(ask, [...next, ...(list.more ?? [])], rest);
    }
    this.#endRun(this.#run);
  }

  /** Closes those past their own end, and looks at the pages of others, with so many workers. */
  async askAfter(expired: readonly Known[], unchecked: readonly Known[], workers: number): Promise<void> {
    const run = this.#begin("recheck", null);
    this.#run = run;
    run.enter("recheck");
    for (const one of expired) {
      const end = new Date(one.expiresAt ?? 0).toISOString();
      await this.#teller.say("closed", one, { closed: true }, `it stated its end as ${end}`);
    }
    const items = unchecked.map(({ source_id, url, stamp }) => ({ source_id, url, stamp }));
    try {
      await this.#visitAll(items, workers);
      this.#endRun(run);
    } catch (error) {
      if (error instanceof Halted) this.halt(error);
      else this.stop("the scraper was stopped");
      throw error;
    }
  }

  /** From when on the run asks, where it does not ask for all. */
  #since(): number | undefined {
    const { withinMs } = this.#target.search;
    if (withinMs === undefined || this.#run === undefined) return undefined;
    const { since } = this.#run.report;
    return since === null ? this.#crawler.now() - withinMs : Date.parse(since);
  }

  async #list(ask: Ask, validators: Validators | undefined): Promise<FetchedList | "unchanged"> {
    const fetched = await this.#fetch(ask, validators);
    if (fetched.kind === "unchanged") return "unchanged";
    if (fetched.kind === "gone")
      throw new Halted("gone", null, `the list ${ask.url} answers ${fetched.status}`);
    if (fetched.kind !== "page") throw halted(fetched);
    const { page } = fetched;
    const list = listOn(page, ask, this.#target.source.list(captured(page)));
    if (list.lacks !== undefined) {
      this.#partial = list.lacks.reason;
      if (list.lacks.missing !== undefined) this.#run?.missing(list.lacks.missing);
    }
    return list;
  }

  async #fetch({ url, json }: Ask, validators: Validators | undefined, lane?: number): Promise<Fetched> {
    const { fetcher, signal, log } = this.#crawler;
    const { source, name } = this.#target;
    this.requests++;
    this.#run?.request();
    const onRetry = (reason: string) => {
      this.#run?.retry(url, reason);
      log.warn({ target: name, url, reason }, "A request is made again.");
    };
    const fetched = await fetcher.fetch({ url, json, source, validators, lane, signal, onRetry });
    fetches.inc({ source: source.name, outcome: fetched.kind });
    return fetched;
  }

  #isKnown(item: Listed): boolean {
    const known = this.#crawler.state.posting(this.#target.source.site, item.source_id);
    return (
      (known !== undefined && this.#isSame(item, known)) || this.#leftAlone.has(item, this.#crawler.now())
    );
  }

  /** By the list's own word. A list that gives no times is believed for a day. */
  #isSame(item: Listed, known: Known): boolean {
    if (known.closed) return false;
    if (item.stamp !== null) return known.stamp === item.stamp;
    return this.#crawler.now() - known.saidAt < seenIntervalMs;
  }

  /** Says what a page says by itself of its postings; those whose own page must be fetched come back. */
  async #sayAll(items: readonly Listed[], page: Page): Promise<Listed[]> {
    const { state, signal, now } = this.#crawler;
    const { name } = this.#target;
    const { site } = this.#target.source;
    const unchanged: string[] = [];
    const toVisit: Listed[] = [];
    const said: Promise<void>[] = [];
    for (const item of items) {
      signal.throwIfAborted();
      const known = state.posting(site, item.source_id);
      if (item.posting !== undefined) {
        await this.#teller.room();
        said.push(this.#take(item.posting, item, captured(page), noValidators, known));
      } else if (known === undefined || !this.#isSame(item, known)) {
        if (!this.#leftAlone.has(item, this.#crawler.now())) toVisit.push(item);
      } else if (now() - known.saidAt >= seenIntervalMs) {
        said.push(this.#teller.say("seen", known, { checkedAt: now() }, null));
      } else {
        unchanged.push(item.source_id);
        this.#count("known");
      }
    }
    // All end before an error is passed on, so that nothing is still under way when it is answered.
    for (const end of await Promise.allSettled(said)) if (end.status === "rejected") throw end.reason;
    state.listed(site, unchanged, { target: name, sweep: this.#progress.sweep }, now());
    return toVisit;
  }

  /** Resolves when each is published and recorded, or left alone with its reason logged. */
  async #visitAll(
    items: readonly (Listed & { anew?: boolean })[],
    workers = Math.min(itemsAtOnceMax, this.#target.source.requestsAtOnceMax),
  ): Promise<void> {
    const { signal } = this.#crawler;
    let next = 0;
    const work = async (lane: number | undefined) => {
      for (;;) {
        signal.throwIfAborted();
        const item = items[next++];
        if (item === undefined) return;
        await this.#teller.room();
        await this.#visitOnce(item, lane);
      }
    };
    const stopAll = (error: unknown) => {
      next = items.length;
      throw error;
    };
    // Where one fails nobody begins another item: a site that shuts us out is not asked for the rest of the
    // page. All end before the error is passed on, so that nothing is still under way when it is answered.
    const ends = await Promise.allSettled(
      Array.from({ length: Math.min(workers, items.length) }, (_, lane) => work(lane).catch(stopAll)),
    );
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  #visitOnce(item: Listed & { anew?: boolean }, lane: number | undefined): Promise<void> {
    const { state } = this.#crawler;
    const { site } = this.#target.source;
    return alone(state, `${site} ${item.source_id}`, async () => {
      const known = state.posting(site, item.source_id);
      if (item.anew !== false || known === undefined || !this.#isSame(item, known))
        return this.#visit(item, known, lane);
      // Another search named it too, and was faster.
      this.#count("known");
      state.done(this.#target.name, item.source_id);
    });
  }

  /** Fetches a posting's own page. */
  async #visit(item: Listed, known: Known | undefined, lane: number | undefined): Promise<void> {
    const { state } = this.#crawler;
    const { source, name } = this.#target;
    const fetched = await this.#fetch(item, known?.validators, lane);
    switch (fetched.kind) {
      case "unchanged":
        if (known !== undefined) await this.#teller.stillThere(known, { stamp: item.stamp });
        break;
      case "gone":
        await this.#gone(item, known, `its page answers ${fetched.status}`);
        break;
      case "page": {
        const result = source.parse(captured(fetched.page));
        if (result.result === "gone") {
          await this.#gone(item, known, result.reason);
        } else if (result.result === "found" || result.result === "partial") {
          const posting = result.value.find((one) => one.source_id === item.source_id) ?? result.value[0];
          if (posting === undefined)
            return this.#giveUp(item, new Halted("changed", null, "the page carries no posting"));
          this.#failuresInRow = 0;
          const isItself = posting.source_id === item.source_id;
          const its = isItself ? known : state.posting(source.site, posting.source_id);
          await this.#take(posting, item, captured(fetched.page), fetched.page.validators, its);
          // Recorded, it waits no longer; only a page that gives itself another id is still named.
          if (isItself) return;
          this.#checkedInVain(item);
        } else if (result.result === "blocked") {
          return this.#tryLater(item, new Halted("blocked", result.cause, result.reason));
        } else {
          return this.#giveUp(item, new Halted("changed", null, result.reason));
        }
        break;
      }
      case "refused":
        return this.#giveUp(item, halted(fetched));
      case "blocked":
      case "unavailable": {
        const why = halted(fetched);
        // The site asked for a pause, or a budget is spent: nothing was sent, so that was no attempt.
        const isPaused = fetched.kind === "blocked" ? why.why === "too many requests" : "pausedMs" in fetched;
        if (isPaused) throw why;
        return this.#tryLater(item, why);
      }
      default:
        fetched satisfies never;
    }
    this.#failuresInRow = 0;
    state.done(name, item.source_id);
  }

  async #gone(item: Listed, known: Known | undefined, reason: string): Promise<void> {
    if (known !== undefined && !known.closed) {
      await this.#teller.say("closed", known, { closed: true, checkedAt: this.#crawler.now() }, reason);
    } else {
      this.#leftAlone.add(item, this.#crawler.now());
    }
  }

  async #take(
    posting: RawPosting,
    item: Listed,
    page: Captured,
    validators: Validators,
    known: Known | undefined,
  ): Promise<void> {
    const tooLarge = await this.#teller.take(posting, item, page, validators, known);
    if (tooLarge !== undefined) this.#giveUp(item, new Halted("changed", null, tooLarge));
  }

  /** Another attempt may help: it stays among what is to be fetched, for a few times. */
  #tryLater(item: Listed, why: Halted): void {
    const { state } = this.#crawler;
    // What the operator must put right is not the posting's fault.
    if (isOurs(why.why)) {
      this.#note(item, why);
      throw why;
    }
    const attempts = state.failed(this.#target.name, item.source_id);
    if (attempts === 0 || attempts >= attemptsMax) this.#giveUp(item, why);
    else this.#note(item, why);
  }

  #giveUp(item: Listed, why: Halted): void {
    this.#count("failed");
    this.#crawler.state.done(this.#target.name, item.source_id);
    this.#checkedInVain(item);
    this.#note(item, why);
  }

  /** The longest unseen are rechecked first: it would be the first again, and again. */
  #checkedInVain({ source_id }: Listed): void {
    const { state, now } = this.#crawler;
    if (this.#run?.report.trigger !== "recheck") return;
    state.checkedInVain(this.#target.source.site, source_id, now());
  }

  #note(item: Listed, why: Halted): void {
    const { log } = this.#crawler;
    const fields = { target: this.#target.name, url: item.url, health: why.health, cause: why.why };
    log.warn({ ...fields, reason: why.message }, "A posting could not be had.");
    this.#run?.error(item.url, why.message);
    this.#leftAlone.add(item, this.#crawler.now());
    this.#failuresInRow++;
    if (this.#failuresInRow < failuresInRowMax) return;
    this.#failuresInRow = 0;
    this.#leftAlone.clear();
    throw why;
  }

  #count(what: keyof Counts, number = 1): void {
    this.counts[what] += number;
    this.#run?.count(what, number);
    postings.inc({ source: this.#target.source.name, result: what }, number);
  }

  /** Some of the open postings that this sweep has not met wait to be asked after; false where there are none. */
  #nameUnlisted(): boolean {
    const { state } = this.#crawler;
    const { source, name } = this.#target;
    const { sweep, askedAfter } = this.#progress;
    const some = state.unlisted(source.site, name, sweep, askedAfter, pendingAtOnceMax);
    const last = some.at(-1);
    if (last === undefined) return false;
    this.#progress = { ...this.#progress, askedAfter: last.source_id };
    state.turnPage(name, this.#progress, some, true);
    return true;
  }
}

const noValidators: Validators = { etag: null, lastModified: null };

function captured(page: Page): Captured {
  return { url: page.url, mediaType: page.mediaType, body: page.body };
}
