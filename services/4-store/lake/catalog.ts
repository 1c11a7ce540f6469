// Owns what a lake holds: for each partition a chain of entries, each naming a range of offsets and its files. An
// entry is created exclusively at its first offset, and the next begins where it ends: so each offset is in one
// entry, whoever wrote beside whom, and files that no entry names do not count. An entry is a line of JSON.
import { Invalid, messageOf } from "@skillstream/platform/errors.ts";
import { checkedDataPath, entryPath, type Group, partitionFolder, type Range } from "./layout.ts";
import type { Place } from "./place.ts";

export interface LakeFile extends Group {
  path: string;
  rows: number;
  bytes: number;
  sha256: string;
  /** Fingerprint of the schema that its events were written with; null where they are no events. */
  schema: string | null;
  /** Milliseconds since 1970; null where its messages are no events. */
  observed_from: number | null;
  observed_to: number | null;
}

export interface Entry extends Range {
  /** Kafka had passed these events before the lake read them. */
  lost: boolean;
  files: LakeFile[];
}

/** The last entry of a partition; undefined where the lake holds nothing of it. */
export async function lastEntry(place: Place, partition: number): Promise<Entry | undefined> {
  const path = (await place.list(partitionFolder(partition))).at(-1);
  return path === undefined ? undefined : readEntry(place, path);
}

/** The entry that begins at `first`, if there is one. */
export function entryAt(place: Place, partition: number, first: number): Promise<Entry | undefined> {
  return readEntry(place, entryPath(partition, first));
}

/** The entry that stands there from now on: this one, or that of whoever came first. */
export async function commitEntry(place: Place, entry: Entry): Promise<{ entry: Entry; ours: boolean }> {
  const path = entryPath(entry.partition, entry.first);
  if (await place.create(path, Buffer.from(`${JSON.stringify(entry)}\n`))) return { entry, ours: true };
  const there = await readEntry(place, path);
  if (there === undefined) throw new Error(`${path} in ${place.name} was there and is gone`);
  return { entry: there, ours: false };
}

/** Throws Invalid where it is not an entry, undefined where nothing is. */
export async function readEntry(place: Place, path: string): Promise<Entry | undefined> {
  const bytes = await place.read(path);
  if (bytes === undefined) return undefined;
  try {
    const entry = parseEntry(JSON.parse(bytes.toString()));
    if (entryPath(entry.partition, entry.first) !== path) throw new Invalid("it lies in a wrong place");
    return entry;
  } catch (error) {
    throw new Invalid(`${path} in ${place.name} is no entry of a lake's catalog: ${messageOf(error)}`);
  }
}

function parseEntry(value: unknown): Entry {
  const { partition, first, end, lost, files } = (value ?? {}) as Partial<Entry>;
  if (![partition, first, end].every(isCount) || (end ?? 0) <= (first ?? 0) || !Array.isArray(files))
    throw new Invalid("partition, first, end or files are missing");
  return {
    partition: partition ?? 0,
    first: first ?? 0,
    end: end ?? 0,
    lost: lost === true,
    files: files.map(parseFile),
  };
}

function parseFile(value: unknown): LakeFile {
  const file = (value ?? {}) as Partial<LakeFile>;
  const { rows, bytes, sha256 } = file;
  if (!isCount(rows) || !isCount(bytes) || typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256))
    throw new Invalid("a file's rows, bytes or sha256 are missing");
  return {
    path: checkedDataPath(file.path),
    rows,
    bytes,
    sha256,
    schema: textOf(file.schema),
    source: textOf(file.source) ?? "",
    day: textOf(file.day),
    keyword: textOf(file.keyword),
    observed_from: typeof file.observed_from === "number" ? file.observed_from : null,
    observed_to: typeof file.observed_to === "number" ? file.observed_to : null,
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const textOf = (value: unknown) => (typeof value === "string" ? value : null);
