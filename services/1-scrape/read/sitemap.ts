// Owns reading the lists of addresses by which a site tells crawlers what it has: robots.txt's Sitemap lines,
// sitemaps, sitemap indexes and plain lists of addresses, gzipped or not. An address that is none is left out.
import { gunzipSync } from "node:zlib";
import { fieldOf, readEntries } from "./feed.ts";

export interface SitemapEntry {
  url: string;
  /** As the sitemap states it. */
  lastmod: string | null;
}

export interface Sitemap {
  /** Whether its addresses are sitemaps themselves. */
  isIndex: boolean;
  entries: SitemapEntry[];
  /** Something of it could not be read. */
  isCut: boolean;
}

/** Half of what the standard allows: more cannot be read within a second. */
const sitemapBytesMax = 24 * 1024 * 1024;
const addressCharsMax = 2_048;
const names = new Set(["url", "sitemap"]);

/** The body as it was before somebody gzipped the file itself; undefined where it is broken or a bomb. */
export function unzipped(body: Uint8Array): Uint8Array | undefined {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: sitemapBytesMax });
  } catch {
    return undefined;
  }
}

/** undefined where the text is no sitemap. */
export function readSitemap(text: string, baseUrl: string): Sitemap | undefined {
  const start = text.slice(0, 2_000);
  if (/<(?:[a-z]+:)?(?:urlset|sitemapindex)[\s>/]/i.test(start)) {
    const { root, entries, isCut } = readEntries(withoutPrefix(text), names);
    return {
      isIndex: root === "sitemapindex",
      entries: entries.flatMap((entry) => {
        const url = webAddress(fieldOf(entry, "loc"), baseUrl);
        return url === null ? [] : [{ url, lastmod: fieldOf(entry, "lastmod") }];
      }),
      isCut,
    };
  }
  const lines = text.split("\n", 50_001).map((line) => line.trim());
  const addresses = lines.filter((line) => /^https?:\/\/\S+$/i.test(line));
  if (addresses.length === 0 || addresses.length < lines.filter((line) => line !== "").length)
    return undefined;
  return {
    isIndex: false,
    entries: addresses.flatMap((line) => {
      const url = webAddress(line, baseUrl);
      return url === null ? [] : [{ url, lastmod: null }];
    }),
    isCut: lines.length > 50_000,
  };
}

/** A few sites write their sitemap with a name space's prefix. */
function withoutPrefix(text: string): string {
  const prefix = /<([a-z]{1,20}):(?:urlset|sitemapindex)[\s>/]/i.exec(text.slice(0, 2_000))?.[1];
  return prefix === undefined ? text : text.replaceAll(`<${prefix}:`, "<").replaceAll(`</${prefix}:`, "</");
}

/** The addresses after `Sitemap:`; undefined where the text is no robots.txt. */
export function sitemapsOf(robots: string, baseUrl: string): string[] | undefined {
  const found: string[] = [];
  let isRobots = false;
  for (const line of robots.slice(0, 500 * 1024).split(/[\r\n]/)) {
    const colon = line.indexOf(":");
    const key = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (/^(?:user-agent|disallow|allow|sitemap|crawl-delay|host)$/.test(key)) isRobots = true;
    if (key !== "sitemap") continue;
    const url = webAddress(line.slice(colon + 1).trim(), baseUrl);
    if (url !== null && !found.includes(url) && found.length < 1_000) found.push(url);
  }
  return isRobots || robots.trim() === "" ? found : undefined;
}

export function webAddress(stated: string | null, baseUrl: string): string | null {
  if (stated === null || stated.length > addressCharsMax) return null;
  const url = URL.parse(stated, baseUrl);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return null;
  url.hash = "";
  return url.href;
}
