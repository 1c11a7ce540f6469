// Owns which spans could name a skill and what the tagger looks at in each: the words, how they are written, what
// stands around them, and what training learnt of each word and phrase from many postings. A feature is a place in
// a table of weights. The same code in training and running; when it changes, train anew.
import { gap, hashOf, shape, type Words } from "./tagger-words.ts";

/** What training knows of words and phrases, by their hashes. */
export interface Vocabulary {
  /** Words of one class keep the same company. */
  words: ByteTable;
  /** How much a phrase is like those that name skills: from 1, not at all, to 31. */
  phrases: ByteTable;
}

export interface ByteTable {
  keys: Int32Array;
  /** 0 where no key stands. */
  values: Uint8Array;
  mask: number;
}

export function tableOf(keys: Int32Array, values: Uint8Array): ByteTable {
  let size = 16;
  while (size < 2 * keys.length) size *= 2;
  const table = { keys: new Int32Array(size), values: new Uint8Array(size), mask: size - 1 };
  for (const [index, key] of keys.entries()) {
    let at = spread(key) & table.mask;
    while (table.values[at] !== 0 && table.keys[at] !== key) at = (at + 1) & table.mask;
    table.keys[at] = key;
    table.values[at] = values[index] as number;
  }
  return table;
}

/** 0 for what it does not hold. */
function lookUp({ keys, values, mask }: ByteTable, key: number): number {
  let at = spread(key) & mask;
  for (;;) {
    const value = values[at] as number;
    if (value === 0 || keys[at] === key) return value;
    at = (at + 1) & mask;
  }
}

const spread = (key: number) => Math.imul(key ^ (key >>> 15), 0x2c1b3c6d) >>> 7;

/** Words that stand in no name of a skill; they tell a text in English, too. */
const plainWords = `a about above across after again against all along also although always am among an and any anyone
anything are around as at away back be became because become been before being below best better between beyond both
but by came can cannot could did do does doing done down during each either else ensure even ever every everyone
everything few for forward from full further get give go good great had has have having he help helping her here high
his how however i if in inside into is it it's its itself just keep know less let like look looking lot made make makes
making many may me might more most much must my near need needs never new no non nor not nothing now of off often on
once one only onto or other others our ours out outside over own per plus quite rather really same see she should
similar since so some someone something such take taking than that that's the their them then there these they thing
things this those through throughout to together too toward towards two three four five under until up upon us use used
using very via was way we we're well were what what's when where whether which while who whom whose why will with within
without work working works would yet you you'll you're you've your yours we've we'll i'm don't doesn't can't etc e.g i.e
eg ie including include includes included based across strong excellent proven solid deep ability able experience
experienced years year knowledge understanding familiarity proficiency proficient expertise skill skills background
hands candidate ideal required preferred bonus nice e`;
const plain = tableOf(
  Int32Array.from(plainWords.split(/\s+/), hashOf),
  new Uint8Array(plainWords.split(/\s+/).length).fill(1),
);

/** Words in front of what is asked for or used. */
const cueWords = `experience knowledge understanding familiarity familiar proficiency proficient expertise expert skill
background exposure experienced skilled using with including such like etc e.g tool technique technology framework
practice method methodology concept principle area field stack certification degree ability able responsible manage
develop design build support perform conduct implement`;
const cues = tableOf(
  Int32Array.from(cueWords.split(/\s+/), hashOf),
  Uint8Array.from(cueWords.split(/\s+/), (_, index) => index + 1),
);
const cueReach = 12;

export const phraseWordsMax = 4;
/** By context alone, by the way of writing, by the words; the last need what training knows of phrases. */
export const contextSlots = 22;
export const wordSlots = 34;
export const slotsCount = 46;
/** Bits of a place in the table of weights. */
export const weightBits = 17;
const weightMask = (1 << weightBits) - 1;

const start = 0x9e3779b9 | 0;
export const phraseHash = (hash: number, word: number) => Math.imul(hash ^ word, 0x5bd1e995) ^ (hash >>> 13);
export const emptyPhrase = start;

/** What is known of each word and line before any span is looked at. */
interface View {
  classes: Uint8Array;
  isPlain: Uint8Array;
  cue: Uint8Array;
  /** Of lines. */
  knownCounts: Uint8Array;
  commaCounts: Uint8Array;
}

let room: View = roomForView(20_001, 1_001);
function roomForView(words: number, lines: number): View {
  return {
    classes: new Uint8Array(words),
    isPlain: new Uint8Array(words),
    cue: new Uint8Array(words),
    knownCounts: new Uint8Array(lines),
    commaCounts: new Uint8Array(lines),
  };
}

/** Words of which fewer than this share are English ones are no English text; the model read no other. */
const plainShareMin = 0.15;
const wordsOfLanguageMin = 30;

