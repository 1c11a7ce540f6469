// Owns mutations of markup: tags dropped, doubled, unclosed and re-nested, attributes without quotes, and depth
// and length without reason.
import type { Chance } from "./chance.ts";
import { hugeBytes, type Mutation } from "./mutate-bytes.ts";

const tag = /<\/?[a-z][^>]{0,2000}>/gi;
const hits = 40;

/** Some of the matches replaced. */
function some(text: string, pattern: RegExp, chance: Chance, instead: (found: string) => string): string {
  const count = [...text.matchAll(pattern)].length;
  const wanted = new Set(Array.from({ length: 1 + chance.below(hits) }, () => chance.below(count)));
  let at = 0;
  return text.replace(pattern, (found) => (wanted.has(at++) ? instead(found) : found));
}

function places(text: string): number[] {
  return [...text.matchAll(tag)].map(({ index }) => index);
}

function insert(text: string, chance: Chance, part: string): string {
  const all = places(text);
  const at = all.length === 0 ? 0 : chance.pick(all);
  return text.slice(0, at) + part + text.slice(at);
}

const texts: Record<string, (text: string, chance: Chance) => string> = {
  "tags dropped": (text, chance) => some(text, tag, chance, () => ""),
  "tags doubled": (text, chance) => some(text, tag, chance, (found) => found + found),
  "tags unclosed": (text, chance) => some(text, /<\/[a-z][^>]{0,200}>/gi, chance, () => ""),
  "tags cut": (text, chance) => some(text, tag, chance, (found) => found.slice(0, -1)),
  "tags of another name": (text, chance) =>
    some(text, tag, chance, (found) =>
      found.replace(
        /[a-z][\w:-]*/i,
        chance.pick(["p", "li", "script", "title", "table", "svg", "textarea", "x-y", "plaintext"]),
      ),
    ),
  "attributes without quotes": (text, chance) =>
    some(text, /=\s*(?:"[^"]{0,500}"|'[^']{0,500}')/g, chance, (found) => found.replace(/["']/g, "")),
  "attributes with one quote": (text, chance) =>
    some(text, /="/g, chance, () => chance.pick(["=", "='", '=""', " "])),
  "attributes empty": (text, chance) => some(text, /="[^"]{1,500}"/g, chance, () => '=""'),
  "classes and types of another name": (text, chance) =>
    some(text, /(?:class|id|type|itemprop|itemtype|data-[\w-]+)="/g, chance, (found) => `x-${found}`),
  "elements renested"(text, chance) {
    const all = places(text);
    if (all.length < 3) return text;
    const [first = 0, second = 0, third = 0] = [chance.pick(all), chance.pick(all), chance.pick(all)].sort(
      (a, b) => a - b,
    );
    return text.slice(0, first) + text.slice(second, third) + text.slice(first, second) + text.slice(third);
  },
  "comments and sections that do not end": (text, chance) =>
    insert(
      text,
      chance,
      chance.pick([
        "<!--",
        "<![CDATA[",
        "<!DOCTYPE [",
        "<?",
        "</",
        "<script>",
        "<title>",
        "<style>",
        "<textarea>",
      ]),
    ),
  "entities of all kinds": (text, chance) =>
    some(
      text,
      /\w{3,}/g,
      chance,
      (found) =>
        found +
        chance.pick(["&amp;", "&#0;", "&#xD800;", "&#99999999;", "&nbsp", "&", "&lt;b&gt;", "&unknown;"]),
    ),
  "depth without end": (text, chance) =>
    insert(
      text,
      chance,
      chance
        .pick(["<div>", "<b>", "<li>", "<p ", "<a href=x>", "<ul><li>", "<item>", "<dt>", "<script>"])
        .repeat(100_000),
    ),
  "ends without begins": (text, chance) =>
    insert(text, chance, chance.pick(["</div>", "</p>", "</item>", "</li>"]).repeat(100_000)),
  "attributes without end": (text, chance) =>
    insert(
      text,
      chance,
      `<div ${chance.pick(["a=1 ", "class='x' ", "b ", "itemprop=title "]).repeat(100_000)}>`,
    ),
  "white space without end": (text, chance) =>
    insert(text, chance, chance.pick([" ", "\n", "\t", "&nbsp;", "\u00a0"]).repeat(200_000)),
  "an element without end"(text, chance) {
    const all = places(text);
    if (all.length < 2) return text;
    const at = chance.below(all.length - 1);
    const part = text.slice(all[at], all[Math.min(all.length - 1, at + 1 + chance.below(30))]);
    return (
      text.slice(0, all[at]) +
      part.repeat(Math.ceil(hugeBytes / Math.max(1, part.length))) +
      text.slice(all[at])
    );
  },
};

export const markupMutations: Record<string, Mutation> = Object.fromEntries(
  Object.entries(texts).map(([name, change]): [string, Mutation] => [
    name,
    (body, chance) => Buffer.from(change(body.toString(), chance)),
  ]),
);
