// Owns `npm run eval -- spans`: our mentions against the spans that SkillSpan's annotators marked in its development
// sentences. Its guidelines are not ours (the output says how they differ), so what counts is how the figures move
// and how far apart exact and overlapping ones are, not their height.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { createEmbedded, embeddedVersion, untaggedVersion } from "@skillstream/extract/embedded.ts";
import { createTagger } from "@skillstream/extract/tagger.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { postingOf } from "../../cli/extract.ts";
import type { Eval } from "../eval.ts";
import { record, rounded } from "./record.ts";

const file = new URL("../../../shared/data/skills/skillspan/dev.json.gz", import.meta.url);

const labels = ["knowledge", "skill", "both"] as const;
type Label = (typeof labels)[number];

/** In the text, the end not included. */
export interface Span {
  start: number;
  end: number;
}

export interface Marked {
  /** A sentence a line. */
  text: string;
  spans: Record<Label, readonly Span[]>;
}

export interface Sentence {
  idx: number;
  source: string;
  tokens: readonly string[];
  tags_skill: readonly string[];
  tags_knowledge: readonly string[];
}

export interface SpanCounts {
  wanted: number;
  said: number;
  /** The same start and end. */
  exact: number;
  /** At least a letter in common; one for one. */
  overlapping: number;
}

export const evaluation: Eval = {
  summary: "mentions against the spans of SkillSpan's development sentences",
  options: { record: { type: "boolean" } },
  usage: `
  --json    one JSON object
  --record  write the figures to training/results`,
  run({ json, record: isRecorded }, say) {
    if (!existsSync(file)) {
      throw new Error("../shared/data/skills/skillspan is not there; it holds the marked sentences.");
    }
    const lines = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
    const postings = postingsOf(lines.map((line) => JSON.parse(line) as Sentence));
    const taxonomy = readTaxonomy();
    const extractors = [
      {
        extractor: "embedded",
        version: `embedded@${embeddedVersion}`,
        extract: createEmbedded(taxonomy, createTagger()),
      },
      {
        extractor: "untagged",
        version: `embedded@${untaggedVersion}`,
        extract: createEmbedded(taxonomy, null),
      },
    ];
    say(`${postings.length} postings, ${lines.length} sentences`);
    const results = extractors.map(({ extract, ...extractor }) => {
      const said = postings.map(({ text }) => {
        const posting = postingOf({ id: "span", title: "", text });
        return extract(posting).skills.flatMap(({ mentions }) => mentions);
      });
      const rows = labels.map((label) => {
        const counts = sumOf(postings.map(({ spans }, at) => countsOf(spans[label], said[at] ?? [])));
        return { label, ...counts, f1: f1Of(counts) };
      });
      return { ...extractor, rows };
    });
    if (isRecorded === true) {
      const hash = createHash("sha256").update(JSON.stringify(postings)).digest("hex").slice(0, 12);
      const fresh = record(
        results.map(({ rows, ...extractor }) => ({
          ...extractor,
          taxonomy: taxonomy.version,
          data: "skillspan dev",
          hash,
          postings: postings.length,
          expectedCalibrationError: null,
          figures: Object.fromEntries(
            rows.flatMap(({ label, f1 }) =>
              Object.entries(f1).map(([manner, value]) => [`${label}.${manner}.f1`, rounded(value)]),
            ),
          ),
        })),
      );
      say(`${fresh} new lines in training/results/extract.jsonl`);
    }
    if (json) {
      console.log(JSON.stringify({ name: "spans", postings: postings.length, extractors: results }));
      return Promise.resolve();
    }
    console.log(`${"".padEnd(nameWidth)}   exact  overlapping F1   spans wanted, said`);
    for (const { version, rows } of results) {
      for (const { label, f1, wanted, said } of rows) {
        const name = `${version}, ${label}`.padEnd(nameWidth);
        console.log(`${name} ${percent(f1.exact)}  ${percent(f1.overlapping)}        ${wanted}, ${said}`);
      }
    }
    console.log(differences);
    return Promise.resolve();
  },
};

const nameWidth = 50;

const differences = `
SkillSpan marks two things: knowledge (what one knows: "Python", "RESTful web services") and skill (what one does, up
to whole clauses: "work well on a team"). Ours marks names as short as they can be, and of what one does only the
core ("teamwork"), so skill spans are hardly ever the same. SkillSpan keeps qualifiers and heads in the span
("DevOps best practices", "AWS environment"), leaves out what a sentence only names and does not ask of the applicant,
and its text has lost its commas, which takes enumerations away from us.`;

/** Sentences of one posting, put together again as the lines of a text. */
export function postingsOf(sentences: readonly Sentence[]): Marked[] {
  const postings = Map.groupBy(sentences, ({ idx, source }) => `${source} ${idx}`);
  return [...postings.values()].map((own) => {
    let text = "";
    const knowledge: Span[] = [];
    const skill: Span[] = [];
    for (const { tokens, tags_knowledge, tags_skill } of own) {
      const places = tokens.map((token) => {
        const start = text.length;
        text += `${token} `;
        return { start, end: start + token.length };
      });
      text = `${text.trimEnd()}\n`;
      knowledge.push(...spansOf(places, tags_knowledge, text));
      skill.push(...spansOf(places, tags_skill, text));
    }
    return { text, spans: { knowledge, skill, both: [...knowledge, ...skill] } };
  });
}

function spansOf(places: readonly Span[], tags: readonly string[], text: string): Span[] {
  const runs: Span[][] = [];
  for (const [at, place] of places.entries()) {
    const tag = tags[at]?.[0];
    if (tag === "B" || (tag === "I" && tags[at - 1] === "O")) runs.push([place]);
    else if (tag === "I") runs.at(-1)?.push(place);
  }
  const isWord = ({ start, end }: Span) => /[\p{L}\p{N}]/u.test(text.slice(start, end));
  return runs.flatMap((run) => {
    // A closing bracket or a full stop that stands by itself belongs to no skill.
    const first = run.find(isWord);
    const last = run.findLast(isWord);
    return first === undefined || last === undefined ? [] : { start: first.start, end: last.end };
  });
}

export function countsOf(wanted: readonly Span[], said: readonly Span[]): SpanCounts {
  return {
    wanted: wanted.length,
    said: said.length,
    exact: pairs(wanted, said, (one, other) => one.start === other.start && one.end === other.end),
    overlapping: pairs(wanted, said, (one, other) => one.start < other.end && other.start < one.end),
  };
}

function pairs(
  wanted: readonly Span[],
  said: readonly Span[],
  isPair: (one: Span, other: Span) => boolean,
): number {
  const free = new Set(said.toSorted((a, b) => a.start - b.start));
  let count = 0;
  for (const one of wanted.toSorted((a, b) => a.start - b.start)) {
    const other = free.values().find((each) => isPair(one, each));
    if (other === undefined) continue;
    free.delete(other);
    count++;
  }
  return count;
}

function sumOf(all: readonly SpanCounts[]): SpanCounts {
  const sum: SpanCounts = { wanted: 0, said: 0, exact: 0, overlapping: 0 };
  for (const counts of all) {
    for (const name of Object.keys(sum) as (keyof SpanCounts)[]) sum[name] += counts[name];
  }
  return sum;
}

function f1Of({ wanted, said, exact, overlapping }: SpanCounts) {
  const of = (hits: number) => (2 * hits) / Math.max(1, wanted + said);
  return { exact: of(exact), overlapping: of(overlapping) };
}

const percent = (value: number) => (100 * value).toFixed(1).padStart(6);
