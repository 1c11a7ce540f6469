import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { answered } from "../../../test/replicas/boards.ts";
import { type MadeUp, madeUp } from "../../../test/replicas/postings.ts";
import { smartrecruitersCompanies } from "../../../test/replicas/smartrecruiters.ts";
import type { Ask, Listed } from "../source.ts";
import { smartrecruitersSource } from "./smartrecruiters.ts";

const source = smartrecruitersSource();
const postings = madeUp(230).map((one) => ({ ...one, company: "Ostermoor Labs" }));
const companies = smartrecruitersCompanies(postings);
const [first] = postings as [MadeUp];
const page = (body: unknown, url = "https://api.smartrecruiters.com/v1/companies/acme/postings") => ({
  url,
  mediaType: "",
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});

function walk(start: Ask | undefined) {
  const items: Listed[] = [];
  const asked: URL[] = [];
  let total: number | undefined;
  let next = start ?? null;
  while (next !== null) {
    asked.push(new URL(next.url));
    expect(asked.length).toBeLessThan(20);
    const result = source.list(answered(companies, next));
    if (result.result !== "found") throw new Error(result.reason);
    items.push(...result.value.items);
    total = result.value.total;
    next = result.value.next;
  }
  return { items, asked, total };
}

test("a company's list is read to its end, and each posting is fetched by its own address", () => {
  const { items, asked, total } = walk(source.plan("ostermoor-labs", {})[0]);
  expect(items.map((one) => one.source_id)).toEqual(postings.map((one) => `7440000${one.id}`));
  expect(asked.map((url) => url.searchParams.get("offset"))).toEqual(["0", "100", "200"]);
  expect(total).toBe(230);
  expect(items[0]).toEqual({
    source_id: `7440000${first.id}`,
    url: `https://api.smartrecruiters.com/v1/companies/ostermoor-labs/postings/7440000${first.id}`,
    stamp: null,
    postedAt: first.postedAt.getTime(),
  });
});

test("a search is asked for in words, on every page", () => {
  const { asked } = walk(source.plan("ostermoor-labs", { keyword: "engineer" })[0]);
  expect(asked.every((url) => url.searchParams.get("q") === "engineer")).toBe(true);
});

test("a list that became shorter while it was read ends", () => {
  const url = "https://api.smartrecruiters.com/v1/companies/acme/postings?limit=100&offset=200";
  expect(source.list(page({ offset: 200, limit: 100, totalFound: 150, content: [] }, url))).toEqual({
    result: "found",
    value: { items: [], next: null },
  });
});

test("every field that a posting holds is read", () => {
  const [item] = walk(source.plan("ostermoor-labs", {})[0]).items;
  const result = source.parse(answered(companies, { url: item?.url ?? "" }));
  if (result.result !== "found") throw new Error(result.reason);
  const url = `https://jobs.smartrecruiters.com/ostermoor-labs/${item?.source_id}-made-up`;
  expect(result.value[0]).toMatchObject({
    source_id: item?.source_id,
    job_url: url,
    parsed: {
      title: first.title,
      company: "Ostermoor Labs",
      location: `${first.city}, ${first.country}`,
      employment_type: "Full-time",
      seniority_level: "Mid-Senior Level",
      workplace_type: "remote",
      industries: ["Computer Software"],
      job_functions: ["Data", "Engineering"],
      posted_time: first.postedAt.toISOString(),
      apply_url: `${url}?oga=true`,
    },
  });
  expect(result.value[0]?.parsed.description_html).toBe(
    `<h3>Company Description</h3><p>Who we are.</p>\n<h3>Job Description</h3>${first.html}\n<h3>Qualifications</h3><ul><li>Patience</li></ul>`,
  );
});

