// Owns the places that a posting's location line names: from its words to region, country, state, city and where
// that lies on the map. A name with several meanings is resolved by what is named beside it, else by size, and
// never against a stated state or country. What is not sure is left out: a coarser place, or none.
import type { PostingPlace } from "@skillstream/schemas/types.ts";
import { type Gazetteer, type Meaning, openGazetteer } from "./places/gazetteer.ts";
import { keyOf } from "./places/key.ts";

/** What follows names no place any more. */
const lineCharsMax = 500;
/** A posting for more places than this is for no place in particular. */
const placesMax = 20;
/** The longest names: "Trinidad and Tobago", "San Luis Río Colorado"; in a script without spaces, letters. */
const nameWordsMax = 6;
const nameSignsMax = 10;
/** Smaller ones are named with what lies around them. */
const alonePopulationMin = 15_000;
/** Beside words that are not understood only what everybody knows is taken for a place: "Acme New York". */
const knownPopulationMin = 300_000;
/** The same few location lines come again and again. */
const rememberedLinesMax = 20_000;

let gazetteer: Gazetteer | undefined;
const remembered = new Map<string, PostingPlace[]>();

export function placesOf(location: string | null): PostingPlace[] {
  if (location === null || location === "") return [];
  const known = remembered.get(location);
  if (known !== undefined) return known;
  gazetteer ??= openGazetteer();
  const places = readPlaces(gazetteer, location.slice(0, lineCharsMax));
  if (remembered.size >= rememberedLinesMax) remembered.clear();
  remembered.set(location, places);
  return places;
}

function readPlaces(known: Gazetteer, line: string): PostingPlace[] {
  const groups = groupsOf(known, namesIn(known, partsOf(line)));
  const countries = groups.map((group) => resolve(group, new Set())?.country ?? null);
  const found = groups.flatMap((group, index) => {
    const beside = countries.filter((country, other) => other !== index && country !== null);
    return resolve(group, new Set(beside)) ?? [];
  });
  const distinct = new Map(found.map((meaning) => [JSON.stringify(placeOf(meaning)), placeOf(meaning)]));
  return [...distinct.values()].slice(0, placesMax);
}

/** How a word is parted from the one before it: not at all, by a comma or the like, by what parts two places. */
type Gap = "space" | "comma" | "list";

interface Word {
  raw: string;
  key: string;
  gap: Gap;
  /** In a script that writes no spaces, each sign is a word. */
  isSign: boolean;
}

const signs = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー";
const wordForm = new RegExp(
  `[${signs}]|[\\p{L}\\p{M}\\p{N}](?:(?![${signs}])[\\p{L}\\p{M}\\p{N}'’.])*`,
  "gu",
);
const listMark = /[;|/\n•·&+、→]|\s[-–—]\s[-–—]\s/;
const commaMark = /[,()[\]:–—]|\s-|-\s|，/;
const isSign = new RegExp(`^[${signs}]$`, "u");

/** The words between two commas or stronger marks. */
function partsOf(line: string): Word[][] {
  const parts: Word[][] = [];
  let last = 0;
  for (const { 0: raw, index } of line.matchAll(wordForm)) {
    const between = line.slice(last, index);
    last = index + raw.length;
    const gap = listMark.test(between) ? "list" : commaMark.test(between) ? "comma" : "space";
    const word = { raw, key: keyOf(raw), gap, isSign: isSign.test(raw) } satisfies Word;
    const part = parts.at(-1);
    if (part === undefined || gap !== "space") parts.push([word]);
    else part.push(word);
  }
  return parts;
}

/** A name that stands in the line, with all that it may mean. */
interface Name {
  key: string;
  gap: Gap;
  isCode: boolean;
  meanings: readonly Meaning[];
}

const conjunctions = new Set([
  "and",
  "or",
  "und",
  "oder",
  "ou",
  "y",
  "e",
  "et",
  "of",
  "och",
  "og",
  "lub",
  "en",
]);

function namesIn(known: Gazetteer, parts: readonly (readonly Word[])[]): Name[] {
  const isWhispered = !parts.some((part) => part.some(({ raw }) => /\p{Lu}/u.test(raw)));
  return parts.flatMap((part) => namesInPart(known, part, isWhispered));
}

