import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  answerOf,
  fragment,
  guestView,
  type LinkedinSite,
  linkedin,
} from "../../../../test/replicas/linkedin.ts";
import { type MadeUp, madeUp } from "../../../../test/replicas/postings.ts";
import type { Listed, RawPosting } from "../../source.ts";
import { linkedinSource } from "./guest.ts";

const source = linkedinSource();
const page = (text: string, url = "https://www.linkedin.com/x") => ({
  url,
  mediaType: "text/html; charset=utf-8",
  body: Buffer.from(text),
});
const parse = (text: string, url?: string) => source.parse(page(text, url));
const list = (text: string, url?: string) => source.list(page(text, url));
const get = (site: LinkedinSite, address: string) => {
  const { url, text } = answerOf(site, address);
  return page(text, url);
};
const [first] = madeUp(1) as [MadeUp];
const one = (changes: Partial<MadeUp>): MadeUp => ({ ...first, ...changes });

/** All that a list names, and the address of each page. */
function walk(site: LinkedinSite, from: string): { items: Listed[]; asked: string[] } {
  const items: Listed[] = [];
  const asked: string[] = [];
  for (let at: string | undefined = from; at !== undefined; ) {
    asked.push(at);
    const result = source.list(get(site, at));
    if (result.result === "empty") break;
    if (result.result !== "found") throw new Error(result.reason);
    items.push(...result.value.items);
    at = result.value.next?.url;
  }
  return { items, asked };
}
const only = (value: RawPosting[]): RawPosting => {
  expect(value).toHaveLength(1);
  return value[0] as RawPosting;
};
function found(text: string, url?: string): RawPosting {
  const result = parse(text, url);
  if (result.result !== "found") throw new Error(result.reason);
  return only(result.value);
}

test("a search becomes the address that the site's own page asks", () => {
  const [ask] = source.plan(undefined, {
    keyword: "data engineer",
    location: "Denver, CO",
    remote: true,
    withinMs: 86_400_000,
  });
  expect(ask).toEqual({
    url: "https://www.linkedin.com/jobs-guest/jobs/api/seeMoreJobPostings/search?keywords=data+engineer&location=Denver%2C+CO&f_WT=2&f_TPR=r86400&sortBy=DD&start=0",
  });
  expect(() => source.plan("acme", {})).toThrow("no argument");
});

test.each([10, 25])("a list is walked to its end in steps of the %i cards that a page shows", (pageSize) => {
  const site = linkedin(madeUp(61), { pageSize });
  const { items, asked } = walk(site, source.plan(undefined, {})[0]?.url ?? "");
  expect(items.map(({ source_id }) => source_id)).toEqual(madeUp(61).map(({ id }) => id));
  expect(asked.map((address) => Number(new URL(address).searchParams.get("start")))).toEqual(
    Array.from({ length: Math.ceil(61 / pageSize) + 1 }, (_, index) => Math.min(61, index * pageSize)),
  );
  expect(items[0]).toEqual({
    source_id: first.id,
    url: `https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/${first.id}`,
    stamp: "2026-10-01",
    postedAt: Date.UTC(2026, 9, 1),
  });
});

test("no page beyond the thousandth posting is asked for", () => {
  const { items, asked } = walk(
    linkedin(madeUp(1_020), { pageSize: 25 }),
    source.plan(undefined, {})[0]?.url ?? "",
  );
  expect(items).toHaveLength(1_000);
  expect(asked.at(-1)).toContain("start=975");
  // Only there it shows that there may be more, and so that the list wants splitting.
  expect(list(fragment(madeUp(25)), asked.at(-1))).toMatchObject({ value: { total: 1_001, next: null } });
  const before = list(fragment(madeUp(25)), asked.at(-2));
  expect(before.result === "found" && before.value.total).toBeUndefined();
});