test("what is no posting is told apart: none, inactive, empty, refused, a new form", () => {
  const none = "https://api.smartrecruiters.com/v1/companies/ostermoor-labs/postings/1";
  expect(source.parse(answered(companies, { url: none }))).toMatchObject({ result: "gone" });
  expect(source.parse(page({ id: "1", name: "x", active: false })).result).toBe("gone");
  expect(source.list(page({ offset: 0, limit: 100, totalFound: 0, content: [] })).result).toBe("empty");
  expect(source.parse(page({ message: "Forbidden" }))).toMatchObject({
    result: "blocked",
    cause: "forbidden",
  });
  expect(source.parse(page({ message: "Rate limit exceeded" }))).toMatchObject({
    cause: "too many requests",
  });
  expect(source.parse(page("<title>Sign in to continue</title>"))).toMatchObject({ cause: "login" });
  for (const form of ["<h1>Welcome</h1>", "null", "[7]", "{}", '{"message":"We moved"}'])
    expect(source.parse(page(form)).result, form).toBe("changed");
});

test("a hosted posting is read by its microdata, under the number in its address", () => {
  const html = `<main itemscope itemtype="http://schema.org/JobPosting"><h1 itemprop="title">Keeper</h1>
    <div itemprop="hiringOrganization" itemscope><meta itemprop="name" content="Acme"></div>
    <div itemprop="description"><p>Shadows.</p></div></main>`;
  expect(
    source.parse(page(html, "https://jobs.smartrecruiters.com/Acme/744000012345678-keeper")),
  ).toMatchObject({
    result: "found",
    value: [{ source_id: "744000012345678", parsed: { title: "Keeper", company: "Acme" } }],
  });
});

test("fields of other types state nothing, and one posting without a name leaves the others", () => {
  const good = { id: "1", name: "x", jobAd: {} };
  expect(source.parse(page({ content: [good, { id: 2 }, 7] }))).toMatchObject({
    result: "partial",
    missing: 2,
  });
  const keys =
    "company location industry department function typeOfEmployment experienceLevel releasedDate postingUrl applyUrl";
  for (const wrong of [7, null, "x", [[]], { a: [null], name: 7, label: [] }, true]) {
    const all = { ...good, ...Object.fromEntries(keys.split(" ").map((key) => [key, wrong])) };
    expect(source.parse(page({ ...all, jobAd: { sections: { jobDescription: wrong } } })).result).toBe(
      "found",
    );
    expect(source.list(page({ totalFound: wrong, offset: wrong, content: [all] })).result).toBe("found");
  }
});

test("only the name of a company is taken as argument", () => {
  for (const wrong of [undefined, "", "..", "a/b", "a?b"])
    expect(() => source.plan(wrong, {})).toThrow("smartrecruiters:NAME");
});

const captures = new URL("../../../../shared/data/pages/smartrecruiters/", import.meta.url);
// The captures are other people's: they stand beside the project or not at all.
test.skipIf(!existsSync(captures))("a captured posting is read with the fields that it holds", () => {
  for (const file of readdirSync(captures)) {
    const result = source.parse(page(readFileSync(new URL(file, captures), "utf8")));
    if (result.result !== "partial") throw new Error(`${file}: ${result.result}`);
    const [{ parsed, job_url } = { parsed: undefined, job_url: null }] = result.value;
    expect(job_url).toMatch(/^https:\/\/jobs\.smartrecruiters\.com\//);
    expect(parsed).toMatchObject({ workplace_type: "remote", description_html: null });
    expect([parsed?.industries.length, parsed?.job_functions.length]).toEqual([1, 1]);
    for (const field of [
      "title",
      "company",
      "location",
      "employment_type",
      "seniority_level",
      "posted_time",
    ] as const)
      expect(parsed?.[field], field).not.toBeNull();
  }
});

test("a place without a region has no empty part", () => {
  const posting = { id: "744000000001", name: "Moor Keeper", location: { fullLocation: "Gdynia, , Poland" } };
  expect(source.parse(page(posting))).toMatchObject({ value: [{ parsed: { location: "Gdynia, Poland" } }] });
});
