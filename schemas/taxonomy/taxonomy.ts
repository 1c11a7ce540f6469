// Owns the form of the taxonomy's files and what a sound taxonomy is. The files are data that people review:
// README.md says how to read them. Reading refuses what it cannot parse; lint names every other fault with
// its file and line, so that a taxonomy that passes can be compiled without a further question.
import { readFileSync } from "node:fs";
import type { SkillKind } from "../types.ts";
import { foldForm } from "./fold.ts";
import { lintTerms, listOf, parseTerms, type TermFile, type TermLists } from "./terms.ts";

export const skillKinds = [
  "technology",
  "method",
  "domain",
  "soft",
  "language",
  "certification",
] as const satisfies readonly SkillKind[];

export interface TaxonomySkill {
  name: string;
  kind: SkillKind;
  aliases: readonly string[];
  /** A skill or a group; null where the skill heads its own section. */
  broader: string | null;
  /** Skills that go with it and are neither broader nor narrower, by name. */
  related: readonly string[];
  at: string;
}

const evidences = ["alone", "inside", "list", "line", "title"] as const;

/**
 * What proves that a form means its skill: nothing more is needed; it is not the first word of its sentence;
 * it stands in an enumeration with another technical skill; such a skill is on its line; it is in the title.
 */
export type Evidence = (typeof evidences)[number];

export interface FormRule {
  /** Folded. */
  form: string;
  /** Only where several skills share the form. */
  skill: string | null;
  /** Spellings that count, as written; empty where all do. */
  written: readonly string[];
  always: readonly Phrase[];
  never: readonly Phrase[];
  /** Any of these; of each, all. */
  when: readonly (readonly Evidence[])[];
  /** The same for a spelling that is not among those written. */
  otherwise: readonly (readonly Evidence[])[];
  at: string;
}

/** What stands right before and after a form, folded. */
export interface Phrase {
  before: string;
  after: string;
}

/** Two skills that go together, as related.txt names them. */
export interface Relation {
  pair: readonly [string, string];
  at: string;
}

export interface Taxonomy {
  version: string;
  skills: readonly TaxonomySkill[];
  groups: readonly string[];
  /** Sections whose technologies one builds with. */
  stack: ReadonlySet<string>;
  relations: readonly Relation[];
  rules: readonly FormRule[];
  terms: TermLists;
  problems: readonly string[];
}

export class TaxonomyError extends Error {
  override name = "TaxonomyError";
}

export type TaxonomyFile = SkillKind | "group" | "stack" | "related" | "ambiguous" | "version" | TermFile;

/** What goes with everything says nothing of any; whoever has more to say drops the weakest. */
const relatedMax = 6;

const fileName = (file: TaxonomyFile) => (file === "version" ? "version" : `${file}.txt`);

/** Reads the taxonomy beside this file, or of another folder, and refuses one that is not sound. */
export function readTaxonomy(folder: URL = new URL("./", import.meta.url)): Taxonomy {
  const taxonomy = parseTaxonomy((file) => readFileSync(new URL(fileName(file), folder), "utf8"));
  const problems = lint(taxonomy);
  if (problems.length > 0) {
    throw new TaxonomyError(`the taxonomy has ${problems.length} problems:\n${problems.join("\n")}`);
  }
  return taxonomy;
}

export function parseTaxonomy(read: (file: TaxonomyFile) => string): Taxonomy {
  const problems: string[] = [];
  const relations = parseRelations(read("related"), problems);
  const related = relatedByName(relations);
  const skills = skillKinds
    .flatMap((kind) => parseSkills(kind, read(kind), problems))
    .map((skill) => ({ ...skill, related: related.get(skill.name) ?? [] }));
  const groups = linesOf(read("group")).map((line) => line.text);
  const rules = parseRules(read("ambiguous"), skills, problems);
  const terms = parseTerms(read, problems);
  const stack = new Set(linesOf(read("stack")).map((line) => line.text));
  return { version: read("version").trim(), skills, groups, stack, relations, rules, terms, problems };
}

