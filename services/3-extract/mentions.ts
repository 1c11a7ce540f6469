// Owns which forms in a text are skills: word boundaries, the longest form, the rules of ambiguous words and
// the evidence around them. It promises spans that are exact in the source text, in order and disjoint.
import type { Folded } from "@skillstream/schemas/taxonomy/fold.ts";
import type { Phrase, TaxonomySkill } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { formsFrom, mayBegin } from "./automaton.ts";
import type { Proof } from "./confidence.ts";
import {
  anyKey,
  type CompiledRule,
  evidenceBits,
  keyAfter,
  keyBefore,
  type Lexicon,
  type Meaning,
  type PhrasesAround,
  type Proven,
} from "./lexicon.ts";
import {
  dot,
  endsSentence,
  isCut,
  isDigit,
  isLowerLatin,
  isWordAt,
  newline,
  opensSentence,
  type Words,
  wordsOf,
} from "./words.ts";

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

/** What a form may mean, and what would prove it; null where it means that unless something else is proven. */
interface Hypothesis {
  skill: TaxonomySkill;
  when: readonly Proven[] | null;
}

/** A candidate that is not settled yet. */
interface Open {
  candidate: Candidate;
  index: number;
  hypotheses: Hypothesis[];
  /** Evidence bits that some hypothesis needs, and of those the ones that hold, whatever the neighbours are. */
  needed: number;
  held: number;
}

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
  const candidates = longest(lexicon, source, folded);
  settle(lexicon, candidates, source, folded, text, isTitle);
  const found: Found[] = [];
  const push = (skill: TaxonomySkill, proof: Proof, start: number, end: number) =>
    found.push({
      skill,
      start: folded.starts[start] as number,
      end: folded.ends[end - 1] as number,
      foldedStart: start,
      foldedEnd: end,
      proof,
    });
  let previousEnd = 0;
  for (let index = 0; index < candidates.length; index++) {
    const { form, skill, proof, start, end } = candidates[index] as Candidate;
    if (skill === null) continue;
    const isShared = (lexicon.forms[form] as string).includes(" ");
    if (isShared && joinsBefore(text, start)) {
      const shared = sharedBefore(lexicon, text, start, end, previousEnd);
      if (shared !== null) push(shared.skill, "list", shared.start, shared.end);
    }
    push(skill, proof, start, end);
    previousEnd = end;
    if (isShared && joinsAfter(text, end)) {
      const nextStart = candidates[index + 1]?.start ?? folded.length;
      const shared = sharedAfter(lexicon, text, start, end, nextStart);
      if (shared === null) continue;
      push(shared.skill, "list", shared.start, shared.end);
      previousEnd = shared.end;
    }
  }
  return found;
}

/**
 * What shares its first or last words with a form beside it: "supervised and unsupervised learning" names supervised
 * learning too, "data modeling and curation" data curation. Only what is a form when the words are put together.
 */
interface Shared {
  skill: TaxonomySkill;
  start: number;
  end: number;
}

