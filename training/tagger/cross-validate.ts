// Owns `node training/tagger/cross-validate.ts`: what the tagger adds on the read folds, each judged by a model that
// was fitted to the others, for several chances at which it speaks. The taxonomy is taken without its rare skills
// (learn.ts says why), so the figures tell what the tagger adds, not how good the extractor is.
import { createEmbedded } from "@skillstream/extract/embedded.ts";
import { createTagger, type Tagger } from "@skillstream/extract/tagger.ts";
import { blankPosting } from "@skillstream/schemas/blank.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { type Figure, type Labelled, ratioOf, scoreOf } from "../../bench/eval/score.ts";
import { calibrated, heldOutSpans, learn, lessonsIn, readyTo, scoreFrom, taughtByFold } from "./learn.ts";
import { chanceOf } from "./logistic.ts";
import { labelledTexts, unlabelledTexts } from "./material.ts";

const chances = [0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6];
const figures: Figure[] = [
  "technology.strict.f1",
  "technical.strict.precision",
  "technical.strict.recall",
  "technical.strict.f1",
  "technical.loose.f1",
];

const say = (text: string) => process.stderr.write(`${text}\n`);
const texts = labelledTexts();
const learnt = learn(readTaxonomy(), await unlabelledTexts(), say);
const lessons = lessonsIn(texts, learnt);
const byFold = taughtByFold(learnt, texts, lessons);
const spans = heldOutSpans(byFold, texts, lessons);
const calibration = calibrated(spans);

let tagger: Tagger = () => [];
const extract = createEmbedded(learnt.common, (description) => tagger(description));
const row = (name: string, taggerOf: (fold: number) => Tagger) => {
  const shares = scoreOf(
    texts.map((text) => ({ ...text, text: text.description, location: "", lines: text.letters }) as Labelled),
    texts.map((text) => {
      tagger = taggerOf(text.fold);
      const { id, title, description, letters } = text;
      return { id, ...extract({ ...blankPosting, title, description, lines: letters }) };
    }),
  );
  const values = figures.map((figure) => (100 * (ratioOf(shares[figure]) ?? 0)).toFixed(1));
  process.stdout.write(`| ${name} | ${values.join(" | ")} |\n`);
};

process.stdout.write(`| from | ${figures.join(" | ")} |\n|---|${figures.map(() => "---|").join("")}\n`);
row("without", () => () => []);
for (const chance of chances) {
  const scoreMin = scoreFrom(chance, calibration);
  const taggers = new Map(
    [...byFold].map(([fold, one]) => [
      fold,
      createTagger(readyTo(learnt, { ...one, scoreMin, calibration })),
    ]),
  );
  row(chance.toFixed(2), (fold) => taggers.get(fold) as Tagger);
}

const bins = 10;
process.stdout.write("\n| chance said | spans | named by people |\n|---|---|---|\n");
for (let bin = 0; bin < bins; bin++) {
  const some = spans.filter(
    ({ score }) => Math.floor(chanceOf(calibration.slope * score + calibration.offset) * bins) === bin,
  );
  const named = some.filter(({ isNamed }) => isNamed).length;
  const share = some.length === 0 ? "" : `${((100 * named) / some.length).toFixed(0)}%`;
  process.stdout.write(`| ${bin / bins} to ${(bin + 1) / bins} | ${some.length} | ${share} |\n`);
}
