// Owns reading markup as a stream of events, once from start to end, into a list of the elements that a source
// asks about. No selector engine: a job page is read for a few known elements, and a hostile page can
// nest as deep as it likes.
import { Tokenizer } from "htmlparser2";

export interface Element {
  name: string;
  attributes: Record<string, string>;
  /** All text inside, white space folded. */
  text: string;
  /** Unfolded, for scripts. */
  raw: string;
  /** The markup inside, as it stands there. */
  inner: string;
}

/** More text than this inside one element is cut; it is a script's data at the most. */
const elementCharsMax = 16 * 1024 * 1024;
const elementsMax = 20_000;

/** Wanted elements inside one another deeper than this are passed over. */
const openMax = 32;
/** Where one of these begins, the one before ends, written or not. */
const itemNames = new Set(["li", "dt", "dd", "option", "p", "tr", "td", "th"]);
/** An item in a list of its own, inside another item, ends nothing. */
const listNames = new Set(["ul", "ol", "menu", "dl", "table"]);
const voids = new Set("area base br col embed hr img input link meta source track wbr".split(" "));

/** Elements for which `wanted` says yes, in the order in which they begin; nested ones each with their text. */
export function elements(
  html: string,
  wanted: (name: string, attributes: Record<string, string>) => boolean,
): Element[] {
  const found: Element[] = [];
  /** Wanted elements that have begun, and how many of their name are open since. */
  const open: {
    element: Element;
    depth: number;
    parts: string[];
    chars: number;
    start: number;
    lists: number;
  }[] = [];
  let lists = 0;
  let name = "";
  let tagStart = 0;
  let attributes: Record<string, string> = {};
  let attribute = "";
  let value: string[] = [];
  const lower = (start: number, end: number) => html.slice(start, end).toLowerCase();

  function finish(from: number, end: number): void {
    for (const { element, parts, start } of open.splice(from)) {
      element.inner = html.slice(start, end);
      element.raw = parts.join("");
      element.text = element.raw.replace(/\s+/g, " ").trim();
    }
  }

  function begin(tagEnd: number): void {
    if (itemNames.has(name)) {
      const before = open.findIndex((one) => one.element.name === name && one.lists === lists);
      if (before >= 0) finish(before, tagStart);
    }
    if (listNames.has(name)) lists++;
    for (const one of open) if (one.element.name === name) one.depth++;
    if (found.length >= elementsMax || open.length >= openMax || !wanted(name, attributes)) return;
    const element = { name, attributes, text: "", raw: "", inner: "" };
    found.push(element);
    if (!voids.has(name)) open.push({ element, depth: 1, parts: [], chars: 0, start: tagEnd + 1, lists });
  }

  function text(part: string): void {
    for (const one of open) {
      if (one.chars > elementCharsMax) continue;
      one.chars += part.length;
      one.parts.push(part);
    }
  }

  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (start, end) => text(html.slice(start, end)),
      ontextentity: (code) => text(String.fromCodePoint(code)),
      onopentagname(start, end) {
        name = lower(start, end);
        tagStart = start - 1;
        attributes = {};
      },
      onattribname(start, end) {
        attribute = lower(start, end);
        value = [];
      },
      onattribdata: (start, end) => value.push(html.slice(start, end)),
      onattribentity: (code) => value.push(String.fromCodePoint(code)),
      onattribend() {
        // The first one counts, as in browsers; a name of Object's own is not one.
        if (!Object.hasOwn(attributes, attribute)) attributes[attribute] = value.join("");
      },
      onopentagend: begin,
      onselfclosingtag: begin,
      onclosetag(start, end) {
        const closed = lower(start, end);
        if (listNames.has(closed) && lists > 0) lists--;
        for (let index = open.length - 1; index >= 0; index--) {
          const one = open[index];
          if (one === undefined || one.element.name !== closed) continue;
          one.depth--;
          if (one.depth === 0) finish(index, start - 2);
        }
      },
      oncdata: (start, end, offset) => text(html.slice(start, end - offset)),
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  finish(0, html.length);
  return found;
}

export function hasClass(attributes: Record<string, string>, name: string): boolean {
  return ` ${attributes.class ?? ""} `.includes(` ${name} `);
}
