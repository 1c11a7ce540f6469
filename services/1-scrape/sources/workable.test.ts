import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { answered } from "../../../test/replicas/boards.ts";
import { type MadeUp, madeUp } from "../../../test/replicas/postings.ts";
import { shortcodeOf, widgetJob, workableAccounts } from "../../../test/replicas/workable.ts";
import type { Ask, Listed } from "../source.ts";
import { workableSource } from "./workable.ts";

const source = workableSource();
const postings = madeUp(23).map((one) => ({ ...one, company: "Tamarisk Freight" }));
const accounts = workableAccounts(postings);
const [first] = postings as [MadeUp];
const page = (
  body: unknown,
  url = "https://apply.workable.com/api/v1/widget/accounts/acme?details=true",
) => ({
  url,
  mediaType: "",
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});
const start = () => source.plan("tamarisk-freight", {})[0] as Ask;

test("a board is one answer with every job whole, and a job's own answer is asked for when it has left", () => {
  const result = source.list(answered(accounts, start()));
  if (result.result !== "found") throw new Error(result.reason);
  expect(result.value.next).toBeNull();
  expect(result.value.items.map((one) => one.source_id)).toEqual(postings.map(shortcodeOf));
  const [item] = result.value.items;
  expect(JSON.parse(Buffer.from(item?.posting?.payload?.body ?? "").toString())).toEqual(widgetJob(first));
  expect(item?.url).toBe(
    `https://apply.workable.com/api/v2/accounts/tamarisk-freight/jobs/${shortcodeOf(first)}`,
  );
  expect(source.parse(answered(accounts, { url: item?.url ?? "" }))).toMatchObject({
    result: "found",
    value: [{ source_id: item?.source_id }],
  });
});

test("every field that a job holds is read", () => {
  const result = source.parse(answered(accounts, start()));
  if (result.result !== "found") throw new Error(result.reason);
  expect(result.value[0]).toMatchObject({
    job_url: `https://apply.workable.com/j/${shortcodeOf(first)}`,
    parsed: {
      title: first.title,
      company: "Tamarisk Freight",
      location: `${first.city}, ${first.country}; Lyon, Rhône, France`,
      employment_type: "Full-time",
      seniority_level: "Mid-Senior level",
      workplace_type: "remote",
      industries: ["Computer Software"],
      job_functions: ["Data", "Engineering"],
      description_html: first.html,
      posted_time: first.postedAt.toISOString().slice(0, 10),
      apply_url: `https://apply.workable.com/j/${shortcodeOf(first)}/apply`,
    },
  });
});

test("thin lists are followed by their token, and their jobs are fetched", () => {
  const items: Listed[] = [];
  const asked: string[] = [];
  let next: Ask | null = {
    url: "https://apply.workable.com/api/v3/accounts/tamarisk-freight/jobs",
    json: "{}",
  };
  while (next !== null) {
    asked.push(next.url);
    expect(asked.length).toBeLessThan(20);
    const result = source.list(answered(accounts, next));
    if (result.result !== "found") throw new Error(result.reason);
    items.push(...result.value.items);
    next = result.value.next;
  }
  expect(items.map((one) => one.source_id)).toEqual(postings.map(shortcodeOf));
  expect(items.every((one) => one.posting === undefined)).toBe(true);
  expect(new Set(asked).size).toBe(3);
  const detail = source.parse(answered(accounts, { url: items[0]?.url ?? "" }));
  if (detail.result !== "found") throw new Error(detail.reason);
  expect(detail.value[0]?.parsed).toMatchObject({
    title: first.title,
    company: null,
    location: `${first.city}, ${first.country}`,
    employment_type: "Full-time",
    workplace_type: "remote",
    job_functions: ["Data"],
    description_html: `${first.html}\n<h3>Requirements</h3><ul><li>Patience</li></ul>\n<h3>Benefits</h3><p>Tea.</p>`,
    posted_time: first.postedAt.toISOString(),
  });
});

test("jobs of Workable's own search, which names the employer in each, are read too", () => {
  const job = {
    id: "f3a1",
    title: "Keeper",
    state: "published",
    description: "<p>Shadows.</p>",
    employmentType: "Full-time",
    requirementsSection: "<p>Patience.</p>",
    url: "https://jobs.workable.com/view/f3a1/keeper",
    locations: ["Graz, Styria, Austria"],
    location: { city: "Graz", region: "Styria", countryName: "Austria" },
    created: "2026-05-01T00:00:00.000Z",
    company: { title: "Acme", image: "https://cdn.example/acme.png" },
    workplace: "hybrid",
  };
  expect(source.parse(page({ totalSize: 1, jobs: [job] }))).toMatchObject({
    result: "found",
    value: [
      {
        source_id: "f3a1",
        job_url: job.url,
        parsed: {
          title: "Keeper",
          company: "Acme",
          company_logo_url: "https://cdn.example/acme.png",
          location: "Graz, Styria, Austria",
          employment_type: "Full-time",
          workplace_type: "hybrid",
          description_html: "<p>Shadows.</p>\n<h3>Requirements</h3><p>Patience.</p>",
          posted_time: job.created,
        },
      },
    ],
  });
});

