// Owns which forms in a text are skills: word boundaries, the longest form, the rules of ambiguous words and
// the evidence around them. It promises spans that are exact in the source text, in order and disjoint.
import type { Folded } from "@skillstream/schemas/taxonomy/fold.ts";
import type { Evidence, FormRule, Phrase, TaxonomySkill } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { formsFrom, mayBegin } from "./automaton.ts";
import type { Proof } from "./confidence.ts";
import type { Lexicon } from "./lexicon.ts";
import { dot, isDigit, isLowerLatin, isWordAt, newline, wordsOf } from "./words.ts";

export interface Found {
  skill: TaxonomySkill;
  /** In the source text. */
  start: number;
  end: number;
  /** In the folded text. */
  foldedStart: number;
  foldedEnd: number;
  /** What says that the form means the skill here. */
  proof: Proof;
}

interface Hypothesis {
  skill: TaxonomySkill;
  when: FormRule["when"];
}

/** The `when` of what a form means unless something else is proven. */
const unless: FormRule["when"] = [];

interface Candidate {
  form: number;
  start: number;
  end: number;
  /** Line breaks before it. */
  line: number;
  skill: TaxonomySkill | null;
  proof: Proof;
}

export function findSkills(
  lexicon: Lexicon,
  source: string,
  folded: Folded,
  text: string,
  isTitle: boolean,
): Found[] {
  const candidates = longest(lexicon, folded);
  settle(lexicon, candidates, source, folded, text, isTitle);
  return candidates.flatMap(({ skill, start, end, proof }) =>
    skill === null
      ? []
      : {
          skill,
          start: folded.starts[start] as number,
          end: folded.ends[end - 1] as number,
          foldedStart: start,
          foldedEnd: end,
          proof,
        },
  );
}

/** An honest posting has some hundreds; of a text made of nothing but skills, this many are enough. */
const candidatesMax = 20_000;

/** Forms that stand as words, the leftmost and longest of those that overlap. */
function longest(
  { automaton, forms, meanings }: Lexicon,
  { units, starts, ends, length }: Folded,
): Candidate[] {
  const kept: Candidate[] = [];
  const words = wordsOf(units, length);
  /** The longest form from a word on, as far as it is known. */
  let best: Candidate | null = null;
  let start = 0;
  let line = 0;
  const onForm = (form: number, foundEnd: number) => {
    const end = withVersion(form, foundEnd);
    if (!wholeCharacters(start, foundEnd) || !endsWord(units, start, end, length)) return;
    best = { form, start, end, line, skill: null, proof: "plain" };
  };
  for (let word = 0; word < words.count && kept.length < candidatesMax; word++) {
    const from = words.starts[word] as number;
    if (units[from] === newline) line++;
    // Inside of the form before.
    if (from < start || !mayBegin(automaton, units, words, word) || !isOwnWord(units, from, length)) continue;
    start = from;
    formsFrom(automaton, units, words, word, onForm);
    if (best === null) continue;
    kept.push(best);
    start = (best as Candidate).end;
    best = null;
  }
  return kept;

  /** A form must not begin or end inside one source character, as "i" does in a ligature. */
  function wholeCharacters(start: number, end: number): boolean {
    const cutsStart = start > 0 && starts[start] === starts[start - 1];
    const cutsEnd = end < length && ends[end] === ends[end - 1];
    return !cutsStart && !cutsEnd;
  }

  /** "Python3" and "Java8" are mentions of Python and Java; "c3" is none of C. */
  function withVersion(form: number, end: number): number {
    if (end === length || !isDigit(units[end])) return end;
    const word = forms[form] as string;
    if (word.length < 3 || isDigit(units[end - 1]) || !isWordAt(units, end - 1, length)) return end;
    if (meanings[form]?.[0]?.skill.kind !== "technology") return end;
    let after = end;
    while (after < length && (isDigit(units[after]) || (units[after] === dot && isDigit(units[after + 1]))))
      after++;
    return after;
  }
}

const plus = 0x2b;
const hash = 0x23;
const at = 0x40;

/** Whether what begins here is no part of an address or a tag. */
function isOwnWord(units: Uint16Array, start: number, length: number): boolean {
  const before = units[start - 1];
  if (before === at || before === hash) return false;
  // "docs.python" is an address; ".NET" after a space is not.
  if (before === dot) return !isWordAt(units, start - 2, length);
  return units[start] !== dot || !isWordAt(units, start - 1, length);
}

function endsWord(units: Uint16Array, start: number, end: number, length: number): boolean {
  if (end >= length) return true;
  const after = units[end] as number;
  const isWord = isWordAt(units, end - 1, length);
  if (isWord && isWordAt(units, end, length)) return false;
  if (after === hash || after === at) return false;
  // "C++" is not "C", and nothing known when it is not a form of its own; "Angular 2+" is.
  if (after === plus && (end - start === 1 || units[end + 1] === plus)) return false;
  // "node.js" where only "node" is known, "segment.io", "index.html".
  return !(after === dot && isWord && end + 1 < length && isLowerLatin(units[end + 1]));
}

/** Between two members of an enumeration: a sign or a word that joins, or a new bullet. */
const joint =
  /^(?: ?v?\d+(?:\.[\dx]+)*\+?)?(?:\)? ?[,/|;&+•·(:] ?(?:and |or |und |oder |et |ou |y |e |o )?\(?|\)? (?:and|or|und|oder|et|ou|y|e|o|and\/or|&|as well as) |\n[•·*▪●◦○‣] ?|\n)$/;
