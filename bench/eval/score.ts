// Owns how an extraction is scored against a posting that a person labelled, by the definitions of
// ../shared/eval/GUIDELINES.md. Every figure is a share: what was right of what there was, F1 too (twice the hits of
// all that was wanted and all that was said). So postings add up, and any sample of them can be scored by adding.

export type Field = (typeof fields)[number];
export const fields = [
  "experience_years_min",
  "experience_years_max",
  "education_min",
  "seniority",
  "work_model",
  "visa",
  "employment_type",
  "salary",
] as const;

interface Fields {
  experience_years_min?: number | null;
  experience_years_max?: number | null;
  education_min?: string | null;
  seniority?: string | null;
  work_model?: string | null;
  visa?: string | null;
  employment_type?: string | null;
  salary?: Pay | null;
}

interface Pay {
  min: number | null;
  max: number | null;
  currency: string;
  period: string;
}

export interface LabelledSkill {
  name: string;
  kind: string;
  requirement: string;
  mentions: readonly string[];
}

/** A posting with what a person read in it. */
export interface Labelled extends Fields {
  id: string;
  title: string;
  company: string;
  location: string;
  text: string;
  employment_type_stated?: string;
  is_remote?: boolean;
  skills: readonly LabelledSkill[];
  /** One letter for each line that is not blank. */
  lines: string;
}

export interface PredictedSkill {
  name: string;
  kind: string;
  requirement: string;
  confidence?: number;
  mentions: readonly (string | { text: string })[];
}

/** What an extractor says; what it leaves out counts as null, or as nothing found. */
export interface Predicted extends Fields {
  id: string;
  skills?: readonly PredictedSkill[];
  lines?: string;
}

export interface Share {
  part: number;
  whole: number;
}

const groups = { technology: ["technology"], technical: ["technology", "method"], all: null } as const;
export type Group = keyof typeof groups;
export const groupNames = Object.keys(groups) as Group[];
export const manners = ["strict", "loose"] as const;
export type Manner = (typeof manners)[number];

export type Figure =
  | `${Group}.${Manner}.${"precision" | "recall" | "f1"}`
  | "requirement"
  | "grounded"
  | `${Field}.${"right" | "stated"}`
  | `lines.${"right" | "recall" | "precision"}`;

export type Shares = Record<Figure, Share>;

/** A skill that was said, and whether a person had found it too, by the strict manner. */
export interface JudgedSkill {
  skill: PredictedSkill;
  isRight: boolean;
}

export interface Judgement {
  shares: Shares;
  skills: JudgedSkill[];
}

export function judge(gold: Labelled, said: Predicted | undefined): Judgement {
  const wanted = gold.skills.map(formsOf);
  const got = (said?.skills ?? []).map(formsOf);
  const paired = { strict: pairsOf(wanted, got, "strict"), loose: pairsOf(wanted, got, "loose") };
  const shares = {
    ...Object.fromEntries(
      manners.flatMap((manner) => groupNames.flatMap((group) => skillShares(wanted, got, group, manner))),
    ),
    requirement: {
      part: paired.strict.filter(([one, other]) => one.skill.requirement === other.skill.requirement).length,
      whole: paired.strict.length,
    },
    grounded: groundedShare(gold, got),
    ...fieldShares(gold, said ?? { id: gold.id }),
    ...lineShares(gold.lines, said?.lines ?? ""),
  } as Shares;
  const hits = new Set(paired.strict.map(([, one]) => one));
  return {
    shares,
    skills: got.map((one) => ({ skill: one.skill as PredictedSkill, isRight: hits.has(one) })),
  };
}

export function scoreOf(gold: readonly Labelled[], predictions: readonly Predicted[]): Shares {
  const byId = new Map(predictions.map((said) => [said.id, said]));
  return sumOf(gold.map((posting) => judge(posting, byId.get(posting.id)).shares));
}

export function sumOf(all: readonly Shares[]): Shares {
  const sum: Partial<Shares> = {};
  for (const shares of all) {
    for (const [figure, { part, whole }] of Object.entries(shares) as [Figure, Share][]) {
      const known = sum[figure];
      if (known === undefined) sum[figure] = { part, whole };
      else {
        known.part += part;
        known.whole += whole;
      }
    }
  }
  return sum as Shares;
}

/** null where there was nothing to be right about. */
export const ratioOf = ({ part, whole }: Share): number | null => (whole === 0 ? null : part / whole);

export interface Interval {
  low: number;
  high: number;
}

const resamples = 1_000;

/** 95% intervals, by drawing the postings again; the same postings always give the same intervals. */
export function intervalsOf(all: readonly Shares[]): Record<Figure, Interval | null> {
  const figures = Object.keys(all[0] ?? {}) as Figure[];
  const parts = figures.map((figure) => Float64Array.from(all, (shares) => shares[figure].part));
  const wholes = figures.map((figure) => Float64Array.from(all, (shares) => shares[figure].whole));
  const values: number[][] = figures.map(() => []);
  const random = seeded(20_261_121);
  const drawn = new Int32Array(all.length);
  for (let round = 0; round < resamples; round++) {
    for (let at = 0; at < drawn.length; at++) drawn[at] = Math.floor(random() * all.length);
    for (const [index, list] of values.entries()) {
      let part = 0;
      let whole = 0;
      for (const at of drawn) {
        part += parts[index]?.[at] ?? 0;
        whole += wholes[index]?.[at] ?? 0;
      }
      if (whole > 0) list.push(part / whole);
    }
  }
  return Object.fromEntries(figures.map((figure, index) => [figure, middle(values[index] ?? [])])) as Record<
    Figure,
    Interval | null
  >;
}

