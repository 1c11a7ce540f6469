// Owns the skills that the taxonomy lacks: a small trained model reads the lines that ask and tell of the work, and
// says which words name a skill. It promises spans that are exact in the source text, in order, disjoint, and apart
// from what the taxonomy found already; time linear in the text; the same answer each time. It reads English alone.
import { readFileSync } from "node:fs";
import type { Folded } from "@skillstream/schemas/taxonomy/fold.ts";
import type { SkillKind } from "@skillstream/schemas/types.ts";
import type { Line } from "./lines.ts";
import { readSpans, slotsCount } from "./tagger-features.ts";
import { readModel, type TaggerModel, type Weights } from "./tagger-model.ts";
import { gap, wordsOf } from "./tagger-words.ts";

/** A description, as the search for forms has read it. */
export interface Untagged {
  source: string;
  folded: Folded;
  /** The folded units as a text. */
  text: string;
  lines: readonly Line[];
  /** What the taxonomy found: in order, disjoint. Folded offsets. */
  known: readonly { foldedStart: number; foldedEnd: number; skill: { kind: SkillKind } }[];
}

export interface Tagged {
  kind: SkillKind;
  /** In the source text. */
  start: number;
  end: number;
  /** In the folded text. */
  foldedStart: number;
  foldedEnd: number;
  /** The chance that people would name it, from 0 to 1; confidence.ts says what that is worth. */
  score: number;
}

export type Tagger = (description: Untagged) => Tagged[];

/** An honest posting has some dozens; of a text made of nothing but skills, this many are enough. */
const taggedMax = 500;

/** The words that initials stand for are no longer than this. */
const initialsReach = 100;

export function createTagger(model: TaggerModel = shippedModel()): Tagger {
  return (description) => tag(model, description);
}

let shipped: TaggerModel | undefined;
function shippedModel(): TaggerModel {
  shipped ??= readModel(readFileSync(new URL("tagger-model.json", import.meta.url), "utf8"));
  return shipped;
}

/** A span of a run of words that may be tagged. */
interface Candidate {
  /** Words of the whole text: the first, and the one after the last. */
  first: number;
  end: number;
  score: number;
  isTechnology: boolean;
}

function scoreOf({ bytes, step, bias }: Weights, slots: Int32Array): number {
  let sum = 0;
  for (let slot = 0; slot < slotsCount; slot++) sum += bytes[slots[slot] as number] as number;
  return bias + step * sum;
}

function tag(model: TaggerModel, description: Untagged): Tagged[] {
  const { vocabulary, skill, technology, scoreMin, calibration } = model;
  const { folded } = description;
  const words = wordsOf(description);
  const slots = new Int32Array(slotsCount);
  const tagged: Tagged[] = [];
  let candidates: Candidate[] = [];
  readSpans(
    words,
    vocabulary,
    slots,
    (first, end) => {
      const score = scoreOf(skill, slots);
      if (score > scoreMin)
        candidates.push({ first, end, score, isTechnology: scoreOf(technology, slots) > 0 });
    },
    (first, end) => {
      if (candidates.length === 0) return;
      for (const one of disjoint(candidates, first, end, scoreMin)) add(one);
      candidates = [];
    },
  );
  return tagged;

  function add({ first, end, score, isTechnology }: Candidate): void {
    if (tagged.length === taggedMax || isInitials(first, end)) return;
    const foldedStart = words.starts[first] as number;
    const foldedEnd = words.ends[end - 1] as number;
    tagged.push({
      kind: isTechnology ? "technology" : "method",
      start: folded.starts[foldedStart] as number,
      end: folded.ends[foldedEnd - 1] as number,
      foldedStart,
      foldedEnd,
      score: 1 / (1 + Math.exp(-calibration.slope * score - calibration.offset)),
    });
  }

  /** "(VSM)" right after what was found as "value stream mapping" is no other skill. */
  function isInitials(first: number, end: number): boolean {
    if (first === 0 || end - first > 1 || words.gaps[first] !== gap.open) return false;
    const { text } = description;
    const nameEnd = words.ends[first - 1] as number;
    if (words.known[first - 1] === 0 && tagged.at(-1)?.foldedEnd !== nameEnd) return false;
    const from = words.starts[first] as number;
    const last = (words.ends[first] as number) - 1;
    let place = nameEnd;
    for (let at = last; at >= from; at--) {
      // "(APIs)"
      if (at === last && at > from + 1 && text[at] === "s") continue;
      place = text.lastIndexOf(" ", place - 2) + 1;
      if (place <= 0 || nameEnd - place > initialsReach || text[place] !== text[at]) return false;
    }
    return true;
  }
}

/** Of the candidates of a run, which begin in order, those that are worth most together without sharing a word. */
function disjoint(
  candidates: readonly Candidate[],
  first: number,
  end: number,
  scoreMin: number,
): Candidate[] {
  // Of each place between words: the most that the words before it are worth, and the candidate that ends there.
  const worth = new Float64Array(end - first + 1);
  const ending = new Array<Candidate | null>(end - first + 1).fill(null);
  let next = 0;
  for (let at = 0; at < end - first; at++) {
    for (; candidates[next]?.first === first + at; next++) {
      const candidate = candidates[next] as Candidate;
      const to = candidate.end - first;
      const sum = (worth[at] as number) + candidate.score - scoreMin;
      if (sum <= (worth[to] as number)) continue;
      worth[to] = sum;
      ending[to] = candidate;
    }
    if ((worth[at + 1] as number) >= (worth[at] as number)) continue;
    worth[at + 1] = worth[at] as number;
    ending[at + 1] = null;
  }
  const chosen: Candidate[] = [];
  for (let at = end - first; at > 0; ) {
    const candidate = ending[at] ?? null;
    if (candidate !== null) chosen.push(candidate);
    at = candidate === null ? at - 1 : candidate.first - first;
  }
  return chosen.reverse();
}
