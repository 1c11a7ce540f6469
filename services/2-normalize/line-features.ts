// Owns what the line classifier looks at: the words of each line, weighed once as running text and once as a heading,
// its shape and place, its neighbours and the headings around it, as one row of numbers a line. Training and running
// read lines by this file alone, so they cannot differ. Linear in the text; it judges nothing.
import { hashesMax, hashOfTerm, lineCharsMax, type Words, wordsOf } from "./line-words.ts";

/** A company, D duties, Q qualifications, P preferred, B pay and benefits, L legal and applying, O other. */
export const letters = ["A", "D", "Q", "P", "B", "L", "O"] as const;
export type LineLabel = (typeof letters)[number];
export const lettersCount = 7;

/** What single words and pairs of them say: of each a weight for every letter, and a last row for the line itself. */
export interface WordWeights {
  terms: readonly string[];
  /** (terms + 1) × letters: in running text. */
  body: Float32Array;
  /** The same in a heading: of what stands below it. */
  heading: Float32Array;
}

/** Weights as they are, or as bytes, of which more stay in a processor's cache, and what one step of them is worth. */
interface Scale {
  weights: Float32Array | Int8Array;
  step: number;
}

/** The weights, to be found by a word's hash: open addressing, half full at most. */
export interface WordTable {
  body: Scale;
  heading: Scale;
  /** A bit for each hash that may be known: most words and pairs are not, and end here. */
  filter: Int32Array;
  mask: number;
  /** A hash and its row + 1 side by side, so that a look costs one line of cache; nought is free. */
  slots: Int32Array;
  /** What some words say beside their weights, row by row. */
  tags: Uint8Array;
}

const optionalTag = 1;
const numberTag = 2;
const moneyTag = 4;
/** A line with one of these says by itself that it is not a must. */
export const optionalTerms = [
  ..."a plus,a bonus,an advantage,an asset,big plus,nice to,good to,bonus points,^ ideally,^ bonus".split(
    ",",
  ),
  ..."desirable,not required,von vorteil,wünschenswert,^ idealerweise,un plus,un atout".split(","),
  ..."^ idéalement,se valorará,deseable,^ idealmente,um diferencial,desejável".split(","),
];

function tagOf(term: string): number {
  if (term === "#") return numberTag;
  if (term === "$") return moneyTag;
  return optionalTerms.includes(term) ? optionalTag : 0;
}

export function tableOf({ terms, body, heading }: WordWeights): WordTable {
  return tableOfScales(terms, { weights: body, step: 1 }, { weights: heading, step: 1 });
}

export function tableOfScales(terms: readonly string[], body: Scale, heading: Scale): WordTable {
  let size = 1024;
  while (size < terms.length * 2) size *= 2;
  const filter = new Int32Array(2 ** filterBits / 32);
  const tags = Uint8Array.from(terms, tagOf);
  const table = { body, heading, filter, mask: size - 1, slots: new Int32Array(size * 2), tags };
  for (const [row, term] of terms.entries()) {
    const hash = hashOfTerm(term);
    const bit = hash >>> filterShift;
    (filter[bit >>> 5] as number) |= 1 << (bit & 31);
    const at = slotOf(table, hash);
    table.slots[at] = hash;
    table.slots[at + 1] = row + 1;
  }
  return table;
}

/** 16 KB: a sixteenth of them is set. */
const filterBits = 17;
const filterShift = 32 - filterBits;

/** Where a hash stands, or would. */
function slotOf({ mask, slots }: Pick<WordTable, "mask" | "slots">, hash: number): number {
  let at = hash & mask;
  while (slots[at * 2 + 1] !== 0 && slots[at * 2] !== hash) at = (at + 1) & mask;
  return at * 2;
}

/** The rows of the known ones among a line's words and pairs, in `into`; says how many. */
export function knownWords(line: string, table: WordTable, into: Int32Array): number {
  const words = wordsOf(line);
  return words.lines === 0 ? 0 : knownOf(words, 0, table, into);
}

