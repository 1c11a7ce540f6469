// Owns the skills that the taxonomy lacks: a small trained model reads the lines that ask and tell of the work, and
// says which words name a skill. It promises spans that are exact in the source text, in order, disjoint, and apart
// from what the taxonomy found already; time linear in the text; the same answer each time. It reads English alone.
import { existsSync, readFileSync } from "node:fs";
import type { Folded } from "@skillstream/schemas/taxonomy/fold.ts";
import type { SkillKind } from "@skillstream/schemas/types.ts";
import type { Line } from "./lines.ts";
import { readSpans, slotsCount } from "./tagger-features.ts";
import { readModel, type TaggerModel } from "./tagger-model.ts";
import { wordsOf } from "./tagger-words.ts";

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

export function createTagger(model: TaggerModel | null = null): Tagger {
  if (model === null && !existsSync(new URL("tagger-model.json", import.meta.url))) return () => [];
  const ready = model ?? shippedModel();
  return (description) => tag(ready, description);
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

function tag(model: TaggerModel, description: Untagged): Tagged[] {
  const { vocabulary, weights, bias, technologyWeights, technologyBias, scoreMin } = model;
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
      let score = bias;
      for (let slot = 0; slot < slotsCount; slot++) score += weights[slots[slot] as number] as number;
      if (runFirst < 0) runFirst = first;
      if (score < scoreMin) return;
      let technology = technologyBias;
      for (let slot = 0; slot < slotsCount; slot++)
        technology += technologyWeights[slots[slot] as number] as number;
      let list = spans[first - runFirst];
      if (list === undefined) {
        list = [];
        spans[first - runFirst] = list;
      }
      list.push({ size: end - first, end, score, technology });
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
    for (const one of chosen.reverse()) if (tagged.length < taggedMax) tagged.push(one);
  }
}
