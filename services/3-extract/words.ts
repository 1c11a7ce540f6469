// Owns what a word is in folded text: a run of letters and digits of any script, or a single sign. Spaces separate
// words and are none; a line break is a sign. Where a page lost its line breaks ("TypeScriptWe are", "RedisApply"),
// what opens a sentence is a word of its own. It promises words in order, disjoint, that leave out nothing but
// spaces, in time linear in the text.
import type { Folded } from "@skillstream/schemas/taxonomy/fold.ts";

export interface Words {
  /** In folded units; the first `count` count. */
  starts: Int32Array;
  ends: Int32Array;
  /** Of the word's units: equal words have equal hashes, and others may too. */
  hashes: Int32Array;
  count: number;
  /** Where a word ends though the run of letters goes on. */
  cuts: readonly number[];
}

export const newline = 0x0a;
export const space = 0x20;
export const dot = 0x2e;

export const isDigit = (unit: number | undefined) => unit !== undefined && unit >= 0x30 && unit <= 0x39;
export const isLowerLatin = (unit: number | undefined) => unit !== undefined && unit >= 0x61 && unit <= 0x7a;

const sign = 1;
const letter = 2;
const surrogate = 3;
/** Of each unit as far as it was met: texts hold few of the 65,536. */
const kinds = new Uint8Array(65_536);
const lettersAndNumbers = /[\p{L}\p{N}]/u;

function kindOf(unit: number): number {
  const known = kinds[unit] as number;
  if (known !== 0) return known;
  const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
  const kind = isSurrogate ? surrogate : lettersAndNumbers.test(String.fromCharCode(unit)) ? letter : sign;
  kinds[unit] = kind;
  return kind;
}

/** Whether the unit belongs to a letter or digit; half of a pair is judged with its other half. */
export function isWordAt(units: Uint16Array, index: number, length: number): boolean {
  if (index < 0 || index >= length) return false;
  const unit = units[index] as number;
  const kind = kindOf(unit);
  if (kind !== surrogate) return kind === letter;
  const first = unit < 0xdc00 ? index : index - 1;
  const pair = String.fromCharCode(units[first] ?? 0, first + 1 < length ? (units[first + 1] as number) : 0);
  return lettersAndNumbers.test(pair);
}

const hashSeed = 0x811c9dc5 | 0;
const hashPrime = 0x01000193;

/** The hash of the units from `start` to `end`, as a word has it. */
export function hashOf(units: Uint16Array, start: number, end: number): number {
  let hash = hashSeed;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ (units[index] as number), hashPrime);
  return hash;
}

/**
 * What opens a sentence or a heading and ends no name: a capital in the middle of a run ("JavaScript", "LinkedIn")
 * begins a word of its own only with one of these.
 */
const openers = (
  "ability able about additional advanced analyze analytical apply as assist at bachelor basic benefits bonus build " +
  "collaborate comfortable communicate company compensation competitive conduct contact create define deliver " +
  "demonstrated description desired develop duties education ensure equal excellent exceptional experience expert " +
  "familiarity flexible for good hands help highly identify if implement job join knowledge looking maintain manage " +
  "minimum must nice our participate passion perform please position preferred prepare previous primary proficiency " +
  "proficient proven provide qualifications read required requirements responsibilities responsible salary skills " +
  "solid strong technical the this travel understand understanding we what who why with working you your"
).split(" ");
const openerHashes = new Set(
  openers.map((word) =>
    hashOf(
      Uint16Array.from(word, (one) => one.charCodeAt(0)),
      0,
      word.length,
    ),
  ),
);

/** The seams at which a word ends. */
function cutsAt({ units, length, seams }: Pick<Folded, "units" | "length" | "seams">): number[] {
  const cuts: number[] = [];
  for (const [index, seam] of seams.entries()) {
    let end = seam;
    const stop = Math.min(length, seams[index + 1] ?? length, seam + openerUnitsMax + 1);
    while (end < stop && isLowerLatin(units[end])) end++;
    if (end - seam <= openerUnitsMax && openerHashes.has(hashOf(units, seam, end))) cuts.push(seam);
  }
  return cuts;
}
const openerUnitsMax = Math.max(...openers.map((word) => word.length));

