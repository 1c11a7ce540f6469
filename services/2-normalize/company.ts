// Owns what a company is called: the name people know, without legal form, domain or a site's decorations, and the
// key that is equal for all its spellings. Names that rules would get wrong stand in companies.txt. What names no
// company ("Confidential", "Stealth Startup") is null; a parent and its subsidiary stay two.
import { readFileSync } from "node:fs";
import { foldForm } from "@skillstream/schemas/taxonomy/fold.ts";

/** No company is called longer; what is, is a sentence. */
const nameCharsMax = 200;
const rememberedMax = 20_000;

const nobody =
  /^(?:(?:strictly |company |client |employer |name )?confidential(?: (?:company|client|employer|startup|jobs?))?|(?:a |our |the )?(?:client|company|employer)(?: name| confidential)?|(?:stealth|early stage|anonymous|undisclosed|unnamed|hidden|private)(?:[ -]mode)?(?: (?:ai|tech|fintech|company|start ?up|employer|advertiser))*|anonymous|not (?:specified|disclosed|available|provided|applicable)|undisclosed|unknown|other|various|(?:various|multiple) (?:clients|companies|employers)|see (?:job )?description|none|null|undefined|nan|n\/?\.?a\.?|tb[ad]|test|[^\p{L}]*)$/u;

