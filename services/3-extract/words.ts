// Owns what a word is in folded text: a run of letters and digits of any script, or a single sign. Spaces separate
// words and are none; a line break is a sign. It promises words in order, disjoint, that leave out nothing but
// spaces, in time linear in the text.

export interface Words {
  /** In folded units; the first `count` count. */
  starts: Int32Array;
  ends: Int32Array;
  /** Of the word's units: equal words have equal hashes, and others may too. */
  hashes: Int32Array;
  count: number;
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

/** Of running text: a word has some five units. */
const unitsPerWord = 4;

export function wordsOf(units: Uint16Array, length: number): Words {
  let capacity = Math.ceil(length / unitsPerWord) + 8;
  let starts = new Int32Array(capacity);
  let ends = new Int32Array(capacity);
  let hashes = new Int32Array(capacity);
  let count = 0;
  for (let index = 0; index < length; ) {
    const first = units[index] as number;
    const start = index++;
    if (first === space) continue;
    let hash = Math.imul(hashSeed ^ first, hashPrime);
    let kind = kinds[first] || kindOf(first);
    if (kind === letter || (kind === surrogate && isWordAt(units, start, length))) {
      while (index < length) {
        const unit = units[index] as number;
        kind = kinds[unit] || kindOf(unit);
        if (kind !== letter && (kind === sign || !isWordAt(units, index, length))) break;
        hash = Math.imul(hash ^ unit, hashPrime);
        index++;
      }
    }
    if (count === capacity) grow();
    starts[count] = start;
    ends[count] = index;
    hashes[count] = hash;
    count++;
  }
  return { starts, ends, hashes, count };

  function grow(): void {
    capacity *= 2;
    const [before, beforeEnds, beforeHashes] = [starts, ends, hashes];
    starts = new Int32Array(capacity);
    ends = new Int32Array(capacity);
    hashes = new Int32Array(capacity);
    starts.set(before);
    ends.set(beforeEnds);
    hashes.set(beforeHashes);
  }
}
