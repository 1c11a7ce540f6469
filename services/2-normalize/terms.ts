// Owns how the skills that a source states become terms: the canonical name where the taxonomy knows the skill, else
// the cleaned words in lower case. What the reviewed lists call no skill is left out; nothing is added.
import { foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import { readTaxonomy, type Taxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";

const statedMax = 50;
/** Some sources put a sentence where a skill belongs; a term is shorter. */
const termCharsMax = 60;
const statedCharsMax = 300;
const affixesMax = 4;
const affixWordsMax = 5;
/** What may stand between the terms of one entry, and between two of which each is known. */
const listSigns = /\s*[,;|•·\n]\s*/;
const pairSigns = /\s*[/&+]\s*|\s+(?:and|und|et|y|e|or|oder)\s+/;
const edge = /^[\s"'“”‘(\-–—•*:]+|[\s"'“”’.:!?\-–—*]+$/g;
const inBrackets = /\s*[([]([^()[\]]*)[)\]]\s*/g;
/** "Python3", "Python 3.x", "Java 8+", "Angular v17": only taken off what is known without it. */
const version =
  /(?<=\p{L}\p{L}|[\s+#])\s*v?\d{1,4}(?:\.(?:\d{1,4}|x|\*)){0,3}\s*\+?(?: or (?:higher|later|above|newer))?$/u;
const digit = /\d/;
/** "5+ years of Python": the number goes with the words. */
const amount = /^\d{1,2}\s*\+?\s*(?:(?:-|–|to)\s*\d{1,2}\s*\+?\s*)?(?=years?\b|yrs?\b)/;

/** Each once, in the order stated. */
export function termsOf(stated: readonly string[]): string[] {
  if (stated.length === 0) return [];
  const terms = new Map<string, string>();
  for (const entry of stated.slice(0, statedMax)) {
    for (const [folded, term] of termsIn(entry.slice(0, statedCharsMax))) {
      if (!terms.has(folded)) terms.set(folded, term);
    }
  }
  return [...terms.values()];
}

/** Sources state the same few thousand skills again and again. */
const rememberedMax = 10_000;
const remembered = new Map<string, readonly Term[]>();

type Term = readonly [folded: string, term: string];

function termsIn(entry: string): readonly Term[] {
  const before = remembered.get(entry);
  if (before !== undefined) return before;
  const terms = entryTerms(vocabulary(), entry).map((term) => [foldForm(term), term] as const);
  if (remembered.size === rememberedMax) remembered.clear();
  remembered.set(entry, terms);
  return terms;
}

/** An entry is a term, or several with signs between them, some of them in brackets: "Office (Word, Excel)". */
function entryTerms(known: Vocabulary, entry: string): string[] {
  const whole = known.nameOf(foldForm(entry));
  if (whole !== undefined) return [whole];
  if (!entry.includes("(") && !entry.includes("[")) return partsOf(known, entry, true);
  // In brackets stand levels and remarks as well, so there only what is known counts.
  const inner = [...entry.matchAll(inBrackets)].flatMap(([, one = ""]) => partsOf(known, one, false));
  return [...partsOf(known, entry.replace(inBrackets, " "), true), ...inner];
}

function partsOf(known: Vocabulary, text: string, keepsUnknown: boolean): string[] {
  return text.split(listSigns).flatMap((part) => {
    const one = termOf(known, part);
    if (one !== null && known.isName(one)) return [one];
    const pair = part.split(pairSigns);
    if (pair.length > 1) {
      const terms = pair.flatMap((half) => termOf(known, half) ?? []);
      if (terms.length === pair.length && terms.every(known.isName)) return terms;
    }
    return one !== null && keepsUnknown ? [one] : [];
  });
}

/** The term's canonical form, or null where it is none. */
function termOf(known: Vocabulary, stated: string): string | null {
  const lower = stated.normalize("NFC").toLowerCase().replace(/\s+/g, " ").replace(edge, "");
  let words = lower.replace(amount, "").split(/[\s_]+/);
  for (let round = 0; round <= affixesMax; round++) {
    const text = words.join(" ");
    const folded = foldForm(text);
    if (folded === "" || known.isRemoved(folded)) return null;
    const name =
      known.nameOf(folded) ?? (digit.test(folded) ? known.nameOf(folded.replace(version, "")) : undefined);
    if (name !== undefined) return name;
    const bare = known.withoutAffix(words);
    if (bare === words) break;
    words = bare;
  }
  const left = words.join(" ").replace(edge, "");
  return left.length > termCharsMax || !/\p{L}/u.test(left) ? null : left;
}

const british = /is(?=ation|e\b|ing\b)/;
/** A short word in -s is another word: "CS" is no C. */
const pluralCharsMin = 4;

interface Vocabulary {
  /** By any of its forms, folded. */
  nameOf(folded: string): string | undefined;
  isName(term: string): boolean;
  isRemoved(folded: string): boolean;
  /** The same words where no affix stands at their edges. */
  withoutAffix(words: string[]): string[];
}

let readVocabulary: Vocabulary | undefined;

/** Read when the first skill is stated: most postings state none. */
function vocabulary(): Vocabulary {
  readVocabulary ??= vocabularyOf(readTaxonomy());
  return readVocabulary;
}

function vocabularyOf({ skills, rules, terms }: Taxonomy): Vocabulary {
  const names = new Map<string, string>();
  // Where several skills share a form, the one that a rule has to prove is not what a list means by it.
  const mustProve = new Set(
    rules.flatMap(({ form, skill }) => (skill === null ? [] : [`${form}\n${skill}`])),
  );
  for (const skill of skills) {
    for (const form of [skill.name, ...skill.aliases].map(foldForm)) {
      if (form === skill.name || !names.has(form) || !mustProve.has(`${form}\n${skill.name}`))
        names.set(form, skill.name);
    }
  }
  for (const [term, { skill }] of terms.mapped) names.set(term, skill);
  const canonical = new Set(names.values());
  return {
    nameOf: (folded) =>
      names.get(folded) ??
      (british.test(folded) ? names.get(folded.replace(british, "iz")) : undefined) ??
      (folded.length > pluralCharsMin && folded.endsWith("s") ? names.get(folded.slice(0, -1)) : undefined),
    isName: (term) => canonical.has(term),
    isRemoved: (folded) => terms.removed.has(folded),
    withoutAffix(words) {
      const folded = words.map(foldForm);
      for (let count = Math.min(affixWordsMax, words.length); count > 0; count--) {
        if (terms.before.has(folded.slice(0, count).join(" "))) return words.slice(count);
        if (terms.after.has(folded.slice(-count).join(" "))) return words.slice(0, -count);
      }
      return words;
    },
  };
}
