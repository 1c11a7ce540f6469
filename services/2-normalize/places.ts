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
const bynamePopulationMin = 100_000;
/** SJ is San Jose to more people than Svalbard. */
const codePopulationMin = 1_000_000;
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
  const countries = groups.map((group) => resolve(group, nothing)?.country ?? null);
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
// "U.S." and "D.C." are words; in "USA.CA.Menlo Park" the points part them.
const wordForm = new RegExp(
  `[${signs}]|\\p{L}(?:\\.\\p{L}(?!\\p{L}))+\\.?|[\\p{L}\\p{M}\\p{N}](?:(?![${signs}])[\\p{L}\\p{M}\\p{N}'’])*\\.?`,
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
    const isFirst = parts.length === 0;
    const gap = listMark.test(between) ? "list" : isFirst || commaMark.test(between) ? "comma" : "space";
    const word = { raw, key: keyOf(raw), gap, isSign: isSign.test(raw) } satisfies Word;
    if (gap !== "space") parts.push([word]);
    else parts.at(-1)?.push(word);
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
  const names: Name[] = [];
  for (const part of parts) {
    const end = part.findIndex(({ raw, key }) => known.words.except.has(key) && raw !== "NO");
    names.push(...namesInPart(known, end < 0 ? part : part.slice(0, end), isWhispered));
    if (end >= 0) break;
  }
  return names;
}

function namesInPart(known: Gazetteer, part: readonly Word[], isWhispered: boolean): Name[] {
  const { beside, streets, avenues } = known.words;
  let names: Name[] = [];
  let strangers = 0;
  let gap = part[0]?.gap ?? "space";
  for (let index = 0; index < part.length; ) {
    const word = part[index] as Word;
    // "1012 AB Amsterdam"
    const isPostal = index > 0 && /^\d{4}$/.test(part[index - 1]?.key ?? "") && /^[A-Z]{2}$/.test(word.raw);
    const found = isPostal ? null : nameAt(known, part, index, isWhispered);
    if (found !== null && !isWord(known, found, part)) {
      names.push({ key: found.key, gap, isCode: found.isCode, meanings: found.meanings });
      index += found.words;
      gap = "space";
      continue;
    }
    index++;
    if (index > 1 && conjunctions.has(word.key)) gap = "list";
    if (avenues.has(word.key)) return [];
    if (isPostal) continue;
    if (streets.has(word.key) || /stra(?:ss|ß)e$|str$|straat$|gatan$/.test(word.key)) {
      names = [];
      strangers = 0;
    } else if (!beside.has(word.key) && !startsWithDigit.test(word.key)) strangers++;
  }
  const number =
    part.length > 1 && startsWithDigit.test(part[0]?.key ?? "") ? part[0]?.key.length : undefined;
  return names.filter(({ key, isCode, meanings: [first] }) => {
    // A byname in another script is no word of this one.
    const isForeign = !/[a-z]/.test(key);
    if (isCode || first === undefined) return true;
    if ((isForeign ? (first.city?.population ?? first.weight) : first.weight) >= knownPopulationMin)
      return true;
    // A house number opens an address; a postal code of five digits stands before the city, though not in America.
    const isAddress = number !== undefined && (number < 4 || first.region === "North America");
    return strangers === 0 && !isAddress;
  });
}
const startsWithDigit = /^\d/;

