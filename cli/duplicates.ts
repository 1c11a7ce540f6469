// Owns `skillstream duplicates`: postings in, the cluster of each out, by the very judgement that the store clusters
// by. Of a posting no more is kept than its fingerprint, so that a million of them fit into memory.
import { parseArgs } from "node:util";
import { fingerprintOf } from "@skillstream/normalize/fingerprint.ts";
import { readLines as labelLines } from "@skillstream/normalize/lines.ts";
import { cleanLine, cleanText } from "@skillstream/normalize/text.ts";
import type { Fingerprint, Posting } from "@skillstream/schemas/types.ts";
import { cluster, type Item } from "@skillstream/store/duplicates/cluster.ts";
import { type Command, UsageError } from "./command.ts";
import { printLine, readLines } from "./json-lines.ts";

export const command: Command = {
  name: "duplicates",
  summary: "postings to clusters of the same one",
  usage: `Usage: skillstream duplicates [FILE|-]

Reads postings from FILE, or from standard input, one JSON object a line: normalized postings, or objects with id,
title, text and, where known, company, location and date. Writes for each, in their order, {id, cluster}: postings of
one cluster are the same job, and its name is the id of the earliest of them. Place, pay and dates do not count.

A line that cannot be read is named on standard error, and the exit code is then 1.`,
  async run(args) {
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
  },
};

/** Longer ones are cut by the normalizer, too. */
const lineCharsMax = 500;

/** Markup, entities, letters that an encoding accident leaves, bullets other than ours, blank lines and tabs. */
const unclean = /[<&\t\r\u0080-\u009f\u00c2\u00c3•·●▪◦‣⁃∙■□►➢➤✓✔○*]|\n\s|^\s/;

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
  const description = unclean.test(text) ? cleanText(text) : text;
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
