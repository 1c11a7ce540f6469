import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectClickHouse, select } from "@skillstream/platform/clickhouse.ts";
import { Unavailable } from "@skillstream/platform/errors.ts";
import { type LocalClickHouse, startClickHouse } from "@skillstream/platform/local/clickhouse/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import {
  type Migration,
  readMigrations,
  splitStatements,
} from "@skillstream/schemas/clickhouse/migrations.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { takeLock } from "./lock.ts";
import { migrate } from "./migrate.ts";

const log = createLog("test", "fatal");
const folder = mkdtempSync(join(tmpdir(), "migrate-"));
let server: LocalClickHouse;

beforeAll(async () => {
  server = await startClickHouse({ folder, host: "127.0.0.1", port: 0, log });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const settingsOf = (clickhouseDatabase: string, clickhouseUrl = server.url) => ({
  clickhouseUrl,
  clickhouseUser: "default",
  clickhousePassword: "",
  clickhouseDatabase,
});

async function inDatabase<T>(
  database: string,
  work: (client: ReturnType<typeof connectClickHouse>) => Promise<T>,
): Promise<T> {
  const client = connectClickHouse(settingsOf(database), "test");
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

const migration = (name: string, statement: string, checksum = statement): Migration => ({
  name,
  statements: [statement],
  checksum,
});

test("stores that start together apply each migration once, and a later start applies nothing", async () => {
  const settings = settingsOf("together");
  await Promise.all([1, 2, 3].map(() => migrate(settings, { log })));
  await migrate(settings, { log });
  const applied = await inDatabase("together", (client) =>
    select<{ name: string }>(client, "SELECT name FROM migrations ORDER BY name"),
  );
  expect(applied.map((row) => row.name)).toEqual(readMigrations().map((one) => one.name));
});

test("a migration that was cut off halfway runs again from its first statement", async () => {
  const settings = settingsOf("halfway");
  await migrate(settings, { log });
  const shape = () =>
    inDatabase("halfway", (client) =>
      select(
        client,
        "SELECT name, create_table_query FROM system.tables WHERE database = 'halfway' ORDER BY name",
      ),
    );
  const before = await shape();
  await inDatabase("halfway", (client) => client.command({ query: "TRUNCATE TABLE migrations" }));
  await migrate(settings, { log });
  expect(await shape()).toEqual(before);
});

test("a migration that was edited after it was applied is named, and what to do about it", async () => {
  const settings = settingsOf("edited");
  const first = migration("0001_a", "CREATE TABLE IF NOT EXISTS a (b UInt8) ENGINE = Memory");
  await migrate(settings, { log, migrations: [first] });
  await expect(migrate(settings, { log, migrations: [{ ...first, checksum: "other" }] })).rejects.toThrow(
    /0001_a was edited after it was applied: restore the file/,
  );
  await expect(migrate(settings, { log, migrations: [] })).rejects.toThrow(
    /0001_a, which this version does not know/,
  );
});

test("a lock is held by one at a time, and its next holder comes in when it is let go", async () => {
  await inDatabase("default", async (client) => {
    const first = await takeLock(client, "a_lock", { log });
    const order: string[] = [];
    const second = takeLock(client, "a_lock", { log }).then((lock) => {
      order.push("second");
      return lock;
    });
    expect(await select(client, "SELECT name FROM system.tables WHERE name = 'a_lock'")).toHaveLength(1);
    order.push("first lets go");
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(order).toEqual(["first lets go", "second"]);
  });
});

test("a lock whose holder died is taken over", { timeout: 40_000 }, async () => {
  await inDatabase("default", async (client) => {
    // Nobody renews this one.
    await client.command({
      query: "CREATE TABLE dead_lock (unused UInt8) ENGINE = Memory COMMENT 'a dead process'",
    });
    await using _lock = await takeLock(client, "dead_lock", { log });
    const [row] = await select<{ comment: string }>(
      client,
      "SELECT comment FROM system.tables WHERE name = 'dead_lock'",
    );
    expect(row?.comment).not.toContain("a dead process");
  });
});

test("a ClickHouse that is away is a reason to wait", async () => {
  await expect(migrate(settingsOf("x", "http://127.0.0.1:9"), { log })).rejects.toBeInstanceOf(Unavailable);
});

test("a file is cut into statements at the semicolons that end one, and at no other", () => {
  const text = `-- a; comment
    CREATE TABLE a (b String DEFAULT 'x;\\';''y') /* ; */ COMMENT ";";
    SELECT \`;\` FROM $tag$ ; $tag$ WHERE a = 1 - 2 / 3;
    ;
    -- the end;`;
  const statements = splitStatements(text);
  expect(statements).toHaveLength(2);
  expect(statements[0]).toContain(`'x;\\';''y') /* ; */ COMMENT ";"`);
  expect(statements[1]).toBe("SELECT `;` FROM $tag$ ; $tag$ WHERE a = 1 - 2 / 3");
});
