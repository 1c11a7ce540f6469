// Owns how a source is crawled, the same for all of them. Two walks share the work. A sweep goes through the
// whole list page by page, remembers its place across restarts, and at its end asks after postings that were
// not listed any more. Head passes look at the top of the list every few seconds in between, so that a new
// posting does not wait for history. A head pass handles its pages from the oldest up: whatever moment it is
// cut off at, what is known stays a whole run from the bottom, and "a page that is all known" ends the next one.
import { createHash } from "node:crypto";
import type { Logger } from "@skillstream/platform/log.ts";
import { pause } from "@skillstream/platform/signals.ts";
import { recordBytesMax } from "@skillstream/schemas/topics.ts";
import type { EventKind, RawEvent } from "@skillstream/schemas/types.ts";
import type { Fetched, Fetcher, Page, Validators } from "./fetch/fetcher.ts";
import { fetches, postings } from "./metrics.ts";
import { Outbox, type RawPublisher } from "./publish.ts";
import { type Captured, jobId, type List, type Listed, type RawPosting, type Search } from "./source.ts";
import type { Target } from "./sources.ts";
import type { CrawlState, Health, Known, Progress } from "./state.ts";

export interface Crawler {
  fetcher: Fetcher;
  publisher: RawPublisher;
  state: CrawlState;
  log: Logger;
  /** Between the starts of two sweeps. */
  sweepIntervalMs: number;
  now: () => number;
  signal: AbortSignal;
}

/** A posting is said to be still there at most so often. */
const seenIntervalMs = 24 * 60 * 60 * 1000;
/** Postings of one page that are under way at once; the fetcher's own limit a host is lower. */
const itemsAtOnceMax = 64;
/** A head pass that finds more new pages than this leaves the rest to a sweep. */
const headPagesMax = 30;
const unlistedAtOnceMax = 200;
/** So many failures in a row are the site's, not a posting's. */
const failuresInRowMax = 5;
/** A posting that failed is left alone for this long. */
const failedPauseMs = 5 * 60 * 1000;
const failedKeptMax = 10_000;
/** The page and what it was parsed to; the rest of an event needs little more. */
const eventBytesMax = recordBytesMax - 1024 * 1024;
const retryMinMs = 1_000;
const retryMaxMs = 60_000;

/** The walk cannot go on for now; what was done stays done. */
class Halted extends Error {
  readonly health: Exclude<Health, "ok">;

  constructor(health: Exclude<Health, "ok">, reason: string) {
    super(reason);
    this.health = health;
  }
}

/** Crawls a target until the signal ends it. Never gives up: a site that is away or closed is tried again. */
export async function crawl(target: Target, crawler: Crawler): Promise<void> {
  const { signal, log, state } = crawler;
  const walk = new Walk(target, {}, crawler);
  let retryMs = retryMinMs;
  while (!signal.aborted) {
    let pauseMs = target.source.headIntervalMs ?? crawler.sweepIntervalMs;
    try {
      if (walk.sweepIsDue()) await walk.sweep();
      else if (target.source.headIntervalMs !== null) await walk.headPass();
      retryMs = retryMinMs;
      walk.reportDone();
      const untilSweep = walk.untilSweepMs();
      pauseMs = Math.min(pauseMs, Math.max(untilSweep, 0));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Halted)) throw error;
      walk.report(error.health, error.message);
      pauseMs = error.health === "unavailable" ? retryMs : Math.max(crawler.sweepIntervalMs, retryMs);
      retryMs = Math.min(retryMaxMs, retryMs * 2);
    }
    await pause(pauseMs, signal);
  }
  log.debug({ target: target.name, targets: state.health().length }, "The crawl has ended.");
}

export interface Counts {
  found: number;
  seen: number;
  closed: number;
  known: number;
  failed: number;
}

/** One walk through a list for a person who asked for it; what the scraper knows already is not said again. */
export async function crawlOnce(
  target: Target,
  search: Search & { sinceMs?: number | undefined; limit?: number | undefined },
  crawler: Crawler,
): Promise<Counts> {
  const walk = new Walk(target, search, crawler);
  try {
    await walk.once(search.sinceMs, search.limit ?? Number.POSITIVE_INFINITY);
  } catch (error) {
    if (!(error instanceof Halted)) throw error;
    throw new Error(`${target.name} is ${error.health}: ${error.message}`);
  }
  return walk.counts;
}

