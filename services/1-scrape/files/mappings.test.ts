import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ParsedPosting, RawEvent } from "@skillstream/schemas/types.ts";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jobId } from "../source.ts";
import { eventOfRow, type Mapping, timeOf, withPayload } from "./mapping.ts";
import { mappingFor, newColumns, readyMade } from "./mappings.ts";
import { mappingExample, readOwnMapping } from "./own-mapping.ts";
import { openRows } from "./rows.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mappings-"));
});
afterAll(() => rm(folder, { recursive: true }));

const importedAt = Date.UTC(2026, 10, 1);
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

async function eventsOf(place: string, own?: Mapping) {
  const { columns, rows } = await openRows(place);
  const events: RawEvent[] = [];
  const problems: string[] = [];
  let mapping = own;
  let strange: string[] = [];
  for await (const row of rows) {
    if ("problem" in row) {
      problems.push(row.problem);
      continue;
    }
    const names = columns ?? Object.keys(row.value);
    mapping ??= mappingFor(names);
    if (mapping === undefined) throw new Error(`no mapping for ${names.join(", ")}`);
    strange = newColumns(names, mapping);
    try {
      const event = eventOfRow(row.value, mapping, { source: undefined, file: "x.csv", importedAt });
      events.push(withPayload(row.value, { file: "x.csv", line: row.line }, event));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return { events, problems, mapping: mapping?.name, strange };
}

/** What a posting states, and no more. */
function stated(parsed: ParsedPosting | null) {
  return Object.fromEntries(
    Object.entries(parsed ?? {}).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

test("JobsPikr's set: ids, crawl time, both kinds of place, and the description with its markup", async () => {
  const { events, problems, mapping, strange } = await eventsOf(fixture("jobspikr.csv"));
  expect({ mapping, problems, strange }).toEqual({ mapping: "jobspikr", problems: [], strange: [] });
  expect(events[0]).toMatchObject({
    event: "found",
    job_id: jobId("jobspikr", "0a1b2c"),
    source: "jobspikr",
    source_id: "0a1b2c",
    job_url: "https://jobs.example/tidewater/77",
    observed_at: Date.UTC(2019, 1, 6, 5, 26, 22),
    source_file: "x.csv",
    payload: { url: "https://jobs.example/tidewater/77", media_type: "application/json" },
  });
  expect(stated(events[0]?.parsed ?? null)).toEqual({
    title: "Harbour Data Scientist",
    company: "Tidewater Tallies",
    location: "Port Ansel, ME, Usa",
    employment_type: "Full Time",
    job_functions: ["business and financial operations"],
    description_html: "<p>Count the boats.</p><p>Then count them again.</p>",
    salary: { min: 80_000, max: 95_000, currency: "USD", period: "year" },
    posted_time: "2019-02-05",
  });
  expect(stated(events[1]?.parsed ?? null)).toMatchObject({
    location: "Usa",
    description_html: 'We measure "dark" things, mostly moths.',
  });
  expect(JSON.parse(events[1]?.payload?.body.toString() ?? "")).toMatchObject({
    job_board: "monster",
    geo: "usa",
  });
});

test("the Glassdoor set: no rating in the name, -1 is nothing, and pay in its own words", async () => {
  const { events, problems, mapping, strange } = await eventsOf(fixture("glassdoor.csv"));
  expect({ mapping, problems, strange }).toEqual({ mapping: "glassdoor", problems: [], strange: [] });
  expect(events.map(({ parsed }) => stated(parsed))).toEqual([
    {
      title: "Lantern Analyst",
      company: "Wick & Sons",
      location: "Elmouth, NM",
      industries: ["Health, Beauty, & Fitness", "Retail"],
      description_html: "Tend the lanterns.\n\nReport on oil.",
      salary: { min: 53_000, max: 91_000, currency: "USD", period: "year" },
    },
    {
      title: "Fog Scientist",
      company: "Greyfield",
      location: "Remote",
      description_html: "Model the fog\nin three ways\nwith care\nand patience",
      salary: { min: 25, max: 40, currency: "USD", period: "hour" },
    },
    {
      title: "Tide Modeler",
      company: "Salt",
      location: "Brinewick, OR",
      description_html: "Predict the tides.",
      salary: { min: 120_000, max: 140_000, currency: "USD", period: "year" },
    },
    {
      title: "Tide Modeler",
      company: "Salt",
      location: "Brinewick, OR",
      description_html: "Predict more tides.",
    },
  ]);
  expect(events[0]).toMatchObject({ source: "glassdoor", observed_at: importedAt, job_url: null });
  expect(events[0]?.payload?.url).toBe("file:x.csv#2");
  expect(new Set(events.map(({ job_id }) => job_id)).size).toBe(4);
});

test("DataScientist.csv is told from it by its last column", async () => {
  const { events, mapping, strange } = await eventsOf(fixture("datascientist.csv"));
  expect({ mapping, strange }).toEqual({ mapping: "datascientist", strange: [] });
  expect(events.map(({ source }) => source)).toEqual(["glassdoor", "glassdoor"]);
  expect(stated(events[0]?.parsed ?? null)).toEqual({
    title: "Senior Clockwork Scientist",
    company: "Pendulum",
    location: "Tickton, NY",
    industries: ["Clocks", "Crafts"],
    description_html: "Wind the clocks.",
    salary: { min: 111_000, max: 181_000, currency: "USD", period: "year" },
    application_type: "Easy Apply",
  });
  expect(events[1]?.parsed?.application_type).toBe(null);
});

test("the staging table of 16 columns: LinkedIn's ids, so that its postings are the crawled ones", async () => {
  const { events, mapping, strange } = await eventsOf(fixture("linkedin-staging.csv"));
  expect({ mapping, strange }).toEqual({ mapping: "linkedin-staging", strange: [] });
  expect(events[0]).toMatchObject({
    job_id: jobId("linkedin", "4001200300"),
    source: "linkedin",
    source_id: "4001200300",
    job_url: "https://jobs.example/view/4001200300",
    observed_at: Date.UTC(2026, 2, 4),
    source_file: "harvest_2026-03-04.json",
  });
  expect(stated(events[0]?.parsed ?? null)).toEqual({
    title: "Orchard Data Engineer",
    company: "Pome Works",
    company_logo_url: "https://img.example/pome.png",
    location: "Russet Hill, VT",
    employment_type: "Full-time",
    seniority_level: "Mid-Senior level",
    workplace_type: "Hybrid",
    description_html: "Move apples.\nMove data.",
    reposted: true,
    reposted_info: "Reposted 2 weeks ago",
    applicant_count: "Over 100 applicants",
    application_type: "Easy Apply",
    skills_summary: "SQL, Pruning",
  });
  expect(events[1]).toMatchObject({
    observed_at: Date.UTC(2026, 2, 4, 10, 15),
    parsed: { reposted: null, skills_summary: null, application_type: "Offsite" },
  });
});

test("LinkedIn pages of 2018 and Ashby's answers", async () => {
  const linkedin = await eventsOf(fixture("linkedin.csv"));
  expect(linkedin).toMatchObject({ mapping: "linkedin", strange: [] });
  expect(stated(linkedin.events[0]?.parsed ?? null)).toEqual({
    title: "Ferry Data Analyst",
    company: "Strait Lines",
    location: "Capewell, Coast",
    employment_type: "Full-time",
    seniority_level: "Associate",
    industries: ["Shipping"],
    job_functions: ["Analyst", "Sales"],
    description_html: "Chart who crosses and when.",
  });
  const ashby = await eventsOf(fixture("ashby.jsonl"));
  expect(ashby).toMatchObject({ mapping: "ashby", strange: [] });
  expect(ashby.events[0]).toMatchObject({
    source_id: "5d0e-1",
    job_url: "https://jobs.example/kilnfire/5d0e-1",
  });
  expect(stated(ashby.events[0]?.parsed ?? null)).toEqual({
    title: "Glaze Engineer",
    company: "kilnfire",
    location: "Claybourne",
    employment_type: "FullTime",
    workplace_type: "remote",
    job_functions: ["Ceramics", "Glaze"],
    description_html: "<p>Fire the kiln.</p>",
    salary: { min: 60_000, max: 75_000, currency: "EUR", period: null },
    posted_time: "2026-02-10T21:10:27.371+00:00",
    apply_url: "https://jobs.example/kilnfire/5d0e-1/application",
  });
});

test("comments of Hacker News's hiring threads: the first line is read, and without a title there is no posting", async () => {
  const { events, problems, mapping, strange } = await eventsOf(fixture("hackernews.json"));
  expect({ mapping, problems, strange }).toEqual({
    mapping: "hackernews",
    problems: ["it states no title"],
    strange: [],
  });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ job_id: jobId("hackernews", "4602"), source_id: "4602" });
  expect(stated(events[0]?.parsed ?? null)).toEqual({
    title: "Senior Candle Engineer",
    company: "Wick & Sons",
    location: "Graz, Austria",
    employment_type: "Full-time",
    workplace_type: "HYBRID",
    description_html: expect.stringMatching(/^Wick.*when to go out\.$/),
    salary: { min: 60_000, max: 75_000, currency: "€", period: "year" },
    posted_time: "1793541600",
  });
});

test("a mapping of one's own reads a table of one's own, and says which columns it does not know", async () => {
  const own = readOwnMapping(await readFile(fixture("own.yaml"), "utf8"), "own.yaml");
  const { events, strange } = await eventsOf(fixture("own.csv"), own);
  expect(strange).toEqual(["Mood"]);
  expect(events[0]).toMatchObject({
    job_id: jobId("guild", "12"),
    job_url: null,
    observed_at: Date.UTC(2026, 4, 1),
    payload: { url: "file:x.csv#2" },
  });
  expect(stated(events[0]?.parsed ?? null)).toEqual({
    title: "Bell Ringer",
    company: "The Tower",
    location: "Highsteeple, Knell",
    employment_type: "contract",
    description_html: "Ring at noon.",
    skills: ["rope", "gloves"],
    salary: { min: 1_200, max: 1_500, currency: "EUR", period: "month" },
  });
});

test("the example that is shown is a mapping, and a wrong one is told all that is wrong with it", () => {
  expect(readOwnMapping(mappingExample, "example")).toMatchObject({ source: "mytable", id: "Posting No." });
  const wrong = `source: "my table"
idd: x
columns: {company: 3, pay: Pay, salary: [1]}
defaults: {title: 4}
nothing: 7`;
  expect(() => readOwnMapping(wrong, "wrong.yaml")).toThrow(
    /wrong\.yaml.*"idd".*source is.*title's.*columns\.company.*"pay".*columns\.salary.*defaults\.title.*nothing is/s,
  );
  expect(() => readOwnMapping(": : :\n- x", "x")).toThrow("no YAML");
  expect(() => readOwnMapping("just words", "x")).toThrow("no list of keys");
});

test("the same rows as CSV, JSON Lines and Parquet are the same events", async () => {
  const csv = fixture("linkedin-staging.csv");
  const { rows, columns } = await openRows(csv);
  const values: Record<string, string>[] = [];
  for await (const row of rows) if ("value" in row) values.push(row.value as Record<string, string>);
  const lines = join(folder, "same.jsonl");
  await writeFile(lines, values.map((value) => JSON.stringify(value)).join("\n"));
  const parquet = join(folder, "same.parquet");
  const columnData = (columns ?? []).map((name) => ({
    name,
    data: values.map((value) => value[name] ?? ""),
    type: "STRING" as const,
  }));
  await writeFile(parquet, new Uint8Array(parquetWriteBuffer({ columnData })));
  const [one, two, three] = await Promise.all([csv, lines, parquet].map((place) => eventsOf(place)));
  expect(one?.events).toHaveLength(2);
  expect(two?.events).toEqual(one?.events);
  expect(three?.events).toEqual(one?.events);
});

test("Parquet's own numbers and times say what a text would", () => {
  const mapping = readyMade.find(({ name }) => name === "linkedin-staging") as Mapping;
  const about = { source: undefined, file: "x", importedAt };
  const base = { job_title: "Ferryman", job_description: "Row." };
  const typed = {
    ...base,
    job_id: 4001200300n,
    ingestionDate: new Date("2026-03-04T00:00:00Z"),
    applicant_count: 25,
  };
  const texts = { ...base, job_id: "4001200300", ingestionDate: "2026-03-04", applicant_count: "25" };
  const one = eventOfRow(typed, mapping, about);
  expect(one).toEqual(eventOfRow(texts, mapping, about));
  const { payload } = withPayload(typed, { file: "x", line: 1 }, one);
  expect(JSON.parse(payload?.body.toString() ?? "")).toMatchObject({ job_id: 4001200300 });
});

test("a row without a title, and one larger than an event may be, are told", () => {
  const mapping = readyMade.find(({ name }) => name === "glassdoor") as Mapping;
  const about = { source: undefined, file: "x", importedAt };
  expect(() => eventOfRow({ "Job Title": "-1" }, mapping, about)).toThrow("no title");
  const large = { "Job Title": "x", Competitors: "x".repeat(16 * 1024 * 1024) };
  expect(() => withPayload(large, { file: "x", line: 1 }, eventOfRow(large, mapping, about))).toThrow(
    "can be published",
  );
});

test("without an id a posting is its address, else what it says; the source can be named", () => {
  const mapping = readOwnMapping("source: s\ncolumns: {title: t, job_url: u, description: d}", "x");
  const about = { source: undefined, file: "x", importedAt };
  const id = (row: Record<string, unknown>) => eventOfRow(row, mapping, about).source_id;
  expect(id({ t: "a", u: "https://x.example/1" })).toBe("https://x.example/1");
  expect(id({ t: "a", d: "b" })).toMatch(/^[0-9a-f]{32}$/);
  expect(id({ t: "a", d: "b", more: 1 })).toBe(id({ t: "a", d: "b", more: 2 }));
  expect(id({ t: "a", d: "b" })).not.toBe(id({ t: "a", d: "c" }));
  expect(eventOfRow({ t: "a", d: "b" }, mapping, { ...about, source: "mine" }).source).toBe("mine");
});

test.each([
  ["2026-03-04", Date.UTC(2026, 2, 4)],
  ["2026-03-04 05:06:07 +0200", Date.UTC(2026, 2, 4, 3, 6, 7)],
  ["2026-03-04T05:06:07.891Z", Date.UTC(2026, 2, 4, 5, 6, 7, 891)],
  ["1772600000", 1_772_600_000_000],
  ["1772600000123", 1_772_600_000_123],
  ["03/04/2026", null],
  ["2026-02-31", null],
  ["yesterday", null],
  [null, null],
])("the time %j is %j", (text, time) => {
  expect(timeOf(text)).toBe(time);
});

const shared = fileURLToPath(new URL("../../../../shared/data/postings/", import.meta.url));

test.skipIf(!existsSync(shared))("real copies of the sets are read to their end", async () => {
  // They lie beside some checkouts only, and belong to others.
  const glassdoor = await eventsOf(join(shared, "glassdoor-ds-jobs.csv.gz"));
  expect(glassdoor).toMatchObject({ mapping: "glassdoor", problems: [], strange: [] });
  expect(glassdoor.events).toHaveLength(672);
  for (const { parsed } of glassdoor.events) {
    expect(parsed).toMatchObject({ salary: { min: expect.any(Number), currency: "USD", period: "year" } });
    expect(parsed?.company).not.toMatch(/\d\.\d$/);
  }
  const linkedin = await eventsOf(join(shared, "linkedin-data-analyst-2018.csv.gz"));
  expect(linkedin).toMatchObject({ mapping: "linkedin", strange: [] });
  expect([linkedin.events.length, linkedin.problems.length]).toEqual([971, 4]);
});
