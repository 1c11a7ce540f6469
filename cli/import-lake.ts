// Owns the part of `skillstream import` that reads a lake, whole or one of its files: its events go to the raw topic as they are, in
// the order of partition and offset. It remembers how far it is until it has come to the end, so that an import
// that was cut off goes on there; what the lake has taken in since it began, its own events among it, is left out.
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import type { RawPublisher } from "@skillstream/scrape/publish.ts";
import type { CrawlState } from "@skillstream/scrape/state.ts";
import { openContainer } from "@skillstream/store/lake/container.ts";
import type { Place } from "@skillstream/store/lake/place.ts";
import { type LakeEvent, lakeExtent, readerOf, readLake } from "@skillstream/store/lake/read.ts";

type LakePart = Pick<LakeEvent, "event" | "partition" | "offset">;
type Damaged = (damage: { path: string; reason: string }) => void;

/** What is imported: where each partition ends as it begins, and the events in their order. */
export interface LakeParts {
  events: number;
  /** null where nothing is added to it. */
  ends: Record<string, number> | null;
  read(damaged: Damaged): AsyncIterable<LakePart>;
}

/** One of a lake's files is some 50 MB at most. */
const fileBytesMax = 512 * 1024 * 1024;

export async function wholeLake(place: Place): Promise<LakeParts> {
  const extent = await lakeExtent(place);
  return {
    events: extent.reduce((sum, { events }) => sum + events, 0),
    ends: Object.fromEntries(extent.map(({ partition, end }) => [partition, end])),
    read: (damaged) => readLake(place, { damaged }),
  };
}

/** An Avro container file of raw events. Throws where it is none. */
export async function lakeFile(path: string): Promise<LakeParts> {
  const { size } = await stat(path);
  if (size > fileBytesMax) throw new Error(`it has ${size} bytes; at most ${fileBytesMax} are read`);
  const container = openContainer(await readFile(path));
  const { type, resolver } = readerOf(container.schema);
  async function* read(): AsyncGenerator<LakePart> {
    for await (const { records, body } of container.blocks()) {
      let at = 0;
      for (let index = 0; index < records; index++) {
        const step = type.decode(body, at, resolver) as { value: LakeRecord; offset: number };
        if (step.offset < 0) throw new Error("a block ends too early");
        at = step.offset;
        const { raw_partition: partition, raw_offset: offset, raw_timestamp: _, ...event } = step.value;
        yield { event, partition, offset };
      }
    }
  }
  return {
    events: 0,
    ends: null,
    async *read(damaged) {
      try {
        yield* read();
      } catch (error) {
        damaged({ path, reason: (error as Error).message });
      }
    },
  };
}

type LakeRecord = RawEvent & { raw_partition: number; raw_offset: number; raw_timestamp: number };

export interface LakeImport {
  lake: LakeParts;
  /** As it was named: an import of the same one goes on where it was cut off. */
  location: string;
  limit?: number | undefined;
  publisher: RawPublisher;
  state: CrawlState;
  signal: AbortSignal;
  problem(path: string, reason: string): void;
  progress(rows: number, share: number | null): void;
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
  ends: Record<string, number> | null;
  done: Record<string, number>;
}

export async function importLake(one: LakeImport): Promise<LakeCounts> {
  const { state, signal, lake } = one;
  const target = `lake:${/^s3:/i.test(one.location) ? one.location : resolve(one.location)}`;
  const way = wayOf(state.progress(target).askedAfter) ?? { ends: lake.ends, done: {} };
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
  for await (const { event, partition, offset } of lake.read(damaged)) {
    if (signal.aborted || counts.rows === one.limit) {
      counts.stopped = true;
      break;
    }
    if (way.ends !== null && offset >= (way.ends[partition] ?? 0)) continue;
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
    one.progress(counts.rows, lake.events === 0 ? null : counts.rows / lake.events);
  }
  await flush();
  if (!counts.stopped) save(undefined);
  return counts;
}

function wayOf(saved: string): Way | undefined {
  return saved === "" ? undefined : (JSON.parse(saved) as Way);
}
