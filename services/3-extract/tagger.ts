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
  /** Of the model, from 0 to 1; confidence.ts says what it is worth. */
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

/** The spans of a run of words that are worth most together, no two on one word; by the word at which they end. */
interface Choice {
  size: number;
  score: number;
  technology: number;
}

function scoreOf({ bytes, step, bias }: Weights, slots: Int32Array): number {
  let sum = 0;
  for (let slot = 0; slot < slotsCount; slot++) sum += bytes[slots[slot] as number] as number;
  return bias + step * sum;
}

function tag(model: TaggerModel, description: Untagged): Tagged[] {
  const { vocabulary, skill, technology, scoreMin } = model;
  const { folded } = description;
  const words = wordsOf(description);
  const slots = new Int32Array(slotsCount);
  const tagged: Tagged[] = [];
  // Of the run being read, by the word before which a span ends: the best worth so far, and the span that gives it.
  let runFirst = -1;
  let choices: Choice[] = [];
  const spans: (Choice & { end: number })[][] = [];

  readSpans(
    words,
    vocabulary,
    slots,
    (first, end) => {
      if (runFirst < 0) runFirst = first;
      const score = scoreOf(skill, slots);
      if (score < scoreMin) return;
      let list = spans[first - runFirst];
      if (list === undefined) {
        list = [];
        spans[first - runFirst] = list;
      }
      list.push({ size: end - first, end, score, technology: scoreOf(technology, slots) });
    },
    (first, end) => {
      if (spans.length > 0) choose(first, end);
      spans.length = 0;
      runFirst = -1;
    },
  );
  return tagged;

  function choose(first: number, end: number): void {
    const length = end - first;
    const worth = new Float64Array(length + 1);
    choices = new Array<Choice>(length + 1);
    for (let at = 0; at < length; at++) {
      if ((worth[at + 1] as number) < (worth[at] as number)) {
        worth[at + 1] = worth[at] as number;
        delete choices[at + 1];
      }
      for (const span of spans[at] ?? []) {
        const sum = (worth[at] as number) + span.score - scoreMin;
        const to = span.end - first;
        if (sum <= (worth[to] as number)) continue;
        worth[to] = sum;
        choices[to] = span;
      }
    }
    const chosen: Tagged[] = [];
    for (let at = length; at > 0; ) {
      const span = choices[at];
      if (span === undefined) {
        at--;
        continue;
      }
      const from = first + at - span.size;
      const foldedStart = words.starts[from] as number;
      const foldedEnd = words.ends[first + at - 1] as number;
      chosen.push({
        kind: span.technology > 0 ? "technology" : "method",
        start: folded.starts[foldedStart] as number,
        end: folded.ends[foldedEnd - 1] as number,
        foldedStart,
        foldedEnd,
        score: 1 / (1 + Math.exp(-span.score)),
      });
      at -= span.size;
    }
    for (const one of chosen.reverse())
      if (tagged.length < taggedMax && !isInitials(one, first)) tagged.push(one);
  }

  /** "(VSM)" right after what was found as "value stream mapping" is no other skill. */
  function isInitials({ foldedStart, foldedEnd }: Tagged, first: number): boolean {
    const before = first - 1;
    if (before < 0 || words.gaps[first] !== gap.open || words.starts[first] !== foldedStart) return false;
    const end = words.ends[before] as number;
    if (words.known[before] === 0 && tagged.at(-1)?.foldedEnd !== end) return false;
    const { text } = description;
    let place = end;
    for (let at = foldedEnd - 1; at >= foldedStart; at--) {
      if (at === foldedEnd - 1 && text[at] === "s" && foldedEnd - foldedStart > 2) continue;
      place = Math.max(text.lastIndexOf(" ", place - 2), text.lastIndexOf("/", place - 2)) + 1;
      if (place <= 0 || end - place > initialsReach || text[place] !== text[at]) return false;
    }
    return true;
  }
}
