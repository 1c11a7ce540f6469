// Owns the form of the line classifier's model, `lines-model.json`, which training writes and this reads: words and
// pairs with their weights as bytes, the chain's weights as numbers of four bytes, all in base64. It holds words
// that many companies use and no sentence of a posting. A model of another form is refused.
import { type Chain, transitionsCount, weightsCount } from "./line-chain.ts";
import { lettersCount, tableOfScales, type WordTable, type WordWeights } from "./line-features.ts";

/** Raise it with every model that answers differently; the normalizer's own version goes with it. */
const modelVersion = 1;

export interface LineModel {
  words: WordWeights;
  chain: Chain;
  /** A line is relevant (D, Q or P) where its chance to be is at least this. */
  relevantMin: number;
}

export interface ReadyModel {
  table: WordTable;
  weights: Float64Array;
  /** Exponentials of the transitions. */
  factors: Float64Array;
  relevantMin: number;
}

interface Written {
  version: number;
  relevantMin: number;
  /** What one step of a byte is worth. */
  bodyStep: number;
  headingStep: number;
  /** Parted by commas; none holds one. */
  terms: string;
  body: string;
  heading: string;
  weights: string;
  transitions: string;
}

const byteMax = 127;

export function writeModel({ words, chain, relevantMin }: LineModel): string {
  const body = bytesOf(words.body);
  const heading = bytesOf(words.heading);
  const written: Written = {
    version: modelVersion,
    relevantMin,
    bodyStep: body.step,
    headingStep: heading.step,
    terms: words.terms.join(","),
    body: body.bytes,
    heading: heading.bytes,
    weights: Buffer.from(Float32Array.from(chain.weights).buffer).toString("base64"),
    transitions: Buffer.from(Float32Array.from(chain.transitions).buffer).toString("base64"),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

interface Bytes {
  step: number;
  /** Base64. */
  bytes: string;
}

function bytesOf(weights: Float32Array): Bytes {
  let most = 0;
  for (const weight of weights) most = Math.max(most, Math.abs(weight));
  const step = most / byteMax;
  const bytes = Int8Array.from(weights, (weight) => Math.round(weight / step));
  return { step, bytes: Buffer.from(bytes.buffer).toString("base64") };
}

export function readWordWeights(text: string): WordWeights {
  const { terms, body, bodyStep, heading, headingStep } = JSON.parse(text) as Written;
  const words = terms.split(",");
  const size = (words.length + 1) * lettersCount;
  return {
    terms: words,
    body: weightsOf({ step: bodyStep, bytes: body }, size),
    heading: weightsOf({ step: headingStep, bytes: heading }, size),
  };
}

/** As they will be read: what is fitted on words must be fitted on these. */
export function rounded({ terms, body, heading }: WordWeights): WordWeights {
  return {
    terms,
    body: weightsOf(bytesOf(body), body.length),
    heading: weightsOf(bytesOf(heading), heading.length),
  };
}

export function readModel(text: string): ReadyModel {
  const written = JSON.parse(text) as Written;
  if (written.version !== modelVersion)
    throw new Error(
      `lines-model.json has version ${written.version}, not ${modelVersion}; make it anew as training/README.md says`,
    );
  const terms = written.terms.split(",");
  const size = (terms.length + 1) * lettersCount;
  return {
    table: tableOfScales(
      terms,
      { weights: signedOf(written.body, size), step: written.bodyStep },
      { weights: signedOf(written.heading, size), step: written.headingStep },
    ),
    weights: numbersOf(written.weights, weightsCount),
    factors: numbersOf(written.transitions, transitionsCount).map(Math.exp),
    relevantMin: written.relevantMin,
  };
}

function weightsOf({ step, bytes }: Bytes, size: number): Float32Array {
  return Float32Array.from(signedOf(bytes, size), (byte) => byte * step);
}

function signedOf(base64: string, size: number): Int8Array {
  const bytes = Buffer.from(base64, "base64");
  check(bytes.length, size);
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function numbersOf(base64: string, size: number): Float64Array {
  const bytes = Buffer.from(base64, "base64");
  check(bytes.length, size * 4);
  return Float64Array.from({ length: size }, (_, index) => bytes.readFloatLE(index * 4));
}

function check(size: number, wanted: number): void {
  if (size !== wanted)
    throw new Error(
      `lines-model.json holds ${size} bytes where ${wanted} belong; make it anew as training/README.md says`,
    );
}
