import { expect, test } from "vitest";
import { clusterStatements } from "./cluster.ts";
import { readMigrations } from "./migrations.ts";

const inCluster = (statement: string) => clusterStatements(statement, "jobs");

test("a table that is whole on every node is one replica each, whatever the shard", () => {
  expect(
    inCluster("-- Why.\nCREATE TABLE IF NOT EXISTS t (a Int8)\nENGINE = ReplacingMergeTree(a)\nORDER BY a"),
  ).toEqual([
    "-- Why.\nCREATE TABLE IF NOT EXISTS t ON CLUSTER 'jobs' (a Int8)\nENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/everywhere/{database}/{table}', '{shard}-{replica}', a)\nORDER BY a",
  ]);
});

test("the landing table has a part on each shard, and rows of one raw partition stay together", () => {
  const [shard, whole, ...more] = inCluster(
    "CREATE TABLE IF NOT EXISTS landing (raw_partition UInt16) ENGINE = ReplacingMergeTree ORDER BY raw_partition",
  );
  expect(more).toEqual([]);
  expect(shard).toContain("landing_shard ON CLUSTER 'jobs'");
  expect(shard).toContain(
    "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')",
  );
  expect(whole).toBe(
    "CREATE TABLE IF NOT EXISTS landing ON CLUSTER 'jobs' AS landing_shard ENGINE = Distributed('jobs', currentDatabase(), 'landing_shard', raw_partition)",
  );
});

test("a new column of the landing table comes to its shards before it is asked for", () => {
  expect(inCluster("ALTER TABLE landing\n    ADD COLUMN IF NOT EXISTS b Int8")).toEqual([
    "ALTER TABLE landing_shard ON CLUSTER 'jobs'\n    ADD COLUMN IF NOT EXISTS b Int8",
    "ALTER TABLE landing ON CLUSTER 'jobs'\n    ADD COLUMN IF NOT EXISTS b Int8",
  ]);
  expect(() => inCluster("ALTER TABLE landing ADD INDEX i b TYPE minmax")).toThrow("nothing else");
});

test("views come and go on all nodes", () => {
  expect(inCluster("CREATE OR REPLACE VIEW v AS SELECT 1")).toEqual([
    "CREATE OR REPLACE VIEW v ON CLUSTER 'jobs' AS SELECT 1",
  ]);
  expect(inCluster("DROP VIEW IF EXISTS v")).toEqual(["DROP VIEW IF EXISTS v ON CLUSTER 'jobs'"]);
});

test("a statement or an engine that it does not know is refused", () => {
  expect(() => inCluster("INSERT INTO t VALUES (1)")).toThrow(
    "no cluster has a form for this statement: INSERT",
  );
  expect(() => inCluster("CREATE TABLE t (a Int8) ENGINE = Log")).toThrow("no cluster has a form");
  expect(() => inCluster("CREATE TABLE IF NOT EXISTS t (a Int8) ENGINE = Log")).toThrow("MergeTree family");
});

test("every statement of every migration has a form for a cluster, and leaves no node out", () => {
  const statements = readMigrations().flatMap((migration) => migration.statements);
  expect(statements.length).toBeGreaterThan(10);
  for (const statement of statements) {
    for (const form of inCluster(statement)) {
      expect(form).toContain("ON CLUSTER 'jobs'");
      expect(form).not.toMatch(/ENGINE = (?!Replicated|Distributed)/);
    }
  }
});
