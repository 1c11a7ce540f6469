// Owns a turn at the warehouse: one store at a time computes what a generation's postings add up to, and what it
// computes stands in tables of its own until it is swapped in.
//
// Whoever comes next drops what the one before left behind. So a store that was stopped for long and wakes up beside
// its successor has nothing left to swap in, and cannot record that it did: its tables are what lets it write. The
// lock alone could not promise that.
import { type ClickHouseClient, readSql, select } from "@skillstream/platform/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import { takeLock } from "../lock.ts";

/** What becomes of a month of a table: recomputed, added to, or left without any row. */
export interface MonthChange {
  month: string;
  change: "swap" | "append" | "clear";
}

export interface Turn extends AsyncDisposable {
  readonly generation: number;
  /** A table of posting_key: the postings that have changed. */
  readonly changes: string;
  command(sql: string, parameters?: Record<string, unknown>): Promise<void>;
  select<Row>(sql: string, parameters?: Record<string, unknown>): Promise<Row[]>;
  /** An empty table like that one, for what is computed beside it; its name. A second one is told by its use. */
  stage(table: string, use?: string): Promise<string>;
  /** Puts what stands in `staging` into months of `table`, by one statement, since each waits behind the inserts. */
  put(table: string, staging: string, months: readonly MonthChange[]): Promise<void>;
  drop(staging: string): Promise<void>;
}

interface TableOrder {
  partition_key: string;
  sorting_key: string;
  settings: string;
}

export async function takeTurn(
  client: ClickHouseClient,
  { generation, log, signal }: { generation: number; log: Logger; signal: AbortSignal },
): Promise<Turn> {
  await using scope = new AsyncDisposableStack();
  scope.use(await takeLock(client, `warehouse_lock_g${generation}`, { log, signal }));
  const prefix = `staging_g${generation}_`;
  for (const { name } of await select<{ name: string }>(client, sql.leftovers, { prefix })) await drop(name);
  const turnId = crypto.randomUUID().replaceAll("-", "");
  const changes = `${prefix}${turnId}_changes`;
  await client.command({
    query: "CREATE TABLE {changes:Identifier} (posting_key UInt64) ENGINE = MergeTree ORDER BY posting_key",
    query_params: { changes },
  });
  // What can't be dropped now is found by the next turn; it must not hide why this one ended.
  const own = new Set([changes]);
  scope.defer(async () => {
    for (const name of own) await drop(name).catch(() => undefined);
  });
  const held = scope.move();

  async function drop(name: string): Promise<void> {
    await client.command({ query: "DROP TABLE IF EXISTS {name:Identifier}", query_params: { name } });
  }

  async function command(query: string, parameters: Record<string, unknown> = {}): Promise<void> {
    await client.command({
      query,
      query_params: { generation, changes, ...parameters },
      clickhouse_settings: {
        max_partitions_per_insert_block: "0",
        // Who reads minds no repeated row, and looking for them in a block costs seven times what writing it does.
        optimize_on_insert: 0,
      },
    });
  }

  return {
    generation,
    changes,
    command,
    select: (query, parameters = {}) => select(client, query, { generation, changes, ...parameters }),
    async stage(table, use = table) {
      const staging = `${prefix}${turnId}_${use}`;
      const [order] = await select<TableOrder>(client, sql.order, { table });
      if (order === undefined) throw new Error(`there is no table ${table}: the store has not migrated yet`);
      // Like that table in its columns, order and settings, since its parts go over as they lie, but this server's own
      // where that one has replicas. None of it can be bound, and all of it is ours. One column in brackets would be
      // another order.
      const { partition_key, sorting_key, settings } = order;
      const ordered = sorting_key.includes(",") ? `(${sorting_key})` : sorting_key;
      const like = [table, "ENGINE = MergeTree PARTITION BY", partition_key, "ORDER BY", ordered];
      if (settings !== "") like.push("SETTINGS", settings);
      own.add(staging);
      await command(["CREATE TABLE {staging:Identifier} AS", ...like].join(" "), { staging });
      return staging;
    },
    async put(table, staging, months) {
      if (months.length === 0) return;
      const actions = months.map(({ change }, index) =>
        // A partition's source can't be bound, and each month is bound by a name of its own; the comment that a
        // file opens with ends a line.
        sql[change]
          .replace("FROM staging", `FROM ${staging}`)
          .replace("{month:Date}", `{month_${index}:Date}`),
      );
      await command(["ALTER TABLE {table:Identifier}", actions.join(",\n")].join("\n"), {
        table,
        ...Object.fromEntries(months.map(({ month }, index) => [`month_${index}`, month])),
      });
    },
    async drop(staging) {
      await drop(staging);
      own.delete(staging);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const sql = {
  order: readSql("../queries/table_order.sql", import.meta.url),
  leftovers: readSql("../queries/staging_tables.sql", import.meta.url),
  swap: readSql("../queries/swap_month.sql", import.meta.url),
  append: readSql("../queries/append_month.sql", import.meta.url),
  clear: readSql("../queries/clear_month.sql", import.meta.url),
};
