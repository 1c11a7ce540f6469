import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRows } from "./rows.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rows-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const place = join(folder, name);
  await writeFile(place, content);
  return place;
}

async function rowsOf(place: string) {
  const { format, columns, rows, share } = await openRows(place);
  const read = [];
  for await (const row of rows) read.push(row);
  return { format, columns, rows: read, share: share() };
}

const rows = [
  { id: "1", title: "Mäher, grün", text: 'two\nlines and a "quote"', empty: "" },
  { id: "2", title: "🦆 keeper", text: "; , \t", empty: "" },
];
const values = (read: Awaited<ReturnType<typeof rowsOf>>) =>
  read.rows.map((row) => ("value" in row ? row.value : row.problem));

function csv(separator: string): string {
  const cell = (text: string) => (/["\n,;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [Object.keys(rows[0] as object), ...rows.map((row) => Object.values(row))]
    .map((cells) => cells.map(cell).join(separator))
    .join("\r\n");
}

const parquet = (codec: "SNAPPY" | "ZSTD" | "UNCOMPRESSED" = "SNAPPY") =>
  new Uint8Array(
    parquetWriteBuffer({
      codec,
      columnData: Object.keys(rows[0] as object).map((name) => ({
        name,
        data: rows.map((row) => row[name as "id"]),
        type: "STRING" as const,
      })),
      rowGroupSize: 1,
    }),
  );
const lines = rows.map((row) => JSON.stringify(row)).join("\n");
const utf16 = (text: string) => Buffer.from(text, "utf16le");

test.each<[string, string, () => string | Uint8Array]>([
  ["CSV with commas", "CSV", () => csv(",")],
  ["CSV with semicolons", "CSV", () => csv(";")],
  ["CSV with tabs", "CSV", () => csv("\t")],
  ["CSV with a byte order mark", "CSV", () => `\ufeff${csv(",")}`],
  ["CSV in gzip", "CSV", () => gzipSync(csv(","))],
  ["CSV in UTF-16 with a mark", "CSV", () => Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(csv(","))])],
  ["CSV in UTF-16 without one", "CSV", () => utf16(csv(";"))],
  ["CSV in UTF-16, big end first", "CSV", () => utf16(`\ufeff${csv(",")}`).swap16()],
  ["JSON Lines", "JSON Lines", () => lines],
  ["JSON Lines in gzip", "JSON Lines", () => gzipSync(lines)],
  ["JSON Lines in UTF-16", "JSON Lines", () => utf16(`\ufeff${lines}`)],
  ["a JSON array", "JSON array", () => JSON.stringify(rows, null, 2)],
  [
    "an answer with its rows inside",
    "JSON object",
    () =>
      JSON.stringify(
        { at: "2026", about: { notes: [{ id: "no row" }] }, tags: ["[{"], jobs: rows, total: 2 },
        null,
        2,
      ),
  ],
  ["an answer on one line", "JSON object", () => JSON.stringify({ total: 2, hits: rows })],
  ["Parquet", "Parquet", () => parquet()],
  ["Parquet without compression", "Parquet", () => parquet("UNCOMPRESSED")],
])("%s holds the same rows as all others", async (name, format, content) => {
  const read = await rowsOf(await file(`${name}.bin`, content()));
  expect(read.format).toBe(format);
  expect(values(read)).toEqual(rows);
  expect(read.columns).toEqual(format.startsWith("JSON") ? null : Object.keys(rows[0] as object));
  expect(read.share).toBe(1);
});

test("a row in another encoding than its neighbours is read as what it is", async () => {
  const place = await file(
    "mixed.csv",
    Buffer.concat([
      Buffer.from("a,b\nfür,1\n"),
      Buffer.from("f\xfcr \x80,2\n", "latin1"),
      Buffer.from("für,3\n"),
    ]),
  );
  expect(values(await rowsOf(place))).toEqual([
    { a: "für", b: "1" },
    { a: "für €", b: "2" },
    { a: "für", b: "3" },
  ]);
});

test("an empty file has nothing, a header alone no rows", async () => {
  expect(await rowsOf(await file("empty.csv", ""))).toMatchObject({
    format: "nothing",
    columns: null,
    rows: [],
  });
  expect(await rowsOf(await file("blank.csv", "\n \n"))).toMatchObject({ format: "nothing", rows: [] });
  expect(await rowsOf(await file("header.csv", "a,b\n"))).toMatchObject({
    format: "CSV",
    columns: ["a", "b"],
    rows: [],
  });
});

test("two columns of one name keep both their values", async () => {
  const { columns, rows } = await rowsOf(await file("twice.csv", "a,b,a,\n1,2,3,4\n"));
  expect(columns).toEqual(["a", "b", "a (2)", ""]);
  expect(rows).toEqual([{ line: 2, value: { a: "1", b: "2", "a (2)": "3", "": "4" } }]);
});

test("what is no table says what to do", async () => {
  const zip = await file("postings.zip", "PK\u0003\u0004 and more");
  await expect(openRows(zip)).rejects.toThrow("unpack it first");
  await expect(openRows(await file("p.parquet.gz", gzipSync(parquet())))).rejects.toThrow("gunzip");
  await expect(openRows(folder)).rejects.toThrow("no file");
  await expect(openRows(join(folder, "nowhere"))).rejects.toThrow("ENOENT");
  await expect(openRows(await file("cut.parquet", parquet().subarray(0, 40)))).rejects.toThrow("footer");
});

test("a gzip file that breaks off gives the rows before, then throws", async () => {
  const many = `a,b\n${Array.from({ length: 20_000 }, (_, index) => `${index},${Math.sin(index)}`).join("\n")}`;
  const { rows } = await openRows(await file("cut.csv.gz", gzipSync(many).subarray(0, -5_000)));
  let count = 0;
  const all = (async () => {
    for await (const _ of rows) count++;
  })();
  await expect(all).rejects.toThrow("unexpected end of file");
  expect(count).toBeGreaterThan(1_000);
});

test("a Parquet row group that cannot be read is told, and the others are read", async () => {
  const bytes = parquet("UNCOMPRESSED");
  bytes.fill(0xff, 4, 40);
  const { rows } = await rowsOf(await file("broken.parquet", bytes));
  expect(rows).toEqual([
    { line: 1, problem: expect.stringContaining("rows 1 to 1") },
    expect.objectContaining({ line: 2, value: expect.objectContaining({ id: "2" }) }),
  ]);
});

test("a reader that has enough leaves the file", async () => {
  const { rows } = await openRows(await file("long.csv.gz", gzipSync(`a\n${"x\n".repeat(500_000)}`)));
  for await (const row of rows) if (row.line === 10) break;
  const again = await openRows(await file("long.jsonl", '{"a":1}\n'.repeat(100_000)));
  for await (const row of again.rows) if (row.line === 10) break;
  expect(again.share()).toBeLessThan(0.5);
});
