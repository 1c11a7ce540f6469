// Owns the form of roles.txt, which its head explains, and how words of titles are made comparable with it. Refuses
// a file in which two roles share a form, or that names a role which it does not hold.
import { foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import { dutyWordsOf, hashOfDutyWord } from "./duty-words.ts";

export interface KnownRole {
  name: string;
  function: string;
  /** Names no role by itself. */
  isWide: boolean;
  /** What a title of this role may be: kinds of it, or others against its name. */
  mayBe: readonly KnownRole[];
  hasKinds: boolean;
  /** Phrases as wordsOf gives them. */
  title: readonly string[];
  duties: readonly string[];
  between: readonly string[];
}

export interface DutyPhrase {
  text: string;
  words: readonly string[];
}

export interface RoleBook {
  functions: readonly string[];
  roles: ReadonlyMap<string, KnownRole>;
  forms: ReadonlyMap<string, KnownRole>;
  functionWords: ReadonlyMap<string, string>;
  /** Phrases by the hash of their first word. */
  duties: ReadonlyMap<number, readonly DutyPhrase[]>;
  rolesOfDuty: ReadonlyMap<string, readonly string[]>;
  /** Whether any form holds it. */
  isWord(word: string): boolean;
  /** The form of a word that the file knows: not its plural, nor the form of the other gender. */
  form(word: string): string;
}

/** "C++" and "c#" are words, "node.js" is two; "and" joins, as & and / do. */
export function wordsOf(folded: string): string[] {
  const words = folded.match(/[\p{L}\p{N}][\p{L}\p{N}+#']*/gu) ?? [];
  return words.filter((word) => word !== "and");
}

const phraseOf = (text: string) => wordsOf(foldForm(text)).join(" ");
const listOf = (text: string) =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

/** What turns a word that no form holds into one that some may hold. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/s$/, ""],
  [/in(?:nen)?$/, ""],
  [/ne$/, ""],
  [/euse$/, "eur"],
  [/trice$/, "teur"],
  [/e$/, ""],
  [/a$/, ""],
  [/a$/, "o"],
];
const endingWordCharsMin = 5;

/** As it stands in the file, before names are resolved. */
interface Entry {
  name: string;
  function: string;
  isWide: boolean;
  forms: string[];
  title: string[];
  duties: string[];
  kinds: string[];
  mayBe: string[];
  between: string[];
  line: number;
}

export function parseRoles(text: string): RoleBook {
  const { entries, sets, functions, functionWords } = parseEntries(text);
  const roles = new Map<string, KnownRole>();
  const open: [KnownRole & { mayBe: KnownRole[] }, Entry][] = [];
  for (const entry of entries) {
    if (roles.has(entry.name)) fail(entry.line, `"${entry.name}" stands twice`);
    const role = {
      name: entry.name,
      function: entry.function,
      isWide: entry.isWide,
      hasKinds: entry.kinds.length > 0,
      mayBe: [],
      title: entry.title.map(phraseOf),
      duties: entry.duties.map((duty) => dutyWordsOf(duty).join(" ")),
      between: entry.between,
    };
    roles.set(entry.name, role);
    open.push([role, entry]);
  }
  for (const [role, entry] of open) {
    for (const name of [...entry.kinds, ...entry.mayBe, ...entry.between]) {
      const other = roles.get(name);
      if (other === undefined || other.isWide) fail(entry.line, `there is no role "${name}"`);
      else if (!entry.between.includes(name)) role.mayBe.push(other);
    }
  }
  const forms = formsOf(open, sets);
  const words = new Set<string>();
  for (const form of [...forms.keys(), ...functionWords.keys()])
    for (const word of form.split(" ")) words.add(word);
  return {
    functions,
    roles,
    forms,
    functionWords,
    ...dutiesOf(open.map(([role]) => role)),
    isWord: (word) => words.has(word),
    form: formIn(words),
  };
}

function fail(line: number, problem: string): never {
  throw new Error(`roles.txt:${line}: ${problem}`);
}

function parseEntries(text: string) {
  const entries: Entry[] = [];
  const sets = new Map<string, string[]>();
  const functions: string[] = [];
  const functionWords = new Map<string, string>();
  for (const [index, raw] of text.split("\n").entries()) {
    const line = index + 1;
    const written = raw.trim();
    if (written === "" || written.startsWith("#")) continue;
    const section = /^\[(.+)\]$/.exec(written)?.[1];
    const set = /^\{(.+)\} = (.+)$/.exec(written);
    const detail = /^(words|title|duties|kinds|may be|between): (.+)$/.exec(written);
    if (section !== undefined) {
      functions.push(section);
      functionWords.set(phraseOf(section), section);
    } else if (set !== null) {
      sets.set(set[1] as string, listOf(set[2] as string).map(phraseOf));
    } else if (detail !== null) {
      const values = listOf(detail[2] as string);
      const entry = entries.at(-1);
      const key = detail[1];
      const at = functions.at(-1);
      if (at === undefined) fail(line, "a function comes first, in brackets");
      if (key === "words") {
        for (const word of values.map(phraseOf)) {
          const owner = functionWords.get(word);
          if (owner !== undefined && owner !== at) fail(line, `"${word}" is ${owner} already`);
          functionWords.set(word, at);
        }
      } else if (entry === undefined) fail(line, `"${key}" belongs to a role`);
      else if (key === "may be") entry.mayBe = values;
      else if (key === "title" || key === "duties" || key === "kinds" || key === "between")
        entry[key] = values;
    } else {
      const [name = "", forms] = written.split(" = ");
      const at = functions.at(-1);
      if (at === undefined || forms === undefined) fail(line, 'write "role = form, form" below a [function]');
      const isWide = name.startsWith("~ ");
      const bare = name.replace(/^~ /, "");
      entries.push({
        name: bare,
        function: at,
        isWide,
        forms: [bare, ...listOf(forms)],
        title: [],
        duties: [],
        kinds: [],
        mayBe: [],
        between: [],
        line,
      });
    }
  }
  return { entries, sets, functions, functionWords };
}

/** A form written out goes before the same one that comes of a set. */
function formsOf(
  open: readonly (readonly [KnownRole, Entry])[],
  sets: ReadonlyMap<string, readonly string[]>,
): Map<string, KnownRole> {
  const forms = new Map<string, KnownRole>();
  const give = (form: string, role: KnownRole, line: number) => {
    const owner = forms.get(form);
    if (owner !== undefined && owner !== role) fail(line, `"${form}" is ${owner.name} already`);
    forms.set(form, role);
  };
  for (const [role, { forms: own, line }] of open) {
    for (const form of own) if (!form.includes("{")) give(phraseOf(form), role, line);
  }
  const written = new Set(forms.keys());
  for (const [role, { forms: own, line }] of open) {
    for (const form of own) {
      const [, before = "", name, after = ""] = /^(.*)\{(.+)\}(.*)$/.exec(form) ?? [];
      if (name === undefined) continue;
      const set = sets.get(name);
      if (set === undefined) fail(line, `there is no set {${name}}`);
      const [start, end] = [phraseOf(before), phraseOf(after)];
      for (const word of set) {
        const expanded = `${start} ${word} ${end}`.trim();
        if (!written.has(expanded)) give(expanded, role, line);
      }
    }
  }
  return forms;
}

function dutiesOf(roles: readonly KnownRole[]): Pick<RoleBook, "duties" | "rolesOfDuty"> {
  const duties = new Map<number, DutyPhrase[]>();
  const rolesOfDuty = new Map<string, string[]>();
  for (const role of roles) {
    for (const text of new Set(role.duties)) {
      const owners = rolesOfDuty.get(text);
      if (owners !== undefined) {
        owners.push(role.name);
        continue;
      }
      rolesOfDuty.set(text, [role.name]);
      const words = text.split(" ");
      const first = hashOfDutyWord(words[0] as string);
      duties.set(first, [...(duties.get(first) ?? []), { text, words }]);
    }
  }
  return { duties, rolesOfDuty };
}

function formIn(known: ReadonlySet<string>): (word: string) => string {
  return (word) => {
    if (known.has(word) || word.length < endingWordCharsMin) return word;
    for (const [ending, other] of endings) {
      if (!ending.test(word)) continue;
      const form = word.replace(ending, other);
      if (known.has(form)) return form;
    }
    return word;
  };
}
