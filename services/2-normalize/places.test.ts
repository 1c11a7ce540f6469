import { expect, test } from "vitest";
import { placesOf } from "./places.ts";

/** "Austin, Texas, US", the parts that are known; a region only where nothing finer is. */
const read = (location: string) =>
  placesOf(location)
    .map(({ region, country, state, city }) =>
      [city, state, country, country === null ? region : null].filter((part) => part !== null).join(", "),
    )
    .join(" | ");

test.each([
  ["New York, NY / San Francisco, CA", "New York City, New York, US | San Francisco, California, US"],
  ["London, UK; Paris", "London, England, GB | Paris, Île-de-France, FR"],
  [
    "Boston, New York, San Francisco",
    "Boston, Massachusetts, US | New York City, New York, US | San Francisco, California, US",
  ],
  ["Köln/Bonn", "Köln, North Rhine-Westphalia, DE | Bonn, North Rhine-Westphalia, DE"],
  ["Remote - United States | Canada", "US | CA"],
  ["Berlin or remote", "Berlin, Berlin, DE"],
  ["Oslo (hybrid), London, Remote US", "Oslo, Oslo, NO | London, England, GB | US"],
  ["US, CA, UK", "US | CA | GB"],
  ["US, CA", "US"],
  ["US-CA", "California, US"],
  ["Canada, Europe, UK", "CA | Europe | GB"],
  ["SF, SJ, NYC", "San Francisco, California, US | New York City, New York, US"],
  ["SF, Athens or Oslo, NO", "San Francisco, California, US | Athens, Attica, GR | Oslo, Oslo, NO"],
])("%j names several places or one: %s", (location, places) => {
  expect(read(location)).toBe(places);
});

test.each([
  ["Remote (US)", "US"],
  ["Germany (Remote)", "DE"],
  ["US-CA-Menlo Park", "Menlo Park, California, US"],
  ["USA - Texas - Austin", "Austin, Texas, US"],
  ["Austin, TX, US", "Austin, Texas, US"],
  ["Hybrid - Amsterdam", "Amsterdam, North Holland, NL"],
  ["Washington, D.C.", "Washington, District of Columbia, US"],
  ["Washington; DC", "Washington, District of Columbia, US"],
  ["300 Montgomery St Suite 900, San Francisco, CA 94104, US", "San Francisco, California, US"],
  ["Friedrichstraße 68, 10117 Berlin", "Berlin, Berlin, DE"],
  ["12 rue de Paris, Lille, France", "Lille, Hauts-de-France, FR"],
  ["Remote, EMEA", "EMEA"],
  ["Acme New York", "New York City, New York, US"],
  ["USA.CA.San Francisco", "San Francisco, California, US"],
  ["1012 AB Amsterdam, Netherlands", "Amsterdam, North Holland, NL"],
  ["12225 El Camino Real, San Diego, CA", "San Diego, California, US"],
  ["Portland OR 97201", "Portland, Oregon, US"],
])("%j is %s, whatever stands around it", (location, place) => {
  expect(read(location)).toBe(place);
});

test.each([
  ["NYC", "New York City, New York, US"],
  ["SF", "San Francisco, California, US"],
  ["LA", "Los Angeles, California, US"],
  ["SF Bay Area", "San Francisco, California, US"],
  ["Bay Area", "California, US"],
  ["Greater London", "London, England, GB"],
  ["München", "Munich, Bavaria, DE"],
  ["Bangalore", "Bengaluru, Karnataka, IN"],
  ["Deutschland", "DE"],
  ["España", "ES"],
  ["東京", "Tokyo, Tokyo, JP"],
  ["東京都渋谷区", "Shibuya, Tokyo, JP"],
  ["北京", "Beijing, Beijing, CN"],
  ["Москва", "Moscow, Moscow, RU"],
  ["Singapore", "Singapore, SG"],
  ["Mexico", "MX"],
  ["london", "London, England, GB"],
])("%j is another name of %s", (location, place) => {
  expect(read(location)).toBe(place);
});

