// Owns how the table of confidences is made: the share of claims of a sort that were right, drawn towards that of the
// wider sort where there were few. A skill counts once, for the best of its claims, since that is what it is judged
// by. Pure: the same claims give the same table.
import {
  type Claim,
  type ConfidenceTable,
  confidenceIn,
  kinds,
  places,
  proofs,
  scoreSteps,
} from "@skillstream/extract/confidence.ts";
import type { ClaimedSkill } from "./claims.ts";

/**
 * So many claims of the wider sort are put to those of the narrower: of 3 to 200, where read folds judged by tables
 * made from the others were closest to what was said of them.
 */
const pull = 100;
/** The tagger's guess is worth so many claims. */
const scorePull = 12;
/** Which claim is a skill's best depends on the table, and the table on that; it settles in a few. */
const rounds = 4;

interface Tally {
  right: number;
  of: number;
}

/** `found` are claims of the taxonomy, `tagged` those of the tagger, from postings that it did not learn from. */
export function fitTable(found: readonly ClaimedSkill[], tagged: readonly ClaimedSkill[]): ConfidenceTable {
  const scores = fitScores(tagged);
  // At first each claim counts: which is the best is not known yet.
  let table: ConfidenceTable = { found: fitFound(found, ({ claims }) => claims), tagged: scores };
  for (let round = 0; round < rounds; round++) {
    const known = table;
    table = { found: fitFound(found, ({ claims }) => [bestOf(known, claims)]), tagged: scores };
  }
  return table;
}

export function bestOf(table: ConfidenceTable, claims: readonly Claim[]): Claim {
  const [first, ...more] = claims;
  if (first === undefined) throw new Error("a skill without a claim");
  return more.reduce(
    (best, one) => (confidenceIn(table, one) > confidenceIn(table, best) ? one : best),
    first,
  );
}

function fitFound(
  skills: readonly ClaimedSkill[],
  countedOf: (skill: ClaimedSkill) => readonly Claim[],
): ConfidenceTable["found"] {
  const tallies = new Map<string, Tally>();
  for (const skill of skills) {
    for (const { proof, kind, where } of countedOf(skill)) {
      if (proof === "tagged") continue;
      for (const key of ["", kind, `${kind} ${where}`, `${kind} ${where} ${proof}`]) {
        const tally = tallies.get(key) ?? { right: 0, of: 0 };
        tally.right += Number(skill.isRight);
        tally.of++;
        tallies.set(key, tally);
      }
    }
  }
  const drawn = (key: string, wider: number) => {
    const { right, of } = tallies.get(key) ?? { right: 0, of: 0 };
    return (right + pull * wider) / (of + pull);
  };
  return dense((proof, kind, where) => {
    const byKind = drawn(kind, drawn("", 0.8));
    return drawn(`${kind} ${where} ${proof}`, drawn(`${kind} ${where}`, byKind));
  });
}

function dense(
  shareOf: (
    proof: (typeof proofs)[number],
    kind: (typeof kinds)[number],
    where: (typeof places)[number],
  ) => number,
): ConfidenceTable["found"] {
  return Object.fromEntries(
    proofs.map((proof) => [
      proof,
      Object.fromEntries(kinds.map((kind) => [kind, places.map((where) => shareOf(proof, kind, where))])),
    ]),
  ) as unknown as ConfidenceTable["found"];
}

/** The tagger's score is a guess of the same share: where it has said little of a score, its guess stands. */
function fitScores(skills: readonly ClaimedSkill[]): ConfidenceTable["tagged"] {
  const tallies = Array.from({ length: scoreSteps }, () => ({ right: 0, of: 0 }));
  for (const { claims, isRight } of skills) {
    const score = Math.max(...claims.map((claim) => claim.score));
    const tally = tallies[Math.min(scoreSteps - 1, Math.floor(score * scoreSteps))];
    if (tally === undefined) continue;
    tally.right += Number(isRight);
    tally.of++;
  }
  let floor = 0;
  return tallies.map(({ right, of }, step) => {
    const said = (step + 0.5) / scoreSteps;
    // A higher score is never worth less than a lower one.
    floor = Math.max(floor, (right + scorePull * said) / (of + scorePull));
    return floor;
  });
}

const decimals = 3;

/** As the repository's formatter has it: one line for each proof and kind. */
export function written({ found, tagged }: ConfidenceTable): string {
  const list = (shares: readonly number[]) =>
    `[${shares.map((share) => Number(share.toFixed(decimals))).join(", ")}]`;
  const byProof = Object.entries(found).map(([proof, byKind]) => {
    const rows = Object.entries(byKind).map(([kind, shares]) => `      "${kind}": ${list(shares)}`);
    return `    "${proof}": {\n${rows.join(",\n")}\n    }`;
  });
  return `{\n  "found": {\n${byProof.join(",\n")}\n  },\n  "tagged": ${list(tagged)}\n}\n`;
}
