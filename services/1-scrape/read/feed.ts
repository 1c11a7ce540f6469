// Owns reading XML that is a row of entries: RSS, Atom and sitemaps. One pass over the text; an entry's fields
// are its direct children. It promises that broken XML gives what is whole in it, and says so where an entry was
// cut off. It knows no entities but XML's own five and numbers, and reads nothing from outside the text.
import { decodeXML } from "entities";
import { scan } from "./tags.ts";

export interface Entry {
  /** Lower case: item, entry, url, sitemap. */
  name: string;
  /** What each field holds, by its name in lower case; a field with markup inside gives it as it stands there. */
  fields: Map<string, string[]>;
  /** Attributes of fields that have any. */
  attributes: Map<string, Record<string, string>>;
  /** Where the entry stands in the text. */
  start: number;
  end: number;
}

export interface Entries {
  /** The name of the first element: rss, feed, urlset, sitemapindex. */
  root: string;
  entries: Entry[];
  /** Some entry does not end, or there are more than are read. */
  isCut: boolean;
}

/** A sitemap may have 50,000 entries, by its own standard; no feed has as many. */
const entriesMax = 50_000;
const fieldsMax = 64;
const fieldCharsMax = 4 * 1024 * 1024;
const slash = 0x2f;

export function readEntries(xml: string, names: ReadonlySet<string>): Entries {
  const result: Entries = { root: "", entries: [], isCut: false };
  let entry: Entry | undefined;
  let field: { name: string; from: number; parts: string[]; chars: number; isMarkup: boolean } | undefined;

  function begin(name: string, attributes: Record<string, string>, start: number, end: number): void {
    const isEmpty = xml.charCodeAt(end - 1) === slash;
    if (result.root === "") result.root = name;
    if (names.has(name)) {
      // The one before has no end: what it held is not known to be whole.
      if (entry !== undefined) result.isCut = true;
      field = undefined;
      entry = { name, fields: new Map(), attributes: new Map(), start, end };
      if (isEmpty) finish(end);
    } else if (field !== undefined) {
      field.isMarkup = true;
    } else if (entry !== undefined && entry.fields.size < fieldsMax) {
      if (Object.keys(attributes).length > 0 && !entry.attributes.has(name)) {
        entry.attributes.set(name, attributes);
      }
      if (!isEmpty) field = { name, from: end + 1, parts: [], chars: 0, isMarkup: false };
    }
  }

  function finish(end: number): void {
    if (entry === undefined) return;
    if (result.entries.length < entriesMax) result.entries.push({ ...entry, end });
    else result.isCut = true;
    entry = undefined;
    field = undefined;
  }

  function close(closed: string, start: number): void {
    if (entry === undefined) return;
    if (closed === entry.name) {
      if (field !== undefined) result.isCut = true;
      const bracket = xml.indexOf(">", start);
      finish(bracket < 0 ? xml.length : bracket + 1);
    } else if (field !== undefined && closed === field.name) {
      const text = field.isMarkup ? xml.slice(field.from, start) : field.parts.join("");
      const stated = entry.fields.get(field.name);
      if (stated === undefined) entry.fields.set(field.name, [text]);
      else if (stated.length < fieldsMax) stated.push(text);
      field = undefined;
    }
  }

  function text(from: number, to: number, hasEntities: boolean): void {
    if (field === undefined || field.chars > fieldCharsMax) return;
    const part = xml.slice(from, to);
    field.chars += part.length;
    field.parts.push(hasEntities && part.includes("&") ? decodeXML(part) : part);
  }

  scan(xml, { open: begin, close, text }, true);
  if (entry !== undefined) result.isCut = true;
  return result;
}

/** The first field of that name that says something. */
export function fieldOf(entry: Entry, name: string): string | null {
  const found = entry.fields.get(name)?.find((one) => one.trim() !== "");
  return found === undefined ? null : found.trim();
}
