// Owns `skillstream normalize`: raw postings to normalized ones, by the very step that the stage runs, one at
// a time.
import { parseArgs } from "node:util";
import { normalize } from "@skillstream/normalize/normalize.ts";
import { type Command, UsageError } from "./command.ts";
import { printLine, readLines } from "./json-lines.ts";
import { eventOf } from "./raw-posting.ts";

export const command: Command = {
  name: "normalize",
  summary: "raw postings to normalized ones",
  usage: `Usage: skillstream normalize [FILE|-]

Reads what \`skillstream parse\` writes, one JSON object a line, and writes a normalized posting for each. A row
without observed_at counts as observed now. Times are milliseconds since 1970, as in the topics.

A line that cannot be read or is rejected is named on standard error with its reason, and the exit code is
then 1. What parse says of pages without postings ({result, reason}) is passed over in the same way.`,
  async run(args) {
    const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
    const [file = "-", ...more] = positionals;
    if (more.length > 0) throw new UsageError("normalize takes one file");
    const now = Date.now();
    let failed = 0;
    for await (const { number, text } of readLines(file)) {
      try {
        const row: unknown = JSON.parse(text);
        const { result, reason } = (row ?? {}) as { result?: unknown; reason?: unknown };
        if (typeof result === "string" && typeof reason === "string") throw new Error(`${result}: ${reason}`);
        const outcome = normalize(eventOf(row, now));
        if (outcome.kind === "emit") await printLine(outcome.value);
        else throw new Error(outcome.kind === "observe" ? outcome.event : outcome.reason);
      } catch (error) {
        failed++;
        process.stderr.write(`line ${number}: ${(error as Error).message}\n`);
      }
    }
    return failed === 0 ? 0 : 1;
  },
};
