// Owns the embedded extractor: one posting to one extraction by the taxonomy, plain rules and, where it is given one,
// a tagger, without network or clock. What it says of a posting depends on that posting and the versions alone.
import { type Folded, fold, foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import type { Taxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type {
  Extraction,
  Mention,
  Posting,
  Qualifications,
  Requirement,
  Skill,
} from "@skillstream/schemas/types.ts";
import { withoutOrders } from "@skillstream/schemas/without-orders.ts";
import { cluesIn } from "./clues.ts";
import { confidenceOf, type Proof } from "./confidence.ts";
import { type AskedEducation, educationOf } from "./education.ts";
import {
  asksYears,
  benefitsOf,
  companyFactsOf,
  contextOf,
  lineCharsMax,
  notesOf,
  objectiveOf,
  type ReadLine,
  visaOf,
  workplaceOf,
} from "./facts.ts";
import { flagsOf } from "./flags.ts";
import { compileLexicon, type Lexicon } from "./lexicon.ts";
import { type Line, type LineLetter, linesOf } from "./lines.ts";
import { type Found, findSkills } from "./mentions.ts";
import { partsOf } from "./parts.ts";
import {
  requirementInTitle,
  requirementOf,
  requiresAnything,
  type Wording,
  wordingOf,
} from "./requirement.ts";
import type { Tagged, Tagger } from "./tagger.ts";

export const embeddedVersion = "0.3.0";
/** Without the tagger it says other things of a posting, so it is another version. */
export const untaggedVersion = `${embeddedVersion}-untagged`;

/** What the extractor reads of a posting, and all that is sent to a worker. */
export type Reading = Pick<
  Posting,
  | "title"
  | "company_name"
  | "description"
  | "lines"
  | "orders"
  | "places"
  | "seniority_level"
  | "employment_type"
  | "workplace_type"
  | "salary"
  | "experience_years_min"
  | "experience_years_max"
>;

/** Who says a word a thousand times asks for it no more than who says it fifty times. */
const mentionsPerSkillMax = 50;
/** No posting is longer by honest means; the facts of the rest are not read, its skills are. */
const factLinesMax = 2_000;

/** A reader of postings; without a tagger it finds the taxonomy's skills and no others. */
export function createEmbedded(
  taxonomy: Taxonomy,
  tagger: Tagger | null = null,
): (posting: Reading) => Extraction {
  const lexicon = compileLexicon(taxonomy);
  const memory: Memory = { title: null, description: null };
  return (posting) => extract(lexicon, tagger, memory, posting);
}

/** For a text whose wording was not looked at as a whole: look at each mention's. */
const closely: Wording = { prefers: true, denies: true };

function extract(lexicon: Lexicon, tagger: Tagger | null, memory: Memory, written: Reading): Extraction {
  const posting = {
    ...written,
    title: withoutOrders(written.title, "title", written.orders),
    description: withoutOrders(written.description, "description", written.orders),
  };
  const title = foldText(posting.title, memory, "title");
  const description = foldText(posting.description, memory, "description");
  const lines = partsOf(posting.description, linesOf(written.description, posting.lines));
  const skills = new Map<string, Skill>();

  const own = posting.company_name === null ? [] : lexicon.skillsOf(foldForm(posting.company_name));
  for (const found of findSkills(lexicon, posting.title, title.folded, title.text, true)) {
    const requirement = requirementInTitle(found.skill.kind);
    add(skills, ofTaxonomy(found), requirement, "title", posting.title);
  }
  const read = readLines(posting.description, description, lines);
  /** Of the lines whose wording matters, once it does. */
  const wordings: Wording[] = [];
  const wordingAt = (index: number): Wording => {
    const known = wordings[index];
    if (known !== undefined) return known;
    const line = read[index];
    const wording: Wording = line?.isWhole ? wordingOf(line.text) : { ...closely };
    if (line?.isWhole && line.letter !== "Q" && line.letter !== "P")
      wording.requires = requiresAnything(line.text);
    wordings[index] = wording;
    return wording;
  };
  const known = findSkills(lexicon, posting.description, description.folded, description.text, false);
  const tagged =
    tagger?.({
      source: posting.description,
      folded: description.folded,
      text: description.text,
      lines,
      known,
    }) ?? [];
  const linesWithSkills = new Set<number>();
  let line = 0;
  for (const found of inOrder(lexicon, description.text, known, tagged)) {
    while (line + 1 < lines.length && (lines[line + 1]?.start ?? 0) <= found.start) line++;
    if ((skills.get(found.skill.name)?.mentions.length ?? 0) >= mentionsPerSkillMax) continue;
    const letter = lines[line]?.letter ?? "O";
    if (!isSkillLine(letter, found.skill, lexicon.stack)) continue;
    // Of its own product a company tells, and only where it asks for it does it ask.
    if (letter !== "Q" && letter !== "P" && own.includes(found.skill.name)) continue;
    const requirement = requirementOf(
      description.text,
      found.foldedStart,
      found.foldedEnd,
      letter,
      wordingAt(line),
      read[line]?.folded,
    );
    // "Collaborate with sales" is a duty; a soft skill is one only where it is asked for.
    if (requirement === null || (found.skill.kind === "soft" && requirement === "mentioned")) continue;
    add(skills, found, requirement, letter, posting.description);
    linesWithSkills.add(line);
  }

  const education = educationOf(read);
  const asking = restOfAsking(read, linesWithSkills, education.asking, wordingAt);
  const all = [...skills.values()];
  return {
    extractor: `embedded@${tagger === null ? untaggedVersion : embeddedVersion}`,
    taxonomy: lexicon.version,
    role: {
      title: posting.title.trim() || null,
      objective: objectiveOf(read),
      seniority: posting.seniority_level,
      visa: visaOf(read),
      employment_type: posting.employment_type,
      salary: posting.salary,
    },
    company: companyFactsOf(read),
    workplace: workplaceOf(posting.workplace_type, posting.places, read),
    required: qualificationsOf("required", posting, education, asking, all),
    preferred: qualificationsOf("preferred", posting, education, asking, all),
    context: contextOf(read),
    benefits: benefitsOf(read),
    skills: all,
    flags: flagsOf(written.title, written.description, all, written.orders.length > 0),
  };
}

interface FoldedText {
  folded: Folded;
  text: string;
}

/** The lines that the rules for facts read, each with its part of the folded text. */
function readLines(source: string, { folded, text }: FoldedText, lines: readonly Line[]): ReadLine[] {
  let index = 0;
  return lines.slice(0, factLinesMax).map(({ start, end, letter }) => {
    const last = Math.min(end, start + lineCharsMax);
    const first = unitAt(folded, start, index);
    index = unitAt(folded, last, first);
    return {
      letter,
      source: source.slice(start, last),
      text: text.slice(first, index).trim(),
      isWhole: last === end,
      folded: { start: first, end: index },
      clues: cluesIn(folded.units, first, index),
    };
  });
}

/** The first unit, from `low` on, that comes of the source from `start` on. */
function unitAt({ starts, length }: Folded, start: number, low: number): number {
  let first = low;
  let end = length;
  while (first < end) {
    const middle = (first + end) >> 1;
    if ((starts[middle] as number) < start) first = middle + 1;
    else end = middle;
  }
  return first;
}

/** The texts of the posting before, which nobody reads any more. */
type Memory = Record<"title" | "description", Folded | null>;
/** Memory of a longer text is not kept. */
const keptUnitsMax = 65_536;

function foldText(source: string, memory: Memory, field: keyof Memory): FoldedText {
  const folded = fold(source, memory[field]);
  if (folded.units.length <= keptUnitsMax) memory[field] = folded;
  return { folded, text: decoder.decode(folded.units.subarray(0, folded.length)) };
}
const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });

