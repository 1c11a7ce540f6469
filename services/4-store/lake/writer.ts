// Owns how a partition of the raw topic gets into the lake. Its place is where the catalog ends, whatever any
// group committed, and it goes on from there without a gap: a range is closed at a multiple of the cut, or when
// its oldest event has waited long enough, and what was not sealed is read from Kafka again.
//
// Promises: every offset is in one entry of the catalog, also when writers are killed or two have one partition.
// What Kafka had passed is said and stands in the catalog as lost. What waits in memory is bounded.
// Refuses: a topic that is shorter than the lake, which is another topic.
import { Invalid, messageOf, Unavailable } from "@skillstream/platform/errors.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import type { Batch, InputRecord, Lease } from "@skillstream/platform/stage.ts";
import { commitEntry, type Entry, lastEntry } from "./catalog.ts";
import {
  placeBytes,
  undecodable,
  undecodableBytes,
  unwrap,
  type WriterSchema,
  type WriterSchemas,
} from "./event-schema.ts";
import { aboutFile } from "./layout.ts";
import type { Place } from "./place.ts";
import { type Item, OpenRange } from "./range.ts";
import { noteSchema } from "./schema-log.ts";
import { seal, sweep } from "./seal.ts";

/** Packed, what waits in memory of all partitions; then larger ranges end early. */
const heldBytesMax = 48 * 1024 * 1024;
/** A range that is smaller is never ended for the sake of memory. */
const heldEndBytesMin = 6 * 1024 * 1024;
/** Batches from elsewhere than the place that was sought, before what lies between is taken for lost. */
const gapsMax = 20;
const backoffMinMs = 200;
const backoffMaxMs = 30_000;

export interface LakeReports {
  sealed(entry: Entry): void;
  /** Where a partition is, sealed and read. */
  at(partition: number, sealed: number, read: number): void;
  waiting(partition: number, reason: string): void;
  goingOn(partition: number): void;
}

export interface LakeParts {
  place: Place;
  schemas: WriterSchemas;
  topic: string;
  cutOffsets: number;
  sealMs: number;
  log: Pick<Logger, "info" | "warn" | "error">;
  reports: LakeReports;
  /** The first offset that Kafka has of a partition, and one past its last. */
  bounds: (partition: number) => Promise<{ low: number; high: number }>;
  /** A reason not to write, such as a full disk. */
  holdBack: () => Promise<string | undefined>;
  /** Milliseconds from any fixed point. */
  now: () => number;
}

export interface LakeWriter {
  begin(partition: number, lease: Lease): Promise<void>;
  handle(batch: Batch, lease: Lease): Promise<void>;
  /** Seals what has waited long enough; to be called about once a second. */
  tick(): Promise<void>;
  /** Seals everything that waits, as far as that goes at once. */
  finish(): Promise<void>;
}

interface Partition {
  number: number;
  lease: Lease;
  /** Where the catalog ends. */
  sealed: number;
  /** One past the last event that was read. */
  next: number;
  range: OpenRange | undefined;
  /** When the range's first event came. */
  since: number;
  /** One thing at a time. */
  turn: Promise<unknown>;
  failures: number;
  /** How often in a row what came was not what had been asked for. */
  gaps: number;
}

/** What the lake itself holds and can't be read is for a person to mend, as what does not answer. */
const mendable = (error: unknown): error is Error => error instanceof Unavailable || error instanceof Invalid;

/** Makes an empty place a lake. Refuses a place that does not keep what is there, since all rests on that. */
export async function announce(place: Place, topic: string): Promise<void> {
  const about = Buffer.from(`${JSON.stringify({ lake: 1, topic })}\n`);
  if ((await place.create(aboutFile, about)) && (await place.create(aboutFile, about))) {
    throw new Unavailable(
      `${place.name} can't hold a lake: it overwrites what is there (its server does not know If-None-Match)`,
    );
  }
}

