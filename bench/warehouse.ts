// Measures the warehouse over millions of postings: every query that a dashboard asks, each trend query beside the
// same question put to the facts, and how long a new posting takes into the trends of its month. Refuses a figure
// where the facts answer otherwise than the trends.
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ClickHouseClient,
  connectClickHouse,
  readSql,
  select,
} from "@skillstream/platform/clickhouse.ts";
import { startClickHouse } from "@skillstream/platform/local/clickhouse/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { createQueries, type Queries } from "@skillstream/serve/queries.ts";
import { monthsBack } from "@skillstream/serve/trends.ts";
import { createWarehouse } from "@skillstream/store/warehouse.ts";
import type { Bench, Measured } from "./main.ts";
import { fill, generation } from "./warehouse/fill.ts";

const postingsDefault = 200_000;
/** Of one query in one round, each time with other parameters. */
const asksARound = 20;
const freshnessTries = 5;
/** How often it is asked whether a posting is there: each time costs what is waited for. */
const freshLookMs = 100;
/** A posting that is not there by then never comes. */
const freshWithinMs = 60_000;

/** Queries that read skill_trends, and so have a peer that reads the facts. */
const trendQueries = [
  "postings_per_month",
  "top_skills_by_month",
  "skill_trend_by_month",
  "compared_periods",
  "skill_changes",
];

interface Question {
  query: string;
  /** Of the n-th time that it is asked. */
  parameters: (n: number) => Record<string, unknown>;
}

export const bench: Bench = {
  summary: "the warehouse: every dashboard query, and each trend query beside the facts",
  figures: {},
  async measure(rounds, say, { postings = postingsDefault, folder }) {
    await using scope = new AsyncDisposableStack();
    const log = createLog("bench", "error");
    const home = folder === undefined ? await mkdtemp(join(tmpdir(), "skillstream-bench-")) : resolve(folder);
    if (folder === undefined) scope.defer(() => rm(home, { recursive: true, force: true }));
    await fill(home, { postings, log, say });
    const server = scope.use(await startClickHouse({ folder: home, host: "127.0.0.1", port: 0, log }));
    const settings = {
      clickhouseUrl: server.url,
      clickhouseUser: "default",
      clickhousePassword: "",
      clickhouseDatabase: "skillstream",
    };
    const client = connectClickHouse(settings, "bench");
    scope.defer(() => client.close());
    const count = async (table: string) =>
      (await select<{ rows: number }>(client, "SELECT count() AS rows FROM {table:Identifier}", { table }))[0]
        ?.rows ?? 0;
    say(`${await count("fact_job_postings")} postings in ${await count("landing")} landing rows`);

    const queries = createQueries(client);
    const measured: Measured = { ours: {}, peers: { facts: {} }, ratios: {} };
    const times = new Map<string, { wall: number[]; processor: number[] }>();
    const questions = await askable(client);
    for (let round = 0; round < rounds; round++) {
      say(
        `round ${round + 1} of ${rounds}: ${questions.length} queries, ${asksARound} times each, at a load of ${load()}`,
      );
      for (let n = round * asksARound; n < (round + 1) * asksARound; n++) {
        for (const question of questions) {
          const took = times.get(question.query) ?? { wall: [], processor: [] };
          times.set(question.query, took);
          const startMs = performance.now();
          const before = process.cpuUsage();
          await queries.run(question.query, { generation, ...question.parameters(n) });
          took.wall.push(performance.now() - startMs);
          const { user, system } = process.cpuUsage(before);
          took.processor.push((user + system) / 1000);
        }
      }
    }
    for (const [query, took] of times) {
      measured.ours[`${query}, p50 ms`] = quantile(took.wall, 0.5);
      measured.ours[`${query}, p95 ms`] = quantile(took.wall, 0.95);
      measured.ours[`${query}, p95 ms of processor time, server and client`] = quantile(took.processor, 0.95);
    }
    for (const query of trendQueries) {
      say(`${query}, put to the facts`);
      const asked = questions.filter((one) => one.query === query);
      const sides = { trends: [] as Cost[], facts: [] as Cost[] };
      for (let round = 0; round < rounds; round++) {
        for (const { parameters } of asked) {
          const bound = { generation, ...parameters(round) };
          const { trends, facts } = await bothWays(client, queries, query, bound);
          sides.trends.push(trends);
          sides.facts.push(facts);
        }
      }
      const total = (side: Cost[], part: keyof Cost) => side.reduce((sum, one) => sum + one[part], 0);
      const { facts: peer = {} } = measured.peers;
      for (const part of ["ms", "rows"] as const) {
        measured.ours[`${query}, ${part}`] = total(sides.trends, part) / sides.trends.length;
        peer[`${query}, ${part}`] = total(sides.facts, part) / sides.facts.length;
        measured.ratios[`facts, ${query}, ${part}`] = total(sides.facts, part) / total(sides.trends, part);
      }
    }
    for (const change of ["new", "edited"] as const) {
      say(`${change} postings, each until it stands in the trends of this month, at a load of ${load()}`);
      const fresh = await freshness(client, change, log);
      measured.ours[`${change} posting in the trends, median ms`] = quantile(fresh, 0.5);
      measured.ours[`${change} posting in the trends, worst ms`] = Math.max(...fresh);
    }
    return measured;
  },
};

