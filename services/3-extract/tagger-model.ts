// Owns the form of the tagger's model, `tagger-model.json`, which training writes and this reads: words and phrases
// by their hashes, each with a byte, and weights as bytes, all in base64. It holds no word that could be read, and
// no sentence of a posting. A model of another form is refused.
import { slotsCount, tableOf, type Vocabulary, weightBits } from "./tagger-features.ts";

/** Raise it with every model that answers differently; the extractor's own version goes with it. */
const modelVersion = 2;

export interface TaggerModel {
  vocabulary: Vocabulary;
  /** Of the question whether a span names a skill, and whether the skill is a technology. */
  skill: Weights;
  technology: Weights;
  /** A span is tagged where its score is more than this. */
  scoreMin: number;
  calibration: Calibration;
}

/** What scores are worth, by labelled texts that had no part in them: chance = 1 / (1 + e^-(slope × score + offset)). */
export interface Calibration {
  slope: number;
  offset: number;
}

/** A table of weights as bytes, which loops read faster than numbers of four bytes. */
export interface Weights {
  bytes: Int8Array;
  /** What one step of a byte is worth. */
  step: number;
  bias: number;
}

/** As training makes it. */
export interface TrainedTagger {
  words: Hashed;
  phrases: Hashed;
  skill: Weights;
  technology: Weights;
  scoreMin: number;
  calibration: Calibration;
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
  calibration: Calibration;
  skillBias: number;
  skillStep: number;
  technologyBias: number;
  technologyStep: number;
  words: string;
  wordValues: string;
  phrases: string;
  phraseValues: string;
  skill: string;
  technology: string;
}

const byteMax = 127;

export function writeModel({
  words,
  phrases,
  skill,
  technology,
  scoreMin,
  calibration,
}: TrainedTagger): string {
  const written: Written = {
    version: modelVersion,
    slots: slotsCount,
    scoreMin,
    calibration,
    skillBias: skill.bias,
    skillStep: skill.step,
    technologyBias: technology.bias,
    technologyStep: technology.step,
    words: base64(words.hashes),
    wordValues: base64(words.values),
    phrases: base64(phrases.hashes),
    phraseValues: base64(phrases.values),
    skill: base64(skill.bytes),
    technology: base64(technology.bytes),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** The largest weights would make all others rough: those beyond `weightMost` are cut to it. */
const weightMost = 3;

export function weightsOf(weights: Float32Array, bias: number): Weights {
  const step = weightMost / byteMax;
  const bytes = Int8Array.from(weights, (weight) =>
    Math.max(-byteMax, Math.min(byteMax, Math.round(weight / step))),
  );
  return { bytes, step, bias };
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
    skill: { bytes: bytesOf(written.skill), step: written.skillStep, bias: written.skillBias },
    technology: {
      bytes: bytesOf(written.technology),
      step: written.technologyStep,
      bias: written.technologyBias,
    },
    scoreMin: written.scoreMin,
    calibration: written.calibration,
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

function bytesOf(text: string): Int8Array {
  const bytes = Buffer.from(text, "base64");
  check(bytes.length, 1 << weightBits);
  return new Int8Array(bytes);
}

function check(size: number, wanted: number): void {
  if (size !== wanted)
    throw new Error(
      `tagger-model.json holds ${size} bytes where ${wanted} belong; make it anew as training/README.md says`,
    );
}
