import { expect, test } from "vitest";
import { findForbidden, readInsert, readOutput, tokenize } from "./sql.ts";

const words = (text: string) => tokenize(text).map((token) => token.text);
const forbidden = (text: string, parameters: Record<string, string> = {}) =>
  findForbidden(tokenize(text), new Map(Object.entries(parameters)), new Set(["File", "EmbeddedRocksDB"]));

test("comments, strings and quoted names are read as ClickHouse reads them", () => {
  expect(words("SELECT -- one\n 1 /* two ; */ , 'it''s \\' ;' # three\n, `a``b`, \"c\"")).toEqual([
    "SELECT",
    "1",
    ",",
    "it''s \\' ;",
    ",",
    "a`b".replace("`", "``"),
    ",",
    "c",
  ]);
  expect(words("$tag$ ' $tag$ x")).toEqual(["$tag$ ' $tag$", "x"]);
  expect(words("'unfinished")).toHaveLength(1);
});

test("a heredoc ends at its own tag, and one that does not end is none", () => {
  expect(words("$a$ $b$ $a$ x")).toEqual(["$a$ $b$ $a$", "x"]);
  expect(words("$$ ' $$")).toEqual(["$$ ' $$"]);
  expect(words("$$$ x")).toEqual(["$$$", "x"]);
});

test.each([
  ["heredocs that do not end", (index: number) => `$${index}$ `],
  ["calls within calls", () => "values(1,"],
  ["calls of format() within calls", () => "format('{}',"],
])("a statement of nothing but %s is looked through in a moment", (_, part) => {
  const text = Array.from({ length: 150_000 }, (_, index) => part(index)).join("");
  expect(findForbidden(tokenize(text), new Map(), new Set())).toBeUndefined();
});

test("the data of an INSERT begin after its format or after VALUES", () => {
  const data = (text: string) => {
    const head = readInsert(tokenize(text));
    return head && [head.format, text.slice(head.dataStart)];
  };
  expect(data('INSERT INTO t FORMAT JSONEachRow {"a":1}')).toEqual(["JSONEachRow", ' {"a":1}']);
  expect(data("/* x */ insert into d.t (format, `values`) settings a=1 format CSV\n1")).toEqual([
    "CSV",
    "\n1",
  ]);
  expect(data("INSERT INTO t VALUES (1)")).toEqual(["Values", " (1)"]);
  expect(data("INSERT INTO format FORMAT TSV\n1")).toEqual(["TSV", "\n1"]);
  expect(data("INSERT INTO t SELECT 1")).toBeUndefined();
  expect(data("SELECT 1 FORMAT CSV")).toBeUndefined();
  expect(readInsert(tokenize("INSERT INTO t SELECT * FROM input('a Int8') FORMAT CSV"))?.throughSelect).toBe(
    true,
  );
});

test("a result's format is the one that the outermost statement names", () => {
  const output = (text: string) => {
    const { format, at } = readOutput(tokenize(text));
    return [format, text.slice(0, at).trim()];
  };
  expect(output("SELECT 1")).toEqual([undefined, "SELECT 1"]);
  expect(output("SELECT 1 FORMAT CSV;")).toEqual(["CSV", "SELECT 1"]);
  expect(output("SELECT 1 FORMAT CSV SETTINGS max_threads = 1")).toEqual(["CSV", "SELECT 1"]);
  expect(output("SELECT 1 AS format ;; -- FORMAT JSON")).toEqual([undefined, "SELECT 1 AS format"]);
  expect(output("SELECT 'FORMAT CSV'")).toEqual([undefined, "SELECT 'FORMAT CSV'"]);
  expect(output("(SELECT format x FROM t)")).toEqual([undefined, "(SELECT format x FROM t)"]);
});

test.each([
  ["a call", "SELECT file('/etc/passwd')"],
  ["a call behind a comment", "SELECT file /* */ ('/etc/passwd')"],
  ["a quoted call", 'SELECT "file"(1), `file`(2)'],
  ["an escaped name", "SELECT `fil\\x65`('/etc/passwd')"],
  ["a function given to a function", "SELECT arrayMap(file, ['/etc/passwd'])"],
  ["a transformer", "SELECT * APPLY file FROM (SELECT '/etc/passwd')"],
  ["a column's default", "SELECT b FROM format(JSONEachRow, 'a Int8, b String ALIAS file(''/x'')', '{}')"],
  ["a heredoc", "SELECT b FROM values($$b String ALIAS file('/x')$$, ('x'))"],
  ["columns put together", "SELECT b FROM values(concat('b String ALIAS fi', 'le(1)'), ('x'))"],
  ["columns put together with ||", "SELECT b FROM generateRandom('b String ALIAS fi' || 'le(1)')"],
  ["columns by a parameter", "SELECT b FROM values({columns:String}, ('x'))"],
  ["a client's clause", "SELECT 1 INTO OUTFILE '/tmp/x'"],
  ["the other client's clause", "INSERT INTO t FROM INFILE '/tmp/x' FORMAT CSV"],
  ["a program", "SELECT * FROM executable('x', TSV, 'a String')"],
  ["an engine on a file", "CREATE TABLE t (a Int8) ENGINE = EmbeddedRocksDB(0, '/tmp/x')"],
  ["an engine without a sign", "CREATE TABLE t (a Int8) ENGINE `File`(CSV)"],
])("%s that would reach a file is refused", (_, text) => {
  expect(forbidden(text)).toMatch(/over HTTP/);
});

test("a parameter may not name the function either", () => {
  expect(forbidden("SELECT arrayMap({f:Identifier}, [1])", { f: "file" })).toMatch(/may not be/);
  expect(forbidden("SELECT {f:Identifier}", { f: "title" })).toBeUndefined();
});

test.each([
  "SELECT t.file FROM t",
  "SELECT 'file(1)', source_file FROM t WHERE text = 'into outfile'",
  "SELECT format('{} {}', a, concat(b, c)) FROM t",
  "SELECT * FROM format(CSV, '1,2')",
  "SELECT * FROM values('a Int8, b String', (1, 'x'), (2, 'y'))",
  "SELECT engine FROM system.tables WHERE engine = 'File'",
  "CREATE TABLE t (a Int8) ENGINE = ReplacingMergeTree ORDER BY a",
])("%s is not taken for it", (text) => {
  expect(forbidden(text)).toBeUndefined();
});
