// Owns what the tagger learns from: postings without labels, which no labelled one's company wrote, and of the
// labelled ones those of the read folds. Reads ../shared; writes nothing. The other folds are left unread, so that
// their figures stay honest.
import { readFileSync } from "node:fs";
import type { Lexicon } from "@skillstream/extract/lexicon.ts";
import { type Line, linesOf } from "@skillstream/extract/lines.ts";
import { findSkills } from "@skillstream/extract/mentions.ts";
import type { Untagged } from "@skillstream/extract/tagger.ts";
import { labelLines } from "@skillstream/normalize/lines.ts";
import { fold } from "@skillstream/schemas/taxonomy/fold.ts";
import type { SkillKind } from "@skillstream/schemas/types.ts";
import { readFolds } from "../lines/cross-validate.ts";
import { unlabelledPostings } from "../lines/material.ts";

/** What people may study while the taxonomy and the rules are written. */
export const readFoldsOfLabelled = [0, 1, 2, 3, 4, 5];

const shared = new URL("../../../shared/", import.meta.url);

export interface Text {
  company: string;
  description: string;
  /** A letter for each line that is not blank. */
  letters: string;
}

export interface LabelledSkill {
  name: string;
  kind: SkillKind;
  requirement: string;
  mentions: readonly string[];
}

export interface LabelledText extends Text {
  id: string;
  title: string;
  fold: number;
  skills: readonly LabelledSkill[];
}

/** A text with what the taxonomy finds in it. */
export interface Reading extends Untagged {
  known: readonly Known[];
}

export interface Known {
  foldedStart: number;
  foldedEnd: number;
  skill: { name: string; kind: SkillKind };
}

export async function unlabelledTexts(): Promise<Text[]> {
  return (await unlabelledPostings()).map(({ company, lines }) => {
    const description = lines.join("\n");
    return { company, description, letters: labelLines(description) };
  });
}

export function labelledTexts(): LabelledText[] {
  const folds = readFolds();
  const isRead = ({ id }: { id: string }) => readFoldsOfLabelled.includes(folds[id] ?? -1);
  const skills = new Map(
    rowsOf<{ id: string; skills: LabelledSkill[] }>("eval/gold.jsonl")
      .filter(isRead)
      .map((row) => [row.id, row.skills]),
  );
  return rowsOf<{ id: string; title: string; company: string; text: string }>("eval/postings.jsonl")
    .filter(isRead)
    .map(({ id, title, company, text }) => ({
      id,
      title,
      company,
      description: text,
      letters: labelLines(text),
      fold: folds[id] as number,
      skills: skills.get(id) ?? [],
    }));
}

function rowsOf<Row>(file: string): Row[] {
  return readFileSync(new URL(file, shared), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });

export function readingOf({ description, letters }: Text, lexicon: Lexicon): Reading {
  const folded = fold(description);
  const text = decoder.decode(folded.units.subarray(0, folded.length));
  const lines: Line[] = linesOf(description, letters);
  return {
    source: description,
    folded,
    text,
    lines,
    known: findSkills(lexicon, description, folded, text, false),
  };
}
