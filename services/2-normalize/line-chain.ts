// Owns how the letters of a posting's lines are judged together: each line's scores, and for each way of following
// on what one letter after another is worth (a linear-chain conditional random field). Forward and backward over
// the lines give each line's probabilities; training takes the same two passes.
import { featuresCount, lettersCount, stepsCount } from "./line-features.ts";

/** Loops read it tens of thousands of times a second; an import costs more than a constant of its own file. */
const size = lettersCount;

export interface Chain {
  /** features × letters. */
  weights: Float64Array;
  /** steps × letter before × letter. */
  transitions: Float64Array;
}

export const weightsCount = featuresCount * size;
export const transitionsCount = stepsCount * size * size;

/** What one line says for each letter by itself, into seven places from `at` on. */
export function scoreLine(row: Float64Array, weights: Float64Array, into: Float64Array, at: number): void {
  // Seven by hand: a loop within the loop takes three times as long.
  let a = 0;
  let d = 0;
  let q = 0;
  let p = 0;
  let b = 0;
  let l = 0;
  let o = 0;
  for (let feature = 0; feature < featuresCount; feature++) {
    const value = row[feature] as number;
    if (value === 0) continue;
    const start = feature * size;
    a += value * (weights[start] as number);
    d += value * (weights[start + 1] as number);
    q += value * (weights[start + 2] as number);
    p += value * (weights[start + 3] as number);
    b += value * (weights[start + 4] as number);
    l += value * (weights[start + 5] as number);
    o += value * (weights[start + 6] as number);
  }
  into[at] = a;
  into[at + 1] = d;
  into[at + 2] = q;
  into[at + 3] = p;
  into[at + 4] = b;
  into[at + 5] = l;
  into[at + 6] = o;
}

export interface Passes {
  /** lines × letters: what each line says by itself, the best letter's being 1. */
  own: Float64Array;
  /** lines × letters: by the lines so far, and by those to come; each line's add up to 1. */
  forward: Float64Array;
  backward: Float64Array;
}

/** So much worse than the best letter is as good as impossible; lower, and products would sink to nought. */
const worstScore = -40;

/** `scores` are lines × letters, `steps` say how each line follows, `factors` are the exponentials of transitions. */
export function passesOf(scores: Float64Array, steps: Uint8Array, factors: Float64Array): Passes {
  const own = new Float64Array(scores.length);
  const forward = new Float64Array(scores.length);
  const backward = new Float64Array(scores.length).fill(1 / size);
  for (let line = 0; line < steps.length; line++) {
    const here = line * size;
    let best = Number.NEGATIVE_INFINITY;
    for (let letter = 0; letter < size; letter++) best = Math.max(best, scores[here + letter] as number);
    const step = (steps[line] as number) * size * size;
    for (let letter = 0; letter < size; letter++) {
      const alone = Math.exp(Math.max(worstScore, (scores[here + letter] as number) - best));
      own[here + letter] = alone;
      let reached = line === 0 ? 1 : 0;
      for (let from = 0; line > 0 && from < size; from++)
        reached += (forward[here - size + from] as number) * (factors[step + from * size + letter] as number);
      forward[here + letter] = reached * alone;
    }
    share(forward, here);
  }
  for (let line = steps.length - 2; line >= 0; line--) {
    const here = line * size;
    const next = here + size;
    const step = (steps[line + 1] as number) * size * size;
    for (let letter = 0; letter < size; letter++) {
      let reached = 0;
      for (let to = 0; to < size; to++)
        reached +=
          (factors[step + letter * size + to] as number) *
          (own[next + to] as number) *
          (backward[next + to] as number);
      backward[here + letter] = reached;
    }
    share(backward, here);
  }
  return { own, forward, backward };
}

/** Writes the probabilities of a line's letters into the first seven places. */
export function chancesOf({ forward, backward }: Passes, line: number, into: Float64Array): void {
  for (let letter = 0; letter < size; letter++) {
    const at = line * size + letter;
    into[letter] = (forward[at] as number) * (backward[at] as number);
  }
  share(into, 0);
}

/** Makes seven places from `at` on add up to 1. */
function share(values: Float64Array, at: number): void {
  let sum = 0;
  for (let letter = 0; letter < size; letter++) sum += values[at + letter] as number;
  for (let letter = 0; letter < size; letter++) (values[at + letter] as number) /= sum;
}
