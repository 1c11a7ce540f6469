import { expect, test } from "vitest";
import { rowCharsMax } from "./csv.ts";
import { readJsonArray, readJsonLines, readJsonObject } from "./json.ts";

async function* pieces(text: string, size: number) {
  const letters = Buffer.from(text).toString("latin1");
  for (let at = 0; at < letters.length; at += size) yield letters.slice(at, at + size);
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

test.each([1, 4, 1000])(
  "each line is an object of its own, and a broken one costs no other, in pieces of %i",
  async (size) => {
    const text = '{"a":"é"}\n\n{"a":\r\n{"a":2}\r\nnonsense\n[1]';
    expect(await all(readJsonLines(pieces(text, size)))).toEqual([
      { line: 1, value: { a: "é" } },
      { line: 3, problem: expect.stringContaining("JSON") },
      { line: 4, value: { a: 2 } },
      { line: 5, problem: expect.stringContaining("JSON") },
      { line: 6, value: [1] },
    ]);
  },
);

test("a line longer than any posting is told", async () => {
  const text = `{"a":"${"x".repeat(rowCharsMax)}"}\n{"a":1}\n`;
  expect(await all(readJsonLines(pieces(text, 65_536)))).toEqual([
    { line: 1, problem: expect.stringContaining("longer") },
    { line: 2, value: { a: 1 } },
  ]);
});

test.each([1, 5, 1000])("an array's items are read one at a time, in pieces of %i", async (size) => {
  const text = ' [{"a":"] \\" }"},\n {"b":[{"c":1}]}, 3 ,\n\n "x,y",{}]  ';
  expect(await all(readJsonArray(pieces(text, size)))).toEqual([
    { line: 1, value: { a: '] " }' } },
    { line: 2, value: { b: [{ c: 1 }] } },
    { line: 2, value: 3 },
    { line: 4, value: "x,y" },
    { line: 4, value: {} },
  ]);
});

test.each([1, 9, 1000])(
  "after an item that is broken an array is taken up again at the next, in pieces of %i",
  async (size) => {
    const lines = '[\n  {"a": "open,\n    "b": 1},\n  {"a": 2},\n  {"a": {"b": 3},\n  {"a": 4}\n]';
    expect(await all(readJsonArray(pieces(lines, size)))).toEqual([
      { line: 2, problem: expect.any(String) },
      { line: 4, value: { a: 2 } },
      { line: 5, problem: expect.any(String) },
      { line: 6, value: { a: 4 } },
    ]);
    const flat = '[{"a": 1},\n{"a": oops},\n{"a": "open},\n{"a": 3}]';
    expect(await all(readJsonArray(pieces(flat, size)))).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 2, problem: expect.stringContaining("JSON") },
      { line: 3, problem: expect.any(String) },
      { line: 4, value: { a: 3 } },
    ]);
  },
);

test("a bracket that closes nothing is told, and reading goes on", async () => {
  expect(await all(readJsonArray(pieces('[{"a":1}}\n,{"a":2}]', 4)))).toEqual([
    { line: 1, value: { a: 1 } },
    { line: 1, problem: expect.stringContaining("JSON") },
    { line: 2, value: { a: 2 } },
  ]);
});

test("an array that breaks off gives what stands before", async () => {
  expect(await all(readJsonArray(pieces('[{"a":1},{"a":', 3)))).toEqual([
    { line: 1, value: { a: 1 } },
    { line: 1, problem: expect.any(String) },
  ]);
  expect(await all(readJsonArray(pieces("[]", 1)))).toEqual([]);
});

test.each([1, 7, 1000])(
  "the rows inside an object are read one at a time, with their lines, in pieces of %i",
  async (size) => {
    const text =
      '{\n"a":["[{"],"b":{"c":[{"d":1}]},\n"jobs": [\n  {"id":1},\n  {"id":\n  {"id":3}\n],"e":[{"f":1}]}';
    expect(await all(readJsonObject(pieces(text, size)))).toEqual([
      { line: 4, value: { id: 1 } },
      { line: 5, problem: expect.any(String) },
      { line: 6, value: { id: 3 } },
    ]);
  },
);

test("an object without rows says so", async () => {
  for (const text of ['{\n"a":1}', "{", '{"jobs":[]}', '{"a":[1,{"b":2}]}'])
    expect(await all(readJsonObject(pieces(text, 4)))).toEqual([
      { line: 1, problem: expect.stringContaining("array of rows") },
    ]);
});
