// Owns `node training/tagger/train.ts`: makes services/3-extract/tagger-model.json anew from postings without labels,
// the taxonomy and the read folds of the labelled postings. The same material gives the same file, to the byte.
import { writeFileSync } from "node:fs";
import { writeModel } from "@skillstream/extract/tagger-model.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { learn, lessonsIn, taught } from "./learn.ts";
import { scoreOfChance } from "./logistic.ts";
import { labelledTexts, unlabelledTexts } from "./material.ts";

/** Of the cross-validation's curve, where technical skills have their best F1. */
const chanceMin = 0.45;

const file = new URL("../../services/3-extract/tagger-model.json", import.meta.url);
const say = (text: string) => process.stderr.write(`${text}\n`);

const learnt = learn(readTaxonomy(), await unlabelledTexts(), say);
const lessons = lessonsIn(labelledTexts(), learnt).flat();
const model = writeModel(taught(learnt, lessons, scoreOfChance(chanceMin)));
writeFileSync(file, model);
say(`tagger-model.json: ${model.length} bytes`);
