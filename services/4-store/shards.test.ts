import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClickHouseClient, connectClickHouse, select } from "@skillstream/platform/clickhouse.ts";
import { type LocalClickHouse, startClickHouse } from "@skillstream/platform/local/clickhouse/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { clusterStatements } from "@skillstream/schemas/clickhouse/cluster.ts";
import { readMigrations } from "@skillstream/schemas/clickhouse/migrations.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runChecks } from "./checks.ts";
import { createDuplicates } from "./duplicates/duplicates.ts";
import { createLanding } from "./landing.ts";
import { migrate } from "./migrate.ts";
import { found, receipt } from "./sample.ts";
import { createWarehouse } from "./warehouse.ts";

const log = createLog("test", "fatal");
const folder = mkdtempSync(join(tmpdir(), "shards-"));
let server: LocalClickHouse;

beforeAll(async () => {
  server = await startClickHouse({ folder, host: "127.0.0.1", port: 0, log });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function inDatabase<T>(database: string, work: (client: ClickHouseClient) => Promise<T>): Promise<T> {
  const settings = {
    clickhouseUrl: server.url,
    clickhouseUser: "default",
    clickhousePassword: "",
    clickhouseDatabase: database,
  };
  await migrate(settings, { log });
  const client = connectClickHouse(settings, "test");
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

test("ClickHouse's own parser reads every migration in its form for a cluster", async () => {
  await inDatabase("parsed", async (client) => {
    for (const statement of readMigrations().flatMap((migration) => migration.statements)) {
      for (const form of clusterStatements(statement, "jobs")) {
        const rows = await select<{ text: string }>(client, "SELECT formatQuery({form:String}) AS text", {
          form,
        });
        expect(rows[0]?.text).toContain("ON CLUSTER jobs");
      }
    }
  });
});

/** Raw partitions 0 to 3: finds, edits, a closing, the same content again, two that are alike on different shards. */
const partitions = [0, 1, 2, 3].map((partition) => {
  const job = (number: number, changes: object = {}) => ({
    job_id: `job-${partition}-${number}`,
    source_id: String(number),
    content_hash: `${partition}-${number}`,
    observed_at: Date.UTC(2026, 4, 12 + number, 9),
    posted_time: Date.UTC(2026, 3 + (number % 2), 5),
    ...changes,
  });
  return [
    found(0, job(1), ["SQL", "Rust"]),
    found(1, job(2), ["Go"]),
    found(2, job(1, { content_hash: "edited", title: "Edited", observed_at: Date.UTC(2026, 5, 1) }), [
      "Rust",
    ]),
    receipt(3, { job_id: `job-${partition}-2`, event: "closed", observed_at: Date.UTC(2026, 5, 2) }),
    found(4, job(3), ["SQL"]),
    found(5, job(3), ["SQL"]),
  ];
});

const fill = async (client: ClickHouseClient) => {
  const duplicates = createDuplicates(client, { generation: 1, log });
  await using warehouse = createWarehouse(client, { generation: 1, log, duplicates });
  for (const [partition, answers] of partitions.entries()) {
    await createLanding(client, { generation: 1, log }).write(partition, answers);
  }
  await warehouse.settled();
};
const read = async (client: ClickHouseClient) => ({
  facts: await select(client, "SELECT * FROM fact_job_postings ORDER BY posting_key", {}),
  trends: await select(client, "SELECT * FROM skill_trends ORDER BY ALL", {}),
  broken: (await runChecks(client, { generation: 1, againAfterMs: 0 })).filter(
    ({ broken, error }) => broken > 0 || error !== "",
  ),
});

test("a landing table in two pieces, cut by raw partition, adds up to the same as one in one piece", {
  timeout: 120_000,
}, async () => {
  const whole = await inDatabase("whole", async (client) => {
    await fill(client);
    return read(client);
  });
  expect(whole.facts).toHaveLength(12);
  const cut = await inDatabase("cut", async (client) => {
    for (const shard of ["landing_a", "landing_b"])
      await client.command({ query: `CREATE TABLE ${shard} AS landing` });
    await fill(client);
    // What lay in one table comes to lie in two, and all that was computed from it is computed anew.
    await client.command({
      query: "INSERT INTO landing_a SELECT * FROM landing WHERE raw_partition % 2 = 0",
    });
    await client.command({
      query: "INSERT INTO landing_b SELECT * FROM landing WHERE raw_partition % 2 = 1",
    });
    await client.command({ query: "RENAME TABLE landing TO landing_before" });
    await client.command({
      query: "CREATE TABLE landing AS landing_a ENGINE = Merge(currentDatabase(), '^landing_[ab]$')",
    });
    for (const { name } of await select<{ name: string }>(
      client,
      `SELECT name FROM system.tables
       WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND NOT startsWith(name, 'landing')
         AND NOT startsWith(name, 'dim_') AND name != 'migrations'`,
    ))
      await client.command({ query: `TRUNCATE TABLE ${name}` });
    const duplicates = createDuplicates(client, { generation: 1, log });
    await using warehouse = createWarehouse(client, { generation: 1, log, duplicates });
    await warehouse.settled();
    return read(client);
  });
  expect(cut).toEqual(whole);
  expect(cut.broken).toEqual([]);
});
