// Owns what is learnt of phrases from many postings: each one that several companies write is judged by the company
// it keeps and the words it is made of, never by its being in the taxonomy, so that a skill that the taxonomy lacks
// scores as one that it has would. First a model of contexts alone learns from the known skills where skills stand;
// then a model of phrases learns from what the contexts say of each; phrases of one part are judged by the others.
import {
  contextSlots,
  type Vocabulary,
  wordSlots,
  writingSlots,
} from "@skillstream/extract/tagger-features.ts";
import { shuffled } from "./classes.ts";
import { blankLogistic, chanceOf, type Logistic, score, step } from "./logistic.ts";
import type { Reading } from "./material.ts";
import { companyWeights, eachSpan, halves, hidingHalf } from "./views.ts";

/** Fewer companies say too little of a phrase. */
const companiesMin = 3;
const parts = 5;
/** Wrong spans are many and alike: one of so many teaches. */
const wrongKept = 3;

export interface Phrase {
  hash: number;
  text: string;
  size: number;
  companies: number;
  count: number;
  /** Sum of what contexts say, as scores. */
  contexts: number;
  /** How often it is a known technical skill, and any other known one. */
  technical: number;
  other: number;
  /** Written with a capital where small letters could stand. */
  capitals: number;
  /** Of its first occurrence: places for its words. */
  wordSlots: Int32Array;
  score: number;
}

export function phrasesOf(
  readings: readonly Reading[],
  companies: readonly number[],
  vocabulary: Vocabulary,
  say: (text: string) => void,
): Phrase[] {
  const seen = new Map<number, { last: number; companies: number }>();
  for (const [index, reading] of readings.entries()) {
    eachSpan(reading, [], vocabulary, ({ phrase }) => {
      const one = seen.get(phrase);
      const company = companies[index] as number;
      if (one === undefined) seen.set(phrase, { last: company, companies: 1 });
      else if (one.last !== company) {
        one.last = company;
        one.companies++;
      }
    });
  }
  const common = new Map<number, number>();
  for (const [hash, one] of seen) if (one.companies >= companiesMin) common.set(hash, one.companies);
  say(`${seen.size} phrases, ${common.size} of at least ${companiesMin} companies`);
  seen.clear();

  const weights = companyWeights(companies);
  const contexts = blankLogistic(1 << 17);
  const pace = { rate: 0.15, decay: 1e-5 };
  let turn = 0;
  for (let round = 0; round < 2; round++) {
    // Postings of a company follow each other; the last one would weigh most.
    for (const [index, reading] of shuffled([...readings.entries()], round + 1)) {
      const { known, hidden } = hidingHalf(reading, index, round);
      eachSpan(reading, known, vocabulary, ({ start, end, slots }) => {
        const found = hidden.get(start);
        const isRight = found?.end === end;
        if (isRight && !found.technical) return;
        if (!isRight && turn++ % wrongKept !== 0) return;
        step(contexts, slots, 0, contextSlots, isRight ? 1 : 0, weights[index] as number, pace);
      });
    }
  }

  const phrases = new Map<number, Phrase>();
  for (let view = 0; view < halves; view++) {
    for (const [index, reading] of readings.entries()) {
      const { known, hidden } = hidingHalf(reading, index, view);
      const weight = weights[index] as number;
      // "vector" of "support vector machine" is a word of its own only elsewhere.
      const cuts = new Uint8Array(reading.folded.length + 1);
      for (const [start, { end }] of hidden) cuts.fill(1, start, end);
      eachSpan(reading, known, vocabulary, ({ first, last, start, end, phrase, slots }) => {
        const count = common.get(phrase);
        if (count === undefined) return;
        if (hidden.get(start)?.end !== end && cuts.subarray(start, end).includes(1)) return;
        let one = phrases.get(phrase);
        if (one === undefined) {
          one = {
            hash: phrase,
            text: reading.text.slice(start, end),
            size: last - first + 1,
            companies: count,
            count: 0,
            contexts: 0,
            technical: 0,
            other: 0,
            capitals: 0,
            wordSlots: slots.slice(writingSlots, wordSlots),
            score: 0,
          };
          phrases.set(phrase, one);
        }
        one.count += weight;
        one.contexts += weight * Math.max(-8, Math.min(4, score(contexts, slots, 0, contextSlots)));
        const found = hidden.get(start);
        if (found?.end === end) one[found.technical ? "technical" : "other"] += weight;
        const written = reading.source.charCodeAt(reading.folded.starts[start] as number);
        if (written >= 0x41 && written <= 0x5a) one.capitals += weight;
      });
    }
  }
  const all = [...phrases.values()].sort((a, b) => a.hash - b.hash);
  judge(all, say);
  return all;
}

const bucketOf = (value: number, from: number, to: number, buckets: number) =>
  Math.max(0, Math.min(buckets - 1, Math.floor(((value - from) / (to - from)) * buckets)));

function judge(phrases: readonly Phrase[], say: (text: string) => void): void {
  const slotsOf = phrases.map((phrase) => {
    const context = bucketOf(phrase.contexts / phrase.count, -8, 1, 36);
    const often = bucketOf(Math.log2(phrase.companies), 1, 11, 10);
    const capital = bucketOf(phrase.capitals / phrase.count, 0, 1, 6);
    const keys = [
      context,
      1000 + context * 10 + phrase.size,
      2000 + often * 10 + phrase.size,
      3000 + often * 40 + context,
      4000 + capital * 10 + phrase.size,
      5000 + capital * 40 + context,
    ];
    return Int32Array.from([...keys, ...Array.from(phrase.wordSlots, (slot) => 8192 + slot)]);
  });
  const targetOf = ({ technical, other, count }: Phrase) =>
    technical > 0.5 * count ? 1 : other > 0.2 * count ? -1 : 0;
  const size = 8192 + (1 << 17);
  const fitted = (train: readonly number[]): Logistic => {
    const model = blankLogistic(size);
    for (let round = 0; round < 6; round++) {
      for (const index of shuffled(train, round + 1)) {
        const slots = slotsOf[index] as Int32Array;
        const phrase = phrases[index] as Phrase;
        const weight = Math.min(3, Math.log2(phrase.companies));
        step(model, slots, 0, slots.length, targetOf(phrase), weight, { rate: 0.1, decay: 0.002 });
      }
    }
    return model;
  };
  let loss = 0;
  let known = 0;
  for (let part = 0; part < parts; part++) {
    const isOf = (index: number) => ((phrases[index]?.hash ?? 0) >>> 3) % parts === part;
    const train = phrases.flatMap((phrase, index) => (isOf(index) || targetOf(phrase) < 0 ? [] : index));
    const model = fitted(train);
    for (const [index, phrase] of phrases.entries()) {
      if (!isOf(index)) continue;
      const slots = slotsOf[index] as Int32Array;
      phrase.score = score(model, slots, 0, slots.length);
      const target = targetOf(phrase);
      if (target < 0) continue;
      if (target === 1) known++;
      loss -= Math.log(Math.max(1e-6, target === 1 ? chanceOf(phrase.score) : 1 - chanceOf(phrase.score)));
    }
  }
  say(
    `${phrases.length} phrases judged, ${known} of them known; ${(loss / phrases.length).toFixed(4)} nats each`,
  );
}

const phraseScoreStates = 31;
/** A score as it is kept: 1 to 31. */
export const keptScore = ({ score, companies }: Phrase) =>
  1 + bucketOf(score, -8, 3, phraseScoreStates) + 32 * bucketOf(Math.log2(companies), 1.5, 7.5, 8);
