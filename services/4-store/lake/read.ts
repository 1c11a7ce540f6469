// Owns reading a lake: every event that its catalog names, exactly once, in the order of partition and offset. A
// file is held whole and checked by its hash before its first event is handed out; one that is damaged is named
// and left out, and the rest goes on. Events come as today's RawEvent, whichever schema wrote them.
import { createHash } from "node:crypto";
import { Invalid, messageOf } from "@skillstream/platform/errors.ts";
import { schemaText } from "@skillstream/schemas/topics.ts";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import avro, { type Resolver, type Schema, type Type } from "avsc";
import { type Entry, type LakeFile, readEntry } from "./catalog.ts";
import { openContainer } from "./container.ts";
import { placeFields, type RecordSchema } from "./event-schema.ts";
import { catalogFolder, partitionFolder } from "./layout.ts";
import type { Place } from "./place.ts";

export interface LakeQuery {
  /** Observed at this time or later. */
  from?: Date | undefined;
  /** Observed before this time. */
  to?: Date | undefined;
  source?: string | undefined;
  /** Told of what can't be read. Without it reading ends with an error that names all of it. */
  damaged?: ((problem: Damage) => void) | undefined;
  /** Told of what Kafka had passed before the lake read it. */
  lost?: ((hole: { partition: number; first: number; end: number }) => void) | undefined;
}

export interface Damage {
  path: string;
  reason: string;
}

export interface LakeEvent {
  event: RawEvent;
  partition: number;
  offset: number;
  /** Milliseconds since 1970, by Kafka. */
  timestamp: number;
}

/** Some of the lake can't be read. */
export class LakeDamaged extends Error {
  override name = "LakeDamaged";
  readonly damages: readonly Damage[];
  constructor(damages: readonly Damage[]) {
    super(`the lake is damaged: ${damages.map(({ path, reason }) => `${path}: ${reason}`).join("; ")}`);
    this.damages = damages;
  }
}

/** Of a lake that is damaged all over, so many are named. */
const damagesMax = 1_000;

export async function* readLake(place: Place, query: LakeQuery = {}): AsyncGenerator<LakeEvent> {
  const damages: Damage[] = [];
  const damaged = query.damaged ?? ((one: Damage) => damages.length < damagesMax && damages.push(one));
  for (const partition of await partitionsOf(place)) {
    for await (const entry of entriesOf(place, partition, damaged)) {
      if (entry.lost) query.lost?.({ partition, first: entry.first, end: entry.end });
      yield* readEntryFiles(place, entry, query, damaged);
    }
  }
  if (damages.length > 0) throw new LakeDamaged(damages);
}

/** How much a lake holds of each partition, without reading any event. */
export async function lakeExtent(
  place: Place,
): Promise<{ partition: number; events: number; end: number }[]> {
  const extent = [];
  for (const partition of await partitionsOf(place)) {
    const one = { partition, events: 0, end: 0 };
    for await (const entry of entriesOf(place, partition, () => undefined)) {
      for (const { rows, schema } of entry.files) if (schema !== null) one.events += rows;
      one.end = entry.end;
    }
    extent.push(one);
  }
  return extent;
}

async function partitionsOf(place: Place): Promise<number[]> {
  const numbers = new Set<number>();
  for (const path of await place.list(catalogFolder)) {
    const found = /^_catalog\/p=(\d{1,9})\/\d{20}\.json$/.exec(path);
    if (found !== null) numbers.add(Number(found[1]));
  }
  return [...numbers].sort((a, b) => a - b);
}

/** The chain of a partition; where it is broken, that is said, and it goes on behind. */
async function* entriesOf(
  place: Place,
  partition: number,
  damaged: (problem: Damage) => void,
): AsyncGenerator<Entry> {
  let end = 0;
  for (const path of await place.list(partitionFolder(partition))) {
    let entry: Entry | undefined;
    try {
      entry = await readEntry(place, path);
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      damaged({ path, reason: error.message });
    }
    if (entry === undefined) continue;
    if (entry.first !== end) {
      const reason = `it begins at offset ${entry.first}, and the entry before it ends at ${end}`;
      damaged({ path, reason });
      if (entry.first < end) continue;
    }
    end = entry.end;
    yield entry;
  }
}