/** The company's blurb says what it sells and values; of its words only what one builds with tells of the work. */
function isSkillLine(
  letter: LineLetter,
  { kind, broader }: Claimed["skill"],
  stack: ReadonlySet<string>,
): boolean {
  switch (letter) {
    case "A":
      if (kind === "technology") return stack.has(broader ?? "");
      return kind === "language" || kind === "certification";
    case "B":
      return false;
    case "L":
      return kind === "certification";
    case "D":
    case "Q":
    case "P":
    case "O":
      return true;
    default:
      return letter satisfies never;
  }
}

/** A skill where it stands, of the taxonomy or of the tagger. */
interface Claimed {
  skill: Pick<Skill, "name" | "kind"> & { broader?: string | null };
  in_taxonomy: boolean;
  proof: Proof;
  score: number;
  start: number;
  end: number;
  foldedStart: number;
  foldedEnd: number;
}

const ofTaxonomy = ({ skill, proof, start, end, foldedStart, foldedEnd }: Found): Claimed => ({
  skill,
  in_taxonomy: true,
  proof,
  score: 1,
  start,
  end,
  foldedStart,
  foldedEnd,
});

/** What both found, as it stands in the text. What the taxonomy has a form for, it has judged already. */
function inOrder(
  lexicon: Lexicon,
  text: string,
  known: readonly Found[],
  tagged: readonly Tagged[],
): Claimed[] {
  const claimed = known.map(ofTaxonomy);
  const more = tagged.flatMap(({ kind, ...span }): Claimed | [] => {
    const name = text.slice(span.foldedStart, span.foldedEnd).replaceAll("\n", " ");
    return lexicon.hasForm(name)
      ? []
      : { ...span, skill: { name, kind }, in_taxonomy: false, proof: "tagged" };
  });
  return more.length === 0 ? claimed : [...claimed, ...more].sort((a, b) => a.start - b.start);
}

