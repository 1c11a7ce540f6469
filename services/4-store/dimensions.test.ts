import { type ClickHouseClient, select } from "@skillstream/platform/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "./fresh.ts";
import { createLanding } from "./landing.ts";
import { found, receipt } from "./sample.ts";
import { writeSkills } from "./skills.ts";
import { createWarehouse } from "./warehouse.ts";

const log = createLog("test", "fatal");
let database: FreshDatabase;
let client: ClickHouseClient;

const day = (number: number) => Date.UTC(2026, 4, number);
const place = (
  country: string | null,
  state: string | null,
  city: string | null,
  region: string | null = null,
) => ({
  region,
  country,
  state,
  city,
  latitude: null,
  longitude: null,
});
const lisbon = place("PT", "Lisbon", "Lisbon");
const porto = place("PT", "Porto", "Porto");

beforeAll(async () => {
  database = await freshDatabase();
  client = database.client;
  const landing = createLanding(client, { generation: 1, log });
  await using warehouse = createWarehouse(client, {
    generation: 1,
    log,
    // Two postings that are one job.
    duplicates: {
      update: () =>
        client
          .command({
            query: `INSERT INTO cluster_members (generation, posting_key, job_id, cluster_key, cluster_id, sequence) SELECT 1, cityHash64(member), member, cityHash64('a'), 'a', 1
              FROM (SELECT arrayJoin(['a', 'repost']) AS member)`,
          })
          .then(() => undefined),
    },
  });
  const common = { posted_time: day(1), workplace_type: null };
  const usd = (min: number, max: number) => ({
    salary: { min, max, currency: "USD", period: "year" as const },
    salary_per_year: { min, max },
  });
  await landing.write(0, [
    found(0, { ...common, job_id: "a", observed_at: day(2), places: [lisbon, porto], title: "Baker" }),
    found(1, { ...common, job_id: "a", observed_at: day(3), places: [lisbon, porto], title: "Baker" }),
    found(
      2,
      {
        ...common,
        ...usd(50_000, 70_000),
        job_id: "a",
        observed_at: day(4),
        places: [lisbon, porto],
        title: "Pastry baker",
        content_hash: "edited",
      },
      ["Rust"],
    ),
    found(3, { ...common, job_id: "repost", observed_at: day(5), places: [lisbon] }),
    found(4, {
      ...common,
      ...usd(100_000, 120_000),
      job_id: "b",
      observed_at: day(6),
      places: [porto],
      workplace_type: "remote",
      company: "Southwind GmbH",
      company_name: "Southwind",
      unreadable: ["expire_time"],
      job_functions: ["Engineering"],
    }),
    found(
      5,
      {
        ...common,
        job_id: "c",
        observed_at: day(6),
        places: [],
        company: null,
        company_name: null,
        salary: null,
        salary_per_year: null,
        expire_time: day(20),
        employment_type: null,
        seniority_level: null,
      },
      [],
    ),
    receipt(6, { job_id: "b", event: "closed", observed_at: day(21) }),
  ]);
  await warehouse.settled();
});

afterAll(() => database?.[Symbol.asyncDispose]());

const ask = (sql: string) => select<Record<string, unknown>>(client, sql);

