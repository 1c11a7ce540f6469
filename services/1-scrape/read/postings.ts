// Owns what sources do alike with postings that they have read: counting what could not be read or was not
// there, making a list of postings that need no further request, and reading schema.org data on hosted pages.
import {
  type Captured,
  type List,
  type Listed,
  type RawPosting,
  type Result,
  unreadable,
} from "../source.ts";
import { isJsonLd, type JsonLdPosting, jobPostingsOf } from "./json-ld.ts";
import { elements } from "./markup.ts";

/** What was read of entries: one without id or title is undefined, and `bare` many are in a form without descriptions. */
export function readPostings(
  entries: readonly (RawPosting | undefined)[],
  noun: string,
  bare = 0,
): Result<RawPosting[]> {
  const value = entries.filter((one) => one !== undefined);
  const unread = entries.length - value.length;
  if (value.length === 0)
    return { result: "changed", reason: `none of ${entries.length} ${noun} has an id and a title` };
  if (unread > 0) {
    const reason = `${unread} of ${entries.length} ${noun} have no id or no title`;
    return { result: "partial", value, reason, missing: unread };
  }
  if (bare > 0)
    return { result: "partial", value, reason: `${bare} of ${entries.length} ${noun} have no description` };
  return { result: "found", value };
}

/** A list of what was read from it. A posting with a part of the page as its payload is whole; others are fetched. */
export function listed(
  result: Result<RawPosting[]>,
  urlOf: (posting: RawPosting) => string,
  next: List["next"] = null,
  total?: number,
): Result<List> {
  if (result.result !== "partial" && result.result !== "found") return result;
  const items = result.value.map((posting): Listed => {
    const { posted_time } = posting.parsed;
    const postedAt = posted_time === null ? Number.NaN : Date.parse(posted_time);
    return {
      source_id: posting.source_id,
      url: urlOf(posting),
      stamp: null,
      ...(Number.isNaN(postedAt) ? {} : { postedAt }),
      ...(posting.payload === undefined ? {} : { posting }),
    };
  });
  const value: List = { items, next, ...(total === undefined ? {} : { total }) };
  // What a posting's own page will tell is not missing from the list.
  return result.result === "partial" && result.missing !== undefined
    ? { ...result, value }
    : { result: "found", value };
}

/** What schema.org data a hosted page carries. */
export function schemaOrg(text: string, page: Captured): JsonLdPosting[] {
  if (!text.includes("ld+json")) return [];
  return jobPostingsOf(elements(text, isJsonLd), page.url);
}

const noMore =
  /not found|no longer|has been (?:closed|filled|removed)|is closed|might have closed|doesn.t exist|couldn.t find/i;

/** A hosted page without a posting: one that is no more, a wall, or a page in a form that we do not know. */
export function noPosting(text: string, reason: string): Exclude<Result<never>, { value: unknown }> {
  // Only headings count: any page's scripts have the words for every case in them.
  const said = elements(text, (name) => /^(?:title|h[1-3])$/.test(name)).find((one) => noMore.test(one.text));
  if (said !== undefined) return { result: "gone", reason: `the page says "${said.text.slice(0, 200)}"` };
  return unreadable(text, reason);
}
