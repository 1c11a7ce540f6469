// Owns `node test/texts/main.ts --count 100000 --seed 1`: texts that nobody would write through the embedded extractor,
// then 2 MB and 200 KB of one piece each. It prints what came of them and ends with 1 where a mention was not where
// it said, the extractor threw, or its time grew faster than the text.
import { parseArgs } from "node:util";
import { createEmbedded } from "@skillstream/extract/embedded.ts";
import { endless, fuzzed, problemsOf, timeOf } from "@skillstream/extract/fuzz.fixture.ts";
import { createTagger } from "@skillstream/extract/tagger.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";

const { values } = parseArgs({
  options: { count: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const count = Number(values.count);
const seed = Number(values.seed);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  process.stderr.write("Usage: node test/texts/main.ts [--count 100000] [--seed 1]\n");
  process.exit(2);
}

/** Ten times the text may take so many times as long, and a short time is never too long. */
const growthMax = 15;
const shortMs = 20;

const extract = createEmbedded(readTaxonomy(), createTagger());
const problems: object[] = [];
const report = { units: 0, mentions: 0, planted: 0 };
for (let number = 0; number < count; number++) {
  const text = fuzzed(seed, number);
  try {
    const extraction = extract(text.reading);
    for (const problem of problemsOf(text, extraction)) problems.push({ number, kind: text.kind, problem });
    report.mentions += extraction.skills.reduce((sum, { mentions }) => sum + mentions.length, 0);
  } catch (error) {
    problems.push({ number, kind: text.kind, problem: String(error) });
  }
  report.units += text.reading.description.length;
  report.planted += text.planted.length;
}
let growth = 0;
let worst = "";
for (const [name, piece] of endless) {
  const small = Math.max(shortMs, timeOf(extract, piece, 200_000));
  const ratio = timeOf(extract, piece, 2_000_000) / small;
  if (ratio >= growthMax)
    problems.push({ piece: name, problem: `2 MB took ${ratio.toFixed(1)} times 200 KB` });
  if (ratio > growth) [growth, worst] = [ratio, name];
}
const rounded = Math.round(10 * growth) / 10;
console.log(
  JSON.stringify({
    seed,
    texts: count,
    ...report,
    growthOf2MbOver200Kb: rounded,
    worst,
    problems: problems.length,
  }),
);
for (const problem of problems.slice(0, 50)) process.stderr.write(`${JSON.stringify(problem)}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