export function createLakeWriter(parts: LakeParts): LakeWriter {
  const { place, schemas, cutOffsets, log, reports, now } = parts;
  const partitions = new Map<number, { assignment: object; state: Promise<Partition> }>();
  /** What is open now, by partition. */
  const open = new Map<number, Partition>();
  const noted = new Set<string>();
  let finishing = false;

  return {
    async begin(number, lease) {
      try {
        await opened(number, lease);
      } catch (error) {
        throw error instanceof Invalid ? new Unavailable(error.message) : error;
      }
    },

    async handle({ partition: number, records }, lease) {
      let partition: Partition | undefined;
      try {
        partition = await opened(number, lease);
        const mine = partition;
        await inTurn(mine, () => take(mine, records, lease));
        if (mine.failures > 0) reports.goingOn(number);
        mine.failures = 0;
      } catch (error) {
        if (!mendable(error)) throw error;
        const failures = partition === undefined ? 0 : partition.failures++;
        reports.waiting(number, error.message);
        lease.pauseFor(Math.min(backoffMaxMs, backoffMinMs * 2 ** failures));
        if (partition !== undefined && !lease.signal.aborted) lease.seek(partition.next);
      }
    },

    async tick() {
      for (const partition of [...open.values()]) {
        const { number, range } = partition;
        if (partition.lease.signal.aborted) {
          if (open.get(number) === partition) open.delete(number);
          partition.range = undefined;
        } else if (range !== undefined && (range.closed || now() - partition.since >= parts.sealMs)) {
          await tried(partition, range);
        }
      }
    },

    async finish() {
      finishing = true;
      for (const partition of open.values()) {
        if (partition.range !== undefined) await tried(partition, partition.range);
      }
    },
  };

  /** Once an assignment, whoever asks first. */
  function opened(number: number, lease: Lease): Promise<Partition> {
    const known = partitions.get(number);
    if (known?.assignment === lease.assignment) return known.state;
    const entry = { assignment: lease.assignment, state: start(number, lease) };
    partitions.set(number, entry);
    entry.state.catch(() => {
      if (partitions.get(number) === entry) partitions.delete(number);
    });
    return entry.state;
  }

  async function start(number: number, lease: Lease): Promise<Partition> {
    const [last, { high }] = await Promise.all([lastEntry(place, number), parts.bounds(number)]);
    const end = last?.end ?? 0;
    if (end > high) {
      throw new Unavailable(
        `the lake ${place.name} holds partition ${number} up to offset ${end}, but Kafka's ${parts.topic} ends at ${high}: it is another topic's lake, so name an empty place with SKILLSTREAM_LAKE`,
      );
    }
    const removed = await sweep(place, number, end);
    if (removed > 0) log.info({ partition: number, removed }, "Removed what killed writers had left.");
    const partition: Partition = {
      number,
      lease,
      sealed: end,
      next: end,
      range: undefined,
      since: 0,
      turn: Promise.resolve(),
      failures: 0,
      gaps: 0,
    };
    open.set(number, partition);
    reports.at(number, end, end);
    lease.seek(end);
    return partition;
  }

  function inTurn<T>(partition: Partition, work: () => Promise<T>): Promise<T> {
    const turn = partition.turn.then(work);
    partition.turn = turn.catch(() => undefined);
    return turn;
  }

  async function take(partition: Partition, records: readonly InputRecord[], lease: Lease): Promise<void> {
    const { number } = partition;
    if (partition.range?.closed) await close(partition);
    for (const record of records) {
      if (finishing || lease.signal.aborted || lease.draining()) return;
      if (record.offset < partition.next) continue;
      if (record.offset > partition.next) {
        await skip(partition, record.offset);
        return;
      }
      partition.gaps = 0;
      const item = await toItem(number, record);
      if (partition.range !== undefined && !partition.range.takes(item) && !(await close(partition))) return;
      if (partition.range === undefined) {
        partition.range = new OpenRange(number, partition.next);
        partition.since = now();
      }
      const { range } = partition;
      await range.add(item);
      partition.next = range.end;
      const held = [...open.values()].reduce((sum, one) => sum + (one.range?.heldBytes ?? 0), 0);
      const ends = range.end % cutOffsets === 0 || (held > heldBytesMax && range.heldBytes > heldEndBytesMin);
      if (ends && !(await close(partition))) return;
    }
    reports.at(number, partition.sealed, partition.next);
    // Read up to here, without committing anything.
    if (!lease.signal.aborted) lease.seek(partition.next);
  }

  /** Kafka went past events that the lake has not read, unless this was on its way before the place was sought. */
  async function skip(partition: Partition, offset: number): Promise<void> {
    const { number } = partition;
    const { low } = await parts.bounds(number);
    // In a topic without transactions no offset is left out, so this is no more than a way out of a loop.
    const end = low > partition.next ? low : ++partition.gaps > gapsMax ? offset : partition.next;
    if (end > partition.next) {
      if (partition.range !== undefined && !(await close(partition))) return;
      const hole = { partition: number, first: partition.next, end, lost: true, files: [] };
      const { entry, ours } = await commitEntry(place, hole);
      if (ours) {
        log.error(
          { partition: number, first: entry.first, end: entry.end },
          "Events are lost to the lake: Kafka does not have them any more.",
        );
        reports.sealed(entry);
      }
      goOn(partition, entry.end);
    }
    if (!partition.lease.signal.aborted) partition.lease.seek(partition.next);
  }

  async function toItem(partition: number, { offset, timestamp, key, value }: InputRecord): Promise<Item> {
    const at = { partition, offset, timestamp };
    try {
      const { id, body } = unwrap(value);
      const found = schemas.of(id);
      const schema = found instanceof Promise ? await found : found;
      const known = schema.know(body);
      await note(schema, partition, offset);
      return { offset, schema, known, pieces: [body, placeBytes(at)] };
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      const reason = messageOf(error);
      return {
        offset,
        schema: undecodable,
        known: null,
        pieces: [undecodableBytes(at, reason, key, value)],
      };
    }
  }

  async function note(schema: WriterSchema, partition: number, offset: number): Promise<void> {
    if (noted.has(schema.fingerprint)) return;
    const change = await noteSchema(place, schema, { partition, offset });
    noted.add(schema.fingerprint);
    if (change === undefined) return;
    const { number, added, removed, changed } = change;
    log.info({ number, added, removed, changed }, "Events come in a schema that the lake had not met.");
  }

  async function tried(partition: Partition, range: OpenRange): Promise<void> {
    try {
      await inTurn(partition, async () => {
        if (partition.range === range) await close(partition);
      });
    } catch (error) {
      if (!mendable(error)) throw error;
      partition.failures++;
      reports.waiting(partition.number, error.message);
    }
  }

  /** Seals what is open. False where another writer was faster: then the partition goes on after its entry. */
  async function close(partition: Partition): Promise<boolean> {
    const { range, lease, number } = partition;
    if (range === undefined) return true;
    if (lease.signal.aborted) {
      partition.range = undefined;
      return false;
    }
    range.close();
    const reason = await parts.holdBack();
    if (reason !== undefined) throw new Unavailable(reason);
    const { entry, ours } = await seal(place, range);
    partition.range = undefined;
    if (ours) reports.sealed(entry);
    const same = entry.end === range.end;
    goOn(partition, entry.end);
    if (same) return true;
    log.warn(
      { partition: number, first: entry.first, end: entry.end },
      "Another writer sealed these events first; this one goes on after them.",
    );
    lease.seek(entry.end);
    return false;
  }

  function goOn(partition: Partition, end: number): void {
    partition.sealed = end;
    partition.next = end;
    if (partition.failures > 0) reports.goingOn(partition.number);
    partition.failures = 0;
    reports.at(partition.number, end, end);
  }
}
