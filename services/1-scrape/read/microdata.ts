// Owns reading schema.org JobPosting from a page's elements, as microdata (itemscope, itemprop) or RDFa Lite
// (typeof, property), and the one way to ask a page for its postings in whichever of the forms it has them.
// Nested items become nested objects in the form of JSON-LD, which json-ld.ts interprets for all three.
import {
  isJobPosting,
  isJsonLd,
  type Json,
  type JsonLdPosting,
  jobPostingsOf,
  type Node,
  postingOf,
} from "./json-ld.ts";
import { elements } from "./markup.ts";
import { decoded, scan } from "./tags.ts";

type Form = "microdata" | "rdfa";

interface Item {
  form: Form;
  type: string;
  node: Node;
}

interface Open {
  name: string;
  item: Item | undefined;
  /** The properties for which the element's content is the value, of which item. */
  of: { item: Item; names: string[] } | undefined;
  from: number;
  parts: string[];
  chars: number;
}

/** Of the elements that are open at once, so many are known; what nests deeper is read as if it were flat. */
const openMax = 2_000;
/** Properties inside one another deeper than this have no value. */
const valuesOpenMax = 16;
const itemsMax = 5_000;
const valuesMax = 500;
const valueCharsMax = 1024 * 1024;

const voids = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
/** Where one of these begins, the one before ends, written or not. */
const siblings = new Set(["li", "dt", "dd", "option", "p", "tr", "td", "th"]);
/** A paragraph ends where one of these begins. */
const blocks = new Set(
  "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol pre section table ul".split(
    " ",
  ),
);

/** JSON-LD where the page has it, otherwise its elements. */
export function schemaPostings(html: string, baseUrl: string): JsonLdPosting[] {
  const linked = /ld\+json/i.test(html) ? jobPostingsOf(elements(html, isJsonLd), baseUrl) : [];
  if (linked.length > 0) return linked;
  if (!html.includes("JobPosting") || !/\b(?:itemtype|typeof)\b/i.test(html)) return [];
  return microdataPostings(html, baseUrl);
}

export function microdataPostings(html: string, baseUrl: string): JsonLdPosting[] {
  return jobItems(html).map((item) => postingOf(item.node, baseUrl));
}

function jobItems(html: string): Item[] {
  const found: Item[] = [];
  const stack: Open[] = [];
  /** Names on the stack, so that a stray end costs nothing. */
  const counts = new Map<string, number>();
  /** Elements on the stack with an item or a value, innermost last. */
  const items: Item[] = [];
  const values: Open[] = [];
  let itemsBegun = 0;

  function begin(name: string, attributes: Record<string, string>, start: number, end: number): void {
    const top = stack.at(-1);
    if (
      top !== undefined &&
      (top.name === "p" ? name === "p" || blocks.has(name) : top.name === name && siblings.has(name))
    ) {
      pop(start);
    }
    const outer = items.at(-1);
    const names = outer === undefined ? [] : propertiesOf(attributes, outer.form);
    const item = itemsBegun < itemsMax ? itemOf(attributes) : undefined;
    if (item !== undefined) {
      itemsBegun++;
      if (isJobPosting(item.type)) found.push(item);
      if (outer !== undefined) for (const one of names) add(outer, one, item.node);
    }
    const stated = item === undefined && names.length > 0 ? statedBy(name, attributes) : undefined;
    if (outer !== undefined && stated !== undefined) for (const one of names) add(outer, one, stated);
    if (voids.has(name) || stack.length >= openMax) return;
    const open: Open = { name, item, of: undefined, from: end + 1, parts: [], chars: 0 };
    if (outer !== undefined && item === undefined && names.length > 0 && stated === undefined) {
      if (values.length < valuesOpenMax) {
        open.of = { item: outer, names };
        values.push(open);
      }
    }
    if (item !== undefined) items.push(item);
    stack.push(open);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }

  function pop(end: number): void {
    const open = stack.pop();
    if (open === undefined) return;
    counts.set(open.name, (counts.get(open.name) ?? 1) - 1);
    if (open.item !== undefined) items.pop();
    if (open.of === undefined) return;
    values.pop();
    const text = open.parts.join("").replace(/\s+/g, " ").trim();
    for (const one of open.of.names) {
      // A description keeps its markup.
      const markup = one === "description" && end - open.from <= valueCharsMax;
      add(open.of.item, one, markup ? html.slice(open.from, end).trim() : text);
    }
  }

  function close(name: string, start: number): void {
    if ((counts.get(name) ?? 0) === 0) return;
    for (;;) {
      const isLast = stack.at(-1)?.name === name;
      pop(start);
      if (isLast || stack.length === 0) return;
    }
  }

  function text(from: number, to: number, hasEntities: boolean): void {
    // Scripts and styles are no text of what they stand in.
    if (values.length === 0 || /^(?:script|style)$/.test(stack.at(-1)?.name ?? "")) return;
    const part = hasEntities ? decoded(html.slice(from, to)) : html.slice(from, to);
    for (const one of values) {
      if (one.chars > valueCharsMax) continue;
      one.chars += part.length;
      one.parts.push(part);
    }
  }

  scan(html, { open: begin, close, text });
  while (stack.length > 0) pop(html.length);
  return found;
}

function itemOf(attributes: Record<string, string>): Item | undefined {
  const { itemscope, itemtype = "" } = attributes;
  const type = itemscope !== undefined ? itemtype : attributes.typeof;
  if (type === undefined) return undefined;
  const types = type.split(/\s+/).filter((one) => one !== "");
  const best = types.find(isJobPosting) ?? types[0] ?? "";
  return { form: itemscope !== undefined ? "microdata" : "rdfa", type: best, node: { "@type": best } };
}

/** Names in schema.org's vocabulary alone: a page's og:title is not a posting's title. */
function propertiesOf(attributes: Record<string, string>, form: Form): string[] {
  const stated = form === "microdata" ? attributes.itemprop : attributes.property;
  if (stated === undefined) return [];
  return stated
    .split(/\s+/)
    .map((one) => one.replace(/^(?:https?:\/\/schema\.org\/|schema:)/, ""))
    .filter((one) => /^[a-z][\w-]{0,63}$/i.test(one))
    .map((one) => inTheirLetters.get(one.toLowerCase()) ?? one);
}

/** Some pages write names in small letters alone. */
const inTheirLetters = new Map(
  "addressCountry addressLocality addressRegion baseSalary datePosted employmentType hiringOrganization jobLocation jobLocationType maxValue minValue occupationalCategory salaryCurrency streetAddress unitText validThrough"
    .split(" ")
    .map((one) => [one.toLowerCase(), one]),
);

/** A value that an attribute states; undefined where it is the element's content. */
function statedBy(name: string, attributes: Record<string, string>): string | undefined {
  if (attributes.content !== undefined) return attributes.content;
  switch (name) {
    case "meta":
      return "";
    case "link":
    case "area":
    case "a":
      return attributes.href;
    case "img":
    case "source":
    case "embed":
    case "iframe":
      return attributes.src;
    case "data":
    case "meter":
      return attributes.value;
    case "time":
      return attributes.datetime;
    default:
      return undefined;
  }
}

function add({ node }: Item, name: string, value: Json): void {
  if (value === "") return;
  const before = Object.hasOwn(node, name) ? node[name] : undefined;
  if (before === undefined) Object.defineProperty(node, name, { value, enumerable: true, writable: true });
  else if (!Array.isArray(before)) node[name] = [before, value];
  else if (before.length < valuesMax) before.push(value);
}