const jointUnitsMax = 20;
const afterBullet = /^(?:$| ?\n| ?[,/|;&(]| (?:and|or|und|oder|et|ou|y|e|o) )/;

function settle(
  lexicon: Lexicon,
  candidates: Candidate[],
  source: string,
  folded: Folded,
  text: string,
  isTitle: boolean,
): void {
  /** What a candidate could still mean, by the candidate's index. */
  const open = new Map<number, Hypothesis[]>();
  for (const [index, candidate] of candidates.entries()) {
    const hypotheses: Hypothesis[] = [];
    for (const { skill, rule } of lexicon.meanings[candidate.form] ?? []) {
      const verdict = rule === null ? "plain" : byItself(rule, candidate);
      if (verdict === "plain" || verdict === "always") {
        // A meaning without a rule is what is left when the others are not proven.
        if (hypotheses.length === 0) accept(candidate, skill, verdict);
        else hypotheses.push({ skill, when: unless });
        break;
      }
      if (verdict.length > 0) hypotheses.push({ skill, when: verdict });
    }
    if (hypotheses.length > 0) open.set(index, hypotheses);
  }
  if (open.size === 0) return;

  const technicalLines = new Set<number>();
  for (const candidate of candidates) if (isTechnical(candidate)) technicalLines.add(candidate.line);
  for (const index of [...open.keys()])
    decide(index, (evidence) => evidence !== "list" && holds(evidence, index));
  // What a neighbour proves may prove the next neighbour: once to the right, once to the left.
  const indices = [...open.keys()];
  for (const index of [...indices, ...indices.toReversed()])
    decide(index, (evidence) => holds(evidence, index));
  // Several that only a list could prove, side by side, prove each other.
  for (const index of indices) {
    const other = candidates[index + 1];
    if (!open.has(index) || !open.has(index + 1) || other?.form === candidates[index]?.form || !joined(index))
      continue;
    for (const one of [index, index + 1])
      decide(one, (evidence) => evidence === "list" || holds(evidence, one));
  }
  for (const [index, hypotheses] of open) {
    const left = hypotheses.find(({ when }) => when === unless);
    if (left !== undefined) accept(candidates[index] as Candidate, left.skill, "plain");
  }

  function decide(index: number, proves: (evidence: Evidence) => boolean): void {
    for (const { skill, when } of open.get(index) ?? []) {
      const proof = when.find((all) => all.every(proves));
      if (proof === undefined || when === unless) continue;
      accept(candidates[index] as Candidate, skill, proof[0] as Evidence);
      open.delete(index);
      return;
    }
  }

  function holds(evidence: Evidence, index: number): boolean {
    const candidate = candidates[index] as Candidate;
    switch (evidence) {
      case "alone":
        return true;
      case "title":
        return isTitle;
      case "inside":
        return isInsideSentence(source, folded, candidate.start);
      case "line":
        return technicalLines.has(candidate.line);
      case "list":
        return (
          (isTechnical(candidates[index + 1]) && joined(index)) ||
          (isTechnical(candidates[index - 1]) && joined(index - 1))
        );
      default:
        return evidence satisfies never;
    }
  }

  /** What the form and the words right beside it say: proven, or what would prove it, which may be nothing. */
  function byItself(rule: FormRule, { start, end }: Candidate): "always" | FormRule["when"] {
    if (rule.never.some((phrase) => stands(phrase, folded, text, start, end))) return [];
    const spelling = source.slice(folded.starts[start], folded.ends[end - 1]);
    const isWritten =
      rule.written.length === 0 ||
      rule.written.includes(spelling) ||
      rule.written.includes(spelling.replace(/[\d.]+$/, ""));
    if (!isWritten) return rule.otherwise;
    return rule.always.some((phrase) => stands(phrase, folded, text, start, end)) ? "always" : rule.when;
  }

  /** Whether a candidate and the next one are members of one enumeration. */
  function joined(index: number): boolean {
    const [one, other] = [candidates[index], candidates[index + 1]];
    if (one === undefined || other === undefined || other.start - one.end > jointUnitsMax) return false;
    const gap = text.slice(one.end, other.start);
    if (!joint.test(gap)) return false;
    // Bullets make a list where each is a name and no more; "Rust-free parts" below "SPI" is another thought.
    return !gap.includes("\n") || afterBullet.test(text.slice(other.end, other.end + jointUnitsMax));
  }
}

function accept(candidate: Candidate, skill: TaxonomySkill, proof: Proof): void {
  candidate.skill = skill;
  candidate.proof = proof;
}

function isTechnical(candidate: Candidate | undefined): boolean {
  return (
    candidate?.skill?.kind === "technology" ||
    candidate?.skill?.kind === "method" ||
    candidate?.skill?.kind === "language"
  );
}

function stands(
  { before, after }: Phrase,
  { units, length }: Folded,
  text: string,
  start: number,
  end: number,
): boolean {
  const first = start - before.length;
  const last = end + after.length;
  if (first < 0 || !text.startsWith(after, end) || !text.startsWith(before, first)) return false;
  const cutsBefore = before !== "" && isWordAt(units, first, length) && isWordAt(units, first - 1, length);
  const cutsAfter = after !== "" && isWordAt(units, last - 1, length) && isWordAt(units, last, length);
  return !cutsBefore && !cutsAfter;
}

/** After a word in lower case, or after a sign that goes on with a sentence; a capital there is a name's. */
function isInsideSentence(source: string, folded: Folded, start: number): boolean {
  const before = source
    .slice(Math.max(0, (folded.starts[start] as number) - 40), folded.starts[start])
    .trimEnd();
  if (/[,/(&+:]$/.test(before)) return true;
  const word = /([\p{L}\p{N}'’-]+)$/u.exec(before)?.[1];
  return (
    word !== undefined &&
    !source.slice(folded.ends[start - 1] ?? 0, folded.starts[start]).includes("\n") &&
    /^[\p{Ll}\d]/u.test(word)
  );
}
