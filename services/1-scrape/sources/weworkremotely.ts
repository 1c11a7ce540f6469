// Owns the source `weworkremotely`: the RSS feeds of We Work Remotely, all postings or those of one category.
// A feed carries every posting whole; its titles are "Company: Title".

import { nothingStated } from "@skillstream/schemas/blank.ts";
import { decodePage } from "../read/decode.ts";
import { type Entry, fieldOf, readEntries } from "../read/feed.ts";
import { isoTime } from "../read/json.ts";
import { schemaPostings } from "../read/microdata.ts";
import { listed } from "../read/postings.ts";
import { webAddress } from "../read/sitemap.ts";
import { type Captured, type RawPosting, type Result, type Source, unreadable, usual } from "../source.ts";

const home = "https://weworkremotely.com";
const items = new Set(["item"]);

/** `site` stands for the site elsewhere, for tests. */
export function weworkremotelySource(site: string = home): Source {
  return {
    ...usual,
    name: "weworkremotely",
    site: "weworkremotely",
    doc: "We Work Remotely by its RSS feed; weworkremotely:remote-programming-jobs for one category",
    terms: "the feeds are public and made for reading; show a posting with a link to its page there",
    argument: "[CATEGORY]",
    plan(argument) {
      if (argument === undefined) return [{ url: `${site}/remote-jobs.rss` }];
      if (!/^[a-z0-9][a-z0-9-]{0,80}$/.test(argument)) {
        throw new Error(
          `weworkremotely takes the name of a category as in ${home}/categories/NAME: weworkremotely:NAME, not "${argument}"`,
        );
      }
      return [{ url: `${site}/categories/${argument}.rss` }];
    },
    list: (page) =>
      listed(
        parse(page),
        ({ job_url, source_id }) =>
          job_url ?? `${site}/remote-jobs/${encodeURIComponent(source_id.toWellFormed())}`,
      ),
    parse,
  };
}

function parse(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  const isFeed = /<(?:rss|channel|item)[\s>]/i.test(text.slice(0, 5_000));
  if (!isFeed) return pageOf(text, page);
  const { entries, isCut } = readEntries(text, items);
  const value = entries.flatMap((entry) => read(entry, text, page) ?? []);
  const unread = entries.length - value.length;
  if (unread > 0) {
    const reason = `${unread} of ${entries.length} items have no link or title`;
    return { result: "partial", value, reason, missing: unread };
  }
  if (isCut) return { result: "partial", value, reason: "the feed is cut off", missing: 1 };
  return value.length === 0
    ? { result: "empty", reason: "the feed has no items" }
    : { result: "found", value };
}

/** A posting's own page, which states itself in JSON-LD. */
function pageOf(text: string, page: Captured): Result<RawPosting[]> {
  const [posting] = schemaPostings(text, page.url);
  const id = slugOf(posting?.url ?? page.url) ?? slugOf(page.url);
  if (posting === undefined || id === null) return unreadable(text, "the answer is no feed of postings");
  return {
    result: "found",
    value: [{ source_id: id, job_url: posting.url ?? page.url, parsed: posting.parsed }],
  };
}

function slugOf(link: string | null): string | null {
  return link === null
    ? null
    : (/\/(?:remote-jobs|listings|jobs?)\/([\w%.~-]{1,300})/.exec(link)?.[1] ?? null);
}

function read(entry: Entry, text: string, page: Captured): RawPosting | undefined {
  const link = webAddress(fieldOf(entry, "link") ?? fieldOf(entry, "guid"), home);
  const id = slugOf(link) ?? link;
  const named = fieldOf(entry, "title");
  if (id === null || named === null) return undefined;
  const colon = named.indexOf(": ");
  const region = [fieldOf(entry, "region"), fieldOf(entry, "state"), fieldOf(entry, "country")];
  const location = [...new Set(region.filter((one) => one !== null))].join("; ");
  const description = fieldOf(entry, "description");
  return {
    source_id: id,
    job_url: link,
    payload: {
      url: page.url,
      mediaType: "application/rss+xml; charset=utf-8",
      body: Buffer.from(text.slice(entry.start, entry.end)),
    },
    parsed: {
      ...nothingStated(),
      title: colon < 0 ? named : named.slice(colon + 2).trim() || null,
      company: colon <= 0 ? null : named.slice(0, colon).trim(),
      company_logo_url: logoOf(entry),
      location: location === "" ? null : location,
      employment_type: fieldOf(entry, "type"),
      workplace_type: /\/remote-jobs\//.test(link ?? "") ? "remote" : null,
      job_functions: (entry.fields.get("category") ?? [])
        .map((one) => one.trim())
        .filter((one) => one !== ""),
      description_html: description,
      skills: (fieldOf(entry, "skills") ?? "")
        .split(",")
        .map((one) => one.trim().replace(/^and /, ""))
        .filter((one) => one !== ""),
      posted_time: isoTime(fieldOf(entry, "pubdate")),
      expire_time: isoTime(fieldOf(entry, "expires_at")),
      apply_url: applyOf(description),
    },
  };
}

function logoOf(entry: Entry): string | null {
  const media = entry.attributes.get("media:content") ?? entry.attributes.get("media:thumbnail");
  return webAddress(media?.url ?? fieldOf(entry, "logo"), home);
}

/** Descriptions end with a line on how to apply. */
function applyOf(description: string | null): string | null {
  const at = description?.lastIndexOf("To apply:") ?? -1;
  if (description === null || at < 0) return null;
  return webAddress(/href="([^"]{1,2000})"/.exec(description.slice(at))?.[1] ?? null, home);
}
