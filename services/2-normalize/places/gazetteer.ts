// Owns the places that are known and their names: cities, states, countries, regions (docs/adr/0021-places.md). It
// says what a name may mean, and how likely each meaning is; which of them a posting means is places.ts's matter.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keyOf } from "./key.ts";
import type { Meaning } from "./meaning.ts";

export interface Gazetteer {
  /** What a name may mean, the most likely first. */
  meaningsOf(key: string): readonly Meaning[];
  /** What a code in capitals may mean: CA is California, and Canada. */
  meaningsOfCode(code: string): readonly Meaning[];
  /** The lists of words.txt. */
  words: Record<WordList, ReadonlySet<string>>;
}

const wordLists = ["conjunctions", "beside", "streets", "avenues", "except", "words"] as const;
export type WordList = (typeof wordLists)[number];

/** A country is meant before a city of its name, a name before another's byname, a city before a county far away. */
const weights = { region: 3e7, country: 3e7, bynameOneIn: 50, countyOneIn: 200 } as const;
/** Countries whose postings write states as codes. */
const writesStateCodes = new Set(["US", "CA", "AU", "BR", "IN", "DE", "CH", "GB", "MX", "NL", "ES"]);

const text = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");
const rows = (name: string) =>
  text(name)
    .split("\n")
    .filter((row) => row !== "" && !row.startsWith("#"));

export function openGazetteer(): Gazetteer {
  const areas = new Map<string, Meaning[]>();
  const codes = new Map<string, Meaning[]>();
  const regions = new Map<string, string>();
  const states = new Map<string, string>();

  for (const row of rows("countries.tsv")) {
    const [country = "", iso3 = "", people = "", , region = "", keys = ""] = row.split("\t");
    const meaning = { ...nowhere, region: region || null, country, weight: weights.country };
    regions.set(country, region);
    for (const key of keys.split("|")) put(areas, key, meaning);
    const coded = { ...meaning, weight: Math.min(Math.max(Number(people), 1), weights.country) };
    for (const code of [country, iso3]) put(codes, code, coded);
  }
  for (const row of rows("states.tsv")) {
    const [country = "", admin = "", code = "", people = "", name = "", keys = ""] = row.split("\t");
    const meaning = {
      ...nowhere,
      region: regions.get(country) || null,
      country,
      state: name,
      weight: Math.max(Number(people), 1),
    };
    states.set(`${country}.${admin}`, name);
    for (const key of keys.split("|")) put(areas, key, meaning);
    if (code === "" || !writesStateCodes.has(country)) continue;
    // NH is New Hampshire; North Holland is meant beside a city of it.
    const weight = country === "US" ? meaning.weight : meaning.weight / weights.bynameOneIn;
    put(codes, code, { ...meaning, weight });
  }

  const cities = openCities((row, isByname) => {
    const [name = "", country = "", admin = "", people, latitude, longitude] = row.split("\t");
    const population = Number(people);
    return {
      region: regions.get(country) || null,
      country,
      state: states.get(`${country}.${admin}`) ?? null,
      city: { name, population, latitude: Number(latitude), longitude: Number(longitude) },
      weight: isByname ? population / weights.bynameOneIn : population,
      isPreferred: false,
    };
  });
  const meaningsOf = (key: string): readonly Meaning[] => {
    const named = areas.get(key);
    const found = cities(key);
    if (named === undefined) return found;
    return found.length === 0 ? named : [...named, ...found].sort(heaviestFirst);
  };
  ownNames(meaningsOf, areas, codes);
  for (const lists of [areas, codes]) for (const list of lists.values()) list.sort(heaviestFirst);
  return { meaningsOf, meaningsOfCode: (code) => codes.get(code) ?? none, words: wordsOf() };
}

