// Owns `node training/tagger/train.ts`: makes services/3-extract/tagger-model.json anew from postings without labels,
// the taxonomy and the read folds of the labelled postings. The same material gives the same file, to the byte.
import { writeFileSync } from "node:fs";
import { writeModel } from "@skillstream/extract/tagger-model.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { calibrated, heldOutSpans, learn, lessonsIn, scoreFrom, taught, taughtByFold } from "./learn.ts";
import { labelledTexts, unlabelledTexts } from "./material.ts";

/** What is right more often than half of F1 raises it; people's agreement with the tagger is about 0.8. */
const chanceMin = 0.4;

const file = new URL("../../services/3-extract/tagger-model.json", import.meta.url);
const say = (text: string) => process.stderr.write(`${text}\n`);

const texts = labelledTexts();
const learnt = learn(readTaxonomy(), await unlabelledTexts(), say);
const lessons = lessonsIn(texts, learnt);
const calibration = calibrated(heldOutSpans(taughtByFold(learnt, texts, lessons), texts, lessons));
const scoreMin = scoreFrom(chanceMin, calibration);
const model = writeModel({ ...taught(learnt, lessons.flat()), scoreMin, calibration });
writeFileSync(file, model);
say(
  `chance = 1 / (1 + e^-(${calibration.slope.toFixed(2)} x score + ${calibration.offset.toFixed(2)})), tagged from ${scoreMin.toFixed(2)}`,
);
say(`tagger-model.json: ${model.length} bytes`);
