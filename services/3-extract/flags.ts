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
/** One word side by side with itself: 3 times at most in those. */
const repeatedWordMax = 6;
/** "x x x" is drawn, not said. */
const wordLettersMin = 2;
/** Between two members of a list. */
const listGapUnitsMax = 4;

function isStuffed(description: string, skills: readonly Skill[]): boolean {
  if (repeatsItself(description)) return true;
  let mentions = 0;
  for (const skill of skills) mentions += skill.mentions.length;
  if (mentions <= listedSkillsMax) return false;
  const spans: { name: string; start: number; end: number }[] = [];
  for (const { name, mentions } of skills) {
    for (const { field, start, end } of mentions)
      if (field === "description") spans.push({ name, start, end });
  }
  spans.sort((a, b) => a.start - b.start);
  let listed = new Set<string>();
  for (let index = 1; index < spans.length; index++) {
    const [one, next] = [spans[index - 1], spans[index]] as [(typeof spans)[0], (typeof spans)[0]];
    const isListed =
      next.start - one.end <= listGapUnitsMax && !/[\p{L}\d]/u.test(description.slice(one.end, next.start));
    if (!isListed) listed = new Set();
    else listed.add(one.name).add(next.name);
    if (listed.size > listedSkillsMax) return true;
  }
  return false;
}

/** Whatever the line is about: a word that stands side by side with itself, again and again. */
function repeatsItself(text: string): boolean {
  let before = 0;
  let word = 0;
  let letters = 0;
  let repeated = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const letter = code | 0x20;
    if ((letter >= 0x61 && letter <= 0x7a) || code >= 0xc0) {
      word = (Math.imul(word, 31) + letter) | 0;
      letters++;
      continue;
    }
    if (code >= 0x30 && code <= 0x39) {
      word = (Math.imul(word, 31) + code) | 0;
      continue;
    }
    if (letters === 0) {
      word = 0;
      continue;
    }
    repeated = letters >= wordLettersMin && word === before ? repeated + 1 : 0;
    if (repeated >= repeatedWordMax) return true;
    before = word;
    word = 0;
    letters = 0;
  }
  return false;
}

/** Letters of Greek and Cyrillic that look like Latin ones. */
const lookAlikes = "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρικ";
/** Where the blocks of both scripts begin, and where they end. */
const foreignMin = 0x370;
const foreignEnd = 0x530;
const mixed = new RegExp(
  `(?<![\\p{L}])(?=[${lookAlikes}]{0,30}[A-Za-z])[A-Za-z]{0,30}[${lookAlikes}][A-Za-z${lookAlikes}]{1,30}(?![\\p{L}])`,
  "u",
);

function isDisguised(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= foreignMin && code < foreignEnd) return mixed.test(text);
  }
  return false;
}

const zeroWidth = /[\u200b-\u200d\u2060\ufeff]/;

function hidesInSkills(skills: readonly Skill[]): boolean {
  return skills.some(({ mentions }) => mentions.some(({ text }) => zeroWidth.test(text)));
}
