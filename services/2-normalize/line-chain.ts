// Owns how the letters of a posting's lines are judged together: each line's scores, and for each way of following
// on what one letter after another is worth (a linear-chain conditional random field). Forward and backward over
// the lines give each line's probabilities; training takes the same two passes.
import { featuresCount, lettersCount, type Row, stepsCount } from "./line-features.ts";

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
export function scoreLine(row: Row, weights: Float64Array, into: Float64Array, at: number): void {
  const { features, values, count } = row;
  // Seven by hand: a loop within the loop takes three times as long.
  let a = 0;
  let d = 0;
  let q = 0;
  let p = 0;
  let b = 0;
  let l = 0;
  let o = 0;
  for (let one = 0; one < count; one++) {
    const value = values[one] as number;
    const start = (features[one] as number) * size;
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

/** Each with room for lines × letters at least. */
export interface Passes {
  /** What each line says by itself, the best letter's being 1. */
  own: Float64Array;
  /** By the lines so far, and by those to come; each line's add up to 1. */
  forward: Float64Array;
  backward: Float64Array;
}

export function roomForPasses(lines: number): Passes {
  const room = () => new Float64Array(lines * size);
  return { own: room(), forward: room(), backward: room() };
}

/** So much worse than the best letter is as good as impossible; lower, and products would sink to nought. */
const worstScore = -40;

/**
 * `scores` are lines × letters, `steps` say how each line follows, `factors` are the exponentials of transitions.
 * Sums over seven are by hand here, too.
 */
export function fillPasses(
  { own, forward, backward }: Passes,
  lines: number,
  scores: Float64Array,
  steps: Uint8Array,
  factors: Float64Array,
): void {
  for (let line = 0; line < lines; line++) {
    const here = line * size;
    let best = Number.NEGATIVE_INFINITY;
    for (let letter = 0; letter < size; letter++) {
      const score = scores[here + letter] as number;
      if (score > best) best = score;
    }
    for (let letter = 0; letter < size; letter++)
      own[here + letter] = Math.exp(Math.max(worstScore, (scores[here + letter] as number) - best));
    if (line === 0) for (let letter = 0; letter < size; letter++) forward[letter] = own[letter] as number;
    else {
      const last = here - size;
      const a = forward[last] as number;
      const d = forward[last + 1] as number;
      const q = forward[last + 2] as number;
      const p = forward[last + 3] as number;
      const b = forward[last + 4] as number;
      const l = forward[last + 5] as number;
      const o = forward[last + 6] as number;
      const step = (steps[line] as number) * size * size;
      for (let letter = 0; letter < size; letter++) {
        const from = step + letter;
        const reached =
          a * (factors[from] as number) +
          d * (factors[from + size] as number) +
          q * (factors[from + 2 * size] as number) +
          p * (factors[from + 3 * size] as number) +
          b * (factors[from + 4 * size] as number) +
          l * (factors[from + 5 * size] as number) +
          o * (factors[from + 6 * size] as number);
        forward[here + letter] = reached * (own[here + letter] as number);
      }
    }
    share(forward, here);
  }
  if (lines > 0) backward.fill(1 / size, (lines - 1) * size, lines * size);
  for (let line = lines - 2; line >= 0; line--) {
    const here = line * size;
    const next = here + size;
    const a = (own[next] as number) * (backward[next] as number);
    const d = (own[next + 1] as number) * (backward[next + 1] as number);
    const q = (own[next + 2] as number) * (backward[next + 2] as number);
    const p = (own[next + 3] as number) * (backward[next + 3] as number);
    const b = (own[next + 4] as number) * (backward[next + 4] as number);
    const l = (own[next + 5] as number) * (backward[next + 5] as number);
    const o = (own[next + 6] as number) * (backward[next + 6] as number);
    const step = (steps[line + 1] as number) * size * size;
    for (let letter = 0; letter < size; letter++) {
      const to = step + letter * size;
      backward[here + letter] =
        a * (factors[to] as number) +
        d * (factors[to + 1] as number) +
        q * (factors[to + 2] as number) +
        p * (factors[to + 3] as number) +
        b * (factors[to + 4] as number) +
        l * (factors[to + 5] as number) +
        o * (factors[to + 6] as number);
    }
    share(backward, here);
  }
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