test("splitting a list leaves no posting out and names none twice", () => {
  const postings = madeUp(180).filter(({ title }) => title.includes("Data"));
  const site = linkedin(postings);
  let asks = source.plan(undefined, { keyword: "data" });
  for (let depth = 0; depth < 2; depth++) {
    asks = asks.flatMap((ask) => source.split(ask));
    const ids = asks.flatMap(({ url }) => walk(site, url).items).map(({ source_id }) => source_id);
    expect(ids).toHaveLength(postings.length);
    expect(new Set(ids)).toEqual(new Set(postings.map(({ id }) => id)));
  }
  // A level is not stated by every posting: the list stays beside its parts, and is not split again.
  const [asked] = asks;
  const byLevel = source.split(asked ?? { url: "" });
  expect(byLevel).toHaveLength(6 + 1);
  const ids = (some: { url: string }[]) =>
    some
      .flatMap(({ url }) => walk(site, url).items)
      .map(({ source_id }) => source_id)
      .sort();
  expect(ids(byLevel.slice(0, 6))).toEqual(ids(byLevel.slice(6)));
  expect(ids(byLevel.slice(6))).toEqual(ids(asks.slice(0, 1)));
  expect(byLevel.flatMap((ask) => source.split(ask))).toEqual([]);
  expect(source.split({ url: "https://www.linkedin.com/s?f_WT=2&start=40" })[0]?.url).toContain(
    "f_WT=2&start=0&f_JT=F",
  );
});

test("the whole search page states how many there are, and 1,000+ is one more at least", () => {
  const asked = "https://www.linkedin.com/jobs/search?start=0";
  expect(source.list(get(linkedin(madeUp(33)), asked))).toMatchObject({
    result: "found",
    value: { total: 33, items: { length: 10 } },
  });
  const header = (text: string) =>
    `<span class="results-context-header__job-count">${text}</span>${fragment([first])}`;
  expect(list(header("1,234"))).toMatchObject({ value: { total: 1234 } });
  expect(list(header("1,000+"))).toMatchObject({ value: { total: 1001 } });
});

test("a search that finds nothing is empty, and so is the end of a list", () => {
  const site = linkedin([]);
  const { url } = source.plan(undefined, { keyword: "x" })[0] ?? { url: "" };
  expect(source.list(get(site, url))).toEqual({ result: "empty", reason: "the search finds no postings" });
  expect(list(fragment([]), url.replace("start=0", "start=40"))).toMatchObject({
    reason: "the list ends here",
  });
  expect(parse(fragment([])).result).toBe("empty");
});

test("cards are partial postings with the fields that they show", () => {
  const result = parse(fragment([one({ title: "R&D Analyst", remote: false })]));
  if (result.result !== "partial") throw new Error(result.result);
  expect(only(result.value)).toMatchObject({
    source_id: first.id,
    job_url: `https://ee.linkedin.com/jobs/view/r-d-analyst-at-${first.company.toLowerCase().replace(/[^a-z]+/g, "-")}-${first.id}`,
    parsed: {
      title: "R&D Analyst",
      company: first.company,
      location: `${first.city}, ${first.country}`,
      company_logo_url: expect.stringContaining("company-logo_100_100"),
      posted_time: "2026-10-01",
      salary: { min: first.salary?.min, max: first.salary?.max, period: null },
      description_html: null,
    },
  });
});

test("cards of 2020 are read by their own names", () => {
  const result =
    parse(`<ul><li class="result-card job-result-card" data-id="1234567890"><a class="result-card__full-card-link" href="https://www.linkedin.com/jobs/view/weaver-at-loom-1234567890?refId=1"></a>
<h3 class="result-card__title job-result-card__title">Weaver</h3><h4 class="result-card__subtitle job-result-card__subtitle"><a>Loom</a></h4>
<span class="job-result-card__location">Leeds</span><time class="job-result-card__listdate" datetime="2020-05-01">1 month ago</time></li></ul>`);
  expect(result).toMatchObject({
    result: "partial",
    value: [
      {
        source_id: "1234567890",
        job_url: "https://www.linkedin.com/jobs/view/weaver-at-loom-1234567890",
        parsed: { title: "Weaver", company: "Loom", location: "Leeds", posted_time: "2020-05-01" },
      },
    ],
  });
});

test("cards without an id make a list partial, and a list of nothing else a changed one", () => {
  const broken = fragment([first]).replace(/urn:li:jobPosting:\d+/, "urn:li:jobPosting:x");
  expect(list(fragment([first]) + broken)).toMatchObject({
    result: "partial",
    missing: 1,
    value: { items: { length: 1 } },
  });
  expect(list(broken).result).toBe("changed");
  expect(parse(broken).result).toBe("changed");
});

