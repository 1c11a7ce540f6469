// Owns `node test/mutations/main.ts --count 10000 --seed 1`: mutated pages and answers through every parser. It
// prints what came of them and ends with 1 where any parser threw, hung, was too slow, or made something up.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { sourcesByName } from "./pages.ts";
import { mutantOf, samplesBySource } from "./run.ts";
import { runWatched } from "./watched.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    show: { type: "string" },
    to: { type: "string" },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  process.stderr.write(
    "Usage: node test/mutations/main.ts [--count 10000] [--seed 1] [--show NUMBER --to FILE]\n",
  );
  process.exit(2);
}

if (values.show !== undefined) {
  const mutant = mutantOf(samplesBySource(sourcesByName()), seed, Number(values.show));
  if (values.to !== undefined) writeFileSync(values.to, mutant.page.body);
  console.log(JSON.stringify({ ...mutant, page: { ...mutant.page, body: mutant.page.body.length } }));
} else {
  const { problems, ...report } = await runWatched(count, seed);
  console.log(JSON.stringify({ seed, ...report, problems: problems.length }));
  for (const problem of problems) process.stderr.write(`${JSON.stringify(problem)}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
