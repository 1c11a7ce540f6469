import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { jsonldSource } from "./jsonld.ts";

const source = jsonldSource();
const site = "https://careers.example";
const page = (body: string | Buffer, url = `${site}/jobs/1`) => ({
  url,
  mediaType: "",
  body: Buffer.from(body),
});
const parse = (body: string, url?: string) => source.parse(page(body, url));
const list = (body: string | Buffer, url: string) => source.list(page(body, url));
const script = (data: unknown) =>
  `<!doctype html><html><head><title>Jobs</title><script type="application/ld+json">${JSON.stringify(data)}</script></head><body></body></html>`;
const job = {
  "@type": "JobPosting",
  title: "Lamplighter",
  hiringOrganization: "Acme",
  validThrough: "2020-01-01",
};
const urlset = (...paths: string[]) =>
  `<urlset>${paths.map((path) => `<url><loc>${site}${path}</loc><lastmod>2026-01-02</lastmod></url>`).join("")}</urlset>`;
const index = (...paths: string[]) =>
  `<sitemapindex>${paths.map((path) => `<sitemap><loc>${site}${path}</loc></sitemap>`).join("")}</sitemapindex>`;

/** All that a walk lists, and what it asked for. */
function walk(pages: Record<string, string | Buffer>, start: string): { asked: string[]; items: string[] } {
  const asked: string[] = [];
  const items: string[] = [];
  const waiting = [`${site}${start}`];
  for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
    const path: string = new URL(url).pathname;
    asked.push(path);
    const result = list(pages[path] ?? "", url);
    if (!("value" in result)) throw new Error(`${path}: ${result.reason}`);
    items.push(...result.value.items.map((item) => new URL(item.url).pathname));
    waiting.unshift(...(result.value.more ?? []).map((ask) => ask.url));
  }
  return { asked, items };
}

test("a site is asked for what its robots.txt names, a sitemap for itself", () => {
  expect(source.plan(site, {})).toEqual([{ url: `${site}/robots.txt` }]);
  expect(source.plan(`${site}/deep/jobs.xml.gz`, {})).toEqual([{ url: `${site}/deep/jobs.xml.gz` }]);
  for (const wrong of [
    undefined,
    "",
    "careers.example",
    "file:///etc/passwd",
    "https://a:b@careers.example",
  ]) {
    expect(() => source.plan(wrong, {})).toThrow("jsonld:https://careers.example.com");
  }
});

test("the walk goes from robots.txt through an index to every sitemap of jobs, zipped or not", () => {
  const pages = {
    "/robots.txt": `User-agent: *\nDisallow: /x\nSitemap: ${site}/index.xml`,
    "/index.xml": index("/jobs-1.xml.gz", "/news.xml", "/jobs-2.xml"),
    "/jobs-1.xml.gz": gzipSync(urlset("/jobs/1", "/jobs/2", "/jobs/1")),
    "/jobs-2.xml": urlset("/jobs/3"),
  };
  expect(walk(pages, "/robots.txt")).toEqual({
    asked: ["/robots.txt", "/index.xml", "/jobs-1.xml.gz", "/jobs-2.xml"],
    items: ["/jobs/1", "/jobs/2", "/jobs/3"],
  });
});

test("an address is known by its time of change", () => {
  expect(list(urlset("/jobs/1"), `${site}/sitemap.xml`)).toMatchObject({
    result: "found",
    value: {
      items: [{ source_id: `${site}/jobs/1`, url: `${site}/jobs/1`, stamp: "2026-01-02" }],
      next: null,
    },
  });
});

test("of many addresses those that look like a posting's are kept, of few all", () => {
  const many = Array.from({ length: 200 }, (_, at) => (at % 4 === 0 ? `/stellen/${at}` : `/blog/${at}`));
  expect(walk({ "/sitemap.xml": urlset(...many) }, "/sitemap.xml").items).toHaveLength(50);
  expect(walk({ "/sitemap.xml": urlset(...many.slice(0, 20)) }, "/sitemap.xml").items).toHaveLength(20);
  const none = Array.from({ length: 200 }, (_, at) => `/jobless-blog/${at}`);
  expect(list(urlset(...none), `${site}/sitemap.xml`)).toMatchObject({ result: "empty" });
});

test("where robots.txt names no sitemap, the usual place is looked at", () => {
  const pages = { "/robots.txt": "User-agent: *\nDisallow: /x", "/sitemap.xml": urlset("/jobs/1") };
  expect(walk(pages, "/robots.txt")).toEqual({ asked: ["/robots.txt", "/sitemap.xml"], items: ["/jobs/1"] });
});

test("an empty sitemap is empty; a wall and a broken sitemap are not", () => {
  expect(list(urlset(), `${site}/sitemap.xml`).result).toBe("empty");
  expect(list("<html><title>Access denied</title></html>", `${site}/robots.txt`).result).toBe("blocked");
  expect(list("<html><title>Welcome</title></html>", `${site}/sitemap.xml`).result).toBe("changed");
  expect(list(gzipSync(urlset("/jobs/1")).subarray(0, 30), `${site}/sitemap.xml.gz`).result).toBe("changed");
  expect(list(urlset("/jobs/1", "/jobs/2").slice(0, -60), `${site}/sitemap.xml`).result).toBe("partial");
});

test("a posting is known by its page's address, as its sitemap calls it", () => {
  expect(parse(script({ ...job, identifier: "17" }))).toMatchObject({
    result: "found",
    value: [
      {
        source_id: `${site}/jobs/1`,
        job_url: `${site}/jobs/1`,
        parsed: { title: "Lamplighter", company: "Acme" },
      },
    ],
  });
});

test("a captured file has no address, so the posting's own word counts", () => {
  const file = "file:///pages/a.html";
  const id = (data: unknown) => {
    const result = parse(script(data), file);
    return "value" in result ? result.value.map((one) => one.source_id) : result;
  };
  expect(id({ ...job, url: `${site}/jobs/9` })).toEqual([`${site}/jobs/9`]);
  expect(id({ ...job, identifier: "17" })).toEqual(["17@file"]);
  expect(
    id([
      { ...job, url: `${site}/1` },
      { ...job, identifier: 2 },
      { ...job, title: "b" },
    ]),
  ).toEqual([`${site}/1`, "2@file", `${file}#3`]);
});

test("a posting that a page repeats is one posting, and one without a title makes the page partial", () => {
  expect(parse(script([job, job]))).toMatchObject({
    result: "found",
    value: [{ parsed: { title: "Lamplighter" } }],
  });
  expect(parse(script([job, { "@type": "JobPosting" }])).result).toBe("partial");
});

test("a page without postings, a wall, data beyond repair and no page at all are told apart", () => {
  expect(parse("<html><body><h1>About us</h1></body></html>").result).toBe("empty");
  expect(parse("<html><title>Just a moment</title><p>Verify you are human</html>").result).toBe("blocked");
  const long = `<html><script>var captcha = "on";</script><h1>About</h1>${"<p>words and words</p>".repeat(400)}</html>`;
  expect(parse(long).result).toBe("empty");
  const broken = '<html><script type="application/ld+json">{"@type":"JobPosting","title":</script></html>';
  expect(parse(broken).result).toBe("changed");
  expect(parse("").result).toBe("changed");
  expect(parse('{"a":1}').result).toBe("changed");
});