function knownOf(
  { hashes, hashEnds }: Words,
  line: number,
  { filter, slots, mask }: WordTable,
  into: Int32Array,
): number {
  const end = hashEnds[line] as number;
  // Written in any case, here and below: whether a word is known is a coin toss, which processors guess badly.
  let perhaps = 0;
  for (let one = line === 0 ? 0 : (hashEnds[line - 1] as number); one < end; one++) {
    const hash = hashes[one] as number;
    const bit = hash >>> filterShift;
    into[perhaps] = hash;
    perhaps += ((filter[bit >>> 5] as number) >>> (bit & 31)) & 1;
  }
  let known = 0;
  for (let one = 0; one < perhaps; one++) {
    const hash = into[one] as number;
    let at = (hash & mask) * 2;
    let row = slots[at + 1] as number;
    while (row !== 0 && slots[at] !== hash) {
      at = (at + 2) & (2 * mask + 1);
      row = slots[at + 1] as number;
    }
    into[known] = row - 1;
    if (row !== 0) known++;
  }
  return known;
}

const rowsOfLine = new Int32Array(hashesMax);

/** A log-probability below this says no more than "hardly". */
const logFloor = -6;
/** A score is 1 for "surely", and -1 at the floor. */
const scoreOf = (logProbability: number) => 1 + Math.max(logFloor, logProbability) / 3;
const leastScore = scoreOf(logFloor);

/** What the words alone say of each letter, into seven places from `at` on. */
export function weighWords(
  rows: Int32Array,
  known: number,
  weights: Float32Array | Int8Array,
  into: Float64Array,
  at: number,
  step = 1,
): void {
  // Seven by hand: a loop within the loop takes three times as long.
  let a = 0;
  let d = 0;
  let q = 0;
  let p = 0;
  let b = 0;
  let l = 0;
  let o = 0;
  for (let one = 0; one < known; one++) {
    const start = (rows[one] as number) * lettersCount;
    a += weights[start] as number;
    d += weights[start + 1] as number;
    q += weights[start + 2] as number;
    p += weights[start + 3] as number;
    b += weights[start + 4] as number;
    l += weights[start + 5] as number;
    o += weights[start + 6] as number;
  }
  into[at] = a;
  into[at + 1] = d;
  into[at + 2] = q;
  into[at + 3] = p;
  into[at + 4] = b;
  into[at + 5] = l;
  into[at + 6] = o;
  const own = weights.length - lettersCount;
  const share = known === 0 ? 0 : step / Math.sqrt(known);
  let most = Number.NEGATIVE_INFINITY;
  for (let letter = 0; letter < lettersCount; letter++) {
    const score = (into[at + letter] as number) * share + (weights[own + letter] as number) * step;
    into[at + letter] = score;
    if (score > most) most = score;
  }
  let sum = 0;
  for (let letter = 0; letter < lettersCount; letter++) sum += Math.exp((into[at + letter] as number) - most);
  const norm = most + Math.log(sum);
  for (let letter = 0; letter < lettersCount; letter++)
    into[at + letter] = scoreOf((into[at + letter] as number) - norm);
}

/** A longer line is no heading, unless it ends in a colon and so leads in what follows. */
const headingCharsMax = 80;
const headingWordsMax = 9;
const leadInCharsMax = 130;
const leadInWordsMax = 18;
const bulletMarks = new Set([..."-–—•·●▪◦‣⁃∙■□►➢➤✓✔○*"].map((mark) => mark.charCodeAt(0)));

interface Shape {
  /** Where it begins, in the characters of the description, and how long it is at most. */
  start: number;
  length: number;
  last: number;
  isBullet: boolean;
  /** Ends as if something followed. */
  leadsIn: boolean;
  /** Short enough for a heading, and no sentence. */
  mayHead: boolean;
}

const space = 0x20;
const fullStop = 0x2e;
const comma = 0x2c;
const semicolon = 0x3b;
const colon = 0x3a;
const exclamationMark = 0x21;
const questionMark = 0x3f;
const ellipsis = 0x2026;

/** Of a line that is not blank. */
export function shapeOf(line: string): Pick<Shape, "isBullet" | "mayHead"> {
  return shapeAt(wordsOf(line), 0, false);
}

