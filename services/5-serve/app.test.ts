import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClickHouseClient, connectClickHouse } from "@skillstream/platform/clickhouse.ts";
import { Unavailable } from "@skillstream/platform/errors.ts";
import { type LocalClickHouse, startClickHouse } from "@skillstream/platform/local/clickhouse/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { readMigrations } from "@skillstream/schemas/clickhouse/migrations.ts";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "./app.ts";
import type { Flow } from "./flow.ts";

const log = createLog("test", "fatal");
const folder = mkdtempSync(join(tmpdir(), "serve-"));
let port: number;
let server: LocalClickHouse;
let client: ClickHouseClient;
let app: FastifyInstance;
let url: string;
let bounds: { partition: number; low: number; high: number }[] = [];
let kafkaIsAway = false;

const flow: Flow = {
  offsets: async () => {
    if (kafkaIsAway) throw new Unavailable("Kafka does not answer");
    return bounds;
  },
  lags: async () => [{ stage: "normalize", waiting: 3 }],
  [Symbol.asyncDispose]: async () => undefined,
};

const start = () => startClickHouse({ folder, host: "127.0.0.1", port, log });

beforeAll(async () => {
  port = await freePort();
  server = await start();
  client = connectClickHouse(
    {
      clickhouseUrl: server.url,
      clickhouseUser: "default",
      clickhousePassword: "",
      clickhouseDatabase: "default",
    },
    "test",
  );
  for (const { statements } of readMigrations()) {
    for (const query of statements) await client.command({ query });
  }
  app = await createApp({ clickhouse: client, flow, log });
  url = await app.listen({ port: 0, host: "127.0.0.1" });
});

afterAll(async () => {
  await app?.close();
  await client?.close();
  await server?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await client.command({ query: "TRUNCATE TABLE landing" });
  await client.command({ query: "TRUNCATE TABLE skill_trends" });
  bounds = [];
  kafkaIsAway = false;
});

const land = (rows: Record<string, unknown>[]) =>
  client.insert({
    table: "landing",
    format: "JSONEachRow",
    values: rows.map((row) => ({
      generation: 1,
      raw_partition: 0,
      outcome: "emitted",
      event: "found",
      observed_at: "2026-05-12 09:00:00",
      ...row,
    })),
  });

const get = async (path: string) => {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, type: response.headers.get("content-type"), body: await response.json() };
};

