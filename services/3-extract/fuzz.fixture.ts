// Owns texts that nobody would write, and what an extractor must hold to on them: mentions that are exactly where
// they say, in order, apart, and time that grows as the text does. The same seed and number give the same text.
import type { Extraction, SkillKind } from "@skillstream/schemas/types.ts";
import type { Reading } from "./embedded.ts";

export interface Fuzzed {
  kind: string;
  reading: Reading;
  /** Skills that a person would still see in the description, as they stand in it. */
  planted: readonly { name: string; text: string }[];
}

type Random = (below: number) => number;

/** Mulberry32: small, and good enough to look everywhere. */
function randomOf(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** Forms that mean one skill wherever they stand. */
const plain = [
  ["kubernetes", "Kubernetes"],
  ["postgresql", "PostgreSQL"],
  ["terraform", "Terraform"],
  ["typescript", "TypeScript"],
  ["python", "Python"],
  ["c++", "C++"],
  ["machine learning", "machine learning"],
  ["ci/cd", "CI/CD"],
] as const;
const doubtful = [
  "Go",
  "R",
  "C",
  "React",
  "Excel",
  "Spark",
  "Swift",
  "Node",
  "Rust",
  "Access",
  ".NET",
  "C#",
  "make",
];
const wordings = [
  "5+ years of",
  "nice to have:",
  "no",
  "required",
  "a plus",
  "$100k-$120k",
  "visa sponsorship",
  "remote",
];
const zeroWidth = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202e", "\u2066"];
const rightToLeft = ["עברית", "العربية", "فارسی", "\u202bמפתח\u202c", "مطوّر", "\u061c"];
const emoji = ["😀", "👩‍💻", "🏳️‍🌈", "✅", "🚀", "1️⃣", "👍🏽", "🔹"];
const oddJoints = [
  "/",
  "|",
  "\u2028",
  "\u0000",
  "—",
  "·",
  "､",
  "٫",
  "\u3000",
  "_",
  "~",
  "+",
  "#",
  "@",
  ".",
  "…",
  "\ufffd",
  "\u180e",
];
const expanding = ["ﷺ", "ﬁ", "ß", "İ", "Ǆ", "㎢", "½", "Ⅷ", "ﬃ", "㍿"];
const bullets = ["- ", "• ", "* ", "◦ ", "1) ", "a. ", "   - ", "\t• ", "→ "];

const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)] as T;
const some = (random: Random, most: number, make: () => string): string =>
  Array.from({ length: random(most) }, make).join("");

interface Kind {
  name: string;
  text(random: Random, plant: (name: string, text: string) => string): string;
}

const anyForm = (random: Random) => (random(2) === 0 ? pick(random, plain)[1] : pick(random, doubtful));
const anyCharacter = (random: Random) => {
  const plane = random(4);
  if (plane === 0) return String.fromCodePoint(0x20 + random(0x5f));
  if (plane === 1) return String.fromCharCode(random(0x3000));
  return plane === 2 ? String.fromCharCode(random(0x10000)) : String.fromCodePoint(random(0x110000));
};

const kinds: readonly Kind[] = [
  { name: "any characters", text: (random) => some(random, 300, () => anyCharacter(random)) },
  {
    name: "forms among any characters",
    text: (random) =>
      some(random, 60, () =>
        random(3) === 0 ? anyForm(random) : anyCharacter(random) + pick(random, [" ", "", "\n"]),
      ),
  },
  {
    name: "right to left",
    text: (random) =>
      some(
        random,
        60,
        () =>
          pick(random, rightToLeft) +
          pick(random, [" ", "", ", "]) +
          (random(3) === 0 ? anyForm(random) : ""),
      ),
  },
  {
    name: "emoji",
    text: (random) => some(random, 60, () => pick(random, emoji) + pick(random, ["", " ", anyForm(random)])),
  },
  {
    name: "what does not show, inside of words",
    text: (random, plant) =>
      some(random, 20, () => {
        const [name, form] = pick(random, plain);
        const hidden = Array.from(form, (one, at) =>
          at > 0 && random(2) === 0 ? pick(random, zeroWidth) + one : one,
        );
        return `${plant(name, hidden.join(""))} , `;
      }),
  },
  {
    name: "half pairs",
    text: (random) =>
      some(random, 80, () =>
        random(2) === 0
          ? String.fromCharCode(0xd800 + random(0x800))
          : pick(random, [" ", anyForm(random), "\n"]),
      ),
  },
  {
    name: "nested lists",
    text: (random, plant) =>
      some(random, 60, () => {
        const depth = "  ".repeat(random(40));
        if (random(3) > 0)
          return `${depth}${pick(random, bullets)}${anyForm(random)}${pick(random, [",", ":", "", " (", ")"])}\n`;
        const [name, form] = pick(random, plain);
        return `${depth}${pick(random, bullets)}${plant(name, form)}\n`;
      }),
  },
  {
    name: "forms glued by odd characters",
    text: (random) =>
      some(random, 60, () => anyForm(random) + some(random, 3, () => pick(random, oddJoints))),
  },
  {
    name: "marks upon marks",
    text: (random) =>
      some(
        random,
        40,
        () =>
          anyForm(random) +
          some(random, 30, () => String.fromCharCode(0x300 + random(0x70))) +
          pick(random, ["", " "]),
      ),
  },
  {
    name: "characters that become several",
    text: (random) =>
      some(random, 80, () => pick(random, expanding) + pick(random, ["", " ", anyForm(random)])),
  },
  {
    name: "lines that ask",
    text: (random) =>
      some(
        random,
        40,
        () =>
          `${pick(random, bullets)}${pick(random, wordings)} ${anyForm(random)}${pick(random, [", ", " and ", "/"])}${anyForm(random)}\n`,
      ),
  },
  {
    name: "one word again and again",
    text: (random) => {
      const word =
        pick(random, [anyForm(random), anyCharacter(random), pick(random, wordings)]) +
        pick(random, ["", " ", ", "]);
      return word.repeat(random(2_000));
    },
  },
];