/** What sites and feeds add: the batch of an accelerator, a rating, signs, and the name of the page. */
const decorations: readonly RegExp[] = [
  /[®™©℠]/g,
  /\s*\((?:YC|Y Combinator|Techstars)?[ ,]*[SWFXP]\d{2}\)/gi,
  /\s*\((?:YC|Y Combinator)[^()]{0,30}\)/gi,
  /\s*[\n|]\s*-?[0-5](?:\.\d)?$/,
  // A rating after a space; "Web 2.0" keeps its version.
  /(?<!web|industry|studio|version|release) [1-5]\.[1-9]$/i,
  /\s+\|.*$/,
  /\s*[-–—:|]\s*(?:careers?|jobs?|hiring|open (?:roles|positions)|job board|karriere|stellenangebote|carrières)(?: page| site)?$/i,
  /\s+careers(?: page| site)?$/i,
  /\s+[-–—,|]\s*(?:(?:corporate|global|world) )?(?:hq|head ?quarters|head office)$/i,
  /^(?:careers?|jobs|work(?:ing)?|karriere) (?:at|bei|with) /i,
  /^[\s"'“”,;|•*-]+|[\s"'“”,;:|•*-]+$/g,
];

/** Legal forms that are no words of their own: they end a name in any case, with or without dots. */
const legalForms = new Set(
  (
    "inc, incorporated, llc, llp, lllp, pllc, ltd, limited, plc, corp, corporation, co ltd, private limited, pvt ltd, " +
    "pvt limited, pty, pty ltd, pty limited, pte, pte ltd, proprietary limited, gmbh, gmbh & co kg, gmbh & co kgaa, " +
    "gmbh & co, gmbh & co ohg, ag & co kg, ag & co kgaa, se & co kg, se & co kgaa, ggmbh, mbh, kgaa, ohg, ug (haftungsbeschränkt), sarl, " +
    "sasu, eurl, srl, sa de cv, sab de cv, sapi de cv, s de rl de cv, s de rl, ltda, eireli, lda, a/s, aps, oyj, " +
    "kabushiki kaisha, sp z oo, spzoo, spółka z oo, sro, spol s ro, doo, kft, zrt, sdn bhd, bhd, jsc, ооо, пао"
  ).split(", "),
);
/** Short ones are words too: they count with dots, or as they are written officially. */
const shortLegalForms = new Set(
  "AG SE KG UG SA SAS SpA SL SLU AB AS ASA BV NV Oy OY KK GK LP eV eK SC PC OÜ UAB EV".split(" "),
);
const shortFolded = new Set([...shortLegalForms].map((form) => form.toLowerCase()));
const legalFormWordsMax = 6;
/** "Tiffany & Co." keeps it: without it stands half a name. */
const company = /(?<!&|\band|\bet|\bund),?\s+co\.?$/iu;
const legalFormsMax = 3;

/** Endings that are only an address. The others (.ai, .io) are part of how a company calls itself. */
const plainDomain = /\.(?:com|co\.uk|com\.au|com\.br|com\.mx|co\.in|net)$/i;
const asDomain = /^(?:https?:\/\/)?(?:www\.)?([a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{2,24}){1,3})(?:\/.*)?$/i;
const asSlug = /^[a-z0-9]+(?:[-_][a-z0-9]+)+$/;

/** Of words in capitals or in a slug, those that are abbreviations. */
const abbreviations = new Set(
  "ai api aws bi cx dna eu gps hq hr iot ip it ml mit nyc pr qa rv saas tv ui uk un us usa uv ux vc vr xr".split(
    " ",
  ),
);
const smallWords = new Set(
  "a an and at by de der die du et for in la le of on or the und van von y".split(" "),
);
/** A word in capitals up to this length may be an abbreviation. */
const abbreviationCharsMax = 3;

/** The name people know, or null where nobody is named. */
export function companyNameOf(stated: string | null): string | null {
  return stated === null ? null : rememberedName(stated);
}

/** Equal for all spellings of one company; empty where nobody is named. */
export function companyKeyOf(name: string): string {
  return rememberedKey(name);
}

const rememberedName = remembering((stated) => {
  const bare = bareName(stated);
  if (bare === null) return null;
  return book().names.get(squash(bare)) ?? recased(bare);
});

const rememberedKey = remembering((name) => {
  const bare = bareName(name);
  if (bare === null) return "";
  const key = squash(bare);
  return book().keys.get(key) ?? key;
});

/** Four of five postings are of a company that was named before. */
function remembering<Value>(read: (stated: string) => Value): (stated: string) => Value {
  const remembered = new Map<string, Value>();
  return (stated) => {
    // What is longer is no company's name, and not worth the room.
    if (stated.length > nameCharsMax) return read(stated);
    const known = remembered.get(stated);
    if (known !== undefined) return known;
    const value = read(stated);
    if (remembered.size === rememberedMax) remembered.clear();
    remembered.set(stated, value);
    return value;
  };
}

function bareName(stated: string): string | null {
  let name = stated.slice(0, nameCharsMax).trim();
  for (const decoration of decorations) name = name.replace(decoration, "");
  name = name.replace(/;/g, ",").replace(/\s+/g, " ");
  name = withoutLegalForms(name);
  const domain = asDomain.exec(name)?.[1];
  // Written with a capital it is a name: Care.com.
  if (domain !== undefined) name = domain === domain.toLowerCase() ? domain.replace(plainDomain, "") : domain;
  return nobody.test(name.toLowerCase()) ? null : name;
}

/** Takes forms off the end while one is there, and leaves a name: "The Limited" and "SE" are names. */
function withoutLegalForms(name: string): string {
  let left = name;
  for (let round = 0; round < legalFormsMax; round++) {
    const less = withoutLegalForm(left)
      .replace(company, "")
      .replace(/[ ,]+$/, "");
    if (less === left || less.length < 2 || /^(?:the|le|la|die)$/i.test(less)) break;
    left = less;
  }
  return left;
}

function withoutLegalForm(name: string): string {
  let found = name;
  let start = name.length;
  for (let words = 0; words < legalFormWordsMax; words++) {
    start = name.lastIndexOf(" ", start - 1);
    if (start < 1) break;
    const form = name.slice(start + 1);
    const plain = form.replace(/[.,]/g, "");
    const lower = plain.toLowerCase();
    const isShort = form.includes(".") ? shortFolded.has(lower) : shortLegalForms.has(plain);
    if (isShort || legalForms.has(lower)) found = name.slice(0, start);
  }
  return found;
}

/** What is left of a name when case, signs, what stands in brackets, "The" and "& Co." do not count. */
function squash(name: string): string {
  const folded = foldForm(name).replace(/&/g, " and ");
  const plain = folded
    .replace(/\([^()]*\)/g, " ")
    .replace(/^the /, "")
    .replace(plainDomain, "")
    .replace(/(?: +and)? +co(?:mpany)?\.?$/, "")
    .replace(/[^\p{L}\p{N}]+/gu, "");
  // A name of signs alone, or wholly in brackets.
  return plain === "" ? folded.trim() : plain;
}

/** A name in one case throughout is written as a name; one with capitals of its own stays. */
function recased(name: string): string {
  if (asSlug.test(name)) return name.split(/[-_]/).map(wordOfSlug).join(" ");
  if (name === name.toLowerCase()) return name.split(" ").map(wordOfSlug).join(" ");
  if (name !== name.toUpperCase() || !name.includes(" ")) return name;
  return name.split(" ").map(wordOfShouted).join(" ");
}

function wordOfSlug(word: string, index: number): string {
  if (abbreviations.has(word)) return word.toUpperCase();
  return index > 0 && smallWords.has(word) ? word : capitalized(word);
}

function wordOfShouted(word: string, index: number): string {
  const lower = word.toLowerCase();
  if (smallWords.has(lower)) return index === 0 ? capitalized(lower) : lower;
  const letters = word.replace(/[^\p{L}]/gu, "");
  if (letters.length <= abbreviationCharsMax || abbreviations.has(lower) || !/[AEIOUY]/.test(letters))
    return word;
  return lower.replace(
    /(^|[-/(])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

interface Book {
  /** The name as it is written, by the key of any of its spellings. */
  names: ReadonlyMap<string, string>;
  keys: ReadonlyMap<string, string>;
}

let readBook: Book | undefined;

/** Read when the first company is named. */
function book(): Book {
  readBook ??= parseBook(readFileSync(new URL("companies.txt", import.meta.url), "utf8"));
  return readBook;
}

/** Refuses a spelling that two companies share. */
export function parseBook(text: string): Book {
  const names = new Map<string, string>();
  const keys = new Map<string, string>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [name = "", spellings = ""] = line.split(" = ").map((part) => part.trim());
    const key = squash(bareName(name) ?? name);
    for (const spelling of [name, ...spellings.split(",").map((one) => one.trim())]) {
      if (spelling === "") continue;
      const form = squash(bareName(spelling) ?? spelling);
      const owner = names.get(form);
      if (owner !== undefined && owner !== name) {
        throw new Error(`companies.txt:${index + 1}: "${spelling}" is ${owner} already; drop one of the two`);
      }
      names.set(form, name);
      keys.set(form, key);
    }
  }
  return { names, keys };
}
