// Owns the reading of JSON files of postings, one object at a time: JSON Lines, an array of objects, and such an
// array inside an object (an API's answer, with words of its own around the rows). What cannot be parsed is told
// with the line on which it begins; an array is taken up again where the next object begins a line at the same
// place.
import { decoded } from "./bytes.ts";
import { type BrokenRow, rowCharsMax } from "./csv.ts";
import { RowsInObject } from "./rows-in-object.ts";

export interface JsonRow {
  line: number;
  value: unknown;
}

export async function* readJsonLines(letters: AsyncIterable<string>): AsyncGenerator<JsonRow | BrokenRow> {
  let line = 1;
  let parts: string[] = [];
  let length = 0;
  const take = (): JsonRow | BrokenRow | undefined => {
    const tooLong = length > rowCharsMax;
    const text = parts.join("").trim();
    const begins = line++;
    parts = [];
    length = 0;
    if (tooLong) return { line: begins, problem: `it is longer than ${rowCharsMax} bytes` };
    return text === "" ? undefined : parsed(text, begins);
  };
  for await (const chunk of letters) {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf("\n", from);
      const part = chunk.slice(from, end === -1 ? undefined : end);
      length += part.length;
      // What is longer than any row may be is counted, not kept.
      if (length <= rowCharsMax) parts.push(part);
      if (end === -1) break;
      from = end + 1;
      const row = take();
      if (row !== undefined) yield row;
    }
  }
  const row = take();
  if (row !== undefined) yield row;
}

function parsed(letters: string, line: number): JsonRow | BrokenRow {
  try {
    return { line, value: JSON.parse(decoded(letters)) as unknown };
  } catch (error) {
    return { line, problem: (error as Error).message };
  }
}

/** The rows are the first array of objects that is a value of the object itself. */
export async function* readJsonObject(letters: AsyncIterable<string>): AsyncGenerator<JsonRow | BrokenRow> {
  const iterator = letters[Symbol.asyncIterator]();
  const walk = new RowsInObject();
  try {
    for (;;) {
      const { value, done } = await iterator.next();
      if (done) break;
      const at = walk.rowsAt(value);
      if (at === undefined) continue;
      yield* readJsonArray(followedBy(`[${value.slice(at)}`, iterator), walk.line);
      return;
    }
    yield { line: 1, problem: "it is one object, and no value of it is an array of rows" };
  } finally {
    await iterator.return?.();
  }
}

async function* followedBy(first: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield first;
  for (;;) {
    const { value, done } = await rest.next();
    if (done) return;
    yield value;
  }
}

export async function* readJsonArray(
  letters: AsyncIterable<string>,
  firstLine = 1,
): AsyncGenerator<JsonRow | BrokenRow> {
  const iterator = letters[Symbol.asyncIterator]();
  let text = "";
  /** Of the text's first letter. */
  let line = firstLine;
  let ended = false;
  /** Before the array's own bracket. */
  let isOutside = true;
  const more = async () => {
    const parts = [text];
    for (let length = text.length; length <= text.length * 2; ) {
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
  const drop = (count: number) => {
    for (let i = 0; i < count; i++) if (text.charCodeAt(i) === 0x0a) line++;
    text = text.slice(count);
  };
  /** What stands before the item on its line; of items before it, only that they are there. */
  let prefix = "";
  try {
    for (;;) {
      const first = /[^\s,]/.exec(text);
      if (first === null) {
        prefix = lastLine(prefix + text);
        drop(text.length);
        if (ended) return;
        await more();
        continue;
      }
      prefix = lastLine(prefix + text.slice(0, first.index));
      drop(first.index);
      if (isOutside) {
        isOutside = false;
        prefix = "";
        drop(1);
        continue;
      }
      if (text[0] === "]") return;
      let item = itemEnd(text);
      while (item === undefined && !ended && text.length <= rowCharsMax) {
        await more();
        item = itemEnd(text);
      }
      const next = `\n${/[^\s,]/.test(prefix) ? "" : prefix.replace(",", "")}{`;
      if (item !== undefined && !item.isBroken) {
        const row = parsed(text.slice(0, item.end), line);
        yield row;
        // What is broken may have taken the items after it for its own.
        const inside = "problem" in row ? text.slice(0, item.end).indexOf(next) : -1;
        drop(inside === -1 ? item.end : inside);
        prefix = inside === -1 ? "an item" : "";
        continue;
      }
      yield { line, problem: "the object does not end as JSON does, or it is too long" };
      for (;;) {
        const found = text.indexOf(next, 1);
        if (found !== -1) {
          drop(found);
          break;
        }
        if (ended) return;
        drop(Math.max(text.length - next.length, 0));
        await more();
      }
      prefix = "";
    }
  } finally {
    await iterator.return?.();
  }
}

/** As far as it tells how deep a line is indented. */
const indentCharsMax = 64;

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf("\n") + 1).slice(-indentCharsMax);
}

/** Where the value at the start of the text ends; broken where a string holds a line break. */
function itemEnd(text: string): { end: number; isBroken: boolean } | undefined {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
      else if (code === 0x0a) return { end: i, isBroken: true };
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) {
      // A bracket that closes nothing is an item of its own, so that reading always goes on.
      if (depth === 0) return { end: Math.max(i, 1), isBroken: false };
      depth--;
      if (depth === 0) return { end: i + 1, isBroken: false };
    } else if (code === 0x2c && depth === 0) return { end: i, isBroken: false };
  }
  return undefined;
}