export function fuzzed(seed: number, number: number): Fuzzed {
  const random = randomOf(Math.imul(seed, 0x9e3779b1) ^ number);
  const kind = kinds[number % kinds.length] as Kind;
  const planted: { name: string; text: string }[] = [];
  const description = kind.text(random, (name, text) => {
    planted.push({ name, text });
    return text;
  });
  // Letters that fit the lines, and now and then some that do not; what must be found stands where it is asked for.
  const count = description.split("\n").filter((line) => line.trim() !== "").length;
  const letters = planted.length > 0 ? "Q" : pick(random, ["Q", "D", "P", "ADQPBLO"]);
  const isOff = planted.length === 0 && random(5) === 0;
  return {
    kind: kind.name,
    reading: {
      title: random(3) === 0 ? description.slice(0, 80) : anyForm(random),
      description,
      lines: lettersFor(random, letters, isOff ? random(50) : count),
      company_name: null,
      orders: [],
      places: [],
      seniority_level: null,
      employment_type: null,
      workplace_type: null,
      salary: null,
      experience_years_min: null,
      experience_years_max: null,
    },
    planted,
  };
}

const lettersFor = (random: Random, letters: string, count: number) =>
  Array.from({ length: count }, () => letters[random(letters.length)]).join("");

/** What is wrong with an extraction, in words; nothing where all is right. */
export function problemsOf({ reading, planted }: Fuzzed, { skills }: Extraction): string[] {
  const problems: string[] = [];
  const spans = {
    title: [] as [number, number, SkillKind][],
    description: [] as [number, number, SkillKind][],
  };
  for (const { name, kind, mentions } of skills) {
    if (mentions.length === 0) problems.push(`${name} has no mention`);
    let last = "";
    let lastEnd = 0;
    for (const { field, text, start, end } of mentions) {
      if (text === "" || reading[field].slice(start, end) !== text)
        problems.push(`${name}: ${field} ${start}-${end} is not ${JSON.stringify(text)}`);
      if (field === last && start < lastEnd) problems.push(`${name}: its mentions are not in order`);
      [last, lastEnd] = [field, end];
      spans[field].push([start, end, kind]);
    }
  }
  for (const [field, all] of Object.entries(spans)) {
    all.sort((a, b) => a[0] - b[0]);
    for (const [at, [start]] of all.entries()) {
      const before = all[at - 1];
      if (before !== undefined && start < before[1]) problems.push(`two mentions share ${field} ${start}`);
    }
  }
  for (const { name, text } of planted) {
    const isFound = skills.some(
      (skill) => skill.name === name && skill.mentions.some((one) => one.text === text),
    );
    if (!isFound) problems.push(`${name} is not found as ${JSON.stringify(text)}`);
  }
  return problems;
}

/** Texts of one piece without end, each of which some rule might take quadratic time for. */
export const endless: readonly [name: string, piece: string][] = [
  ["one letter", "a"],
  ["one skill", "Java, "],
  ["a word that may be a skill", "Go "],
  ["bullets", "- Go\n"],
  ["bullets within bullets", `${"  ".repeat(20)}- Rust (\n`],
  ["spaces", " "],
  ["line breaks", "\n"],
  ["marks", "e\u0301\u0302\u0303"],
  ["characters that become several", "ﷺ"],
  ["half pairs", "\ud83d"],
  ["what does not show", "\u200b"],
  ["letters and digits", "a1"],
  ["digits", "7"],
  ["dots", "Node.js."],
  ["brackets", "("],
  ["amounts", "$100,000 - "],
  ["sentences", "we work closely with "],
  ["capitals within words", "JavaScriptWe"],
  ["shared words", "unit and integration testing and "],
  ["right to left", "\u202bעברית Python\u202c "],
];

/** Milliseconds of processor time for a text of a piece, the least of two. */
export function timeOf(extract: (reading: Reading) => unknown, piece: string, units: number): number {
  const { reading } = fuzzed(1, 0);
  const description = piece.repeat(Math.ceil(units / piece.length));
  const times = [1, 2].map(() => {
    const before = process.cpuUsage();
    extract({ ...reading, description, lines: "" });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}
