import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClickHouseClient, connectClickHouse, select } from "@skillstream/platform/clickhouse.ts";
import { type LocalClickHouse, startClickHouse } from "@skillstream/platform/local/clickhouse/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLanding } from "./landing.ts";
import { migrate } from "./migrate.ts";
import { found, receipt } from "./sample.ts";
import { createTrends } from "./trends.ts";

const log = createLog("test", "fatal");
const folder = mkdtempSync(join(tmpdir(), "trends-"));
let server: LocalClickHouse;
let client: ClickHouseClient;

beforeAll(async () => {
  server = await startClickHouse({ folder, host: "127.0.0.1", port: 0, log });
  const settings = {
    clickhouseUrl: server.url,
    clickhouseUser: "default",
    clickhousePassword: "",
    clickhouseDatabase: "skillstream",
  };
  await migrate(settings, { log });
  client = connectClickHouse(settings, "test");
});

afterAll(async () => {
  await client?.close();
  await server?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const month = (number: number, day = 3) => Date.UTC(2026, number - 1, day);
const trendsOf = (generation: number) =>
  select<{ month: string; skill: string; postings: number; open: number; companies: number }>(
    client,
    `SELECT month, skill, postings, open, companies FROM trends
     WHERE generation = {generation:UInt32} ORDER BY month, skill`,
    { generation },
  );

interface Seen {
  job: number;
  atMs: number;
  offset: number;
  posted?: number;
  skills?: string[];
  company?: string;
  closed?: boolean;
}

/** The same trends, counted in the plainest way. */
function recount(seen: Seen[]) {
  const totals = new Map<string, { postings: number; open: number; companies: Set<string> }>();
  for (const job of new Set(seen.map((one) => one.job))) {
    const sights = seen
      .filter((one) => one.job === job)
      .sort((a, b) => a.atMs - b.atMs || a.offset - b.offset);
    const latest = sights.findLast((one) => one.posted !== undefined);
    if (latest?.posted === undefined) continue;
    for (const skill of ["", ...new Set(latest.skills)]) {
      const key = `${new Date(latest.posted).toISOString().slice(0, 7)}-01 ${skill}`;
      const total = totals.get(key) ?? { postings: 0, open: 0, companies: new Set() };
      total.postings++;
      if (!sights.at(-1)?.closed) total.open++;
      total.companies.add(latest.company ?? "");
      totals.set(key, total);
    }
  }
  return [...totals]
    .map(([key, total]) => {
      const [day = "", skill = ""] = key.split(" ");
      return { month: day, skill, ...total, companies: total.companies.size };
    })
    .sort((a, b) => a.month.localeCompare(b.month) || (a.skill < b.skill ? -1 : 1));
}

describe("the trends", () => {
  test("are what a plain recount says, after edits, moves between months, closings and late events", async () => {
    const generation = 1;
    const landing = createLanding(client, { generation, log });
    await using trends = createTrends(client, { generation, log });
    const seen: Seen[] = [];
    let offset = 0;
    // A small generator of the usual kind, so that a failure can be repeated.
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 4; round++) {
      const answers = Array.from({ length: 60 }, () => {
        const job = random(80);
        const one: Seen = { job, atMs: month(8) + random(1_000) * 60_000, offset: offset++ };
        seen.push(one);
        const common = { job_id: `job-${job}`, observed_at: one.atMs };
        if (random(4) === 0) {
          one.closed = random(2) === 0;
          return receipt(one.offset, { ...common, event: one.closed ? "closed" : "seen" });
        }
        one.posted = month(2 + random(5), 1 + random(27));
        one.company = `Company ${random(6)}`;
        one.skills = ["SQL", "Rust", "Go", "SQL"].filter(() => random(2) === 0);
        return found(one.offset, { ...common, posted_time: one.posted, company: one.company }, one.skills);
      });
      await landing.write(
        round % 2,
        answers.filter((answer) => Number(answer.key.slice(4)) % 2 === round % 2),
      );
      await landing.write(
        (round + 1) % 2,
        answers.filter((answer) => Number(answer.key.slice(4)) % 2 !== round % 2),
      );
      await trends.settled();
      expect(await trendsOf(generation)).toEqual(recount(seen));
    }
  });

  test("an edit that moves the last posting of a month takes the month away", async () => {
    const generation = 2;
    const landing = createLanding(client, { generation, log });
    await using trends = createTrends(client, { generation, log });
    await landing.write(0, [found(0, { posted_time: month(2), observed_at: month(5) })]);
    await trends.settled();
    expect((await trendsOf(generation)).map((one) => one.month)).toEqual(["2026-02-01", "2026-02-01"]);
    await landing.write(0, [found(1, { posted_time: month(3), observed_at: month(5, 4) })]);
    await trends.settled();
    expect((await trendsOf(generation)).map((one) => one.month)).toEqual(["2026-03-01", "2026-03-01"]);
  });

  test("a posting without a date that can be true counts in the month in which it was first seen", async () => {
    const generation = 3;
    const landing = createLanding(client, { generation, log });
    await using trends = createTrends(client, { generation, log });
    await landing.write(0, [
      found(0, { job_id: "a", posted_time: null, observed_at: month(4) }),
      found(1, { job_id: "a", posted_time: null, observed_at: month(6) }),
      found(2, { job_id: "b", posted_time: month(12), observed_at: month(4) }),
      found(3, { job_id: "c", posted_time: Date.UTC(1970, 0, 1), observed_at: month(4) }),
    ]);
    await trends.settled();
    expect(await trendsOf(generation)).toMatchObject([
      { month: "2026-04-01", skill: "", postings: 3 },
      { month: "2026-04-01", skill: "SQL", postings: 3 },
    ]);
    // A date that is given and taken back again.
    await landing.write(0, [found(4, { job_id: "a", posted_time: month(2), observed_at: month(7) })]);
    await trends.settled();
    await landing.write(0, [found(5, { job_id: "a", posted_time: null, observed_at: month(8) })]);
    await trends.settled();
    expect(await trendsOf(generation)).toMatchObject([
      { month: "2026-04-01", skill: "", postings: 3 },
      { month: "2026-04-01", skill: "SQL", postings: 3 },
    ]);
  });

  test("what landed before a kill is counted by the next process, and nothing else is recomputed", async () => {
    const generation = 4;
    const landing = createLanding(client, { generation, log });
    {
      await using trends = createTrends(client, { generation, log });
      await landing.write(0, [found(0, { posted_time: month(2) })]);
      await trends.settled();
    }
    await landing.write(1, [found(0, { job_id: "late", posted_time: month(3) })]);
    await client.command({
      query: "INSERT INTO trends (generation, month, skill, postings) VALUES (4, '2026-02-01', 'planted', 1)",
    });
    {
      await using trends = createTrends(client, { generation, log });
      await trends.settled();
    }
    expect((await trendsOf(generation)).map(({ month, skill }) => `${month} ${skill}`)).toEqual([
      "2026-02-01 ",
      "2026-02-01 SQL",
      "2026-02-01 planted",
      "2026-03-01 ",
      "2026-03-01 SQL",
    ]);
  });

  test("rows that come in before what was read, as from an old archive, recompute everything", async () => {
    const generation = 5;
    const landing = createLanding(client, { generation, log });
    await using trends = createTrends(client, { generation, log });
    await landing.write(0, [found(100, { posted_time: month(3) })]);
    await trends.settled();
    await landing.write(0, [found(3, { job_id: "old", posted_time: month(2) })]);
    await trends.settled();
    expect((await trendsOf(generation)).map((one) => one.month)).toEqual([
      "2026-02-01",
      "2026-02-01",
      "2026-03-01",
      "2026-03-01",
    ]);
  });

  test("several processes at once leave what one alone would", async () => {
    const generation = 6;
    const landing = createLanding(client, { generation, log });
    await using one = createTrends(client, { generation, log });
    await using other = createTrends(client, { generation, log });
    for (let offset = 0; offset < 5; offset++) {
      await landing.write(0, [
        found(offset, { job_id: `job-${offset}`, posted_time: month(1 + (offset % 3)) }),
      ]);
      await Promise.all([one.settled(), other.settled()]);
    }
    const totals = (await trendsOf(generation)).filter((row) => row.skill === "");
    expect(totals.map((row) => row.postings)).toEqual([2, 2, 1]);
    const staging = await select(
      client,
      "SELECT name FROM system.tables WHERE startsWith(name, 'trends_staging_')",
    );
    expect(staging).toEqual([]);
  });
});
