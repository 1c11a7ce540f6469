// Owns how the tagger sees a text: the words of the lines that ask and tell of the work, what stands between them,
// how each is written, and each skill that the taxonomy found as one word. It judges nothing. Linear in the text;
// its room is used again for the next text.
import { skillKinds } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { LineLetter } from "./lines.ts";
import type { Untagged } from "./tagger.ts";

/** What stands between a word and the one before it. The higher ones part more. */
export const gap = {
  space: 0,
  hyphen: 1,
  quote: 2,
  other: 3,
  and: 4,
  slash: 5,
  comma: 6,
  dash: 7,
  close: 8,
  open: 9,
  colon: 10,
  semicolon: 11,
  stop: 12,
  bullet: 13,
  line: 14,
} as const;

/** How a word is written. */
export const shape = {
  lower: 0,
  capital: 1,
  capitals: 2,
  mixed: 3,
  alphanumeric: 4,
  number: 5,
  letter: 6,
} as const;

/** The words of a text: the first `count` of the arrays count, and one more place stands after them. */
export interface Words {
  count: number;
  /** Folded offsets. */
  starts: Int32Array;
  ends: Int32Array;
  /** Of the word without the s of a plural; of a known skill, its kind's. */
  hashes: Int32Array;
  /** Of the last three letters. */
  endings: Int32Array;
  gaps: Uint8Array;
  shapes: Uint8Array;
  /** 0 for a word of the text's own; else 1 + the place of the known skill's kind. */
  known: Uint8Array;
  /** Brackets open before the word. */
  depths: Uint8Array;
  lineCount: number;
  /** The first word of each line; the end of the last one stands after it. */
  lineWords: Int32Array;
  /** Places in `letters`. */
  lineLetters: Uint8Array;
}

/** First those of the lines that ask and tell of the work. */
export const letters = ["D", "Q", "P", "O", "A", "B", "L"] as const satisfies readonly LineLetter[];
export const workLetters = 4;

/** Few postings have more; those get room of their own. */
const sharedWordsMax = 20_000;
const sharedLinesMax = 1_000;
const shared = roomFor(sharedWordsMax, sharedLinesMax);

function roomFor(words: number, lines: number): Words {
  return {
    count: 0,
    starts: new Int32Array(words + 1),
    ends: new Int32Array(words + 1),
    hashes: new Int32Array(words + 1),
    endings: new Int32Array(words + 1),
    gaps: new Uint8Array(words + 1),
    shapes: new Uint8Array(words + 1),
    known: new Uint8Array(words + 1),
    depths: new Uint8Array(words + 1),
    lineCount: 0,
    lineWords: new Int32Array(lines + 1),
    lineLetters: new Uint8Array(lines + 1),
  };
}

const seed = 0x811c9dc5 | 0;
const prime = 0x01000193;
const letterI = 0x69;
const letterS = 0x73;
const letterU = 0x75;
const apostrophe = 0x27;

/** As words of a text are hashed. */
export function hashOf(word: string): number {
  let hash = seed;
  for (let at = 0; at < stemLength(word.length, (index) => word.charCodeAt(index)); at++)
    hash = Math.imul(hash ^ word.charCodeAt(at), prime);
  return hash;
}

/** "pipelines" is "pipeline"; "analysis", "kubernetes'" and "aws" stay. */
function stemLength(length: number, unitAt: (index: number) => number): number {
  if (length < 4 || unitAt(length - 1) !== letterS) return length;
  const before = unitAt(length - 2);
  return before === letterS || before === letterI || before === letterU ? length : length - 1;
}

/** Above all gaps: what words are made of. */
const wordUnit = 100;
const unseen = 255;
/** A gap, or wordUnit, of each UTF-16 unit. */
const classes = new Uint8Array(65_536).fill(unseen);
for (let unit = 0; unit < 128; unit++) classes[unit] = gap.other;
for (let unit = 0x30; unit <= 0x39; unit++) classes[unit] = wordUnit;
for (let unit = 0x61; unit <= 0x7a; unit++) classes[unit] = wordUnit;
for (const [characters, kind] of [
  [" ", gap.space],
  ["\"“”„«»'*", gap.quote],
  ["&+", gap.and],
  ["/\\", gap.slash],
  [",", gap.comma],
  ["–—", gap.dash],
  [")]}", gap.close],
  ["([{", gap.open],
  [":", gap.colon],
  [";", gap.semicolon],
  [".?!…", gap.stop],
  ["•·▪●◦○‣|", gap.bullet],
  ["\n", gap.line],
] as const) {
  for (const one of characters) classes[one.charCodeAt(0)] = kind;
}

const letterOrDigit = /[\p{L}\p{N}]/u;
function classOf(unit: number): number {
  const known = classes[unit] as number;
  if (known !== unseen) return known;
  const isHalf = unit >= 0xd800 && unit <= 0xdfff;
  const found = isHalf || letterOrDigit.test(String.fromCharCode(unit)) ? wordUnit : gap.other;
  classes[unit] = found;
  return found;
}

