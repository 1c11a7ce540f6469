// Owns reading markup as a stream of events, once from start to end, into a list of the elements that a source
// asks about. No selector engine: a job page is read for a few known elements, and a hostile page can
// nest as deep as it likes. What is asked of an element is made when it is asked for.
import { decoded, scan } from "./tags.ts";

export interface Element {
  name: string;
  attributes: Record<string, string>;
  /** All text inside, white space folded. */
  readonly text: string;
  /** Unfolded, for scripts. */
  readonly raw: string;
  /** The markup inside, as it stands there. */
  readonly inner: string;
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

/** Where the texts of a page stand: from, to, and 1 where entities are to be read in it. */
interface Texts {
  html: string;
  places: number[];
}

class Found implements Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly #texts: Texts;
  /** Which of the texts are inside: the first, and the one behind the last. */
  #first: number;
  #end: number;
  #start: number;
  #stop: number;
  #raw: string | undefined;
  #text: string | undefined;

  constructor(name: string, attributes: Record<string, string>, texts: Texts, start: number) {
    this.name = name;
    this.attributes = attributes;
    this.#texts = texts;
    this.#first = texts.places.length;
    this.#end = texts.places.length;
    this.#start = start;
    this.#stop = start;
  }

  /** The element ends at `stop`. */
  finish(stop: number): void {
    this.#end = this.#texts.places.length;
    this.#stop = stop;
  }

  get inner(): string {
    return this.#texts.html.slice(this.#start, this.#stop);
  }

  get raw(): string {
    if (this.#raw !== undefined) return this.#raw;
    const { html, places } = this.#texts;
    let raw = "";
    for (let at = this.#first; at < this.#end && raw.length <= elementCharsMax; at += 3) {
      const part = html.slice(places[at], places[at + 1]);
      raw += places[at + 2] === 1 ? decoded(part) : part;
    }
    this.#raw = raw;
    return raw;
  }

  get text(): string {
    this.#text ??= this.raw.replace(/\s+/g, " ").trim();
    return this.#text;
  }
}

/** Elements for which `wanted` says yes, in the order in which they begin; nested ones each with their text. */
export function elements(
  html: string,
  wanted: (name: string, attributes: Record<string, string>) => boolean,
): Element[] {
  const found: Found[] = [];
  const texts: Texts = { html, places: [] };
  /** Wanted elements that have begun, and how many of their name are open since. */
  const open: { element: Found; name: string; depth: number; lists: number }[] = [];
  let lists = 0;

  function finish(from: number, end: number): void {
    for (const { element } of open.splice(from)) element.finish(end);
  }

  scan(html, {
    open(name, attributes, start, end) {
      if (open.length > 0) {
        if (itemNames.has(name)) {
          const before = open.findIndex((one) => one.name === name && one.lists === lists);
          if (before >= 0) finish(before, start);
        }
        for (const one of open) if (one.name === name) one.depth++;
      }
      if (listNames.has(name)) lists++;
      if (found.length >= elementsMax || open.length >= openMax || !wanted(name, attributes)) return;
      const element = new Found(name, attributes, texts, end + 1);
      found.push(element);
      if (!voids.has(name)) open.push({ element, name, depth: 1, lists });
    },
    close(name, start) {
      if (listNames.has(name) && lists > 0) lists--;
      for (let index = open.length - 1; index >= 0; index--) {
        const one = open[index];
        if (one === undefined || one.name !== name) continue;
        one.depth--;
        if (one.depth === 0) finish(index, start);
      }
    },
    text(from, to, hasEntities) {
      if (open.length > 0) texts.places.push(from, to, hasEntities ? 1 : 0);
    },
  });
  finish(0, html.length);
  return found;
}

export function hasClass(attributes: Record<string, string>, name: string): boolean {
  return ` ${attributes.class ?? ""} `.includes(` ${name} `);
}