test.each([
  ["Paris, TX", "Paris, Texas, US"],
  ["Cambridge, MA", "Cambridge, Massachusetts, US"],
  ["Cambridge", "Cambridge, England, GB"],
  ["Cambridge / Boston, MA", "Cambridge, Massachusetts, US | Boston, Massachusetts, US"],
  ["Birmingham, AL", "Birmingham, Alabama, US"],
  ["London, ON", "London, Ontario, CA"],
  ["San Jose, CR", "San José, San José, CR"],
  ["San Jose, CA", "San Jose, California, US"],
  ["Toronto, CA", "Toronto, Ontario, CA"],
  ["Perth, WA", "Perth, Western Australia, AU"],
  ["Lebanon, IN", "Lebanon, Indiana, US"],
  ["Georgia, United States", "Georgia, US"],
  ["Georgia, US", "Georgia, US"],
  ["Norfolk, VA", "Norfolk, Virginia, US"],
  ["Orange, CA", "Orange, California, US"],
  ["Milano, MI, Italy", "Milan, Lombardy, IT"],
  ["Luxembourg, Luxembourg", "Luxembourg, Luxembourg, LU"],
])("%j is meant by what stands beside it: %s", (location, places) => {
  expect(read(location)).toBe(places);
});

test.each([
  ["Georgia", ""],
  ["Washington", "US"],
  ["Springfield", "US"],
  ["Remote, CA", ""],
  ["Richmond", ""],
  ["Congo", ""],
  ["Tinyham, OH", "Ohio, US"],
  ["Tinyham, CA, US", "California, US"],
  ["Costa Rica - Belén", "CR"],
  ["Remote (non-US)", ""],
  ["Remote (EU, no US)", "European Union"],
  ["Redmond, Wa", "Redmond, Washington, US"],
  ["Tinyham County, NH", "New Hampshire, US"],
  ["Remote US (excluding CA, NY)", "US"],
  ["Moss Landing, CA, US", "California, US"],
])("of %j only what is sure is said: %j", (location, place) => {
  expect(read(location)).toBe(place);
});

test.each([
  "",
  "Remote",
  "REMOTE OR ONSITE",
  "Anywhere",
  "Headquarters",
  "Multiple locations",
  "3 locations",
  "Flexible",
  "TBD",
  "Mobile",
  "Home Office",
  "East Coast",
  "Central Timezone",
  "Riverside Shopping Centre",
  "Remote (CET +/- 2)",
  "🙂",
  "((((",
  "\ud800",
])("%j names no place", (location) => {
  expect(placesOf(location)).toEqual([]);
});

test.each([
  ["Guildford, Surrey", "Guildford, England, GB"],
  ["Surrey, British Columbia", "Surrey, British Columbia, CA"],
  ["Norwich, Norfolk", "Norwich, England, GB"],
  ["Norfolk, Virginia", "Norfolk, Virginia, US"],
  ["Drogheda, Co. Louth", "Drogheda, Leinster, IE"],
  ["Kent", ""],
  ["Devon, PA", "Pennsylvania, US"],
])("%j is in a county, or in a town of its name: %j", (location, places) => {
  expect(read(location)).toBe(places);
});

test("a city lies on the map, a country does not", () => {
  expect(placesOf("Lyon, France")).toEqual([
    {
      region: "Europe",
      country: "FR",
      state: "Auvergne-Rhône-Alpes",
      city: "Lyon",
      latitude: 45.749,
      longitude: 4.848,
    },
  ]);
  expect(placesOf("France")).toEqual([
    { region: "Europe", country: "FR", state: null, city: null, latitude: null, longitude: null },
  ]);
  expect(placesOf(null)).toEqual([]);
});

test("a line that was seen costs a look, a new one a fraction of a millisecond", () => {
  const lines = Array.from(
    { length: 400 },
    (_, index) => `${index} Main Street, Springfield, IL 627${index}, US`,
  );
  placesOf("Paris");
  const newUs = microseconds(() => lines.forEach(placesOf)) / lines.length;
  const seenUs = microseconds(() => lines.forEach(placesOf)) / lines.length;
  expect(newUs).toBeLessThan(1_000);
  expect(seenUs).toBeLessThan(50);
});

test.each(["Santa Cruz San Jose ", "San José/", "東京", "US-CA-", "CA, ", "((", "\ud800"])(
  "a hostile line of %j is read in no time",
  (words) => {
    placesOf("Paris");
    expect(microseconds(() => placesOf(words.repeat(100_000)))).toBeLessThan(300_000);
  },
);

function microseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
