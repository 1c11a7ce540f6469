// Owns the evaluation of what each line of a posting is about, on the labelled postings of ../shared/eval: by
// cross-validation over companies, made anew in this run, and beside it the rules that taught the words.
import { readFileSync } from "node:fs";
import { readModel } from "@skillstream/normalize/line-model.ts";
import { labelsIn } from "@skillstream/normalize/lines.ts";
import {
  fitFolds,
  foldsCount,
  judgeFolds,
  sumOf,
  type Tally,
  tallyOf,
} from "../../training/lines/cross-validate.ts";
import { hasMaterial, labelledPostings } from "../../training/lines/material.ts";
import { labelByRules } from "../../training/lines/rules.ts";
import type { Eval } from "../eval.ts";

/** What keeping more or fewer lines would cost; the model's own stands among them. */
const thresholds = (own: number) => [...new Set([0.2, 0.3, 0.4, 0.5, own])].sort();

export const evaluation: Eval = {
  summary: "letters of the lines of ../shared/eval, cross-validated by company",
  async run({ json }, say) {
    if (!hasMaterial()) throw new Error("../shared/eval is not there; it holds the labelled postings.");
    const postings = labelledPostings();
    const file = new URL("../../services/2-normalize/lines-model.json", import.meta.url);
    const text = readFileSync(file, "utf8");
    const model = readModel(text);
    const models = fitFolds(postings, model.table);
    const folds = judgeFolds(postings, models, model.relevantMin).map(figuresOf);
    const crossValidated = thresholds(model.relevantMin).map((relevantMin) => ({
      relevantMin,
      ...figuresOf(sumOf(judgeFolds(postings, models, relevantMin))),
    }));
    const inSample = figuresOf(tallyOf(postings, (lines) => labelsIn(lines.join("\n"), model).join("")));
    const rules = figuresOf(tallyOf(postings, byRules));
    if (json) {
      console.log(
        JSON.stringify({
          name: "lines",
          relevantMin: model.relevantMin,
          crossValidated,
          folds,
          inSample,
          rules,
        }),
      );
      return;
    }
    say(`${postings.length} labelled postings, ${foldsCount} folds by company, ${rules.lines} lines\n`);
    const row = (name: string, { letters, recall, precision }: Figures) =>
      console.log(`${name.padEnd(46)} ${percent(letters)} ${percent(recall)} ${percent(precision)}`);
    console.log(`${"".padEnd(46)} letters  recall  precision of relevant lines`);
    for (const { relevantMin, ...figures } of crossValidated) {
      const own = relevantMin === model.relevantMin ? ", the model's own" : "";
      row(`unseen, kept from a chance of ${relevantMin}${own}`, figures);
    }
    for (const [fold, figures] of folds.entries()) row(`  fold ${fold}, ${figures.lines} lines`, figures);
    row("seen in training (says nothing)", inSample);
    row("the teacher's rules alone, else O", rules);
  },
};

interface Figures {
  lines: number;
  letters: number;
  recall: number;
  precision: number;
}

const figuresOf = ({ lines, right, relevant, kept, relevantKept }: Tally): Figures => ({
  lines,
  letters: right / lines,
  recall: relevantKept / relevant,
  precision: relevantKept / kept,
});

const byRules = (lines: readonly string[]) =>
  labelByRules(lines)
    .map((letter) => letter ?? "O")
    .join("");

const percent = (share: number) => `${(100 * share).toFixed(1)}%`.padStart(7);