function middle(values: number[]): Interval | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
  return { low: at(0.025), high: at(0.975) };
}

/** A xorshift of 32 bits: the draws need to be even and the same each time, nothing more. */
function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A skill with its forms made ready for comparing. */
interface Formed {
  skill: LabelledSkill | PredictedSkill;
  /** Its name and its mentions, without case and all that is no letter, digit, plus or hash. */
  bare: ReadonlySet<string>;
  /** Its mentions as words between single spaces, one before and one after. */
  spaced: readonly string[];
}

function formsOf(skill: LabelledSkill | PredictedSkill): Formed {
  const mentions = skill.mentions.map(textOf);
  return {
    skill,
    bare: new Set([skill.name, ...mentions].filter((form) => form !== "").map(bareOf)),
    spaced: mentions.map((form) => ` ${spacedOf(form)} `).filter((form) => form !== "  "),
  };
}

const textOf = (mention: string | { text: string }) => (typeof mention === "string" ? mention : mention.text);
const edge = /^[\s.,;:()'"]$/;

/** Words in lower case, one space between, no punctuation around the whole. */
function spacedOf(form: string): string {
  const text = form.toLowerCase().replace(/[\s\-_/]+/g, " ");
  let start = 0;
  let end = text.length;
  while (start < end && edge.test(text[start] as string)) start++;
  while (end > start && edge.test(text[end - 1] as string)) end--;
  return text.slice(start, end);
}

const bareOf = (form: string) => spacedOf(form).replace(/[^\p{L}\p{N}+#]/gu, "");

const isSame = (one: Formed, other: Formed) => !one.bare.isDisjointFrom(other.bare);

/** One's words stand in the other's, side by side. */
const isPart = (one: Formed, other: Formed) =>
  one.spaced.some((a) => other.spaced.some((b) => a.includes(b) || b.includes(a)));

/** One to one, in the order of what is wanted: names differ within a posting, so another order changes little. */
function pairsOf(wanted: readonly Formed[], got: readonly Formed[], manner: Manner): [Formed, Formed][] {
  const free = new Set(got);
  const pairs: [Formed, Formed][] = [];
  for (const one of wanted) {
    const other = free
      .values()
      .find((each) => isSame(one, each) || (manner === "loose" && isPart(one, each)));
    if (other === undefined) continue;
    free.delete(other);
    pairs.push([one, other]);
  }
  return pairs;
}

function skillShares(
  wanted: readonly Formed[],
  got: readonly Formed[],
  group: Group,
  manner: Manner,
): [Figure, Share][] {
  const kinds: readonly string[] | null = groups[group];
  const isIn = ({ skill }: Formed) => kinds === null || kinds.includes(skill.kind);
  const wantedIn = wanted.filter(isIn);
  const hits = new Set(pairsOf(wantedIn, got, manner).map(([, one]) => one));
  // Of another kind to the person: it counts there, and here neither for nor against.
  const elsewhere = new Set(
    pairsOf(
      wanted.filter((one) => !isIn(one)),
      got.filter((one) => !hits.has(one)),
      manner,
    ).map(([, one]) => one),
  );
  const counted = got.filter((one) => hits.has(one) || (isIn(one) && !elsewhere.has(one))).length;
  return [
    [`${group}.${manner}.precision`, { part: hits.size, whole: counted }],
    [`${group}.${manner}.recall`, { part: hits.size, whole: wantedIn.length }],
    [`${group}.${manner}.f1`, { part: 2 * hits.size, whole: counted + wantedIn.length }],
  ];
}

/** Of the mentions, those that stand in the posting as it was given. */
function groundedShare(gold: Labelled, got: readonly Formed[]): Share {
  const given = [gold.title, gold.location, gold.employment_type_stated, gold.text]
    .filter(Boolean)
    .join("\n");
  const mentions = got.flatMap(({ skill }) => skill.mentions.map(textOf));
  return { part: mentions.filter((form) => given.includes(form)).length, whole: mentions.length };
}

function fieldShares(gold: Labelled, said: Predicted): Partial<Shares> {
  const shares: Partial<Shares> = {};
  for (const field of fields) {
    const part = Number(isSameValue(gold[field], said[field]));
    const isStated = (gold[field] ?? null) !== null;
    shares[`${field}.right`] = { part, whole: 1 };
    shares[`${field}.stated`] = isStated ? { part, whole: 1 } : { part: 0, whole: 0 };
  }
  return shares;
}

type Value = number | string | Pay | null | undefined;

function isSameValue(one: Value, other: Value): boolean {
  if (!isPay(one) || !isPay(other)) return (one ?? null) === (other ?? null);
  return (["min", "max", "currency", "period"] as const).every(
    (part) => (one[part] ?? null) === (other[part] ?? null),
  );
}

const isPay = (value: Value): value is Pay => typeof value === "object" && value !== null;

/** Letters that tell of the work or ask for something. */
const isRelevant = (letter: string | undefined) => letter === "D" || letter === "Q" || letter === "P";

function lineShares(gold: string, said: string): Partial<Shares> {
  const pairs = [...gold].map((letter, at) => [letter, said[at]] as const);
  const kept = pairs.filter(([letter, other]) => isRelevant(letter) && isRelevant(other)).length;
  return {
    "lines.right": { part: pairs.filter(([letter, other]) => letter === other).length, whole: pairs.length },
    "lines.recall": { part: kept, whole: pairs.filter(([letter]) => isRelevant(letter)).length },
    "lines.precision": { part: kept, whole: pairs.filter(([, other]) => isRelevant(other)).length },
  };
}
