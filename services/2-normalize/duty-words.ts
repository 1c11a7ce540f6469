// Owns how duties are read: in words of English letters, digits and the signs in "c++", "c#" and "bachelor's", whatever
// stands between them. Known words are found by their hash, so that of a line no word need be cut out.

/** What counts, in lower case. */
const isOfWord = new Uint8Array(0x80);
for (const sign of "abcdefghijklmnopqrstuvwxyz0123456789+#'") isOfWord[sign.charCodeAt(0)] = 1;

const seed = 0x811c9dc5 | 0;
const prime = 0x01000193;

export function hashOfDutyWord(word: string): number {
  let hash = seed;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), prime);
  return hash;
}

/** A line's words; filled anew by each reading. */
export interface DutyWords {
  /** The line in lower case. */
  text: string;
  count: number;
  starts: Int32Array;
  ends: Int32Array;
  hashes: Int32Array;
}

/** Of a longer line the beginning is read. */
const dutyLineCharsMax = 12_000;
/** Some letters are longer in lower case. */
const codes = new Uint16Array(3 * dutyLineCharsMax + 1);
const bytes = Buffer.from(codes.buffer);
const words: DutyWords = {
  text: "",
  count: 0,
  starts: new Int32Array(codes.length),
  ends: new Int32Array(codes.length),
  hashes: new Int32Array(codes.length),
};

export function readDutyWords(line: string): DutyWords {
  const text = line.slice(0, dutyLineCharsMax).toLowerCase();
  bytes.write(text, "utf16le");
  codes[text.length] = 0;
  const { starts, ends, hashes } = words;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    let code = codes[at] as number;
    if (code >= isOfWord.length || isOfWord[code] === 0) continue;
    starts[count] = at;
    let hash = seed;
    do {
      hash = Math.imul(hash ^ code, prime);
      code = codes[++at] as number;
    } while (code < isOfWord.length && isOfWord[code] === 1);
    ends[count] = at;
    hashes[count++] = hash;
  }
  words.text = text;
  words.count = count;
  return words;
}

/** Whether these words stand from the one at `first` on. */
export function standsAt(
  phrase: readonly string[],
  { text, count, starts, ends }: DutyWords,
  first: number,
): boolean {
  if (first + phrase.length > count) return false;
  for (let offset = 0; offset < phrase.length; offset++) {
    const word = phrase[offset] as string;
    const start = starts[first + offset] as number;
    if ((ends[first + offset] as number) - start !== word.length || !text.startsWith(word, start))
      return false;
  }
  return true;
}

/** The words of a phrase in the list. */
export const dutyWordsOf = (text: string): readonly string[] => {
  const { text: lower, count, starts, ends } = readDutyWords(text);
  return Array.from({ length: count }, (_, word) => lower.slice(starts[word], ends[word]));
};
