// Owns `node training/tagger/cross-validate.ts`: what the tagger adds on the read folds, each judged by a model that
// was fitted to the others, for several chances at which it speaks. The taxonomy is taken without its rare skills
// (learn.ts says why), so the figures tell what the tagger adds, not how good the extractor is.
import { createEmbedded } from "@skillstream/extract/embedded.ts";
import { createTagger, type Tagger } from "@skillstream/extract/tagger.ts";
import { blankPosting } from "@skillstream/schemas/blank.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { type Figure, type Labelled, ratioOf, scoreOf } from "../../bench/eval/score.ts";
import { learn, lessonsIn, readyTo, taught } from "./learn.ts";
import { chanceOf, scoreOfChance } from "./logistic.ts";
import { labelledTexts, readFoldsOfLabelled, unlabelledTexts } from "./material.ts";

const chances = [0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7];
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
const trained = readFoldsOfLabelled.map((fold) =>
  taught(learnt, lessons.filter((_, index) => texts[index]?.fold !== fold).flat(), 0),
);

let tagger: Tagger = () => [];
const extract = createEmbedded(learnt.common, (description) => tagger(description));
const row = (name: string, taggers: readonly Tagger[]) => {
  const shares = scoreOf(
    texts.map((text) => ({ ...text, text: text.description, location: "", lines: text.letters }) as Labelled),
    texts.map((text) => {
      tagger = taggers[readFoldsOfLabelled.indexOf(text.fold)] as Tagger;
      const { id, title, description, letters } = text;
      return { id, ...extract({ ...blankPosting, title, description, lines: letters }) };
    }),
  );
  const values = figures.map((figure) => (100 * (ratioOf(shares[figure]) ?? 0)).toFixed(1));
  process.stdout.write(`| ${name} | ${values.join(" | ")} |\n`);
};

process.stdout.write(`| from | ${figures.join(" | ")} |\n|---|${figures.map(() => "---|").join("")}\n`);
row(
  "without",
  readFoldsOfLabelled.map(() => () => []),
);
for (const chance of chances) {
  const scoreMin = scoreOfChance(chance);
  row(
    chance.toFixed(2),
    trained.map((one) => createTagger(readyTo(learnt, { ...one, scoreMin }))),
  );
}

// What a chance is worth: of the spans that are tagged with about that chance, the share that people name.
const bins = 10;
const right = new Float64Array(bins);
const all = new Float64Array(bins);
for (const [index, text] of texts.entries()) {
  const model = trained[readFoldsOfLabelled.indexOf(text.fold)];
  if (model === undefined) continue;
  for (const { slots, target, hides } of lessons[index] ?? []) {
    if (hides) continue;
    let sum = 0;
    for (const slot of slots) sum += model.skill.bytes[slot] as number;
    const bin = Math.min(bins - 1, Math.floor(chanceOf(model.skill.bias + model.skill.step * sum) * bins));
    all[bin] = (all[bin] as number) + 1;
    right[bin] = (right[bin] as number) + target;
  }
}
process.stdout.write("\n| chance said | spans | named by people |\n|---|---|---|\n");
for (let bin = 0; bin < bins; bin++)
  process.stdout.write(
    `| ${bin / bins} to ${(bin + 1) / bins} | ${all[bin]} | ${((100 * (right[bin] as number)) / (all[bin] || 1)).toFixed(0)}% |\n`,
  );