class Walk {
  readonly counts: Counts = { found: 0, seen: 0, closed: 0, known: 0, failed: 0 };
  readonly #target: Target;
  readonly #search: Search;
  readonly #crawler: Crawler;
  readonly #outbox: Outbox;
  readonly #start: string;
  /** Postings that failed, and until when they are left alone. */
  readonly #failed = new Map<string, number>();
  #failuresInRow = 0;
  #progress: Progress;
  #headDueAt = 0;
  #headValidators: Validators | undefined;
  /** When a list that is one page was last read in full. */
  #readAt: number | undefined;
  /** Why some of a list could not be read, since the last sweep began. */
  #partial: string | null = null;

  constructor(target: Target, search: Search, crawler: Crawler) {
    this.#target = target;
    this.#search = search;
    this.#crawler = crawler;
    this.#outbox = new Outbox(crawler.publisher, crawler.state);
    this.#start = target.source.plan(target.argument, search)[0]?.url ?? "";
    crawler.state.moveTo(target.name, new URL(this.#start).origin);
    this.#progress = crawler.state.progress(target.name);
  }

  sweepIsDue(): boolean {
    return this.untilSweepMs() <= 0;
  }

  untilSweepMs(): number {
    const { cursor, sweepDoneAt, sweepStartedAt } = this.#progress;
    if (cursor !== null || sweepDoneAt === null) return 0;
    return sweepStartedAt + this.#crawler.sweepIntervalMs - this.#crawler.now();
  }

  /** A pass came to its end. */
  reportDone(): void {
    this.report(this.#partial === null ? "ok" : "partial", this.#partial);
  }

  report(health: Health, reason: string | null): void {
    const { state, log, now } = this.#crawler;
    const news = state.saveHealth(this.#target.name, health, reason, now());
    if (!news) return;
    const fields = { target: this.#target.name, health, reason };
    if (health === "ok") log.info(fields, "The source is crawled well.");
    else log.warn(fields, "The source is not crawled well.");
  }

  #save(progress: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...progress };
    this.#crawler.state.saveProgress(this.#target.name, this.#progress);
  }

  async sweep(): Promise<void> {
    const { state, now } = this.#crawler;
    const { source, name } = this.#target;
    if (this.#progress.cursor === null) {
      this.#save({ sweep: this.#progress.sweep + 1, cursor: this.#start, sweepStartedAt: now() });
    }
    if (this.#progress.cursor === this.#start) this.#partial = null;
    while (this.#progress.cursor !== null) {
      const url = this.#progress.cursor;
      const isWholeList = source.headIntervalMs === null && url === this.#start;
      const validators = isWholeList ? this.#freshValidators() : undefined;
      const list = await this.#list(url, validators);
      if (list === "unchanged") {
        state.allListed(name, this.#progress.sweep);
        this.#save({ cursor: null, sweepDoneAt: now() });
        return;
      }
      if (isWholeList) this.#readAt = now();
      await this.#handleAll(list.items, list.page);
      const validatorsNow =
        isWholeList && list.next === null ? list.page.validators : { etag: null, lastModified: null };
      if (list.next === null) await this.#askAfterUnlisted();
      this.#save({
        cursor: list.next,
        validators: validatorsNow,
        ...(list.next === null ? { sweepDoneAt: now() } : {}),
      });
      if (source.headIntervalMs !== null && now() >= this.#headDueAt) await this.headPass();
    }
  }

  /** Sent for longer than the pause between two `seen` events, validators would keep us from saying so. */
  #freshValidators(): Validators | undefined {
    const fresh = this.#readAt !== undefined && this.#crawler.now() - this.#readAt < seenIntervalMs;
    return fresh && this.#partial === null ? this.#progress.validators : undefined;
  }

  async headPass(): Promise<void> {
    const { source } = this.#target;
    this.#headDueAt = this.#crawler.now() + (source.headIntervalMs ?? 0);
    const pages: { items: Listed[]; page: Page }[] = [];
    let url: string | null = this.#start;
    let validators: Validators | undefined;
    while (url !== null && url !== this.#progress.cursor) {
      if (pages.length === headPagesMax) {
        // Long away: a sweep reads what is left, and this pass what is newest.
        this.#save({ sweep: this.#progress.sweep + 1, cursor: url, sweepStartedAt: this.#crawler.now() });
        break;
      }
      const list: FetchedList | "unchanged" = await this.#list(
        url,
        url === this.#start ? this.#headValidators : undefined,
      );
      if (list === "unchanged") break;
      if (url === this.#start) validators = list.page.validators;
      const fresh = list.items.filter((item) => !this.#isKnown(item));
      if (fresh.length === 0 && list.items.length > 0) break;
      pages.push({ items: fresh, page: list.page });
      url = list.next;
    }
    for (const { items, page } of pages.reverse()) await this.#handleAll(items, page);
    if (validators !== undefined) this.#headValidators = validators;
  }

  async once(sinceMs: number | undefined, limit: number): Promise<void> {
    let url: string | null = this.#start;
    let left = limit;
    while (url !== null && left > 0 && !this.#crawler.signal.aborted) {
      const list: FetchedList | "unchanged" = await this.#list(url, undefined);
      if (list === "unchanged") return;
      let items = list.items.filter((item) => this.#matches(item));
      if (sinceMs !== undefined) {
        const young = items.filter((item) => !(Date.parse(item.stamp ?? postedTime(item) ?? "") < sinceMs));
        if (young.length === 0 && items.length > 0) return;
        items = young;
      }
      items = items.slice(0, left);
      left -= items.length;
      await this.#handleAll(items, list.page);
      url = list.next;
    }
  }

  /** A list that cannot be asked for words is searched here. */
  #matches(item: Listed): boolean {
    if (this.#target.source.searches || item.posting === undefined) return true;
    const { title, description_html, location } = item.posting.parsed;
    const holds = (text: string, wanted: string | undefined) =>
      wanted === undefined || text.toLowerCase().includes(wanted.toLowerCase());
    return (
      holds(`${title} ${description_html}`, this.#search.keyword) &&
      holds(location ?? "", this.#search.location)
    );
  }

  async #list(url: string, validators: Validators | undefined): Promise<FetchedList | "unchanged"> {
    const fetched = await this.#fetch(url, validators);
    if (fetched.kind === "unchanged") return "unchanged";
    if (fetched.kind === "gone") throw new Halted("gone", `the list ${url} answers ${fetched.status}`);
    if (fetched.kind !== "page") throw halted(fetched);
    const { page } = fetched;
    const result = this.#target.source.list(captured(page));
    switch (result.result) {
      case "partial":
        this.#partial = result.reason;
        return listOn(page, result.value);
      case "found":
        return listOn(page, result.value);
      case "empty":
        return { items: [], next: null, page };
      case "blocked":
      case "changed":
      case "gone":
        throw new Halted(result.result, result.reason);
      default:
        return result satisfies never;
    }
  }

  async #fetch(url: string, validators: Validators | undefined): Promise<Fetched> {
    const { fetcher, signal } = this.#crawler;
    const fetched = await fetcher.fetch({ url, validators, signal });
    fetches.inc({ source: this.#target.source.name, outcome: fetched.kind });
    return fetched;
  }

  #isKnown(item: Listed): boolean {
    const known = this.#crawler.state.posting(this.#target.source.name, item.source_id);
    return (known !== undefined && this.#isSame(item, known)) || this.#isLeftAlone(item);
  }

  /** By the list's own word. A list that gives no times is believed for a day. */
  #isSame(item: Listed, known: Known): boolean {
    if (known.closed) return false;
    if (item.stamp !== null) return known.stamp === item.stamp;
    return this.#crawler.now() - known.saidAt < seenIntervalMs;
  }

  #isLeftAlone(item: Listed): boolean {
    const until = this.#failed.get(`${item.source_id} ${item.stamp}`);
    return until !== undefined && until > this.#crawler.now();
  }

  /** Resolves when every posting of a list page is published and recorded, or left alone with its reason logged. */
  async #handleAll(items: readonly Listed[], page: Page, mode: "trust" | "ask" = "trust"): Promise<void> {
    const { state, signal } = this.#crawler;
    const source = this.#target.source.name;
    const unchanged: string[] = [];
    let next = 0;
    const work = async () => {
      for (;;) {
        signal.throwIfAborted();
        const item = items[next++];
        if (item === undefined) return;
        await this.#outbox.room();
        const known = state.posting(source, item.source_id);
        if (item.posting !== undefined) {
          await this.#take(item.posting, item, captured(page), { etag: null, lastModified: null }, known);
        } else if (mode === "trust" && known !== undefined && this.#isSame(item, known)) {
          if (this.#crawler.now() - known.saidAt >= seenIntervalMs) {
            await this.#say("seen", known, {});
          } else {
            unchanged.push(item.source_id);
            this.#count("known");
          }
        } else if (!this.#isLeftAlone(item)) {
          await this.#visit(item, known);
        }
      }
    };
    const stopAll = (error: unknown) => {
      next = items.length;
      throw error;
    };
    // Where one fails nobody begins another item: a site that shuts us out is not asked for the rest of the
    // page. All end before the error is passed on, so that nothing is still under way when it is answered.
    const ends = await Promise.allSettled(
      Array.from({ length: Math.min(itemsAtOnceMax, items.length) }, () => work().catch(stopAll)),
    );
    state.listed(source, unchanged, this.#progress.sweep);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  /** Fetches a posting's own page. */
  async #visit(item: Listed, known: Known | undefined): Promise<void> {
    const fetched = await this.#fetch(item.url, known?.validators);
    switch (fetched.kind) {
      case "unchanged":
        this.#failuresInRow = 0;
        if (known !== undefined) await this.#stillThere(known, { stamp: item.stamp });
        return;
      case "gone":
        this.#failuresInRow = 0;
        await this.#gone(item, known);
        return;
      case "page": {
        const result = this.#target.source.parse(captured(fetched.page));
        if (result.result === "gone") {
          await this.#gone(item, known);
        } else if (result.result === "found" || result.result === "partial") {
          this.#failuresInRow = 0;
          const posting = result.value.find((one) => one.source_id === item.source_id) ?? result.value[0];
          if (posting === undefined) this.#fail(item, "changed", "the page carries no posting");
          else await this.#take(posting, item, captured(fetched.page), fetched.page.validators, known);
        } else {
          this.#fail(item, result.result === "empty" ? "changed" : result.result, result.reason);
        }
        return;
      }
      case "blocked":
      case "refused":
      case "unavailable": {
        const { health, message } = halted(fetched);
        this.#fail(item, health, message);
        return;
      }
      default:
        return fetched satisfies never;
    }
  }

  async #gone(item: Listed, known: Known | undefined): Promise<void> {
    if (known !== undefined && !known.closed) {
      await this.#say("closed", known, { closed: true });
    } else {
      this.#leaveAlone(item);
    }
  }

  #fail(item: Listed, health: Exclude<Health, "ok">, reason: string): void {
    this.#failuresInRow++;
    this.#count("failed");
    this.#leaveAlone(item);
    this.#crawler.log.warn(
      { target: this.#target.name, url: item.url, health, reason },
      "A posting could not be had.",
    );
    if (this.#failuresInRow >= failuresInRowMax) {
      this.#failuresInRow = 0;
      this.#failed.clear();
      throw new Halted(health, reason);
    }
  }

  #leaveAlone(item: Listed): void {
    const oldest = this.#failed.keys().next();
    if (this.#failed.size >= failedKeptMax && !oldest.done) this.#failed.delete(oldest.value);
    this.#failed.set(`${item.source_id} ${item.stamp}`, this.#crawler.now() + failedPauseMs);
  }

  async #take(
    posting: RawPosting,
    item: Listed,
    page: Captured,
    validators: Validators,
    known: Known | undefined,
  ): Promise<void> {
    const parsed = JSON.stringify(posting.parsed);
    const hash = createHash("sha256").update(parsed).digest("base64url");
    if (known !== undefined && !known.closed && known.hash === hash) {
      await this.#stillThere(known, { stamp: item.stamp, validators, url: item.url });
      return;
    }
    const { now } = this.#crawler;
    const payload = posting.payload ?? page;
    const bytes = payload.body.length + Buffer.byteLength(parsed);
    if (bytes > eventBytesMax) {
      this.#fail(
        item,
        "changed",
        `the posting has ${bytes} bytes; at most ${eventBytesMax} can be published`,
      );
      return;
    }
    const event: RawEvent = {
      ...this.#event("found", posting.source_id, posting.job_url ?? item.url),
      payload: { url: payload.url, media_type: payload.mediaType, body: Buffer.from(payload.body) },
      parsed: posting.parsed,
    };
    await this.#outbox.add(event, {
      source_id: posting.source_id,
      target: this.#target.name,
      url: item.url,
      stamp: item.stamp,
      hash,
      validators,
      saidAt: now(),
      closed: false,
      sweep: this.#progress.sweep,
    });
    this.#count("found");
  }

