// Owns `skillstream import`: postings that lie in files, into the Kafka of the running instance, by the same
// publisher as a crawl's. What an earlier import has published as it is, is not published again.
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { createCodec } from "@skillstream/platform/codec.ts";
import { Readiness } from "@skillstream/platform/health.ts";
import { connectKafka, createProducer, ensureTopics } from "@skillstream/platform/kafka.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { readSettings } from "@skillstream/platform/settings.ts";
import { rawTopic } from "@skillstream/schemas/topics.ts";
import { type Imported, importPostings } from "@skillstream/scrape/files/import.ts";
import { readyMade } from "@skillstream/scrape/files/mappings.ts";
import { mappingExample } from "@skillstream/scrape/files/own-mapping.ts";
import { kafkaPublisher } from "@skillstream/scrape/kafka-publisher.ts";
import type { RawPublisher } from "@skillstream/scrape/publish.ts";
import { CrawlState } from "@skillstream/scrape/state.ts";
import { isLake, openPlace } from "@skillstream/store/lake/place.ts";
import { type Command, UsageError } from "./command.ts";
import { instanceEnvironment } from "./environment.ts";
import { importLake, lakeFile, wholeLake } from "./import-lake.ts";
import { printLine } from "./json-lines.ts";
import {
  chosenMapping,
  openPostings,
  ownWords,
  type PostingFile,
  type ReadOptions,
} from "./posting-files.ts";
import { rowProgress } from "./row-progress.ts";

/** Of a file that is broken throughout, more lines say nothing more. */
const problemsToldMax = 100;