/** `isItem`: a bullet stands alone before it. */
function shapeAt({ codes, starts, ends }: Words, line: number, isItem: boolean): Shape {
  const start = starts[line] as number;
  const length = Math.min((ends[line] as number) - start, lineCharsMax);
  const end = start + length;
  const first = codes[start] as number;
  const isBullet =
    isItem || (bulletMarks.has(first) && (first > 127 || (length > 1 && codes[start + 1] === space)));
  const last = codes[end - 1] as number;
  const leadsIn =
    last === colon ||
    last === ellipsis ||
    (last === fullStop && length > 2 && codes[end - 2] === fullStop && codes[end - 3] === fullStop);
  const mayHead =
    !isBullet &&
    length <= (leadsIn ? leadInCharsMax : headingCharsMax) &&
    (leadsIn || (last !== fullStop && last !== semicolon && last !== comma)) &&
    hasSpacesBelow(codes, start, end, leadsIn ? leadInWordsMax : headingWordsMax);
  return { start, length: isItem ? length + 2 : length, last, isBullet, leadsIn, mayHead };
}

function hasSpacesBelow(codes: Uint16Array, start: number, end: number, most: number): boolean {
  let spaces = 0;
  for (let at = start; at < end; at++) if (codes[at] === space && ++spaces === most) return false;
  return true;
}

/** Seven numbers each, one a letter; all nought where one does not apply. Their places are those in `readFeatures`. */
const groups = [
  "words, of a line that may head",
  "words, of a bullet",
  "words, of any other",
  "words as a heading, of a line that may head",
  "heading above, of a bullet near it",
  "heading above, of a bullet further down",
  "heading above, of another line near it",
  "heading above, of another line further down",
  "words of the run of bullets or of plain lines that it stands in",
  "heading below",
  "headings further up",
  "words of the line before",
  "words of the line after",
  "words of what a heading heads",
] as const;
const flagsCount = 37;

export const groupsCount = groups.length;
/** The first is 1 in every row, then come the groups, then what is 1 or nought. */
const firstFlag = 1 + groupsCount * lettersCount;
export const featuresCount = firstFlag + flagsCount;

/** How a line follows the one before: as a heading, from bullet to bullet, as a first bullet, as plain text. */
export const stepsCount = 4;

/** A line that may head counts as a heading for the lines below where one letter is this probable: 0.4. */
const headingScoreMin = scoreOf(Math.log(0.4));
/** What lies further below than this belongs less surely to the heading. */
const nearBulletsMax = 6;
const nearLinesMax = 2;
/** So many lines show what a heading heads. */
const headedLinesMax = 5;

/** What of a line's features is not nought: in the order of the features, each with its value. */
export interface Row {
  features: Int32Array;
  values: Float64Array;
  count: number;
}

/** What is noted of each line before the rows are made. */
interface Notes {
  /** Lines × letters: what the words say, by themselves and as a heading's, and the means over some of the lines. */
  body: Float64Array;
  heading: Float64Array;
  runs: Float64Array;
  headed: Float64Array;
  isHeading: Uint8Array;
  tags: Uint8Array;
  /** The next heading below, or -1. */
  below: Int32Array;
}

/** Few postings have more lines; those get room of their own. */
const sharedLinesMax = 1_000;
const shared = roomForNotes(sharedLinesMax);
const row: Row = {
  features: new Int32Array(featuresCount),
  values: new Float64Array(featuresCount),
  count: 0,
};

function roomForNotes(lines: number): Notes {
  const room = () => new Float64Array(lines * lettersCount);
  return {
    body: room(),
    heading: room(),
    runs: room(),
    headed: room(),
    isHeading: new Uint8Array(lines),
    tags: new Uint8Array(lines),
    below: new Int32Array(lines),
  };
}

/** Which lines the model reads: a bullet that stands alone belongs to the next line, and takes its letter. */
export interface Reading {
  words: Words;
  /** Of each line that is read, its place among all. */
  places: number[];
  /** Whether a bullet stands alone before it. */
  isItem: boolean[];
}

export function readingOf(words: Words): Reading {
  const reading: Reading = { words, places: [], isItem: [] };
  let isItem = false;
  for (let line = 0; line < words.lines; line++) {
    if (isLoneBullet(words, line)) {
      isItem = true;
      continue;
    }
    reading.places.push(line);
    reading.isItem.push(isItem);
    isItem = false;
  }
  return reading;
}