function namesInPart(known: Gazetteer, part: readonly Word[], isWhispered: boolean): Name[] {
  const { beside, streets, avenues } = known.words;
  let names: Name[] = [];
  let strangers = 0;
  let gap = part[0]?.gap ?? "space";
  for (let index = 0; index < part.length; ) {
    const word = part[index] as Word;
    const found = nameAt(known, part, index, isWhispered);
    if (found !== null) {
      names.push({ key: found.key, gap, isCode: found.isCode, meanings: found.meanings });
      index += found.words;
      gap = "space";
      continue;
    }
    index++;
    if (index > 1 && conjunctions.has(word.key)) gap = "list";
    if (/^\d/.test(word.key)) {
      // A house number opens an address; a postal code stands before or after the city.
      if (index === 1 && part.length > 1 && word.key.length < 4) strangers++;
    } else if (avenues.has(word.key)) return [];
    else if (streets.has(word.key) || /stra(?:ss|ß)e$|str$|straat$|gatan$/.test(word.key)) {
      names = [];
      strangers = 0;
    } else if (!beside.has(word.key)) strangers++;
  }
  const isClear = strangers === 0;
  return names.filter(
    ({ isCode, meanings }) => isClear || isCode || (meanings[0]?.weight ?? 0) >= knownPopulationMin,
  );
}

interface Found {
  key: string;
  words: number;
  isCode: boolean;
  meanings: readonly Meaning[];
}

/** The longest name that starts here. */
function nameAt(known: Gazetteer, part: readonly Word[], start: number, isWhispered: boolean): Found | null {
  const first = part[start] as Word;
  let best: Found | null = null;
  let written = "";
  let isWritten = isWhispered;
  const wordsMax = first.isSign ? nameSignsMax : nameWordsMax;
  for (let words = 1; words <= wordsMax && start + words <= part.length; words++) {
    const word = part[start + words - 1] as Word;
    if (first.isSign && !word.isSign) break;
    written += words === 1 || word.isSign ? word.raw : ` ${word.raw}`;
    isWritten ||= !/^\p{Ll}/u.test(word.raw);
    if (!isWritten || (first.isSign && words === 1)) continue;
    const key = words === 1 ? word.key : keyOf(written);
    // "REMOTE OR HYBRID" names no state; "Portland, OR" does.
    const isWord = conjunctions.has(key) || known.words.beside.has(key);
    const code = words === 1 && /^[A-Z.]{2,6}$/.test(word.raw) && (word.gap !== "space" || !isWord);
    const coded = code ? known.meaningsOfCode(key.toUpperCase()) : none;
    const named = known.meaningsOf(key);
    if (coded.length > 0 || named.length > 0)
      best = {
        key,
        words,
        isCode: coded.length > 0,
        meanings: coded.length > 0 ? [...coded, ...named] : named,
      };
  }
  return best;
}
const none: readonly Meaning[] = [];

/** Names that are parts of one place: "Austin, TX, US". */
interface Group {
  names: readonly Name[];
  /** What all of them together may mean, each as fine as the finest name. */
  meanings: readonly Meaning[];
}

/** As many meanings of a name as are looked at beside those of its neighbour: there are 80 of "San Antonio". */
const meaningsMax = 60;
/** What two names would have to mean to be one place may be far-fetched, but not more than this. */
const farFetchedMin = 1 / 3_000;
/** Two names that each mean a city, or each a state, are rather two places: "Boston, New York". */
const siblingsMin = 1 / 20;
/** "Richmond, CA" means the state of California before the country. */
const stateCodeTimes = 10;

function groupsOf(known: Gazetteer, names: readonly Name[]): Group[] {
  const groups: Group[] = [];
  for (const name of names) {
    const group = groups.at(-1);
    const meanings = group === undefined ? none : together(group, name);
    if (group !== undefined && meanings.length > 0)
      groups[groups.length - 1] = { names: [...group.names, name], meanings };
    else groups.push({ names: [name], meanings: name.meanings });
  }
  return groups.map((group) => {
    const [name, ...others] = group.names;
    if (name === undefined || others.length > 0) return group;
    return { ...group, meanings: name.meanings.filter((meaning) => standsAlone(known, name, meaning)) };
  });
}

/** Whether the name may mean this with no state or country beside it. */
function standsAlone(
  known: Gazetteer,
  { key, isCode }: Name,
  { city, weight, isPreferred }: Meaning,
): boolean {
  const { beside, words } = known.words;
  if (isPreferred) return true;
  if (isCode && (beside.has(key) || conjunctions.has(key))) return false;
  if (city === null) return true;
  return !words.has(key) && weight >= alonePopulationMin;
}