test("a posting is read with every field, from its fragment as from its whole page", () => {
  const posting = one({
    remote: true,
    level: "director",
    type: "full_time",
    applicants: 196,
    salary: { min: 90_000, max: 120_000.5, currency: "EUR", period: "year" },
  });
  const site = linkedin([posting, ...madeUp(3, 2)]);
  const address = `https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/${posting.id}`;
  const fromFragment = source.parse(get(site, address));
  const fromPage = source.parse(get(site, `https://www.linkedin.com/jobs/view/${posting.id}/`));
  const parsed = {
    title: posting.title,
    company: posting.company,
    company_logo_url: expect.stringContaining("company-logo_100_100"),
    location: `${posting.city}, ${posting.country}`,
    employment_type: "Full-time",
    seniority_level: "Director",
    workplace_type: "Remote",
    industries: ["Technology, Information and Internet"],
    job_functions: ["Engineering", "Information Technology"],
    description_html: posting.html,
    skills: [],
    salary: { min: 90_000, max: 120_000.5, currency: "€", period: "year" },
    posted_time: "Reposted 2 weeks ago",
    expire_time: null,
    apply_url: `https://careers.example/apply/${posting.id}?a=1&b=2`,
    reposted: true,
    reposted_info: "Reposted 2 weeks ago",
    applicant_count: "196 applicants",
    application_type: "offsite",
    skills_summary: null,
  };
  expect(fromFragment).toMatchObject({ result: "found", value: [{ source_id: posting.id, parsed }] });
  expect(fromPage).toMatchObject({ result: "found", value: { length: 1 } });
  expect(fromPage).toMatchObject({
    value: [
      {
        source_id: posting.id,
        job_url: expect.stringMatching(/^https:\/\/ee\.linkedin\.com\/jobs\/view\/[^?]+$/),
        parsed,
      },
    ],
  });
});

test("what a posting does not say is null: pay, a second listing, a logo, an address elsewhere", () => {
  const view = guestView(one({ remote: false, level: "mid", type: "contract", salary: null })).replace(
    /<img[^>]*>/,
    "",
  );
  expect(found(view)).toMatchObject({
    job_url: `https://www.linkedin.com/jobs/view/${first.id}/`,
    parsed: {
      salary: null,
      reposted: null,
      reposted_info: null,
      company_logo_url: null,
      workplace_type: null,
      posted_time: "3 days ago",
      application_type: "onsite",
      apply_url: `https://www.linkedin.com/jobs/view/${first.id}/`,
    },
  });
});