describe("the ledger", () => {
  test("gives every raw event one place: stored, duplicate, observed, dropped, rejected or in flight", async () => {
    bounds = [
      { partition: 0, low: 0, high: 10 },
      { partition: 1, low: 5, high: 9 },
    ];
    await land([
      { raw_offset: 0, job_id: "a", content_hash: "1" },
      { raw_offset: 1, job_id: "a", content_hash: "1" },
      { raw_offset: 2, job_id: "a", content_hash: "2" },
      { raw_offset: 3, job_id: "b", content_hash: "1" },
      // 4 and 5 have not landed, though later ones have.
      { raw_offset: 6, outcome: "observed", event: "seen", job_id: "a" },
      { raw_offset: 7, outcome: "rejected" },
      { raw_offset: 8, outcome: "dropped" },
      // Gone from the topic since, and scraped all the same.
      { raw_partition: 1, raw_offset: 4, job_id: "c", content_hash: "1" },
      { raw_partition: 1, raw_offset: 5, job_id: "d", content_hash: "1" },
      // Landed after the topic's bounds were read.
      { raw_partition: 1, raw_offset: 9, job_id: "e", content_hash: "1" },
      { generation: 2, raw_offset: 4, job_id: "a", content_hash: "9" },
    ]);
    // A repeat that has not merged away yet.
    await land([{ raw_offset: 3, job_id: "b", content_hash: "1" }]);
    const { body } = await get("/api/ledger");
    expect(body).toEqual({
      scraped: 16,
      stored: 6,
      duplicates: 1,
      observed: 1,
      dropped: 1,
      rejected: 1,
      inFlight: 6,
    });
  });

  test("of an empty stream is nothing everywhere", async () => {
    expect(Object.values((await get("/api/ledger")).body)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test("answers with a problem that says to try again while Kafka is away", async () => {
    kafkaIsAway = true;
    const { status, type, body } = await get("/api/ledger");
    expect({ status, type }).toEqual({ status: 503, type: "application/problem+json; charset=utf-8" });
    expect(body.detail).toMatch(/Try again/);
  });
});

describe("the API", () => {
  /** Two boards of unlike taste, whose mix turns round; what they ask for stays as it is but for Rust. */
  const counts: [month: string, source: string, skill: string, kind: string, clusters: number][] = [
    ["2026-03-01", "board", "", "", 900],
    ["2026-03-01", "board", "Java", "technology", 540],
    ["2026-03-01", "board", "Rust", "technology", 90],
    ["2026-03-01", "guild", "", "", 100],
    ["2026-03-01", "guild", "Java", "technology", 10],
    ["2026-03-01", "guild", "Rust", "technology", 10],
    ["2026-06-01", "board", "", "", 100],
    ["2026-06-01", "board", "Java", "technology", 60],
    ["2026-06-01", "board", "Rust", "technology", 40],
    ["2026-06-01", "guild", "", "", 900],
    ["2026-06-01", "guild", "Java", "technology", 90],
    ["2026-06-01", "guild", "Rust", "technology", 360],
    ["2026-06-01", "guild", "Teamwork", "soft", 40],
    ["2026-06-01", "novelty", "", "", 50],
    ["2026-06-01", "novelty", "Rust", "technology", 50],
  ];

  async function trendsOf(counted: typeof counts, versions: Record<string, string[]> = {}) {
    const all = new Map<string, { row: (typeof counts)[number]; clusters: number }>();
    for (const row of counted) {
      const key = `${row[0]} ${row[2]}`;
      all.set(key, { row, clusters: (all.get(key)?.clusters ?? 0) + row[4] });
    }
    const rows = [
      ...counted,
      ...[...all.values()].map(({ row, clusters }) => row.with(1, "").with(4, clusters)),
    ];
    await client.insert({
      table: "skill_trends",
      format: "JSONEachRow",
      values: rows.map(([month, source, skill, kind, clusters]) => ({
        generation: 1,
        month,
        source,
        skill,
        kind,
        clusters,
        postings: Number(clusters) * 2,
        extractors: skill === "" ? (versions[String(month)] ?? ["embedded@1"]) : [],
      })),
    });
  }

  test("gives skills by month as shares of jobs, each with its interval", async () => {
    await trendsOf(counts);
    const { body } = await get("/api/trends/skills?from=2026-01&to=2026-06&limit=2");
    expect(body.months).toMatchObject([
      { month: "2026-03-01", clusters: 1000, postings: 2000, mixed: false },
      { month: "2026-06-01", clusters: 1050, postings: 2100, mixed: false },
    ]);
    expect(body.skills).toMatchObject([
      { skill: "Java", kind: "technology", month: "2026-03-01", clusters: 550, share: 0.55 },
      { skill: "Java", kind: "technology", month: "2026-06-01", clusters: 150 },
      { skill: "Rust", kind: "technology", month: "2026-03-01", clusters: 100, share: 0.1 },
      { skill: "Rust", kind: "technology", month: "2026-06-01", clusters: 450 },
    ]);
    // Wilson's interval of 100 of 1,000.
    expect(body.skills[2].share_low).toBeCloseTo(0.08291, 5);
    expect(body.skills[2].share_high).toBeCloseTo(0.12015, 5);
  });

  test("tells what rises from a change of the mix of sources, and leaves out the source that is new", async () => {
    await trendsOf(counts);
    const { body } = await get("/api/trends/skills?from=2026-01&to=2026-06");
    expect(body.compared).toMatchObject({
      from: "2026-04-01",
      to: "2026-06-01",
      earlier_from: "2026-01-01",
      earlier_to: "2026-03-01",
      sources: ["board", "guild"],
      sources_left_out: ["novelty"],
      clusters_left_out: 50,
      mixed: false,
    });
    // Half of the jobs of both periods is of each board: 0.5 · 0.4 + 0.5 · 0.4 against 0.5 · 0.1 + 0.5 · 0.1.
    expect(body.rising).toMatchObject([{ skill: "Rust", verdict: "rising" }]);
    expect(body.rising[0].change).toBeCloseTo(0.3, 9);
    // The plain share of Java falls from 0.55 to 0.14, and on each board not at all.
    expect(body.falling).toEqual([]);
    const java = body.changes.find((one: { skill: string }) => one.skill === "Java");
    expect(java).toMatchObject({ verdict: "not sure", clusters: 150, clusters_earlier: 550 });
    expect(java.change).toBeCloseTo(0, 9);
    expect(java.change_low).toBeLessThan(0);
    expect(java.change_high).toBeGreaterThan(0);
    const soft = await get("/api/trends/skills?from=2026-01&to=2026-06&kind=soft");
    expect(soft.body.skills.map((one: { skill: string }) => one.skill)).toEqual(["Teamwork"]);
    expect(soft.body.changes.map((one: { skill: string }) => one.skill)).toEqual(["Teamwork"]);
  });

  test("gives a change the interval that Newcombe's paper has for it", async () => {
    await trendsOf([
      ["2026-05-01", "board", "", "", 80],
      ["2026-05-01", "board", "Rust", "technology", 48],
      ["2026-06-01", "board", "", "", 70],
      ["2026-06-01", "board", "Rust", "technology", 56],
    ]);
    const { body } = await get("/api/skills/Rust/trend?from=2026-05&to=2026-06");
    expect(body.months[0]).toMatchObject({ change: null, change_low: null, verdict: null });
    const [, june] = body.months;
    expect(june).toMatchObject({ clusters: 56, all_clusters: 70, share: 0.8, verdict: "rising" });
    expect(june.change).toBeCloseTo(0.2, 9);
    expect(june.change_low).toBeCloseTo(0.0524, 4);
    expect(june.change_high).toBeCloseTo(0.3339, 4);
  });

  test("says where several versions answered", async () => {
    await trendsOf(counts, { "2026-06-01": ["embedded@1", "embedded@2"] });
    const { body } = await get("/api/trends/skills?from=2026-01&to=2026-06");
    expect(body.months.map((one: { mixed: boolean }) => one.mixed)).toEqual([false, true]);
    expect(body.compared).toMatchObject({ mixed: true, extractors: ["embedded@1", "embedded@2"] });
    const rust = await get("/api/skills/Rust/trend?from=2026-01&to=2026-06");
    expect(rust.body.months.map((one: { mixed: boolean }) => one.mixed)).toEqual([false, true]);
  });

  test("says where one version answered a month and another one the month before", async () => {
    const [may, june] = ["2026-05-01", "2026-06-01"] as const;
    await trendsOf(
      [may, june].flatMap((month) => [
        [month, "board", "", "", 80],
        [month, "board", "Rust", "technology", 40],
      ]),
      { [may]: ["embedded@1"], [june]: ["embedded@2"] },
    );
    const { body } = await get("/api/skills/Rust/trend?from=2026-05&to=2026-06");
    expect(body.months.map((one: { mixed: boolean }) => one.mixed)).toEqual([false, true]);
    const later = await get("/api/skills/Rust/trend?from=2026-06&to=2026-06");
    expect(later.body.months.map((one: { mixed: boolean }) => one.mixed)).toEqual([true]);
  });

  test("takes months that are further away than ClickHouse counts", async () => {
    await trendsOf(counts);
    const { body } = await get("/api/skills/Rust/trend?from=1900-01&to=2199-12");
    expect(body.months.map((one: { month: string }) => one.month)).toEqual(["2026-03-01", "2026-06-01"]);
  });

  test("compares nothing where there is nothing", async () => {
    const { body } = await get("/api/trends/skills?from=2026-01&to=2026-06");
    expect(body).toMatchObject({ compared: null, changes: [], rising: [], falling: [] });
  });

  test("gives one skill's history, months without it included", async () => {
    await trendsOf(counts);
    const { body } = await get("/api/skills/Teamwork/trend?from=2026-01&to=2026-06");
    expect(body).toMatchObject({ skill: "Teamwork", kind: "soft" });
    expect(body.months.map((one: { clusters: number }) => one.clusters)).toEqual([0, 40]);
    expect((await get("/api/skills/C%2B%2B/trend")).status).toBe(404);
  });

  test("gives a posting's latest version with every mention, and says when it is closed", async () => {
    const extraction = {
      skills: [{ name: "SQL", mentions: [{ field: "title", text: "SQL", start: 0, end: 3 }] }],
    };
    await land([
      { raw_offset: 5, job_id: "a", title: "old", observed_at: "2026-05-01 00:00:00", extraction: "{}" },
      { raw_offset: 1, job_id: "a", title: "<b>new</b>", extraction: JSON.stringify(extraction) },
      {
        raw_offset: 2,
        job_id: "a",
        outcome: "observed",
        event: "closed",
        observed_at: "2026-05-13 00:00:00",
      },
    ]);
    const { body } = await get("/api/postings/a");
    expect(body).toMatchObject({
      title: "<b>new</b>",
      closed: true,
      extraction,
      observed_at: "2026-05-12T09:00:00.000Z",
    });
    expect((await get("/api/postings/nobody")).status).toBe(404);
  });

  test.each([
    ["/api/trends/skills?from=2026-13", 400, /^from is not understood. It is the first month, YYYY-MM/],
    ["/api/trends/skills?limit=1e9", 400, /^limit must be <= 200/],
    ["/api/trends/skills?kind=magic", 400, /^kind takes one of technology, method/],
    ["/api/trends/skills?page=2", 400, /^"page" is not a parameter here; there are from, to, kind, limit/],
    [`/api/skills/${"a".repeat(10_000)}/trend`, 400, /^name must NOT have more than 200 characters/],
    ["/api/skills/%E0%A4%A/trend", 400, /not a valid url/],
    ["/api/trends/skills?from=2026-05&to=2026-04", 400, /lies after/],
    ["/api/unknown", 404, /openapi/],
  ])("answers %s with a problem that says what is wrong", async (path, status, detail) => {
    const answer = await get(path);
    expect(answer).toMatchObject({ status, type: "application/problem+json; charset=utf-8" });
    expect(answer.body.detail).toMatch(detail);
  });

  test("describes itself, and every answer it gives has a schema", async () => {
    const { body } = await get("/api/openapi.json");
    expect(Object.keys(body.paths).sort()).toEqual([
      "/api/data-checks",
      "/api/events",
      "/api/extract",
      "/api/ledger",
      "/api/postings/{job_id}",
      "/api/runs",
      "/api/skills/{name}/trend",
      "/api/sources",
      "/api/status",
      "/api/trends/skills",
    ]);
    for (const methods of Object.values<Record<string, { responses: object }>>(body.paths)) {
      for (const { responses } of Object.values(methods)) expect(Object.keys(responses)).toContain("200");
    }
  });

  test("lets nothing of a posting run: no inline script or style, no other origin", async () => {
    for (const path of ["/api/status", "/api/unknown", "/%E0%A4%A"]) {
      const policy = (await fetch(`${url}${path}`)).headers.get("content-security-policy") ?? "";
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).not.toContain("unsafe");
    }
  });
});

describe("the live channel", () => {
  test("tells everything at once to who comes, then what changes, and again after a ClickHouse that was away", async () => {
    await land([{ raw_offset: 0, job_id: "a", content_hash: "1", title: "First" }]);
    bounds = [{ partition: 0, low: 0, high: 2 }];
    await using line = await listen(`${url}/api/events`);
    const seen = await line.until("status", ({ ledger }) => ledger?.inFlight === 1);
    expect(seen.status).toMatchObject({ stored: 1, generation: 1, problem: null });
    await land([
      { raw_offset: 1, job_id: "b", content_hash: "1", title: "Second", observed_at: "2026-05-13 00:00:00" },
    ]);
    const picture = await line.until("picture", ({ newest }) => newest.length === 2);
    expect(picture.newest[0].title).toBe("Second");
    await line.until("status", ({ ledger }) => ledger?.inFlight === 0);

    await server[Symbol.asyncDispose]();
    const down = await line.until("status", ({ status }) => status.problem !== null);
    expect(down.status).toMatchObject({
      stored: 2,
      problem: expect.stringContaining("ClickHouse does not answer"),
    });
    expect((await get("/api/trends/skills")).status).toBe(503);
    server = await start();
    await line.until("status", ({ status }) => status.problem === null);

    await using later = await listen(`${url}/api/events`);
    expect((await later.until("picture", () => true)).newest).toHaveLength(2);
  });

  test("says what is not known while Kafka is away, and goes on without it", async () => {
    await land([{ raw_offset: 0, job_id: "a", content_hash: "1" }]);
    bounds = [{ partition: 0, low: 0, high: 1 }];
    await using line = await listen(`${url}/api/events`);
    await line.until("status", ({ status }) => status.problem === null);
    kafkaIsAway = true;
    const { status } = await line.until("status", (told) => told.status.problem !== null);
    expect(status.problem).toMatch(/^Kafka does not answer/);
    kafkaIsAway = false;
    await line.until("status", (told) => told.status.problem === null);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: what comes over the line is looked into by the test.
type Told = any;

/** Reads server-sent events as a browser would. */
async function listen(address: string) {
  const gone = new AbortController();
  const response = await fetch(address, { signal: gone.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  return {
    async until(event: string, matches: (told: Told) => boolean): Promise<Told> {
      for (;;) {
        const end = pending.indexOf("\n\n");
        if (end < 0) {
          const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
          if (done) throw new Error("the channel ended");
          pending += value;
          continue;
        }
        const block = pending.slice(0, end);
        pending = pending.slice(end + 2);
        if (!block.startsWith(`event: ${event}\n`)) continue;
        const told = JSON.parse(block.slice(block.indexOf("data: ") + 6));
        if (matches(told)) return told;
      }
    },
    async [Symbol.asyncDispose]() {
      gone.abort();
      await reader?.cancel().catch(() => undefined);
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}
