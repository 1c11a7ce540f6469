// Owns the words of a line as the line classifier counts them: each word, each pair of neighbours, and the two
// edges of the line, as 32-bit hashes. Training and running read lines by this file alone, so they cannot differ.
// One pass over the characters, no text is built; what is no letter, digit or currency only parts words.

/** Enough to tell what a line is about; a description that is one long line is known by its beginning. */
export const wordsMax = 160;

const seed = 0x811c9dc5;
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

const letter = 1;
const digit = 2;
const currency = 3;
/** Latin and everything before it; what lies beyond is judged by range. */
const kinds = new Uint8Array(0x250);
for (let code = 0; code < kinds.length; code++) {
  const sign = String.fromCharCode(code);
  if (/\p{L}/u.test(sign)) kinds[code] = letter;
  else if (/\d/.test(sign)) kinds[code] = digit;
  else if (/\p{Sc}/u.test(sign)) kinds[code] = currency;
}

function kindOf(code: number): number {
  if (code < kinds.length) return kinds[code] as number;
  if (code >= 0x20a0 && code <= 0x20cf) return currency;
  // General punctuation, arrows, dingbats, ideographic and full-width signs.
  const isSign = (code >= 0x2000 && code <= 0x2bff) || (code >= 0x3000 && code <= 0x303f) || code >= 0xfe00;
  return isSign ? 0 : letter;
}

/** Words and pairs, and at most one pair more than words. */
export const hashesMax = 2 * wordsMax + 2;

/** Writes the hashes of a lower-case line into `into`, which has room for `hashesMax`, and says how many. */
export function readWords(line: string, into: Int32Array): number {
  let count = 0;
  let words = 0;
  let before = edge;
  for (let at = 0; at < line.length && words < wordsMax; ) {
    const kind = kindOf(line.charCodeAt(at));
    if (kind === 0) {
      at++;
      continue;
    }
    let hash = seed;
    let end = at;
    for (; end < line.length; end++) {
      const code = line.charCodeAt(end);
      if (kindOf(code) !== kind) break;
      hash = Math.imul(hash ^ code, prime);
    }
    at = end;
    hash = kind === letter ? hash : kind === digit ? number : money;
    // "100,000" is one number.
    if (hash === number && before === number) continue;
    into[count++] = hash;
    into[count++] = pairOf(before, hash);
    before = hash;
    words++;
  }
  if (words > 0) into[count++] = pairOf(before, edge);
  return count;
}

/** The hash of a word or a pair as it is written in the model: "^" is an edge, "#" a number, "$" a currency. */
export function hashOfTerm(term: string): number {
  const [first = "", second] = term.split(" ");
  return second === undefined ? hashOf(first) : pairOf(hashOf(first), hashOf(second));
}
