// Owns the way from a description as a site states it (HTML, escaped HTML, plain text, text that an encoding
// accident spoilt) to clean text: one line a paragraph or list item, nothing that a reader of the page would
// not have seen, and none of the lines that the site puts around every posting (boilerplate.txt). Promises one
// pass over the markup, whatever it holds; refuses nothing.
import { readFileSync } from "node:fs";
import { isOrdinary, repairCharacters, wideSpaces } from "./characters.ts";
import { readMarkup } from "./markup.ts";

/** Elements whose content is never text. */
const unseen = new Set(
  "script style template noscript head title svg math iframe object embed canvas audio video select datalist button nav dialog".split(
    " ",
  ),
);
const blocks = new Set(
  "p div ul ol li h1 h2 h3 h4 h5 h6 section article header footer aside main table thead tbody tr dl dt dd blockquote pre form fieldset figure figcaption hr address details summary center".split(
    " ",
  ),
);
const itemNames = new Set(["li", "dt", "dd", "tr", "td", "th"]);
const voids = new Set("area base br col embed hr img input link meta source track wbr".split(" "));

const tag = /<\/?[a-z][a-z0-9]*(?:\s[^<>]*)?\/?>/i;
const lineTag = /<(?:p|div|br|li|ul|ol|h[1-6]|tr|table|section|article|dt|dd)\b/i;
const escapedTag = /&(?:amp;)*lt;\/?(?:p|div|ul|ol|li|br|h[1-6]|strong|b|em|i|span|a|table|section)\b/i;
const leftOverEntity = /&(?:#\d{2,6}|#x[\da-f]{2,5}|[a-z]{2,8});/i;
/** Escaped more often than this is escaped on purpose. */
const unescapesMax = 3;

const wideSpace = new RegExp(`[${wideSpaces}]`);
const bullet =
  /^(?:[•·●▪◦‣⁃∙■□►▸➢➤➔➜→↳⇒»›✓✔✅☑☐○・*\uf0a7\uf0b7\uf0d8\uf076\uf0fc]|🔹|🔸|🔷|🔶|o(?=\t|\xa0| {2})|[-–—](?=\s|$))\ufe0f?\s*/u;
const emojiMark = /^(?:✅|☑|✔|🔹|🔸|🔷|🔶)/u;
/** Letters and digits begin most lines, and no list item, but for "o". */
function isPlainStart(code: number): boolean {
  return code < 0x80 && isAlphanumeric(code) && code !== 0x6f;
}

function isAlphanumeric(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

/** A line drawn between two parts. */
const rule = /^[-–—_=*~#.·•\s]+$/;
/** From here on a text without line breaks is one that lost them, not one that never had any. */
const flatCharsMin = 600;

/** Clean text of a description: lines without blank ones, list items led by "- ". */
export function cleanText(html: string): string {
  let source = html;
  for (let i = 0; i < unescapesMax && !tag.test(source) && escapedTag.test(source); i++)
    source = readEntities(source);
  const text = tag.test(source) ? textOf(source) : readEntities(source);
  const isPlain = isOrdinary(text);
  const repaired = isPlain ? text : repairCharacters(text);
  const isFlat = repaired.length >= flatCharsMin && !repaired.includes("\n");
  return tidy(isFlat ? linesOfFlat(repaired) : repaired, contentOf(repaired), !isPlain);
}

/** One line of clean text: a title, a name, a place. */
export function cleanLine(text: string | null, charsMax: number): string | null {
  if (text === null) return null;
  if (text.length <= charsMax && isClean(text)) return text;
  let source = text.length > charsMax * 8 ? text.slice(0, charsMax * 8) : text;
  if (escapedTag.test(source)) source = readEntities(source);
  const plain = tag.test(source) ? textOf(source) : source.includes("&") ? readEntities(source) : source;
  const line = tidy(repairCharacters(plain), () => true)
    .replaceAll("\n", " ")
    .slice(0, charsMax)
    .toWellFormed()
    .trim();
  return line === "" ? null : line;
}

/** Of plain letters and signs, none of which begins markup, with single spaces: as most lines are. */
function isClean(text: string): boolean {
  if (!isPlainStart(text.charCodeAt(0))) return false;
  let before = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < space || code > 0x7e || code === 0x3c || code === 0x26) return false;
    if (code === space && before === space) return false;
    before = code;
  }
  return before !== space;
}

function readEntities(text: string): string {
  if (!text.includes("&")) return text;
  const parts: string[] = [];
  // What could begin a tag is kept from doing so: only entities are read here.
  readMarkup(text.replaceAll("<", "&lt;"), { ontext: (part) => parts.push(part) });
  return parts.join("");
}

function textOf(html: string): string {
  const parts: string[] = [];
  // Without tags that end a line, the line breaks of the source are the lines.
  const keepsBreaks = !lineTag.test(html);
  /** The element that hides what is in it, and how many of its name are open. */
  let unseenName = "";
  let unseenDepth = 0;
  let preDepth = 0;
  /** What separates waits for the next word: empty paragraphs, items and cells leave nothing behind. */
  let endsLine = false;
  let beginsItem = false;
  let beginsCell = false;
  let rowHasText = false;
  readMarkup(html, {
    onopen(name, isHidden) {
      if (unseenDepth > 0) {
        // Where a paragraph or an item begins, the one before ends, written or not.
        const ends = unseenName === "p" ? blocks.has(name) : itemNames.has(name) && name === unseenName;
        if (ends) unseenDepth = 0;
        else {
          if (name === unseenName) unseenDepth++;
          return;
        }
      }
      if (isHidden || unseen.has(name)) {
        if (!voids.has(name)) {
          unseenName = name;
          unseenDepth = 1;
        }
        return;
      }
      if (name === "td" || name === "th") {
        beginsCell = rowHasText;
        return;
      }
      if (name !== "br" && !blocks.has(name)) return;
      if (name === "tr" || name === "table") rowHasText = beginsCell = false;
      // A paragraph at the start of a cell begins no line of its own.
      if (!beginsCell) endsLine = true;
      if (name === "li") beginsItem = true;
      if (name === "pre") preDepth++;
    },
    ontext(text) {
      if (unseenDepth > 0) return;
      const isPlain = keepsBreaks || preDepth > 0;
      if (isPlainStart(text.charCodeAt(0)) || /\S/.test(text)) {
        if (beginsCell && !beginsItem) parts.push(" | ");
        else if (endsLine || beginsCell) parts.push("\n");
        if (beginsItem) parts.push("- ");
        endsLine = beginsItem = beginsCell = false;
        rowHasText = true;
      } else if (endsLine && !isPlain) return;
      const breaks = !isPlain && (text.includes("\n") || text.includes("\r"));
      parts.push(breaks ? text.replace(/[\r\n]/g, " ") : text);
    },
    onclose(name) {
      if (unseenDepth > 0) {
        if (name === unseenName) unseenDepth--;
        return;
      }
      if (!blocks.has(name)) return;
      if (name === "pre" && preDepth > 0) preDepth--;
      if (name === "li") beginsItem = false;
      if (name === "tr" || name === "table") rowHasText = beginsCell = false;
      endsLine = true;
    },
  });
  const text = parts.join("");
  // Entities that were escaped once too often inside real markup.
  return text.includes("&") && leftOverEntity.test(text) ? readEntities(text) : text;
}

/** Whether the words of a line, from `start` on, are to be kept. */
type IsWanted = (line: string, start: number) => boolean;

function tidy(text: string, isWanted: IsWanted, mayBeWide = true): string {
  const isWide = mayBeWide && wideSpace.test(text);
  const hasGaps = isWide || text.includes("  ");
  const lines: string[] = [];
  /** A bullet that stood alone belongs to the line after it. */
  let alone = false;
  let isSame = true;
  for (const raw of text.split("\n")) {
    const start = tidyStart(raw);
    if (start >= 0 && !(hasGaps && (isWide || raw.includes("  ")))) {
      if (!isWanted(raw, start)) isSame = false;
      else if (start === 0 && alone) {
        lines.push(`- ${raw}`);
        isSame = false;
      } else lines.push(raw);
      alone = false;
      continue;
    }
    isSame = false;
    let line = raw.trim();
    if (line === "") continue;
    let isItem = false;
    if (line.startsWith("- ") && isPlainStart(line.charCodeAt(2))) {
      isItem = true;
      line = line.slice(2);
    } else if (!isPlainStart(line.charCodeAt(0))) {
      const mark = bullet.exec(line);
      if (mark !== null) line = line.slice(mark[0].length).replace(bullet, "");
      // "✅ What we offer:" leads in a list, "✅ Free lunch" stands in one.
      isItem = mark !== null && !(emojiMark.test(mark[0]) && line.endsWith(":"));
    }
    if (hasGaps && (isWide || line.includes("  "))) line = line.replace(/\s{2,}|[^\S ]/g, " ").trim();
    const isRule = line.length > 2 && !isAlphanumeric(line.charCodeAt(0)) && rule.test(line);
    if (line !== "" && !isRule && isWanted(line, 0)) lines.push(isItem || alone ? `- ${line}` : line);
    alone = line === "" || (alone && isRule);
  }
  return isSame ? text : lines.join("\n");
}

/** Where the words of a line begin, with or without "- " before them, if nothing about its ends is to be tidied; else -1. */
function tidyStart(line: string): number {
  const last = line.charCodeAt(line.length - 1);
  if (!(last > space && last < 0x7f)) return -1;
  if (isPlainStart(line.charCodeAt(0))) return 0;
  return line.startsWith("- ") && isPlainStart(line.charCodeAt(2)) ? 2 : -1;
}

const space = 0x20;

/** A text that was put into one line on its way: its items and gaps are still there. */
function linesOfFlat(text: string): string {
  const items = text.split(/\s[•●▪·]\s/);
  const listed = items.length > 3 ? items.join("\n• ") : text;
  return listed.replace(/ {3,}/g, "\n");
}

/** Kept out of the code, where people review it. */
const boilerplate = new Set<string>();
const boilerplateStarts: string[] = [];
for (const entry of readFileSync(new URL("boilerplate.txt", import.meta.url), "utf8").split("\n")) {
  if (entry === "" || entry.startsWith("#") || entry.startsWith("[")) continue;
  if (entry.endsWith("*")) boilerplateStarts.push(entry.slice(0, -1));
  else boilerplate.add(entry);
}
const boilerplateCharsMax = Math.max(...[...boilerplate].map(({ length }) => length)) + 8;
/** First letter and length: most lines are like no entry in these. A letter beyond Latin's first is any. */
const shapeOf = (first: number, length: number) => (first < 0x80 ? first | 0x20 : 0) * 256 + length;
const boilerplateShapes = new Set([...boilerplate].map((one) => shapeOf(one.charCodeAt(0), one.length)));
/** Marks by which recruiters find a posting again. What tells the kind of workplace is no such mark. */
const trackingTags = /^(?:#li-(?!remote|hybrid|on-?site)[\w-]{1,20}[\s,]*)+$/i;

/** Which lines of the text are no boilerplate. */
function contentOf(text: string): IsWanted {
  // To look for them in every line would cost as much as all the rest.
  const hasCookies = text.includes("ookie") || text.includes("OOKIE");
  return (line, start) => isContent(line, start, hasCookies);
}

function isContent(line: string, start: number, hasCookies: boolean): boolean {
  const length = line.length - start;
  if (length > boilerplateCharsMax) {
    // Only notices about cookies are known by their start.
    return !hasCookies || !isCookieNotice(line.slice(start, start + boilerplateCharsMax).toLowerCase());
  }
  if (line.charCodeAt(start) === 0x23) return !trackingTags.test(line.slice(start));
  // Without arrows, emoji and exclamation marks around it.
  let first = start;
  let end = line.length;
  while (first < end && !isLetter(line.charCodeAt(first))) first++;
  while (end > first && !isLetter(line.charCodeAt(end - 1))) end--;
  if (!hasCookies && !boilerplateShapes.has(shapeOf(line.charCodeAt(first), end - first))) return true;
  const words = line.slice(first, end).toLowerCase();
  return !boilerplate.has(words) && !isCookieNotice(words);
}

function isCookieNotice(words: string): boolean {
  return words.includes("cookie") && boilerplateStarts.some((start) => words.startsWith(start));
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0xc0 && code < 0x2000);
}
