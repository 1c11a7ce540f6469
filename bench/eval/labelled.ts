// Owns the labelled postings that extractors are judged on, and which of them may be looked at. Our own stand beside
// this file: written for this project, companies invented, labelled before any extractor had read them. Those of
// ../shared/eval are real and never part of the repository; they are split by company (training/lines/folds.json)
// into read ones, which words and rules may come from, and unread ones, of which only sums are ever looked at.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readFolds } from "../../training/lines/cross-validate.ts";
import type { Labelled } from "./score.ts";

const own = new URL("extract/", import.meta.url);
const shared = new URL("../../../shared/eval/", import.meta.url);

/** The taxonomy, the rules and the tagger may come from reading these, and from no other labelled posting. */
const readFoldsMax = 5;

export interface LabelledSet {
  name: string;
  summary: string;
  /** Of what was labelled: figures of another hash are of other data. */
  hash: string;
  postings: readonly Labelled[];
}

export function ownSet(): LabelledSet {
  return setOf("own", "of our own writing", readGold(own));
}

export const hasShared = () => existsSync(new URL("gold.jsonl", shared));

export interface SharedSets {
  all: LabelledSet;
  read: LabelledSet;
  unread: LabelledSet;
  /** By fold. */
  folds: readonly LabelledSet[];
}

export function sharedSets(): SharedSets {
  const postings = readGold(shared);
  const foldOf = readFolds();
  const of = (isIn: (fold: number) => boolean) => postings.filter(({ id }) => isIn(foldOf[id] ?? -1));
  const count = Math.max(...Object.values(foldOf)) + 1;
  return {
    all: setOf("shared", "of ../shared/eval", postings),
    read: setOf(
      "read",
      `of ../shared/eval, folds 0-${readFoldsMax}, which may be studied`,
      of((fold) => fold <= readFoldsMax),
    ),
    unread: setOf(
      "unread",
      `of ../shared/eval, folds ${readFoldsMax + 1}-${count - 1}, which nobody reads`,
      of((fold) => fold > readFoldsMax),
    ),
    folds: Array.from({ length: count }, (_, fold) =>
      setOf(
        `fold ${fold}`,
        fold <= readFoldsMax ? "read" : "unread",
        of((one) => one === fold),
      ),
    ),
  };
}

export const readJsonLines = <Row>(file: URL): Row[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Row);

const readGold = (folder: URL) => readJsonLines<Labelled>(new URL("gold.jsonl", folder));

function setOf(name: string, summary: string, postings: readonly Labelled[]): LabelledSet {
  const hash = createHash("sha256").update(JSON.stringify(postings)).digest("hex").slice(0, 12);
  return { name, summary, hash, postings };
}
