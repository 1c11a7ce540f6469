// Owns the shape of the database: applies the migrations in their order, each once. Only the store calls it.
// Stores that start together take turns by a lock. A store that was killed halfway leaves a migration that the
// next one runs again from its first statement, so every statement must be one that may run twice (IF NOT
// EXISTS, IF EXISTS). Refuses to go on where a migration was edited after it was applied, or where the
// database has one that this program does not know.
import {
  type ClickHouseClient,
  type ClickHouseSettings,
  clickhouseError,
  connectClickHouse,
  select,
} from "@skillstream/platform/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import { clusterStatements } from "@skillstream/schemas/clickhouse/cluster.ts";
import { type Migration, readMigrations } from "@skillstream/schemas/clickhouse/migrations.ts";
import { takeLock } from "./lock.ts";

/** The database and this program do not belong together; the message says how, and what to do. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

/** Throws Unavailable where ClickHouse does not answer. */
export async function migrate(
  settings: ClickHouseSettings,
  {
    log,
    signal,
    migrations = readMigrations(),
  }: { log: Logger; signal?: AbortSignal; migrations?: Migration[] },
): Promise<void> {
  // A connection can't name a database that does not exist yet.
  await using outside = connect({ ...settings, clickhouseDatabase: "default" });
  await using inside = connect(settings);
  try {
    const { clickhouseDatabase: database, clickhouseCluster: cluster } = settings;
    const everywhere = cluster ? ` ON CLUSTER '${cluster}'` : "";
    await outside.client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}${everywhere}` });
    const run = async (statement: string) => {
      for (const query of cluster ? clusterStatements(statement, cluster) : [statement])
        await inside.client.command({ query });
    };
    await run(createMigrations);
    if ((await pending(inside.client, migrations)).length === 0) return;
    await using _lock = await takeLock(inside.client, "migrations_lock", { log, ...(signal && { signal }) });
    for (const migration of await pending(inside.client, migrations)) {
      for (const statement of migration.statements) await run(statement);
      const { name, checksum } = migration;
      await inside.client.insert({
        table: "migrations",
        values: [{ name, checksum }],
        format: "JSONEachRow",
      });
      log.info({ migration: migration.name }, "A migration was applied.");
    }
  } catch (error) {
    throw error instanceof MigrationError ? error : clickhouseError(error);
  }
}

const createMigrations = `CREATE TABLE IF NOT EXISTS migrations (name String, checksum String)
  ENGINE = MergeTree ORDER BY name COMMENT 'Migrations that were applied.'`;

function connect(settings: ClickHouseSettings) {
  const client = connectClickHouse(settings, "skillstream-migrate");
  return { client, [Symbol.asyncDispose]: () => client.close() };
}

async function pending(client: ClickHouseClient, migrations: Migration[]): Promise<Migration[]> {
  const rows = await select<{ name: string; checksum: string }>(
    client,
    "SELECT DISTINCT name, checksum FROM migrations ORDER BY name",
  );
  const known = new Map(migrations.map((migration) => [migration.name, migration.checksum]));
  for (const { name, checksum } of rows) {
    if (!known.has(name)) {
      throw new MigrationError(
        `the database has migration ${name}, which this version does not know: start the version that applied it, or a newer one`,
      );
    }
    if (known.get(name) !== checksum) {
      throw new MigrationError(
        `migration ${name} was edited after it was applied: restore the file as it was and put the change into a new migration`,
      );
    }
  }
  const applied = new Set(rows.map((row) => row.name));
  return migrations.filter((migration) => !applied.has(migration.name));
}
