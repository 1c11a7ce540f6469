import { expect, test } from "vitest";
import { isJsonLd, jobPostingsOf } from "./json-ld.ts";
import { elements } from "./markup.ts";

const page = (data: unknown) =>
  `<html><head><script type="application/ld+json">${typeof data === "string" ? data : JSON.stringify(data)}</script></head></html>`;
const base = "https://jobs.example/a/1";
const one = (data: unknown) => jobPostingsOf(elements(page(data), isJsonLd), base)[0];

test("a posting with everything is read in the words of the page", () => {
  const posting = one({
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    title: "Lamplighter",
    description: "<p>Light lamps.</p>",
    identifier: { "@type": "PropertyValue", name: "Acme", value: 17 },
    datePosted: "2026-01-02",
    validThrough: "2026-02-02T00:00",
    employmentType: ["FULL_TIME", "CONTRACTOR"],
    hiringOrganization: {
      "@type": "Organization",
      name: "Acme",
      logo: { "@type": "ImageObject", url: "/logo.png" },
    },
    jobLocation: [
      {
        "@type": "Place",
        address: { addressLocality: "Graz", addressRegion: "Steiermark", addressCountry: { name: "AT" } },
      },
      { "@type": "Place", address: "Wien, AT" },
    ],
    jobLocationType: "TELECOMMUTE",
    baseSalary: { currency: "EUR", value: { minValue: "40,000", maxValue: 50000, unitText: "YEAR" } },
    industry: "Lighting",
    occupationalCategory: ["47-2111"],
    skills: "ladders, matches",
    directApply: true,
  });
  expect(posting).toMatchObject({ identifier: "17", url: null });
  expect(posting?.parsed).toMatchObject({
    title: "Lamplighter",
    company: "Acme",
    company_logo_url: "https://jobs.example/logo.png",
    location: "Graz, Steiermark, AT; Wien, AT",
    employment_type: "FULL_TIME, CONTRACTOR",
    workplace_type: "TELECOMMUTE",
    salary: { min: 40000, max: 50000, currency: "EUR", period: "YEAR" },
    industries: ["Lighting"],
    job_functions: ["47-2111"],
    skills: ["ladders", "matches"],
    posted_time: "2026-01-02",
    expire_time: "2026-02-02T00:00",
    application_type: "direct",
  });
});

test("what is not stated is null, not a guess", () => {
  const parsed = one({ "@type": "JobPosting", title: "Lamplighter" })?.parsed;
  expect(parsed).toMatchObject({
    company: null,
    location: null,
    salary: null,
    posted_time: null,
    skills: [],
    description_html: null,
  });
});

test.each([
  ["a graph", { "@graph": [{ "@type": "WebPage" }, { "@type": "JobPosting", title: "x" }] }],
  ["a list", [{ "@type": "BreadcrumbList" }, { "@type": ["Thing", "JobPosting"], title: "x" }]],
  [
    "a page's main entity",
    { "@type": "WebPage", mainEntity: { "@type": "http://schema.org/JobPosting", title: "x" } },
  ],
  [
    "an item list",
    { "@type": "ItemList", itemListElement: [{ item: { "@type": "JobPosting", title: "x" } }] },
  ],
])("a posting is found in %s", (_, data) => {
  expect(one(data)?.parsed.title).toBe("x");
});

test("a single salary, a bare number and other shapes are read, a text is not", () => {
  const salary = (baseSalary: unknown) =>
    one({ "@type": "JobPosting", title: "x", salaryCurrency: "GBP", baseSalary })?.parsed.salary;
  expect(salary({ currency: "USD", value: { value: 30, unitText: "HOUR" } })).toEqual({
    min: 30,
    max: 30,
    currency: "USD",
    period: "HOUR",
  });
  expect(salary(45000)).toEqual({ min: 45000, max: 45000, currency: "GBP", period: null });
  expect(salary({ minValue: 1, currency: "USD", unitText: "DAY" })).toEqual({
    min: 1,
    max: null,
    currency: "USD",
    period: "DAY",
  });
  expect(salary("competitive")).toBeNull();
});

test("JSON with raw line breaks, wrong escapes, comments around it and a comma too many is still read", () => {
  expect(one('<!--\n{"@type":"JobPosting","title":"a\nb"}\n-->')?.parsed.title).toBe("a\nb");
  expect(one('//<![CDATA[\n{"@type":"JobPosting","title":"c\\d",}\n//]]>')?.parsed.title).toBe("c\\d");
  expect(one('/*<![CDATA[*/{"@type":"JobPosting","title":"e"}/*]]>*/')?.parsed.title).toBe("e");
  expect(one('{"@type":"JobPosting","title":"f"};')?.parsed.title).toBe("f");
  expect(one('{"@type":"JobPosting","title":"a, ]", "skills":["x",],}')?.parsed.title).toBe("a, ]");
});

