// Owns the fit of what words say: which words and pairs are worth keeping, and by logistic regression how much each
// speaks for each letter. The order of the samples is drawn from a fixed seed: the same samples, the same weights.
import { knownWords, lettersCount, tableOf, weighWords } from "@skillstream/normalize/line-features.ts";
import { hashesMax } from "@skillstream/normalize/line-words.ts";

export interface Sample {
  text: string;
  /** A number for each company; samples come company by company. */
  company: number;
  /** A probability for each letter. */
  target: Float32Array;
  weight: number;
}

/** The words and pairs of a line as text, as line-words.ts hashes them. */
export function termsOf(text: string): string[] {
  const words: string[] = [];
  for (const [found] of text.toLowerCase().matchAll(/\p{L}+|\d+|\p{Sc}/gu)) {
    const word = /^\d/.test(found) ? "#" : /^\p{Sc}/u.test(found) ? "$" : found;
    if (word !== "#" || words.at(-1) !== "#") words.push(word);
  }
  return [...words, ...["^", ...words].map((word, at) => `${word} ${words[at] ?? "^"}`)];
}

/** Those that at least so many companies use: the name of one company is none of them. */
export function commonTerms(
  lines: Iterable<{ text: string; company: number }>,
  companiesMin: number,
): string[] {
  const met = new Map<string, { company: number; companies: number }>();
  for (const { text, company } of lines) {
    for (const term of termsOf(text)) {
      const before = met.get(term);
      if (before === undefined) met.set(term, { company, companies: 1 });
      else if (before.company !== company) {
        before.company = company;
        before.companies++;
      }
    }
  }
  return [...met].filter(([, { companies }]) => companies >= companiesMin).map(([term]) => term);
}

const rate = 0.15;
const decay = 1e-6;
const seed = 12_345;

/** (terms + 1) × letters; Adagrad over all samples, `epochs` times. */
export function fitWords(samples: readonly Sample[], terms: readonly string[], epochs: number): Float32Array {
  const weights = new Float32Array((terms.length + 1) * lettersCount);
  const squares = new Float32Array(weights.length).fill(0.1);
  const table = tableOf({ terms, body: weights, heading: weights });
  const rows = new Int32Array(hashesMax);
  const rowsOf = samples.map(({ text }) => rows.slice(0, knownWords(text, table, rows)));
  const slopes = new Float64Array(lettersCount);
  const step = (row: number, value: number) => {
    for (let letter = 0; letter < lettersCount; letter++) {
      const at = row * lettersCount + letter;
      const slope = value * (slopes[letter] as number) + decay * (weights[at] as number);
      (squares[at] as number) += slope * slope;
      (weights[at] as number) -= (rate * slope) / Math.sqrt(squares[at] as number);
    }
  };
  const order = samples.map((_, index) => index);
  let state = seed;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let at = order.length - 1; at > 0; at--) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const other = state % (at + 1);
      [order[at], order[other]] = [order[other] as number, order[at] as number];
    }
    for (const index of order) {
      const known = rowsOf[index] as Int32Array;
      const { target, weight } = samples[index] as Sample;
      chancesByWords(known, weights, slopes);
      for (let letter = 0; letter < lettersCount; letter++)
        slopes[letter] = weight * ((slopes[letter] as number) - (target[letter] as number));
      const share = 1 / Math.sqrt(Math.max(1, known.length));
      for (const row of known) step(row, share);
      step(terms.length, 1);
    }
  }
  return weights;
}

/** Probabilities of the letters by the words alone, from the scores that running makes of them. */
export function chancesByWords(known: Int32Array, weights: Float32Array, into: Float64Array): void {
  weighWords(known, known.length, weights, into, 0);
  let sum = 0;
  for (let letter = 0; letter < lettersCount; letter++)
    sum += into[letter] = Math.exp(((into[letter] as number) - 1) * 3);
  for (let letter = 0; letter < lettersCount; letter++) (into[letter] as number) /= sum;
}
