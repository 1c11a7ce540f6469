// Owns what becomes an event: a posting that is new or changed is found, with its page; one that stays is seen,
// at most once a day; one that has ended is closed, with the reason. What is as it was is only noted.
import { createHash } from "node:crypto";
import { recordBytesMax } from "@skillstream/schemas/topics.ts";
import type { EventKind, ParsedPosting, RawEvent } from "@skillstream/schemas/types.ts";
import type { Validators } from "./fetch/fetcher.ts";
import { Outbox } from "./publish.ts";
import type { Counts } from "./report.ts";
import type { Target } from "./searches.ts";
import { type Captured, jobId, type Listed, type RawPosting } from "./source.ts";
import type { Known } from "./state.ts";
import type { Crawler } from "./walk.ts";

/** A posting is said to be still there at most so often. */
export const seenIntervalMs = 24 * 60 * 60 * 1000;
/** The page and what it was parsed to; the rest of an event needs little more. */
const eventBytesMax = recordBytesMax - 1024 * 1024;
const dayMs = 24 * 60 * 60 * 1000;
/** A day without a time of day is over everywhere on earth so long after its beginning in UTC. */
const dayEndsAfterMs = 36 * 60 * 60 * 1000;

export class Teller {
  readonly #target: Target;
  readonly #crawler: Crawler;
  readonly #outbox: Outbox;
  readonly #sweep: () => number;
  readonly #count: (what: keyof Counts) => void;

  constructor(
    target: Target,
    crawler: Crawler,
    walk: { sweep: () => number; count: (what: keyof Counts) => void },
  ) {
    this.#target = target;
    this.#crawler = crawler;
    this.#outbox = new Outbox(crawler.publisher, crawler.state, target.name);
    this.#sweep = walk.sweep;
    this.#count = walk.count;
  }

  /** Resolves when there is room for another posting; ask before fetching one. */
  room(): Promise<void> {
    return this.#outbox.room();
  }

  /** Resolves when the posting is published and recorded, with a reason where it can't be. */
  async take(
    posting: RawPosting,
    item: Listed,
    page: Captured,
    validators: Validators,
    known: Known | undefined,
  ): Promise<string | undefined> {
    const hash = hashOf(posting.parsed);
    const { now } = this.#crawler;
    if (known !== undefined && !known.closed && known.hash === hash) {
      await this.stillThere(known, { stamp: item.stamp, validators, url: item.url });
      return undefined;
    }
    const stated = datedBy(posting.parsed, item.postedAt);
    const payload = posting.payload ?? page;
    const bytes = payload.body.length + Buffer.byteLength(JSON.stringify(stated));
    if (bytes > eventBytesMax) {
      return `the posting has ${bytes} bytes; at most ${eventBytesMax} can be published`;
    }
    const event: RawEvent = {
      ...this.#event("found", posting.source_id, posting.job_url ?? item.url, null),
      payload: { url: payload.url, media_type: payload.mediaType, body: Buffer.from(payload.body) },
      parsed: stated,
    };
    await this.#outbox.add(event, {
      source_id: posting.source_id,
      ...this.#owner(known),
      way: this.#target.source.name,
      url: item.url,
      stamp: item.stamp,
      hash,
      validators,
      saidAt: now(),
      checkedAt: now(),
      expiresAt: endOf(stated.expire_time),
      closed: false,
    });
    this.#count("found");
    return undefined;
  }

  /** Nothing new of a posting whose page or entry was looked at: said once a day, else only noted. */
  async stillThere(known: Known, change: Partial<Known>): Promise<void> {
    const { state, now } = this.#crawler;
    const checked = { ...change, checkedAt: now() };
    if (now() - known.saidAt >= seenIntervalMs) {
      await this.say("seen", known, checked, null);
      return;
    }
    const { site } = this.#target.source;
    state.record(site, [{ ...known, ...checked, ...this.#owner(known) }], this.#target.name);
    this.#count("known");
  }

  async say(
    event: "seen" | "closed",
    known: Known,
    change: Partial<Known>,
    reason: string | null,
  ): Promise<void> {
    await this.#outbox.add(this.#event(event, known.source_id, known.url, reason), {
      ...known,
      ...change,
      ...this.#owner(known),
      saidAt: this.#crawler.now(),
    });
    this.#count(event);
  }

  /** Who sweeps asks after what has left its list; a recheck or a walk by hand takes a posting from nobody. */
  #owner(known: Known | undefined): Pick<Known, "target" | "sweep"> {
    const sweep = this.#sweep();
    if (sweep === 0 && known !== undefined) return { target: known.target, sweep: known.sweep };
    return { target: this.#target.name, sweep };
  }

  #event(event: EventKind, sourceId: string, url: string, reason: string | null): RawEvent {
    const { source, search } = this.#target;
    return {
      event,
      job_id: jobId(source.site, sourceId),
      source: source.site,
      source_id: sourceId,
      job_url: url,
      observed_at: this.#crawler.now(),
      synthetic: source.synthetic,
      search_keyword: search.keyword ?? null,
      search_location: search.location ?? null,
      source_file: null,
      reason,
      payload: null,
      parsed: null,
    };
  }
}

/** Of what makes a version: "2 weeks ago" and one applicant more are no edit. */
function hashOf(stated: ParsedPosting): string {
  const posted_time = isDate(stated.posted_time) ? stated.posted_time : null;
  const lasting = { ...stated, posted_time, applicant_count: null };
  return createHash("sha256").update(JSON.stringify(lasting)).digest("base64url");
}

/** A page that says "1 week ago" is dated by its list, where that gives the day. */
function datedBy(parsed: ParsedPosting, postedAt: number | undefined): ParsedPosting {
  if (postedAt === undefined || isDate(parsed.posted_time)) return parsed;
  const time = new Date(postedAt);
  if (Number.isNaN(time.getTime())) return parsed;
  const iso = time.toISOString();
  return { ...parsed, posted_time: postedAt % dayMs === 0 ? iso.slice(0, 10) : iso };
}

function isDate(stated: string | null): stated is string {
  return stated !== null && /^\d{4}-\d\d-\d\d/.test(stated);
}

function endOf(stated: string | null): number | null {
  if (!isDate(stated)) return null;
  const time = Date.parse(stated);
  if (Number.isNaN(time)) return null;
  return stated.length === 10 ? time + dayEndsAfterMs : time;
}