const sharingUnitsMax = 40;
const sharingBefore = /[\s,/(:;•·&]([a-z]{3,}(?: [a-z]{3,})?)( ?\/ ?| (?:and|or|&|und|et|y|and\/or) )$/;
const sharingAfter = /^(?: ?\/ ?| (?:and|or|&|und|et|y|and\/or) )([a-z]{4,})(?![a-z0-9+#]|\.[a-z])/;

/** Quick looks that spare most mentions the patterns: the last letter of what joins, and the first. */
const joinsBefore = (text: string, start: number) =>
  text[start - 1] === "/" || (text[start - 1] === " " && "dr&ty/".includes(text[start - 2] ?? "-"));
const joinsAfter = (text: string, end: number) =>
  text[end] === "/" || (text[end] === " " && "/ao&uey".includes(text[end + 1] ?? "-"));

function sharedBefore(
  lexicon: Lexicon,
  text: string,
  start: number,
  end: number,
  previousEnd: number,
): Shared | null {
  const from = Math.max(previousEnd, start - sharingUnitsMax);
  const before = sharingBefore.exec(from === 0 ? ` ${text.slice(0, start)}` : text.slice(from - 1, start));
  if (before === null) return null;
  const [, words = "", joint = ""] = before;
  const form = text.slice(start, end);
  const last = words.slice(words.indexOf(" ") + 1);
  for (let head = form.indexOf(" "); head > 0; head = form.indexOf(" ", head + 1)) {
    for (const some of last === words ? [words] : [words, last]) {
      const skill = sharable(lexicon, some + form.slice(head));
      if (skill === null) continue;
      const wordsEnd = start - joint.length;
      return { skill, start: wordsEnd - some.length, end: wordsEnd };
    }
  }
  return null;
}

function sharedAfter(
  lexicon: Lexicon,
  text: string,
  start: number,
  end: number,
  nextStart: number,
): Shared | null {
  const after = sharingAfter.exec(text.slice(end, Math.min(nextStart, end + sharingUnitsMax)));
  if (after === null) return null;
  const [all, word = ""] = after;
  const form = text.slice(start, end);
  const skill = sharable(lexicon, form.slice(0, form.lastIndexOf(" ") + 1) + word);
  const wordEnd = end + all.length;
  return skill === null ? null : { skill, start: wordEnd - word.length, end: wordEnd };
}

function sharable(lexicon: Lexicon, words: string): TaxonomySkill | null {
  const skill = lexicon.plainSkill(words);
  return skill?.kind === "method" || skill?.kind === "technology" ? skill : null;
}

/** An honest posting has some hundreds; of a text made of nothing but skills, this many are enough. */
const candidatesMax = 20_000;

/** The words of the text before, which nobody reads any more; memory of more than so many is not kept. */
let forgotten: Words | null = null;
const keptWordsMax = 16_384;

/** Forms that stand as words, the leftmost and longest of those that overlap. */
function longest({ automaton, forms, meanings }: Lexicon, source: string, folded: Folded): Candidate[] {
  const { units, starts, ends, length } = folded;
  const kept: Candidate[] = [];
  const words = wordsOf(folded, forgotten);
  if (words.starts.length <= keptWordsMax) forgotten = words;
  /** The longest form from a word on, as far as it is known. */
  let best: Candidate | null = null;
  let start = 0;
  let line = 0;
  const onForm = (form: number, foundEnd: number) => {
    const end = withVersion(form, foundEnd);
    if (wholeCharacters(start, foundEnd) && endsWord(start, end) && !isDenied(form, start))
      best = { form, start, end, line, skill: null, proof: "plain" };
  };
  for (let word = 0; word < words.count && kept.length < candidatesMax; word++) {
    const from = words.starts[word] as number;
    if (units[from] === newline) line++;
    // Inside of the form before.
    if (from < start || !mayBegin(automaton, units, words, word) || !isOwnWord(from)) continue;
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

  /** "Python3", "Python3.11" and "Java8" are mentions of Python and Java; "c3" is none of C. */
  function withVersion(form: number, end: number): number {
    if (end === length) return end;
    const isInWord = isDigit(units[end]);
    if (!isInWord && !(units[end] === dot && isDigit(units[end - 1]) && isDigit(units[end + 1]))) return end;
    const word = forms[form] as string;
    if (word.length < 3 || !isWordAt(units, end - 1, length)) return end;
    if (meanings[form]?.[0]?.skill.kind !== "technology") return end;
    let after = end;
    while (after < length && (isDigit(units[after]) || (units[after] === dot && isDigit(units[after + 1]))))
      after++;
    return after;
  }

  /** Whether what begins here is no part of an address or a tag. */
  function isOwnWord(start: number): boolean {
    if (start === 0) return true;
    const before = units[start - 1] as number;
    // "C#.NET" is C# and .NET; "#java" is a tag.
    if (before === at || (before === hash && !isWordAt(units, start - 2, length))) return false;
    // "docs.python" is an address; ".NET" after a space is not.
    if (before === dot) {
      if (!isWordAt(units, start - 2, length)) return true;
      return opensSentence(folded, source, start) && endsSentence(folded, source, start - 1);
    }
    return units[start] !== dot || !isWordAt(units, start - 1, length);
  }

  /** "non-Java": the hyphen is a space by now. A "non-functional requirement" still is one. */
  function isDenied(form: number, start: number): boolean {
    if (start === 0 || source.charCodeAt(starts[start - 1] as number) !== hyphen) return false;
    if (meanings[form]?.[0]?.skill.kind !== "technology") return false;
    const [n, o, m] = [units[start - 2], units[start - 3], units[start - 4]];
    return n === 0x6e && o === 0x6f && m === 0x6e && !isWordAt(units, start - 5, length);
  }

  function endsWord(start: number, end: number): boolean {
    if (end >= length) return true;
    const after = units[end] as number;
    const isWord = isWordAt(units, end - 1, length);
    if (isWord && isWordAt(units, end, length)) return isCut(words, end);
    if (after === hash || after === at) return false;
    // "C++" is not "C", and nothing known when it is not a form of its own; "Angular 2+" is.
    if (after === plus && (end - start === 1 || units[end + 1] === plus)) return false;
    // "node.js" where only "node" is known, "segment.io", "index.html".
    if (after !== dot || !isWord || end + 1 >= length || !isLowerLatin(units[end + 1])) return true;
    return opensSentence(folded, source, end + 1);
  }
}

const plus = 0x2b;
const hash = 0x23;
const at = 0x40;
const hyphen = 0x2d;

/** "Angular 14", "React 18.x and", "Vue 3+ experience": what has a version is a product. Years and amounts are none. */
const versionAfter =
  /^ (?:v ?)?\d{1,2}(?:\.(?:\d{1,3}|x)){0,2}\+?(?=$|[\n,;:)(]|\.(?:$|[ \n])| (?:and|or|with|on|und|et|experience|developers?|development|framework|applications?|apps?|codebase|projects?|engineers?)(?![a-z]))/;
const versionUnitsMax = 40;
const hasVersion = (text: string, end: number) =>
  isDigit(text.charCodeAt(end + 1)) || text.charCodeAt(end + 1) === 0x76
    ? versionAfter.test(text.slice(end, end + versionUnitsMax))
    : false;

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
  let open: Open[] = [];
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index] as Candidate;
    const meanings = lexicon.meanings[candidate.form] as readonly Meaning[];
    const [first] = meanings;
    if (first?.rule === null) {
      accept(candidate, first.skill, "plain");
      continue;
    }
    const hypotheses: Hypothesis[] = [];
    let needed = 0;
    for (const { skill, rule } of meanings) {
      const verdict = rule === null ? "plain" : byItself(rule, candidate);
      if (verdict === "plain" || verdict === "always") {
        // A meaning without a rule is what is left when the others are not proven.
        if (hypotheses.length === 0) accept(candidate, skill, verdict);
        else hypotheses.push({ skill, when: null });
        break;
      }
      if (verdict.length === 0) continue;
      hypotheses.push({ skill, when: verdict });
      for (const { needs } of verdict) needed |= needs;
    }
    if (hypotheses.length > 0) open.push({ candidate, index, hypotheses, needed, held: 0 });
  }
  if (open.length === 0) return;

  const technicalLines = new Set<number>();
  for (const candidate of candidates) if (isTechnical(candidate)) technicalLines.add(candidate.line);
  for (const one of open) one.held = heldAround(one);
  keep((one) => !decided(one, 0));
  spread();
  // Several that only a list could prove, side by side, prove each other, and then the rest of their list.
  const mutual = new Set<Open>();
  for (let at = 0; at + 1 < open.length; at++) {
    const [one, other] = [open[at] as Open, open[at + 1] as Open];
    const isPair = other.index === one.index + 1 && other.candidate.form !== one.candidate.form;
    if (isPair && joined(one.index)) mutual.add(one).add(other);
  }
  if (mutual.size > 0) {
    keep((one) => !mutual.has(one) || !decided(one, evidenceBits.list));
    spread();
  }
  for (const { candidate, hypotheses } of open) {
    const left = hypotheses.find(({ when }) => when === null);
    if (left !== undefined) accept(candidate, left.skill, "plain");
  }

  function keep(isOpen: (one: Open) => boolean): void {
    open = open.filter(isOpen);
  }

  /** What a neighbour proves may prove the next neighbour: once to the right, once to the left. */
  function spread(): void {
    const isOpen = (one: Open) =>
      (one.needed & evidenceBits.list) === 0 || !isListed(one.index) || !decided(one, evidenceBits.list);
    keep(isOpen);
    open.reverse();
    keep(isOpen);
    open.reverse();
  }

  function decided({ candidate, hypotheses, held }: Open, more: number): boolean {
    const has = held | more;
    for (const { skill, when } of hypotheses) {
      const proven = when?.find(({ needs }) => (needs & ~has) === 0);
      if (proven === undefined) continue;
      accept(candidate, skill, proven.proof);
      return true;
    }
    return false;
  }

  function heldAround({ candidate, needed }: Open): number {
    let held: number = evidenceBits.alone;
    if (isTitle) held |= evidenceBits.title;
    if (technicalLines.has(candidate.line)) held |= evidenceBits.line;
    const { inside } = evidenceBits;
    if ((needed & inside) !== 0 && isInsideSentence(source, folded, candidate.start)) held |= inside;
    return held;
  }

  /** Whether it stands in an enumeration with another technical skill. */
  function isListed(index: number): boolean {
    return (
      (isTechnical(candidates[index + 1]) && joined(index)) ||
      (isTechnical(candidates[index - 1]) && joined(index - 1))
    );
  }

  /** What the form and the words right beside it say: proven, or what would prove it, which may be nothing. */
  function byItself(rule: CompiledRule, { start, end }: Candidate): "always" | readonly Proven[] {
    const spelling = source.slice(folded.starts[start], folded.ends[end - 1]);
    const isWritten =
      rule.written.length === 0 ||
      rule.written.includes(spelling) ||
      (isDigit(spelling.charCodeAt(spelling.length - 1)) &&
        rule.written.includes(spelling.replace(/[\d.]+$/, "")));
    // Most words of this kind are only words: what is not written as a name needs no look around it.
    if (!isWritten && rule.otherwise.length === 0) return [];
    if (stand(rule.never, start, end)) return [];
    if (!isWritten) return rule.otherwise;
    if (end - start > 1 && hasVersion(text, end)) return "always";
    return stand(rule.always, start, end) ? "always" : rule.when;
  }

  /** Whether one of the phrases stands around a form. */
  function stand(phrases: PhrasesAround, start: number, end: number): boolean {
    return (
      phrases.get(keyAfter(text, end))?.some((phrase) => stands(phrase, start, end)) ||
      phrases.get(keyBefore(text, start))?.some((phrase) => stands(phrase, start, end)) ||
      phrases.get(anyKey)?.some((phrase) => stands(phrase, start, end)) ||
      false
    );
  }

  function stands({ before, after }: Phrase, start: number, end: number): boolean {
    const first = start - before.length;
    const last = end + after.length;
    if (first < 0 || !text.startsWith(after, end) || !text.startsWith(before, first)) return false;
    const { units, length } = folded;
    const cutsBefore = before !== "" && isWordAt(units, first, length) && isWordAt(units, first - 1, length);
    const cutsAfter = after !== "" && isWordAt(units, last - 1, length) && isWordAt(units, last, length);
    return !cutsBefore && !cutsAfter;
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
