// Owns which names of places stand in a location line, and which of its words are none: streets, house numbers,
// how one works, what a company is called. What the names mean is not asked here, only whether they may be names.
import type { Gazetteer } from "./gazetteer.ts";
import { keyOf } from "./key.ts";
import type { Meaning } from "./meaning.ts";

/** The longest names: "Trinidad and Tobago", "San Luis Río Colorado"; in a script without spaces, letters. */
const nameWordsMax = 6;
const nameSignsMax = 10;
/** More are no place of a posting, and each is weighed against its neighbours. */
const namesMax = 60;
/** Beside words that are not understood only what everybody knows is taken for a place: "Acme New York". */
const knownPopulationMin = 300_000;

/** How a word is parted from the one before it: not at all, by a comma or the like, by what parts two places. */
export type Gap = "space" | "comma" | "list";

interface Word {
  raw: string;
  key: string;
  gap: Gap;
  /** In a script that writes no spaces, each sign is a word. */
  isSign: boolean;
}

const signs = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー";
// "U.S." and "D.C." are words; in "USA.CA.Menlo Park" the points part them.
const wordForm = new RegExp(
  `[${signs}]|\\p{L}(?:\\.\\p{L}(?!\\p{L}))+\\.?|[\\p{L}\\p{M}\\p{N}](?:(?![${signs}])[\\p{L}\\p{M}\\p{N}'’])*\\.?`,
  "gu",
);
const listMark = /[;|/\n•·&+、→]|\s[-–—]\s[-–—]\s/;
const commaMark = /[,()[\]:–—]|\s-|-\s|，/;
const isSign = new RegExp(`^[${signs}]$`, "u");

/** The words between two commas or stronger marks. */
function partsOf(line: string): Word[][] {
  const parts: Word[][] = [];
  let last = 0;
  for (const { 0: raw, index } of line.matchAll(wordForm)) {
    const between = line.slice(last, index);
    last = index + raw.length;
    const isFirst = parts.length === 0;
    const gap = listMark.test(between) ? "list" : isFirst || commaMark.test(between) ? "comma" : "space";
    const word = { raw, key: keyOf(raw), gap, isSign: isSign.test(raw) } satisfies Word;
    if (gap !== "space") parts.push([word]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}

/** A name that stands in the line, with all that it may mean. */
export interface Name {
  key: string;
  gap: Gap;
  isCode: boolean;
  meanings: readonly Meaning[];
}

export function namesIn(known: Gazetteer, line: string): Name[] {
  const parts = partsOf(line);
  const isWhispered = !parts.some((part) => part.some(({ raw }) => /\p{Lu}/u.test(raw)));
  const names: Name[] = [];
  for (const part of parts) {
    const end = part.findIndex(({ raw, key }) => known.words.except.has(key) && raw !== "NO");
    names.push(...namesInPart(known, end < 0 ? part : part.slice(0, end), isWhispered));
    if (end >= 0 || names.length >= namesMax) break;
  }
  return names.slice(0, namesMax);
}

function namesInPart(known: Gazetteer, part: readonly Word[], isWhispered: boolean): Name[] {
  const { beside, streets, avenues, conjunctions } = known.words;
  let names: Name[] = [];
  let strangers = 0;
  let gap = part[0]?.gap ?? "space";
  for (let index = 0; index < part.length; ) {
    const word = part[index] as Word;
    // "1012 AB Amsterdam"
    const isPostal = index > 0 && /^\d{4}$/.test(part[index - 1]?.key ?? "") && /^[A-Z]{2}$/.test(word.raw);
    const found = isPostal ? null : nameAt(known, part, index, isWhispered);
    if (found !== null && !isWord(known, found, part)) {
      names.push({ key: found.key, gap, isCode: found.isCode, meanings: found.meanings });
      index += found.words;
      gap = "space";
      continue;
    }
    index++;
    // "London, Remote US" is two offers.
    if (index > 1 ? conjunctions.has(word.key) : word.key === "remote" && gap === "comma") gap = "list";
    if (avenues.has(word.key)) return [];
    if (isPostal) continue;
    if (streets.has(word.key) || /stra(?:ss|ß)e$|str$|straat$|gatan$/.test(word.key)) {
      names = [];
      strangers = 0;
    } else if (!beside.has(word.key) && !startsWithDigit.test(word.key)) strangers++;
  }
  const number =
    part.length > 1 && startsWithDigit.test(part[0]?.key ?? "") ? part[0]?.key.length : undefined;
  return names.filter(({ key, isCode, meanings: [first] }) => {
    // A byname in another script is no word of this one.
    const isForeign = !/[a-z]/.test(key);
    if (isCode || first === undefined) return true;
    if ((isForeign ? (first.city?.population ?? first.weight) : first.weight) >= knownPopulationMin)
      return true;
    // A house number opens an address; a postal code of five digits stands before the city, though not in America.
    const isAddress = number !== undefined && (number < 4 || first.region === "North America");
    return strangers === 0 && !isAddress;
  });
}
const startsWithDigit = /^\d/;

/** "Centre" in "Eaton Centre" is no region of Burkina Faso. */
function isWord({ words }: Gazetteer, found: Found, part: readonly Word[]): boolean {
  if (found.isCode) return false;
  const { key } = found;
  return (
    words.beside.has(key) || words.streets.has(key) || (words.words.has(key) && part.length > found.words)
  );
}

interface Found {
  key: string;
  words: number;
  isCode: boolean;
  meanings: readonly Meaning[];
}

/** The longest name that starts here. */
function nameAt(known: Gazetteer, part: readonly Word[], start: number, isWhispered: boolean): Found | null {
  const first = part[start] as Word;
  let best: Found | null = null;
  let written = "";
  let isWritten = isWhispered;
  const wordsMax = first.isSign ? nameSignsMax : nameWordsMax;
  for (let words = 1; words <= wordsMax && start + words <= part.length; words++) {
    const word = part[start + words - 1] as Word;
    if (first.isSign && !word.isSign) break;
    written += words === 1 || word.isSign ? word.raw : ` ${word.raw}`;
    isWritten ||= !/^\p{Ll}/u.test(word.raw);
    if (!isWritten || (first.isSign && words === 1)) continue;
    const key = words === 1 ? word.key : keyOf(written);
    // "REMOTE OR HYBRID" names no state; "Portland, OR" does.
    const isPlain = known.words.conjunctions.has(key) || known.words.beside.has(key);
    const code = words === 1 && /^[A-Z.]{2,6}$/.test(word.raw) && (word.gap !== "space" || !isPlain);
    const coded = code ? known.meaningsOfCode(key.toUpperCase()) : none;
    const named = known.meaningsOf(key);
    if (coded.length > 0 || named.length > 0)
      best = {
        key,
        words,
        isCode: coded.length > 0,
        meanings: coded.length > 0 ? [...coded, ...named] : named,
      };
  }
  return best;
}
const none: readonly Meaning[] = [];