function isLoneBullet({ text, starts, ends }: Words, line: number): boolean {
  const start = starts[line] as number;
  const end = ends[line] as number;
  return end - start <= 2 && !/[\p{L}\p{N}]/u.test(text.slice(start, end));
}

/** Calls `take` for each line in order; the row is overwritten by the next. */
export function readFeatures(
  { words, places, isItem }: Reading,
  table: WordTable,
  take: (row: Row, step: number, index: number) => void,
): void {
  const count = places.length;
  const shapes = places.map((line, index) => shapeAt(words, line, isItem[index] === true));
  // Making room costs more than the reading of a line; one posting is read at a time.
  const notes = count <= sharedLinesMax ? shared : roomForNotes(count);
  const hasHeadings = note(notes, words, places, shapes, table);
  const hasAddress = address.test(words.text);
  const { body, heading, runs, headed, isHeading, below } = notes;
  /** The most that a heading further up gave each letter. */
  const past = new Float64Array(lettersCount).fill(leastScore);
  const hasBullets = shapes.some(({ isBullet }) => isBullet);
  let above = -1;

  for (let index = 0; index < count; index++) {
    const { start, length, last, isBullet, leadsIn, mayHead } = shapes[index] as Shape;
    const before = index > 0 ? shapes[index - 1] : undefined;
    const after = index + 1 < count ? shapes[index + 1] : undefined;
    const isAfterBullet = before?.isBullet === true;
    row.features[0] = 0;
    row.values[0] = 1;
    row.count = 1;
    put(mayHead ? 0 : isBullet ? 1 : 2, body, index);
    if (mayHead) put(3, heading, index);
    if (above >= 0) {
      const isNear = index - above <= (isBullet ? nearBulletsMax : nearLinesMax);
      put((isBullet ? 4 : 6) + (isNear ? 0 : 1), heading, above);
    }
    if (isHeading[index] === 1) {
      if (above >= 0) raise(past, heading, above);
      above = index;
    }
    put(8, runs, index);
    if ((below[index] as number) >= 0) put(9, heading, below[index] as number);
    if (above >= 0) put(10, past, 0);
    if (before !== undefined) put(11, body, index - 1);
    if (after !== undefined) put(12, body, index + 1);
    if (mayHead && after !== undefined && !after.mayHead) put(13, headed, index);

    const tags = notes.tags[index] as number;
    flag(0, mayHead);
    flag(1, mayHead && after?.isBullet === true);
    flag(2, mayHead && isHeading[index] === 0);
    flag(3, isBullet);
    flag(4, leadsIn);
    if (index <= 2) flag(5 + index, true);
    flag(8, index === count - 1);
    flag(9, index >= count - 3);
    flag(10, count === 1);
    flag(11, count > 1 && count <= 4);
    flag(12 + stepBelow(placeSteps, index / count), true);
    flag(17 + stepBelow(lengthSteps, length), true);
    flag(23, mayHead && isShouted(words, start, length));
    flag(24, last === fullStop);
    flag(25, last === exclamationMark || last === questionMark);
    flag(26, hasAddress && address.test(words.text.slice(start, start + length)));
    flag(27, (tags & numberTag) !== 0);
    flag(28, (tags & moneyTag) !== 0);
    flag(29, isAfterBullet);
    flag(30, after?.isBullet === true);
    flag(31, before?.mayHead === true);
    flag(32, after?.mayHead === true);
    flag(33, hasBullets);
    flag(34, hasHeadings);
    flag(35, above === -1);
    flag(36, (tags & optionalTag) !== 0);
    take(row, mayHead ? 0 : !isBullet ? 3 : isAfterBullet ? 1 : 2, index);
  }
}

const address = /@|http|www\./i;
/** Where a line stands in the posting, and how long it is. */
const placeSteps = [0.15, 0.4, 0.7, 0.85];
const lengthSteps = [25, 60, 120, 250, 500];

/** How many of the steps a value has reached. */
function stepBelow(steps: readonly number[], value: number): number {
  let reached = 0;
  while (reached < steps.length && value >= (steps[reached] as number)) reached++;
  return reached;
}

