// Owns the source `jsonld`: any site that states its postings in schema.org's JobPosting, as JSON-LD, microdata
// or RDFa Lite, and tells crawlers of its pages in sitemaps. A posting is known by its page's address, since
// that is all that a sitemap says of it.
import { decodePage } from "../read/decode.ts";
import type { JsonLdPosting } from "../read/json-ld.ts";
import { elements } from "../read/markup.ts";
import { schemaPostings } from "../read/microdata.ts";
import { readSitemap, type SitemapEntry, sitemapsOf, unzipped, webAddress } from "../read/sitemap.ts";
import {
  type Captured,
  type List,
  type Listed,
  type RawPosting,
  type Result,
  type Source,
  unreadable,
  usual,
} from "../source.ts";

/** A sitemap with more addresses than this is not about jobs alone. */
const addressesUnsortedMax = 100;
/** An index may name more; a site with as many is no employer's. */
const sitemapsMax = 1_000;

/** What addresses of postings have in their paths, in the languages of many sites. */
const jobWords =
  /(?:^|[^a-z])(?:jobs?|job-?offers?|careers?|vacanc(?:y|ies)|positions?|openings?|postings?|requisitions?|stellen?|stellenangebote?|karriere|jobb|ledige-stillinger|emplois?|offres?|empleos?|ofertas?|vagas?|carriere|lavoro|offerte|vacatures?|praca|oferty|rekrytering|tyopaikat)(?:[^a-z]|$)/i;

export function jsonldSource(): Source {
  return {
    ...usual,
    name: "jsonld",
    site: "jsonld",
    doc: "any site with sitemaps and schema.org JobPosting, such as jsonld:https://careers.example.com",
    terms:
      "read the site's terms first: what its robots.txt and sitemaps offer to crawlers is what is fetched",
    argument: "ADDRESS",
    plan(argument) {
      const url = URL.parse(argument ?? "");
      if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "") {
        throw new Error(
          `jsonld takes the address of a site or of a sitemap: jsonld:https://careers.example.com, not "${argument ?? ""}"`,
        );
      }
      url.hash = "";
      if (url.pathname !== "/" || url.search !== "") return [{ url: url.href }];
      return [{ url: `${url.origin}/robots.txt` }];
    },
    list,
    parse,
  };
}

function list(page: Captured): Result<List> {
  const body = unzipped(page.body);
  if (body === undefined) return { result: "changed", reason: "the sitemap cannot be unzipped" };
  const text = decodePage(body, page.mediaType);
  const sitemap = readSitemap(text, page.url);
  if (sitemap?.isIndex === true)
    return lists(childrenOf(sitemap.entries), "the index is empty", sitemap.isCut);
  if (sitemap !== undefined) {
    const items = jobsAmong(sitemap.entries).map(({ url, lastmod }): Listed => {
      const at = Date.parse(lastmod ?? "");
      return { source_id: url, url, stamp: lastmod, postedAt: Number.isNaN(at) ? undefined : at };
    });
    const value: List = { items, next: null };
    if (sitemap.isCut) return { result: "partial", value, reason: "the sitemap is cut off", missing: 1 };
    if (items.length > 0) return { result: "found", value };
    return { result: "empty", reason: `none of ${sitemap.entries.length} addresses looks like a posting's` };
  }
  const found = parse(page);
  if (found.result === "found" || found.result === "partial") return listOf(found);
  const named = text.includes("<") ? undefined : sitemapsOf(text, page.url);
  if (named === undefined)
    return found.result === "empty" ? unreadable(text, "the page is no sitemap") : found;
  // Where robots.txt names none, there may be one in the place where sitemaps are by custom.
  const usualPlace = webAddress("/sitemap.xml", page.url);
  return lists(
    named.length > 0 || usualPlace === null ? named : [usualPlace],
    "robots.txt names no sitemap",
    false,
  );
}

/** A page that carries postings whole. */
function listOf(found: Extract<Result<RawPosting[]>, { value: RawPosting[] }>): Result<List> {
  const items = found.value.map((posting): Listed => {
    const { source_id, job_url } = posting;
    return { source_id, url: job_url ?? source_id, stamp: posting.parsed.posted_time, posting };
  });
  return { ...found, value: { items, next: null } };
}

