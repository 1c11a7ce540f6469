// Owns the form of the tagger's model, `tagger-model.json`, which training writes and this reads: words and phrases
// by their hashes, each with a byte, and weights as bytes, all in base64. It holds no word that could be read, and
// no sentence of a posting. A model of another form is refused.
import { slotsCount, tableOf, type Vocabulary, weightBits } from "./tagger-features.ts";

/** Raise it with every model that answers differently; the extractor's own version goes with it. */
const modelVersion = 1;

export interface TaggerModel {
  vocabulary: Vocabulary;
  /** Of the question whether a span names a skill, and whether the skill is a technology. */
  weights: Float32Array;
  bias: number;
  technologyWeights: Float32Array;
  technologyBias: number;
  /** A span is tagged where its score is more than this. */
  scoreMin: number;
}

/** As training makes it. */
export interface TrainedTagger {
  words: Hashed;
  phrases: Hashed;
  weights: Float32Array;
  bias: number;
  technologyWeights: Float32Array;
  technologyBias: number;
  scoreMin: number;
}

export interface Hashed {
  /** Ascending. */
  hashes: Int32Array;
  values: Uint8Array;
}

interface Written {
  version: number;
  slots: number;
  scoreMin: number;
  bias: number;
  technologyBias: number;
  /** What one step of a byte is worth. */
  step: number;
  technologyStep: number;
  words: string;
  wordValues: string;
  phrases: string;
  phraseValues: string;
  weights: string;
  technologyWeights: string;
}

const byteMax = 127;

export function writeModel(trained: TrainedTagger): string {
  const weights = bytesOf(trained.weights);
  const technology = bytesOf(trained.technologyWeights);
  const written: Written = {
    version: modelVersion,
    slots: slotsCount,
    scoreMin: trained.scoreMin,
    bias: trained.bias,
    technologyBias: trained.technologyBias,
    step: weights.step,
    technologyStep: technology.step,
    words: base64(trained.words.hashes),
    wordValues: base64(trained.words.values),
    phrases: base64(trained.phrases.hashes),
    phraseValues: base64(trained.phrases.values),
    weights: base64(weights.bytes),
    technologyWeights: base64(technology.bytes),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

function bytesOf(weights: Float32Array): { step: number; bytes: Int8Array } {
  let most = 0;
  for (const weight of weights) most = Math.max(most, Math.abs(weight));
  const step = most === 0 ? 1 : most / byteMax;
  return { step, bytes: Int8Array.from(weights, (weight) => Math.round(weight / step)) };
}

const base64 = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("base64");

export function readModel(text: string): TaggerModel {
  const written = JSON.parse(text) as Written;
  if (written.version !== modelVersion || written.slots !== slotsCount)
    throw new Error(
      `tagger-model.json is of version ${written.version} with ${written.slots} features, not ${modelVersion} with ${slotsCount}; make it anew as training/README.md says`,
    );
  return {
    vocabulary: {
      words: hashedOf(written.words, written.wordValues),
      phrases: hashedOf(written.phrases, written.phraseValues),
    },
    weights: weightsOf(written.weights, written.step),
    bias: written.bias,
    technologyWeights: weightsOf(written.technologyWeights, written.technologyStep),
    technologyBias: written.technologyBias,
    scoreMin: written.scoreMin,
  };
}

function hashedOf(keys: string, bytes: string) {
  const hashes = Buffer.from(keys, "base64");
  const values = Buffer.from(bytes, "base64");
  check(hashes.length, values.length * 4);
  return tableOf(
    Int32Array.from(values, (_, index) => hashes.readInt32LE(index * 4)),
    Uint8Array.from(values),
  );
}

function weightsOf(base64Text: string, step: number): Float32Array {
  const bytes = Buffer.from(base64Text, "base64");
  check(bytes.length, 1 << weightBits);
  return Float32Array.from(
    new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
    (byte) => byte * step,
  );
}

function check(size: number, wanted: number): void {
  if (size !== wanted)
    throw new Error(
      `tagger-model.json holds ${size} bytes where ${wanted} belong; make it anew as training/README.md says`,
    );
}
