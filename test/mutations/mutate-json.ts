// Owns mutations of JSON, as an answer or inside a page's scripts: other types, other places, other names, depth
// and length without reason.
import type { Chance } from "./chance.ts";
import { hugeBytes, type Mutation } from "./mutate-bytes.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Spot = { holder: Json[] | { [key: string]: Json }; key: string };

const spotsMax = 5_000;
/** What stands for a text that no object could be written as. */
const mark = "@@mark@@";

const odd: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  1.5,
  "",
  " ",
  "\ud800",
  "\u0000",
  "9".repeat(400),
  [],
  {},
  [[]],
  [null],
  { name: null },
  [{}],
  "2026-13-45T99:99:99Z",
  "javascript:alert(1)",
  "<script>",
  "&lt;b&gt;&amp;#55357;",
];

/** Texts that are JSON to some, and to JSON.parse not. */
const broken = ["NaN", "undefined", "'x'", "{a:1}", "[,]", '"\\x"', '"\\ud83d"', "1e999", "-", "/* x */ 1"];

function spots(root: Json): Spot[] {
  const found: Spot[] = [];
  const waiting: Json[] = [root];
  for (let holder = waiting.pop(); holder !== undefined && found.length < spotsMax; holder = waiting.pop()) {
    if (holder === null || typeof holder !== "object") continue;
    for (const [key, value] of Object.entries(holder)) {
      found.push({ holder, key });
      waiting.push(value);
    }
  }
  return found;
}

const valueAt = ({ holder, key }: Spot): Json => (holder as { [key: string]: Json })[key] ?? null;

function put({ holder, key }: Spot, value: Json): void {
  (holder as { [key: string]: Json })[key] = value;
}

/** What each does with an answer; it returns the text that stands for the mark. */
const changes: Record<string, (root: Json, all: Spot[], chance: Chance) => string | undefined> = {
  "another type"(_, all, chance) {
    for (let count = 1 + chance.below(8); count > 0; count--) put(chance.pick(all), chance.pick(odd));
    return undefined;
  },
  "one field of another type everywhere"(_, all, chance) {
    const { key } = chance.pick(all);
    const value = chance.pick(odd);
    for (const spot of all) if (spot.key === key) put(spot, value);
    return undefined;
  },
  "a field left out"(_, all, chance) {
    const { key } = chance.pick(all);
    for (const { holder } of all) if (!Array.isArray(holder)) delete holder[key];
    return undefined;
  },
  "a field renamed"(_, all, chance) {
    const { holder, key } = chance.pick(all);
    if (Array.isArray(holder)) return undefined;
    const name = chance.pick(["__proto__", "constructor", "length", "toString", `${key}s`, ""]);
    Object.defineProperty(holder, name, { value: holder[key], enumerable: true, configurable: true });
    delete holder[key];
    return undefined;
  },
  "two values swapped"(_, all, chance) {
    const [one, other] = [chance.pick(all), chance.pick(all)];
    const [first, second] = [valueAt(one), valueAt(other)];
    // A value inside itself could not be written.
    put(one, structuredClone(second));
    put(other, structuredClone(first));
    return undefined;
  },
  "a level more"(_, all, chance) {
    const spot = chance.pick(all);
    put(spot, chance.oneIn(2) ? [valueAt(spot)] : { data: valueAt(spot), name: valueAt(spot) });
    return undefined;
  },
  "a level less"(_, all, chance) {
    const spot = chance.pick(all);
    const value = valueAt(spot);
    const [inner] = value !== null && typeof value === "object" ? Object.values(value) : [];
    put(spot, inner ?? null);
    return undefined;
  },
  "depth without end"(_, all, chance) {
    put(chance.pick(all), mark);
    const levels = 100_000;
    const [open, close] = chance.pick([
      ["[", "]"],
      ['{"name":', "}"],
      ['{"@graph":[', "]}"],
    ] as const);
    return `${open.repeat(levels)}"x"${close.repeat(levels)}`;
  },
  "a value that is none"(_, all, chance) {
    put(chance.pick(all), mark);
    return chance.pick(broken);
  },
  "a text without end"(_, all, chance) {
    put(chance.pick(all), mark);
    const part = chance.pick([
      "a",
      " ",
      "\\\\",
      '\\"',
      "&amp;",
      "<p>",
      "<b",
      "| ",
      "1,",
      "\\ud83d\\ude00",
      "-",
      "(",
    ]);
    return `"${part.repeat(1 + chance.below(400_000 / part.length))}"`;
  },
  "an item a thousand times"(_, all, chance) {
    const spot = chance.pick(all);
    const list = Array.isArray(spot.holder) ? spot.holder : [valueAt(spot)];
    const length = JSON.stringify(list).length + 1;
    const count = Math.min(1_000, Math.max(1, Math.floor(hugeBytes / length)));
    const many = Array.from({ length: count }, () => list).flat();
    if (Array.isArray(spot.holder)) spot.holder.splice(0, spot.holder.length, ...many);
    else put(spot, many);
    return undefined;
  },
};

/** undefined where the text is no JSON with something in it. */
function changed(text: string, chance: Chance, change: (typeof changes)[string]): string | undefined {
  let root: Json;
  try {
    root = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  const all = spots(root);
  if (all.length === 0) return undefined;
  const instead = change(root, all, chance);
  const written = JSON.stringify(root) ?? "";
  return instead === undefined ? written : written.replaceAll(`"${mark}"`, () => instead);
}

/** The first script of a page that is JSON, from a random one on. */
function script(text: string, chance: Chance): [number, number] | undefined {
  const all = [...text.matchAll(/<(script|code)\b[^>]{0,500}>(?:\s|<!--)*(?=[[{])/g)];
  if (all.length === 0) return undefined;
  const [tag, name = ""] = chance.pick(all);
  const from = (text.indexOf(tag) ?? 0) + tag.length;
  const to = text.indexOf(`</${name}`, from);
  return to < 0 ? undefined : [from, to];
}

export const jsonMutations: Record<string, Mutation> = Object.fromEntries(
  Object.entries(changes).map(([name, change]): [string, Mutation] => [
    name,
    (body, chance) => {
      const text = body.toString();
      const whole = changed(text, chance, change);
      if (whole !== undefined) return Buffer.from(whole);
      const at = script(text, chance);
      if (at === undefined) return body;
      const [from, to] = at;
      const end = text.slice(from, to).endsWith("-->") ? to - 3 : to;
      const inner = changed(text.slice(from, end), chance, change);
      return inner === undefined ? body : Buffer.from(text.slice(0, from) + inner + text.slice(end));
    },
  ]),
);

export const scriptMutations: Record<string, Mutation> = {
  "script data broken"(body, chance) {
    const text = body.toString();
    const at = script(text, chance);
    if (at === undefined) return body;
    const signs = [...text.slice(...at).matchAll(/["{}[\]:,\\]/g)];
    if (signs.length === 0) return body;
    const hit = at[0] + chance.pick(signs).index;
    const instead = chance.pick(["", '"', "\\", "}", "</script>", "<!--", "\n", "\u2028"]);
    return Buffer.from(text.slice(0, hit) + instead + text.slice(hit + 1));
  },
};
