// Owns what the work is: role and function by title and duties, from the reviewed list in roles.txt. A title names
// the role; where titles are wide ("Software Engineer") or mislead ("Data Scientist"), the words of the lines on
// duties and qualifications are weighed. A title that names no role gets none: nothing is guessed from duties alone.
import { readFileSync } from "node:fs";
import type { Role } from "@skillstream/schemas/types.ts";
import type { LineLabel, ReadLine } from "./lines.ts";
import { type KnownRole, parseRoles, type RoleBook, wordsOf } from "./roles-file.ts";

/** No title says more by being longer. */
const titleCharsMax = 200;
const titleWordsMax = 40;
/** Duties repeat themselves long before this. */
const dutyCharsMax = 12_000;

/** How much a word says by where it stands: the title is chosen with care, a duty is what one does. */
const titlePoints = 8;
const pointsOfLine: Readonly<Record<LineLabel, number>> = { A: 0, D: 2, Q: 1, P: 0, B: 0, L: 0, O: 1 };
/** A wide title is narrowed by some evidence; one that names a role is overruled only by a lot of it. */
const narrows = { pointsMin: 8, lead: 1.4 };
const overrules = { pointsMin: 12, lead: 1.8 };
/** Two roles are even where the weaker has this share of the stronger. */
const evenShare = 0.6;

/** Levels, which stand in the middle of a role's name as well: "Software Senior Engineer". */
const levels = new Set(
  "senior sr snr junior jr mid middle level staff founding principal lead experienced i ii iii iv v 1 2 3".split(
    " ",
  ),
);
/** Where a title goes on to something else: a team, a place, a manner of work. */
const parting = /\s[-–—~]+\s|[,;:()[\]{}|•·–—]|\s\/\s|\s(?:to|for|at|with|@|reporting)\s/u;
/** "Entwickler*in", "Verkäufer/-in", "Desarrollador(a)", "Développeur·se": both genders are one form. */
const genderEnding =
  /(?<=\p{L}{4})(?:[*:·/(_]-?|\.)(?:innen|in|a|o|as|os|e|ne|se|euse|trice|rice|x)\)?(?!\p{L})/giu;

export function roleOf(title: string, lines: readonly ReadLine[]): Role | null {
  const known = book();
  const parts = partsOf(title);
  const found = named(known, parts);
  if (found === null) return null;
  const { role, confidence } = found;
  if (role.mayBe.length === 0) return { name: role.name, confidence };
  return weighed(known, found, parts, lines);
}

/** Of the role; without one, what the words say. */
export function functionOf(role: Role | null, words: string): string | null {
  const known = book();
  if (role !== null) return known.roles.get(role.name)?.function ?? null;
  for (const part of partsOf(words)) {
    const found = longest(part, (form) => known.functionWords.get(form), "first");
    if (found !== null) return found.value;
  }
  return null;
}

interface Named {
  role: KnownRole;
  confidence: number;
}

/** The role that a title names: in its first part, in its parts turned round ("Manager, Sales"), or further on. */
function named(known: RoleBook, parts: readonly (readonly string[])[]): Named | null {
  const [first, ...others] = parts;
  if (first === undefined) return null;
  const find = (words: readonly string[]) => longest(words, (form) => known.forms.get(form), "last");
  const own = find(first);
  if (own !== null && !own.value.isWide) return { role: own.value, confidence: own.words > 1 ? 0.9 : 0.85 };
  for (const other of others) {
    const turned = find([...other, ...first]);
    if (turned !== null && !turned.value.isWide && turned.end > other.length) {
      return { role: turned.value, confidence: 0.85 };
    }
  }
  for (const other of others) {
    const further = find(other);
    if (further === null || further.value.isWide) continue;
    // After "Engineer" a lone word names a team.
    if (own === null || further.words > 1)
      return { role: further.value, confidence: own === null ? 0.7 : 0.6 };
  }
  return own === null ? null : { role: own.value, confidence: 0.5 };
}

/** Weighs what the title's role may be by its other words and the duties. */
function weighed(
  known: RoleBook,
  { role, confidence }: Named,
  parts: readonly (readonly string[])[],
  lines: readonly ReadLine[],
): Role | null {
  const inTitle = titleScores(role, parts);
  const scores = dutyScores(known, lines);
  const scored = role.mayBe
    .map((candidate) => {
      const inDuties = scores.get(candidate.name) ?? 0;
      const byTitle = inTitle.get(candidate.name) ?? 0;
      return { candidate, points: byTitle + inDuties, byTitle };
    })
    .sort((a, b) => b.points - a.points);
  const [best, second] = scored;
  // A role that all of its kinds share words with ("software engineer") does not compete with them.
  const own = role.isWide || role.isNarrowed ? 0 : (scores.get(role.name) ?? 0);
  if (best === undefined || best.points === 0) return stays(role, confidence, own, 0);
  const need = role.isWide || role.isNarrowed ? narrows : overrules;
  const rival = Math.max(second?.points ?? 0, own);
  const both = between(role, scored);
  if (both !== null && best.byTitle === 0) return { name: both.name, confidence: 0.6 };
  if (best.points >= need.pointsMin && best.points >= need.lead * rival) {
    const margin = (best.points - rival) / best.points;
    const base = best.byTitle > 0 ? 0.75 : 0.5;
    return { name: best.candidate.name, confidence: rounded(base + 0.2 * margin) };
  }
  return stays(role, confidence, own, best.points);
}

