// Owns the promise that data stay readable: every schema of today reads what every released one wrote, since
// topics keep 30 days and the lake keeps all. Fails where that breaks, and says what. A release is a folder
// under released/; `--release` adds the one of the package's version.
//
// A breaking change is made on purpose by leaving the record as it is and adding another: a new name in
// topics.ts with its .avsc, written to a new topic version (jobs.raw.v2). The old one goes, with its
// released files, when no topic and no lake holds its data.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { breaks, parseSchema } from "./avro.ts";
import { type RecordName, referencesOf, schemaFiles } from "./topics.ts";

const records = Object.keys(schemaFiles) as RecordName[];

/** What can't be read any more, one sentence each. `released` holds a folder per release. */
export function incompatibilities(today: string, released: string): string[] {
  const releases = existsSync(released) ? readdirSync(released).sort() : [];
  return releases.flatMap((release) => {
    const folder = join(released, release);
    const files = readdirSync(folder).filter((file) => file.endsWith(".avsc"));
    return files.flatMap((file) => {
      const record = records.find((one) => schemaFiles[one] === file);
      if (record === undefined || !existsSync(join(today, file))) {
        return [`${file} of ${release} is gone, while its data may still be read`];
      }
      return breaks(parse(today, record), parse(folder, record)).map(
        (why) => `${file} can't read what ${release} wrote: ${why}`,
      );
    });
  });
}

function parse(folder: string, record: RecordName) {
  const text = (one: RecordName) => readFileSync(join(folder, schemaFiles[one]), "utf8");
  return parseSchema(text(record), referencesOf(record).map(text)).type;
}

/** Keeps today's schemas as those of a release; one that was released stays as it was. */
export function release(today: string, released: string, version: string): void {
  const folder = join(released, version);
  mkdirSync(folder, { recursive: true });
  for (const file of Object.values(schemaFiles)) {
    const [text, target] = [readFileSync(join(today, file), "utf8"), join(folder, file)];
    if (existsSync(target) && readFileSync(target, "utf8") !== text) {
      throw new Error(
        `${file} of ${version} is released and stays as it was: give the package a new version`,
      );
    }
    writeFileSync(target, text);
  }
}

if (import.meta.main) {
  const here = import.meta.dirname;
  const problems = incompatibilities(here, join(here, "released"));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(
      "Give a new field a default, or add a new record and topic version (see schemas/check.ts).",
    );
    process.exitCode = 1;
  } else if (process.argv.includes("--release")) {
    const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8")) as { version: string };
    release(here, join(here, "released"), version);
  }
}
