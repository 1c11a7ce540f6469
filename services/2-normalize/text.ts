// Owns the way from a description as a site states it (HTML, escaped HTML, plain text, text that an encoding
// accident spoilt) to clean text: one line a paragraph or list item, nothing that a reader of the page would
// not have seen. Promises one pass over the markup, whatever it holds; refuses nothing.
import { Tokenizer } from "htmlparser2";

/** Elements whose content is never text. */
const unseen = new Set(
  "script style template noscript head title svg math iframe object embed canvas audio video select button".split(
    " ",
  ),
);
const blocks = new Set(
  "p div ul ol li h1 h2 h3 h4 h5 h6 section article header footer aside main nav table thead tbody tr dl dt dd blockquote pre form fieldset figure figcaption hr address details summary center".split(
    " ",
  ),
);
const itemNames = new Set(["li", "dt", "dd", "tr", "td", "th"]);
const voids = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
const hiddenStyle =
  /(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d]))/i;

const tag = /<\/?[a-z][a-z0-9]*(?:\s[^<>]*)?\/?>/i;
const lineTag = /<(?:p|div|br|li|ul|ol|h[1-6]|tr|table|section|article|dt|dd)\b/i;
const escapedTag = /&(?:amp;)*lt;\/?(?:p|div|ul|ol|li|br|h[1-6]|strong|b|em|i|span|a|table|section)\b/i;
const leftOverEntity = /&(?:#\d{2,6}|#x[\da-f]{2,5}|[a-z]{2,8});/i;
/** Escaped more often than this is escaped on purpose. */
const unescapesMax = 3;

/** Control characters, marks of direction and of zero width, soft hyphens: nothing that a reader sees. */
const invisible = /[\p{Cc}\p{Cf}]+/gu;
const bullet = /^(?:[•·●▪◦‣⁃∙■□►➢➤✓✔○*]|[-–—](?=\s|$))\s*/;

/** Clean text of a description: lines without blank ones, list items led by "- ". */
export function cleanText(html: string): string {
  let source = html;
  for (let i = 0; i < unescapesMax && !tag.test(source) && escapedTag.test(source); i++)
    source = readEntities(source);
  const text = tag.test(source) ? textOf(source) : readEntities(source);
  return tidy(repairMojibake(text));
}

/** One line of clean text: a title, a name, a place. */
export function cleanLine(text: string | null, charsMax: number): string | null {
  if (text === null) return null;
  let source = text.length > charsMax * 8 ? text.slice(0, charsMax * 8) : text;
  if (escapedTag.test(source)) source = readEntities(source);
  const plain = tag.test(source) ? textOf(source) : source.includes("&") ? readEntities(source) : source;
  const line = tidy(repairMojibake(plain)).replaceAll("\n", " ").slice(0, charsMax).toWellFormed().trim();
  return line === "" ? null : line;
}

function readEntities(text: string): string {
  if (!text.includes("&")) return text;
  const parts: string[] = [];
  // What could begin a tag is kept from doing so: only entities are read here.
  tokenize(text.replaceAll("<", "&lt;"), { ontext: (part) => parts.push(part) });
  return parts.join("");
}

interface Events {
  ontext: (text: string) => void;
  onopen?: (name: string, isHidden: boolean) => void;
  onclose?: (name: string) => void;
}

/** Without a tree and without a stack, so that a million tags that never close cost no more than others. */
function tokenize(html: string, events: Events): void {
  let name = "";
  let attribute = "";
  let value = "";
  let hidden = false;
  const lower = (start: number, end: number) => html.slice(start, end).toLowerCase();
  const opened = () => events.onopen?.(name, hidden);
  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (start, end) => events.ontext(html.slice(start, end)),
      ontextentity: (code) => events.ontext(String.fromCodePoint(code)),
      onopentagname(start, end) {
        name = lower(start, end);
        hidden = false;
      },
      onattribname(start, end) {
        attribute = lower(start, end);
        value = "";
        if (attribute === "hidden") hidden = true;
      },
      onattribdata(start, end) {
        if (attribute === "style") value += html.slice(start, end);
      },
      onattribentity(code) {
        if (attribute === "style") value += String.fromCodePoint(code);
      },
      onattribend() {
        if (attribute === "style" && hiddenStyle.test(value)) hidden = true;
      },
      onopentagend: opened,
      onselfclosingtag: opened,
      onclosetag: (start, end) => events.onclose?.(lower(start, end)),
      oncdata: (start, end, offset) => events.ontext(html.slice(start, end - offset)),
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
}

function textOf(html: string): string {
  const parts: string[] = [];
  // Without tags that end a line, the line breaks of the source are the lines.
  const keepsBreaks = !lineTag.test(html);
  /** The element that hides what is in it, and how many of its name are open. */
  let unseenName = "";
  let unseenDepth = 0;
  let preDepth = 0;
  /** An item's mark waits for its first word: a paragraph may stand between. */
  let beginsItem = false;
  tokenize(html, {
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
      if (unseen.has(name) || isHidden) {
        if (!voids.has(name)) {
          unseenName = name;
          unseenDepth = 1;
        }
        return;
      }
      if (name === "br" || blocks.has(name)) parts.push("\n");
      if (name === "li") beginsItem = true;
      if (name === "td" || name === "th") parts.push(" ");
      if (name === "pre") preDepth++;
    },
    ontext(text) {
      if (unseenDepth > 0) return;
      if (beginsItem && /\S/.test(text)) {
        parts.push("- ");
        beginsItem = false;
      }
      parts.push(keepsBreaks || preDepth > 0 ? text : text.replace(/[\r\n]/g, " "));
    },
    onclose(name) {
      if (unseenDepth > 0) {
        if (name === unseenName) unseenDepth--;
        return;
      }
      if (name === "pre" && preDepth > 0) preDepth--;
      if (name === "li") beginsItem = false;
      if (blocks.has(name)) parts.push("\n");
    },
  });
  const text = parts.join("");
  // Entities that were escaped once too often inside real markup.
  return leftOverEntity.test(text) ? readEntities(text) : text;
}

