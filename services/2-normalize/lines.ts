// Owns what each line of a description is about: A company, D duties, Q qualifications, P preferred, B pay and
// benefits, L legal and applying, O other. A small trained model reads words, shapes and headings (line-features.ts)
// and judges the lines together (line-chain.ts); it rather keeps a line too many than loses one that extractors
// need. The same answer each time, in time linear in the text.
import { readFileSync } from "node:fs";
import { chancesOf, fillPasses, type Passes, roomForPasses, scoreLine } from "./line-chain.ts";
import { type LineLabel, letters, lettersCount, readFeatures, readingOf } from "./line-features.ts";
import { type ReadyModel, readModel } from "./line-model.ts";
import { wordsOf } from "./line-words.ts";

export type { LineLabel } from "./line-features.ts";

/** A line of a description, with its bullet, and what it is about. */
export interface ReadLine {
  text: string;
  label: LineLabel;
}

let model: ReadyModel | undefined;

/** Of each line that is not blank. */
export function readLines(description: string): ReadLine[] {
  model ??= readModel(readFileSync(new URL("lines-model.json", import.meta.url), "utf8"));
  const labels = labelsIn(description, model);
  const { wholeStarts, wholeEnds } = wordsOf(description);
  return labels.map((label, line) => ({
    text: description.slice(wholeStarts[line], wholeEnds[line]),
    label,
  }));
}

/** One letter for each line that is not blank. */
export function labelLines(description: string): string {
  return readLines(description)
    .map(({ label }) => label)
    .join("");
}

const relevant = placesOf("D", "Q", "P");
const others = placesOf("A", "B", "L", "O");

function placesOf(...some: LineLabel[]): number[] {
  return some.map((letter) => letters.indexOf(letter));
}

/** Few postings have more lines; those get room of their own. */
const sharedLinesMax = 1_000;
const shared = roomFor(sharedLinesMax);
const chances = new Float64Array(lettersCount);

interface Room {
  scores: Float64Array;
  steps: Uint8Array;
  passes: Passes;
}

function roomFor(lines: number): Room {
  return {
    scores: new Float64Array(lines * lettersCount),
    steps: new Uint8Array(lines),
    passes: roomForPasses(lines),
  };
}

/** Of each line that is not blank. */
export function labelsIn(
  description: string,
  { table, weights, factors, relevantMin }: ReadyModel,
): LineLabel[] {
  const words = wordsOf(description);
  const reading = readingOf(words);
  const { places } = reading;
  // Making room costs more than the reading of a line; one posting is read at a time.
  const { scores, steps, passes } = places.length <= sharedLinesMax ? shared : roomFor(places.length);
  readFeatures(reading, table, (row, step, index) => {
    scoreLine(row, weights, scores, index * lettersCount);
    steps[index] = step;
  });
  fillPasses(passes, places.length, scores, steps, factors);
  const labels: LineLabel[] = [];
  for (let index = 0; index < places.length; index++) {
    const label = labelBy(passes, index, relevantMin);
    // Of the lone bullets before it as well.
    while (labels.length <= (places[index] as number)) labels.push(label);
  }
  while (labels.length < words.lines) labels.push("O");
  return labels;
}

function labelBy(passes: Passes, index: number, relevantMin: number): LineLabel {
  chancesOf(passes, index, chances);
  let keep = 0;
  for (const letter of relevant) keep += chances[letter] as number;
  let best = -1;
  for (const letter of keep >= relevantMin ? relevant : others)
    if (best === -1 || (chances[letter] as number) > (chances[best] as number)) best = letter;
  return letters[best] as LineLabel;
}
