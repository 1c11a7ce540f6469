// Owns a database that is nobody else's: a ClickHouse of its own in a folder that goes with it, with the migrations
// applied. Tests, measurements and docs/warehouse.ts work on one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ClickHouseClient,
  type ClickHouseSettings,
  connectClickHouse,
} from "@skillstream/platform/clickhouse.ts";
import { startClickHouse } from "@skillstream/platform/local/clickhouse/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { migrate } from "./migrate.ts";

export interface FreshDatabase extends AsyncDisposable {
  settings: ClickHouseSettings;
  client: ClickHouseClient;
}

export async function freshDatabase(clickhouseDatabase = "skillstream"): Promise<FreshDatabase> {
  await using scope = new AsyncDisposableStack();
  const log = createLog("fresh", "fatal");
  const folder = mkdtempSync(join(tmpdir(), "fresh-"));
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  const server = scope.use(await startClickHouse({ folder, host: "127.0.0.1", port: 0, log }));
  const settings = {
    clickhouseUrl: server.url,
    clickhouseUser: "default",
    clickhousePassword: "",
    clickhouseDatabase,
  };
  await migrate(settings, { log });
  const client = connectClickHouse(settings, "fresh");
  scope.defer(() => client.close());
  const whole = scope.move();
  return { settings, client, [Symbol.asyncDispose]: () => whole.disposeAsync() };
}
