import { expect, test } from "vitest";
import { columnsMax, readCsv, rowCharsMax, separatorOf } from "./csv.ts";

type Read = { line: number; fields: string[] } | { line: number; problem: string };

/** In pieces of a size, so that every sign is once the last of its piece. */
async function read(text: string, piece = text.length || 1): Promise<Read[]> {
  async function* letters() {
    for (let at = 0; at < text.length; at += piece) yield text.slice(at, at + piece);
  }
  const rows: Read[] = [];
  for await (const row of readCsv(letters())) rows.push(row);
  return rows;
}

const fields = (rows: Read[]) => rows.map((row) => ("fields" in row ? row.fields : row.problem));

test.each([1, 2, 3, 7, 1000])(
  "quotes, line breaks and separators inside fields, in pieces of %i",
  async (piece) => {
    const text = 'a,b,c\r\n1,"x, y",3\r\n2,"two\nlines\r\nor ""three""",""\n3,,\n';
    expect(await read(text, piece)).toEqual([
      { line: 1, fields: ["a", "b", "c"] },
      { line: 2, fields: ["1", "x, y", "3"] },
      { line: 3, fields: ["2", 'two\nlines\r\nor "three"', ""] },
      { line: 6, fields: ["3", "", ""] },
    ]);
  },
);

test.each([1, 5, 1000])(
  "line ends of every kind, blank lines and a last line without an end, in pieces of %i",
  async (piece) => {
    expect(await read("a,b\r1,2\r\r\n\n3,4\r\n5,6", piece)).toEqual([
      { line: 1, fields: ["a", "b"] },
      { line: 2, fields: ["1", "2"] },
      { line: 5, fields: ["3", "4"] },
      { line: 6, fields: ["5", "6"] },
    ]);
  },
);

test.each([
  ["a,b;c,d", ","],
  ["a;b;c,d\n1,2,3,4,5,6", ";"],
  ["a\tb\n", "\t"],
  ["a|b", "|"],
  ['"a;b;c;d",e', ","],
  ["alone", ","],
])("the separator of %j is %j", (header, separator) => {
  expect(separatorOf(header)).toBe(separator);
});

test.each([1, 6, 1000])("an open quote costs its own line only, in pieces of %i", async (piece) => {
  const rows = await read(
    'a,b,c\n1,"open,x\n2,"fine",y\n3,"also\nfine",z\n4,"open again,w\n5,plain,v\n',
    piece,
  );
  expect(rows).toEqual([
    { line: 1, fields: ["a", "b", "c"] },
    { line: 2, problem: expect.stringContaining("quote") },
    { line: 3, fields: ["2", "fine", "y"] },
    { line: 4, fields: ["3", "also\nfine", "z"] },
    { line: 6, problem: expect.stringContaining("quote") },
    { line: 7, fields: ["5", "plain", "v"] },
  ]);
});

test("stray quotes inside a quoted field are kept where the row can still be told", async () => {
  expect(
    fields(await read('a,b,c\n1,"a 5" nail and "rope"",x\n2,"say "hi"\nto me, please",y\n3,o"k,z\n')),
  ).toEqual([
    ["a", "b", "c"],
    ["1", 'a 5" nail and "rope"', "x"],
    ["2", 'say "hi"\nto me, please', "y"],
    ["3", 'o"k', "z"],
  ]);
});

test("a row with too many or too few columns is told with its line; empty ones at its end are none", async () => {
  expect(await read("a,b\n1\n2,3,4\n5,6,,\n7,8\n")).toEqual([
    { line: 1, fields: ["a", "b"] },
    { line: 2, problem: "it has 1 column, the header has 2" },
    { line: 3, problem: "it has 3 columns, the header has 2" },
    { line: 4, fields: ["5", "6"] },
    { line: 5, fields: ["7", "8"] },
  ]);
});

test("a row longer than any posting is told and passed over without being kept", async () => {
  const long = "x".repeat(rowCharsMax + 10);
  const rows = await read(`a,b\n1,${long}\n2,"${long}"\n3,4\n`, 65_536);
  const told = rows.map((row) => ("fields" in row ? row.fields.map(({ length }) => length) : row.problem));
  expect(told).toEqual([
    [1, 1],
    expect.stringContaining("longer"),
    expect.stringContaining("longer"),
    [1, 1],
  ]);
  expect(rows.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
});

test("a table of too many columns is refused", async () => {
  const header = Array.from({ length: columnsMax + 1 }, (_, index) => `c${index}`).join(",");
  expect(await read(`${header}\n${header}\n`)).toEqual([
    { line: 1, problem: expect.stringContaining("columns") },
  ]);
});

test.each([
  ["open quotes", 'x,"\n'],
  ["quotes in the middle", 'a,"b"c\n'],
  ["three quotes", 'a,"""\n'],
  ["quotes alone", '"\n'],
  ["pairs", '"" ""\n'],
])("two megabytes of %s take no more than a moment", async (_, line) => {
  const began = performance.now();
  await read(`a,b\n${line.repeat(2_000_000 / line.length)}`, 65_536);
  expect(performance.now() - began).toBeLessThan(4_000);
});
