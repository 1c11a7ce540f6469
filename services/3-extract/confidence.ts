// Owns how sure a claim is: the share of claims of its sort that people called right, measured on labelled postings
// (training/README.md says which). It knows nothing of a single text.
import { readFileSync } from "node:fs";
import { skillKinds } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { SkillKind } from "@skillstream/schemas/types.ts";
import type { LineLetter } from "./lines.ts";

/** What a claim of the taxonomy may stand on. */
export const proofs = ["plain", "always", "list", "title", "line", "inside", "alone"] as const;
export const kinds = skillKinds;
export const places = ["title", "Q", "P", "D", "A", "B", "L", "O"] as const satisfies readonly (
  | LineLetter
  | "title"
)[];

/** What a claim stands on. */
export type Proof = (typeof proofs)[number] | "tagged";

export interface Claim {
  proof: Proof;
  kind: SkillKind;
  /** Of the line, or the title. */
  where: LineLetter | "title";
  /** Of the tagger, from 0 to 1; 1 for a claim of the taxonomy. */
  score: number;
}

/** Scores of the tagger are told apart by so many equal steps. */
export const scoreSteps = 10;

export interface ConfidenceTable {
  /** Of each proof and kind, the shares by place, in the order of `places`. */
  found: Record<(typeof proofs)[number], Record<SkillKind, readonly number[]>>;
  /** By step of the tagger's score. */
  tagged: readonly number[];
}

let shipped: ConfidenceTable | undefined;

export function confidenceOf(claim: Claim): number {
  shipped ??= JSON.parse(
    readFileSync(new URL("confidence-table.json", import.meta.url), "utf8"),
  ) as ConfidenceTable;
  return confidenceIn(shipped, claim);
}

export function confidenceIn(table: ConfidenceTable, { proof, kind, where, score }: Claim): number {
  if (proof !== "tagged") return table.found[proof][kind][places.indexOf(where)] as number;
  return table.tagged[Math.min(scoreSteps - 1, Math.floor(score * scoreSteps))] as number;
}
