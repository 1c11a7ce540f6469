import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readSitemap, sitemapsOf, unzipped } from "./sitemap.ts";

const base = "https://careers.example/sitemap.xml";

test("a sitemap's addresses come with their times, those that are none are left out", () => {
  const xml = `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <url><loc> https://careers.example/jobs/1?a=1&amp;b=2 </loc><lastmod>2026-01-02</lastmod></url>
    <url><loc>javascript:alert(1)</loc></url><url><loc>/jobs/2</loc></url><url/></urlset>`;
  expect(readSitemap(xml, base)).toEqual({
    isIndex: false,
    isCut: false,
    entries: [
      { url: "https://careers.example/jobs/1?a=1&b=2", lastmod: "2026-01-02" },
      { url: "https://careers.example/jobs/2", lastmod: null },
    ],
  });
});

test("an index, a prefix before every name and a plain list of addresses are known too", () => {
  const index =
    "<sm:sitemapindex><sm:sitemap><sm:loc>https://careers.example/a.xml</sm:loc></sm:sitemap></sm:sitemapindex>";
  expect(readSitemap(index, base)).toMatchObject({
    isIndex: true,
    entries: [{ url: "https://careers.example/a.xml" }],
  });
  expect(readSitemap("https://careers.example/1\r\nhttps://careers.example/2\n", base)?.entries).toHaveLength(
    2,
  );
  expect(readSitemap("<html><body>https://careers.example/1</body></html>", base)).toBeUndefined();
  expect(readSitemap("", base)).toBeUndefined();
});

test("a sitemap that is cut off says so", () => {
  const cut = "<urlset><url><loc>https://careers.example/1</loc></url><url><loc>https://care";
  expect(readSitemap(cut, base)).toMatchObject({
    isCut: true,
    entries: [{ url: "https://careers.example/1" }],
  });
});

test("a gzipped file is unzipped, a broken one and a bomb are not", () => {
  const zipped = gzipSync("hello");
  expect(Buffer.from(unzipped(zipped) ?? "").toString()).toBe("hello");
  expect(Buffer.from(unzipped(Buffer.from("plain")) ?? "").toString()).toBe("plain");
  expect(unzipped(zipped.subarray(0, 12))).toBeUndefined();
  expect(unzipped(gzipSync(Buffer.alloc(64 * 1024 * 1024)))).toBeUndefined();
});

test("robots.txt names sitemaps wherever in the file", () => {
  const robots =
    "Sitemap: https://careers.example/a.xml\nUser-agent: *\nDisallow: /x\nsitemap: /b.xml\nSitemap: nonsense:\n";
  expect(sitemapsOf(robots, base)).toEqual([
    "https://careers.example/a.xml",
    "https://careers.example/b.xml",
  ]);
  expect(sitemapsOf("", base)).toEqual([]);
  expect(sitemapsOf("Not found", base)).toBeUndefined();
});
