// Owns the part of `skillstream import` that reads a lake whole: its events go to the raw topic as they are, in
// the order of partition and offset. It remembers how far it is until it has come to the end, so that an import
// that was cut off goes on there; what the lake has taken in since it began, its own events among it, is left out.
import { resolve } from "node:path";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import type { RawPublisher } from "@skillstream/scrape/publish.ts";
import type { CrawlState } from "@skillstream/scrape/state.ts";
import type { Place } from "@skillstream/store/lake/place.ts";
import { lakeExtent, readLake } from "@skillstream/store/lake/read.ts";

export interface LakeImport {
  place: Place;
  /** As it was named: an import of the same one goes on where it was cut off. */
  location: string;
  limit?: number | undefined;
  publisher: RawPublisher;
  state: CrawlState;
  signal: AbortSignal;
  problem(path: string, reason: string): void;
  progress(rows: number, share: number): void;
}

export interface LakeCounts {
  rows: number;
  found: number;
  seen: number;
  closed: number;
  /** Published by an import of this lake that was cut off. */
  known: number;
  /** Files that cannot be read. */
  failed: number;
  stopped: boolean;
}

const groupEventsMax = 500;
const groupBytesMax = 8 * 1024 * 1024;

/** Of each partition, up to which offset an import goes, and up to which it has come. */
interface Way {
  ends: Record<string, number>;
  done: Record<string, number>;
}

export async function importLake(one: LakeImport): Promise<LakeCounts> {
  const { state, signal, place } = one;
  const target = `lake:${/^s3:/i.test(one.location) ? one.location : resolve(one.location)}`;
  const extent = await lakeExtent(place);
  const total = extent.reduce((sum, { events }) => sum + events, 0);
  const way = wayOf(state.progress(target).askedAfter) ?? {
    ends: Object.fromEntries(extent.map(({ partition, end }) => [partition, end])),
    done: {},
  };
  const save = (now: Way | undefined) =>
    state.saveProgress(target, {
      ...state.progress(target),
      askedAfter: now === undefined ? "" : JSON.stringify(now),
    });
  save(way);
  const counts: LakeCounts = { rows: 0, found: 0, seen: 0, closed: 0, known: 0, failed: 0, stopped: false };
  let events: RawEvent[] = [];
  let bytes = 0;
  let next: Record<string, number> = {};
  const flush = async () => {
    if (events.length > 0) await one.publisher.publish(events);
    Object.assign(way.done, next);
    save(way);
    events = [];
    bytes = 0;
    next = {};
  };
  const damaged = ({ path, reason }: { path: string; reason: string }) => {
    counts.failed++;
    one.problem(path, reason);
  };
  for await (const { event, partition, offset } of readLake(place, { damaged })) {
    if (signal.aborted || counts.rows === one.limit) {
      counts.stopped = true;
      break;
    }
    if (offset >= (way.ends[partition] ?? 0)) continue;
    counts.rows++;
    if (offset < (way.done[partition] ?? 0)) {
      counts.known++;
    } else {
      counts[event.event]++;
      events.push(event);
      bytes += 1_000 + 2 * (event.payload?.body.length ?? 0);
      next[partition] = offset + 1;
      if (events.length >= groupEventsMax || bytes >= groupBytesMax) await flush();
    }
    one.progress(counts.rows, total === 0 ? 1 : counts.rows / total);
  }
  await flush();
  if (!counts.stopped) save(undefined);
  return counts;
}

function wayOf(saved: string): Way | undefined {
  return saved === "" ? undefined : (JSON.parse(saved) as Way);
}