describe("the dimensions", () => {
  test("every key that a fact names stands in its dimension once, and unknown is 0", async () => {
    for (const [key, dimension, more] of [
      ["location_key", "dim_location", "AND generation = 1"],
      ["company_key", "dim_company", "AND generation = 1"],
      ["source_key", "dim_source", "AND generation = 1"],
      ["employment_key", "dim_employment", ""],
      ["seniority_key", "dim_seniority", ""],
      ["date_key", "dim_date", ""],
    ]) {
      const astray = await ask(
        `SELECT job_id, ${key}
         FROM fact_job_postings
         LEFT JOIN (SELECT ${key} AS known, count() AS times FROM ${dimension} WHERE 1 ${more} GROUP BY ${key}) AS dimension
         ON dimension.known = ${key}
         WHERE ${key} != 0 AND dimension.times != 1`,
      );
      expect(astray, key).toEqual([]);
    }
    expect(
      await ask(
        "SELECT company_key, location_key, employment_key, seniority_key FROM fact_job_postings WHERE job_id = 'c'",
      ),
    ).toEqual([{ company_key: 0, location_key: 0, employment_key: 0, seniority_key: 0 }]);
  });

  test("a day knows its week by ISO 8601", async () => {
    expect(await ask("SELECT * EXCEPT date_key FROM dim_date WHERE date_key = 20270103")).toEqual([
      {
        date: "2027-01-03",
        year: 2027,
        quarter: 1,
        month_of_year: 1,
        month: "2027-01-01",
        iso_year: 2026,
        iso_week: 53,
        day_of_week: 7,
      },
    ]);
  });

  test("the skills are those of the taxonomy, however often a store starts", async () => {
    const taxonomy = readTaxonomy();
    await writeSkills(client, taxonomy);
    await writeSkills(client, taxonomy);
    const [row] = await ask(
      `SELECT count() AS skills, countIf(skill_key = cityHash64(skill)) AS keyed, uniqExact(skill_key) AS keys
       FROM dim_skill FINAL WHERE taxonomy = '${taxonomy.version}'`,
    );
    const skills = taxonomy.skills.length;
    expect(row).toEqual({ skills, keyed: skills, keys: skills });
  });

  test("a company has what its postings add up to", async () => {
    expect(
      await ask(
        "SELECT company_name, postings, clusters, open, repost_rate, pay_share, median_days_open FROM dim_company ORDER BY company_name",
      ),
    ).toEqual([
      {
        company_name: "Northwind",
        postings: 2,
        clusters: 1,
        open: 1,
        repost_rate: 0.5,
        pay_share: 1,
        median_days_open: null,
      },
      {
        company_name: "Southwind",
        postings: 1,
        clusters: 1,
        open: 0,
        repost_rate: 0,
        pay_share: 1,
        median_days_open: 20,
      },
    ]);
  });

  test("a posting counts once in each place that it names, and once in the country of both", async () => {
    expect(
      await ask(`SELECT level, country, city, workplace_type, postings, clusters, remote, companies, median_pay
        FROM location_analytics WHERE level != 'state' ORDER BY level, city, workplace_type`),
    ).toEqual([
      {
        level: "all",
        country: "",
        city: "",
        workplace_type: "",
        postings: 4,
        clusters: 3,
        remote: 1,
        companies: 2,
        median_pay: { USD: 110_000 },
      },
      {
        level: "city",
        country: "PT",
        city: "Lisbon",
        workplace_type: "",
        postings: 2,
        clusters: 1,
        remote: 0,
        companies: 1,
        median_pay: { USD: 60_000 },
      },
      {
        level: "city",
        country: "PT",
        city: "Porto",
        workplace_type: "",
        postings: 2,
        clusters: 2,
        remote: 1,
        companies: 2,
        median_pay: { USD: 110_000 },
      },
      {
        level: "country",
        country: "PT",
        city: "",
        workplace_type: "",
        postings: 3,
        clusters: 2,
        remote: 1,
        companies: 2,
        median_pay: { USD: 110_000 },
      },
      {
        level: "location",
        country: "PT",
        city: "Lisbon",
        workplace_type: "",
        postings: 2,
        clusters: 1,
        remote: 0,
        companies: 1,
        median_pay: { USD: 60_000 },
      },
      {
        level: "location",
        country: "PT",
        city: "Porto",
        workplace_type: "",
        postings: 1,
        clusters: 1,
        remote: 0,
        companies: 1,
        median_pay: { USD: 60_000 },
      },
      {
        level: "location",
        country: "PT",
        city: "Porto",
        workplace_type: "remote",
        postings: 1,
        clusters: 1,
        remote: 1,
        companies: 1,
        median_pay: { USD: 110_000 },
      },
    ]);
  });

  test("the bridges have a row for each skill, function and industry of a posting", async () => {
    expect(
      await ask("SELECT skill, count() AS postings FROM job_skills GROUP BY skill ORDER BY skill"),
    ).toEqual([
      { skill: "Rust", postings: 1 },
      { skill: "SQL", postings: 2 },
    ]);
    expect(
      await ask("SELECT job_function, count() AS postings FROM job_functions GROUP BY job_function"),
    ).toEqual([{ job_function: "Engineering", postings: 1 }]);
    expect(await ask("SELECT industry, count() AS postings FROM job_industries GROUP BY industry")).toEqual([
      { industry: "Software", postings: 4 },
    ]);
  });
});