/**
 * Calls `visit` for each span, those of one run of words after another; `slots` hold its features until the next.
 * Spans of words apart from each other by a plain word, a sign or a known skill are of different runs.
 */
export function readSpans(
  words: Words,
  vocabulary: Vocabulary,
  slots: Int32Array,
  visit: (first: number, last: number, phrase: number) => void,
  endRun: (first: number, end: number) => void,
): void {
  const { count, lineCount, lineWords } = words;
  if (room.classes.length < count + 1 || room.knownCounts.length < lineCount + 1)
    room = roomForView(Math.max(count + 1, 20_001), Math.max(lineCount + 1, 1_001));
  const view = room;
  let plainCount = 0;
  for (let at = 0; at < count; at++) {
    const hash = words.hashes[at] as number;
    view.classes[at] = lookUp(vocabulary.words, hash);
    view.cue[at] = lookUp(cues, hash);
    const isPlain = words.known[at] === 0 ? lookUp(plain, hash) : 0;
    view.isPlain[at] = isPlain;
    plainCount += isPlain;
  }
  if (count >= wordsOfLanguageMin && plainCount < plainShareMin * count) return;

  for (let line = 0; line < lineCount; line++) {
    const first = lineWords[line] as number;
    const end = lineWords[line + 1] as number;
    let known = 0;
    let commas = 0;
    for (let at = first; at < end; at++) {
      if (words.known[at] !== 0) known++;
      if (words.gaps[at] === gap.comma) commas++;
    }
    view.knownCounts[line] = Math.min(known, 5);
    view.commaCounts[line] = Math.min(commas, 6);
    for (let at = first; at < end; ) {
      if (!mayName(at)) {
        at++;
        continue;
      }
      let runEnd = at + 1;
      while (runEnd < end && (words.gaps[runEnd] as number) <= gap.hyphen && mayName(runEnd)) runEnd++;
      readRun(line, at, runEnd);
      at = runEnd;
    }
  }

  function mayName(at: number): boolean {
    return words.known[at] === 0 && view.isPlain[at] === 0 && words.shapes[at] !== shape.number;
  }

  function readRun(line: number, runFirst: number, runEnd: number): void {
    for (let first = runFirst; first < runEnd; first++) {
      let phrase = emptyPhrase;
      const endMax = Math.min(runEnd, first + phraseWordsMax);
      for (let end = first + 1; end <= endMax; end++) {
        phrase = phraseHash(phrase, words.hashes[end - 1] as number);
        fillSlots(words, view, vocabulary, line, first, end, phrase, slots);
        visit(first, end, phrase);
      }
    }
    endRun(runFirst, runEnd);
  }
}

const emptyWord = hashOf("(none)");

