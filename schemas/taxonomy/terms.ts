// Owns the lists by which the skills that a source states become terms: what is removed, what is mapped, and the
// affixes that say nothing of the skill. README.md says what belongs in which; lint keeps them from contradicting
// the forms that are looked for in texts.
import { foldForm } from "./fold.ts";

export interface TermLists {
  /** Folded; what is no skill, and where it stands. */
  removed: ReadonlyMap<string, string>;
  /** The skill's name by the folded term. */
  mapped: ReadonlyMap<string, MappedTerm>;
  /** Affixes, folded. */
  before: ReadonlySet<string>;
  after: ReadonlySet<string>;
}

export interface MappedTerm {
  skill: string;
  at: string;
}

export const termFiles = ["removed", "mapped", "affixes"] as const;
export type TermFile = (typeof termFiles)[number];

export function parseTerms(read: (file: TermFile) => string, problems: string[]): TermLists {
  const removed = new Map<string, string>();
  for (const { text, at } of linesOf("removed", read)) {
    if (/^\[.*\]$/.test(text)) continue;
    for (const term of listOf(text)) {
      const folded = foldForm(term);
      const twin = removed.get(folded);
      if (twin !== undefined) problems.push(`${at}: "${term}" stands at ${twin} already`);
      removed.set(folded, at);
    }
  }
  const mapped = new Map<string, MappedTerm>();
  for (const { text, at } of linesOf("mapped", read)) {
    const [skill = "", terms] = text.split(" = ");
    if (terms === undefined) problems.push(`${at}: write "skill = term, term"`);
    for (const term of listOf(terms ?? "")) {
      const folded = foldForm(term);
      const twin = mapped.get(folded);
      if (twin !== undefined) problems.push(`${at}: "${term}" stands at ${twin.at} already`);
      mapped.set(folded, { skill, at });
    }
  }
  const affixes = { before: new Set<string>(), after: new Set<string>() };
  for (const { text, at } of linesOf("affixes", read)) {
    const [, side, list = ""] = /^(before|after): (.*)$/.exec(text) ?? [];
    if (side !== "before" && side !== "after")
      problems.push(`${at}: write "before: words" or "after: words"`);
    else for (const affix of listOf(list)) affixes[side].add(foldForm(affix));
  }
  return { removed, mapped, ...affixes };
}

function linesOf(file: TermFile, read: (file: TermFile) => string): { text: string; at: string }[] {
  return read(file)
    .split("\n")
    .map((line, index) => ({ text: line.trim(), at: `${file}.txt:${index + 1}` }))
    .filter(({ text }) => text !== "" && !text.startsWith("#"));
}

/** Parts between commas; a comma that belongs to a part is written "\,". */
export const listOf = (text: string) =>
  text
    .split(/(?<!\\),/)
    .map((part) => part.replaceAll("\\,", ",").trim())
    .filter((part) => part !== "");

/** Where the lists contradict the skills' own forms or each other. `forms` holds each folded form's skill. */
export function lintTerms({ removed, mapped }: TermLists, forms: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  const names = new Set(forms.values());
  for (const [term, at] of removed) {
    const skill = forms.get(term);
    if (skill !== undefined) problems.push(`${at}: "${term}" is a form of "${skill}"; drop one of the two`);
  }
  for (const [term, { skill, at }] of mapped) {
    const owner = forms.get(term);
    if (!names.has(skill)) problems.push(`${at}: there is no skill "${skill}"`);
    if (owner !== undefined) problems.push(`${at}: "${term}" is a form of "${owner}" already; drop it here`);
    if (removed.has(term)) problems.push(`${at}: "${term}" is removed at ${removed.get(term)}`);
  }
  return problems;
}
