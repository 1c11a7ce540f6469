import { expect, test } from "vitest";
import { microdataPostings, schemaPostings } from "./microdata.ts";

const base = "https://jobs.example/a/1";
const one = (html: string) => microdataPostings(html, base)[0];

test("microdata is read with its nested items, and a description keeps its markup", () => {
  const posting = one(`<div itemscope itemtype="http://schema.org/JobPosting">
    <meta itemprop="datePosted" content="2026-01-02"><h1 itemprop=title>Lamp<b>lighter</b> &amp; more</h1>
    <div itemprop="hiringOrganization" itemscope itemtype="http://schema.org/Organization">
      <img itemprop="logo" src="/logo.png"><span itemprop="name">Acme <script>var x = "not text"</script></span></div>
    <span itemprop="jobLocation" itemscope itemtype="http://schema.org/Place"><span itemprop="address" itemscope
      itemtype="http://schema.org/PostalAddress"><span itemprop="addressLocality">Graz</span>,
      <span itemprop="addressCountry">Austria</span></span></span>
    <span itemprop="baseSalary" itemscope itemtype="http://schema.org/MonetaryAmount"><meta itemprop="currency"
      content="EUR"><span itemprop="value" itemscope itemtype="http://schema.org/QuantitativeValue"><b
      itemprop="minValue">40,000</b> <b itemprop="maxValue">50,000</b><meta itemprop="unitText" content="YEAR"></span></span>
    <time itemprop="validThrough" datetime="2026-02-02">soon</time>
    <div itemprop="description"><p>Light <em>lamps</em>.</p><ul><li>Ladders<li>Matches</ul></div>
    <a itemprop="url" href="/a/1?x=1">More</a></div>`);
  expect(posting?.url).toBe("https://jobs.example/a/1?x=1");
  expect(posting?.parsed).toMatchObject({
    title: "Lamplighter & more",
    company: "Acme",
    company_logo_url: "https://jobs.example/logo.png",
    location: "Graz, Austria",
    salary: { min: 40000, max: 50000, currency: "EUR", period: "YEAR" },
    posted_time: "2026-01-02",
    expire_time: "2026-02-02",
    description_html: "<p>Light <em>lamps</em>.</p><ul><li>Ladders<li>Matches</ul>",
  });
});

test("RDFa Lite is read too, and properties of other vocabularies are not", () => {
  const posting = one(`<head><meta property="og:title" content="wrong"></head>
    <div vocab="https://schema.org/" typeof="JobPosting"><meta property="og:description" content="wrong">
    <h1 property="schema:title">Lamplighter</h1><p property="hiringOrganization">Acme</p></div>`);
  expect(posting?.parsed).toMatchObject({ title: "Lamplighter", company: "Acme", description_html: null });
});

test("properties outside an item, after its end, or of another item inside are not the posting's", () => {
  const posting = one(`<p itemprop="title">before</p><div itemscope itemtype="https://schema.org/JobPosting">
    <div itemscope itemtype="https://schema.org/Person"><b itemprop="title">Ms</b></div>
    <b itemprop="title">Lamplighter</b></div><p itemprop="title">after</p>`);
  expect(posting?.parsed.title).toBe("Lamplighter");
});

test("paragraphs and list items without an end are ended by what follows", () => {
  const postings = microdataPostings(
    `<ul><li itemscope itemtype="https://schema.org/JobPosting"><b itemprop="title">One</b>
     <li itemscope itemtype="https://schema.org/JobPosting"><p itemprop="title">Two<div>more</div></ul>`,
    base,
  );
  expect(postings.map(({ parsed }) => parsed.title)).toEqual(["One", "Two"]);
});

test("JSON-LD goes first; a page without either has nothing", () => {
  const micro = '<p itemscope itemtype="https://schema.org/JobPosting"><b itemprop="title">Micro</b></p>';
  const linked = '<script type="application/ld+json">{"@type":"JobPosting","title":"Linked"}</script>';
  expect(schemaPostings(micro + linked, base).map(({ parsed }) => parsed.title)).toEqual(["Linked"]);
  expect(schemaPostings(micro, base).map(({ parsed }) => parsed.title)).toEqual(["Micro"]);
  expect(schemaPostings("<p>JobPosting</p>", base)).toEqual([]);
});

test("names that are Object's own, items without end and depth without end harm nothing", () => {
  const scope = '<div itemscope itemtype="https://schema.org/JobPosting">';
  expect(
    one(`${scope}<b itemprop="__proto__">x</b><b itemprop="constructor">y</b>`)?.parsed.title,
  ).toBeNull();
  const started = process.threadCpuUsage();
  microdataPostings(scope.repeat(15_000), base);
  microdataPostings(`${scope}${'<b itemprop="title">x'.repeat(15_000)}`, base);
  microdataPostings(`${scope}${"<b>".repeat(40_000)}${"</i>".repeat(40_000)}`, base);
  microdataPostings(`${scope}${'<b itemprop="title">x</b>'.repeat(15_000)}`, base);
  // Of the processor\'s time: others may use the machine too.
  expect(process.threadCpuUsage(started).user).toBeLessThan(2_000_000);
});

test("names in small letters are known, and a date with words before it", () => {
  expect(
    one(`<div vocab="http://schema.org/" typeof="JobPosting"><h1 property="title">Lamplighter</h1>
      <span property="dateposted">Posted on October 02, 2026</span>
      <p property="joblocation" typeof="Place"><span property="address" typeof="PostalAddress"><b
        property="addresslocality">Ottawa</b>, <b property="addressregion">ON</b></span></p></div>`)?.parsed,
  ).toMatchObject({ location: "Ottawa, ON", posted_time: "2026-10-02" });
});
