import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { answered } from "../../../test/replicas/boards.ts";
import { type MadeUp, madeUp } from "../../../test/replicas/postings.ts";
import { workdaySites } from "../../../test/replicas/workday.ts";
import type { Ask, Listed } from "../source.ts";
import { workdaySource } from "./workday.ts";

const source = workdaySource();
const postings = madeUp(53).map((one) => ({ ...one, company: "nordvane" }));
const site = workdaySites(postings);
const [first] = postings as [MadeUp];
const page = (
  body: unknown,
  url = "https://nordvane.wd3.myworkdayjobs.com/wday/cxs/nordvane/Careers/jobs",
) => ({
  url,
  mediaType: "",
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});

function walk(sites: typeof site, start: Ask | undefined) {
  const items: Listed[] = [];
  const asked: Ask[] = [];
  let next = start;
  while (next !== undefined) {
    asked.push(next);
    expect(asked.length).toBeLessThan(20);
    const result = source.list(answered(sites, next));
    if (result.result !== "found") throw new Error(result.reason);
    items.push(...result.value.items);
    next = result.value.next ?? undefined;
  }
  return { items, asked };
}

test("a site's list is asked for by POST to its end, though later pages say that there are none in all", () => {
  const [start] = source.plan("nordvane.wd3/Careers", {});
  const { items, asked } = walk(site, start);
  expect(items.map((one) => one.source_id)).toEqual(postings.map((one) => `nordvane/R-${one.id}`));
  expect(asked.map((one) => JSON.parse(one.json ?? ""))).toEqual(
    [0, 20, 40].map((offset) => ({ appliedFacets: {}, limit: 20, offset, searchText: "" })),
  );
  // An address that stayed the same would look like the end of the list.
  expect(new Set(asked.map((one) => one.url)).size).toBe(3);
});

test("a search is asked for in words, on every page", () => {
  const many = workdaySites(madeUp(150).map((one) => ({ ...one, company: "nordvane" })));
  const [start] = source.plan("nordvane.wd3/Careers", { keyword: "data" });
  const { asked } = walk(many, start);
  expect(asked.length).toBeGreaterThan(1);
  for (const one of asked) expect(JSON.parse(one.json ?? "").searchText).toBe("data");
});

