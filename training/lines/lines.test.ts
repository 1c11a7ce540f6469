import { readFileSync } from "node:fs";
import { readModel, readWordWeights, rounded } from "@skillstream/normalize/line-model.ts";
import { expect, test } from "vitest";
import { fitChain } from "./chain.ts";
import { ownExamples, readFolds } from "./cross-validate.ts";
import { hasMaterial, labelledPostings, ownHeadings, ownPostings } from "./material.ts";
import { headingOf, labelByRules } from "./rules.ts";
import { commonTerms, fitWords, termsOf } from "./words.ts";

const text = readFileSync(new URL("../../services/2-normalize/lines-model.json", import.meta.url), "utf8");
const { table } = readModel(text);

// The labelled postings stand beside the repository, on machines that have them.
test.skipIf(!hasMaterial())("every labelled posting has a fold, and no company stands in two", () => {
  const folds = readFolds();
  const postings = labelledPostings();
  expect(Object.keys(folds).sort()).toEqual(postings.map(({ id }) => id).sort());
  const byGroup = Map.groupBy(postings, ({ group }) => group);
  for (const [group, some] of byGroup) expect(new Set(some.map(({ id }) => folds[id])).size, group).toBe(1);
});

test("the rules know headings in five languages, and are silent where they know none", () => {
  const known = ownHeadings().filter(({ text, letter }) => headingOf(text) === letter);
  expect(known.length / ownHeadings().length).toBeGreaterThan(0.6);
  expect(labelByRules(["We make lamps.", "Requirements", "- Go", "Lamps", "- Matches"])).toEqual([
    null,
    "Q",
    "Q",
    null,
    null,
  ]);
});

test("words that few companies use are no words of the model", () => {
  const lines = [
    { text: "Gnomon Teapots pays well", company: 1 },
    { text: "Gnomon Teapots pours well", company: 1 },
    { text: "Nobody else pays", company: 2 },
  ];
  expect(commonTerms(lines, 2)).toEqual(["pays"]);
  expect(termsOf("- 5+ years")).toEqual(["#", "years", "^ #", "# years", "years ^"]);
});

test("the same material gives the same weights, and words that tell letters apart do so", () => {
  const target = (letter: number) => Float32Array.from({ length: 7 }, (_, at) => (at === letter ? 1 : 0));
  const samples = ["dental insurance", "build pipelines", "dental plan", "build things"].map((line, at) => ({
    text: line,
    company: at,
    target: target(at % 2 === 0 ? 4 : 1),
    weight: 1,
  }));
  const terms = ["build", "dental"];
  const weights = fitWords(samples, terms, 20);
  expect(weights).toEqual(fitWords(samples, terms, 20));
  expect(weights[1 * 7 + 4]).toBeGreaterThan(weights[1 * 7 + 1] as number);
  expect(weights[0 * 7 + 1]).toBeGreaterThan(weights[0 * 7 + 4] as number);
  const own = ownExamples(table).slice(0, 2);
  expect(fitChain(own)).toEqual(fitChain(own));
});

test("our own postings hold every letter", () => {
  expect(new Set(ownPostings().flatMap((lines) => lines.map(({ letter }) => letter))).size).toBe(7);
});

test("weights that were rounded once stay as they are", () => {
  const words = readWordWeights(text);
  expect(rounded(words)).toEqual(words);
});
