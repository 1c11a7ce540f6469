// Owns which spans could name a skill and what the tagger looks at in each: the words, how they are written, what
// stands around them, and what training learnt of each word and phrase from many postings. A feature is a place in
// a table of weights. The same code in training and running; when it changes, train anew.
import { gap, hashOf, shape, type Words, workLetters } from "./tagger-words.ts";

/** What training knows of words and phrases, by their hashes. */
export interface Vocabulary {
  /** Words of one class keep the same company. */
  words: ByteTable;
  /** How much a phrase is like those that name skills, from 1, not at all, to 31; and 32 times how often it is met. */
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

const phraseWordsMax = 4;
/** Where the features of one sort end: by context alone, by the way of writing, by single words. */
export const contextSlots = 22;
export const writingSlots = 30;
export const wordSlots = 38;
/** By what training knows of the phrase; the rest by its very words. */
export const phraseSlots = 45;
export const slotsCount = 52;
/** Bits of a place in the table of weights. */
export const weightBits = 17;
const weightMask = (1 << weightBits) - 1;

const emptyPhrase = 0x9e3779b9 | 0;
const phraseHash = (hash: number, word: number) => Math.imul(hash ^ word, 0x5bd1e995) ^ (hash >>> 13);

/** What is known of each word and line before any span is looked at. */
interface View {
  classes: Uint8Array;
  isPlain: Uint8Array;
  cue: Uint8Array;
  /** Whether the word stands, too, where the posting tells of the company, the pay or the law. */
  isAbout: Uint8Array;
  /** What is kept of the phrases that begin at each word, by their size. */
  phrases: Uint8Array;
  /** How many technical skills are known in the whole text, in steps. */
  technical: number;
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
    isAbout: new Uint8Array(words),
    phrases: new Uint8Array(words * phraseWordsMax),
    technical: 0,
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
  visit: (first: number, end: number, phrase: number) => void,
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

  const about = new Set<number>();
  let technical = 0;
  for (let line = 0; line < lineCount; line++) {
    const isWork = (words.lineLetters[line] as number) < workLetters;
    const end = lineWords[line + 1] as number;
    for (let at = lineWords[line] as number; at < end; at++) {
      if (!isWork && view.isPlain[at] === 0) about.add(words.hashes[at] as number);
      else if (isWork && isTechnical(words.known[at] as number)) technical++;
    }
  }
  view.technical = technical === 0 ? 0 : Math.min(7, 1 + Math.floor(Math.log2(technical)));
  for (let at = 0; at < count; at++) view.isAbout[at] = about.has(words.hashes[at] as number) ? 1 : 0;

  for (let line = 0; line < lineCount; line++) {
    if ((words.lineLetters[line] as number) >= workLetters) continue;
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
    // What is known of each of its phrases first: a span is weighed beside the longer and shorter ones.
    const { phrases } = view;
    for (let first = runFirst; first < runEnd; first++) {
      let phrase = emptyPhrase;
      const endMax = Math.min(runEnd, first + phraseWordsMax);
      for (let end = first + 1; end <= endMax; end++) {
        phrase = phraseHash(phrase, words.hashes[end - 1] as number);
        phrases[first * phraseWordsMax + end - first - 1] = lookUp(vocabulary.phrases, phrase);
      }
    }
    for (let first = runFirst; first < runEnd; first++) {
      const place = fillBefore(words, view, line, first, slots);
      let phrase = emptyPhrase;
      const endMax = Math.min(runEnd, first + phraseWordsMax);
      for (let end = first + 1; end <= endMax; end++) {
        phrase = phraseHash(phrase, words.hashes[end - 1] as number);
        const size = end - first;
        const at = first * phraseWordsMax + size - 1;
        const wider = Math.max(
          size < phraseWordsMax && end < runEnd ? (phrases[at + 1] as number) & 31 : 0,
          size < phraseWordsMax && first > runFirst ? (phrases[at + 1 - phraseWordsMax] as number) & 31 : 0,
        );
        const within =
          size === 1
            ? 0
            : Math.max((phrases[at - 1] as number) & 31, (phrases[at + phraseWordsMax - 1] as number) & 31);
        fillSpan(words, view, place, end, phrase, phrases[at] as number, wider, within, slots);
        visit(first, end, phrase);
      }
    }
    endRun(runFirst, runEnd);
  }
}

/** By their places among the kinds. */
const isTechnical = (known: number) => known === 1 || known === 2;

const emptyWord = hashOf("(none)");

/** What the spans that begin at one word share. */
interface Place {
  line: number;
  first: number;
  gapBefore: number;
  beforePair: number;
  before: number;
  classBefore: number;
  knownBefore: number;
  cue: number;
}

const place: Place = {
  line: 0,
  first: 0,
  gapBefore: 0,
  beforePair: 0,
  before: 0,
  classBefore: 0,
  knownBefore: 0,
  cue: 0,
};

function slotOf(slot: number, a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(slot + 1, 0x2545f491), 0x5bd1e995) ^ Math.imul(b, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) & weightMask;
}

const placeSlots = 8;