const strength: Record<Requirement, number> = { mentioned: 0, preferred: 1, required: 2 };

function add(
  skills: Map<string, Skill>,
  { skill: { name, kind }, in_taxonomy, proof, score, start, end }: Claimed,
  requirement: Requirement,
  where: LineLetter | "title",
  source: string,
): void {
  const mention: Mention = {
    field: where === "title" ? "title" : "description",
    text: source.slice(start, end),
    start,
    end,
  };
  const confidence = confidenceOf({ proof, kind, where, score });
  const known = skills.get(name);
  if (known === undefined) {
    skills.set(name, { name, in_taxonomy, kind, requirement, confidence, mentions: [mention] });
    return;
  }
  if (strength[requirement] > strength[known.requirement]) known.requirement = requirement;
  known.confidence = Math.max(known.confidence, confidence);
  known.mentions.push(mention);
}

/** What is asked for in words that are neither a skill, years nor a degree. */
type Asking = Record<"required" | "preferred", ReadLine[]>;

function restOfAsking(
  lines: readonly ReadLine[],
  linesWithSkills: ReadonlySet<number>,
  linesWithDegrees: ReadonlySet<ReadLine>,
  wordingAt: (index: number) => Wording,
): Asking {
  const asking: Asking = { required: [], preferred: [] };
  for (const [index, line] of lines.entries()) {
    if ((line.letter !== "Q" && line.letter !== "P") || !line.isWhole || linesWithSkills.has(index)) continue;
    if (asksYears(line) || linesWithDegrees.has(line)) continue;
    asking[line.letter === "P" || wordingAt(index).prefers ? "preferred" : "required"].push(line);
  }
  return asking;
}

function qualificationsOf(
  level: "required" | "preferred",
  posting: Reading,
  education: AskedEducation,
  asking: Asking,
  skills: readonly Skill[],
): Qualifications {
  const own = skills.filter(({ requirement }) => requirement === level);
  const names = (...kinds: Skill["kind"][]) =>
    own.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  return {
    // The normalizer reads them for the posting as a whole, with what is only preferred where nothing is required.
    experience_years_min: level === "required" ? posting.experience_years_min : null,
    experience_years_max: level === "required" ? posting.experience_years_max : null,
    education: education[level],
    technical_skills: names("technology", "method"),
    soft_skills: names("soft"),
    notes: notesOf(asking[level]),
  };
}
