// Owns what the line classifier learns from: the labelled postings, the postings without labels, less those that a
// labelled one could be known by, and our own texts. Reads ../shared and this folder; writes nothing.
import { existsSync, readFileSync } from "node:fs";
import { openPostings } from "@skillstream/cli/posting-files.ts";
import { type LineLabel, letters } from "@skillstream/normalize/line-features.ts";
import { cleanText } from "@skillstream/normalize/text.ts";
import type { SilverPosting } from "./silver.ts";

const shared = new URL("../../../shared/", import.meta.url);
const unlabelledFiles = [
  "ashby-2025-10.jsonl.gz",
  "glassdoor-ds-jobs.csv.gz",
  "linkedin-data-analyst-2018.csv.gz",
];

export interface LabelledPosting {
  id: string;
  /** Postings of one group are never parted by a split: one company, or one and the same text. */
  group: string;
  /** Not blank. */
  lines: readonly string[];
  /** A letter for each line. */
  truth: string;
}

export interface LabelledLine {
  text: string;
  letter: LineLabel;
}

export const hasMaterial = () => existsSync(new URL("eval/gold.jsonl", shared));

export function labelledPostings(): LabelledPosting[] {
  const truth = new Map(
    rowsOf<{ id: string; lines: string }>("eval/gold.jsonl").map((row) => [row.id, row.lines]),
  );
  const postings = evaluationPostings();
  const groups = groupsOf(postings);
  return postings.map(({ id, text }, index) => ({
    id,
    group: groups[index] as string,
    lines: text.split("\n").filter((line) => line.trim() !== ""),
    truth: truth.get(id) ?? "",
  }));
}

/** Without the companies of the labelled postings, and without whatever shares a long line with one of them. */
export async function unlabelledPostings(): Promise<SilverPosting[]> {
  const labelled = evaluationPostings();
  const companies = new Set(labelled.map(({ company }) => companyKey(company)));
  const known = new Set(labelled.flatMap(({ text }) => longLines(text)));
  const postings: SilverPosting[] = [];
  for (const file of unlabelledFiles) {
    const path = new URL(`data/postings/${file}`, shared).pathname;
    for await (const row of (await openPostings(path, { importedAt: 0, payload: false })).postings) {
      if ("problem" in row || row.event.parsed === null) continue;
      const company = companyKey(row.event.parsed.company ?? "");
      const text = cleanText(row.event.parsed.description_html ?? "");
      if (text === "" || companies.has(company) || longLines(text).some((line) => known.has(line))) continue;
      postings.push({ company, lines: text.split("\n") });
    }
  }
  return postings;
}

/** headings.txt */
export function ownHeadings(): LabelledLine[] {
  return ownLines("headings.txt")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const letter = letterOf(line, "headings.txt");
      return line
        .slice(2)
        .split(",")
        .map((text) => ({ text: text.trim(), letter }));
    });
}

/** postings.txt */
export function ownPostings(): LabelledLine[][] {
  return ownLines("postings.txt")
    .join("\n")
    .split(/\n{2,}/)
    .map((block) => block.split("\n").filter((line) => line !== ""))
    .filter((block) => block.length > 0)
    .map((block) => block.map((line) => ({ text: line.slice(2), letter: letterOf(line, "postings.txt") })));
}

function ownLines(file: string): string[] {
  return readFileSync(new URL(file, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim());
}

function letterOf(line: string, file: string): LineLabel {
  const letter = letters.find((one) => line.startsWith(`${one} `));
  if (letter === undefined)
    throw new Error(`${file}: begin ${JSON.stringify(line)} with one of ${letters.join(" ")}`);
  return letter;
}

interface EvaluationPosting {
  id: string;
  company: string;
  text: string;
}

const evaluationPostings = () => rowsOf<EvaluationPosting>("eval/postings.jsonl");

function rowsOf<Row>(file: string): Row[] {
  return readFileSync(new URL(file, shared), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\d]/gu, "");
/** Some sources add a rating: "Northwind Trading|4.1". */
const companyKey = (company: string) => plain(company.replace(/\|.*/, ""));

/** A line this long that two postings share is no accident. */
const telltaleCharsMin = 50;
const longLines = (text: string) =>
  text
    .split("\n")
    .map(plain)
    .filter((line) => line.length > telltaleCharsMin);

function groupsOf(postings: readonly EvaluationPosting[]): string[] {
  const byLine = new Map<string, string>();
  const joined = new Map<string, string>();
  const rootOf = (group: string): string => {
    const next = joined.get(group);
    return next === undefined ? group : rootOf(next);
  };
  const own = postings.map(({ id, company }) => companyKey(company) || id);
  for (const [index, { text }] of postings.entries()) {
    const group = own[index] as string;
    for (const line of longLines(text)) {
      const other = rootOf(byLine.get(line) ?? group);
      if (other !== rootOf(group)) joined.set(rootOf(group), other);
      byLine.set(line, other);
    }
  }
  return own.map(rootOf);
}