test("what is no board is told apart: none, empty, closed, a wall, a new form", () => {
  expect(source.parse(page("Not Found")).result).toBe("gone");
  expect(
    source.parse(
      answered(accounts, { url: "https://apply.workable.com/api/v2/accounts/tamarisk-freight/jobs/X" }),
    ),
  ).toEqual({ result: "gone", reason: 'the API answers "Job not found"' });
  expect(source.parse(page({ shortcode: "A", title: "x", state: "closed" })).result).toBe("gone");
  expect(source.list(page({ name: "Acme", jobs: [] })).result).toBe("empty");
  expect(source.list(page({ total: 0, results: [] })).result).toBe("empty");
  expect(source.parse(page("<title>Just a moment...</title><div class=cf-challenge></div>"))).toMatchObject({
    result: "blocked",
    cause: "captcha",
  });
  expect(source.parse(page({ error: "Too many requests" }))).toMatchObject({ cause: "too many requests" });
  for (const form of ["<h1>Welcome</h1>", "null", "[7]", "{}", '{"error":"We moved"}'])
    expect(source.parse(page(form)).result, form).toBe("changed");
});

test("a hosted job is read by its schema.org data, under its shortcode", () => {
  const data = {
    "@type": "JobPosting",
    title: "Keeper",
    description: "x",
    hiringOrganization: { name: "Acme" },
  };
  const html = `<script type="application/ld+json">${JSON.stringify(data)}</script>`;
  expect(source.parse(page(html, "https://apply.workable.com/acme/j/ABC123DEF0/"))).toMatchObject({
    result: "found",
    value: [{ source_id: "ABC123DEF0", parsed: { title: "Keeper", company: "Acme" } }],
  });
});

test("fields of other types state nothing, and one job without a title leaves the others", () => {
  expect(source.parse(page({ jobs: [{ shortcode: 1 }, null, widgetJob(first)] }))).toMatchObject({
    result: "partial",
    missing: 2,
  });
  const keys = Object.keys(widgetJob(first)).filter((key) => key !== "shortcode" && key !== "title");
  for (const wrong of [7, null, "x", [[]], { a: [null] }, true]) {
    const all = {
      ...widgetJob(first),
      ...Object.fromEntries(keys.map((key) => [key, wrong])),
      salary: wrong,
    };
    expect(source.parse(page({ name: wrong, jobs: [all] })).result).toBe("found");
  }
});

test("only the name of an account is taken as argument", () => {
  for (const wrong of [undefined, "", "..", "a/b", "a?b"])
    expect(() => source.plan(wrong, {})).toThrow("workable:NAME");
});

const captures = new URL("../../../../shared/data/pages/workable/", import.meta.url);
// The captures are other people's: they stand beside the project or not at all.
test.skipIf(!existsSync(captures))("captured jobs are read with the fields that they hold", () => {
  for (const file of readdirSync(captures)) {
    const result = source.parse(page(readFileSync(new URL(file, captures), "utf8")));
    if (result.result !== "partial") throw new Error(`${file}: ${result.result}`);
    expect(result.value).toHaveLength(2);
    for (const { parsed, job_url } of result.value) {
      expect(job_url).toMatch(/^https:/);
      expect(parsed).toMatchObject({ company: null, description_html: null, workplace_type: "remote" });
      expect([parsed.industries.length, parsed.job_functions.length]).toEqual([1, 2]);
      for (const field of [
        "title",
        "location",
        "employment_type",
        "seniority_level",
        "posted_time",
        "apply_url",
      ] as const)
        expect(parsed[field], field).not.toBeNull();
    }
  }
});

test("a job that a board names once for each of its places is one posting", () => {
  const job = { title: "Freight Analyst", shortcode: "AB12CD34EF", telecommuting: true };
  const result = source.parse(
    page({
      name: "Tamarisk Freight",
      jobs: [
        { ...job, country: "Spain" },
        { ...job, country: "Portugal" },
      ],
    }),
  );
  expect(result).toMatchObject({
    value: [{ source_id: "AB12CD34EF", parsed: { location: "Spain; Portugal" } }],
    reason: "1 of 1 jobs have no description",
  });
  if (result.result === "partial") expect(result.value).toHaveLength(1);
});
