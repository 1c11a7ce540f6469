// Owns the fit of the chain over a posting's lines: the likelihood of its letters with a pull of the weights to nought,
// by exact gradients with Adam. No chance and a fixed number of rounds: the same examples give the same weights.
import {
  type Chain,
  chancesOf,
  fillPasses,
  roomForPasses,
  scoreLine,
  transitionsCount,
  weightsCount,
} from "@skillstream/normalize/line-chain.ts";
import {
  groupsCount,
  letters,
  lettersCount,
  type Row,
  readFeatures,
  readingOf,
  type WordTable,
} from "@skillstream/normalize/line-features.ts";
import { wordsOf } from "@skillstream/normalize/line-words.ts";

/** A labelled posting as the chain sees it. */
export interface Example {
  rows: Row[];
  steps: Uint8Array;
  /** Of each line, the place of its letter. */
  truth: Uint8Array;
  /** As how many it counts. */
  weight: number;
}

/** `lines` are not blank, `truth` holds a letter for each. */
export function exampleOf(lines: readonly string[], truth: string, table: WordTable, weight = 1): Example {
  const reading = readingOf(wordsOf(lines.join("\n")));
  const { places } = reading;
  const rows: Row[] = [];
  const steps = new Uint8Array(places.length);
  readFeatures(reading, table, (row, step, index) => {
    const { features, values, count } = row;
    rows.push({ features: features.slice(0, count), values: values.slice(0, count), count });
    steps[index] = step;
  });
  return {
    rows,
    steps,
    truth: Uint8Array.from(places, (place) => (letters as readonly string[]).indexOf(truth[place] ?? "O")),
    weight,
  };
}

/** More change nothing in the third digit. */
const rounds = 80;
const rate = 0.08;
/** How hard weights are pulled to nought; chosen by the cross-validation. */
const weightDecay = 6;
const transitionDecay = 0.3;
/**
 * In each group of seven scores, a score speaks for its own letter first: that much is one weight for the whole
 * group, hardly pulled, and what every score says of every letter beside it is pulled hard. Without it the 2,370
 * lines are too few for the weights.
 */
const groupDecay = 0.01;

const ownCount = weightsCount + transitionsCount;

export function fitChain(examples: readonly Example[]): Chain {
  const free = new Float64Array(ownCount + groupsCount);
  const mean = new Float64Array(free.length);
  const square = new Float64Array(free.length);
  const chain: Chain = {
    weights: new Float64Array(weightsCount),
    transitions: new Float64Array(transitionsCount),
  };
  for (let round = 1; round <= rounds; round++) {
    const gradient = new Float64Array(free.length);
    const factors = chain.transitions.map(Math.exp);
    for (const example of examples) addGradient(example, chain, factors, gradient);
    for (let group = 0; group < groupsCount; group++)
      for (let letter = 0; letter < lettersCount; letter++)
        (gradient[ownCount + group] as number) += gradient[tiedWeight(group, letter)] as number;
    const pace = rate * Math.min(1, 2 * (1 - round / (rounds + 1)));
    for (let at = 0; at < free.length; at++) {
      const decay = at < weightsCount ? weightDecay : at < ownCount ? transitionDecay : groupDecay;
      const slope = (gradient[at] as number) + decay * (free[at] as number);
      mean[at] = 0.9 * (mean[at] as number) + 0.1 * slope;
      square[at] = 0.99 * (square[at] as number) + 0.01 * slope * slope;
      const usualSize = Math.sqrt((square[at] as number) / (1 - 0.99 ** round)) + 1e-8;
      (free[at] as number) -= (pace * (mean[at] as number)) / (1 - 0.9 ** round) / usualSize;
    }
    chain.weights.set(free.subarray(0, weightsCount));
    chain.transitions.set(free.subarray(weightsCount, ownCount));
    for (let group = 0; group < groupsCount; group++)
      for (let letter = 0; letter < lettersCount; letter++)
        (chain.weights[tiedWeight(group, letter)] as number) += free[ownCount + group] as number;
  }
  return chain;
}

/** The weight of a group's score of a letter, for that letter. The first feature stands before the groups. */
const tiedWeight = (group: number, letter: number) =>
  (1 + group * lettersCount + letter) * lettersCount + letter;

function addGradient(
  { rows, steps, truth, weight }: Example,
  { weights }: Chain,
  factors: Float64Array,
  gradient: Float64Array,
): void {
  const scores = new Float64Array(rows.length * lettersCount);
  for (const [line, row] of rows.entries()) scoreLine(row, weights, scores, line * lettersCount);
  const passes = roomForPasses(rows.length);
  fillPasses(passes, rows.length, scores, steps, factors);
  const chances = new Float64Array(lettersCount);
  for (const [line, row] of rows.entries()) {
    chancesOf(passes, line, chances);
    (chances[truth[line] as number] as number) -= 1;
    for (let letter = 0; letter < lettersCount; letter++) (chances[letter] as number) *= weight;
    for (let one = 0; one < row.count; one++) {
      const start = (row.features[one] as number) * lettersCount;
      for (let letter = 0; letter < lettersCount; letter++)
        (gradient[start + letter] as number) += (row.values[one] as number) * (chances[letter] as number);
    }
  }
  const pairs = new Float64Array(lettersCount * lettersCount);
  for (let line = 1; line < rows.length; line++) {
    const step = (steps[line] as number) * pairs.length;
    const here = line * lettersCount;
    let sum = 0;
    for (let from = 0; from < lettersCount; from++) {
      for (let to = 0; to < lettersCount; to++) {
        const pair = from * lettersCount + to;
        pairs[pair] =
          (passes.forward[here - lettersCount + from] as number) *
          (factors[step + pair] as number) *
          (passes.own[here + to] as number) *
          (passes.backward[here + to] as number);
        sum += pairs[pair] as number;
      }
    }
    const seen = (truth[line - 1] as number) * lettersCount + (truth[line] as number);
    for (let pair = 0; pair < pairs.length; pair++)
      (gradient[weightsCount + step + pair] as number) +=
        weight * ((pairs[pair] as number) / sum - (pair === seen ? 1 : 0));
  }
}