function stays(role: KnownRole, confidence: number, own: number, against: number): Role | null {
  if (role.isWide) return null;
  if (role.isNarrowed) return { name: role.name, confidence: rounded(Math.min(confidence, 0.7)) };
  if (own === 0)
    return { name: role.name, confidence: rounded(Math.min(confidence, against > 0 ? 0.5 : 0.75)) };
  return { name: role.name, confidence: rounded(0.55 + 0.4 * (own / (own + against))) };
}

const rounded = (share: number) => Math.round(share * 100) / 100;

/** The role between two that the duties speak for alike, ahead of all others. */
function between(
  role: KnownRole,
  scored: readonly { candidate: KnownRole; points: number }[],
): KnownRole | null {
  const [first, second] = scored.filter(({ candidate }) => candidate.between.length === 0);
  if (first === undefined || second === undefined) return null;
  if (second.points < narrows.pointsMin || second.points < evenShare * first.points) return null;
  return (
    role.mayBe.find(
      ({ between }) => between.includes(first.candidate.name) && between.includes(second.candidate.name),
    ) ?? null
  );
}

function titleScores(role: KnownRole, parts: readonly (readonly string[])[]): Map<string, number> {
  const scores = new Map<string, number>();
  for (const words of parts) {
    const text = ` ${words.join(" ")} `;
    for (const candidate of role.mayBe) {
      // The longest phrase counts once more for each further word: "ml platform" is more than "platform".
      const longestWords = Math.max(
        0,
        ...candidate.title.map((phrase) => (text.includes(` ${phrase} `) ? phrase.split(" ").length : 0)),
      );
      if (longestWords === 0) continue;
      scores.set(candidate.name, (scores.get(candidate.name) ?? 0) + titlePoints * longestWords);
    }
  }
  return scores;
}

/** How many of each role's words the lines hold, each once, where it says most. */
function dutyScores(known: RoleBook, lines: readonly ReadLine[]): Map<string, number> {
  const pointsOf = new Map<string, number>();
  let chars = 0;
  for (const { label, text } of lines) {
    const points = pointsOfLine[label];
    if (points === 0 || chars > dutyCharsMax) continue;
    chars += text.length;
    const words = wordsOf(text.slice(0, dutyCharsMax).toLowerCase());
    for (let start = 0; start < words.length; start++) {
      for (const phrase of known.duties.get(words[start] as string) ?? []) {
        if ((pointsOf.get(phrase.text) ?? 0) >= points) continue;
        if (phrase.words.every((word, offset) => words[start + offset] === word))
          pointsOf.set(phrase.text, points);
      }
    }
  }
  const scores = new Map<string, number>();
  for (const [phrase, points] of pointsOf) {
    for (const role of known.rolesOfDuty.get(phrase) ?? [])
      scores.set(role, (scores.get(role) ?? 0) + points);
  }
  return scores;
}

function partsOf(title: string): string[][] {
  const plain = title.slice(0, titleCharsMax).replace(genderEnding, "");
  let left = titleWordsMax;
  return plain.split(parting).flatMap((part) => {
    const words = wordsOf(book().fold(part)).slice(0, left).map(book().form);
    left -= words.length;
    return words.length === 0 ? [] : [words];
  });
}

interface Found<Value> {
  value: Value;
  words: number;
  /** Where it ends among the words. */
  end: number;
}

/** The longest form among the words; of two as long, the first or the last. Levels between the words do not count. */
function longest<Value>(
  words: readonly string[],
  lookUp: (form: string) => Value | undefined,
  ofEqual: "first" | "last",
): Found<Value> | null {
  const own = longestIn(words, lookUp, ofEqual);
  const bare = words.filter((word) => !levels.has(word));
  if (bare.length === words.length || bare.length === 0) return own;
  const without = longestIn(bare, lookUp, ofEqual);
  if (without === null || (own !== null && own.words >= without.words)) return own;
  return { ...without, end: words.length - bare.length + without.end };
}

const formWordsMax = 6;

function longestIn<Value>(
  words: readonly string[],
  lookUp: (form: string) => Value | undefined,
  ofEqual: "first" | "last",
): Found<Value> | null {
  let found: Found<Value> | null = null;
  for (let start = 0; start < words.length; start++) {
    let form = "";
    for (let count = 1; count <= formWordsMax && start + count <= words.length; count++) {
      form = count === 1 ? (words[start] as string) : `${form} ${words[start + count - 1]}`;
      const enough = found === null || count > found.words || (ofEqual === "last" && count === found.words);
      if (!enough) continue;
      const value = lookUp(form);
      if (value !== undefined) found = { value, words: count, end: start + count };
    }
  }
  return found;
}

let readBook: RoleBook | undefined;

/** Read when the first title is. */
function book(): RoleBook {
  readBook ??= parseRoles(readFileSync(new URL("roles.txt", import.meta.url), "utf8"));
  return readBook;
}
