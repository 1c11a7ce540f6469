// Owns `skillstream ledger`: the balance of the running instance, one JSON object. Every raw event is exactly
// one of stored, duplicate, observed, dropped, rejected or in flight.
import { parseArgs } from "node:util";
import { readSettings } from "@skillstream/platform/settings.ts";
import { ask } from "./ask.ts";
import type { Command } from "./command.ts";
import { runningInstance } from "./environment.ts";

export const command: Command = {
  name: "ledger",
  summary: "the balance: where every scraped posting has gone",
  usage: `Usage: skillstream ledger

Prints {scraped, stored, duplicates, observed, dropped, rejected, inFlight} of the instance that runs on the
data folder (SKILLSTREAM_HOME). scraped is the sum of the others. Exit code 1 where nothing runs.`,
  async run(args) {
    parseArgs({ args, options: {} });
    const { home } = readSettings(process.env, ["home"]);
    const balance = await ask(`${runningInstance(home).page}/api/ledger`);
    process.stdout.write(`${JSON.stringify(balance)}\n`);
    return 0;
  },
};