/** The cities stay text until one is asked for: as objects they would take ten times the room, and a second to make. */
function openCities(read: (row: string, isByname: boolean) => Meaning): (key: string) => readonly Meaning[] {
  const all = text("cities.tsv");
  /** Where the row of a key's city starts; of a byname, counted from the end of the text. Several are a list. */
  const starts = new Map<string, number | number[]>();
  for (let start = all.indexOf("\n") + 1; start < all.length; ) {
    const end = all.indexOf("\n", start);
    const keys = all.slice(all.lastIndexOf("\t", end) + 1, end).split("|");
    for (const [index, key] of keys.entries()) {
      const at = index === 0 ? start : start + all.length;
      const known = starts.get(key);
      if (known === undefined) starts.set(key, at);
      else if (typeof known === "number") starts.set(key, [known, at]);
      else known.push(at);
    }
    start = end + 1;
  }
  return (key) => {
    const found = starts.get(key);
    if (found === undefined) return none;
    return (typeof found === "number" ? [found] : found)
      .map((at) => {
        const start = at % all.length;
        return read(all.slice(start, all.indexOf("\n", start)), at >= all.length);
      })
      .sort(heaviestFirst);
  };
}

function put(names: Map<string, Meaning[]>, name: string, meaning: Meaning): void {
  const known = names.get(name);
  if (known === undefined) names.set(name, [meaning]);
  else known.push(meaning);
}

const none: readonly Meaning[] = [];
const nowhere: Meaning = {
  region: null,
  country: null,
  state: null,
  city: null,
  weight: 0,
  isPreferred: false,
};
const heaviestFirst = (a: Meaning, b: Meaning) => b.weight - a.weight;

/** names.txt: each line's names are put to what the line stands for, which has to be known. */
function ownNames(
  meaningsOf: Gazetteer["meaningsOf"],
  areas: Map<string, Meaning[]>,
  codes: Map<string, Meaning[]>,
): void {
  let section = "";
  for (const row of rows("names.txt")) {
    if (row.startsWith("[")) {
      section = row;
      continue;
    }
    const [what = "", names = ""] = row.split(" = ");
    const meaning =
      section === "[regions]"
        ? { ...nowhere, region: what, weight: weights.region }
        : stoodFor(what, meaningsOf, codes);
    const isPreferred = section === "[preferred]";
    const weight = section === "[counties]" ? meaning.weight / weights.countyOneIn : meaning.weight;
    for (const name of [...(section === "[regions]" ? [what] : []), ...names.split(",")]) {
      const written = name.trim();
      const isCode = /^[A-Z]+$/.test(written);
      put(isCode ? codes : areas, isCode ? written : keyOf(written), { ...meaning, isPreferred, weight });
    }
  }
}

/** "Munich, Bavaria, DE", "Bavaria, DE", "DE"; a city needs its state only where a state has its name. */
function stoodFor(what: string, meaningsOf: Gazetteer["meaningsOf"], codes: Map<string, Meaning[]>): Meaning {
  const parts = what.split(",").map((part) => part.trim());
  const country = parts.at(-1) as string;
  const own = (meaning: Meaning) => meaning.country === country;
  const named = meaningsOf(keyOf(parts[0] as string)).filter(own);
  const state = named.find((one) => one.city === null && one.state === parts[0]);
  const city = named.find((one) => one.city !== null && (parts.length === 2 || one.state === parts[1]));
  const whole = codes.get(country)?.find((one) => own(one) && one.state === null && one.city === null);
  const found = parts.length === 1 ? whole : parts.length === 2 ? (state ?? city) : city;
  if (found === undefined)
    throw new Error(
      `names.txt: ${JSON.stringify(what)} is no known place; write it as cities.tsv and states.tsv do.`,
    );
  return found;
}

function wordsOf(): Record<WordList, ReadonlySet<string>> {
  const lists = Object.fromEntries(wordLists.map((list) => [list, new Set<string>()])) as Record<
    WordList,
    Set<string>
  >;
  let list: Set<string> | undefined;
  for (const row of rows("words.txt")) {
    if (row.startsWith("[")) list = lists[row.slice(1, -1) as WordList];
    else for (const word of row.split(" ")) list?.add(word.replaceAll("-", " "));
  }
  return lists;
}