describe("the quality of postings", () => {
  test("is told posting by posting", async () => {
    expect(
      await ask(
        "SELECT job_id, completeness, stale, reposts, ghost_signs, unreadable FROM posting_quality ORDER BY job_id",
      ),
    ).toMatchObject([
      { job_id: "a", reposts: 1 },
      { job_id: "b", stale: false, reposts: 0, ghost_signs: [], unreadable: ["expire_time"] },
      { job_id: "c", stale: true, reposts: 0 },
      { job_id: "repost", reposts: 1 },
    ]);
    const [c] = await ask("SELECT completeness, ghost_signs FROM posting_quality WHERE job_id = 'c'");
    // Of ten things it states when it was posted.
    expect(c?.completeness).toBeCloseTo(0.1);
    expect(c?.ghost_signs).toEqual(expect.arrayContaining(["open_past_expiry", "bare"]));
  });

  test("adds up by month and source to what the postings say one by one, on the day on which it is asked", async () => {
    const summary = await ask(
      `SELECT month, source, postings, round(completeness, 4) AS completeness, open, stale, open_long, open_past_expiry,
         reposted_often, bare, unreadable FROM quality_by_source`,
    );
    const oneByOne = await ask(
      `SELECT month, source, count() AS postings, round(avg(completeness), 4) AS completeness,
         countIf(NOT closed) AS open, countIf(stale) AS stale, countIf(has(ghost_signs, 'open_long')) AS open_long,
         countIf(has(ghost_signs, 'open_past_expiry')) AS open_past_expiry,
         countIf(has(ghost_signs, 'reposted_often')) AS reposted_often, countIf(has(ghost_signs, 'bare')) AS bare,
         sumMap(map('expire_time', toUInt64(has(unreadable, 'expire_time')))) AS unreadable
       FROM posting_quality INNER JOIN (SELECT posting_key, closed FROM fact_job_postings) AS facts USING posting_key
       GROUP BY month, source`,
    );
    expect(summary).toEqual(oneByOne);
  });
});

describe("the versions of a posting", () => {
  test("follow each other without a gap, and each says what it changed", async () => {
    expect(
      await ask(
        `SELECT version_number, valid_from, valid_to, arraySort(changed) AS changed, title FROM posting_history
         WHERE generation = 1 AND posting_key = cityHash64('a') ORDER BY version_number`,
      ),
    ).toEqual([
      {
        version_number: 1,
        valid_from: "2026-05-02 00:00:00.000",
        valid_to: "2026-05-04 00:00:00.000",
        changed: [],
        title: "Baker",
      },
      {
        version_number: 2,
        valid_from: "2026-05-04 00:00:00.000",
        valid_to: null,
        changed: ["salary", "skills", "title"],
        title: "Pastry baker",
      },
    ]);
  });
});

describe("the staging views", () => {
  test("give each posting once, in its latest version", async () => {
    const rows = await ask(
      "SELECT * EXCEPT (generation, source) FROM linkedin_jobs_staging ORDER BY ingestionDate",
    );
    expect(rows.map((row) => row.job_title)).toEqual([
      "Pastry baker",
      "Data Engineer",
      "Data Engineer",
      "Data Engineer",
    ]);
    expect(Object.keys(rows[0] ?? {})).toHaveLength(16);
    const [augmented] = await ask("SELECT * FROM linkedin_augmented_staging LIMIT 1");
    expect(JSON.parse(String(augmented?.required_qualifications))).toMatchObject({ technical_skills: [] });
  });
});
