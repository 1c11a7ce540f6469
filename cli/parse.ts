// Owns `skillstream parse`: captured pages and API answers to raw postings, by the same functions that a crawl
// uses. It needs neither network nor Kafka.
import { readFileSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { readSettings } from "@skillstream/platform/settings.ts";
import { allSources } from "@skillstream/scrape/sources.ts";
import { type Command, UsageError } from "./command.ts";
import { printLine } from "./json-lines.ts";
import { rowOf } from "./raw-posting.ts";

/** A larger file is no captured page. */
const fileBytesMax = 256 * 1024 * 1024;

const mediaTypes: Record<string, string> = {
  ".json": "application/json",
  ".html": "text/html",
  ".htm": "text/html",
  ".xml": "application/xml",
};

export const command: Command = {
  name: "parse",
  summary: "captured pages or API answers to raw postings, without network",
  usage: `Usage: skillstream parse SOURCE FILE… [--url URL] [--type MEDIA-TYPE]

Reads each FILE (- for standard input) as an answer of SOURCE and writes one JSON object for each posting on
it, with the fields that the page states and no others: description is its clean text, description_html the
text as stated, posted_time and expire_time are ISO text ("3 days ago" is none and left out). A page without
postings gives one object {result, reason, source_file}, where result is empty, blocked (with its cause), changed
or gone; a page that could be read only in part gives its postings and then {result: "partial", reason,
source_file}.

  --url    where the page was captured, for addresses that it states only in part
  --type   its Content-Type, where the page does not declare its own encoding

Exit code 1 where a file cannot be read. \`skillstream sources\` lists the sources.`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      options: { url: { type: "string" }, type: { type: "string" } },
      allowPositionals: true,
    });
    const [name, ...files] = positionals;
    const sources = allSources(readSettings(process.env, ["demoUrl", "sites"]));
    const source = sources.find((one) => one.name === name?.split(":")[0]);
    if (source === undefined) {
      throw new UsageError(
        `${name === undefined ? "parse takes a source and files" : `there is no source ${JSON.stringify(name)}`}; the sources are ${sources.map((one) => one.name).join(", ")}`,
      );
    }
    if (files.length === 0) throw new UsageError("parse takes at least one file, or - for standard input");
    if (values.url !== undefined && !URL.canParse(values.url)) {
      throw new UsageError(`--url ${values.url} is no address`);
    }
    let failed = 0;
    for (const file of files) {
      let body: Buffer;
      try {
        body = readCaptured(file);
      } catch (error) {
        process.stderr.write(`${file}: ${(error as Error).message}\n`);
        failed++;
        continue;
      }
      const result = source.parse({
        url: values.url ?? pathToFileURL(resolve(file)).href,
        mediaType: values.type ?? mediaTypes[extname(file).toLowerCase()] ?? "",
        body,
      });
      if ("value" in result) {
        for (const posting of result.value)
          await printLine(rowOf(source.site, posting, source.synthetic, file));
      }
      if (result.result !== "found") {
        const cause = result.result === "blocked" ? { cause: result.cause } : {};
        await printLine({ result: result.result, ...cause, reason: result.reason, source_file: file });
      }
    }
    return failed === 0 ? 0 : 1;
  },
};

function readCaptured(file: string): Buffer {
  if (file === "-") return readFileSync(0);
  const { size } = statSync(file);
  if (size > fileBytesMax) throw new Error(`it has ${size} bytes; at most ${fileBytesMax} are read`);
  return readFileSync(file);
}