/** All in capitals, as far as it has letters. */
function isShouted({ text, codes }: Words, start: number, length: number): boolean {
  // Most lines have a small letter near their start.
  for (let at = start; at < start + length; at++) {
    const code = codes[at] as number;
    if (code >= 0x61 && code <= 0x7a) return false;
  }
  const line = text.slice(start, start + length);
  return line === line.toUpperCase();
}

function put(group: number, from: Float64Array, line: number): void {
  const { features, values, count } = row;
  const first = 1 + group * lettersCount;
  for (let letter = 0; letter < lettersCount; letter++) {
    features[count + letter] = first + letter;
    values[count + letter] = from[line * lettersCount + letter] as number;
  }
  row.count = count + lettersCount;
}

function flag(which: number, isOn: boolean): void {
  if (!isOn) return;
  row.features[row.count] = firstFlag + which;
  row.values[row.count] = 1;
  row.count++;
}

function raise(past: Float64Array, heading: Float64Array, line: number): void {
  for (let letter = 0; letter < lettersCount; letter++)
    past[letter] = Math.max(past[letter] as number, heading[line * lettersCount + letter] as number);
}

/** Fills the notes of all lines; says whether one of them is a heading. */
function note(
  notes: Notes,
  words: Words,
  places: readonly number[],
  shapes: readonly Shape[],
  table: WordTable,
): boolean {
  const { body, heading, runs, headed, isHeading, tags, below } = notes;
  const count = shapes.length;
  let hasHeadings = false;
  for (let index = 0; index < count; index++) {
    const { mayHead } = shapes[index] as Shape;
    const at = index * lettersCount;
    const known = knownOf(words, places[index] as number, table, rowsOfLine);
    let tag = 0;
    for (let one = 0; one < known; one++) tag |= table.tags[rowsOfLine[one] as number] as number;
    tags[index] = tag;
    weighWords(rowsOfLine, known, table.body.weights, body, at, table.body.step);
    isHeading[index] = 0;
    if (!mayHead) continue;
    weighWords(rowsOfLine, known, table.heading.weights, heading, at, table.heading.step);
    for (let letter = 0; letter < lettersCount; letter++)
      if ((heading[at + letter] as number) >= headingScoreMin) isHeading[index] = 1;
    if (isHeading[index] === 1) hasHeadings = true;
  }
  for (let line = count - 1, next = -1; line >= 0; line--) {
    below[line] = next;
    if (isHeading[line] === 1) next = line;
  }
  noteRuns(runs, shapes, body);
  noteHeaded(headed, shapes, body);
  return hasHeadings;
}

/** Of each line the mean over the neighbouring lines of its kind, bullets or plain text. */
function noteRuns(runs: Float64Array, shapes: readonly Shape[], body: Float64Array): void {
  for (let start = 0; start < shapes.length; ) {
    const { isBullet, mayHead } = shapes[start] as Shape;
    let end = start + 1;
    if (!mayHead) while (end < shapes.length && isOfRun(shapes[end] as Shape, isBullet)) end++;
    writeMean(runs, start, body, start, end);
    for (let line = start + 1; line < end; line++)
      runs.copyWithin(line * lettersCount, start * lettersCount, (start + 1) * lettersCount);
    start = end;
  }
}

const isOfRun = (shape: Shape, isBullet: boolean) => !shape.mayHead && shape.isBullet === isBullet;

/** Of each line that may head, the mean over the lines below it. */
function noteHeaded(headed: Float64Array, shapes: readonly Shape[], body: Float64Array): void {
  for (let line = 0; line < shapes.length; line++) {
    if (!(shapes[line] as Shape).mayHead) continue;
    const most = Math.min(shapes.length, line + 1 + headedLinesMax);
    let end = line + 1;
    while (end < most && !(shapes[end] as Shape).mayHead) end++;
    if (end > line + 1) writeMean(headed, line, body, line + 1, end);
  }
}

/** The mean over the lines from `start` to before `end`. */
function writeMean(into: Float64Array, line: number, from: Float64Array, start: number, end: number): void {
  const lines = end - start;
  for (let letter = 0; letter < lettersCount; letter++) {
    let mean = 0;
    for (let one = start; one < end; one++) mean += (from[one * lettersCount + letter] as number) / lines;
    into[line * lettersCount + letter] = mean;
  }
}
