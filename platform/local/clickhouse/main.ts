// Owns the process of the local ClickHouse: reads its settings, holds its folder, answers until SIGTERM.

import { join } from "node:path";
import { messageOf } from "../../errors.ts";
import { createLog } from "../../log.ts";
import { readSettings, SettingsError } from "../../settings.ts";
import { startClickHouse } from "./clickhouse.ts";

// A query holds one of libuv's threads while it runs; the pool starts with the first that is needed.
process.env.UV_THREADPOOL_SIZE ??= "12";

try {
  const settings = readSettings(process.env, [
    "home",
    "clickhouseUrl",
    "clickhouseUser",
    "clickhousePassword",
    "clickhouseDatabase",
    "logLevel",
  ]);
  const log = createLog("clickhouse", settings.logLevel);
  const { hostname, port } = new URL(settings.clickhouseUrl);
  const server = await startClickHouse({
    folder: join(settings.home, "clickhouse"),
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || 80),
    database: settings.clickhouseDatabase,
    users: [{ name: settings.clickhouseUser, password: settings.clickhousePassword }],
    log,
  });
  const stop = () => {
    server[Symbol.asyncDispose]().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ error: String(error) }, "ClickHouse did not stop cleanly");
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  const message = messageOf(error);
  process.stderr.write(`${error instanceof SettingsError ? message : `clickhouse: ${message}`}\n`);
  process.exit(1);
}