function tidy(text: string): string {
  const lines: string[] = [];
  /** A bullet that stood alone belongs to the line after it. */
  let alone = false;
  for (const raw of text.toWellFormed().split(/[\n\r\u2028\u2029]/)) {
    const line = raw.replaceAll("\ufeff", "").replace(/\s+/g, " ").replace(invisible, "").trim();
    if (line === "") continue;
    const mark = bullet.exec(line);
    const rest = mark === null ? line : line.slice(mark[0].length).replace(bullet, "").trim();
    if (rest !== "") lines.push(mark !== null || alone ? `- ${rest}` : rest);
    alone = rest === "";
  }
  return lines.join("\n").normalize("NFC");
}

/** windows-1252's letters from 0x80 to 0x9F, where bytes of UTF-8 end up when it is read as that. */
const windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
const byteOf = new Map<string, number>();
for (let code = 0xa0; code <= 0xff; code++) byteOf.set(String.fromCharCode(code), code);
for (const [index, letter] of [...windows1252].entries()) byteOf.set(letter, 0x80 + index);
for (let code = 0x80; code <= 0x9f; code++) byteOf.set(String.fromCharCode(code), code);

const marks = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
const spoilt = new RegExp(`[ÂÃÄÅ][${marks}]|â[€„†][${marks}]|ð[Ÿ\u009f]`);
const run = new RegExp(`[\u00c2-\u00f4][${marks}]{1,3}`, "g");
const strict = new TextDecoder("utf-8", { fatal: true });

/** UTF-8 that was read as windows-1252 somewhere on its way: "fÃ¼r" is "für". */
function repairMojibake(text: string): string {
  if (!spoilt.test(text)) return text;
  // "Ã" and a no-break space stand for "à"; on the way the space has often become a plain one.
  return text.replace(/(?<=\s)Ã +(?=\S)/g, "à ").replace(run, (letters) => {
    const lead = letters.charCodeAt(0);
    const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (letters.length < length) return letters;
    const bytes = Uint8Array.from([...letters.slice(0, length)], (letter) => byteOf.get(letter) ?? 0);
    try {
      return strict.decode(bytes) + letters.slice(length);
    } catch {
      return letters;
    }
  });
}
