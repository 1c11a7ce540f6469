// Owns the connection to ClickHouse: the official client with our limits, and the .sql files it runs. SQL
// stands in files alone, its parameters bound and typed ({name:Type}), so Grafana and the API share it.
import { readFileSync } from "node:fs";
import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  createClient,
  type ClickHouseSettings as QuerySettings,
} from "@clickhouse/client";
import { Unavailable } from "./errors.ts";
import type { Settings } from "./settings.ts";

export type { ClickHouseClient, ClickHouseSettings as QuerySettings } from "@clickhouse/client";

export type ClickHouseSettings = Settings<
  "clickhouseUrl" | "clickhouseUser" | "clickhousePassword" | "clickhouseDatabase"
> &
  Partial<Settings<"clickhouseCluster">>;

/**
 * On a cluster an insert is done when most replicas hold it, wherever its shard is, and what a subquery names is
 * read on the shard itself: rows that belong together lie together (schemas/clickhouse/cluster.ts). A replica that
 * lags gives an earlier point to resume from, and rows that are written again merge away.
 */
const onCluster: QuerySettings = {
  distributed_foreground_insert: 1,
  insert_quorum: "auto",
  distributed_product_mode: "local",
};

/** A dashboard's query that takes longer is wrong; a person has long gone. */
const queryTimeoutMs = 30_000;

export function connectClickHouse(
  settings: ClickHouseSettings,
  application: string,
  { timeoutMs = queryTimeoutMs }: { timeoutMs?: number } = {},
): ClickHouseClient {
  return createClient({
    url: settings.clickhouseUrl,
    username: settings.clickhouseUser,
    password: settings.clickhousePassword,
    database: settings.clickhouseDatabase,
    application,
    request_timeout: timeoutMs,
    ...(settings.clickhouseCluster ? { clickhouse_settings: onCluster } : {}),
    compression: { request: false, response: false },
    // What fails is thrown, and logged by whoever can say what it means.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/** The text of a .sql file; `base` is the caller's import.meta.url. */
export function readSql(file: string, base: string): string {
  return readFileSync(new URL(file, base), "utf8");
}

export async function select<Row>(
  client: ClickHouseClient,
  sql: string,
  parameters: Record<string, unknown> = {},
  { signal, settings = {} }: { signal?: AbortSignal; settings?: QuerySettings } = {},
): Promise<Row[]> {
  try {
    const result = await client.query({
      query: sql,
      query_params: parameters,
      format: "JSONEachRow",
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0, ...settings },
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    return await result.json<Row>();
  } catch (error) {
    throw clickhouseError(error);
  }
}

/**
 * What ClickHouse says of the query or the data is a bug of ours and stays as it is; anything else (no
 * answer, a timeout, too many parts, a read-only table) may mend itself and becomes Unavailable.
 */
export function clickhouseError(error: unknown): Error {
  if (!(error instanceof Error)) return new Unavailable(`ClickHouse: ${String(error)}`);
  if (error instanceof Unavailable || error.name === "AbortError") return error;
  const type = (error as { type?: string }).type;
  if (type !== undefined && oursToMend.test(type)) return error;
  const what = type === undefined ? "does not answer" : "can't do it now";
  const why = error.message || (error as { code?: string }).code;
  return new Unavailable(`ClickHouse ${what}: ${why}`, { cause: error });
}

const oursToMend =
  /^(CANNOT_PARSE|CANNOT_CONVERT|CANNOT_INSERT|INCORRECT_DATA|ILLEGAL|INVALID|TYPE_MISMATCH|BAD_|SYNTAX_ERROR|UNKNOWN_(IDENTIFIER|FUNCTION|SETTING|TYPE|FORMAT|QUERY_PARAMETER)|NO_SUCH_COLUMN|NUMBER_OF|SIZES_OF|VALUE_IS_OUT_OF_RANGE|UNEXPECTED|LOGICAL_ERROR|NOT_IMPLEMENTED|TABLE_ALREADY_EXISTS|TOO_LARGE|ARGUMENT)/;