/** Fills the first slots, by what stands before alone. */
function fillBefore(words: Words, view: View, line: number, first: number, slots: Int32Array): Place {
  const { hashes, gaps } = words;
  const lineFirst = words.lineWords[line] as number;
  const lineEnd = words.lineWords[line + 1] as number;
  const letter = words.lineLetters[line] as number;
  const hasBefore = first > lineFirst;
  const hasBefore2 = first > lineFirst + 1;
  const gapBefore = hasBefore ? (gaps[first] as number) : gap.line;
  const before = hasBefore ? (hashes[first - 1] as number) : emptyWord;
  const before2 = hasBefore2 ? (hashes[first - 2] as number) : emptyWord;
  const classBefore = hasBefore ? (view.classes[first - 1] as number) : 0;
  const classBefore2 = hasBefore2 ? (view.classes[first - 2] as number) : 0;
  const knownBefore = knownAt(words, first - 1, first - 2, lineFirst, lineEnd);
  const beforePair = before ^ Math.imul(gapBefore + 1, 0x3779b1);
  let cue = 0;
  for (let at = first - 1; at >= lineFirst && first - at <= cueReach; at--) {
    if ((gaps[at + 1] as number) >= gap.semicolon) break;
    const found = view.cue[at] as number;
    if (found === 0) continue;
    cue = found * 4 + (first - at < 2 ? 0 : first - at < 5 ? 1 : 2);
    break;
  }
  slots[0] = slotOf(0, beforePair, 0);
  slots[1] = slotOf(1, classBefore, gapBefore);
  slots[2] = slotOf(2, beforePair, before2);
  slots[3] = slotOf(3, knownBefore, gapBefore);
  slots[4] = slotOf(4, letter, (view.knownCounts[line] as number) * 8 + (view.commaCounts[line] as number));
  slots[5] = slotOf(5, cue, letter);
  slots[6] = slotOf(6, hashes[lineFirst] as number, letter);
  slots[7] = slotOf(7, classBefore2 * 256 + classBefore, 1);
  place.line = line;
  place.first = first;
  place.gapBefore = gapBefore;
  place.beforePair = beforePair;
  place.before = before;
  place.classBefore = classBefore;
  place.knownBefore = knownBefore;
  place.cue = cue;
  return place;
}

/** Fills the other slots, of a span from the place to `end`. */
function fillSpan(
  words: Words,
  view: View,
  { line, first, gapBefore, beforePair, before, classBefore, knownBefore, cue }: Place,
  end: number,
  phrase: number,
  kept: number,
  wider: number,
  within: number,
  slots: Int32Array,
): void {
  const { hashes, gaps, shapes, endings } = words;
  const { classes } = view;
  const lineFirst = words.lineWords[line] as number;
  const lineEnd = words.lineWords[line + 1] as number;
  const letter = words.lineLetters[line] as number;
  const size = end - first;
  const last = end - 1;
  const hasAfter = end < lineEnd;
  const hasAfter2 = end + 1 < lineEnd;
  const gapAfter = hasAfter ? (gaps[end] as number) : gap.line;
  const gapPair = gapBefore * 16 + gapAfter;
  const after = hasAfter ? (hashes[end] as number) : emptyWord;
  const after2 = hasAfter2 ? (hashes[end + 1] as number) : emptyWord;
  const classAfter = hasAfter ? (classes[end] as number) : 0;
  const classAfter2 = hasAfter2 ? (classes[end + 1] as number) : 0;
  const knownAfter = knownAt(words, end, end + 1, lineFirst, lineEnd);
  const lineSize = Math.min(15, (lineEnd - lineFirst) >> 2);
  const depth = words.depths[first] as number;
  const afterPair = after ^ Math.imul(gapAfter + 1, 0x3779b1);

  let slot = placeSlots;
  const put = (a: number, b: number) => {
    slots[slot] = slotOf(slot, a, b);
    slot++;
  };
  // By context alone.
  put(afterPair, 0);
  put(classAfter, gapAfter);
  put(afterPair, after2);
  put(gapPair, size);
  put(gapPair, letter);
  put(knownAfter, gapAfter);
  put(knownBefore * 64 + knownAfter, gapPair);
  put(cue, gapPair);
  put(depth * 8 + letter, gapPair);
  put(classBefore * 256 + classAfter, size);
  put(letter, lineSize * 8 + (first > lineFirst ? 0 : 1) + (hasAfter ? 0 : 2));
  put(before, after);
  put(classAfter2 * 256 + classAfter, 1);
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
    first > lineFirst && gapBefore <= gap.hyphen ? (shapes[first - 1] as number) + 1 : 0,
  );
  const about = (view.isAbout[first] as number) + 2 * (view.isAbout[last] as number);
  put(about, shapeFirst * 8 + shapeLast);
  put(about * 8 + size, opens);
  put(view.technical, size * 8 + letter);
  put(view.technical, shapeFirst * 8 + shapeLast);
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
  const own = kept & 31;
  const often = kept >> 5;
  put(own, size);
  put(own, gapPair);
  put(own, letter);
  put(own * 32 + wider, size > 1 ? 1 : 0);
  put(own * 32 + within, size > 1 ? 1 : 0);
  put(own, cue);
  put(own, 0);
  // By its very words, and how often postings have them: of what the taxonomy lacks, other than of what it has.
  put(own, 256 + often);
  put(often + (kept === 0 ? 8 : 0), size);
  put(phrase, 0);
  put(phrase, letter);
  put(beforePair, firstHash);
  put(afterPair, lastHash);
  put(size > 1 ? (hashes[last - 1] as number) : 0, lastHash);
}

/** The known skill beside a span, straight or over "and" and "or". */
function knownAt({ known, hashes }: Words, near: number, far: number, from: number, to: number): number {
  if (near < from || near >= to) return 0;
  const kind = known[near] as number;
  if (kind !== 0) return kind;
  const over = hashes[near] as number;
  if ((over !== wordAnd && over !== wordOr) || far < from || far >= to) return 0;
  return (known[far] as number) === 0 ? 0 : 8 + (known[far] as number);
}

const wordAnd = hashOf("and");
const wordOr = hashOf("or");
