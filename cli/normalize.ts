// Owns `skillstream normalize`: raw postings to normalized ones, by the very step that the stage runs, one at
// a time.
import { parseArgs } from "node:util";
import { normalize } from "@skillstream/normalize/normalize.ts";
import { type Command, UsageError } from "./command.ts";
import { printLine } from "./json-lines.ts";
import { chosenMapping, openPostings } from "./posting-files.ts";

export const command: Command = {
  name: "normalize",
  summary: "raw postings to normalized ones",
  usage: `Usage: skillstream normalize [FILE|-] [--mapping NAME|FILE.yaml] [--source NAME]

Reads what \`skillstream parse\` writes, one JSON object a line, or a table that \`skillstream import\` takes (CSV,
JSON, Parquet), and writes a normalized posting for each row. A row that does not say when it was observed counts
as observed now. Times are milliseconds since 1970, as in the topics.

  --mapping   how a table's columns are read, where its header does not tell: see \`skillstream import --help\`
  --source    what a table's postings are said to come from

A row that cannot be read or is rejected is named on standard error with its line and reason, and the exit code is
then 1. What parse says of pages without postings ({result, reason}) is passed over in the same way.`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      options: { mapping: { type: "string" }, source: { type: "string" } },
      allowPositionals: true,
    });
    const [file = "-", ...more] = positionals;
    if (more.length > 0) throw new UsageError("normalize takes one file");
    const mapping = values.mapping === undefined ? undefined : chosenMapping(values.mapping);
    const { source } = values;
    const options = { mapping, source, importedAt: Date.now(), payload: false };
    let failed = 0;
    for await (const posting of (await openPostings(file, options)).postings) {
      try {
        if ("problem" in posting) throw new Error(posting.problem);
        const outcome = normalize(posting.event);
        if (outcome.kind === "emit") await printLine(outcome.value);
        else throw new Error(outcome.kind === "observe" ? outcome.event : outcome.reason);
      } catch (error) {
        failed++;
        process.stderr.write(`line ${posting.line}: ${(error as Error).message}\n`);
      }
    }
    return failed === 0 ? 0 : 1;
  },
};
