// Owns how a text becomes samples: the same text several times, each time with some of the known skills hidden, so
// that what a known skill looks like to one who does not know it can be learnt. A span is right where a hidden skill
// stands, wrong elsewhere.
import { readSpans, slotsCount, type Vocabulary } from "@skillstream/extract/tagger-features.ts";
import { wordsOf } from "@skillstream/extract/tagger-words.ts";
import type { SkillKind } from "@skillstream/schemas/types.ts";
import type { Known, Reading } from "./material.ts";

export interface Span {
  first: number;
  last: number;
  /** Folded offsets. */
  start: number;
  end: number;
  phrase: number;
  slots: Int32Array;
}

/** Calls `visit` for each span of a text that could name a skill. */
export function eachSpan(
  reading: Reading,
  known: readonly Known[],
  vocabulary: Vocabulary,
  visit: (span: Span) => void,
): void {
  const words = wordsOf({ ...reading, known });
  const span: Span = { first: 0, last: 0, start: 0, end: 0, phrase: 0, slots: new Int32Array(slotsCount) };
  readSpans(
    words,
    vocabulary,
    span.slots,
    (first, end, phrase) => {
      span.first = first;
      span.last = end - 1;
      span.start = words.starts[first] as number;
      span.end = words.ends[end - 1] as number;
      span.phrase = phrase;
      visit(span);
    },
    () => undefined,
  );
}

/** Whether a skill is hidden in the view of a text; in two views of share 1/2 each skill is hidden once. */
export function isHidden(name: string, text: number, view: number, views: number): boolean {
  let hash = Math.imul(text + 1, 0x9e3779b1) ^ 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) % views === view;
}

/** Each skill of a text is hidden in one of two views. */
export const halves = 2;

interface HiddenSpan {
  /** Folded offset. */
  end: number;
  technical: boolean;
  technology: boolean;
}

/** A view of a text: what is still known, and by its start what is hidden. */
export function hidingHalf(reading: Reading, text: number, view: number) {
  const hidden = new Map<number, HiddenSpan>();
  const known = reading.known.filter(({ skill: { name, kind }, foldedStart, foldedEnd }) => {
    if (!isHidden(name, text, view, halves)) return true;
    hidden.set(foldedStart, {
      end: foldedEnd,
      technical: isTechnical(kind),
      technology: kind === "technology",
    });
    return false;
  });
  return { known, hidden };
}

/** Who writes a hundred postings counts ten times as much as who writes one. */
export function companyWeights(companies: readonly number[]): Float64Array {
  const postings = new Map<number, number>();
  for (const company of companies) postings.set(company, (postings.get(company) ?? 0) + 1);
  return Float64Array.from(companies, (company) => 1 / Math.sqrt(postings.get(company) as number));
}

export const isTechnical = (kind: SkillKind) => kind === "technology" || kind === "method";