interface Line {
  text: string;
  number: number;
}

function linesOf(text: string): Line[] {
  return text
    .split("\n")
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== "" && !line.text.startsWith("#"));
}

type SkillLine = Omit<TaxonomySkill, "related">;

function parseSkills(kind: SkillKind, text: string, problems: string[]): SkillLine[] {
  const skills: SkillLine[] = [];
  let broader: string | null = null;
  for (const line of linesOf(text)) {
    const at = `${fileName(kind)}:${line.number}`;
    const section = /^\[(.*)\]$/.exec(line.text);
    if (section !== null) {
      broader = section[1] || null;
      continue;
    }
    const [name = "", aliases, ...more] = line.text.split(" = ");
    if (more.length > 0 || name.includes(",")) {
      problems.push(`${at}: write "name = alias, alias"`);
      continue;
    }
    if (broader === null)
      problems.push(`${at}: a skill stands under the [section] that names what is broader`);
    skills.push({
      name,
      kind,
      aliases: listOf(aliases ?? ""),
      broader: broader === name ? null : broader,
      at,
    });
  }
  return skills;
}

function parseRelations(text: string, problems: string[]): Relation[] {
  return linesOf(text).flatMap((line) => {
    const at = `related.txt:${line.number}`;
    const [name = "", others = "", ...more] = line.text.split(" ~ ");
    if (others === "" || more.length > 0) problems.push(`${at}: write "name ~ name, name"`);
    return listOf(others).map((other): Relation => ({ pair: [name, other], at }));
  });
}

/** A pair is written once and holds both ways. */
function relatedByName(relations: readonly Relation[]): ReadonlyMap<string, readonly string[]> {
  const related = new Map<string, string[]>();
  const relate = (name: string, other: string) => {
    const known = related.get(name);
    if (known === undefined) related.set(name, [other]);
    else known.push(other);
  };
  for (const { pair } of relations) {
    relate(pair[0], pair[1]);
    relate(pair[1], pair[0]);
  }
  return related;
}

interface Block {
  forms: string[];
  skill: string | null;
  every: string | null;
  written: string[];
  always: string[];
  never: string[];
  when: Evidence[][];
  otherwise: Evidence[][];
  at: string;
}

function parseRules(text: string, skills: readonly SkillLine[], problems: string[]): FormRule[] {
  const blocks: Block[] = [];
  for (const line of linesOf(text)) {
    const at = `ambiguous.txt:${line.number}`;
    const header = /^\[(.*)\]$/.exec(line.text)?.[1];
    if (header !== undefined) {
      const [forms = "", skill = null] = header.split(" -> ");
      const every = /^every (\w+)$/.exec(forms)?.[1] ?? null;
      blocks.push({
        forms: every === null ? listOf(forms) : [],
        skill,
        every,
        written: [],
        always: [],
        never: [],
        when: [],
        otherwise: [],
        at,
      });
      continue;
    }
    const [key = "", value = ""] = splitOnce(line.text, ":");
    const block = blocks.at(-1);
    if (block === undefined) problems.push(`${at}: a rule begins with its forms in brackets`);
    else if (key === "written" || key === "always" || key === "never") block[key].push(...listOf(value));
    else if (key === "when" || key === "otherwise") block[key].push(...parseWhen(value, at, problems));
    else
      problems.push(`${at}: "${key}" is not part of a rule; use written, always, never, when or otherwise`);
  }
  const ruled = new Set(blocks.flatMap((block) => block.forms.map(foldForm)));
  return blocks.flatMap((block) => {
    const forms =
      block.every === null
        ? block.forms
        : skills
            .filter((skill) => skill.kind === block.every)
            .flatMap((skill) => [skill.name, ...skill.aliases])
            .filter((form) => !ruled.has(foldForm(form)));
    return rulesOf(block, forms, problems);
  });
}

function parseWhen(value: string, at: string, problems: string[]): Evidence[][] {
  return listOf(value).map((all) =>
    all.split("+").flatMap((word) => {
      const evidence = evidences.find((one) => one === word);
      if (evidence === undefined)
        problems.push(`${at}: "${word}" is no evidence; use ${evidences.join(", ")}`);
      return evidence ?? [];
    }),
  );
}