export const command: Command = {
  name: "import",
  summary: "postings from CSV, JSON Lines, Parquet or a lake into Kafka",
  usage: `Usage: skillstream import FILE… [--source NAME] [--mapping NAME|FILE.yaml] [--write append|replace]
                          [--new-columns accept|refuse] [--limit N] [--dry-run]

Publishes the postings of each FILE (CSV, JSON Lines, a JSON array or Parquet; the first three also inside gzip; -
for standard input) to the raw topic of the running instance: each row once, however often it is imported. Prints
{file, mapping, rows, found, known, closed, failed, new_columns} for each file.

  --source        what the postings are said to come from, instead of the mapping's own
  --mapping       how columns are read: ${ownWords}, ${readyMade.map(({ name }) => name).join(", ")}, or a YAML file.
                  Without it the header tells
  --write         append (the default) adds; replace also closes what earlier imports of a file of this name had
                  and this one lacks, where all of it could be read
  --new-columns   accept (the default) keeps columns that the mapping does not know in the payload, and names them;
                  refuse ends before anything is published
  --limit         at most so many rows
  --dry-run       publishes nothing and says what would be

A FILE that is a lake (its folder, s3://BUCKET/PREFIX, or one of its Avro files) is published whole, its events as they
are, and anew each time: the ledger counts what it has already as duplicates. It takes only --limit and --dry-run,
and prints {file, rows, found, seen, closed, known, failed}.

A row that cannot be read is named on standard error with its line and reason, the others are published, and the
exit code is then 1. Ctrl-C ends after what is under way; the next import goes on. A posting is told from others by
its id column; without one by its address, else by title, company, place and description together. It counts as
observed when its row says that it was fetched, else now.

A mapping of one's own:

${mappingExample.replace(/^/gm, "  ")}`,
  async run(args) {
    const { values, positionals: files } = parseArgs({
      args,
      options: {
        source: { type: "string" },
        mapping: { type: "string" },
        write: { type: "string", default: "append" },
        "new-columns": { type: "string", default: "accept" },
        limit: { type: "string" },
        "dry-run": { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
    const { source, write, limit } = values;
    const newColumns = values["new-columns"];
    if (files.length === 0) throw new UsageError("import takes at least one file, or - for standard input");
    if (write !== "append" && write !== "replace") throw new UsageError("--write is append or replace");
    if (newColumns !== "accept" && newColumns !== "refuse") {
      throw new UsageError("--new-columns is accept or refuse");
    }
    if (limit !== undefined && !/^[1-9]\d{0,9}$/.test(limit)) {
      throw new UsageError(`--limit ${limit} is no number from 1`);
    }
    if (limit !== undefined && write === "replace") {
      throw new UsageError("--write replace reads the whole file: it takes no --limit");
    }
    if (source !== undefined && !/^[\w.-]{1,100}$/.test(source)) {
      throw new UsageError("--source is a name of letters, digits, . _ and -");
    }
    if (newColumns === "refuse" && files.includes("-")) {
      throw new UsageError("--new-columns refuse looks through a file before it is published: - is none");
    }
    const lakes = files.filter((file) => isLake(file) || isLakeFile(file));
    if (lakes.length > 0 && (source ?? values.mapping) !== undefined) {
      throw new UsageError(`${lakes[0]} is a lake: its events are published as they are`);
    }
    if (lakes.length > 0 && write === "replace") {
      throw new UsageError(`${lakes[0]} is a lake, which has the whole history: it replaces nothing`);
    }
    const mapping = values.mapping === undefined ? undefined : chosenMapping(values.mapping);
    const options: ReadOptions = { mapping, source, importedAt: Date.now(), payload: true };
    if (newColumns === "refuse") {
      const refused = await strangeColumns(
        files.filter((file) => !lakes.includes(file)),
        options,
      );
      if (refused.length > 0) {
        for (const { file, columns } of refused) {
          process.stderr.write(`${file} has columns that its mapping does not know: ${columns.join(", ")}\n`);
        }
        process.stderr.write("Nothing was published.\n");
        return 1;
      }
    }
    const stop = new AbortController();
    const { signal } = stop;
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
    // A pipe that is silent would be waited for.
    signal.addEventListener("abort", () => process.stdin.destroy(), { once: true });
    await using target = await openTarget(values["dry-run"], signal);
    let failed = 0;
    for (const file of files) {
      if (signal.aborted) break;
      const order: Order = {
        ...target,
        write,
        limit: limit === undefined ? undefined : Number(limit),
        isDry: values["dry-run"],
        signal,
      };
      failed += lakes.includes(file)
        ? await importWholeLake(file, order)
        : await importFile(file, options, order);
    }
    if (signal.aborted) process.stderr.write("Stopped; the same command goes on where it was.\n");
    return failed === 0 && !signal.aborted ? 0 : 1;
  },
};

interface Target {
  publisher: RawPublisher;
  state: CrawlState;
}

/** Where events go: the raw topic and the memory of earlier imports, or nowhere. */
async function openTarget(isDry: boolean, signal: AbortSignal): Promise<Target & AsyncDisposable> {
  const settings = readSettings(instanceEnvironment(process.env), [
    "home",
    "kafkaBrokers",
    "kafkaReplication",
    "registryUrl",
    "logLevel",
  ]);
  const memory = join(settings.home, "import", "state.db");
  if (isDry) return rehearsal(memory);
  const log = createLog("import", settings.logLevel);
  const kafka = connectKafka({ brokers: settings.kafkaBrokers, clientId: "skillstream-import", log });
  await ensureTopics(kafka, [rawTopic], settings.kafkaReplication);
  const codec = await createCodec(settings.registryUrl, rawTopic.records);
  const producer = createProducer(kafka);
  const state = new CrawlState(memory);
  return {
    publisher: kafkaPublisher(producer, codec, { log, readiness: new Readiness(), signal }),
    state,
    async [Symbol.asyncDispose]() {
      state[Symbol.dispose]();
      await producer[Symbol.asyncDispose]();
    },
  };
}

/** Nothing is published, and what is remembered is a copy. */
function rehearsal(memory: string): Target & AsyncDisposable {
  const folder = mkdtempSync(join(tmpdir(), "skillstream-import-"));
  const copy = join(folder, "state.db");
  for (const part of ["", "-wal"]) {
    if (existsSync(`${memory}${part}`)) copyFileSync(`${memory}${part}`, `${copy}${part}`);
  }
  const state = new CrawlState(copy);
  return {
    publisher: { publish: () => Promise.resolve() },
    state,
    [Symbol.asyncDispose]() {
      state[Symbol.dispose]();
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}

interface Order extends Target {
  write: "append" | "replace";
  limit: number | undefined;
  isDry: boolean;
  signal: AbortSignal;
}

/** 1 where something failed. */
async function importFile(place: string, options: ReadOptions, order: Order): Promise<0 | 1> {
  const file = place === "-" ? "standard input" : basename(place);
  let opened: PostingFile;
  try {
    opened = await openPostings(place, options);
    if (opened.format === "nothing") throw new Error("the file is empty");
  } catch (error) {
    process.stderr.write(`${place}: ${(error as Error).message}\n`);
    return 1;
  }
  const progress = rowProgress(file, opened.share);
  let told = 0;
  const problem = (line: number, reason: string) => {
    if (told++ < problemsToldMax) progress.say(`${place}: line ${line}: ${reason}`);
  };
  let imported: Imported;
  try {
    imported = await importPostings({
      ...order,
      postings: opened.postings,
      file,
      now: options.importedAt,
      problem,
      progress: (counts) => progress.show(counts.rows),
    });
  } finally {
    progress.end();
  }
  const { rows, found, known, closed, failed, stopped, broken, notClosed } = imported;
  const columns = opened.newColumns();
  const words = [
    told > problemsToldMax ? `${told - problemsToldMax} more rows could not be read` : null,
    broken === null ? null : `after ${rows} rows: ${broken}`,
    notClosed === null ? null : `nothing was closed: ${notClosed}`,
    columns.length === 0
      ? null
      : `columns that the mapping does not know stay in the payload: ${columns.join(", ")}`,
  ];
  for (const one of words) if (one !== null) process.stderr.write(`${place}: ${one}\n`);
  await printLine({
    file,
    mapping: opened.mapping(),
    rows,
    found,
    known,
    closed,
    failed,
    new_columns: columns,
    ...(stopped ? { stopped } : {}),
    ...(broken === null ? {} : { broken }),
    ...(order.isDry ? { dry_run: true } : {}),
  });
  return failed === 0 && broken === null && notClosed === null ? 0 : 1;
}

/** By its first bytes, as all files. */
function isLakeFile(path: string): boolean {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  const start = Buffer.alloc(4);
  const file = openSync(path, "r");
  try {
    readSync(file, start, 0, 4, 0);
  } finally {
    closeSync(file);
  }
  return start.toString("latin1") === "Obj\u0001";
}

async function importWholeLake(location: string, order: Order): Promise<0 | 1> {
  const settings = readSettings(instanceEnvironment(process.env), ["s3Endpoint", "s3Encryption"]);
  const lake = isLakeFile(location)
    ? await lakeFile(location)
    : await wholeLake(await openPlace(location, settings));
  let share: number | null = null;
  const progress = rowProgress(location, () => share);
  try {
    const counts = await importLake({
      ...order,
      lake,
      location,
      problem: (path, reason) => progress.say(`${location}: ${path}: ${reason}`),
      progress(rows, read) {
        share = read;
        progress.show(rows);
      },
    });
    const { stopped, ...all } = counts;
    progress.end();
    await printLine({
      file: location,
      ...all,
      ...(stopped ? { stopped } : {}),
      ...(order.isDry ? { dry_run: true } : {}),
    });
    return counts.failed === 0 ? 0 : 1;
  } finally {
    progress.end();
  }
}

/** Where a header does not state them, the columns stand in every row: the whole file is looked through. */
async function strangeColumns(
  files: readonly string[],
  options: ReadOptions,
): Promise<{ file: string; columns: string[] }[]> {
  const refused: { file: string; columns: string[] }[] = [];
  for (const file of files) {
    const opened = await openPostings(file, { ...options, payload: false });
    const isStated = opened.format === "CSV" || opened.format === "Parquet";
    for await (const _ of opened.postings) if (isStated) break;
    const columns = opened.newColumns();
    if (columns.length > 0) refused.push({ file, columns });
  }
  return refused;
}