function isWanted(file: LakeFile, { from, to, source }: LakeQuery): boolean {
  if (file.schema === null || file.observed_from === null || file.observed_to === null) return false;
  return (
    (source === undefined || file.source === source) &&
    (from === undefined || file.observed_to >= from.getTime()) &&
    (to === undefined || file.observed_from < to.getTime())
  );
}

async function* readEntryFiles(
  place: Place,
  entry: Entry,
  query: LakeQuery,
  damaged: (problem: Damage) => void,
): AsyncGenerator<LakeEvent> {
  const { from, to } = query;
  const heads: { path: string; rest: AsyncGenerator<LakeEvent>; next: LakeEvent }[] = [];
  /** The next event of a file; undefined at its end, and where it turns out to be damaged. */
  const advance = async (path: string, rest: AsyncGenerator<LakeEvent>) => {
    try {
      const step = await rest.next();
      return step.done === true ? undefined : step.value;
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      damaged({ path, reason: error.message });
      return undefined;
    }
  };
  for (const file of entry.files) {
    if (!isWanted(file, query)) continue;
    const rest = readFile(place, file, entry);
    const next = await advance(file.path, rest);
    if (next !== undefined) heads.push({ path: file.path, rest, next });
  }
  while (heads.length > 0) {
    let first = 0;
    for (const [index, { next }] of heads.entries()) {
      if (next.offset < (heads[first]?.next.offset ?? 0)) first = index;
    }
    const head = heads[first];
    if (head === undefined) return;
    const { observed_at } = head.next.event;
    const wanted =
      (from === undefined || observed_at >= from.getTime()) &&
      (to === undefined || observed_at < to.getTime());
    if (wanted) yield head.next;
    const next = await advance(head.path, head.rest);
    if (next === undefined) heads.splice(first, 1);
    else head.next = next;
  }
}

async function* readFile(place: Place, file: LakeFile, entry: Entry): AsyncGenerator<LakeEvent> {
  const bytes = await place.read(file.path);
  if (bytes === undefined) throw new Invalid("it is missing");
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== file.sha256)
    throw new Invalid(`its content is not what was written: SHA-256 ${found}, not ${file.sha256}`);
  const container = openContainer(bytes);
  const { type, resolver } = readerOf(container.schema);
  let last = entry.first - 1;
  let rows = 0;
  for await (const { records, body } of container.blocks()) {
    let at = 0;
    for (let index = 0; index < records; index++) {
      let event: LakeRecord;
      try {
        const step = type.decode(body, at, resolver) as { value: LakeRecord; offset: number };
        if (step.offset < 0) throw new Invalid("a block ends too early");
        at = step.offset;
        event = step.value;
      } catch (error) {
        throw new Invalid(`an event can't be read: ${messageOf(error)}`);
      }
      const { raw_partition: partition, raw_offset: offset, raw_timestamp: timestamp, ...rest } = event;
      if (partition !== entry.partition || offset <= last || offset >= entry.end)
        throw new Invalid(`it holds event ${partition}/${offset}, which does not belong there`);
      last = offset;
      rows++;
      yield { event: rest, partition, offset, timestamp };
    }
  }
  if (rows !== file.rows) throw new Invalid(`it holds ${rows} events, not ${file.rows}`);
}

type LakeRecord = RawEvent & { raw_partition: number; raw_offset: number; raw_timestamp: number };

const readers = new Map<string, { type: Type; resolver: Resolver }>();
/** A lake's files are of a handful of schemas. */
const readersMax = 100;

/** Reads what a schema wrote as today's event. Throws Invalid where that can't be. */
export function readerOf(schema: string) {
  const known = readers.get(schema);
  if (known !== undefined) return known;
  try {
    const today = JSON.parse(schemaText("RawEvent")) as RecordSchema;
    const ours = { ...today, fields: [...today.fields, ...placeFields] };
    const type = avro.Type.forSchema(ours as Schema, { wrapUnions: "never" });
    const writer = avro.Type.forSchema(JSON.parse(schema) as Schema, { wrapUnions: "never" });
    const reader = { type, resolver: type.createResolver(writer) };
    if (readers.size >= readersMax) readers.clear();
    readers.set(schema, reader);
    return reader;
  } catch (error) {
    throw new Invalid(`its schema can't be read as a raw event: ${messageOf(error)}`);
  }
}