function rulesOf(block: Block, forms: readonly string[], problems: string[]): FormRule[] {
  const used = new Set<string>();
  const rules = forms.map((form): FormRule => {
    const folded = foldForm(form);
    const phrasesOf = (phrases: readonly string[]) =>
      phrases.flatMap((phrase) => {
        const found = phraseAround(phrase, folded);
        if (found.length > 0) used.add(phrase);
        return found;
      });
    return {
      form: folded,
      skill: block.skill,
      written: block.written.flatMap((spelling) => spellings(spelling, form)),
      always: phrasesOf(block.always),
      never: phrasesOf(block.never),
      when: block.when,
      otherwise: block.otherwise,
      at: block.at,
    };
  });
  for (const phrase of [...block.always, ...block.never]) {
    if (forms.length > 0 && !used.has(phrase))
      problems.push(`${block.at}: "${phrase}" holds none of the rule's forms`);
  }
  return rules;
}

function spellings(spelling: string, form: string): string[] {
  if (spelling === "UPPER") return [form.toUpperCase()];
  if (spelling === "Title") return [form.replace(/(^|[\s-])\p{L}/gu, (letter) => letter.toUpperCase())];
  return foldForm(spelling) === foldForm(form) ? [spelling] : [];
}

/** The contexts that a phrase gives a form: one where it has ~, else one for each time the form stands in it. */
function phraseAround(phrase: string, form: string): Phrase[] {
  const [before = "", after] = splitOnce(phrase, "~");
  if (after !== undefined) return [{ before: foldEdge(before), after: foldEdge(after) }];
  const folded = foldForm(phrase);
  const contexts: Phrase[] = [];
  for (let index = folded.indexOf(form); index >= 0; index = folded.indexOf(form, index + 1)) {
    const before = folded.slice(0, index);
    const after = folded.slice(index + form.length);
    if (/[\p{L}\p{N}]$/u.test(before) || /^[\p{L}\p{N}+#]/u.test(after)) continue;
    contexts.push({ before, after });
  }
  return contexts;
}

/** Folds part of a phrase and keeps the space at its edge, which says that the form is a word of its own. */
function foldEdge(text: string): string {
  const core = foldForm(text);
  if (core === "") return "";
  return `${/^[\s-]/.test(text) ? " " : ""}${core}${/[\s-]$/.test(text) ? " " : ""}`;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}

/** Every fault of a taxonomy, each as "file:line: what is wrong and what would be right". */
export function lint(taxonomy: Taxonomy): string[] {
  const problems = [...taxonomy.problems];
  const broaders = new Set([...taxonomy.groups, ...taxonomy.skills.map((skill) => skill.name)]);
  const named = new Map<string, TaxonomySkill>();
  const owners = new Map<string, TaxonomySkill[]>();
  if (!/^\d+\.\d+\.\d+$/.test(taxonomy.version)) problems.push("version: write it as 1.2.3");

  for (const skill of taxonomy.skills) {
    const twin = named.get(skill.name);
    if (twin !== undefined) problems.push(`${skill.at}: "${skill.name}" stands at ${twin.at} already`);
    named.set(skill.name, skill);
    if (skill.name !== canonical(skill.name)) {
      problems.push(`${skill.at}: the name "${skill.name}" must be written "${canonical(skill.name)}"`);
    }
    if (skill.broader !== null && !broaders.has(skill.broader)) {
      problems.push(`${skill.at}: its section [${skill.broader}] is neither a skill nor in group.txt`);
    }
    const own = new Set<string>();
    for (const form of [skill.name, ...skill.aliases]) {
      const folded = foldForm(form);
      if (folded === "") problems.push(`${skill.at}: "${form}" holds nothing to look for`);
      if (own.has(folded))
        problems.push(`${skill.at}: "${form}" is the same as another form of "${skill.name}"`);
      own.add(folded);
      const others = owners.get(folded) ?? [];
      if (!others.includes(skill)) owners.set(folded, [...others, skill]);
    }
  }
  for (const name of taxonomy.groups) {
    if (named.has(name)) problems.push(`group.txt: "${name}" is a skill too; drop the group`);
  }
  for (const section of taxonomy.stack) {
    if (!taxonomy.skills.some(({ kind, broader }) => kind === "technology" && broader === section))
      problems.push(`stack.txt: no technology stands under [${section}]`);
  }
  problems.push(...lintRelations(taxonomy.relations, named));
  for (const name of cycles(named)) problems.push(`${named.get(name)?.at}: "${name}" is broader than itself`);

  const ruled = new Map<string, FormRule>();
  for (const rule of taxonomy.rules) {
    const key = `${rule.form}\n${rule.skill ?? ""}`;
    const twin = ruled.get(key);
    if (twin !== undefined) problems.push(`${rule.at}: "${rule.form}" has a rule at ${twin.at} already`);
    ruled.set(key, rule);
    const skills = owners.get(rule.form) ?? [];
    if (skills.length === 0) problems.push(`${rule.at}: no skill has the form "${rule.form}"`);
    if (rule.skill !== null && !skills.some((skill) => skill.name === rule.skill)) {
      problems.push(`${rule.at}: "${rule.skill}" does not have the form "${rule.form}"`);
    }
    if (rule.always.length === 0 && rule.when.length === 0 && rule.never.length === 0) {
      problems.push(`${rule.at}: "${rule.form}" could never be read; say when`);
    }
  }
  for (const [form, skills] of owners) {
    if (skills.length < 2) continue;
    const unruled = skills.filter((skill) => !ruled.has(`${form}\n${skill.name}`));
    if (unruled.length > 1) {
      const both = unruled.map((skill) => `"${skill.name}" (${skill.at})`).join(" and ");
      problems.push(
        `${unruled[1]?.at}: ${both} share the form "${form}"; give it a rule "[${form} -> name]"`,
      );
    }
  }
  for (const [form, skills] of owners) {
    const skill = skills[0];
    if (form.length <= 2 && /^[a-z]+$/.test(form) && !taxonomy.rules.some((rule) => rule.form === form)) {
      problems.push(`${skill?.at}: "${form}" is too short to stand without a rule`);
    }
  }
  const nameOf = new Map([...owners].map(([form, [first]]) => [form, first?.name ?? ""]));
  problems.push(...lintTerms(taxonomy.terms, nameOf));
  return problems;
}

function lintRelations(relations: readonly Relation[], skills: ReadonlyMap<string, TaxonomySkill>): string[] {
  const problems: string[] = [];
  const known = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { pair, at } of relations) {
    const [name, other] = pair;
    for (const one of pair) if (!skills.has(one)) problems.push(`${at}: there is no skill "${one}"`);
    if (name === other) problems.push(`${at}: "${name}" is related to itself`);
    if (skills.get(name)?.broader === other || skills.get(other)?.broader === name) {
      problems.push(`${at}: of "${name}" and "${other}" one is broader than the other; that says it already`);
    }
    const key = [...pair].sort().join("\n");
    const twin = known.get(key);
    if (twin !== undefined) problems.push(`${at}: "${name}" and "${other}" stand at ${twin} already`);
    known.set(key, at);
    for (const one of pair) {
      const count = (counts.get(one) ?? 0) + 1;
      counts.set(one, count);
      if (count === relatedMax + 1)
        problems.push(`${at}: "${one}" has more than ${relatedMax} related skills`);
    }
  }
  return problems;
}

const canonical = (name: string) => name.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();

function cycles(skills: ReadonlyMap<string, TaxonomySkill>): string[] {
  return [...skills.keys()].filter((name) => {
    const above = new Set<string>();
    for (let one = skills.get(name)?.broader; one != null; one = skills.get(one)?.broader) {
      if (one === name) return true;
      if (above.has(one)) return false;
      above.add(one);
    }
    return false;
  });
}