/** "Centre" in "Eaton Centre" is no region of Burkina Faso. */
function isWord({ words }: Gazetteer, found: Found, part: readonly Word[]): boolean {
  if (found.isCode) return false;
  const { key } = found;
  return (
    words.beside.has(key) || words.streets.has(key) || (words.words.has(key) && part.length > found.words)
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
    const isPlain = conjunctions.has(key) || known.words.beside.has(key);
    const code = words === 1 && /^[A-Z.]{2,6}$/.test(word.raw) && (word.gap !== "space" || !isPlain);
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
const stateCodeTimes = 20;

function groupsOf(known: Gazetteer, names: readonly Name[]): Group[] {
  const groups: Group[] = [];
  for (const [index, found] of names.entries()) {
    const name = codeBeside(names[index - 1], found, names[index + 1]);
    if (isProvince(names[index - 1], name, names[index + 1])) continue;
    const group = groups.at(-1);
    const meanings = group === undefined ? none : together(group, name);
    if (group !== undefined && meanings.length > 0)
      groups[groups.length - 1] = { names: [...group.names, name], meanings };
    else groups.push({ names: [name], meanings: name.meanings });
  }
  return groups
    .map((group) => {
      const [name, ...others] = group.names;
      if (name === undefined || others.length > 0) return group;
      return { ...group, meanings: name.meanings.filter((meaning) => standsAlone(known, name, meaning)) };
    })
    .filter((group, index, all) => !isDenied(group, all[index - 1]) && !isDenied(group, all[index + 1]));
}

/** A state's code before its country is the state's: "Vernon, CA, US"; between countries it is a country's. */
function codeBeside(before: Name | undefined, name: Name, next: Name | undefined): Name {
  const country = countryNamed(next);
  if (!name.isCode || country === null) return name;
  const only = (isMeant: (one: Meaning) => boolean) => {
    const meanings = name.meanings.filter(isMeant);
    return meanings.length === 0 ? name : { ...name, meanings };
  };
  if (countryNamed(before) !== null) return only((one) => grainOf(one) === 1);
  return next?.gap === "list" ? name : only((one) => grainOf(one) === 2 && one.country === country);
}

function countryNamed(name: Name | undefined): string | null {
  const meant = name?.meanings.reduce<Meaning | null>(heavier, null) ?? null;
  return meant !== null && grainOf(meant) === 1 ? meant.country : null;
}

/** A code that means nothing in the country after it, where the city before it lies: "Milano, MI, Italy". */
function isProvince(before: Name | undefined, name: Name, next: Name | undefined): boolean {
  const country = countryNamed(next);
  if (!name.isCode || next?.gap !== "comma" || country === null) return false;
  const isThere = (one: Meaning) => one.country === country;
  return (
    !name.meanings.some(isThere) && before?.meanings.some((one) => isThere(one) && one.city !== null) === true
  );
}

/** Whether a smaller city is named beside a state or country where it does not lie: then another is meant. */
function isDenied(group: Group, beside: Group | undefined): boolean {
  if (beside === undefined || group.names.length > 1) return false;
  const city = resolve(group, nothing)?.city;
  const area = resolve(beside, nothing);
  if (city === undefined || city === null || area === null || area.city !== null || area.country === null)
    return false;
  return (
    city.population < knownPopulationMin && beside.names[0]?.gap !== "list" && group.names[0]?.gap !== "list"
  );
}
const nothing: ReadonlySet<string | null> = new Set();

/** Whether the name may mean this with no state or country beside it. */
function standsAlone(
  known: Gazetteer,
  { key, isCode }: Name,
  { country, state, city, weight, isPreferred }: Meaning,
): boolean {
  const { beside, words } = known.words;
  if (isPreferred) return true;
  if (isCode && (beside.has(key) || conjunctions.has(key))) return false;
  if (country === null) return true;
  if (state === null && city === null) return !isCode || weight >= codePopulationMin;
  if (words.has(key) && !(isCode && city === null)) return false;
  if (city === null) return true;
  const isByname = weight < city.population;
  if (!isCode && /^[a-z]{1,2}$/.test(key)) return false;
  return city.population >= (isByname ? bynamePopulationMin : alonePopulationMin);
}

/** What a group and the name after it mean as one place; nothing where they are two. */
function together({ names, meanings }: Group, name: Name): Meaning[] {
  const before = names.at(-1) as Name;
  const a = meanings.reduce<Meaning | null>(heavier, null);
  const b = name.meanings.reduce<Meaning | null>(heavier, null);
  if (a === null || b === null) return [];
  const isSame = before.key === name.key;
  const areSiblings = !name.isCode && !isSame && grainOf(a) === grainOf(b);
  const found: Meaning[] = [];
  for (const one of meanings.slice(0, meaningsMax)) {
    for (const other of name.meanings.slice(0, meaningsMax)) {
      const finer = grainOf(one) > grainOf(other) ? one : other;
      const coarser = finer === one ? other : one;
      if (!isPart(finer, coarser)) continue;
      // "Germany, Europe" may be two; "Berlin, Germany, Europe" is one.
      if (coarser.country === null && (coarser === one || finer.city === null)) continue;
      // "Luxembourg, Luxembourg"
      if (isSame && grainOf(finer) === grainOf(coarser)) continue;
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
const companyMin = 1 / 4;
/** How much more likely than any other the meaning has to be. */
const surelyTimesAmong = 2;
/** Of a country or state beside something finer sizes say less: "Georgia", "Washington". */
const surelyTimesCountry = 15;
const surelyTimesState = 10;
const chiefCityMin = 50_000;

/** What a group means, or what is sure of it. */
function resolve({ names, meanings: all }: Group, beside: ReadonlySet<string | null>): Meaning | null {
  const meanings = all.filter((one) => one.isPreferred || !all.some((other) => isChiefCity(other, one)));
  const first = meanings.reduce<Meaning | null>(heavier, null);
  if (first === null) return null;
  const near = meanings.filter(({ country }) => beside.has(country)).reduce<Meaning | null>(heavier, null);
  const meant =
    near !== null && !beside.has(first.country) && near.weight >= first.weight * companyMin ? near : first;
  const rivals = meanings.filter(
    (one) =>
      one.weight * surelyTimes(meant, one) > meant.weight &&
      !meant.isPreferred &&
      (meant === first || beside.has(one.country)) &&
      !isPart(meant, one) &&
      !isPart(one, meant),
  );
  if (rivals.length > 0) {
    const sure = rivals.reduce(whatBothAre, meant);
    return sure.country === null ? null : sure;
  }
  const [country, code] = names;
  if (names.length === 2 && country !== undefined && code !== undefined && mayBeTwo(country, code, meant))
    return country.meanings.find((one) => isPart(meant, one)) ?? null;
  // Singapore is a city; Guatemala has one.
  return meanings.find((one) => one.isPreferred && isPart(one, meant)) ?? meant;
}

/** "US, CA" is a state, or two countries; of both only the first is sure. */
function mayBeTwo(country: Name, code: Name, meant: Meaning): boolean {
  if (countryNamed(country) === null || !code.isCode || code.gap !== "comma" || grainOf(meant) !== 2)
    return false;
  const grains = code.meanings.filter((one) => one.state === null || one.state === meant.state).map(grainOf);
  return grains.includes(1) && grains.includes(2);
}

/** Whether a state's name rather means its chief city: "Berlin", "Utrecht", "San José". */
function isChiefCity(one: Meaning, state: Meaning): boolean {
  const isCity = one.city !== null && Math.min(one.city.population, one.weight) >= chiefCityMin;
  return isCity && grainOf(state) === 2 && lies(one, state);
}

function heavier(best: Meaning | null, one: Meaning): Meaning {
  if (best === null || one.isPreferred !== best.isPreferred)
    return best === null || one.isPreferred ? one : best;
  return one.weight > best.weight ? one : best;
}

function surelyTimes(one: Meaning, other: Meaning): number {
  if (grainOf(one) >= grainOf(other)) return surelyTimesAmong;
  return grainOf(one) === 1 ? surelyTimesCountry : surelyTimesState;
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