/** What stands behind the dot of an address or a name, with a capital or without. */
const domains = new Set(["com", "net", "org", "dev", "app", "gov", "edu"]);

/** Whether a new sentence begins right behind a dot, as where a page lost its line breaks: "…with Bun.Read more". */
export function opensSentence({ units, starts, length }: Folded, source: string, start: number): boolean {
  if (!isCapital(source, starts[start])) return false;
  let end = start + 1;
  while (end < length && isLowerLatin(units[end]) && !isCapital(source, starts[end])) end++;
  if (isWordAt(units, end, length)) return false;
  const size = end - start;
  if (size < 3) return openerHashes.has(hashOf(units, start, end));
  return size > 3 || !domains.has(String.fromCharCode(...units.subarray(start, end)));
}

/** Whether a sentence ends right before a dot: a whole word in small letters, which is no part of an address. */
export function endsSentence({ units, starts }: Folded, source: string, end: number): boolean {
  let start = end;
  while (start > 0 && isLowerLatin(units[start - 1]) && !isCapital(source, starts[start - 1])) start--;
  return end - start >= 3 && (start === 0 || units[start - 1] === space || units[start - 1] === newline);
}

function isCapital(source: string, index: number | undefined): boolean {
  const code = index === undefined ? 0 : source.charCodeAt(index);
  return code >= 0x41 && code <= 0x5a;
}

/** Of running text: a word has some five units. */
const unitsPerWord = 4;

/** Into the memory of words that nobody reads any more, where there are some and it suffices. */
export function wordsOf(
  folded: Pick<Folded, "units" | "length" | "seams">,
  forgotten: Words | null = null,
): Words {
  const { units, length } = folded;
  const cuts = cutsAt(folded);
  let nextCut = 0;
  const likely = Math.ceil(length / unitsPerWord) + 8;
  let room: Room = forgotten !== null && forgotten.starts.length >= likely ? forgotten : roomFor(likely);
  let { starts, ends, hashes } = room;
  let count = 0;
  for (let index = 0; index < length; ) {
    const first = units[index] as number;
    const start = index++;
    if (first === space) continue;
    let hash = Math.imul(hashSeed ^ first, hashPrime);
    let kind = kinds[first] || kindOf(first);
    if (kind === letter || (kind === surrogate && isWordAt(units, start, length))) {
      while ((cuts[nextCut] ?? length) <= start) nextCut++;
      const end = cuts[nextCut] ?? length;
      while (index < end) {
        const unit = units[index] as number;
        kind = kinds[unit] || kindOf(unit);
        if (kind !== letter && (kind === sign || !isWordAt(units, index, length))) break;
        hash = Math.imul(hash ^ unit, hashPrime);
        index++;
      }
    }
    if (count === starts.length) {
      room = roomFor(2 * count, room);
      ({ starts, ends, hashes } = room);
    }
    starts[count] = start;
    ends[count] = index;
    hashes[count] = hash;
    count++;
  }
  return { starts, ends, hashes, count, cuts };
}

type Room = Pick<Words, "starts" | "ends" | "hashes">;

/** One piece of memory for all three: making it costs more than filling it. */
function roomFor(words: number, before?: Room): Room {
  const memory = new ArrayBuffer(12 * words);
  const room = {
    starts: new Int32Array(memory, 0, words),
    ends: new Int32Array(memory, 4 * words, words),
    hashes: new Int32Array(memory, 8 * words, words),
  };
  if (before !== undefined) {
    room.starts.set(before.starts);
    room.ends.set(before.ends);
    room.hashes.set(before.hashes);
  }
  return room;
}

/** Whether a word ends there though the run of letters goes on. A text may be made of nothing but such places. */
export function isCut({ cuts }: Pick<Words, "cuts">, at: number): boolean {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return cuts[low] === at;
}
