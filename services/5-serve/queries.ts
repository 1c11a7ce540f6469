// Owns how the API asks ClickHouse: by the name of a file in queries/, with a limit on time and memory, ended
// when nobody waits for the answer any more. Grafana's panels run the same files.
import { readdirSync } from "node:fs";
import { type ClickHouseClient, readSql, select } from "@skillstream/platform/clickhouse.ts";

/** A page waits no longer; what takes more belongs into a table that is computed beforehand. */
const queryTimeMaxS = 10;
const queryMemoryBytesMax = 400 * 1024 * 1024;

export interface Queries {
  run<Row>(name: string, parameters: Record<string, unknown>, signal?: AbortSignal): Promise<Row[]>;
  /** The one generation that a request answers from, from its first query to its last. */
  liveGeneration(signal?: AbortSignal): Promise<number>;
}

export function createQueries(client: ClickHouseClient): Queries {
  const folder = new URL("queries/", import.meta.url);
  const texts = new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith(".sql"))
      .map((file) => [file.slice(0, -".sql".length), readSql(file, folder.href)]),
  );
  return {
    run,
    async liveGeneration(signal) {
      const [row] = await run<{ generation: number }>("live_generation", {}, signal);
      if (row === undefined) throw new Error("live_generation has no row: the store has not migrated yet");
      return row.generation;
    },
  };

  function run<Row>(name: string, parameters: Record<string, unknown>, signal?: AbortSignal): Promise<Row[]> {
    const text = texts.get(name);
    if (text === undefined) throw new Error(`queries/${name}.sql does not exist`);
    return select<Row>(client, text, parameters, {
      ...(signal === undefined ? {} : { signal }),
      settings: { max_execution_time: queryTimeMaxS, max_memory_usage: String(queryMemoryBytesMax) },
    });
  }
}
