// Owns what each line of a description is about: A company, D duties, Q qualifications, P preferred, B pay and
// benefits, L legal and applying, O other. A small trained model reads words, shapes and headings (line-features.ts)
// and judges the lines together (line-chain.ts); it rather keeps a line too many than loses one that extractors
// need. The same answer each time, in time linear in the text.
import { readFileSync } from "node:fs";
import { chancesOf, fillPasses, type Passes, roomForPasses, scoreLine } from "./line-chain.ts";
import { type LineLabel, letters, lettersCount, readFeatures } from "./line-features.ts";
import { type ReadyModel, readModel } from "./line-model.ts";

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
  const lines = description.split("\n").filter((line) => line.trim() !== "");
  const labels = labelsOf(lines, model);
  return lines.map((text, index) => ({ text, label: labels[index] as LineLabel }));
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

/** Which texts the model reads: a bullet that stands alone belongs to the next line and takes its letter. */
export interface Reading {
  texts: string[];
  /** Of each text, the place of its line. */
  places: number[];
}

export function readingOf(lines: readonly string[]): Reading {
  const reading: Reading = { texts: [], places: [] };
  let isBullet = false;
  for (let place = 0; place < lines.length; place++) {
    const text = (lines[place] as string).trim();
    if (isLoneBullet(text)) {
      isBullet = true;
      continue;
    }
    reading.texts.push(isBullet && !text.startsWith("- ") ? `- ${text}` : text);
    reading.places.push(place);
    isBullet = false;
  }
  return reading;
}

const isLoneBullet = (text: string) => text.length <= 2 && !/[\p{L}\p{N}]/u.test(text);

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

/** `lines` are not blank. */
export function labelsOf(
  lines: readonly string[],
  { table, weights, factors, relevantMin }: ReadyModel,
): LineLabel[] {
  const { texts, places } = readingOf(lines);
  // Making room costs more than the reading of a line; one posting is read at a time.
  const { scores, steps, passes } = texts.length <= sharedLinesMax ? shared : roomFor(texts.length);
  readFeatures(texts, table, (row, step, index) => {
    scoreLine(row, weights, scores, index * lettersCount);
    steps[index] = step;
  });
  fillPasses(passes, texts.length, scores, steps, factors);
  const labels: LineLabel[] = [];
  for (let index = 0; index < places.length; index++) {
    const label = labelBy(passes, index, relevantMin);
    // Of the lone bullets before it as well.
    while (labels.length <= (places[index] as number)) labels.push(label);
  }
  while (labels.length < lines.length) labels.push("O");
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
