import { type ClickHouseClient, select } from "@skillstream/platform/clickhouse.ts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Check, readChecks, runChecks } from "./checks.ts";
import { type FreshDatabase, freshDatabase } from "./fresh.ts";

let database: FreshDatabase;
let client: ClickHouseClient;

beforeAll(async () => {
  database = await freshDatabase();
  client = database.client;
});

afterAll(() => database?.[Symbol.asyncDispose]());

let generation = 0;
beforeEach(() => {
  generation++;
});

const insert = (table: string, rows: object[]) =>
  client.insert({
    table,
    format: "JSONEachRow",
    values: rows.map((row) => ({ generation, ...row })),
  });

/** A fact that breaks nothing. */
const fact = (key: number, changes: object = {}) => ({
  month: "2026-05-01",
  posting_key: key,
  job_id: `job-${key}`,
  cluster_key: key,
  cluster_id: `job-${key}`,
  counts: true,
  date_key: 20260512,
  source: "demo",
  title: "Data Engineer",
  posted_at: "2026-05-12 09:00:00",
  first_seen: "2026-05-12 10:00:00",
  last_seen: "2026-05-13 10:00:00",
  cluster_postings: 1,
  cluster_first_seen: "2026-05-12 10:00:00",
  cluster_last_seen: "2026-05-13 10:00:00",
  ...changes,
});
const landed = (offset: number, changes: object = {}) => ({
  raw_partition: 0,
  raw_offset: offset,
  outcome: "emitted",
  event: "found",
  job_id: "job-1",
  ...changes,
});

const all = readChecks();
const named = (name: string) => all.filter((check) => check.name === name);
const brokenBy = async (name: string) => {
  expect(named(name)).toHaveLength(1);
  const [result] = await runChecks(client, { generation, checks: named(name), againAfterMs: 0 });
  expect(result?.error).toBe("");
  return { broken: result?.broken, examples: result?.examples };
};

test("on tables without rows every check can be asked and nothing is broken", async () => {
  const results = await runChecks(client, { generation });
  expect(results.filter(({ broken, error }) => broken > 0 || error !== "")).toEqual([]);
  expect(results.length).toBeGreaterThan(10);
});

test.each<[check: string, table: string, rows: object[], broken: number]>([
  [
    "landing_answers_once",
    "landing",
    [landed(1), landed(1), landed(2), landed(2, { outcome: "dropped" })],
    1,
  ],
  ["landing_has_no_holes", "landing", [landed(1), landed(2), landed(4)], 1],
  [
    "landing_words_are_known",
    "landing",
    [landed(1), landed(2, { event: "sold" }), landed(3, { cause: "poison" })],
    2,
  ],
  ["facts_stand_once", "fact_job_postings", [fact(1), fact(2), fact(2, { month: "2026-04-01" })], 1],
  ["facts_are_filled", "fact_job_postings", [fact(1), fact(2, { title: "" }), fact(3, { date_key: 0 })], 2],
  ["facts_words_are_known", "fact_job_postings", [fact(1), fact(2, { seniority_level: "boss" })], 1],
  ["facts_lie_in_their_month", "fact_job_postings", [fact(1), fact(2, { month: "2026-06-01" })], 1],
  [
    "facts_pay_is_sane",
    "fact_job_postings",
    [
      fact(1, { salary_year_min: 1, salary_year_max: 2, salary_currency: "EUR" }),
      fact(2, { salary_year_min: 3, salary_year_max: 2, salary_currency: "EUR" }),
      fact(3, { salary_year_min: 3 }),
      fact(4, { salary_year_max: -1, salary_currency: "EUR" }),
    ],
    3,
  ],
  ["trends_balance_with_facts", "fact_job_postings", [fact(1)], 1],
  ["facts_refer_to_dimensions", "fact_job_postings", [fact(1), fact(2, { company_key: 7 })], 1],
  ["facts_balance_with_versions", "fact_job_postings", [fact(1)], 1],
  [
    "clusters_have_one_head",
    "fact_job_postings",
    [
      fact(1, { cluster_postings: 2 }),
      fact(2, { cluster_key: 1, counts: false, cluster_postings: 2 }),
      fact(3, { cluster_postings: 2 }),
      fact(4, { cluster_key: 3, cluster_postings: 2 }),
    ],
    1,
  ],
])("%s finds what breaks it", async (check, table, rows, broken) => {
  // One by one, since what is the same row in one insert is one row.
  for (const row of rows) await insert(table, [row]);
  const answer = await brokenBy(check);
  expect(answer.broken).toBe(broken);
  expect(answer.examples?.length).toBeGreaterThan(0);
});

test("what was taken up from the landing table and is not among the versions is found", async () => {
  await insert("landing", [landed(1), landed(2), landed(3)]);
  const taken = { raw_partition: 0, piece: 0, next: 3, rows: 2, digest: 0, version: 1, sequence: 1 };
  await insert("warehouse_pieces", [taken]);
  const version = (offset: number) => ({
    raw_partition: 0,
    raw_offset: offset,
    posting_key: 1,
    outcome: "emitted",
  });
  await insert("posting_versions", [version(1)]);
  const answer = await brokenBy("versions_balance_with_landing");
  expect(answer).toEqual({ broken: 1, examples: ["partition 0: 2 landed, 1 copied"] });
  await insert("posting_versions", [version(2)]);
  expect((await brokenBy("versions_balance_with_landing")).broken).toBe(0);
});