/** What a group and the name after it mean as one place; nothing where they are two. */
function together({ names, meanings }: Group, name: Name): Meaning[] {
  const before = names.at(-1) as Name;
  const [a] = meanings;
  const [b] = name.meanings;
  if (a === undefined || b === undefined) return [];
  const isSame = before.key === name.key;
  const areSiblings = !name.isCode && !isSame && grainOf(a) === grainOf(b);
  const found: Meaning[] = [];
  for (const one of meanings.slice(0, meaningsMax)) {
    for (const other of name.meanings.slice(0, meaningsMax)) {
      const finer = grainOf(one) > grainOf(other) ? one : other;
      const coarser = finer === one ? other : one;
      if (grainOf(finer) === grainOf(coarser) || !lies(finer, coarser)) continue;
      // "Washington; DC" is one place, "London; UK" may be two.
      if (name.gap === "list" && !(name.isCode && !before.isCode && other.state !== null)) continue;
      const likely = (one.weight / a.weight) * (name.isCode ? 1 : other.weight / b.weight);
      if (likely < (areSiblings ? siblingsMin : name.isCode ? 0 : farFetchedMin)) continue;
      const times = name.isCode && other.country === "US" && other.state !== null ? stateCodeTimes : 1;
      found.push({ ...finer, weight: finer.weight * times });
    }
  }
  return found.sort((one, other) => other.weight - one.weight);
}

/** Region 0, country 1, state 2, city 3. */
function grainOf({ country, state, city }: Meaning): number {
  if (city !== null) return 3;
  if (state !== null) return 2;
  return country === null ? 0 : 1;
}

function lies(finer: Meaning, coarser: Meaning): boolean {
  switch (grainOf(coarser)) {
    case 0:
      return finer.region === coarser.region;
    case 1:
      return finer.country === coarser.country;
    default:
      return finer.country === coarser.country && finer.state === coarser.state;
  }
}

/** In the company of another country's places, its own place of a name is meant if it is at least so big. */
const companyMin = 1 / 6;
/** How much more likely than any other the meaning has to be. */
const surelyTimes = 2;
/** Between places of different kinds sizes say less: "Georgia", "Washington". */
const surelyTimesAcross = 15;
const surelyTimesStateCity = 10;
/** A state's chief city is meant by their common name: "Berlin", "Utrecht". */
const chiefCityMin = 100_000;

/** What a group means, or what is sure of it. */
function resolve({ meanings }: Group, beside: ReadonlySet<string | null>): Meaning | null {
  const first = meanings.reduce<Meaning | null>(heavier, null);
  if (first === null) return null;
  const near = meanings.filter(({ country }) => beside.has(country)).reduce<Meaning | null>(heavier, null);
  const meant =
    near !== null && !beside.has(first.country) && near.weight >= first.weight * companyMin ? near : first;
  const rivals = meanings.filter(
    (one) =>
      one.weight * timesBetween(meant, one) > meant.weight &&
      !meant.isPreferred &&
      (meant === first || beside.has(one.country)) &&
      !isPart(meant, one) &&
      !isPart(one, meant),
  );
  if (rivals.length > 0) {
    const sure = rivals.reduce(whatBothAre, meant);
    return sure.country === null ? null : sure;
  }
  if (meant.isPreferred || meant.city !== null) return meant;
  // Singapore is a city; Guatemala has one.
  const chief = meanings.find(({ city, isPreferred }) =>
    meant.state === null ? isPreferred : city !== null && city.population >= chiefCityMin,
  );
  return chief !== undefined && lies(chief, meant) ? chief : meant;
}

const heavier = (best: Meaning | null, one: Meaning) =>
  best === null || one.weight > best.weight ? one : best;

function timesBetween(one: Meaning, other: Meaning): number {
  const grains = [grainOf(one), grainOf(other)];
  if (grains[0] === grains[1]) return surelyTimes;
  return grains.includes(2) && grains.includes(3) ? surelyTimesStateCity : surelyTimesAcross;
}

/** Whether one is the other, or lies in it. */
function isPart(one: Meaning, other: Meaning): boolean {
  if (grainOf(one) < grainOf(other) || !lies(one, other)) return false;
  return other.city === null || other.city.name === one.city?.name;
}

function whatBothAre(one: Meaning, other: Meaning): Meaning {
  const country = one.country === other.country ? one.country : null;
  const state = country !== null && one.state === other.state ? one.state : null;
  return { region: one.region, country, state, city: null, weight: 0, isPreferred: false };
}

function placeOf({ region, country, state, city }: Meaning): PostingPlace {
  return {
    region,
    country,
    state,
    city: city?.name ?? null,
    latitude: city?.latitude ?? null,
    longitude: city?.longitude ?? null,
  };
}
