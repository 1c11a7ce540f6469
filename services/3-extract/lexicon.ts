// Owns what the embedded extractor looks for: every form of the taxonomy with what it may mean, compiled once
// into an automaton. It adds the variants that need no reviewing: plurals of methods and domains, and British
// spelling beside American.
import { foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import type {
  Evidence,
  FormRule,
  Phrase,
  Taxonomy,
  TaxonomySkill,
} from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { type Automaton, buildAutomaton } from "./automaton.ts";

/** What a form may mean: the first whose rule holds, else none. */
export interface Meaning {
  skill: TaxonomySkill;
  rule: CompiledRule | null;
}

/** A rule whose phrases are found by what stands beside the form. */
export interface CompiledRule extends Pick<FormRule, "written"> {
  always: PhrasesAround;
  never: PhrasesAround;
  when: readonly Proven[];
  otherwise: readonly Proven[];
}

/** What together proves a meaning. */
export interface Proven {
  /** A bit for each kind of evidence. */
  needs: number;
  /** The first of them. */
  proof: Evidence;
}

export const evidenceBits: Readonly<Record<Evidence, number>> = {
  alone: 1,
  title: 2,
  line: 4,
  inside: 8,
  list: 16,
};

/** Phrases by the two units right after the form, or before it, so that most are never compared. */
export type PhrasesAround = ReadonlyMap<number, readonly Phrase[]>;

/** Of phrases with less than two units on either side. */
export const anyKey = -1;
export const keyAfter = (text: string, end: number) =>
  text.charCodeAt(end) * 65_536 + text.charCodeAt(end + 1);
/** Below -1, apart from those after. */
export const keyBefore = (text: string, start: number) =>
  start < 2 ? anyKey - 1 : -2 - (text.charCodeAt(start - 1) * 65_536 + text.charCodeAt(start - 2));

function phrasesAround(phrases: readonly Phrase[]): PhrasesAround {
  return Map.groupBy(phrases, ({ before, after }) => {
    if (after.length > 1) return keyAfter(after, 0);
    return before.length > 1 ? keyBefore(before, before.length) : anyKey;
  });
}

export interface Lexicon {
  version: string;
  forms: readonly string[];
  meanings: readonly (readonly Meaning[])[];
  automaton: Automaton;
  /** Sections whose technologies one builds with. */
  stack: ReadonlySet<string>;
  /** All that folded words may mean. */
  skillsOf(words: string): readonly string[];
  /** Whether folded words are a form, of whatever meaning. */
  hasForm(words: string): boolean;
  /** The skill of a form that means it wherever it stands, or null. */
  plainSkill(words: string): TaxonomySkill | null;
}

export function compileLexicon(taxonomy: Taxonomy): Lexicon {
  const rules = Map.groupBy(taxonomy.rules, ({ form }) => form);

  const meanings = new Map<string, Meaning[]>();
  const add = (form: string, meaning: Meaning) => {
    const known = meanings.get(form) ?? [];
    if (!known.some((one) => one.skill === meaning.skill)) meanings.set(form, [...known, meaning]);
  };
  for (const skill of taxonomy.skills) {
    for (const form of [skill.name, ...skill.aliases].map(foldForm)) {
      const rule = rules.get(form)?.find((one) => one.skill === null || one.skill === skill.name) ?? null;
      add(form, { skill, rule: rule && compiled(rule) });
    }
  }
  for (const [form, known] of [...meanings]) {
    for (const meaning of known) {
      for (const variant of variants(form, meaning)) if (!meanings.has(variant)) add(variant, meaning);
    }
  }
  // The meaning that has no rule is the one that is left when no other's rule holds.
  const forms = [...meanings.keys()];
  return {
    version: taxonomy.version,
    forms,
    meanings: forms.map((form) =>
      (meanings.get(form) ?? []).toSorted((a, b) => Number(a.rule === null) - Number(b.rule === null)),
    ),
    automaton: buildAutomaton(forms),
    stack: taxonomy.stack,
    skillsOf: (words) => (meanings.get(words) ?? []).map(({ skill }) => skill.name),
    hasForm: (words) => meanings.has(words),
    plainSkill: (words) => {
      const [meaning] = meanings.get(words) ?? [];
      return meaning?.rule === null ? meaning.skill : null;
    },
  };
}

function compiled({ written, always, never, when, otherwise }: FormRule): CompiledRule {
  return {
    written,
    always: phrasesAround(always),
    never: phrasesAround(never),
    when: when.map(proven),
    otherwise: otherwise.map(proven),
  };
}

const proven = (all: readonly Evidence[]): Proven => ({
  needs: all.reduce((needs, evidence) => needs | evidenceBits[evidence], 0),
  proof: all[0] ?? "alone",
});

function variants(form: string, { skill, rule }: Meaning): string[] {
  const british = form
    .replace(/iz(?=ation|e|ing)/g, "is")
    .replace(/model(?=ing|ed)/g, "modell")
    .replace(/behavior/g, "behaviour");
  const plural =
    rule === null &&
    (skill.kind === "method" || skill.kind === "domain") &&
    /[a-z]{4}$/.test(form) &&
    !/(s|ing)$/.test(form);
  return [british, ...(plural ? [`${form}s`] : [])].filter((variant) => variant !== form);
}