function fillSlots(
  words: Words,
  view: View,
  vocabulary: Vocabulary,
  line: number,
  first: number,
  end: number,
  phrase: number,
  slots: Int32Array,
): void {
  const { hashes, gaps, shapes, known, depths, endings } = words;
  const { classes } = view;
  const lineFirst = words.lineWords[line] as number;
  const lineEnd = words.lineWords[line + 1] as number;
  const letter = words.lineLetters[line] as number;
  const size = end - first;
  const last = end - 1;
  const gapBefore = first === lineFirst ? gap.line : (gaps[first] as number);
  const gapAfter = end === lineEnd ? gap.line : (gaps[end] as number);
  const gapPair = gapBefore * 16 + gapAfter;
  const hasBefore = first > lineFirst;
  const hasBefore2 = first > lineFirst + 1;
  const hasAfter = end < lineEnd;
  const hasAfter2 = end + 1 < lineEnd;
  const before = hasBefore ? (hashes[first - 1] as number) : emptyWord;
  const before2 = hasBefore2 ? (hashes[first - 2] as number) : emptyWord;
  const after = hasAfter ? (hashes[end] as number) : emptyWord;
  const after2 = hasAfter2 ? (hashes[end + 1] as number) : emptyWord;
  const classBefore = hasBefore ? (classes[first - 1] as number) : 0;
  const classAfter = hasAfter ? (classes[end] as number) : 0;
  const knownBefore = knownAt(first - 1, first - 2, lineFirst, lineEnd);
  const knownAfter = knownAt(end, end + 1, lineFirst, lineEnd);
  let cue = 0;
  let cueDistance = 0;
  for (let at = first - 1; at >= lineFirst && first - at <= cueReach; at--) {
    if ((gaps[at + 1] as number) >= gap.semicolon) break;
    const found = view.cue[at] as number;
    if (found === 0) continue;
    cue = found;
    cueDistance = first - at < 2 ? 0 : first - at < 5 ? 1 : 2;
    break;
  }
  const knownCount = view.knownCounts[line] as number;
  const commaCount = view.commaCounts[line] as number;
  const lineSize = Math.min(15, (lineEnd - lineFirst) >> 2);
  const depth = depths[first] as number;
  const afterPair = after ^ Math.imul(gapAfter + 1, 0x3779b1);
  const beforePair = before ^ Math.imul(gapBefore + 1, 0x3779b1);

  let slot = 0;
  const put = (a: number, b: number) => {
    let hash = Math.imul(a ^ Math.imul(slot + 1, 0x2545f491), 0x5bd1e995) ^ Math.imul(b, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    slots[slot++] = (hash ^ (hash >>> 13)) & weightMask;
  };
  // By context alone.
  put(beforePair, 0);
  put(afterPair, 0);
  put(classBefore, gapBefore);
  put(classAfter, gapAfter);
  put(beforePair, before2);
  put(afterPair, after2);
  put(gapPair, size);
  put(gapPair, letter);
  put(knownBefore, gapBefore);
  put(knownAfter, gapAfter);
  put(knownBefore * 64 + knownAfter, gapPair);
  put(letter, knownCount * 8 + commaCount);
  put(cue * 4 + cueDistance, gapPair);
  put(cue * 4 + cueDistance, letter);
  put(depth * 8 + letter, gapPair);
  put(classBefore * 256 + classAfter, size);
  put(letter, lineSize * 8 + (hasBefore ? 0 : 1) + (hasAfter ? 0 : 2));
  put(hashes[lineFirst] as number, letter);
  put(before, after);
  put(hasBefore2 ? (classes[first - 2] as number) * 256 + classBefore : classBefore, 1);
  put(hasAfter2 ? (classes[end + 1] as number) * 256 + classAfter : classAfter, 1);
  put(size, letter);
  // By the way of writing.
  const shapeFirst = shapes[first] as number;
  const shapeLast = shapes[last] as number;
  const opens = gapBefore === gap.line || gapBefore >= gap.stop ? 1 : 0;
  put(shapeFirst * 64 + shapeLast * 8 + size, opens);
  put(shapeFirst * 64 + shapeLast * 8 + size, gapPair);
  put(shapeFirst * 8 + shapeLast, hasAfter && gapAfter <= gap.hyphen ? (shapes[end] as number) + 1 : 0);
  put(
    shapeFirst * 8 + shapeLast,
    hasBefore && gapBefore <= gap.hyphen ? (shapes[first - 1] as number) + 1 : 0,
  );
  // By the words.
  const firstHash = hashes[first] as number;
  const lastHash = hashes[last] as number;
  const classFirst = classes[first] as number;
  const classLast = classes[last] as number;
  put(firstHash, size > 1 ? 1 : 0);
  put(lastHash, size > 1 ? 1 : 0);
  put(classFirst, size);
  put(classLast, size);
  put(classFirst * 256 + classLast, size);
  put(endings[last] as number, size);
  put(endings[first] as number, size);
  put(size > 2 ? (hashes[first + 1] as number) : 0, size);
  // By the phrase.
  const own = lookUp(vocabulary.phrases, phrase);
  let wider = 0;
  let within = 0;
  if (size < phraseWordsMax) {
    if (hasAfter && gapAfter <= gap.hyphen) wider = lookUp(vocabulary.phrases, phraseHash(phrase, after));
    if (hasBefore && gapBefore <= gap.hyphen) {
      let longer = phraseHash(emptyPhrase, before);
      for (let at = first; at < end; at++) longer = phraseHash(longer, hashes[at] as number);
      wider = Math.max(wider, lookUp(vocabulary.phrases, longer));
    }
  }
  if (size > 1) {
    let shorter = emptyPhrase;
    for (let at = first; at < last; at++) shorter = phraseHash(shorter, hashes[at] as number);
    within = lookUp(vocabulary.phrases, shorter);
    shorter = emptyPhrase;
    for (let at = first + 1; at < end; at++) shorter = phraseHash(shorter, hashes[at] as number);
    within = Math.max(within, lookUp(vocabulary.phrases, shorter));
  }
  put(own, size);
  put(own, gapPair);
  put(own, letter);
  put(own * 32 + wider, size > 1 ? 1 : 0);
  put(own * 32 + within, size > 1 ? 1 : 0);
  put(own, cue * 4 + cueDistance);
  put(phrase, 0);
  put(phrase, letter);
  put(beforePair, firstHash);
  put(afterPair, lastHash);
  put(size > 1 ? (hashes[last - 1] as number) : 0, lastHash);
  put(own, 0);

  /** The known skill beside a span, straight or over "and" and "or". */
  function knownAt(near: number, far: number, from: number, to: number): number {
    if (near < from || near >= to) return 0;
    const kind = known[near] as number;
    if (kind !== 0) return kind;
    const over = hashes[near] as number;
    if ((over !== wordAnd && over !== wordOr) || far < from || far >= to) return 0;
    return (known[far] as number) === 0 ? 0 : 8 + (known[far] as number);
  }
}

const wordAnd = hashOf("and");
const wordOr = hashOf("or");
