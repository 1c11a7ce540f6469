// Owns `skillstream check-data`: what must hold of the tables, asked now, one JSON object a check.
import { parseArgs } from "node:util";
import { connectClickHouse } from "@skillstream/platform/clickhouse.ts";
import { readSettings } from "@skillstream/platform/settings.ts";
import { checkTimeoutMs, readChecks, runChecks } from "@skillstream/store/checks.ts";
import { type Command, UsageError } from "./command.ts";
import { instanceEnvironment, tableSettings } from "./environment.ts";
import { printLine } from "./json-lines.ts";

export const command: Command = {
  name: "check-data",
  summary: "what must hold of the tables: asks each check",
  usage: `Usage: skillstream check-data [NAME…] [--list]

Asks the checks of the data (services/4-store/checks/*.sql), all or those named, of the running instance's
ClickHouse, or of the one that SKILLSTREAM_CLICKHOUSE_URL names. Prints {name, says, broken, examples, error,
took_ms} for each: broken is how many rows or groups break it. The store asks them by itself as well, every
SKILLSTREAM_DATA_CHECKS_S seconds; what a run of all of them found is kept in the table data_checks.

  --list   only says what is checked

Exit code 1 where a check is broken or could not be asked.`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      options: { list: { type: "boolean" } },
      allowPositionals: true,
    });
    const all = readChecks();
    const unknown = positionals.filter((name) => !all.some((check) => check.name === name));
    if (unknown.length > 0) {
      throw new UsageError(
        `there is no check ${unknown.join(", ")}; there are ${all.map(({ name }) => name).join(", ")}`,
      );
    }
    const checks = positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name));
    if (values.list) {
      for (const { name, says } of checks) await printLine({ name, says });
      return 0;
    }
    const settings = readSettings(instanceEnvironment(process.env), tableSettings);
    const client = connectClickHouse(settings, "skillstream-check-data", { timeoutMs: checkTimeoutMs });
    try {
      const results = await runChecks(client, {
        generation: settings.generation,
        checks,
        keep: positionals.length === 0,
        heard: ({ name, says }, result) => printLine({ ...result, name, says }),
      });
      return results.every(({ broken, error }) => broken === 0 && error === "") ? 0 : 1;
    } finally {
      await client.close();
    }
  },
};
