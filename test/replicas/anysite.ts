// Owns the replica of any employer's own site: sitemaps of sitemaps, gzipped and not, and pages that state their
// postings as JSON-LD, as microdata or in RDFa Lite, among pages that have none.
import { gzipSync } from "node:zlib";
import { jobPosting } from "./feeds.ts";
import type { MadeUp } from "./postings.ts";
import type { Answering } from "./site.ts";

export type Form = "JSON-LD" | "microdata" | "RDFa";

/** A sitemap of the replica names so many pages. */
const sitemapUrls = 40;
const xml = "application/xml; charset=utf-8";

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** `gone` are pages that answer 404 and that no sitemap names. */
export function anysite(
  postings: readonly MadeUp[],
  form: (one: MadeUp) => Form = () => "JSON-LD",
  gone: ReadonlySet<string> = new Set(),
): Answering {
  return ({ path, headers }) => {
    const origin = `http://${headers.host ?? "careers.example"}`;
    const open = postings.filter((one) => !gone.has(one.id));
    const sitemaps = Math.ceil(open.length / sitemapUrls);
    if (path === "/sitemap.xml") {
      const names = Array.from({ length: sitemaps }, (_, index) => `jobs-${index + 1}.xml.gz`);
      const children = [...names, "news.xml"].map(
        (name) => `<sitemap><loc>${origin}/sitemaps/${name}</loc></sitemap>`,
      );
      return { type: xml, body: sitemap("sitemapindex", children) };
    }
    const number = Number(/^\/sitemaps\/jobs-(\d+)\.xml\.gz$/.exec(path)?.[1]);
    if (number >= 1 && number <= sitemaps) {
      const urls = open
        .slice((number - 1) * sitemapUrls, number * sitemapUrls)
        .map(
          (one) =>
            `<url><loc>${origin}/jobs/${one.id}</loc><lastmod>${one.postedAt.toISOString()}</lastmod></url>`,
        );
      return { type: "application/gzip", body: gzipSync(sitemap("urlset", urls)) };
    }
    if (path === "/sitemaps/news.xml") {
      return { type: xml, body: sitemap("urlset", [`<url><loc>${origin}/news/1</loc></url>`]) };
    }
    if (path === "/" || path.startsWith("/news/"))
      return { body: layout("News", "<h1>News</h1><p>All is well.</p>") };
    const one = open.find((posting) => path === `/jobs/${posting.id}`);
    return one === undefined ? undefined : { body: pageOf(one, form(one), `${origin}${path}`) };
  };
}

function sitemap(root: string, children: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${children.join("\n")}\n</${root}>\n`;
}

function layout(title: string, body: string, head = ""): string {
  const menu = ["Home", "Jobs", "News", "About"]
    .map((word) => `<li><a href="/${word}">${word}</a>`)
    .join("\n");
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta property="og:title" content="A page of ours"><link rel="stylesheet" href="/site.css">${head}
</head><body><ul class="menu">${menu}</ul>
<main>${body}</main>
<script>window.page = { ready: true, words: "<h1>not a heading</h1>" };</script>
</body></html>`;
}

function pageOf(one: MadeUp, form: Form, url: string): string {
  switch (form) {
    case "JSON-LD": {
      const graph = {
        "@context": "https://schema.org",
        "@graph": [{ "@type": "WebPage", url }, jobPosting(one, url)],
      };
      const data = JSON.stringify(graph).replaceAll("<", "\\u003c");
      const script = `<script type="application/ld+json">${data}</script>`;
      return layout(one.title, `<h1>${escaped(one.title)}</h1>${one.html}`, script);
    }
    case "microdata":
      return layout(one.title, microdata(one, url));
    case "RDFa":
      return layout(one.title, rdfa(one));
    default:
      return form satisfies never;
  }
}

function microdata(one: MadeUp, url: string): string {
  const { salary } = one;
  return `<article itemscope itemtype="https://schema.org/JobPosting">
<link itemprop="url" href="${url}"><meta itemprop="employmentType" content="${one.type.toUpperCase()}">
<h1 itemprop="title">${escaped(one.title)}</h1>
<p>at <span itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">
<img itemprop="logo" src="/logo.png" alt=""><b itemprop="name">${escaped(one.company)}</b></span>
<p itemprop="jobLocation" itemscope itemtype="https://schema.org/Place"><span itemprop="address" itemscope
 itemtype="https://schema.org/PostalAddress"><span itemprop="addressLocality">${one.city}</span>,
<span itemprop="addressCountry">${one.country}</span></span>
<p>Since <time itemprop="datePosted" datetime="${one.postedAt.toISOString()}">lately</time>
${
  salary === null
    ? ""
    : `<p itemprop="baseSalary" itemscope itemtype="https://schema.org/MonetaryAmount"><meta itemprop="currency"
content="${salary.currency}"><span itemprop="value" itemscope itemtype="https://schema.org/QuantitativeValue">
<span itemprop="minValue">${salary.min}</span> to <span itemprop="maxValue">${salary.max}</span>
<meta itemprop="unitText" content="${salary.period.toUpperCase()}"></span>`
}
<div itemprop="description">${one.html}</div></article>`;
}

function rdfa(one: MadeUp): string {
  return `<article vocab="https://schema.org/" typeof="JobPosting">
<h1 property="title">${escaped(one.title)}</h1>
<p property="hiringOrganization" typeof="Organization"><span property="name">${escaped(one.company)}</span></p>
<p property="jobLocation" typeof="Place"><span property="address" typeof="PostalAddress"><span
 property="addressLocality">${one.city}</span> <span property="addressCountry">${one.country}</span></span></p>
<time property="datePosted" datetime="${one.postedAt.toISOString()}">lately</time>
<div property="description">${one.html}</div></article>`;
}
