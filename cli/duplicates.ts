// Owns `skillstream duplicates`: postings in, the cluster of each out, by the very judgement that the store clusters
// by. Of a posting no more is kept than its fingerprint, so that a million of them fit into memory. And what people
// say of the store's own clusters: show, split, unsplit.
import { parseArgs } from "node:util";
import { fingerprintOf } from "@skillstream/normalize/fingerprint.ts";
import { readLines as labelLines } from "@skillstream/normalize/lines.ts";
import { cleanLine, cleanText } from "@skillstream/normalize/text.ts";
import { connectClickHouse } from "@skillstream/platform/clickhouse.ts";
import { readSettings } from "@skillstream/platform/settings.ts";
import type { Fingerprint, Posting } from "@skillstream/schemas/types.ts";
import { cluster, type Item } from "@skillstream/store/duplicates/cluster.ts";
import { clusterOf, recordSplit } from "@skillstream/store/duplicates/splits.ts";
import { type Command, UsageError } from "./command.ts";
import { instanceEnvironment } from "./environment.ts";
import { printLine, readLines } from "./json-lines.ts";

export const command: Command = {
  name: "duplicates",
  summary: "postings to clusters of the same one",
  usage: `Usage: skillstream duplicates [FILE|-]
       skillstream duplicates show JOB_ID
       skillstream duplicates split JOB_ID --from JOB_ID [--reason TEXT]
       skillstream duplicates unsplit JOB_ID --from JOB_ID [--reason TEXT]

Reads postings from FILE, or from standard input, one JSON object a line: normalized postings, or objects with id,
title, text and, where known, company, location and date. Writes for each, in their order, {id, cluster}: postings of
one cluster are the same job, and its name is the id of the earliest of them. Place, pay and dates do not count.
A line that cannot be read is named on standard error, and the exit code is then 1.

  show      the cluster of a posting in the live generation: a line each, with when it was seen first and last, and
            how alike it is to the one that was asked for
  split     two postings are never the same job, whatever their texts say; also in every replay
  unsplit   takes that back

show, split and unsplit ask ClickHouse of the running instance, or the one that SKILLSTREAM_CLICKHOUSE_URL names. The
store takes a split up within half a minute.`,
  run(args) {
    const [first = "", ...rest] = args;
    switch (first) {
      case "show":
        return show(rest);
      case "split":
      case "unsplit":
        return split(rest, first === "unsplit");
      default:
        return clusterFile(args);
    }
  },
};

async function clusterFile(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
  const [file = "-", ...more] = positionals;
  if (more.length > 0) throw new UsageError("duplicates takes one file");
  const items: Item[] = [];
  let failed = 0;
  for await (const { number, text } of readLines(file)) {
    try {
      items.push(itemOf(JSON.parse(text)));
    } catch (error) {
      failed++;
      process.stderr.write(`line ${number}: ${(error as Error).message}\n`);
    }
  }
  const earliest = cluster(items);
  for (const [index, { id }] of items.entries()) await printLine({ id, cluster: earliest[index]?.id });
  return failed === 0 ? 0 : 1;
}

async function show(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
  const [job, ...more] = positionals;
  if (job === undefined || more.length > 0) throw new UsageError("duplicates show takes one JOB_ID");
  await using database = connect();
  const postings = await clusterOf(database.client, job);
  if (postings.length === 0) throw new Error(`there is no posting ${job} in the live generation`);
  for (const posting of postings) await printLine(posting);
  return 0;
}

async function split(args: string[], withdrawn: boolean): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { from: { type: "string" }, reason: { type: "string", default: "" } },
    allowPositionals: true,
  });
  const [one, ...more] = positionals;
  if (one === undefined || more.length > 0 || values.from === undefined) {
    throw new UsageError(`duplicates ${withdrawn ? "unsplit" : "split"} takes JOB_ID --from JOB_ID`);
  }
  await using database = connect();
  await recordSplit(database.client, { one, other: values.from, reason: values.reason, withdrawn });
  return 0;
}

function connect() {
  const client = connectClickHouse(
    readSettings(instanceEnvironment(process.env), [
      "clickhouseUrl",
      "clickhouseUser",
      "clickhousePassword",
      "clickhouseDatabase",
    ]),
    "skillstream-duplicates",
  );
  return { client, [Symbol.asyncDispose]: () => client.close() };
}

/** Longer ones are cut by the normalizer, too. */
const lineCharsMax = 500;

/** Tags, entities and letters that an encoding accident leaves; bullets other than ours, blank lines and indents. */
const unclean = [
  /<[A-Za-z/!]|&(?:#|[A-Za-z]{2,8};)|[\t\r\u0080-\u009f\u00c2\u00c3]/,
  /(?:^|\n)[\s*•·●▪◦‣⁃∙■□►➢➤✓✔○]/,
];

/** Takes both forms; what is neither is refused with what it lacks. */
export function itemOf(row: unknown): Item {
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw new Error("it is no JSON object");
  const fields = row as Record<string, unknown>;
  const id = fields.job_id ?? fields.id;
  if (typeof id !== "string") throw new Error('it has neither "id" nor "job_id", or one that is no text');
  if (typeof fields.title !== "string") throw new Error('it has no "title", or one that is no text');
  const isNormalized = typeof fields.job_id === "string" && typeof fields.description === "string";
  if (!isNormalized && typeof fields.text !== "string")
    throw new Error('it has neither "text" nor "job_id" and "description"');
  if (isNormalized) {
    const { posted_time, observed_at, fingerprint } = fields as Partial<Posting>;
    return {
      id,
      firstAt: posted_time ?? observed_at ?? Number.POSITIVE_INFINITY,
      ...printOf(fields, fingerprint),
    };
  }
  const dated = typeof fields.date === "string" ? Date.parse(fields.date) : Number.NaN;
  const firstAt = Number.isNaN(dated) ? Number.POSITIVE_INFINITY : dated;
  const text = fields.text as string;
  // Clean text is the usual case, and cleaning it again costs more than judging it.
  const isClean = text.includes("\n") && !unclean.some((form) => form.test(text));
  const description = isClean ? text : cleanText(text);
  return { id, firstAt, ...printOf({ ...fields, description }, null) };
}

function printOf(fields: Record<string, unknown>, known: Fingerprint | null | undefined) {
  const line = (value: unknown) => (typeof value === "string" ? cleanLine(value, lineCharsMax) : null);
  const texts = {
    title: line(fields.title) ?? "",
    company: line(fields.company),
    location: line(fields.location),
    description: fields.description as string,
  };
  const print = known ?? fingerprintOf(texts, labelLines(texts.description));
  // Without any text nothing tells it from others, so it meets nobody.
  if (print === null) return { title: texts.title, company: texts.company, signature: new Uint8Array() };
  return { title: print.title, company: print.company, signature: Buffer.from(print.signature, "base64") };
}