/** What a known skill is to its neighbours. */
const knownHashes = skillKinds.map((kind) => hashOf(`known ${kind}`));
const digits = hashOf("0");
const isDigit = (unit: number) => unit >= 0x30 && unit <= 0x39;

/** A word longer than this is none. */
const wordUnitsMax = 60;

export function wordsOf({ source, folded, lines, known }: Untagged): Words {
  const { units, starts, length } = folded;
  const words =
    length < sharedWordsMax && lines.length < sharedLinesMax ? shared : roomFor(length, lines.length);
  let count = 0;
  let lineCount = 0;
  let at = 0;
  let nextKnown = 0;
  for (const line of lines) {
    const letter = letters.indexOf(line.letter);
    at = firstFrom(at, line.start);
    const end = firstFrom(at, line.end);
    words.lineWords[lineCount] = count;
    words.lineLetters[lineCount] = letter;
    lineCount++;
    readLine(end);
  }
  words.lineWords[lineCount] = count;
  words.count = count;
  words.lineCount = lineCount;
  return words;

  /** The first folded unit that stands at or after a place in the source. */
  function firstFrom(low: number, place: number): number {
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function readLine(end: number): void {
    let between: number = gap.line;
    let depth = 0;
    while (at < end) {
      while (nextKnown < known.length && (known[nextKnown]?.foldedStart as number) < at) nextKnown++;
      const skill = known[nextKnown];
      if (skill !== undefined && skill.foldedStart === at) {
        const kind = skillKinds.indexOf(skill.skill.kind);
        put(at, skill.foldedEnd, between, depth);
        words.hashes[count] = knownHashes[kind] as number;
        words.endings[count] = 0;
        words.shapes[count] = shape.lower;
        words.known[count] = kind + 1;
        count++;
        nextKnown++;
        at = Math.min(end, skill.foldedEnd);
        between = gap.space;
        continue;
      }
      const unit = units[at] as number;
      const kind = classOf(unit);
      if (kind === wordUnit) {
        const isWord = readWord(Math.min(end, skill?.foldedStart ?? end), between, depth);
        between = isWord ? gap.space : gap.stop;
        continue;
      }
      if (kind === gap.open) depth = Math.min(depth + 1, 3);
      else if (kind === gap.close) depth = Math.max(depth - 1, 0);
      if (kind > between) between = kind;
      else if (
        kind === gap.space &&
        between === gap.space &&
        source.charCodeAt(starts[at] as number) === 0x2d
      )
        between = gap.hyphen;
      at++;
    }
  }

  function put(start: number, end: number, between: number, depth: number): void {
    words.starts[count] = start;
    words.ends[count] = end;
    words.gaps[count] = between;
    words.depths[count] = depth;
  }

  function readWord(end: number, between: number, depth: number): boolean {
    const start = at;
    let hash = seed;
    let before = 0;
    let last = 0;
    let stemmed = seed;
    let capitals = 0;
    let numerals = 0;
    while (at < end) {
      const unit = units[at] as number;
      if (classOf(unit) !== wordUnit && !joins(unit, start, end)) break;
      before = last;
      last = unit;
      stemmed = hash;
      hash = Math.imul(hash ^ unit, prime);
      const written = source.charCodeAt(starts[at] as number);
      if (written >= 0x41 && written <= 0x5a) capitals++;
      else if (isDigit(unit)) numerals++;
      at++;
    }
    const size = at - start;
    if (size > wordUnitsMax) return false;
    const plural =
      size >= 4 && last === letterS && before !== letterS && before !== letterI && before !== letterU;
    put(start, at, between, depth);
    words.known[count] = 0;
    const first = source.charCodeAt(starts[start] as number);
    const isNumber = numerals > 0 && isDigit(units[start] as number) && numerals >= size - 1;
    words.hashes[count] = isNumber ? digits : plural ? stemmed : hash;
    let ending = seed;
    const stemEnd = plural ? at - 1 : at;
    for (let index = Math.max(start, stemEnd - 3); index < stemEnd; index++)
      ending = Math.imul(ending ^ (units[index] as number), prime);
    words.endings[count] = ending;
    words.shapes[count] = isNumber
      ? shape.number
      : numerals > 0
        ? shape.alphanumeric
        : size === 1
          ? shape.letter
          : capitals === 0
            ? shape.lower
            : capitals >= size - (last === letterS ? 1 : 0)
              ? shape.capitals
              : capitals === 1 && first >= 0x41 && first <= 0x5a
                ? shape.capital
                : shape.mixed;
    count++;
    return true;
  }

  /** "node.js", "a/b", "c++", "r&d" and "don't" are one word each. */
  function joins(unit: number, start: number, end: number): boolean {
    const next = at + 1 < end ? classOf(units[at + 1] as number) : gap.line;
    if (unit === 0x2e || unit === 0x26 || unit === apostrophe) return next === wordUnit;
    if (unit === 0x2f && at === start + 1)
      return next === wordUnit && (at + 2 >= end || classOf(units[at + 2] as number) !== wordUnit);
    return unit === 0x23 || (unit === 0x2b && next !== wordUnit);
  }
}
