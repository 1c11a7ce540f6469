// Owns what the line classifier looks at: the words of each line, weighed once as running text and once as a heading,
// its shape and place, its neighbours and the headings around it, as one row of numbers a line. Training and running
// read lines by this file alone, so they cannot differ. Linear in the text; it judges nothing.
import { hashesMax, hashOfTerm, readWords } from "./line-words.ts";

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

/** The weights, to be found by a word's hash: open addressing, half full at most. */
export interface WordTable {
  weights: WordWeights;
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

export function tableOf(weights: WordWeights): WordTable {
  let size = 1024;
  while (size < weights.terms.length * 2) size *= 2;
  const tags = Uint8Array.from(weights.terms, tagOf);
  const table = { weights, mask: size - 1, slots: new Int32Array(size * 2), tags };
  for (const [row, term] of weights.terms.entries()) {
    const hash = hashOfTerm(term);
    const at = slotOf(table, hash);
    table.slots[at] = hash;
    table.slots[at + 1] = row + 1;
  }
  return table;
}

/** Where a hash stands, or would. */
function slotOf({ mask, slots }: WordTable, hash: number): number {
  let at = hash & mask;
  while (slots[at * 2 + 1] !== 0 && slots[at * 2] !== hash) at = (at + 1) & mask;
  return at * 2;
}

/** The rows of the known ones among a line's words and pairs. */
export function knownWords(lower: string, table: WordTable, into: Int32Array): number {
  const found = readWords(lower, hashesOfLine);
  let known = 0;
  for (let one = 0; one < found; one++) {
    const row = table.slots[slotOf(table, hashesOfLine[one] as number) + 1] as number;
    if (row !== 0) into[known++] = row - 1;
  }
  return known;
}

const hashesOfLine = new Int32Array(hashesMax);
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
  weights: Float32Array,
  into: Float64Array,
  at: number,
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
  const share = known === 0 ? 0 : 1 / Math.sqrt(known);
  let most = Number.NEGATIVE_INFINITY;
  for (let letter = 0; letter < lettersCount; letter++) {
    const score = (into[at + letter] as number) * share + (weights[own + letter] as number);
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
/** No need to read more of a line than this to know what it is about. */
const lineCharsMax = 1_000;

const bulletMarks = new Set("-–—•·●▪◦‣⁃∙■□►➢➤✓✔○*");

export interface Shape {
  text: string;
  lower: string;
  isBullet: boolean;
  /** Ends as if something followed. */
  leadsIn: boolean;
  /** Short enough for a heading, and no sentence. */
  mayHead: boolean;
}

export function shapeOf(line: string): Shape {
  const text = line.length > lineCharsMax ? line.slice(0, lineCharsMax) : line;
  const isBullet = bulletMarks.has(text[0] as string) && (text[1] === " " || text.charCodeAt(0) > 127);
  const last = text.at(-1) as string;
  const leadsIn = last === ":" || last === "…" || text.endsWith("...");
  const mayHead =
    !isBullet &&
    text.length <= (leadsIn ? leadInCharsMax : headingCharsMax) &&
    (leadsIn || (last !== "." && last !== ";" && last !== ",")) &&
    wordsOf(text) <= (leadsIn ? leadInWordsMax : headingWordsMax);
  return { text, lower: text.toLowerCase(), isBullet, leadsIn, mayHead };
}

function wordsOf(text: string): number {
  let words = 1;
  for (let at = text.indexOf(" "); at !== -1; at = text.indexOf(" ", at + 1)) words++;
  return words;
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

/** Calls `take` for each line in order; the row is overwritten by the next. Lines are trimmed and not empty. */
export function readFeatures(
  lines: readonly string[],
  table: WordTable,
  take: (row: Float64Array, step: number, index: number) => void,
): void {
  const count = lines.length;
  const shapes = lines.map(shapeOf);
  const body = new Float64Array(count * lettersCount);
  const heading = new Float64Array(count * lettersCount);
  const isHeading = new Uint8Array(count);
  const tagsOf = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const { lower, mayHead } = shapes[index] as Shape;
    const at = index * lettersCount;
    const known = knownWords(lower, table, rowsOfLine);
    for (let one = 0; one < known; one++)
      (tagsOf[index] as number) |= table.tags[rowsOfLine[one] as number] as number;
    weighWords(rowsOfLine, known, table.weights.body, body, at);
    if (!mayHead) continue;
    weighWords(rowsOfLine, known, table.weights.heading, heading, at);
    for (let letter = 0; letter < lettersCount; letter++)
      if ((heading[at + letter] as number) >= headingScoreMin) isHeading[index] = 1;
  }
  const runs = runsOf(shapes, body);
  const headed = headedOf(shapes, body);
  /** The most that a heading further up gave each letter. */
  const past = new Float64Array(lettersCount).fill(leastScore);
  const below = headingsBelow(isHeading);
  const hasBullets = shapes.some(({ isBullet }) => isBullet);
  const hasHeadings = isHeading.includes(1);
  const row = new Float64Array(featuresCount);
  let above = -1;

  for (let index = 0; index < count; index++) {
    const { text, lower, isBullet, leadsIn, mayHead } = shapes[index] as Shape;
    const before = shapes[index - 1];
    const after = shapes[index + 1];
    row.fill(0);
    row[0] = 1;
    if (mayHead) put(row, 0, body, index);
    else if (isBullet) put(row, 1, body, index);
    else put(row, 2, body, index);
    if (mayHead) put(row, 3, heading, index);
    if (above >= 0) {
      const isNear = index - above <= (isBullet ? nearBulletsMax : nearLinesMax);
      put(row, (isBullet ? 4 : 6) + (isNear ? 0 : 1), heading, above);
    }
    if (isHeading[index] === 1) {
      if (above >= 0) raise(past, heading, above);
      above = index;
    }
    put(row, 8, runs, index);
    if ((below[index] as number) >= 0) put(row, 9, heading, below[index] as number);
    if (above >= 0) put(row, 10, past, 0);
    if (before !== undefined) put(row, 11, body, index - 1);
    if (after !== undefined) put(row, 12, body, index + 1);
    if (mayHead && after !== undefined && !after.mayHead) put(row, 13, headed, index);

    const { length } = text;
    const tags = tagsOf[index] as number;
    const place = index / count;
    const flags = [
      mayHead,
      mayHead && after?.isBullet === true,
      mayHead && isHeading[index] === 0,
      isBullet,
      leadsIn,
      index === 0,
      index === 1,
      index === 2,
      index === count - 1,
      index >= count - 3,
      count === 1,
      count > 1 && count <= 4,
      place < 0.15,
      place >= 0.15 && place < 0.4,
      place >= 0.4 && place < 0.7,
      place >= 0.7 && place < 0.85,
      place >= 0.85,
      length < 25,
      length >= 25 && length < 60,
      length >= 60 && length < 120,
      length >= 120 && length < 250,
      length >= 250 && length < 500,
      length >= 500,
      mayHead && text === text.toUpperCase(),
      text.endsWith("."),
      text.endsWith("!") || text.endsWith("?"),
      lower.includes("@") || lower.includes("http") || lower.includes("www."),
      (tags & numberTag) !== 0,
      (tags & moneyTag) !== 0,
      before?.isBullet === true,
      after?.isBullet === true,
      before?.mayHead === true,
      after?.mayHead === true,
      hasBullets,
      hasHeadings,
      above === -1,
      (tags & optionalTag) !== 0,
    ];
    for (let flag = 0; flag < flagsCount; flag++) if (flags[flag]) row[firstFlag + flag] = 1;
    take(row, stepOf(mayHead, isBullet, before), index);
  }
}

function put(row: Float64Array, group: number, from: Float64Array, line: number): void {
  const at = 1 + group * lettersCount;
  for (let letter = 0; letter < lettersCount; letter++)
    row[at + letter] = from[line * lettersCount + letter] as number;
}

function stepOf(mayHead: boolean, isBullet: boolean, before: Shape | undefined): number {
  if (mayHead) return 0;
  if (isBullet) return before?.isBullet === true ? 1 : 2;
  return 3;
}

function raise(past: Float64Array, heading: Float64Array, line: number): void {
  for (let letter = 0; letter < lettersCount; letter++)
    past[letter] = Math.max(past[letter] as number, heading[line * lettersCount + letter] as number);
}

/** Of each line the mean over the neighbouring lines of its kind, bullets or plain text. */
function runsOf(shapes: readonly Shape[], body: Float64Array): Float64Array {
  const runs = new Float64Array(body.length);
  for (let start = 0; start < shapes.length; ) {
    const first = shapes[start] as Shape;
    let end = start + 1;
    while (
      end < shapes.length &&
      !first.mayHead &&
      shapes[end]?.mayHead === false &&
      shapes[end]?.isBullet === first.isBullet
    )
      end++;
    const mean = meanOf(body, start, end);
    for (let line = start; line < end; line++) runs.set(mean, line * lettersCount);
    start = end;
  }
  return runs;
}

/** Of each line that may head, the mean over the lines below it. */
function headedOf(shapes: readonly Shape[], body: Float64Array): Float64Array {
  const headed = new Float64Array(body.length);
  for (let line = 0; line < shapes.length; line++) {
    if (!shapes[line]?.mayHead) continue;
    let end = line + 1;
    while (end < shapes.length && end <= line + headedLinesMax && shapes[end]?.mayHead === false) end++;
    if (end > line + 1) headed.set(meanOf(body, line + 1, end), line * lettersCount);
  }
  return headed;
}

function meanOf(body: Float64Array, start: number, end: number): Float64Array {
  const mean = new Float64Array(lettersCount);
  for (let at = start * lettersCount; at < end * lettersCount; at++)
    (mean[at % lettersCount] as number) += (body[at] as number) / (end - start);
  return mean;
}

/** Of each line the next heading below it, or -1. */
function headingsBelow(isHeading: Uint8Array): Int32Array {
  const below = new Int32Array(isHeading.length).fill(-1);
  for (let line = isHeading.length - 2; line >= 0; line--)
    below[line] = isHeading[line + 1] === 1 ? line + 1 : (below[line + 1] as number);
  return below;
}