test("what a turn has copied and not yet computed is not taken for a posting without its fact", async () => {
  const version = { raw_partition: 0, raw_offset: 5, posting_key: 1, job_id: "job-1", outcome: "emitted" };
  await insert("posting_versions", [version]);
  expect((await brokenBy("facts_balance_with_versions")).broken).toBe(0);
  const taken = { raw_partition: 0, piece: 0, next: 6, rows: 1, digest: 0, version: 1, sequence: 1 };
  await insert("warehouse_pieces", [taken]);
  expect((await brokenBy("facts_balance_with_versions")).broken).toBe(1);
  await insert("fact_job_postings", [fact(1)]);
  expect((await brokenBy("facts_balance_with_versions")).broken).toBe(0);
});

test("a month that is known to be stale is not held against its trends and dimensions", async () => {
  await insert("fact_job_postings", [fact(1, { company_key: 7 })]);
  expect((await brokenBy("trends_balance_with_facts")).broken).toBe(1);
  expect((await brokenBy("facts_refer_to_dimensions")).broken).toBe(1);
  await insert("warehouse_progress", [{ stale_months: ["2026-05-01"], sequence: 1 }]);
  expect((await brokenBy("trends_balance_with_facts")).broken).toBe(0);
  expect((await brokenBy("facts_refer_to_dimensions")).broken).toBe(0);
});

test("a skill that its taxonomy does not know is found, and one of a taxonomy of old is not asked about", async () => {
  await client.insert({
    table: "dim_skill",
    format: "JSONEachRow",
    values: [{ taxonomy: "t1", skill: "sql", kind: "technology", broader: "" }],
  });
  const asking = (key: number, taxonomy: string, skill: string) =>
    fact(key, {
      taxonomy,
      "skill.name": [skill],
      "skill.kind": ["technology"],
      "skill.requirement": ["required"],
    });
  await insert("fact_job_postings", [
    asking(1, "t1", "sql"),
    asking(2, "t1", "teapots"),
    asking(3, "t0", "ladders"),
  ]);
  expect(await brokenBy("skills_are_in_the_taxonomy")).toEqual({ broken: 1, examples: ["t1: teapots"] });
});

test("rows that wait too long in the landing table are found", async () => {
  await client.command({
    query: `INSERT INTO landing (generation, raw_partition, raw_offset, outcome)
            SELECT {generation:UInt32}, 0, number, 'emitted' FROM numbers(200000)`,
    query_params: { generation },
  });
  expect((await brokenBy("landing_is_taken_up")).broken).toBe(200_000);
});

test("what a person split and stands together is found", async () => {
  const member = (key: number) => ({ posting_key: key, job_id: `split-${key}`, cluster_key: 1, sequence: 1 });
  await insert("cluster_members", [member(1), member(2), member(3)]);
  await client.insert({
    table: "cluster_splits",
    format: "JSONEachRow",
    values: [{ job_id: "split-1", apart_from: "split-2", withdrawn: false, sequence: 1 }],
  });
  expect((await brokenBy("clusters_respect_splits")).broken).toBe(1);
});

test("what was found is kept, with the error of what could not be asked", async () => {
  const checks: Check[] = [
    { name: "holds", says: "It holds.", query: "SELECT 0 AS broken, [] AS examples" },
    { name: "breaks", says: "It does not.", query: "SELECT 2 AS broken, ['a', 'b'] AS examples" },
    { name: "fails", says: "It can't be asked.", query: "SELECT nonsense" },
  ];
  const heard: string[] = [];
  await runChecks(client, {
    generation,
    checks,
    againAfterMs: 0,
    heard: ({ name }) => void heard.push(name),
  });
  expect(heard).toEqual(["holds", "breaks", "fails"]);
  const kept = await select<{ name: string; broken: number; examples: string[]; error: string }>(
    client,
    "SELECT name, broken, examples, error FROM data_checks WHERE generation = {generation:UInt32} ORDER BY name",
    { generation },
  );
  expect(kept).toMatchObject([
    { name: "breaks", broken: 2, examples: ["a", "b"], error: "" },
    { name: "fails", broken: 0, error: expect.stringContaining("nonsense") },
    { name: "holds", broken: 0, error: "" },
  ]);
  await runChecks(client, { generation, checks: checks.slice(0, 1), keep: false });
  const after = await select(client, "SELECT name FROM data_checks WHERE generation = {generation:UInt32}", {
    generation,
  });
  expect(after.length).toBe(kept.length);
});

test("what a swap in the middle seemed to break is asked again before it is told", async () => {
  await insert("landing", [landed(1)]);
  // Broken when first asked, and whole by the time it is asked again.
  const query = `SELECT if(dateDiff('second', min(checked_at), now64(3)) < 2, 1, 0) AS broken, [] AS examples
    FROM data_checks WHERE generation = {generation:UInt32}`;
  const now = new Date().toISOString().slice(0, 23).replace("T", " ");
  await insert("data_checks", [{ checked_at: now, name: "before" }]);
  const [result] = await runChecks(client, { generation, checks: [{ name: "swap", says: "x", query }] });
  expect(result).toMatchObject({ broken: 0, error: "" });
});
