// Owns the characters of a description: one pass finds its lines and their words, hashed as the line classifier counts
// them (each word, each pair of neighbours, and the two edges of a line) and as the fingerprint does (letters and
// digits alike, without accents). Training and running read lines by this file alone, so they cannot differ. No text
// is built; what is no letter, digit or currency only parts words.

/** Enough to tell what a line is about; a description that is one long line is known by its beginning. */
export const wordsMax = 160;
/** The same for what has hardly a space. */
export const lineCharsMax = 1_000;
/** Of a longer text the beginning says what it is. */
const printsMax = 8_000;

/** What stands in a description. Its arrays are filled anew for the next one. */
export interface Words {
  text: string;
  codes: Uint16Array;
  /** Of lines that are not blank. */
  lines: number;
  /** Where each of them begins and ends, without the white space around it. */
  starts: Int32Array;
  ends: Int32Array;
  /** The same with it. */
  wholeStarts: Int32Array;
  wholeEnds: Int32Array;
  /** For the classifier: those of a line end where those of the next begin. */
  hashes: Int32Array;
  hashEnds: Int32Array;
  /** For the fingerprint, in the same way: words from 1 on, since 0 stands for none. */
  prints: Int32Array;
  printEnds: Int32Array;
}

/** A whole number of 32 bits: as a larger one it would make every hash a fraction to the engine. */
const seed = 0x811c9dc5 | 0;
const prime = 0x01000193;
const edge = hashOf("^");
const number = hashOf("#");
const money = hashOf("$");

function hashOf(text: string): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), prime);
  return hash;
}

/** Not commutative: "work with" is another pair than "with work". */
const pairOf = (first: number, second: number) => Math.imul(Math.imul(first, 31) ^ second, prime);

/** The hash of a word or a pair as it is written in the model: "^" is an edge, "#" a number, "$" a currency. */
export function hashOfTerm(term: string): number {
  const [first = "", second] = term.split(" ");
  return second === undefined ? hashOf(first) : pairOf(hashOf(first), hashOf(second));
}

/** Words and pairs of a line, and at most one pair more than words. */
export const hashesMax = 2 * wordsMax + 2;

/** Few descriptions are longer; those get room of their own. */
const sharedCharsMax = 30_000;
const shared = roomFor(sharedCharsMax);
const sharedBytes = Buffer.from(shared.codes.buffer);

function roomFor(chars: number): Words {
  const linesMax = Math.ceil(chars / 2) + 1;
  return {
    text: "",
    codes: new Uint16Array(chars + 1),
    lines: 0,
    starts: new Int32Array(linesMax),
    ends: new Int32Array(linesMax),
    wholeStarts: new Int32Array(linesMax),
    wholeEnds: new Int32Array(linesMax),
    // Every word is followed by a sign or by a word of another kind, and each has a pair.
    hashes: new Int32Array(2 * chars + linesMax),
    hashEnds: new Int32Array(linesMax),
    prints: new Int32Array(Math.min(chars, printsMax)),
    printEnds: new Int32Array(linesMax),
  };
}

/** One that did not fit, until the next that does. */
let long: Words | undefined;

/** Those of the text that was read last are at hand: several ask for one posting's. */
export function wordsOf(text: string): Words {
  if (text.length > sharedCharsMax) {
    if (long?.text === text) return long;
    long = roomFor(text.length);
    Buffer.from(long.codes.buffer).write(text, "utf16le");
    return read(text, long);
  }
  long = undefined;
  if (text === shared.text) return shared;
  // A look at a character of a piece of a string costs three times as much as one into an array.
  sharedBytes.write(text, "utf16le");
  return read(text, shared);
}

function read(text: string, words: Words): Words {
  const { codes, starts, ends } = words;
  words.text = text;
  words.lines = 0;
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf("\n", start);
    const next = found === -1 ? text.length : found;
    let first = start;
    let end = next;
    while (first < end && isSpace(codes[first] as number)) first++;
    while (first < end && isSpace(codes[end - 1] as number)) end--;
    if (first < end) {
      words.wholeStarts[words.lines] = start;
      words.wholeEnds[words.lines] = next;
      starts[words.lines] = first;
      ends[words.lines] = end;
      readLine(words, words.lines++, first, end);
    }
    start = next + 1;
  }
  return words;
}

