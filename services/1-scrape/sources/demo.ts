// Owns the source `demo`: the local job site with a made-up market. It is read the way a real site would be,
// from list pages to detail pages with JSON-LD, and every posting of it is marked synthetic.
import { decodePage } from "../read/decode.ts";
import { isJsonLd, jobPostingsOf } from "../read/json-ld.ts";
import { type Element, elements, hasClass } from "../read/markup.ts";
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

/** `site` is where the demo site answers. */
export function demoSource(site: string): Source {
  return {
    ...usual,
    name: "demo",
    site: "demo",
    doc: "the local demo site: a made-up market, every posting synthetic",
    terms: "it is ours: crawl it as you like",
    synthetic: true,
    searches: true,
    headIntervalMs: 2_000,
    requestsAtOnceMax: 16,
    plan(argument, { keyword, location }) {
      if (argument !== undefined) throw new Error(`demo takes no argument, and was given "${argument}"`);
      const url = new URL("/jobs", site);
      if (keyword !== undefined) url.searchParams.set("q", keyword);
      if (location !== undefined) url.searchParams.set("where", location);
      return [{ url: url.href }];
    },
    list,
    parse,
  };
}

const isCard = (name: string, attributes: Record<string, string>) =>
  name === "li" && hasClass(attributes, "job-card");
const isLink = (name: string, attributes: Record<string, string>) =>
  name === "a" && hasClass(attributes, "job-link");
const isNext = (name: string, attributes: Record<string, string>) =>
  name === "a" && attributes.rel === "next";
const isListing = (name: string, attributes: Record<string, string>) =>
  name === "ol" && hasClass(attributes, "jobs");

function list(page: Captured): Result<List> {
  const text = decodePage(page.body, page.mediaType);
  const found = elements(
    text,
    (name, attributes) =>
      isListing(name, attributes) ||
      isCard(name, attributes) ||
      isLink(name, attributes) ||
      isNext(name, attributes) ||
      name === "time",
  );
  if (!found.some((one) => isListing(one.name, one.attributes))) {
    return unreadable(text, "the page has no list of jobs");
  }
  const items: Listed[] = [];
  let next: string | null = null;
  let card: Element | undefined;
  let unread = 0;
  for (const one of found) {
    const { name, attributes } = one;
    if (isCard(name, attributes)) {
      card = one;
    } else if (isLink(name, attributes)) {
      const id = card?.attributes["data-job-id"];
      const url = addressIn(attributes, page);
      if (id === undefined || url === null) unread++;
      else items.push({ source_id: id, url, stamp: null });
    } else if (name === "time") {
      const last = items.at(-1);
      if (last !== undefined && last.source_id === card?.attributes["data-job-id"]) {
        last.stamp = attributes.datetime ?? null;
      }
    } else if (isNext(name, attributes)) {
      next = addressIn(attributes, page);
    }
  }
  const value = { items, next: next === null ? null : { url: next } };
  if (unread > 0) return { result: "partial", value, reason: `${unread} cards could not be read` };
  return items.length === 0 && next === null
    ? { result: "empty", reason: "the list has no postings" }
    : { result: "found", value };
}

function addressIn({ href }: Record<string, string>, page: Captured): string | null {
  return href === undefined ? null : (URL.parse(href, page.url)?.href ?? null);
}

function parse(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  const found = elements(
    text,
    (name, attributes) => isJsonLd(name, attributes) || name === "dt" || name === "dd",
  );
  const [posting] = jobPostingsOf(found, page.url);
  if (posting === undefined) {
    if (/<ol class="jobs">/.test(text))
      return { result: "empty", reason: "a list page carries no whole posting" };
    if (/has been removed by its employer/.test(text))
      return { result: "gone", reason: "the posting was removed" };
    return unreadable(text, "the page has no JobPosting");
  }
  const facts = new Map<string, string>();
  for (const [index, one] of found.entries()) {
    const value = found[index + 1];
    if (one.name === "dt" && value?.name === "dd") facts.set(one.text, value.text);
  }
  const sourceId = posting.identifier ?? /\/jobs\/(\d+)/.exec(page.url)?.[1];
  if (sourceId === undefined) return { result: "changed", reason: "the posting has no identifier" };
  const { parsed } = posting;
  return {
    result: "found",
    value: [
      {
        source_id: sourceId,
        job_url: page.url,
        parsed: {
          ...parsed,
          seniority_level: facts.get("Seniority level") ?? null,
          workplace_type: facts.get("Workplace") ?? parsed.workplace_type,
          applicant_count: facts.get("Applicants") ?? null,
          reposted: facts.has("Reposted") ? true : null,
          reposted_info: facts.get("Reposted") ?? null,
          apply_url: new URL(`/jobs/${encodeURIComponent(sourceId.toWellFormed())}/apply`, page.url).href,
        },
      },
    ],
  };
}
