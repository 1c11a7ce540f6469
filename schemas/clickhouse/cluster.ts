// Owns how the migrations read on a cluster of several shards and replicas: the same files, each statement turned
// into what says the same of all nodes. Only the landing table is cut into shards, by raw partition: an insert is
// of one raw partition, so it stays one block on one shard, and all versions of a posting lie together. What is
// computed from it is small and is a replica on every node, so that a period is swapped in for all of them by one
// step and every join is local. Refuses a statement that it does not know, rather than leave a node without it.

/** By which column the rows of a table find their shard; any other table is whole on every node. */
const shardedBy = new Map([["landing", "raw_partition"]]);

/** Behind the table that is asked, the one that holds a node's own rows. */
const shardOf = (table: string) => `${table}_shard`;

/** The macros are those of the servers: Altinity's operator sets them. */
const zooKeeperPath = {
  shard: "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'",
  everywhere: "'/clickhouse/tables/everywhere/{database}/{table}', '{shard}-{replica}'",
};

const comments = "(?:\\s|--[^\\n]*(?:\\n|$))*";
const head = new RegExp(
  `^(${comments})(CREATE TABLE IF NOT EXISTS|CREATE VIEW IF NOT EXISTS|CREATE OR REPLACE VIEW|ALTER TABLE|DROP TABLE IF EXISTS|DROP VIEW IF EXISTS)\\s+(\\w+)`,
);
const engine = /\bENGINE = (\w*MergeTree)(?:\(([^()]*)\))?/;

/** The statements that do on the whole cluster what this one does on one server. */
export function clusterStatements(statement: string, cluster: string): string[] {
  const [opening, comment = "", action = "", table = ""] = head.exec(statement) ?? [];
  if (opening === undefined) {
    throw new Error(`no cluster has a form for this statement: ${statement.trim().slice(0, 200)}`);
  }
  const onCluster = ` ON CLUSTER '${cluster}'`;
  const rest = statement.slice(opening.length);
  const on = (name: string, body = rest) => `${comment}${action} ${name}${onCluster}${body}`;
  const shardKey = shardedBy.get(table);
  switch (action) {
    case "CREATE TABLE IF NOT EXISTS": {
      if (shardKey === undefined) return [on(table, replicated(rest, zooKeeperPath.everywhere))];
      const whole = `CREATE TABLE IF NOT EXISTS ${table}${onCluster} AS ${shardOf(table)} ENGINE = Distributed('${cluster}', currentDatabase(), '${shardOf(table)}', ${shardKey})`;
      return [on(shardOf(table), replicated(rest, zooKeeperPath.shard)), whole];
    }
    case "ALTER TABLE":
    case "DROP TABLE IF EXISTS":
      return shardKey === undefined ? [on(table)] : [on(shardOf(table)), on(table, alterable(rest))];
    default:
      return [on(table)];
  }
}

function replicated(definition: string, path: string): string {
  if (!engine.test(definition))
    throw new Error("a table of a cluster needs an engine of the MergeTree family");
  return definition.replace(
    engine,
    (_, family: string, more = "") =>
      `ENGINE = Replicated${family}(${path}${more === "" ? "" : `, ${more}`})`,
  );
}

/** A table that only hands on has columns, and neither indexes nor settings of storage. */
function alterable(actions: string): string {
  if (/\b(?:INDEX|PROJECTION|SETTING|TTL)\b/.test(actions)) {
    throw new Error("an ALTER of a sharded table adds, changes or drops columns, and nothing else");
  }
  return actions;
}