test("a posting's own answer has every field, and the id that the list gave it", () => {
  const { items } = walk(site, source.plan("nordvane.wd3/Careers", {})[0]);
  const [item] = items;
  const result = source.parse(answered(site, { url: item?.url ?? "" }));
  if (result.result !== "found") throw new Error(result.reason);
  const [posting] = result.value;
  expect(posting).toMatchObject({
    source_id: item?.source_id,
    parsed: {
      title: first.title,
      company: "nordvane",
      location: `${first.city}; Lyon`,
      employment_type: "Full time",
      workplace_type: "Remote",
      description_html: first.html,
      posted_time: first.postedAt.toISOString().slice(0, 10),
      expire_time: expect.stringMatching(/^2026-10-31$/),
    },
  });
  expect(posting?.job_url).toMatch(/^https:\/\/nordvane\.wd3\.myworkdayjobs\.com\/Careers\/job\//);
  expect(posting?.parsed.apply_url).toBe(posting?.job_url);
});

test("a captured list gives what it has: titles, places, and when it was posted in its own words", () => {
  const [asked] = source.plan("nordvane.wd3/Careers", {});
  const result = source.parse(answered(site, asked ?? { url: "" }));
  if (result.result !== "partial") throw new Error(result.result);
  expect(result.value).toHaveLength(20);
  expect(result.value[0]).toMatchObject({
    job_url: expect.stringMatching(/^https:\/\/nordvane\.wd3\.myworkdayjobs\.com\/Careers\/job\//),
    parsed: { title: first.title, company: null, location: first.city, posted_time: "1 Days Ago" },
  });
  // "2 Locations" names none.
  expect(result.value[4]?.parsed.location).toBeNull();
});

test("a posting that takes no applications or is not posted is gone", () => {
  const info = { title: "x", jobPostingId: "X_R-1", jobDescription: "<p>y</p>" };
  expect(source.parse(page({ jobPostingInfo: { ...info, canApply: false } })).result).toBe("gone");
  expect(source.parse(page({ jobPostingInfo: { ...info, posted: false } })).result).toBe("gone");
  expect(source.parse(page({ jobPostingInfo: info }))).toMatchObject({
    result: "found",
    value: [{ source_id: "nordvane/R-1" }],
  });
});

test("what is no posting is told apart: none, refused, empty, a new form", () => {
  expect(
    source.parse(answered(site, { url: "https://x.example/wday/cxs/nobody/Careers/job/a_1" })),
  ).toMatchObject({
    result: "gone",
    reason: expect.stringContaining("S21"),
  });
  expect(source.parse(page({ errorCode: "HTTP_403" }))).toMatchObject({
    result: "blocked",
    cause: "forbidden",
  });
  expect(source.parse(page({ errorCode: "HTTP_429" }))).toMatchObject({ cause: "too many requests" });
  expect(source.parse(page({ errorCode: "HTTP_422", httpStatus: 422 })).result).toBe("changed");
  expect(source.list(page({ total: 0, jobPostings: [] })).result).toBe("empty");
  expect(source.parse(page("<h1>The page you are looking for doesn't exist.</h1>")).result).toBe("gone");
  for (const form of ["<h1>Welcome</h1>", "null", "[]", "{}", '{"jobPostingInfo":{}}', '{"jobPostings":[7]}'])
    expect(source.parse(page(form)).result, form).toBe("changed");
});

test("a hosted posting is read by its schema.org data, under the same id", () => {
  const url = "https://nordvane.wd3.myworkdayjobs.com/Careers/job/Graz/Keeper_R-7";
  const data = {
    "@type": "JobPosting",
    title: "Keeper",
    description: "text",
    hiringOrganization: { name: "Nordvane" },
    identifier: { "@type": "PropertyValue", value: "R-7" },
    jobLocation: { address: { addressLocality: "Graz", addressCountry: "Austria" } },
  };
  const html = `<script type="application/ld+json">${JSON.stringify(data)}</script>`;
  expect(source.parse(page(html, url))).toMatchObject({
    result: "found",
    value: [{ source_id: "nordvane/R-7", parsed: { title: "Keeper", location: "Graz, Austria" } }],
  });
});

test("fields of other types state nothing", () => {
  const answer = JSON.parse(
    Buffer.from(
      answered(site, { url: walk(site, source.plan("nordvane.wd3/Careers", {})[0]).items[0]?.url ?? "" })
        .body,
    ).toString(),
  ) as { jobPostingInfo: Record<string, unknown> };
  const keys = Object.keys(answer.jobPostingInfo).filter((key) => key !== "title" && key !== "jobPostingId");
  for (const wrong of [7, null, "x", [[]], { a: [null] }]) {
    const all = { title: "x", jobPostingId: "X_1", ...Object.fromEntries(keys.map((key) => [key, wrong])) };
    expect(source.parse(page({ jobPostingInfo: all, hiringOrganization: wrong })).result).toBe("found");
    expect(
      source.list(page({ total: wrong, jobPostings: [{ title: wrong, externalPath: wrong }, wrong] })).result,
    ).toMatch(/partial|changed/);
  }
});

test("only tenant, host and site are taken as argument", () => {
  for (const wrong of [undefined, "", "acme", "acme/Careers", "acme.wd3/", "a.b.wd3/x", "acme.wd3/a/b"])
    expect(() => source.plan(wrong, {})).toThrow("workday:TENANT.wdN/SITE");
});

const captures = new URL("../../../../shared/data/pages/workday/", import.meta.url);
// The captures are other people's: they stand beside the project or not at all.
test.skipIf(!existsSync(captures))(
  "a captured list and a captured posting are read with the fields that they hold",
  () => {
    const list = source.parse(page(readFileSync(new URL("workday_bega.json", captures), "utf8")));
    if (list.result !== "partial") throw new Error(list.result);
    expect(list.value).toHaveLength(20);
    expect(list.value.filter(({ parsed }) => parsed.location !== null)).toHaveLength(13);
    expect(list.value.filter(({ parsed }) => parsed.posted_time !== null)).toHaveLength(20);
    const detail = source.parse(
      page(readFileSync(new URL("workday_bega_detail.json", captures), "utf8"), "file:///x"),
    );
    if (detail.result !== "found") throw new Error(detail.reason);
    const { parsed } = detail.value[0] ?? {};
    expect(parsed).toMatchObject({
      posted_time: "2026-06-15",
      expire_time: "2026-07-13",
      employment_type: "Full time",
    });
    for (const field of ["title", "company", "location", "description_html", "apply_url"] as const)
      expect(parsed?.[field]).not.toBeNull();
  },
);