function lists(urls: readonly string[], whereNone: string, isCut: boolean): Result<List> {
  if (urls.length === 0 && !isCut) return { result: "empty", reason: whereNone };
  const value: List = { items: [], next: null, more: urls.slice(0, sitemapsMax).map((url) => ({ url })) };
  const left = urls.length - sitemapsMax;
  if (left > 0) return { result: "partial", value, reason: `${left} sitemaps are too many`, missing: left };
  return isCut
    ? { result: "partial", value, reason: "the index is cut off", missing: 1 }
    : { result: "found", value };
}

/** Where some sitemaps of an index are about jobs by their names, the others are not read. */
function childrenOf(entries: readonly SitemapEntry[]): string[] {
  const urls = [...new Set(entries.map(({ url }) => url))];
  const jobs = urls.filter((url) => jobWords.test(pathOf(url)));
  return jobs.length > 0 ? jobs : urls;
}

function jobsAmong(entries: readonly SitemapEntry[]): SitemapEntry[] {
  const byUrl = [...new Map(entries.map((entry) => [entry.url, entry])).values()];
  return byUrl.length <= addressesUnsortedMax ? byUrl : byUrl.filter(({ url }) => jobWords.test(pathOf(url)));
}

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? "";
}

function parse(page: Captured): Result<RawPosting[]> {
  const body = unzipped(page.body);
  if (body === undefined) return { result: "changed", reason: "the page cannot be unzipped" };
  const text = decodePage(body, page.mediaType);
  const postings = distinct(schemaPostings(text, page.url));
  if (postings.length > 0) {
    const value = postings.map((posting, index) => rawPosting(posting, index, postings.length, page));
    const nameless = value.filter(({ parsed }) => parsed.title === null).length;
    if (nameless === 0) return { result: "found", value };
    return { result: "partial", value, reason: `${nameless} of ${value.length} postings have no title` };
  }
  if (text.trim() === "") return { result: "changed", reason: "the page is empty" };
  // What looks like a wall in all that the page holds may be one in what it shows.
  const first = unreadable(text, "the page is no HTML");
  const judged = first.result === "blocked" ? unreadable(shown(text), first.reason) : first;
  if (judged.result === "blocked" || !/<(?:!doctype html|html|head|body|div|p|title)\b/i.test(text))
    return judged;
  if (/ld\+json/i.test(text) && text.includes("JobPosting")) {
    return { result: "changed", reason: "the page has a JobPosting that cannot be read" };
  }
  return { result: "empty", reason: "the page has no JobPosting" };
}

/** A wall says little else; a page with much on it may well speak of captchas in its scripts or small print. */
const wallCharsMax = 3_000;

/** What a reader sees of a short page; of a long one its start and headings. */
function shown(html: string): string {
  const said = elements(html, (name) => /^(?:title|h1|h2)$/.test(name)).map((one) => one.text);
  const [body] = elements(`<all-of-it>${withoutScripts(html)}`, (name) => name === "all-of-it");
  const text = body?.text ?? "";
  return text.length <= wallCharsMax ? text : said.join("\n");
}

function withoutScripts(html: string): string {
  const parts: string[] = [];
  const begins = /<(script|style|template)\b/gi;
  let from = 0;
  for (let begin = begins.exec(html); begin !== null; begin = begins.exec(html)) {
    parts.push(html.slice(from, begin.index));
    const ends = new RegExp(`</${begin[1]}`, "gi");
    ends.lastIndex = begin.index;
    const end = ends.exec(html);
    if (end === null) return parts.join(" ");
    from = end.index;
    begins.lastIndex = from;
  }
  return [...parts, html.slice(from)].join(" ");
}

/** Pages repeat a posting in several blocks. */
function distinct(postings: readonly JsonLdPosting[]): JsonLdPosting[] {
  const seen = new Map<string, JsonLdPosting>();
  for (const one of postings) {
    const { title, company, location } = one.parsed;
    const key = JSON.stringify([one.identifier, one.url, title, company, location]);
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}

/** A captured file has no address of its own; there the posting's own word counts. */
function rawPosting(
  { identifier, url, parsed }: JsonLdPosting,
  index: number,
  count: number,
  page: Captured,
): RawPosting {
  const address = webAddress(page.url, page.url);
  const own = identifier === null ? null : `${identifier}@${hostOf(url) ?? hostOf(address) ?? "file"}`;
  if (count === 1) {
    return { source_id: address ?? url ?? own ?? page.url, job_url: url ?? address, parsed };
  }
  const part = own ?? url ?? `${address ?? page.url}#${index + 1}`;
  return { source_id: url ?? part, job_url: url ?? address, parsed };
}

function hostOf(url: string | null): string | null {
  return url === null ? null : (URL.parse(url)?.host ?? null);
}
