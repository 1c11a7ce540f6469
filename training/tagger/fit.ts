// Owns the fit of the tagger: first to the taxonomy's own skills in postings without labels, part of them hidden, then
// to what people labelled, from where the first fit left it. Whoever asks says which labelled texts may teach.
import { phraseSlots, slotsCount, type Vocabulary } from "@skillstream/extract/tagger-features.ts";
import { shuffled } from "./classes.ts";
import { blankLogistic, type Logistic, step } from "./logistic.ts";
import type { Known, LabelledText, Reading } from "./material.ts";
import { companyWeights, eachSpan, hidingHalf, isHidden, isTechnical } from "./views.ts";

export interface Fit {
  /** Whether a span names a technical skill. */
  skill: Logistic;
  /** Of those that do, whether it is a technology. */
  technology: Logistic;
}

const tableSize = 1 << 17;
const silverPace = { rate: 0.1, decay: 1e-5 };
/** Wrong spans are many and alike, and some name skills that the taxonomy lacks: one of so many teaches. */
const silverWrongKept = 2;

export function fitSilver(
  readings: readonly Reading[],
  companies: readonly number[],
  vocabulary: Vocabulary,
  say: (text: string) => void,
): Fit {
  const fit: Fit = { skill: blankLogistic(tableSize), technology: blankLogistic(tableSize) };
  const weights = companyWeights(companies);
  let turn = 0;
  let right = 0;
  for (let round = 0; round < 2; round++) {
    // Postings of a company follow each other; the last one would weigh most.
    for (const [index, reading] of shuffled([...readings.entries()], round + 1)) {
      const { known, hidden } = hidingHalf(reading, index, round);
      const weight = weights[index] as number;
      eachSpan(reading, known, vocabulary, ({ start, end, slots }) => {
        const found = hidden.get(start);
        const isRight = found?.end === end;
        if (isRight && !found.technical) return;
        if (!isRight && turn++ % silverWrongKept !== 0) return;
        step(fit.skill, slots, 0, phraseSlots, isRight ? 1 : 0, weight, silverPace);
        if (!isRight) return;
        right++;
        step(fit.technology, slots, 0, phraseSlots, found.technology ? 1 : 0, weight, silverPace);
      });
    }
  }
  say(`taught by ${right} hidden skills in ${readings.length} texts`);
  return fit;
}

export interface Lesson {
  slots: Int32Array;
  /** 1 for what people named, 0 for any other span. */
  target: number;
  /** Whether it comes from a text with known skills hidden. */
  hides: boolean;
  technology: boolean;
}

const squash = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}+#]/gu, "");

/** What a labelled text teaches: as it is, and with parts of what the taxonomy knows hidden. */
export function lessonsOf(
  text: LabelledText,
  reading: Reading,
  index: number,
  vocabulary: Vocabulary,
): Lesson[] {
  const forms = new Map<string, "technology" | "method" | "other">();
  for (const { name, kind, mentions } of text.skills) {
    for (const form of [name, ...mentions].map(squash)) {
      if (form === "" || (forms.has(form) && !isTechnical(kind))) continue;
      forms.set(form, kind === "technology" ? "technology" : kind === "method" ? "method" : "other");
    }
  }
  const lessons: Lesson[] = [];
  const learn = (known: readonly Known[], hides: boolean) =>
    eachSpan(reading, known, vocabulary, ({ start, end, slots }) => {
      const kind = forms.get(squash(reading.text.slice(start, end)));
      if (kind === "other") return;
      lessons.push({
        slots: slots.slice(0, slotsCount),
        target: kind === undefined ? 0 : 1,
        hides,
        technology: kind === "technology",
      });
    });
  learn(reading.known, false);
  for (const view of [0, 1, 2])
    learn(
      reading.known.filter(({ skill }) => !isHidden(skill.name, index, view, 3)),
      true,
    );
  return lessons;
}

const labelledRounds = 4;
const labelledPace = { rate: 0.08, decay: 0.01 };
/** Of a lesson in which known skills are hidden; the texts as they are count 1. */
const hidingWeight = 0.4;

export function fitLabelled(base: Fit, lessons: readonly Lesson[]): Fit {
  const copied = ({ weights, bias }: Logistic): Logistic => ({
    weights: Float32Array.from(weights),
    moved: new Float32Array(tableSize).fill(1),
    bias,
    biasMoved: 1,
  });
  const fit: Fit = { skill: copied(base.skill), technology: copied(base.technology) };
  for (let round = 0; round < labelledRounds; round++) {
    for (const { slots, target, hides, technology } of shuffled(lessons, round + 1)) {
      const weight = hides ? hidingWeight : 1;
      step(fit.skill, slots, 0, slotsCount, target, weight, labelledPace, base.skill.weights);
      if (target === 1)
        step(
          fit.technology,
          slots,
          0,
          slotsCount,
          technology ? 1 : 0,
          weight,
          labelledPace,
          base.technology.weights,
        );
    }
  }
  return fit;
}
