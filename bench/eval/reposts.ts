// Owns how a posting looks when it is posted again: by another board with its markup, later, in another place, with
// pay, and with 5 to 15% of its lines reworded, left out, put in or moved. Seeded: the same copies each time.
import type { Posting } from "@skillstream/schemas/types.ts";

/** In the form that `skillstream duplicates` reads. */
export interface Copy {
  id: string;
  source: string;
  title: string;
  company: string | null;
  location: string | null;
  date: string;
  text: string;
  /** Copies of the same job have the same. */
  job: number;
  /** What was done to it, by name. */
  edits: string[];
}

export interface Random {
  /** From 0 to below 1. */
  next(): number;
  below(count: number): number;
  chance(share: number): boolean;
  of<T>(list: readonly T[]): T;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    // Mulberry32.
    state = (state + 0x6d2b_79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    next,
    below,
    chance: (share) => next() < share,
    of: <T>(list: readonly T[]) => list[below(list.length)] as T,
  };
}

const dayMs = 24 * 60 * 60 * 1000;

/** Number 0 is the posting as it is. */
export function copyOf(original: Posting, job: number, number: number, random: Random): Copy {
  const first = original.posted_time ?? original.observed_at;
  const copy: Copy = {
    id: `${job}-${number}`,
    source: original.source,
    title: original.title,
    company: original.company,
    location: original.location,
    date: new Date(first + number * (1 + random.below(60)) * dayMs).toISOString().slice(0, 10),
    text: original.description,
    job,
    edits: [],
  };
  if (number === 0) return copy;
  copy.source = "another-board";
  const edit = (name: string, share: number, change: () => void) => {
    if (!random.chance(share)) return;
    copy.edits.push(name);
    change();
  };
  let lines = copy.text.split("\n");
  edit("lines", 0.85, () => {
    lines = changedLines(lines, random);
  });
  edit("pay", 0.3, () => {
    lines.splice(random.below(lines.length + 1), 0, random.of(payLines));
  });
  edit("frame", 0.15, () => {
    lines = [...random.of(intros), ...lines, ...random.of(outros)];
  });
  edit("place", 0.5, () => {
    const place = random.of(places);
    const before = copy.location?.split(/[,(|/;]/)[0]?.trim() ?? "";
    const city = place.split(",")[0] as string;
    if (before.length > 3) {
      lines = lines.map((line) => line.replaceAll(before, city));
      copy.title = copy.title.replaceAll(before, city);
    }
    copy.location = place;
  });
  edit("title", 0.4, () => {
    copy.title = random.of(titleForms)(copy.title, copy.location?.split(",")[0] ?? "Remote", random);
  });
  edit("company spelling", 0.1, () => {
    copy.company = random.of(companyForms)(copy.company ?? "");
  });
  edit("company unknown", 0.05, () => {
    copy.company = null;
  });
  const markup = random.of(markups);
  copy.edits.push(`markup ${markup.name}`);
  copy.text = markup.write(lines);
  return copy;
}

function changedLines(lines: readonly string[], random: Random): string[] {
  const changed = [...lines];
  const count = Math.max(1, Math.round(lines.length * (0.05 + 0.1 * random.next())));
  for (let i = 0; i < count && changed.length > 1; i++) {
    const at = random.below(changed.length);
    switch (random.below(4)) {
      case 0:
        changed[at] = reworded(changed[at] as string, random);
        break;
      case 1:
        changed.splice(at, 1);
        break;
      case 2:
        changed.splice(at, 0, random.of(sentences));
        break;
      default:
        changed.splice(random.below(changed.length), 0, ...changed.splice(at, 1));
    }
  }
  return changed;
}

/** About a third of the words left out or said otherwise. */
function reworded(line: string, random: Random): string {
  const words = line.split(" ").flatMap((word, index) => {
    if (index === 0 || !random.chance(0.35)) return [word];
    const other = otherWords.get(word.toLowerCase());
    if (other !== undefined) return [other];
    return random.chance(0.5) ? [] : [random.of(fillers), word];
  });
  return words.join(" ");
}

const otherWords = new Map(
  Object.entries({
    experience: "background",
    build: "create",
    building: "creating",
    team: "group",
    teams: "groups",
    strong: "solid",
    work: "collaborate",
    working: "collaborating",
    develop: "produce",
    help: "support",
    ensure: "make sure",
    manage: "run",
    years: "yrs",
    customers: "clients",
    looking: "searching",
    ability: "capability",
    and: "as well as",
    including: "such as",
    across: "throughout",
    drive: "push",
  }),
);
const fillers = ["also", "daily", "directly", "new", "key", "our", "closely", "well", "further", "relevant"];
const sentences = [
  "This opening was refreshed because of a change in our plans for the coming year.",
  "- Take part in the weekly planning and keep notes of what was agreed.",
  "- Write down how things work, so that the next person finds their way.",
  "- Travel to one of our sites about four times a year.",
  "The position reports to the head of the department.",
  "- Speak with colleagues of other departments about what they need from you.",
  "You will start with two weeks in which you get to know everyone.",
  "- Keep an eye on costs and tell early where a budget will not last.",
  "We decide within ten days and let everybody know.",
  "- Answer questions of newer colleagues with patience.",
];
const payLines = [
  "Pay: $85,000 - $110,000 per year",
  "The base salary for this position is between 62.000 € and 78.000 € a year.",
  "Compensation Range: $140K - $175K plus bonus",
  "Salary: £45,000 to £55,000, depending on what you bring",
];
const intros = [
  ["Our client is hiring. We accompany you from the first call to the contract, at no cost to you."],
  ["Job summary", "Posted on behalf of an employer in our network; read the full text below."],
];
const outros = [
  ["Apply in two minutes with your profile.", "Similar openings are shown in our app."],
  ["Reference: see the employer's site.", "Report this posting if something is wrong with it."],
];
const places = [
  "Lisbon, Portugal",
  "Austin, TX",
  "Berlin, Germany",
  "Toronto, ON, Canada",
  "Remote",
  "London, United Kingdom",
  "Bengaluru, India",
  "Chicago, IL",
];

const titleForms: ((title: string, place: string, random: Random) => string)[] = [
  (title, place) => `${title} - ${place}`,
  (title, place) => `${title} (${place})`,
  (title) => `${title} (m/f/d)`,
  (title) => title.toUpperCase(),
  (title) => title.replace(/\bSenior\b/, "Sr.").replace(/\bManager\b/, "Mgr"),
  (title, _, random) => `${title} #${10_000 + random.below(80_000)}`,
  (title) => `${title} (Remote)`,
  (title) => `Hiring now: ${title}`,
];
const companyForms: ((company: string) => string)[] = [
  (company) => `${company}, Inc.`,
  (company) => company.toUpperCase(),
  (company) => `${company} GmbH`,
  (company) => company.replaceAll(" ", ""),
];

const item = /^- /;
const markups: { name: string; write(lines: readonly string[]): string }[] = [
  { name: "same", write: (lines) => lines.join("\n") },
  { name: "round bullets", write: (lines) => lines.map((line) => line.replace(item, "• ")).join("\n") },
  { name: "no bullets", write: (lines) => lines.map((line) => line.replace(item, "")).join("\n\n") },
  { name: "wrapped", write: (lines) => lines.map(wrapped).join("\n\n") },
  { name: "one line", write: (lines) => lines.map((line) => line.replace(item, "• ")).join(" ") },
  {
    name: "html",
    write: (lines) =>
      lines
        .map((line) => (item.test(line) ? `<li>${escaped(line.slice(2))}</li>` : `<p>${escaped(line)}</p>`))
        .join(""),
  },
  {
    name: "plain signs",
    write: (lines) =>
      lines
        .map((line) =>
          line.replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/[–—]/g, "-").replace(/[.;]$/, ""),
        )
        .join("\n"),
  },
  {
    name: "shouted headings",
    write: (lines) =>
      lines
        .map((line) => (line.length < 40 && !item.test(line) ? `**${line.toUpperCase()}**` : line))
        .join("\n"),
  },
];

const escaped = (line: string) => line.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function wrapped(line: string): string {
  return line.replace(/(.{60,79}) /g, "$1\n");
}
