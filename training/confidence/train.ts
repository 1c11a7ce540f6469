// Owns `node training/confidence/train.ts`: makes services/3-extract/confidence-table.json anew from the read folds of
// ../shared/eval, and from our own postings for the tagger, which has learnt from those folds. It prints how far the
// confidences can be believed: each read fold judged by a table made from the others, and the shipped table on
// unread folds.
import { writeFileSync } from "node:fs";
import { type ConfidenceTable, confidenceIn } from "@skillstream/extract/confidence.ts";
import { createTagger } from "@skillstream/extract/tagger.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { type Calibration, calibrationOf } from "../../bench/eval/calibration.ts";
import { ownSet, sharedSets } from "../../bench/eval/labelled.ts";
import { readFolds } from "../lines/cross-validate.ts";
import { type ClaimedSkill, claimsOf, commonSkills } from "./claims.ts";
import { bestOf, fitTable, written } from "./fit.ts";

const file = new URL("../../services/3-extract/confidence-table.json", import.meta.url);

const taxonomy = readTaxonomy();
const tagger = createTagger();
const sets = sharedSets();
const [own, read, unread] = [ownSet(), sets.read, sets.unread].map(({ postings }) =>
  claimsOf(postings, taxonomy, tagger),
) as [ClaimedSkill[], ClaimedSkill[], ClaimedSkill[]];
const tagged = own.filter(({ claims }) => claims[0]?.proof === "tagged");
const foldOf = readFolds();

const common = await commonSkills(taxonomy);
const learnt = read.filter(({ name, claims }) => common.has(name) && claims[0]?.proof !== "tagged");

const table = fitTable(learnt, tagged);
const crossValidated = [...new Set(read.map(({ id }) => foldOf[id]))].flatMap((fold) => {
  const others = fitTable(
    learnt.filter(({ id }) => foldOf[id] !== fold),
    tagged,
  );
  return judged(
    learnt.filter(({ id }) => foldOf[id] === fold),
    others,
  );
});
print("read folds, common skills, each fold by a table made from the others", calibrationOf(crossValidated));
print("unread folds", calibrationOf(judged(unread, table)));
print("our own postings", calibrationOf(judged(own, table)));
writeFileSync(file, written(table));

function judged(skills: readonly ClaimedSkill[], by: ConfidenceTable) {
  return skills.map(({ claims, isRight }) => ({ confidence: confidenceIn(by, bestOf(by, claims)), isRight }));
}

function print(name: string, { claims, expectedError, bins }: Calibration): void {
  console.log(`${name}: expected error ${expectedError.toFixed(3)} over ${claims} claims`);
  for (const bin of bins) {
    console.log(`  said ${bin.said.toFixed(2)}  right ${bin.right.toFixed(2)}  of ${bin.claims}`);
  }
}
