// Owns `skillstream normalize`: raw postings to normalized ones, by the very step that the stage runs, one at
// a time, and a report of what became of them.
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { normalize } from "@skillstream/normalize/normalize.ts";
import type { Command } from "./command.ts";
import { printLine } from "./json-lines.ts";
import { ReportedRun, tableOf } from "./normalize-report.ts";
import { chosenMapping, openPostings, type ReadOptions } from "./posting-files.ts";
import { rowProgress } from "./row-progress.ts";

/** Of a file that is broken throughout, more lines say nothing more; the report counts them all. */
const problemsToldMax = 100;

export const command: Command = {
  name: "normalize",
  summary: "raw postings to normalized ones",
  usage: `Usage: skillstream normalize [FILE…|-] [--mapping NAME|FILE.yaml] [--source NAME] [--report]

Reads what \`skillstream parse\` writes, one JSON object a line, or tables that \`skillstream import\` takes (CSV,
JSON, Parquet), and writes a normalized posting for each row. A row that does not say when it was observed counts
as observed now. Times are milliseconds since 1970, as in the topics.

  --mapping   how a table's columns are read, where its header does not tell: see \`skillstream import --help\`
  --source    what a table's postings are said to come from
  --report    instead of postings one JSON object: {files, rows, normalized, rejected, seconds, rows_per_second,
              fields, unreadable}; of each field how many postings got it, and of how many the source states it

The report stands on standard error too, for people. A row that cannot be read or is rejected is named there with
its line and reason (the first ${problemsToldMax} of a file), and the exit code is then 1. What parse says of pages without
postings ({result, reason}) is passed over in the same way.`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      options: {
        mapping: { type: "string" },
        source: { type: "string" },
        report: { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
    const files = positionals.length === 0 ? ["-"] : positionals;
    const mapping = values.mapping === undefined ? undefined : chosenMapping(values.mapping);
    const options = { mapping, source: values.source, importedAt: Date.now(), payload: false };
    const run = new ReportedRun();
    let isWhole = true;
    for (const file of files) {
      try {
        await normalizeFile(file, options, run, !values.report);
      } catch (error) {
        process.stderr.write(`${file}: ${(error as Error).message}\n`);
        isWhole = false;
      }
    }
    const report = run.end(files.length);
    process.stderr.write(`${tableOf(report)}\n`);
    if (values.report) await printLine(report);
    return isWhole && report.normalized === report.rows ? 0 : 1;
  },
};

async function normalizeFile(
  file: string,
  options: ReadOptions,
  run: ReportedRun,
  prints: boolean,
): Promise<void> {
  const { postings, share } = await openPostings(file, options);
  const progress = rowProgress(file === "-" ? "standard input" : basename(file), share);
  const before = run.rows;
  let told = 0;
  const refuse = (line: number, reason: string) => {
    run.refused(reason);
    if (told++ < problemsToldMax) progress.say(`${file}: line ${line}: ${reason}`);
  };
  try {
    for await (const posting of postings) {
      if ("problem" in posting) {
        refuse(posting.line, posting.problem);
        continue;
      }
      const outcome = normalize(posting.event);
      if (outcome.kind === "emit") {
        run.took(outcome.value);
        if (prints) await printLine(outcome.value);
      } else refuse(posting.line, outcome.kind === "observe" ? outcome.event : outcome.reason);
      // A terminal that shows the postings themselves needs no line that is written over.
      if (!(prints && process.stdout.isTTY)) progress.show(run.rows - before);
    }
  } finally {
    progress.end();
  }
}
