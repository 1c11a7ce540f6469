// Owns how the postings of a file are published: each version once, however often the file is imported, with a
// memory of its own beside the crawl's. An import that is cut off at any moment goes on with the next one; what
// was under way at a kill is published again, at most one group. Replacing closes what the file no longer has,
// and only where all of it was read.
import { createHash } from "node:crypto";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import type { RawPublisher } from "../publish.ts";
import { jobId } from "../source.ts";
import type { CrawlState, Known } from "../state.ts";

export type ReadPosting = { line: number; event: RawEvent } | { line: number; problem: string };

export interface Import {
  postings: AsyncIterable<ReadPosting>;
  /** The file's name: with it an import knows what earlier ones of the same file have published. */
  file: string;
  write: "append" | "replace";
  limit?: number | undefined;
  publisher: RawPublisher;
  state: CrawlState;
  now: number;
  signal: AbortSignal;
  problem(line: number, reason: string): void;
  progress(counts: Readonly<ImportCounts>): void;
}

export interface ImportCounts {
  rows: number;
  /** Published: new or changed. */
  found: number;
  /** Published before as they are. */
  known: number;
  /** Published: no longer in the file. */
  closed: number;
  failed: number;
}

export interface Imported extends ImportCounts {
  /** A signal ended it, or its limit. */
  stopped: boolean;
  /** Why the file could not be read to its end. */
  broken: string | null;
  /** Why nothing was closed though it was to replace. */
  notClosed: string | null;
}

const groupEventsMax = 500;
const groupBytesMax = 8 * 1024 * 1024;
/** Rows that are as they were are written down in groups too. */
const groupKnownMax = 2_000;
const closedAtOnceMax = 200;
/** So many different rows of one id are no versions of one posting. */
const versionsMax = 16;

export async function importPostings(one: Import): Promise<Imported> {
  const { state, signal } = one;
  const target = `import:${one.file}`;
  const before = state.progress(target);
  const sweep = before.sweep + 1;
  state.saveProgress(target, { ...before, sweep });
  const counts: ImportCounts = { rows: 0, found: 0, known: 0, closed: 0, failed: 0 };
  const group = new Group(one);
  const sources = new Set<string>();
  let stopped = false;
  let broken: string | null = null;

  const take = async (event: RawEvent): Promise<string | undefined> => {
    const hash = createHash("sha256").update(JSON.stringify(event.parsed)).digest("base64url");
    const known = group.posting(event.source, event.source_id);
    const hashes = known === undefined || known.closed ? [] : known.hash.split(" ");
    // A file may hold several versions of a posting; they are met in the same order each time.
    const met = known?.sweep === sweep && known.target === target ? Number(known.stamp) : 0;
    sources.add(event.source);
    if (hashes.slice(0, met).includes(hash)) {
      counts.known++;
      return undefined;
    }
    if (met >= versionsMax) {
      return `${versionsMax} different rows before it have the id ${JSON.stringify(event.source_id)}: it tells no postings apart`;
    }
    const isKnown = hashes[met] === hash;
    const now: Known = {
      source_id: event.source_id,
      target,
      way: "file",
      url: event.job_url ?? "",
      stamp: String(met + 1),
      hash: (isKnown ? hashes : [...hashes.slice(0, met), hash]).join(" "),
      validators: { etag: null, lastModified: null },
      saidAt: isKnown ? (known?.saidAt ?? one.now) : one.now,
      checkedAt: one.now,
      expiresAt: null,
      closed: false,
      sweep,
    };
    counts[isKnown ? "known" : "found"]++;
    await group.add(isKnown ? undefined : event, event.source, now);
    return undefined;
  };

  try {
    for await (const posting of one.postings) {
      if (signal.aborted || counts.rows === one.limit) {
        stopped = true;
        break;
      }
      counts.rows++;
      const problem = "problem" in posting ? posting.problem : await take(posting.event);
      if (problem !== undefined) {
        counts.failed++;
        one.problem(posting.line, problem);
      }
      one.progress(counts);
    }
  } catch (error) {
    if (group.hasFailed) throw error;
    // What is stopped may have its input taken away.
    if (signal.aborted) stopped = true;
    else broken = (error as Error).message;
  }
  await group.flush();
  const notClosed =
    one.write === "append"
      ? null
      : broken !== null || stopped
        ? "the file was not read to its end"
        : counts.failed > 0
          ? "rows that cannot be read may be postings that are still there"
          : counts.rows === 0
            ? "the file has no rows"
            : null;
  if (one.write === "replace" && notClosed === null) {
    for (const source of sources) counts.closed += await closeOthers(one, group, source, target, sweep);
  }
  return { ...counts, stopped, broken, notClosed };
}

async function closeOthers(
  { state, file, now, signal }: Import,
  group: Group,
  source: string,
  target: string,
  sweep: number,
): Promise<number> {
  let closed = 0;
  for (let after = ""; !signal.aborted; ) {
    const some = state.unlisted(source, target, sweep, after, closedAtOnceMax);
    const last = some.at(-1);
    if (last === undefined) break;
    after = last.source_id;
    for (const known of some) {
      await group.add(closedEvent(source, known, file, now), source, { ...known, closed: true, saidAt: now });
      closed++;
    }
  }
  await group.flush();
  return closed;
}

function closedEvent(source: string, known: Known, file: string, now: number): RawEvent {
  return {
    event: "closed",
    job_id: jobId(source, known.source_id),
    source,
    source_id: known.source_id,
    job_url: known.url === "" ? null : known.url,
    observed_at: now,
    synthetic: false,
    search_keyword: null,
    search_location: null,
    source_file: file,
    reason: `it is no longer in ${file}`,
    payload: null,
    parsed: null,
  };
}

/** Events are published together, and written down when they are acknowledged. */
class Group {
  /** Kafka refused for good: what was published is not known any more. */
  hasFailed = false;
  readonly #publisher: RawPublisher;
  readonly #state: CrawlState;
  #events: RawEvent[] = [];
  #bytes = 0;
  readonly #known = new Map<string, { source: string; known: Known }>();

  constructor({ publisher, state }: Import) {
    this.#publisher = publisher;
    this.#state = state;
  }

  posting(source: string, sourceId: string): Known | undefined {
    return this.#known.get(`${source}\0${sourceId}`)?.known ?? this.#state.posting(source, sourceId);
  }

  async add(event: RawEvent | undefined, source: string, known: Known): Promise<void> {
    this.#known.set(`${source}\0${known.source_id}`, { source, known });
    if (event !== undefined) {
      this.#events.push(event);
      this.#bytes += 1_000 + 2 * (event.payload?.body.length ?? 0);
    }
    if (
      this.#events.length >= groupEventsMax ||
      this.#bytes >= groupBytesMax ||
      this.#known.size >= groupKnownMax
    )
      await this.flush();
  }

  async flush(): Promise<void> {
    try {
      if (this.#events.length > 0) await this.#publisher.publish(this.#events);
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
    for (const [source, ones] of Map.groupBy(this.#known.values(), (one) => one.source)) {
      this.#state.record(
        source,
        ones.map((one) => one.known),
      );
    }
    this.#events = [];
    this.#bytes = 0;
    this.#known.clear();
  }
}
