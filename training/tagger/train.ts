// Owns `node training/tagger/train.ts`: makes services/3-extract/tagger-model.json anew from postings without labels,
// the taxonomy and the read folds of the labelled postings. The same material gives the same file, to the byte.
import { writeFileSync } from "node:fs";
import { compileLexicon } from "@skillstream/extract/lexicon.ts";
import { tableOf } from "@skillstream/extract/tagger-features.ts";
import { type Hashed, writeModel } from "@skillstream/extract/tagger-model.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { wordClassesOf } from "./classes.ts";
import { fitLabelled, fitSilver, lessonsOf } from "./fit.ts";
import { scoreOfChance } from "./logistic.ts";
import { labelledTexts, readingOf, unlabelledTexts } from "./material.ts";
import { keptScore, phrasesOf } from "./phrases.ts";

/** Of the cross-validation's curve, where technical skills have their best strict F1. */
const chanceMin = 0.5;

const file = new URL("../../services/3-extract/tagger-model.json", import.meta.url);
const say = (text: string) => process.stderr.write(`${text}\n`);

const lexicon = compileLexicon(readTaxonomy());
const texts = await unlabelledTexts();
const readings = texts.map((text) => readingOf(text, lexicon));
const companies = numbered(texts.map(({ company }) => company));

const words = sorted(wordClassesOf(readings, companies));
const wordTable = tableOf(words.hashes, words.values);
const none = tableOf(new Int32Array(0), new Uint8Array(0));
const judged = phrasesOf(readings, companies, { words: wordTable, phrases: none }, say);
const phrases = {
  hashes: Int32Array.from(judged, ({ hash }) => hash),
  values: Uint8Array.from(judged, ({ score }) => keptScore(score)),
};
const vocabulary = { words: wordTable, phrases: tableOf(phrases.hashes, phrases.values) };
const silver = fitSilver(readings, companies, vocabulary, say);
const lessons = labelledTexts().flatMap((text, index) =>
  lessonsOf(text, readingOf(text, lexicon), index, vocabulary),
);
const { skill, technology } = fitLabelled(silver, lessons);
const model = writeModel({
  words,
  phrases,
  weights: skill.weights,
  bias: skill.bias,
  technologyWeights: technology.weights,
  technologyBias: technology.bias,
  scoreMin: scoreOfChance(chanceMin),
});
writeFileSync(file, model);
say(`tagger-model.json: ${words.hashes.length} words, ${judged.length} phrases, ${model.length} bytes`);

function numbered(companies: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return companies.map((company) => {
    const number = numbers.get(company) ?? numbers.size;
    numbers.set(company, number);
    return number;
  });
}

function sorted({ hashes, values }: Hashed): Hashed {
  const order = [...hashes.keys()].sort((a, b) => (hashes[a] as number) - (hashes[b] as number));
  return {
    hashes: Int32Array.from(order, (at) => hashes[at] as number),
    values: Uint8Array.from(order, (at) => values[at] as number),
  };
}
