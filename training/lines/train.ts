// Owns `node training/lines/train.ts`: makes services/2-normalize/lines-model.json anew, the words from postings without
// labels and the chain from the labelled ones. The same material gives the same file, to the byte. With --chain the
// words stay as the file has them.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { tableOf } from "@skillstream/normalize/line-features.ts";
import { readWordWeights, rounded, writeModel } from "@skillstream/normalize/line-model.ts";
import { exampleOf, fitChain } from "./chain.ts";
import { ownExamples } from "./cross-validate.ts";
import { labelledPostings, ownHeadings, ownPostings, unlabelledPostings } from "./material.ts";
import { fitSilver } from "./silver.ts";

/** Keeps the file below 300 KB; twice as many changed no figure. */
const termsMax = 8_000;
/** Of the cross-validation's curve, where it loses three relevant lines in two hundred. */
const relevantMin = 0.2;

const file = new URL("../../services/2-normalize/lines-model.json", import.meta.url);
const { values } = parseArgs({ options: { chain: { type: "boolean" } } });
const say = (text: string) => process.stderr.write(`${text}\n`);

const words =
  values.chain === true
    ? readWordWeights(readFileSync(file, "utf8"))
    : rounded(
        fitSilver(
          await unlabelledPostings(),
          { bodies: ownPostings().flat(), headings: ownHeadings() },
          termsMax,
          say,
        ),
      );
const table = tableOf(words);
const examples = labelledPostings().map(({ lines, truth }) => exampleOf(lines, truth, table));
const chain = fitChain([...ownExamples(table), ...examples]);
writeFileSync(file, writeModel({ words, chain, relevantMin }));
say(`lines-model.json: ${words.terms.length} words and pairs, ${examples.length} labelled postings`);
