// Owns how sure a claim is: the share of claims of its sort that people called right, measured on labelled postings
// that the taxonomy was not written from (training/README.md says how). It knows nothing of a single text.
import type { SkillKind } from "@skillstream/schemas/types.ts";
import type { LineLetter } from "./lines.ts";

/** What a claim stands on. */
export type Proof = "plain" | "always" | "list" | "title" | "line" | "inside" | "alone" | "tagged";

export interface Claim {
  proof: Proof;
  kind: SkillKind;
  /** Of the line, or the title. */
  where: LineLetter | "title";
  /** Of the tagger, from 0 to 1; 1 for a claim of the taxonomy. */
  score: number;
}

const confidences: Record<Proof, number> = {
  plain: 0.95,
  always: 0.9,
  list: 0.85,
  title: 0.8,
  line: 0.75,
  inside: 0.75,
  alone: 0.9,
  tagged: 0.5,
};

export function confidenceOf({ proof, score }: Claim): number {
  return confidences[proof] * score;
}