/** What dashboards ask, each with parameters as people choose them. */
async function askable(client: ClickHouseClient): Promise<Question[]> {
  const bounds = await select<{ partition: number; high: number }>(
    client,
    "SELECT raw_partition AS partition, max(raw_offset) + 1 AS high FROM landing GROUP BY partition",
  );
  const ids = await select<{ job_id: string }>(
    client,
    "SELECT job_id FROM fact_job_postings WHERE posting_key % 997 = 0 LIMIT 1000",
  );
  const kinds = ["", "technology", "method", "domain", "soft"];
  const to = monthsBack(1).to;
  const years = (n: number) => ({ ...monthsBack([24, 12, 36, 6][n % 4] ?? 24) });
  const change = (direction: string, n: number) => ({
    to,
    months: [3, 1, 6, 12][n % 4],
    direction,
    kind: direction === "" ? kinds[n % kinds.length] : "",
    clusters_min: 20,
    limit: 20,
  });
  return [
    { query: "live_generation", parameters: () => ({}) },
    { query: "landed_totals", parameters: () => ({}) },
    {
      query: "ledger",
      parameters: () => ({
        low: new Map(bounds.map(({ partition }) => [partition, 0])),
        high: new Map(bounds.map(({ partition, high }) => [partition, high])),
      }),
    },
    { query: "outcomes", parameters: () => ({}) },
    { query: "rejections", parameters: () => ({ limit: 50 }) },
    { query: "newest_postings", parameters: (n) => ({ limit: [8, 20, 50][n % 3] }) },
    { query: "posting", parameters: (n) => ({ job_id: ids[(n * 37) % ids.length]?.job_id ?? "" }) },
    { query: "data_checks", parameters: () => ({}) },
    { query: "postings_per_month", parameters: years },
    {
      query: "top_skills_by_month",
      parameters: (n) => ({ ...years(n), kind: kinds[n % kinds.length], limit: [20, 40, 10][n % 3] }),
    },
    {
      query: "skill_trend_by_month",
      parameters: (n) => ({ ...years(n), skill: `Skill ${1 + ((n * n * 7) % 3800)}` }),
    },
    { query: "compared_periods", parameters: (n) => ({ to, months: change("", n).months }) },
    { query: "skill_changes", parameters: (n) => change("rising", n) },
    { query: "skill_changes", parameters: (n) => change("falling", n) },
    { query: "skill_changes", parameters: (n) => change("", n) },
  ];
}

interface Cost {
  ms: number;
  rows: number;
}

/** The question as it is asked, and with the facts in the place of the table; both give the same answer, exactly. */
async function bothWays(
  client: ClickHouseClient,
  queries: Queries,
  query: string,
  parameters: Record<string, unknown>,
): Promise<{ trends: Cost; facts: Cost }> {
  const text = readSql(`../services/5-serve/queries/${query}.sql`, import.meta.url);
  const ours = await cost(client, () => queries.run(query, parameters));
  const straight = onFacts(text);
  const theirs = await cost(client, () =>
    select(client, straight, parameters, { settings: { max_memory_usage: "0", max_execution_time: 600 } }),
  );
  const [expected, answered] = [theirs.answer, ours.answer].map((answer) => JSON.stringify(answer));
  if (expected !== answered) {
    throw new Error(
      `${query} answers ${answered?.slice(0, 500)} and the facts say ${expected?.slice(0, 500)}, asked with ${JSON.stringify(parameters)}`,
    );
  }
  return { trends: ours.cost, facts: theirs.cost };
}