function readLine(into: Words, line: number, start: number, end: number): void {
  const { codes, hashes, prints } = into;
  let hashesEnd = line === 0 ? 0 : (into.hashEnds[line - 1] as number);
  let printsEnd = line === 0 ? 0 : (into.printEnds[line - 1] as number);
  const lineEnd = Math.min(end, start + lineCharsMax);
  let words = 0;
  let before = edge;
  let kind = none;
  let hash = seed;
  let print = 0;
  for (let at = start; at <= end; at++) {
    // Most words are plain letters between plain signs: alike to both, and read in one go.
    if (kind === none && print === 0 && at < lineEnd && isPlainLetter(codes[at] as number)) {
      do hash = Math.imul(hash ^ ((codes[at] as number) | 0x20), prime);
      while (++at < lineEnd && isPlainLetter(codes[at] as number));
      print = hash;
      kind = letters;
      const behind = at < end ? (codes[at] as number) : newLine;
      if (behind < partsPlainly.length && partsPlainly[behind] === 1) {
        if (words < wordsMax) {
          hashes[hashesEnd++] = hash;
          hashes[hashesEnd++] = pairOf(before, hash);
          before = hash;
          words++;
        }
        if (printsEnd < prints.length) prints[printsEnd++] = print;
        hash = seed;
        print = 0;
        kind = none;
        continue;
      }
    }

    const code = at < end ? (codes[at] as number) : newLine;
    const sign = at >= lineEnd ? none : code < signs.length ? (signs[code] as number) : signBeyond(code);
    if (sign !== kind) {
      // Letters differ among themselves: one word of them goes on.
      if (sign < letters || kind < letters) {
        if (kind !== none && words < wordsMax) {
          const word = kind === digits ? number : kind === currency ? money : hash;
          // "100,000" is one number.
          if (word !== number || before !== number) {
            hashes[hashesEnd++] = word;
            hashes[hashesEnd++] = pairOf(before, word);
            before = word;
            words++;
          }
        }
        hash = seed;
      }
      kind = sign;
    }
    if (sign >= letters) hash = Math.imul(hash ^ sign, prime);

    const folded = code < foldedSigns.length ? (foldedSigns[code] as number) : foldedBeyond(code);
    if (folded === nothing) continue;
    // A plus or a hash sign before a word is a bullet or a number; after one it makes a language of a letter.
    if (folded !== separator && (print !== 0 || folded > plusOrHash)) {
      print = Math.imul((print === 0 ? seed : print) ^ folded, prime);
      // A letter of a script without spaces is a word.
      if (folded < ideographs) continue;
    }
    if (print === 0) continue;
    if (printsEnd < prints.length) prints[printsEnd++] = print;
    print = 0;
  }
  if (words > 0) hashes[hashesEnd++] = pairOf(before, edge);
  into.hashEnds[line] = hashesEnd;
  into.printEnds[line] = printsEnd;
}

const newLine = 0x0a;

const isPlainLetter = (code: number) => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;

/** As `trim` has it. */
function isSpace(code: number): boolean {
  if (code < 0xa0) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return (
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

const none = 0;
const digits = 1;
const currency = 2;
/** From here on a sign is a letter, in lower case. */
const letters = 3;
/** Latin and everything before it; what lies beyond is judged by range, and only there capitals stay. */
const signs = new Uint16Array(0x250);
for (let code = 0; code < signs.length; code++) {
  const sign = String.fromCharCode(code);
  if (/\p{L}/u.test(sign)) signs[code] = sign.toLowerCase().charCodeAt(0);
  else if (/\d/.test(sign)) signs[code] = digits;
  else if (/\p{Sc}/u.test(sign)) signs[code] = currency;
}

function signBeyond(code: number): number {
  if (code >= 0x20a0 && code <= 0x20cf) return currency;
  // General punctuation, arrows, dingbats, ideographic and full-width signs.
  const isSign = (code >= 0x2000 && code <= 0x2bff) || (code >= 0x3000 && code <= 0x303f) || code >= 0xfe00;
  return isSign ? none : code;
}

const separator = 0;
/** Apostrophes and soft marks stand inside words. */
const nothing = 1;
/** "+" and "#" are no greater. */
const plusOrHash = 0x2b;
/** From here on the scripts are written without spaces. */
const ideographs = 0x2e80;
const foldedSigns = foldingTable();

/** Signs that part words for both. */
const partsPlainly = Uint8Array.from({ length: 0x80 }, (_, code) =>
  signs[code] === none && foldedSigns[code] === separator ? 1 : 0,
);

function foldedBeyond(code: number): number {
  if (code === 0x2019 || code === 0x200d || code === 0x00ad) return nothing;
  if ((code >= 0x2000 && code < ideographs) || (code >= 0x3000 && code < 0x3040)) return separator;
  // Emoji and other pairs of surrogates, private letters, wide punctuation.
  if ((code >= 0xd800 && code < 0xf900) || (code >= 0xfe00 && code < 0xff10)) return separator;
  return code;
}

/** Latin, Greek, Cyrillic and Hebrew letters: in lower case, without accents. */
function foldingTable(): Uint16Array {
  const table = new Uint16Array(0x0600);
  for (let code = 0; code < table.length; code++) {
    const letter = String.fromCharCode(code).toLowerCase().normalize("NFKD").charAt(0);
    table[code] = /[\p{L}\p{N}]/u.test(letter) ? letter.charCodeAt(0) : separator;
  }
  for (const one of "'`´ʼ\u00ad") table[one.charCodeAt(0)] = nothing;
  table.fill(nothing, 0x0300, 0x0370);
  for (const one of "+#") table[one.charCodeAt(0)] = one.charCodeAt(0);
  return table;
}
