// Owns what the confidences are learnt from: each skill that the embedded extractor says of a labelled posting, with
// the claims it stands on and whether a person had found it too.
import type { Claim, Proof } from "@skillstream/extract/confidence.ts";
import { createEmbedded } from "@skillstream/extract/embedded.ts";
import { compileLexicon, type Lexicon } from "@skillstream/extract/lexicon.ts";
import { linesOf } from "@skillstream/extract/lines.ts";
import { type Found, findSkills } from "@skillstream/extract/mentions.ts";
import type { Tagged, Tagger } from "@skillstream/extract/tagger.ts";
import { fold } from "@skillstream/schemas/taxonomy/fold.ts";
import type { Taxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { givenOf } from "../../bench/eval/readers.ts";
import { type JudgedSkill, judge, type Labelled } from "../../bench/eval/score.ts";
import { unlabelledPostings } from "../lines/material.ts";

export interface ClaimedSkill {
  /** The posting's. */
  id: string;
  name: string;
  isRight: boolean;
  /** One for each mention. */
  claims: readonly Claim[];
}

/**
 * Skills that at least so many companies of the postings without labels write. The taxonomy was written with the read
 * folds in sight: a rarer skill that it knows there may be there because a person had found it, and then it is right
 * more often than it will be elsewhere.
 */
const companiesMin = 4;

export async function commonSkills(taxonomy: Taxonomy): Promise<Set<string>> {
  const lexicon = compileLexicon(taxonomy);
  const writers = new Map<string, Set<string>>();
  for (const { company, lines } of await unlabelledPostings()) {
    for (const { skill } of foundIn(lines.join("\n"), false, lexicon)) {
      const some = writers.get(skill.name) ?? new Set();
      writers.set(skill.name, some.add(company));
    }
  }
  return new Set([...writers].flatMap(([name, some]) => (some.size >= companiesMin ? name : [])));
}

const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });

function foundIn(source: string, isTitle: boolean, lexicon: Lexicon): Found[] {
  const folded = fold(source);
  const text = decoder.decode(folded.units.subarray(0, folded.length));
  return findSkills(lexicon, source, folded, text, isTitle);
}

export function claimsOf(postings: readonly Labelled[], taxonomy: Taxonomy, tagger: Tagger): ClaimedSkill[] {
  const lexicon = compileLexicon(taxonomy);
  let tagged: Tagged[] = [];
  const extract = createEmbedded(taxonomy, (description) => {
    tagged = tagger(description);
    return tagged;
  });
  const proofsIn = (source: string, isTitle: boolean) =>
    new Map(foundIn(source, isTitle, lexicon).map(({ start, proof }) => [start, proof]));
  return postings.flatMap((labelled) => {
    const posting = givenOf(labelled);
    tagged = [];
    const { skills } = extract(posting);
    const scores = new Map(tagged.map(({ start, score }) => [start, score]));
    const proofs = {
      title: proofsIn(posting.title, true),
      description: proofsIn(posting.description, false),
    };
    const lines = linesOf(posting.description, posting.lines);
    const judged = judge(labelled, { id: labelled.id, skills }).skills;
    return skills.map((skill, index): ClaimedSkill => {
      const { isRight } = judged[index] as JudgedSkill;
      const claims = skill.mentions.map(({ field, start }): Claim => {
        const where =
          field === "title" ? "title" : (lines.findLast((line) => line.start <= start)?.letter ?? "O");
        const proof: Proof | undefined = skill.in_taxonomy ? proofs[field].get(start) : "tagged";
        if (proof === undefined) throw new Error(`${labelled.id}: ${skill.name} has no proof at ${start}`);
        return { proof, kind: skill.kind, where, score: skill.in_taxonomy ? 1 : (scores.get(start) ?? 0) };
      });
      return { id: labelled.id, name: skill.name, isRight, claims };
    });
  });
}
