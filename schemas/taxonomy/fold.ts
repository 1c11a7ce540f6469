// Owns how text is folded before forms are looked up in it: case, width, diacritics, hyphens and invisible
// characters stop mattering, and every folded unit knows which UTF-16 units of the source it stands for.
// Right for every string, lone surrogates included. It neither splits into words nor judges meaning.

export interface Folded {
  /** UTF-16 units of the folded text; the first `length` of the array count. */
  units: Uint16Array;
  /** Where in the source each folded unit begins and ends. */
  starts: Uint32Array;
  ends: Uint32Array;
  length: number;
  /** Folded units that were a capital right after a small letter, both plain Latin, in order. */
  seams: readonly number[];
}

const space = 0x20;
const newline = 0x0a;
const invisible: readonly number[] = [];
const mark: readonly number[] = [];

/** Letters that Unicode does not decompose though a typist would. */
export const spelledLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};
const spelledOut: Readonly<Record<string, string>> = {
  ...spelledLetters,
  "’": "'",
  "‘": "'",
  ʼ: "'",
  "´": "'",
  "`": "'",
};

// A hyphen, an underscore and a space separate words alike: "scikit-learn" is "scikit learn". The longer
// dashes are punctuation and stay.
const hyphenOrSpace = /^[\s\-_\u2010\u2011\u00ad]$/;
const lineBreak = /^[\n\r\v\f\u0085\u2028\u2029]$/;

// A discretionary hyphen (00AD) is invisible, like the zero-width characters (Cf): both are dropped, so that
// "Ja<zero width>va" reads as a person sees it.
function foldCodePoint(codePoint: number): readonly number[] {
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return [0xfffd];
  const character = String.fromCodePoint(codePoint);
  if (lineBreak.test(character)) return [newline];
  if (/^\p{Cf}$/u.test(character)) return invisible;
  if (hyphenOrSpace.test(character)) return [space];
  let folded = "";
  for (const part of character.normalize("NFKD").toLowerCase().normalize("NFKD")) {
    if (/^\p{M}$/u.test(part)) continue;
    folded += spelledOut[part] ?? (hyphenOrSpace.test(part) ? " " : part);
  }
  if (folded === "") return mark;
  return Array.from({ length: folded.length }, (_, index) => folded.charCodeAt(index));
}

const ascii = Array.from({ length: 128 }, (_, code) => foldCodePoint(code)[0] ?? space);
const asciiUnits = Uint16Array.from(ascii);

/** Code points seen so far. Bounded by Unicode itself, and in practice by the scripts in use. */
const seen = new Map<number, readonly number[]>();

function foldedCodePoint(codePoint: number): readonly number[] {
  let units = seen.get(codePoint);
  if (units === undefined) {
    units = foldCodePoint(codePoint);
    seen.set(codePoint, units);
  }
  return units;
}

const isSmall = (code: number) => code >= 0x61 && code <= 0x7a;

/** NFKD turns one code unit into at most 18. */
const expansionMax = 18;

/** Into the memory of a text that nobody reads any more, where there is one and it suffices. */
export function fold(source: string, forgotten: Folded | null = null): Folded {
  const sourceLength = source.length;
  // Always room for the rest of the source unit by unit, and for one expansion more.
  let capacity = sourceLength + expansionMax;
  const hasRoom = forgotten !== null && forgotten.units.length >= capacity;
  if (hasRoom) capacity = forgotten.units.length;
  let { units, starts, ends } = hasRoom ? forgotten : roomFor(capacity);
  let length = 0;
  const seams: number[] = [];
  let isAfterSmall = false;
  for (let index = 0; index < sourceLength; ) {
    const start = index;
    const code = source.charCodeAt(index);
    if (isSmall(code)) {
      index = copySmall(index);
      isAfterSmall = true;
      continue;
    }
    if (code < 128) {
      index++;
      const unit = asciiUnits[code] as number;
      if (unit <= space) {
        separate(unit, start, index);
        isAfterSmall = false;
        continue;
      }
      if (isAfterSmall && unit !== code) seams.push(length);
      isAfterSmall = false;
      units[length] = unit;
      starts[length] = start;
      ends[length] = index;
      length++;
      continue;
    }
    isAfterSmall = false;
    const codePoint = source.codePointAt(index) as number;
    index += codePoint > 0xffff ? 2 : 1;
    const folded = foldedCodePoint(codePoint);
    // A mark belongs to the letter that it follows, so that no mention cuts a letter in two.
    if (folded.length === 0) {
      if (length > 0 && folded === mark) ends[length - 1] = index;
      continue;
    }
    if (length + folded.length + sourceLength - index + expansionMax > capacity) grow();
    for (const unit of folded) {
      if (unit === space || unit === newline) {
        separate(unit, start, index);
        continue;
      }
      units[length] = unit;
      starts[length] = start;
      ends[length] = index;
      length++;
    }
  }
  return { units, starts, ends, length, seams };

  /** Most of a text: small letters stay what they are. Says where they end. */
  function copySmall(from: number): number {
    const into = { units, starts, ends };
    let index = from;
    let at = length;
    for (let code = source.charCodeAt(index); isSmall(code); code = source.charCodeAt(index)) {
      into.units[at] = code;
      into.starts[at] = index++;
      into.ends[at++] = index;
    }
    length = at;
    return index;
  }

  /** Space in a row is one, and a line break if it holds one. */
  function separate(unit: number, start: number, end: number): void {
    const last = length === 0 ? 0 : (units[length - 1] as number);
    if (last === space || last === newline) {
      if (unit === newline) units[length - 1] = newline;
      ends[length - 1] = end;
      return;
    }
    units[length] = unit;
    starts[length] = start;
    ends[length] = end;
    length++;
  }

  function grow(): void {
    capacity = capacity * 2;
    const bigger = roomFor(capacity);
    bigger.units.set(units);
    bigger.starts.set(starts);
    bigger.ends.set(ends);
    ({ units, starts, ends } = bigger);
  }
}

/** One piece of memory for all three: making it costs more than filling it. */
function roomFor(capacity: number): Pick<Folded, "units" | "starts" | "ends"> {
  const memory = new ArrayBuffer(10 * capacity);
  return {
    starts: new Uint32Array(memory, 0, capacity),
    ends: new Uint32Array(memory, 4 * capacity, capacity),
    units: new Uint16Array(memory, 8 * capacity, capacity),
  };
}

const printableAscii = /^[ -~]*$/;

/** A form as it stands in the automaton: folded, without space around it. */
export function foldForm(form: string): string {
  // Most forms are plain, and three replacements fold those as well as the table does.
  if (printableAscii.test(form)) {
    return form
      .toLowerCase()
      .replace(/[ _-]+/g, " ")
      .replace(/`/g, "'")
      .trim();
  }
  const folded = fold(form);
  return String.fromCharCode(...folded.units.subarray(0, folded.length)).trim();
}