const straight = {
  totals: readSql("warehouse/straight_totals.sql", import.meta.url),
  skills: readSql("warehouse/straight_skills.sql", import.meta.url),
};

/** Each place that reads the table reads the facts instead: of sources and skills only what that place asks for. */
function onFacts(text: string): string {
  return text.replace(
    /(?<=FROM )skill_trends(?: AS (\w+))?(?=\s([^()]*(?:\([^()]*\)[^()]*)*))/g,
    (_, alias = "skill_trends", rest = "") => {
      // What stands in brackets is of another place.
      const conditions = rest.replace(/\([^()]*\)/g, "");
      const rows = /\bskill = ''/.test(conditions) ? straight.totals : straight.skills;
      const together = rows.replaceAll("{by_source:Bool}", "false");
      const bySource = rows.replaceAll("{by_source:Bool}", "true");
      const both = /\bsource !?= ''/.test(conditions)
        ? [/\bsource = ''/.test(conditions) ? together : bySource]
        : [together, bySource];
      return ["(", both.join("\nUNION ALL\n"), ") AS ", alias].join("");
    },
  );
}

/** Rows as the server counts them; nothing else may be asking. */
async function cost<T>(client: ClickHouseClient, ask: () => Promise<T>): Promise<{ answer: T; cost: Cost }> {
  const before = await rowsRead(client);
  const startMs = performance.now();
  const answer = await ask();
  const ms = performance.now() - startMs;
  return { answer, cost: { ms, rows: (await rowsRead(client)) - before } };
}

async function rowsRead(client: ClickHouseClient): Promise<number> {
  const [event] = await select<{ value: number }>(
    client,
    "SELECT value FROM system.events WHERE event = 'SelectedRows'",
  );
  return event?.value ?? 0;
}

const load = () => (loadavg()[0] ?? 0).toFixed(1);

/** From the insert of one posting of this month to its skill in the trends. */
async function freshness(
  client: ClickHouseClient,
  change: "new" | "edited",
  log: ReturnType<typeof createLog>,
): Promise<number[]> {
  const month = monthsBack(1).to;
  const standing = await select<{ job_id: string }>(
    client,
    `SELECT job_id FROM fact_job_postings
     WHERE generation = {generation:UInt32} AND month = {month:Date} AND counts LIMIT {tries:UInt32}`,
    { generation, month, tries: freshnessTries },
  );
  const duplicates = { update: async () => undefined };
  await using warehouse = createWarehouse(client, { generation, log, duplicates });
  await warehouse.settled();
  const took: number[] = [];
  for (let n = 0; n < freshnessTries; n++) {
    const [last] = await select<{ next: number }>(
      client,
      "SELECT max(raw_offset) + 1 AS next FROM landing WHERE generation = {generation:UInt32} AND raw_partition = 0",
      { generation },
    );
    const skill = `Fresh ${Date.now()}`;
    const startMs = performance.now();
    await client.insert({
      table: "landing",
      format: "JSONEachRow",
      values: [
        {
          generation,
          raw_partition: 0,
          raw_offset: last?.next ?? 0,
          outcome: "emitted",
          event: "found",
          job_id: change === "new" ? skill : (standing[n]?.job_id ?? skill),
          source: "linkedin",
          observed_at: new Date().toISOString().slice(0, 19).replace("T", " "),
          content_hash: skill,
          title: "Fresh",
          "skill.name": [skill],
          "skill.kind": ["technology"],
          "skill.requirement": ["required"],
          "skill.confidence": [1],
          "skill.mentions": [1],
        },
      ],
    });
    warehouse.landed();
    for (;;) {
      const [seen] = await select<{ clusters: number }>(
        client,
        `SELECT sum(clusters) AS clusters FROM skill_trends
         WHERE generation = {generation:UInt32} AND month = {month:Date} AND source = '' AND skill = {skill:String}`,
        { generation, month, skill },
      );
      if (seen?.clusters === 1) break;
      if (performance.now() - startMs > freshWithinMs) {
        throw new Error(`a new posting was not in the trends after ${freshWithinMs} ms`);
      }
      await sleep(freshLookMs);
    }
    took.push(performance.now() - startMs);
  }
  return took;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