test("a company without a page is named, and the id may stand in the address alone", () => {
  const view = guestView(one({ company: "Nail & Sons" }))
    .replace(/<a class="topcard__org-name-link[^>]*>([^<]*)<\/a>/, "$1")
    .replace(/<code id="decorated.*<\/code>/, "");
  expect(found(view, `https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/${first.id}`)).toMatchObject({
    source_id: first.id,
    parsed: { company: "Nail & Sons" },
  });
  // Without any id there is nothing to know it by.
  expect(parse(view).result).toBe("changed");
});

test("in another language the order of the criteria tells which is which", () => {
  const view = guestView(one({ level: "senior" }))
    .replace("Seniority level", "Karrierestufe")
    .replace("Employment type", "Beschäftigungsverhältnis")
    .replace("Job function", "Tätigkeitsbereich")
    .replace("Industries", "Branchen");
  expect(found(view).parsed).toMatchObject({
    seniority_level: "Mid-Senior level",
    employment_type: "Full-time",
    industries: ["Technology, Information and Internet"],
  });
});

test("JSON-LD gives exact days where the page gives words", () => {
  const data = {
    "@type": "JobPosting",
    title: "Other",
    datePosted: "2026-09-01T10:00:00.000Z",
    validThrough: "2026-10-01T10:00:00.000Z",
    baseSalary: { currency: "USD", value: { minValue: 1, maxValue: 2, unitText: "HOUR" } },
  };
  const view = `<script type="application/ld+json">${JSON.stringify(data)}</script>${guestView(one({ salary: null }))}`;
  expect(found(view).parsed).toMatchObject({
    title: first.title,
    posted_time: "2026-09-01T10:00:00.000Z",
    expire_time: "2026-10-01T10:00:00.000Z",
    salary: { min: 1, max: 2, currency: "USD", period: "HOUR" },
  });
});

test("a posting without its description is partial", () => {
  const view = guestView(first).replace(/show-more-less-html__markup|description__text/g, "x");
  expect(parse(view)).toMatchObject({ result: "partial", value: [{ parsed: { description_html: null } }] });
});

test("a posting that takes no more applications is gone, whatever its own words say", () => {
  const site = linkedin([first]);
  site.closed.add(first.id);
  const address = `https://www.linkedin.com/jobs/view/${first.id}/`;
  expect(source.parse(get(site, address))).toEqual({
    result: "gone",
    reason: "No longer accepting applications",
  });
  const words = guestView(
    one({ html: "<p>We are no longer accepting applications for last year's team.</p>" }),
  );
  expect(parse(words).result).toBe("found");
});

test("a posting that leads to a search for its like is gone, not all of those", () => {
  const at = "https://ee.linkedin.com/jobs/data-analyst-jobs?position=1&pageNum=0&trk=expired_jd_redirect";
  expect(parse(fragment(madeUp(3)), at)).toMatchObject({ result: "gone" });
});

test("guests who asked often meet the wall, and it is named", () => {
  const site = linkedin([first], { wallAfter: 1 });
  const { url } = source.plan(undefined, {})[0] ?? { url: "" };
  expect(source.list(get(site, url)).result).toBe("found");
  const wall = get(site, url);
  expect(wall.url).toContain("/authwall?");
  expect(source.list(wall)).toMatchObject({ result: "blocked", cause: "login" });
  expect(source.parse(wall)).toMatchObject({ result: "blocked", cause: "login" });
});

test.each([
  [
    "login",
    `<html><head><script>window.onload=function(){window.location.href="https://www.linkedin.com/authwall?trk=x"}</script></head></html>`,
  ],
  ["login", "<title>LinkedIn Login, Sign in | LinkedIn</title>"],
  ["login", `<title>Sign in</title><form action="/uas/login">Sign in to continue</form>`],
  [
    "login",
    `<meta name="pageKey" content="auth_wall_desktop_jobs"><title>Anmelden | LinkedIn</title>${"x".repeat(9_000)}`,
  ],
  ["captcha", `<title>Security Verification | LinkedIn</title><div id="captcha-internal">`],
  ["captcha", `<title>Security check</title><div class="g-recaptcha">Are you human?</div>`],
  ["forbidden", "<h1>Access denied</h1>"],
])("a wall is blocked by %s", (cause, text) => {
  expect(parse(text)).toMatchObject({ result: "blocked", cause });
  expect(list(text)).toMatchObject({ result: "blocked", cause });
});

test("an ordinary page that offers to sign in is no wall, but a page that we do not know", () => {
  const text = `<!DOCTYPE html><head><meta name="pageKey" content="d_org_guest_company_overview"><meta id="config" data-recaptcha-v3-integration-lix-value="control">
<title>Brellwick | LinkedIn</title></head><a href="https://www.linkedin.com/login?session_redirect=x">Sign in</a><a>Join now</a>
<form action="https://www.linkedin.com/uas/login-submit"><h2>Sign in to see who you already know at Brellwick</h2></form>${"<p>About us.</p>".repeat(500)}`;
  expect(parse(text).result).toBe("changed");
  expect(list(text).result).toBe("changed");
  expect(list("<main><h1>Welcome to our new careers pages</h1></main>").result).toBe("changed");
});

test("bytes that are no page harm nothing and take no time", () => {
  for (const text of [
    "",
    "\0",
    "<".repeat(200_000),
    `<div class="${"a ".repeat(200_000)}">`,
    "{",
    "[]",
    `{"data":`,
  ]) {
    const before = process.threadCpuUsage();
    expect(["empty", "changed", "blocked"]).toContain(parse(text).result);
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000);
  }
});

const captures = new URL("../../../../../shared/data/pages/linkedin/", import.meta.url);
test.skipIf(!existsSync(captures))("captured pages of guests are read with the fields that they hold", () => {
  const filled = readdirSync(captures).map((file) => {
    const result = parse(readFileSync(new URL(file, captures), "utf8"));
    if (result.result !== "found" && result.result !== "partial")
      throw new Error(`${file}: ${result.reason}`);
    const fields = result.value.map(({ parsed }) =>
      Object.values(parsed).filter((value) => value !== null && (!Array.isArray(value) || value.length > 0)),
    );
    return [file, result.result, fields.length, Math.min(...fields.map(({ length }) => length))];
  });
  expect(filled).toEqual([
    ["guest_cards_2023_a.html", "partial", 2, 5],
    ["guest_cards_2023_b.html", "partial", 1, 5],
    ["guest_job_view_2026.html", "found", 1, 13],
    ["guest_seeMoreJobPostings_2026.html", "partial", 10, 5],
  ]);
});
