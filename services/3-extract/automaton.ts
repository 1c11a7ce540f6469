// Owns the search for many forms at once: an automaton whose steps are words, in typed arrays small enough for a
// processor's caches. Most words begin no form and cost one look. A search from one word ends after as many words as
// the longest form has, so the time is linear in the text whatever it holds. It knows nothing of cases or skills.
import { hashOf, isDigit, space, type Words, wordsOf } from "./words.ts";

export interface Automaton {
  forms: readonly string[];
  /** A bit for each word that is a form, and for each two that begin one, by their hashes. */
  begins: Uint32Array;
  /** A hash table of steps: two cells each, the key of a state and a word, and the state after; 0 where there is none. */
  steps: Int32Array;
  stepMask: number;
  /** Goes into the keys; chosen so that no two steps have the same. */
  seed: number;
  /** The form that ends in a state, or -1. State 0 is before the first word. */
  form: Int32Array;
}

const formsMax = 200_000;
/** A search from each word of a text is linear as long as this is a constant. */
const formUnitsMax = 120;
/** 32 KB: they stay in the nearest caches, and twenty thousand forms set a bit in ten. */
const beginsBits = 18;
const beginsMask = (1 << beginsBits) - 1;

/** `forms` are folded, distinct and not empty; a match is reported by its index. */
export function buildAutomaton(forms: readonly string[]): Automaton {
  if (forms.length > formsMax) throw new Error(`there are ${forms.length} forms; ${formsMax} are allowed`);
  const split = forms.map((form) => {
    if (form.length > formUnitsMax)
      throw new Error(`the form ${JSON.stringify(form)} is longer than ${formUnitsMax} units`);
    const units = new Uint16Array(form.length);
    for (let index = 0; index < form.length; index++) units[index] = form.charCodeAt(index);
    return { units, words: wordsOf({ units, length: units.length, seams: [] }) };
  });
  // With so many steps, one seed in some tens gives two of them the same key.
  for (let seed = 1; ; seed++) {
    const automaton = built(forms, split, seed);
    if (automaton !== null) return automaton;
  }
}

function built(
  forms: readonly string[],
  split: readonly { units: Uint16Array; words: Words }[],
  seed: number,
): Automaton | null {
  const stepCount = split.reduce((sum, { words }) => sum + words.count, 0);
  // At most half full, so that a word that leads nowhere is mostly known by one look.
  const stepMask = 2 ** Math.ceil(Math.log2(2 * Math.max(stepCount, 1))) - 1;
  const automaton: Automaton = {
    forms,
    begins: new Uint32Array(2 ** (beginsBits - 5)),
    steps: new Int32Array(2 * (stepMask + 1)),
    stepMask,
    seed,
    form: new Int32Array(stepCount + 1).fill(-1),
  };
  /** What each state was made of. */
  const before = new Int32Array(stepCount + 1);
  const hashes = new Int32Array(stepCount + 1);
  let states = 1;
  for (const [index, { units, words }] of split.entries()) {
    let state = 0;
    for (let word = 0; word < words.count; word++) {
      const hash = stepHash(units, words, word, state);
      if (state === 0 && words.count === 1) mark(automaton.begins, hash);
      if (word === 1) mark(automaton.begins, pairOf(words.hashes[0] as number, hash));
      const cell = cellOf(automaton, state, hash);
      let after = automaton.steps[cell + 1] as number;
      if (after === 0) {
        after = states++;
        automaton.steps[cell] = keyOf(automaton, state, hash);
        automaton.steps[cell + 1] = after;
        before[after] = state;
        hashes[after] = hash;
      } else if (before[after] !== state || hashes[after] !== hash) return null;
      state = after;
    }
    automaton.form[state] = index;
  }
  return automaton;
}

function mark(bits: Uint32Array, hash: number): void {
  const bit = hash & beginsMask;
  bits[bit >>> 5] = (bits[bit >>> 5] as number) | (1 << (bit & 31));
}

