// Owns how a range becomes part of the lake: its files first, then the catalog's entry, which alone makes them
// count. Of several who write the same range the first one's entry stands, and the others adopt it. Before the
// first file an intent says which will be made, so that what a killed writer left is found without a search.
import { createHash } from "node:crypto";
import { commitEntry, type Entry, entryAt } from "./catalog.ts";
import { besides, checkedDataPath, intentFolder } from "./layout.ts";
import type { Place } from "./place.ts";
import type { MadeFile, OpenRange } from "./range.ts";

/** More are left by no fewer crashes, and then another start takes the rest. */
const intentsSweptMax = 1_000;

/** The entry that stands at the range's first offset from now on, and whether it is this range's. */
export async function seal(place: Place, range: OpenRange): Promise<{ entry: Entry; ours: boolean }> {
  const { partition, first, end } = range;
  const made = await range.files();
  const paths = made.flatMap(({ file }) => [file.path, besides(file.path, file.sha256)]);
  const intent = `${intentFolder(partition)}${String(first).padStart(20, "0")}-${range.id}.json`;
  await place.create(intent, Buffer.from(`${JSON.stringify({ first, paths })}\n`));
  const files = [];
  for (const one of made) files.push({ ...one.file, path: await write(place, one) });
  const stands = await commitEntry(place, { partition, first, end, lost: false, files });
  await forget(place, stands.entry, paths, intent);
  return stands;
}

/** Where the file lies now: under its name, or beside another one that has it. */
async function write(place: Place, { file, bytes }: MadeFile): Promise<string> {
  if (await place.create(file.path, bytes)) return file.path;
  const there = await place.read(file.path);
  if (there !== undefined && createHash("sha256").update(there).digest("hex") === file.sha256)
    return file.path;
  const other = besides(file.path, file.sha256);
  await place.create(other, bytes);
  return other;
}

/**
 * Removes what killed and overtaken writers left. Only what lies behind the catalog's end is decided: an entry
 * that begins there stands for good, and a file that it does not name will never be named.
 */
export async function sweep(place: Place, partition: number, end: number): Promise<number> {
  let removed = 0;
  for (const intent of (await place.list(intentFolder(partition))).slice(0, intentsSweptMax)) {
    const first = Number(/(\d{20})-[^/]*$/.exec(intent)?.[1] ?? Number.NaN);
    if (!(first < end)) continue;
    const entry = await entryAt(place, partition, first);
    if (entry === undefined) continue;
    const text = (await place.read(intent))?.toString() ?? "{}";
    const { paths = [] } = JSON.parse(text) as { paths?: unknown[] };
    removed += await forget(place, entry, paths.map(checkedDataPath), intent);
  }
  return removed;
}

async function forget(
  place: Place,
  { files }: Entry,
  paths: readonly string[],
  intent: string,
): Promise<number> {
  const named = new Set(files.map(({ path }) => path));
  let removed = 0;
  for (const path of paths) {
    if (named.has(path)) continue;
    await place.remove(path);
    removed++;
  }
  await place.remove(intent);
  return removed;
}
