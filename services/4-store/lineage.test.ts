import { expect, test } from "vitest";
import { lineageOf, readIn, writtenBy } from "./lineage.ts";

const tables = ["landing", "facts", "trends", "postings"];
const known = new Set(tables);

test("a statement reads what stands after FROM, JOIN and IN, in whatever depth", () => {
  const sql = `SELECT a FROM facts AS f LEFT JOIN (SELECT b FROM shop.trends) AS t ON t.a = f.a
    WHERE a IN (SELECT job_id FROM \`landing\` FINAL) AND b IN postings`;
  expect(readIn(sql, known)).toEqual(["facts", "landing", "postings", "trends"]);
});

test("comments, strings and parameters are no tables", () => {
  const sql = `-- not FROM landing
    SELECT 'FROM facts', {x:String} /* FROM postings */ FROM trends`;
  expect(readIn(sql, known)).toEqual(["trends"]);
});

test("what is written is the table inserted into, or the one that a recomputation is named after", () => {
  expect(writtenBy({ name: "copy", text: "INSERT INTO facts SELECT 1" }, known)).toBe("facts");
  const staged = "INSERT INTO {staging:Identifier} (a) SELECT 1";
  expect(writtenBy({ name: "recompute_trends", text: staged }, known)).toBe("trends");
  expect(writtenBy({ name: "recompute_other", text: staged }, known)).toBeNull();
  expect(writtenBy({ name: "ask", text: "SELECT 1 FROM facts" }, known)).toBeNull();
});

test("views and what the store runs say where data come from, queries who reads them", () => {
  const lineage = lineageOf(tables, {
    views: [{ name: "postings", text: "SELECT * FROM landing" }],
    work: [
      {
        name: "recompute_trends",
        text: "INSERT INTO {staging:Identifier} SELECT skill FROM facts, numbers(1)",
      },
      {
        name: "recompute_facts",
        text: "INSERT INTO facts SELECT * FROM postings WHERE x NOT IN (SELECT x FROM facts)",
      },
    ],
    queries: [{ name: "top", text: "SELECT * FROM trends WHERE a IN (SELECT a FROM postings)" }],
  });
  expect([...lineage.sources]).toEqual([
    ["postings", ["landing"]],
    ["trends", ["facts"]],
    ["facts", ["postings"]],
  ]);
  expect([...lineage.readers]).toEqual([
    ["postings", ["top"]],
    ["trends", ["top"]],
  ]);
});
