// Owns what makes a text doubtful as a whole: words stuffed in to be found, letters disguised as others, orders to
// whoever reads it by machine. A flag changes no other field. Linear in the text, and cheap on an honest one.
import type { ExtractionFlag, Skill } from "@skillstream/schemas/types.ts";

/** Of the text as written; whether it gives orders is for orders.ts to say. */
export function flagsOf(
  title: string,
  description: string,
  skills: readonly Skill[],
  givesOrders: boolean,
): ExtractionFlag[] {
  const flags: ExtractionFlag[] = [];
  if (isStuffed(description, skills)) flags.push("keyword_stuffing");
  if (isDisguised(title) || isDisguised(description) || hidesInSkills(skills))
    flags.push("disguised_letters");
  if (givesOrders) flags.push("instructions");
  return flags;
}

/** A list of names alone, without a sentence: the longest in ten thousand postings had 20 that are known. */
const listedSkillsMax = 35;
/** One name side by side with itself: 3 times at most in those. */
const repeatedSkillMax = 5;
/** Between two members of a list. */
const listGapUnitsMax = 4;

function isStuffed(description: string, skills: readonly Skill[]): boolean {
  let mentions = 0;
  for (const skill of skills) mentions += skill.mentions.length;
  if (mentions <= repeatedSkillMax) return false;
  const spans: { name: string; start: number; end: number }[] = [];
  for (const { name, mentions } of skills) {
    for (const { field, start, end } of mentions)
      if (field === "description") spans.push({ name, start, end });
  }
  spans.sort((a, b) => a.start - b.start);
  let repeated = 1;
  let listed = new Set<string>();
  for (let index = 1; index < spans.length; index++) {
    const [one, next] = [spans[index - 1], spans[index]] as [(typeof spans)[0], (typeof spans)[0]];
    const isListed =
      next.start - one.end <= listGapUnitsMax && !/[\p{L}\d]/u.test(description.slice(one.end, next.start));
    repeated = isListed && one.name === next.name ? repeated + 1 : 1;
    if (!isListed) listed = new Set();
    else listed.add(one.name).add(next.name);
    if (repeated > repeatedSkillMax || listed.size > listedSkillsMax) return true;
  }
  return false;
}

/** Letters of Greek and Cyrillic that look like Latin ones. */
const lookAlikes = "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρικ";
const foreign = new RegExp(`[${lookAlikes}]`);
const mixed = new RegExp(
  `(?<![\\p{L}])(?=[${lookAlikes}]{0,30}[A-Za-z])[A-Za-z]{0,30}[${lookAlikes}][A-Za-z${lookAlikes}]{1,30}(?![\\p{L}])`,
  "u",
);

function isDisguised(text: string): boolean {
  return foreign.test(text) && mixed.test(text);
}

const zeroWidth = /[\u200b-\u200d\u2060\ufeff]/;

function hidesInSkills(skills: readonly Skill[]): boolean {
  return skills.some(({ mentions }) => mentions.some(({ text }) => zeroWidth.test(text)));
}
