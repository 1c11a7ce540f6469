// Owns the steps of the tagger's training, in their order: classes of words, phrases, the fit to hidden skills, the fit
// to labelled texts. Training takes all labelled texts of the read folds; cross-validation leaves some out.
import { compileLexicon } from "@skillstream/extract/lexicon.ts";
import { type ByteTable, tableOf, type Vocabulary } from "@skillstream/extract/tagger-features.ts";
import {
  type Calibration,
  type Hashed,
  type TaggerModel,
  type TrainedTagger,
  weightsOf,
} from "@skillstream/extract/tagger-model.ts";
import type { Taxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { wordClassesOf } from "./classes.ts";
import { type Fit, fitLabelled, fitSilver, type Lesson, lessonsOf } from "./fit.ts";
import { chanceOf, scoreOfChance } from "./logistic.ts";
import { type LabelledText, type Reading, readFoldsOfLabelled, readingOf, type Text } from "./material.ts";
import { keptScore, phrasesOf } from "./phrases.ts";

export interface Learnt {
  words: Hashed;
  phrases: Hashed;
  vocabulary: Vocabulary;
  /** The taxonomy less the skills that too few companies write. */
  common: Taxonomy;
  silver: Fit;
}

/**
 * The taxonomy was written with the labelled texts of the read folds in sight, so it lacks less in them than in any
 * other text. A skill that fewer companies without labels write counts as one that it would have lacked.
 */
const companiesMin = 4;

export function learn(taxonomy: Taxonomy, texts: readonly Text[], say: (text: string) => void): Learnt {
  const lexicon = compileLexicon(taxonomy);
  const readings = texts.map((text) => readingOf(text, lexicon));
  const companies = numbered(texts.map(({ company }) => company));
  const words = wordClassesOf(readings, companies);
  const wordTable = tableOf(words.hashes, words.values);
  const judged = phrasesOf(readings, companies, { words: wordTable, phrases: noPhrases() }, say);
  const phrases = {
    hashes: Int32Array.from(judged, ({ hash }) => hash),
    values: Uint8Array.from(judged, keptScore),
  };
  const vocabulary = { words: wordTable, phrases: tableOf(phrases.hashes, phrases.values) };
  const common = commonSkills(readings, companies);
  return {
    words,
    phrases,
    vocabulary,
    common: { ...taxonomy, skills: taxonomy.skills.filter(({ name }) => common.has(name)) },
    silver: fitSilver(readings, companies, vocabulary, say),
  };
}

const noPhrases = (): ByteTable => tableOf(new Int32Array(0), new Uint8Array(0));

function numbered(companies: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return companies.map((company) => {
    const number = numbers.get(company) ?? numbers.size;
    numbers.set(company, number);
    return number;
  });
}

function commonSkills(readings: readonly Reading[], companies: readonly number[]): Set<string> {
  const writers = new Map<string, Set<number>>();
  for (const [index, { known }] of readings.entries()) {
    for (const { skill } of known) {
      const some = writers.get(skill.name) ?? new Set();
      writers.set(skill.name, some.add(companies[index] as number));
    }
  }
  return new Set([...writers].flatMap(([name, some]) => (some.size >= companiesMin ? name : [])));
}

/** Of each text, what it teaches. */
export function lessonsIn(texts: readonly LabelledText[], { common, vocabulary }: Learnt): Lesson[][] {
  const lexicon = compileLexicon(common);
  return texts.map((text, index) => lessonsOf(text, readingOf(text, lexicon), index, vocabulary));
}

/** Spans less likely than this by their score are hardly ever named; they would bend the line where it matters. */
const calibratedMin = scoreOfChance(0.1);
const rough: Calibration = { slope: 1, offset: 0 };

/** A tagger that is fitted to some lessons; its scores are not calibrated, and it tags from the score 0. */
export function taught({ words, phrases, silver }: Learnt, lessons: readonly Lesson[]): TrainedTagger {
  const { skill, technology } = fitLabelled(silver, lessons);
  return {
    words,
    phrases,
    skill: weightsOf(skill.weights, skill.bias),
    technology: weightsOf(technology.weights, technology.bias),
    scoreMin: 0,
    calibration: rough,
  };
}

/** Of each fold, a tagger that was not fitted to it. */
export function taughtByFold(learnt: Learnt, texts: readonly LabelledText[], lessons: readonly Lesson[][]) {
  return new Map(
    readFoldsOfLabelled.map((fold) => [
      fold,
      taught(learnt, lessons.filter((_, index) => texts[index]?.fold !== fold).flat()),
    ]),
  );
}

/** A span of a text as it is, with the score of a tagger that was not fitted to it. */
export interface HeldOut {
  score: number;
  isNamed: boolean;
}

export function heldOutSpans(
  byFold: ReadonlyMap<number, TrainedTagger>,
  texts: readonly LabelledText[],
  lessons: readonly Lesson[][],
): HeldOut[] {
  return texts.flatMap(({ fold }, index) => {
    const { bytes, step, bias } = (byFold.get(fold) as TrainedTagger).skill;
    return (lessons[index] ?? []).flatMap(({ slots, target, hides }) => {
      if (hides) return [];
      let sum = 0;
      for (const slot of slots) sum += bytes[slot] as number;
      return { score: bias + step * sum, isNamed: target === 1 };
    });
  });
}

/** By steps down the slope of the logarithmic loss; the loss has one lowest place. */
export function calibrated(spans: readonly HeldOut[]): Calibration {
  const likely = spans.filter(({ score }) => score > calibratedMin);
  let { slope, offset } = rough;
  for (let round = 0; round < 4_000; round++) {
    let slopeStep = 0;
    let offsetStep = 0;
    for (const { score, isNamed } of likely) {
      const wrong = chanceOf(slope * score + offset) - (isNamed ? 1 : 0);
      slopeStep += wrong * score;
      offsetStep += wrong;
    }
    slope -= (0.1 * slopeStep) / likely.length;
    offset -= (0.1 * offsetStep) / likely.length;
  }
  return { slope, offset };
}

/** The score from which spans have at least a chance. */
export const scoreFrom = (chance: number, { slope, offset }: Calibration) =>
  (scoreOfChance(chance) - offset) / slope;

export const readyTo = (
  { vocabulary }: Learnt,
  { skill, technology, scoreMin, calibration }: TrainedTagger,
): TaggerModel => ({ vocabulary, skill, technology, scoreMin, calibration });
