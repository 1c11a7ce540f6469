// Owns `skillstream taxonomy`: keeping the list of skills. So far it checks it; adding and merging skills by
// command comes with later work, and until then the files are edited by hand.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { lint, parseTaxonomy, skillKinds } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { type Command, UsageError } from "./command.ts";

const later = ["add", "merge"];

export const command: Command = {
  name: "taxonomy",
  summary: "check the list of skills",
  usage: `Usage: skillstream taxonomy check [FOLDER]

Checks the taxonomy, or the one in FOLDER: no two skills share an alias without a rule, every broader skill
exists, nothing stands twice, names are canonical, the lists of terms contradict none of it. Prints the counts as one JSON object, and every problem as
"file:line: what is wrong" on standard error; the exit code is then 1. add and merge come with later work.`,
  async run(args) {
    const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
    const [action, folder, ...more] = positionals;
    if (action !== undefined && later.includes(action)) {
      throw new UsageError(
        `taxonomy ${action} is not there yet; edit schemas/taxonomy by hand and run taxonomy check`,
      );
    }
    if (action !== "check" || more.length > 0) throw new UsageError("taxonomy takes: check [FOLDER]");
    const place =
      folder === undefined
        ? new URL(import.meta.resolve("@skillstream/schemas/taxonomy/version"))
        : pathToFileURL(`${folder}/version`);
    const taxonomy = parseTaxonomy((file) =>
      readFileSync(new URL(file === "version" ? file : `${file}.txt`, place), "utf8"),
    );
    const problems = lint(taxonomy);
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    const count = (kind: string) => taxonomy.skills.filter((skill) => skill.kind === kind).length;
    const counts = {
      version: taxonomy.version,
      skills: taxonomy.skills.length,
      ...Object.fromEntries(skillKinds.map((kind) => [kind, count(kind)])),
      aliases: taxonomy.skills.reduce((sum, skill) => sum + skill.aliases.length, 0),
      groups: taxonomy.groups.length,
      rules: taxonomy.rules.length,
      removed: taxonomy.terms.removed.size,
      mapped: taxonomy.terms.mapped.size,
      problems: problems.length,
    };
    process.stdout.write(`${JSON.stringify(counts)}\n`);
    return problems.length === 0 ? 0 : 1;
  },
};
