// Owns the honest figure: the labelled postings in folds by company (folds.json), each fold labelled by a chain that
// was fitted on the others. The words were learnt without any labelled posting or its company, so they are the same
// for all folds. Own texts are in every fit.
import { readFileSync } from "node:fs";
import type { WordTable } from "@skillstream/normalize/line-features.ts";
import type { ReadyModel } from "@skillstream/normalize/line-model.ts";
import { labelsIn } from "@skillstream/normalize/lines.ts";
import { type Example, exampleOf, fitChain } from "./chain.ts";
import { type LabelledPosting, ownPostings } from "./material.ts";

export interface Tally {
  lines: number;
  right: number;
  relevant: number;
  kept: number;
  relevantKept: number;
}

export const foldsCount = 10;

/** Of each labelled posting, its fold. */
export function readFolds(): Record<string, number> {
  return JSON.parse(readFileSync(new URL("folds.json", import.meta.url), "utf8"));
}

/** Of each fold, the model that has not seen it. */
export function fitFolds(
  postings: readonly LabelledPosting[],
  table: WordTable,
): Omit<ReadyModel, "relevantMin">[] {
  const folds = readFolds();
  const own = ownExamples(table);
  const examples = postings.map(({ lines, truth }) => exampleOf(lines, truth, table));
  return Array.from({ length: foldsCount }, (_, fold) => {
    const others = examples.filter((_, at) => folds[postings[at]?.id ?? ""] !== fold);
    const { weights, transitions } = fitChain([...own, ...others]);
    return { table, weights, factors: transitions.map(Math.exp) };
  });
}

export function judgeFolds(
  postings: readonly LabelledPosting[],
  models: readonly Omit<ReadyModel, "relevantMin">[],
  relevantMin: number,
): Tally[] {
  const folds = readFolds();
  return models.map((model, fold) =>
    tallyOf(
      postings.filter(({ id }) => folds[id] === fold),
      (lines) => labelsIn(lines.join("\n"), { ...model, relevantMin }).join(""),
    ),
  );
}

/** They are few and hold what the labelled postings lack. */
const ownWeight = 3;

export function ownExamples(table: WordTable): Example[] {
  return ownPostings().map((lines) =>
    exampleOf(
      lines.map(({ text }) => text),
      lines.map(({ letter }) => letter).join(""),
      table,
      ownWeight,
    ),
  );
}

const isRelevant = (letter: string | undefined) => letter === "D" || letter === "Q" || letter === "P";

export function tallyOf(
  postings: readonly LabelledPosting[],
  label: (lines: readonly string[]) => string,
): Tally {
  const tally: Tally = { lines: 0, right: 0, relevant: 0, kept: 0, relevantKept: 0 };
  for (const { lines, truth } of postings) {
    const labels = label(lines);
    for (const [at, letter] of [...truth].entries()) {
      tally.lines++;
      if (labels[at] === letter) tally.right++;
      if (isRelevant(letter)) tally.relevant++;
      if (isRelevant(labels[at])) tally.kept++;
      if (isRelevant(letter) && isRelevant(labels[at])) tally.relevantKept++;
    }
  }
  return tally;
}

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum: Tally = { lines: 0, right: 0, relevant: 0, kept: 0, relevantKept: 0 };
  for (const tally of tallies) {
    for (const name of Object.keys(sum) as (keyof Tally)[]) sum[name] += tally[name];
  }
  return sum;
}
