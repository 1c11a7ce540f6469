// Owns what the work is: role and function by title and duties, from the reviewed list in roles.txt. A title names
// the role; where titles are wide ("Software Engineer") or mislead ("Data Scientist"), the words of the lines on
// duties and qualifications are weighed. A title that names no role gets none: nothing is guessed from duties alone.
import { readFileSync } from "node:fs";
import { foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import type { Role } from "@skillstream/schemas/types.ts";
import { readDutyWords, standsAt } from "./duty-words.ts";
import type { LineLabel, ReadLine } from "./lines.ts";
import { type KnownRole, parseRoles, type RoleBook, wordsOf } from "./roles-file.ts";

/** No title says more by being longer. */
const titleCharsMax = 200;
const titleWordsMax = 40;
/** Duties repeat themselves long before this. */
const dutyCharsMax = 12_000;

/** How much a word says by the line it stands on: a duty is what one does. */
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
/** What is a role only with its field, which may stand behind a comma: "Director, Institutional Sales". */
const ranks = new Set(
  "manager director vp vice president head leader associate intern internship trainee apprentice working student werkstudent praktikant specialist officer executive coordinator".split(
    " ",
  ),
);
/** Where a title goes on to something else: a team, a place, a manner of work. */
const parting = /\s[-–—~]+\s|[,;:()[\]{}|•·–—]|\s\/\s|\s(?:to|for|at|with|@|reporting)\s/u;
/** "Entwickler*in", "Verkäufer/-in", "Desarrollador(a)", "Développeur·se": both genders are one form. */
const genderEnding =
  /(?<=\p{L}{4})(?:[*:·/(_]-?|\.)(?:innen|in|a|o|as|os|e|ne|se|euse|trice|rice|x)\)?(?!\p{L})/giu;

const genderSign = /[*:·/(_.]/;
const printableAscii = /^[ -~]*$/;

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
  const wanted = { forms: known.functionWords, weak: null, ofEqual: "first" } as const;
  for (const part of partsOf(words)) {
    const found = longest(part, wanted);
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
  // "(Senior) Account Executive" begins with its role; "Lead, Design" with a rank.
  const [first, ...others] = parts.filter((part) =>
    part.some((word) => word === "lead" || !levels.has(word)),
  );
  if (first === undefined) return null;
  const wanted = { forms: known.forms, weak: known.functionWords, ofEqual: "last" } as const;
  const find = (words: readonly string[]) => longest(words, wanted);
  const own = find(first);
  if (own !== null && !own.value.isWide && !own.isWeak) {
    return { role: own.value, confidence: own.words > 1 ? 0.9 : 0.85 };
  }
  if (own?.isWeak) {
    const role = ofField(own, first, find);
    if (role !== null) return { role, confidence: 0.8 };
  }
  for (const other of others) {
    const turned = find([...other, ...first]);
    if (turned !== null && !turned.value.isWide && !turned.isWeak && turned.end > other.length) {
      return { role: turned.value, confidence: 0.85 };
    }
  }
  const isRank = first.every((word) => levels.has(word) || ranks.has(word));
  for (const other of others) {
    const further = find(other);
    if (further === null || further.value.isWide) continue;
    if (further.isWeak) {
      const role = isRank ? ofField(further, first, find) : null;
      if (role !== null) return { role, confidence: 0.75 };
      continue;
    }
    if (own === null || own.isWeak) return { role: further.value, confidence: 0.7 };
    if (own.value.mayBe.includes(further.value)) return { role: further.value, confidence: 0.8 };
    // After "Engineer" a lone word names a team.
    if (further.words > 1) return { role: further.value, confidence: 0.6 };
  }
  return own?.value.isWide ? { role: own.value, confidence: 0.5 } : null;
}

/**
 * The role of a rank in a field: "Head of Veterinary Marketing" is a head of marketing. A field among words that are
 * no rank is what they are about: "Join our talent community".
 */
function ofField(
  field: Found<KnownRole>,
  part: readonly string[],
  find: (words: readonly string[]) => Found<KnownRole> | null,
): KnownRole | null {
  const rank = part.filter((word) => ranks.has(word));
  if (rank.length > 0) return (find([...field.form.split(" "), ...rank]) ?? field).value;
  const others = part.filter((word) => !levels.has(word)).length - field.words;
  return others <= 1 ? field.value : null;
}

/** Weighs what the title's role may be: by its other words, and where they do not say, by the duties. */
function weighed(
  known: RoleBook,
  { role, confidence }: Named,
  parts: readonly (readonly string[])[],
  lines: readonly ReadLine[],
): Role | null {
  const duties = dutyScores(known, lines);
  const scored = scoresOf(role.mayBe, (one) => duties.get(one.name) ?? 0);
  const isNamed = !role.isWide && !role.hasKinds;
  if (!isNamed) {
    const inTitle = titleScores(role, parts);
    const titled = scoresOf(role.mayBe, (one) => inTitle.get(one.name) ?? 0);
    const [first, second] = titled;
    if (first !== undefined && first.points > 0) {
      if (first.points > (second?.points ?? 0)) return { name: first.role.name, confidence: 0.85 };
      // The title says two, such as iOS and backend: the duties say which it is more.
      const even = titled.filter(({ points }) => points === first.points).map((one) => one.role);
      const [more] = scoresOf(even, (one) => duties.get(one.name) ?? 0);
      if (more !== undefined && more.points > 0) return { name: more.role.name, confidence: 0.6 };
    }
    const both = between(role, scored);
    if (both !== null) return { name: both.name, confidence: 0.6 };
  }
  // A role does not compete with its own kinds, whose words it shares.
  const own = isNamed ? (duties.get(role.name) ?? 0) : 0;
  const [best, second] = scored;
  if (best === undefined) return stays(role, confidence, own, 0);
  const need = isNamed ? overrules : narrows;
  const rival = Math.max(second?.points ?? 0, own);
  if (best.points >= need.pointsMin && best.points >= need.lead * rival) {
    return { name: best.role.name, confidence: rounded(0.5 + 0.3 * ((best.points - rival) / best.points)) };
  }
  return stays(role, confidence, own, best.points);
}

interface Scored {
  role: KnownRole;
  points: number;
}

/** The best first. */
const scoresOf = (roles: readonly KnownRole[], pointsOf: (role: KnownRole) => number): Scored[] =>
  roles.map((role) => ({ role, points: pointsOf(role) })).sort((a, b) => b.points - a.points);

function stays(role: KnownRole, confidence: number, own: number, against: number): Role | null {
  if (role.isWide) return null;
  if (role.hasKinds) return { name: role.name, confidence: rounded(Math.min(confidence, 0.7)) };
  if (own === 0)
    return { name: role.name, confidence: rounded(Math.min(confidence, against > 0 ? 0.5 : 0.75)) };
  return { name: role.name, confidence: rounded(0.55 + 0.4 * (own / (own + against))) };
}

const rounded = (share: number) => Math.round(share * 100) / 100;

/** The role between two that the duties speak for alike, ahead of all others. */
function between(role: KnownRole, scored: readonly Scored[]): KnownRole | null {
  const [first, second] = scored.filter((one) => one.role.between.length === 0);
  if (first === undefined || second === undefined) return null;
  if (second.points < narrows.pointsMin || second.points < evenShare * first.points) return null;
  const names = [first.role.name, second.role.name];
  return role.mayBe.find((one) => names.every((name) => one.between.includes(name))) ?? null;
}

function titleScores(role: KnownRole, parts: readonly (readonly string[])[]): Map<string, number> {
  const scores = new Map<string, number>();
  for (const words of parts) {
    const text = ` ${words.join(" ")} `;
    for (const candidate of role.mayBe) {
      // "ML Platform" says more than "Platform".
      const longestWords = Math.max(
        0,
        ...candidate.title.map((phrase) => (text.includes(` ${phrase} `) ? phrase.split(" ").length : 0)),
      );
      if (longestWords === 0) continue;
      scores.set(candidate.name, Math.max(scores.get(candidate.name) ?? 0, longestWords));
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
    const words = readDutyWords(text);
    for (let first = 0; first < words.count; first++) {
      const phrases = known.duties.get(words.hashes[first] as number);
      if (phrases === undefined) continue;
      for (const phrase of phrases)
        if (standsAt(phrase.words, words, first) && (pointsOf.get(phrase.text) ?? 0) < points)
          pointsOf.set(phrase.text, points);
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
  const { form } = book();
  const short = title.slice(0, titleCharsMax);
  const plain = genderSign.test(short) ? short.replace(genderEnding, "") : short;
  const isAscii = printableAscii.test(plain);
  let left = titleWordsMax;
  const parts: string[][] = [];
  for (const part of plain.split(parting)) {
    const words = wordsOf(isAscii ? part.toLowerCase() : foldForm(part))
      .slice(0, left)
      .map(form);
    left -= words.length;
    if (words.length > 0) parts.push(words);
  }
  return parts;
}

/** What is looked for among a title's words. */
interface Wanted<Value> {
  forms: ReadonlyMap<string, Value>;
  /** Forms that may only name a field, and give way to one that is as long: "Data Science Product Manager". */
  weak: ReadonlyMap<string, unknown> | null;
  ofEqual: "first" | "last";
}

interface Found<Value> {
  value: Value;
  form: string;
  words: number;
  isWeak: boolean;
  /** Where it ends among the words. */
  end: number;
}

/** The longest form among the words. Levels between the words do not count. */
function longest<Value>(words: readonly string[], wanted: Wanted<Value>): Found<Value> | null {
  const own = longestIn(words, wanted);
  const bare = words.filter((word) => !levels.has(word));
  if (bare.length === words.length || bare.length === 0) return own;
  const without = longestIn(bare, wanted);
  if (without === null || (own !== null && own.words >= without.words)) return own;
  return { ...without, end: words.length - bare.length + without.end };
}

const formWordsMax = 6;

function longestIn<Value>(
  words: readonly string[],
  { forms, weak, ofEqual }: Wanted<Value>,
): Found<Value> | null {
  const { isWord } = book();
  let found: Found<Value> | null = null;
  for (let start = 0; start < words.length; start++) {
    let form = "";
    for (let count = 1; count <= formWordsMax && start + count <= words.length; count++) {
      const word = words[start + count - 1] as string;
      if (!isWord(word)) break;
      form = count === 1 ? word : `${form} ${word}`;
      if (found !== null && count < found.words) continue;
      const value = forms.get(form);
      if (value === undefined) continue;
      const isWeak = weak?.has(form) ?? false;
      const isEqual = found !== null && count === found.words;
      if (isEqual && isWeak !== found?.isWeak ? isWeak : isEqual && ofEqual === "first") continue;
      found = { value, form, words: count, isWeak, end: start + count };
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
