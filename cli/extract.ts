// Owns `skillstream extract`: postings in, what an extractor reads in them out, one JSON object a line each, in
// the postings' order. It streams; a line that cannot be read is told by its number and does not stop the rest.
import { type ParseArgsConfig, parseArgs } from "node:util";
import { createExtractor, type Extractor } from "@skillstream/extract/extractor.ts";
import { createExtractStep } from "@skillstream/extract/step.ts";
import { factsOf } from "@skillstream/normalize/facts.ts";
import { cleanText } from "@skillstream/normalize/text.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { readSettings } from "@skillstream/platform/settings.ts";
import { blankPosting } from "@skillstream/schemas/blank.ts";
import { answerOf, readGiven, textOrNull } from "@skillstream/schemas/extraction-form.ts";
import type { Posting } from "@skillstream/schemas/types.ts";
import { type Command, UsageError } from "./command.ts";
import { printLine, readAll, readLines } from "./json-lines.ts";

const titleCharsMax = 300;
/** Large enough to keep all workers busy, small enough that the first answers come at once. */
const batchRecordsMax = 256;

const options = {
  extractor: { type: "string", default: "embedded" },
  text: { type: "boolean", default: false },
  title: { type: "string" },
} satisfies ParseArgsConfig["options"];

export const command: Command = {
  name: "extract",
  summary: "postings to skills with their evidence",
  usage: `Usage: skillstream extract [FILE|-] [--extractor embedded]
       skillstream extract --text [FILE|-] [--title TITLE]

Reads postings from FILE, or from standard input, one JSON object a line: normalized postings, or objects with
id, title, text and, where known, company, location, date, employment_type_stated and is_remote. Writes for
each {id, skills, experience_years_min, …}; every mention carries text, start and end (UTF-16 units).

  --extractor   a kind, or NAME@VERSION to insist on a version; there is embedded so far
  --text        the whole input is one posting, as it stands on a page: plain text, or HTML
  --title       of that posting; its first line where nothing is said

A line that cannot be read is named on standard error, and the exit code is then 1.`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [file = "-", ...more] = positionals;
    if (more.length > 0) throw new UsageError("extract takes one file");
    const settings = readSettings(process.env, ["extractTagger", "extractWorkers", "logLevel"]);
    const log = createLog("extract", settings.logLevel);
    const kind = values.extractor.split("@")[0];
    if (kind !== "embedded") {
      throw new UsageError(
        `there is no extractor ${JSON.stringify(values.extractor)}; embedded is the only one so far`,
      );
    }
    await using extractor = await createExtractor({ ...settings, extractor: kind }, log);
    const actual = `${extractor.name}@${extractor.version}`;
    if (values.extractor.includes("@") && values.extractor !== actual) {
      throw new UsageError(`there is no extractor ${values.extractor}; this is ${actual}`);
    }
    if (!values.text && values.title !== undefined) throw new UsageError("--title belongs to --text");
    if (values.text) return (await extractText(file, values.title, extractor)) ? 0 : 1;
    const failed = await extractAll(file, extractor);
    return failed === 0 ? 0 : 1;
  },
};

/** One posting as a page shows it. Its offsets count in the clean text, which is answered too. */
async function extractText(file: string, title: string | undefined, extractor: Extractor): Promise<boolean> {
  const description = cleanText(await readAll(file));
  const [first = ""] = description.split("\n", 1);
  const posting = postingOf({ id: file, title: title ?? first.slice(0, titleCharsMax), text: description });
  const [outcome] = await createExtractStep(extractor)([posting], new AbortController().signal);
  if (outcome?.kind !== "emit") {
    process.stderr.write(`${outcome?.kind === "reject" ? outcome.reason : "nothing was read"}\n`);
    return false;
  }
  await printLine({ ...answerOf(outcome.value), title: posting.title, text: description });
  return true;
}

interface Row {
  number: number;
  posting: Posting;
}

async function extractAll(file: string, extractor: Extractor): Promise<number> {
  const step = createExtractStep(extractor);
  const signal = new AbortController().signal;
  let failed = 0;
  const fail = (number: number, reason: string) => {
    failed++;
    process.stderr.write(`line ${number}: ${reason}\n`);
  };
  const write = async (rows: readonly Row[]) => {
    const outcomes = await step(
      rows.map((row) => row.posting),
      signal,
    );
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.kind === "emit") await printLine(answerOf(outcome.value));
      else fail(rows[index]?.number ?? 0, outcome.kind === "observe" ? outcome.event : outcome.reason);
    }
  };

  let rows: Row[] = [];
  // One batch is read and parsed while the workers have the one before.
  let writing = Promise.resolve();
  for await (const { number, text } of readLines(file)) {
    try {
      rows.push({ number, posting: postingOf(JSON.parse(text)) });
    } catch (error) {
      fail(number, (error as Error).message);
    }
    if (rows.length < batchRecordsMax) continue;
    const batch = rows;
    rows = [];
    await writing;
    writing = write(batch);
    // Awaited one batch later, or after the last.
    writing.catch(() => undefined);
  }
  await writing;
  await write(rows);
  return failed;
}

/** Takes both forms; what is neither is refused with what it lacks. */
export function postingOf(row: unknown): Posting {
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw new Error("it is no JSON object");
  const fields = row as Record<string, unknown>;
  if (typeof fields.title !== "string") throw new Error('it has no "title", or one that is no text');
  const isNormalized = typeof fields.description === "string" && typeof fields.job_id === "string";
  if (!isNormalized && typeof fields.text !== "string")
    throw new Error('it has neither "text" nor "job_id" and "description"');
  if (isNormalized) return withFacts({ ...blankPosting, ...(fields as Partial<Posting>) }, fields);
  const { id, title, text, company, location, employment_type_stated, is_remote } = readGiven(row);
  if (id === null) throw new Error('it has no "id"');
  return withFacts(
    { ...blankPosting, job_id: id, title, description: text, company, location },
    { employment_type: employment_type_stated, workplace_type: is_remote ? "remote" : null },
  );
}

/** A posting that has not been through the normalizer gets its facts read as there; the text stays as it is. */
function withFacts(posting: Posting, stated: Record<string, unknown>): Posting {
  if (posting.lines !== "") return posting;
  return {
    ...posting,
    ...factsOf(posting, {
      employment_type: textOrNull(stated.employment_type),
      seniority_level: textOrNull(stated.seniority_level),
      workplace_type: textOrNull(stated.workplace_type),
      job_functions: posting.job_functions,
      skills: posting.skills,
      salary: posting.salary,
    }),
  };
}