test("what is broken beyond repair, or nests without end, gives nothing and harms nothing", () => {
  expect(one('{"@type":"JobPosting"')).toBeUndefined();
  expect(one(`${"[".repeat(5000)}${"]".repeat(5000)}`)).toBeUndefined();
  expect(
    one({ "@type": "JobPosting", title: { a: 1 }, jobLocation: [null, 3, {}], hiringOrganization: [] })
      ?.parsed.title,
  ).toBeNull();
  const deep = (open: string, close: string) =>
    `{"@type":"JobPosting","title":${open.repeat(50_000)}"x"${close.repeat(50_000)}}`;
  expect(one(deep("[", "]"))?.parsed.title).toBeNull();
  expect(one(deep('{"name":', "}"))?.parsed.title).toBeNull();
});

test("white space without end behind a comment's end takes no time", () => {
  expect(one(`{} -->${" ".repeat(200_000)}x`)).toBeUndefined();
});

test("addresses that are no web addresses are left out", () => {
  const posting = one({
    "@type": "JobPosting",
    title: "x",
    url: "javascript:alert(1)",
    hiringOrganization: { name: "A", logo: "data:x" },
  });
  expect(posting?.url).toBeNull();
  expect(posting?.parsed.company_logo_url).toBeNull();
});

test("an organization that a graph states once is found by its address", () => {
  const posting = one({
    "@graph": [
      { "@type": "Organization", "@id": "#us", name: "Acme" },
      {
        "@type": "WebPage",
        about: { "@type": "JobPosting", title: "x", hiringOrganization: { "@id": "#us" } },
      },
    ],
  });
  expect(posting?.parsed).toMatchObject({ title: "x", company: "Acme" });
  const lost = one({ "@type": "JobPosting", title: "x", hiringOrganization: { "@id": "#nobody" } });
  expect(lost?.parsed.company).toBeNull();
});

test("data whose quotes were escaped as if it were text is read", () => {
  expect(
    one("{&quot;@type&quot;:&quot;JobPosting&quot;,&quot;title&quot;:&quot;a&quot;}")?.parsed.title,
  ).toBe("a");
});

test("entities that a site escaped once too often are read in every name", () => {
  const parsed = one({
    "@type": "JobPosting",
    title: "Lamps &#8211; R&amp;D",
    hiringOrganization: { legalName: "Wick &amp; Sons" },
    industry: "Light &amp; Heat",
    jobLocation: { address: { addressLocality: "S&atilde;o Paulo" } },
  })?.parsed;
  expect(parsed).toMatchObject({
    title: "Lamps – R&D",
    company: "Wick & Sons",
    industries: ["Light & Heat"],
    location: "São Paulo",
  });
});

test("several addresses of a place, and parts of one without a place, are its location", () => {
  const at = (more: object) => one({ "@type": "JobPosting", title: "Lamplighter", ...more })?.parsed.location;
  const address = [{ addressLocality: "Graz" }, { addressLocality: "Wien", addressCountry: "AT" }, "Linz"];
  expect(at({ jobLocation: { "@type": "Place", address } })).toBe("Graz; Wien, AT; Linz");
  expect(at({ jobLocation: { addressLocality: "Graz", addressCountry: "AT" } })).toBe("Graz, AT");
  expect(at({ addressLocality: "Graz", addressRegion: "Steiermark" })).toBe("Graz, Steiermark");
});

test("pay is read from a line, dates from the forms in which sites write them", () => {
  const read = (more: object) => one({ "@type": "JobPosting", title: "Lamplighter", ...more })?.parsed;
  const pay = { min: 40000, max: 50000, currency: "EUR" };
  expect(read({ baseSalary: "EUR 40,000 - 50,000 per year" })?.salary).toEqual({ ...pay, period: "year" });
  expect(read({ baseSalary: { value: { value: "EUR 40,000 - 50,000", unitText: "YEAR" } } })?.salary).toEqual(
    { ...pay, period: "YEAR" },
  );
  expect(read({ baseSalary: "competitive" })?.salary).toBeNull();
  expect(read({ datePosted: "Wed Sep 02 02:00:00 UTC 2026", validThrough: "2026/10/3" })).toMatchObject({
    posted_time: "2026-09-02T02:00:00.000Z",
    expire_time: "2026-10-03",
  });
  expect(read({ datePosted: "some day" })?.posted_time).toBe("some day");
});

test("one applies where an action says so, and parts make up for a description that is not there", () => {
  const parsed = one({
    "@type": "JobPosting",
    title: "Lamplighter",
    responsibilities: "<p>Light lamps.</p>",
    qualifications: "Matches.",
    potentialAction: { "@type": "ApplyAction", target: { urlTemplate: "/apply/1" } },
  })?.parsed;
  expect(parsed?.description_html).toBe("<p>Light lamps.</p>\nMatches.");
  expect(parsed?.apply_url).toBe("https://jobs.example/apply/1");
  const view = { "@type": "ViewAction", target: "/view/1" };
  expect(
    one({ "@type": "JobPosting", title: "Lamplighter", potentialAction: view })?.parsed.apply_url,
  ).toBeNull();
});