const isMarked = (bits: Uint32Array, hash: number) =>
  ((bits[(hash & beginsMask) >>> 5] as number) & (1 << (hash & 31))) !== 0;

/** Of a first word and the step to the next. */
const pairOf = (first: number, step: number) => Math.imul(first ^ (first >>> 15), 0x2c1b3c6d) ^ step;

/** "data base" and "database" differ by the space, which is no word: it goes into the step that it precedes. */
const afterSpace = 0x5bd1e995;

function stepHash(units: Uint16Array, { starts, hashes }: Words, word: number, state: number): number {
  const hash = hashes[word] as number;
  return state !== 0 && units[(starts[word] as number) - 1] === space ? hash ^ afterSpace : hash;
}

function keyOf({ seed }: Automaton, state: number, hash: number): number {
  const mixed = Math.imul(hash ^ Math.imul(state + seed, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** Where the step of a state by a hash stands in the table, or would stand: then its state after is 0. */
function cellOf(automaton: Automaton, state: number, hash: number): number {
  const { steps, stepMask } = automaton;
  const key = keyOf(automaton, state, hash);
  let slot = key & stepMask;
  while (steps[2 * slot + 1] !== 0 && steps[2 * slot] !== key) slot = (slot + 1) & stepMask;
  return 2 * slot;
}

/** A quick look that spares most words the search: false says that no form begins with the word. */
export function mayBegin({ begins }: Automaton, units: Uint16Array, words: Words, word: number): boolean {
  const hash = words.hashes[word] as number;
  if (isMarked(begins, hash) || isDigit(units[(words.ends[word] as number) - 1])) return true;
  const next = word + 1;
  if (next >= words.count) return false;
  if (isMarked(begins, pairOf(hash, stepHash(units, words, next, 1)))) return true;
  // "java 8" is found in "java 8" by its pair; "web3 js4" may end before the digits.
  return isDigit(units[(words.ends[next] as number) - 1]);
}

/**
 * Calls `atEnd` for each form that begins with the given word, the shortest first. A form may end within a word
 * where a digit follows a letter: it is for the caller to say what "python3" is.
 */
export function formsFrom(
  automaton: Automaton,
  units: Uint16Array,
  words: Words,
  word: number,
  atEnd: (form: number, end: number) => void,
): void {
  const { steps, form } = automaton;
  const start = words.starts[word] as number;
  let state = 0;
  for (let at = word; at < words.count; at++) {
    const hash = stepHash(units, words, at, state);
    const versionAt = trailingDigits(units, words, at);
    if (versionAt !== -1) {
      const plain =
        hashOf(units, words.starts[at] as number, versionAt) ^ hash ^ (words.hashes[at] as number);
      const after = steps[cellOf(automaton, state, plain) + 1] as number;
      const found = form[after] as number;
      if (found !== -1 && isForm(automaton, found, units, start, versionAt)) atEnd(found, versionAt);
    }
    state = steps[cellOf(automaton, state, hash) + 1] as number;
    if (state === 0) return;
    const found = form[state] as number;
    const end = words.ends[at] as number;
    if (found !== -1 && isForm(automaton, found, units, start, end)) atEnd(found, end);
  }
}

/** Different words may have one hash, so what is found is compared. */
function isForm({ forms }: Automaton, form: number, units: Uint16Array, start: number, end: number): boolean {
  const text = forms[form] as string;
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== units[start + index]) return false;
  }
  return true;
}

/** Where the digits begin that a word ends in, or -1 where it has none or nothing else. */
function trailingDigits(units: Uint16Array, { starts, ends }: Words, word: number): number {
  const start = starts[word] as number;
  let end = ends[word] as number;
  if (!isDigit(units[end - 1])) return -1;
  while (end > start && isDigit(units[end - 1])) end--;
  return end === start ? -1 : end;
}
