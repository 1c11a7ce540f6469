// Owns the reading of CSV as people and programs really write it: quoted fields with line breaks, any of four
// separators, rows with a quote too many or too few. A row that cannot be read is told with the line on which
// it begins, and reading goes on at the next line, so that an open quote swallows no other row.

export interface CsvRow {
  line: number;
  fields: string[];
}

export interface BrokenRow {
  line: number;
  problem: string;
}

/** A posting that can be published is smaller (`recordBytesMax` holds it twice, and more). */
export const rowCharsMax = 6 * 1024 * 1024;
/** A wider table is none of postings. */
export const columnsMax = 2_000;
/** How far a second reading of a row with stray quotes looks for its end. */
const lenientCharsMax = 64 * 1024;
/** Where so many rows in a row are broken no second reading helps. */
const lenientInRowMax = 100;

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

interface Cut {
  fields: string[];
  /** Where the next row begins. */
  end: number;
}

/** By the first row of a text: the sign that stands most often outside quotes. */
export function separatorOf(start: string): string {
  const counts = new Map([",", ";", "\t", "|"].map((sign) => [sign, 0]));
  let inQuotes = false;
  for (const letter of start) {
    if (letter === '"') inQuotes = !inQuotes;
    else if (!inQuotes && (letter === "\n" || letter === "\r") && [...counts.values()].some((n) => n > 0))
      break;
    else if (!inQuotes && counts.has(letter)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** The first row is the header: how many columns it has decides what a whole row is. */
export async function* readCsv(letters: AsyncIterable<string>): AsyncGenerator<CsvRow | BrokenRow> {
  const iterator = letters[Symbol.asyncIterator]();
  let text = "";
  let at = 0;
  let line = 1;
  let ended = false;
  let separator = "";
  let columns = 0;
  let brokenInRow = 0;

  /** As much again as is left, so that a long row is looked through a few times only. */
  const more = async () => {
    const parts = [text.slice(at)];
    const wanted = (text.length - at) * 2;
    at = 0;
    for (let length = parts[0]?.length ?? 0; length <= wanted; ) {
      const { value, done } = await iterator.next();
      if (done) {
        ended = true;
        break;
      }
      parts.push(value);
      length += value.length;
    }
    text = parts.join("");
  };
  const advance = (end: number) => {
    line += breaksIn(text, at, end);
    at = end;
  };
  /** To the next line, wherever it begins; what is passed over is not kept. */
  const toNextLine = async () => {
    for (;;) {
      const end = lineEnd(text, at, ended);
      if (end !== undefined) return advance(end);
      if (ended) return advance(text.length);
      advance(text.endsWith("\r") ? text.length - 1 : text.length);
      await more();
    }
  };

  try {
    await more();
    for (;;) {
      if (at === text.length) {
        if (ended) return;
        await more();
        continue;
      }
      if (separator === "") {
        while (!ended && text.length < lenientCharsMax && lineEnd(text, at, false) === undefined)
          await more();
        separator = separatorOf(text.slice(0, lenientCharsMax));
      }
      const cut = cutRow(text, at, separator, ended, undefined, rowCharsMax);
      if (cut === undefined && !ended && text.length - at <= rowCharsMax) {
        await more();
        continue;
      }
      if (cut !== undefined && !("problem" in cut)) {
        const { fields, end } = cut;
        const begins = line;
        advance(end);
        if (fields.length === 1 && fields[0]?.trim() === "") continue;
        while (columns > 0 && fields.length > columns && fields.at(-1) === "") fields.pop();
        if (columns === 0) columns = fields.length;
        if (fields.length === columns && columns <= columnsMax) {
          brokenInRow = 0;
          yield { line: begins, fields };
          continue;
        }
        brokenInRow++;
        if (columns > columnsMax) {
          yield { line: begins, problem: `it has ${columns} columns; at most ${columnsMax} are read` };
          return;
        }
        yield {
          line: begins,
          problem: `it has ${fields.length} column${fields.length === 1 ? "" : "s"}, the header has ${columns}`,
        };
        continue;
      }
      const begins = line;
      const mended = brokenInRow < lenientInRowMax ? mend(text, at, separator, columns, ended) : undefined;
      if (mended !== undefined) {
        brokenInRow = 0;
        advance(mended.end);
        yield { line: begins, fields: mended.fields };
        continue;
      }
      brokenInRow++;
      const problem =
        cut?.problem ??
        (text.length - at <= rowCharsMax
          ? "a quote is opened and never closed"
          : `it is longer than ${rowCharsMax} bytes, or a quote is opened and never closed`);
      yield { line: begins, problem };
      await toNextLine();
    }
  } finally {
    await iterator.return?.();
  }
}

/**
 * One row. undefined where it may go on beyond the text. Lenient, where it must have so many columns: a quote
 * closes a field only where a field can end, others stand for themselves.
 */
function cutRow(
  text: string,
  start: number,
  separator: string,
  ended: boolean,
  lenient: number | undefined,
  charsMax: number,
): Cut | { problem: string } | undefined {
  const sign = separator.charCodeAt(0);
  const limit = start + charsMax;
  const fields: string[] = [];
  let i = start;
  for (;;) {
    if (fields.length > columnsMax + 1) return { problem: `it has more than ${columnsMax} columns` };
    if (text.charCodeAt(i) === quote) {
      let value = "";
      let from = i + 1;
      for (;;) {
        const close = text.indexOf('"', from);
        if (close === -1 || close > limit || (close === text.length - 1 && !ended)) return undefined;
        const after = text.charCodeAt(close + 1);
        const isLast = lenient === fields.length + 1;
        if (after === quote) {
          if (lenient !== undefined && endsField(text.charCodeAt(close + 2), sign, isLast)) {
            // A quote that stands for itself, and the one that closes.
            fields.push(`${value}${text.slice(from, close)}"`);
            i = close + 2;
            break;
          }
          value += text.slice(from, close + 1);
          from = close + 2;
          continue;
        }
        const ends =
          lenient === undefined
            ? after === sign ||
              after === lineFeed ||
              after === carriageReturn ||
              close + 1 === text.length ||
              (after === 0x20 && endsAfterSpaces(text, close + 1, sign))
            : endsField(after, sign, isLast);
        if (!ends) {
          if (lenient === undefined) return { problem: "a quote stands where no field ends" };
          value += text.slice(from, close + 1);
          from = close + 1;
          continue;
        }
        fields.push(value + text.slice(from, close));
        i = close + 1;
        while (text.charCodeAt(i) === 0x20) i++;
        break;
      }
    } else {
      const from = i;
      for (; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code === sign || code === lineFeed || code === carriageReturn) break;
      }
      fields.push(text.slice(from, i));
    }
    if (i > limit) return { problem: `it is longer than ${charsMax} bytes` };
    if (i >= text.length) return ended ? { fields, end: text.length } : undefined;
    const code = text.charCodeAt(i);
    if (code === sign) {
      i++;
      if (i === text.length && !ended) return undefined;
      continue;
    }
    if (code === carriageReturn) {
      if (i + 1 === text.length && !ended) return undefined;
      return { fields, end: text.charCodeAt(i + 1) === lineFeed ? i + 2 : i + 1 };
    }
    return { fields, end: i + 1 };
  }
}

/** NaN is the end of the text. */
function endsField(code: number, sign: number, isLast: boolean): boolean {
  if (!isLast) return code === sign;
  return code === lineFeed || code === carriageReturn || Number.isNaN(code);
}

/** Spaces between a closing quote and the separator belong to nothing. */
function endsAfterSpaces(text: string, from: number, sign: number): boolean {
  let i = from;
  while (i - from < 16 && text.charCodeAt(i) === 0x20) i++;
  const code = text.charCodeAt(i);
  return code === sign || code === lineFeed || code === carriageReturn;
}

/**
 * A row with stray quotes, where it can still be told: it ends on its first line, or it goes on over lines of
 * which the next is no row by itself.
 */
function mend(
  text: string,
  start: number,
  separator: string,
  columns: number,
  ended: boolean,
): Cut | undefined {
  if (columns === 0) return undefined;
  const isWhole = (cut: ReturnType<typeof cutRow>): cut is Cut =>
    cut !== undefined && "fields" in cut && cut.fields.length === columns;
  const lenient = cutRow(text, start, separator, ended, columns, lenientCharsMax);
  if (!isWhole(lenient)) return undefined;
  const next = lineEnd(text, start, ended) ?? text.length;
  if (lenient.end <= next) return lenient;
  const after = cutRow(text, next, separator, ended, undefined, lenientCharsMax);
  const standsAlone = isWhole(after) && !after.fields.some((field) => field.includes('"'));
  return standsAlone ? undefined : lenient;
}

/** Where the line after the one at `from` begins; undefined where the text does not say. */
function lineEnd(text: string, from: number, ended: boolean): number | undefined {
  const feed = text.indexOf("\n", from);
  const bare = text.slice(from, feed === -1 ? undefined : feed).indexOf("\r");
  if (bare === -1) return feed === -1 ? undefined : feed + 1;
  const at = from + bare;
  if (at + 1 === text.length && !ended) return undefined;
  return text.charCodeAt(at + 1) === lineFeed ? at + 2 : at + 1;
}

function breaksIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === lineFeed || (code === carriageReturn && text.charCodeAt(i + 1) !== lineFeed)) count++;
  }
  return count;
}
