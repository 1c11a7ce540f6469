// Owns `skillstream taxonomy`: keeping the list of skills. It checks it, changes it only to what passes the check, and
// shows what postings ask for that it lacks. Whether a change is right is for people to say: it is a diff to review.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { connectClickHouse } from "@skillstream/platform/clickhouse.ts";
import { readSettings } from "@skillstream/platform/settings.ts";
import { addSkill, type Changes, mergeSkill, removeTerm } from "@skillstream/schemas/taxonomy/edit.ts";
import {
  lint,
  parseTaxonomy,
  skillKinds,
  type TaxonomyFile,
} from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { emergingTerms } from "@skillstream/store/emerging.ts";
import { type Command, UsageError } from "./command.ts";
import { instanceEnvironment, tableSettings } from "./environment.ts";
import { printLine } from "./json-lines.ts";

const options = {
  folder: { type: "string" },
  kind: { type: "string" },
  broader: { type: "string" },
  alias: { type: "string", multiple: true, default: [] },
  why: { type: "string", default: "anybody could say it" },
  days: { type: "string", default: "90" },
  companies: { type: "string", default: "3" },
  limit: { type: "string", default: "50" },
} satisfies ParseArgsConfig["options"];
type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

export const command: Command = {
  name: "taxonomy",
  summary: "keep the list of skills, and what it lacks",
  usage: `Usage: skillstream taxonomy check [--folder FOLDER]
       skillstream taxonomy add NAME --kind KIND --broader SKILL|GROUP [--alias FORM]…
       skillstream taxonomy merge NAME INTO
       skillstream taxonomy remove TERM [--why HEADING]
       skillstream taxonomy emerging [--days 90] [--companies 3] [--limit 50]

check prints the counts as one JSON object, and every problem as "file:line: what is wrong" on standard error: no two
skills share a form without a rule, every broader skill exists, nothing stands twice, names are canonical, the lists
of terms contradict none of it. The exit code is then 1.

add, merge and remove change the files in schemas/taxonomy, and only where they pass the check then; the version
goes up by one. merge makes all forms of NAME forms of INTO. remove says that a term is no skill, and why: a heading
of removed.txt.

emerging prints what postings ask for that the taxonomy lacks, the most widespread first, one JSON object a line:
{term, kind, postings, companies, first_seen, evidence}. It reads the running instance's ClickHouse, or the one that
SKILLSTREAM_CLICKHOUSE_URL names. What has been added, merged or removed is gone from it.

  --folder      another taxonomy than the project's own
  --kind        ${skillKinds.join(", ")}
  --days        observed so lately
  --companies   named by so many at least`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [action = "", ...names] = positionals;
    const takes = (count: number, words: string) => {
      if (names.length !== count) throw new UsageError(`taxonomy ${action} takes ${words}`);
    };
    const folder =
      values.folder === undefined
        ? new URL(import.meta.resolve("@skillstream/schemas/taxonomy/version"))
        : pathToFileURL(`${values.folder}/version`);
    const place = (file: TaxonomyFile) => new URL(file === "version" ? file : `${file}.txt`, folder);
    const read = (file: TaxonomyFile) => readFileSync(place(file), "utf8");
    const [first = "", second = ""] = names;
    switch (action) {
      case "check":
        takes(0, "no name");
        return check(read);
      case "add":
        takes(1, "one name");
        return write(place, read, addSkill(read, newSkill(first, values)));
      case "merge":
        takes(2, "two names");
        return write(place, read, mergeSkill(read, first, second));
      case "remove":
        takes(1, "one term");
        return write(place, read, removeTerm(read, first, values.why));
      case "emerging":
        takes(0, "no name");
        return emerging(read, values);
      default:
        throw new UsageError("taxonomy takes: check, add, merge, remove or emerging");
    }
  },
};

type Read = (file: TaxonomyFile) => string;

async function check(read: Read): Promise<number> {
  const taxonomy = parseTaxonomy(read);
  const problems = lint(taxonomy);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const count = (kind: string) => taxonomy.skills.filter((skill) => skill.kind === kind).length;
  await printLine({
    version: taxonomy.version,
    skills: taxonomy.skills.length,
    ...Object.fromEntries(skillKinds.map((kind) => [kind, count(kind)])),
    aliases: taxonomy.skills.reduce((sum, skill) => sum + skill.aliases.length, 0),
    groups: taxonomy.groups.length,
    rules: taxonomy.rules.length,
    removed: taxonomy.terms.removed.size,
    mapped: taxonomy.terms.mapped.size,
    problems: problems.length,
  });
  return problems.length === 0 ? 0 : 1;
}

function newSkill(name: string, { kind: said, broader, alias }: Values) {
  const kind = skillKinds.find((one) => one === said);
  if (kind === undefined) throw new UsageError(`--kind takes one of ${skillKinds.join(", ")}`);
  if (broader === undefined) throw new UsageError("--broader names a skill or a group of group.txt");
  return { name, kind, broader, aliases: alias ?? [] };
}

/** What does not pass is not written. */
function write(place: (file: TaxonomyFile) => URL, read: Read, changes: Changes): number {
  const after = parseTaxonomy((file) => changes.get(file) ?? read(file));
  const before = new Set(lint(parseTaxonomy(read)));
  const problems = lint(after).filter((problem) => !before.has(problem));
  if (problems.length > 0) {
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    process.stderr.write("Nothing was changed.\n");
    return 1;
  }
  // All are written before the first takes its place.
  const drafts = [...changes].map(([file, text]) => {
    const target = place(file);
    const draft = new URL(`${target.href}.new`);
    writeFileSync(draft, text);
    return { draft, target };
  });
  for (const { draft, target } of drafts) renameSync(draft, target);
  process.stderr.write(`Changed ${[...changes.keys()].join(", ")}; the version is ${after.version}.\n`);
  return 0;
}

async function emerging(read: Read, values: Values): Promise<number> {
  const number = (name: "days" | "companies" | "limit", max: number) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1 || value > max)
      throw new UsageError(`--${name} takes a number from 1 to ${max}`);
    return value;
  };
  const asked = {
    sinceMs: Date.now() - number("days", 36_500) * 24 * 60 * 60 * 1000,
    companiesMin: number("companies", 10_000),
    limit: number("limit", 1_000),
  };
  const settings = readSettings(instanceEnvironment(process.env), tableSettings);
  const client = connectClickHouse(settings, "skillstream-taxonomy", { timeoutMs: emergingTimeoutMs });
  try {
    const terms = await emergingTerms(client, parseTaxonomy(read), {
      generation: settings.generation,
      ...asked,
    });
    for (const term of terms) await printLine(term);
    return 0;
  } finally {
    await client.close();
  }
}

/** The server's own limit comes first, and says more. */
const emergingTimeoutMs = 130_000;
