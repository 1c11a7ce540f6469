// Owns the evaluation of parsing: captured pages through their sources' parsers, and what each page gave. It judges
// no value, it counts which fields were filled.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import type { RawPosting } from "@skillstream/scrape/source.ts";
import { capturedPages, capturesFolder, type Sample, sourcesByName } from "../../test/mutations/pages.ts";
import type { Eval } from "../eval.ts";

interface FileReport {
  file: string;
  result: string;
  reason?: string;
  postings: number;
  /** How many postings state each field; a field that none states is absent. */
  fields: Record<string, number>;
}

type Sources = ReturnType<typeof sourcesByName>;

export const evaluation: Eval = {
  summary: "every page in FOLDER/SOURCE/ through that source's parser",
  options: { pages: { type: "string" } },
  usage: `  --pages FOLDER   ../shared/data/pages where none is named

A JSON line for each file on standard output, a table on standard error.`,
  async run({ json, pages }, say) {
    const folder = resolve(typeof pages === "string" ? pages : capturesFolder);
    const sources = sourcesByName();
    const samples = capturedPages(sources, folder);
    if (samples.length === 0) {
      const why = existsSync(folder)
        ? `holds no folder that is named after a source (${[...sources.keys()].join(", ")})`
        : "does not exist";
      throw new Error(`${folder} ${why}; name another with --pages FOLDER.`);
    }
    const reports = samples.map((sample) => reportOf(sources, sample));
    if (json) {
      console.log(JSON.stringify({ name: "parse", folder, files: reports }));
      return;
    }
    for (const report of reports) console.log(JSON.stringify(report));
    say(table(reports));
  },
};

function reportOf(sources: Sources, { source: name, name: file, page }: Sample): FileReport {
  const result = sources.get(name)?.parse(page) ?? { result: "changed" as const, reason: "no such source" };
  const postings = "value" in result ? result.value : [];
  return {
    file,
    result: result.result,
    ...(result.result === "found" ? {} : { reason: result.reason }),
    postings: postings.length,
    fields: countsOf(postings),
  };
}

function countsOf(postings: readonly RawPosting[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const names = ["job_url", ...Object.keys(nothingStated())];
  for (const name of names) {
    const stated = postings.filter((posting) => {
      const value = name === "job_url" ? posting.job_url : posting.parsed[name as keyof RawPosting["parsed"]];
      return value !== null && !(Array.isArray(value) && value.length === 0);
    });
    if (stated.length > 0) counts[name] = stated.length;
  }
  return counts;
}

function table(files: readonly FileReport[]): string {
  const width = Math.max(...files.map(({ file }) => file.length));
  const lines = files.map(({ file, result, postings, fields, reason }) => {
    const filled = Object.entries(fields).map(([name, count]) =>
      count === postings ? name : `${name} ${count}`,
    );
    return `${file.padEnd(width)}  ${result.padEnd(8)} ${String(postings).padStart(5)}  ${reason ?? ""}${filled.length > 0 && reason !== undefined ? "; " : ""}${filled.join(", ")}`;
  });
  const total = files.reduce((sum, { postings }) => sum + postings, 0);
  const head = `${"file".padEnd(width)}  result   postings  fields (with a count where not every posting has one)`;
  return [head, ...lines, `${files.length} files, ${total} postings`].join("\n");
}