  /** Nothing new of a posting whose page or entry was looked at: said once a day, else only noted. */
  async #stillThere(known: Known, change: Partial<Known>): Promise<void> {
    if (this.#crawler.now() - known.saidAt >= seenIntervalMs) {
      await this.#say("seen", known, change);
      return;
    }
    this.#crawler.state.record(this.#target.source.name, [
      { ...known, ...change, sweep: this.#progress.sweep },
    ]);
    this.#count("known");
  }

  async #say(event: "seen" | "closed", known: Known, change: Partial<Known>): Promise<void> {
    await this.#outbox.add(this.#event(event, known.source_id, known.url), {
      ...known,
      ...change,
      saidAt: this.#crawler.now(),
      sweep: this.#progress.sweep,
    });
    this.#count(event);
  }

  #event(event: EventKind, sourceId: string, url: string): RawEvent {
    const { source } = this.#target;
    return {
      event,
      job_id: jobId(source.name, sourceId),
      source: source.name,
      source_id: sourceId,
      job_url: url,
      observed_at: this.#crawler.now(),
      synthetic: source.synthetic,
      search_keyword: this.#search.keyword ?? null,
      search_location: this.#search.location ?? null,
      source_file: null,
      reason: null,
      payload: null,
      parsed: null,
    };
  }

  #count(what: keyof Counts): void {
    this.counts[what]++;
    postings.inc({ source: this.#target.source.name, result: what });
  }

  async #askAfterUnlisted(): Promise<void> {
    const { state } = this.#crawler;
    const { source, name } = this.#target;
    let after = "";
    for (;;) {
      const some = state.unlisted(source.name, name, this.#progress.sweep, after, unlistedAtOnceMax);
      if (some.length === 0) return;
      after = some.at(-1)?.source_id ?? after;
      const items = some.map((one) => ({ source_id: one.source_id, url: one.url, stamp: one.stamp }));
      await this.#handleAll(items, noPage, "ask");
    }
  }
}

interface FetchedList {
  items: Listed[];
  next: string | null;
  page: Page;
}

const noPage: Page = {
  url: "",
  mediaType: "",
  body: Buffer.alloc(0),
  validators: { etag: null, lastModified: null },
};

/** A page that names itself as the next one is the last, or the walk would never end. */
function listOn(page: Page, { items, next }: List): FetchedList {
  return { items, next: next === null || next.url === page.url ? null : next.url, page };
}

function captured(page: Page): Captured {
  return { url: page.url, mediaType: page.mediaType, body: page.body };
}

function postedTime(item: Listed): string | null {
  return item.posting?.parsed.posted_time ?? null;
}

function halted(fetched: Exclude<Fetched, { kind: "page" | "unchanged" | "gone" }>): Halted {
  return new Halted(fetched.kind === "unavailable" ? "unavailable" : "blocked", fetched.reason);
}
