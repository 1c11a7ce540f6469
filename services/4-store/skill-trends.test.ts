import { select } from "@skillstream/platform/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { expect, test } from "vitest";
import { freshDatabase } from "./fresh.ts";
import { recomputeMonths } from "./warehouse/months.ts";
import { takeTurn } from "./warehouse/turn.ts";

const may = "2026-05-01";
const june = "2026-06-01";

/** Three postings of May and two of June; the second and the last are reposts of the first. */
const facts = [
  { month: may, source: "a", counts: true, company_key: 1, cluster_open: true, workplace_type: "remote" },
  { month: may, source: "b", counts: false, company_key: 1, cluster_open: true, workplace_type: "remote" },
  { month: may, source: "b", counts: true, company_key: 0, cluster_open: false, workplace_type: "onsite" },
  { month: june, source: "b", counts: true, company_key: 2, cluster_open: false, workplace_type: null },
  { month: june, source: "a", counts: false, company_key: 1, cluster_open: true, workplace_type: "remote" },
].map((fact, index) => ({
  generation: 1,
  posting_key: index + 1,
  normalizer: "normalize@1",
  extractor: index === 2 ? "embedded@2" : "embedded@1",
  taxonomy: "1",
  "skill.name": index === 2 ? ["Rust"] : ["SQL", "Rust"],
  "skill.kind": index === 2 ? ["technology"] : ["technology", "technology"],
  "skill.requirement": index === 2 ? ["preferred"] : ["required", "mentioned"],
  ...fact,
}));

test("trends count a job once, in the month and at the source of its earliest posting, and postings beside", async () => {
  await using scope = new AsyncDisposableStack();
  const log = createLog("test", "fatal");
  const { client } = scope.use(await freshDatabase());
  await client.insert({ table: "fact_job_postings", format: "JSONEachRow", values: facts });
  await using turn = await takeTurn(client, { generation: 1, log, signal: new AbortController().signal });
  await recomputeMonths(turn, [may, june]);

  const names = ["clusters", "postings", "required", "preferred", "mentioned", "companies", "open", "remote"];
  const rowsOf = (month: string) =>
    select<Record<string, unknown>>(
      client,
      "SELECT * FROM skill_trends WHERE month = {month:Date} ORDER BY source, skill",
      { month },
    );
  const countsOf = async (month: string) =>
    (await rowsOf(month)).map((one) => [one.source, one.skill, ...names.map((name) => one[name])]);
  expect(await countsOf(may)).toEqual([
    ["", "", 2, 3, 0, 0, 0, 1, 1, 1],
    ["", "Rust", 2, 3, 0, 1, 1, 1, 1, 1],
    ["", "SQL", 1, 2, 1, 0, 0, 1, 1, 1],
    ["a", "", 1, 1, 0, 0, 0, 1, 1, 1],
    ["a", "Rust", 1, 1, 0, 0, 1, 1, 1, 1],
    ["a", "SQL", 1, 1, 1, 0, 0, 1, 1, 1],
    ["b", "", 1, 2, 0, 0, 0, 0, 0, 0],
    ["b", "Rust", 1, 2, 0, 1, 0, 0, 0, 0],
    ["b", "SQL", 0, 1, 0, 0, 0, 0, 0, 0],
  ]);
  expect((await countsOf(june)).slice(0, 3)).toEqual([
    ["", "", 1, 2, 0, 0, 0, 1, 0, 0],
    ["", "Rust", 1, 2, 0, 0, 1, 1, 0, 0],
    ["", "SQL", 1, 2, 1, 0, 0, 1, 0, 0],
  ]);
  expect((await rowsOf(may)).slice(0, 2)).toMatchObject([
    { normalizers: ["normalize@1"], extractors: ["embedded@1", "embedded@2"], taxonomies: ["1"] },
    { skill: "Rust", kind: "technology", normalizers: [], extractors: [], taxonomies: [] },
  ]);
});
