// Owns what the names in a line mean together: which are parts of one place, and which of its meanings each place
// has. What is named beside a name decides first, then how many live there; what is not sure is left out.
import type { Gazetteer } from "./gazetteer.ts";
import { grainOf, heavier, isPart, lies, type Meaning, whatBothAre } from "./meaning.ts";
import type { Gap, Name } from "./names.ts";

/** Smaller ones are named with what lies around them. */
const alonePopulationMin = 15_000;
const bynamePopulationMin = 100_000;
/** SJ is San Jose to more people than Svalbard. */
const codePopulationMin = 1_000_000;
/** "London, Germany" may be a list of two; "Belén, Costa Rica" is not the Belén in Peru. */
const deniedPopulationMax = 300_000;

/** The places that the names stand for, in their order. */
export function meantBy(known: Gazetteer, names: readonly Name[]): Meaning[] {
  const groups = groupsOf(known, names);
  const countries = groups.map((group) => resolve(group, nothing)?.country ?? null);
  return groups.flatMap((group, index) => {
    const beside = countries.filter((country, other) => other !== index && country !== null);
    return resolve(group, new Set(beside)) ?? [];
  });
}

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
    .filter(
      (group, index, all) =>
        !isDenied(group, all[index - 1], group.names[0]?.gap) &&
        !isDenied(group, all[index + 1], all[index + 1]?.names[0]?.gap) &&
        !isElsewhere(group, all[index + 1]),
    );
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
function isDenied(group: Group, beside: Group | undefined, gap: Gap | undefined): boolean {
  if (beside === undefined || gap === "list" || group.names.length > 1) return false;
  const city = resolve(group, nothing)?.city;
  const area = resolve(beside, nothing);
  if (city === undefined || city === null || area === null || area.city !== null || area.country === null)
    return false;
  return city.population < deniedPopulationMax;
}

/** Whether the code of a state behind another state says that a small town is meant: "Devon, PA" is not in England. */
function isElsewhere(group: Group, behind: Group | undefined): boolean {
  const code = behind?.names[0];
  if (behind === undefined || code?.gap !== "comma" || !code.isCode || group.names.length > 1) return false;
  const [state, other] = [resolve(group, nothing), resolve(behind, nothing)];
  if (state === null || other === null || grainOf(state) !== 2 || grainOf(other) !== 2) return false;
  return state.country !== other.country;
}
const none: readonly Meaning[] = [];
const nothing: ReadonlySet<string | null> = new Set();

/** Whether the name may mean this with no state or country beside it. */
function standsAlone(
  known: Gazetteer,
  { key, isCode }: Name,
  { country, state, city, weight, isPreferred }: Meaning,
): boolean {
  const { beside, words, conjunctions } = known.words;
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
  return found.sort((one, other) => other.weight - one.weight).slice(0, meaningsMax);
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

function surelyTimes(one: Meaning, other: Meaning): number {
  if (grainOf(one) >= grainOf(other)) return surelyTimesAmong;
  return grainOf(one) === 1 ? surelyTimesCountry : surelyTimesState;
}
