// Owns what sources do alike with postings that they have read: counting what could not be read or was not
// there, making a list of postings that need no further request, and telling what a page without one is.
import { type List, type Listed, type RawPosting, type Result, unreadable } from "../source.ts";
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

/** An answer of a few plain words, such as "Not Found". */
const bareCharsMax = 100;
const noMore =
  /not found|no longer|has been (?:closed|filled|removed)|is closed|might have closed|doesn.t exist|couldn.t find/i;

/** A hosted page without a posting: one that is no more, a wall, or a page in a form that we do not know. */
export function noPosting(text: string, reason: string): Exclude<Result<never>, { value: unknown }> {
  if (text.length < bareCharsMax && !text.includes("<") && noMore.test(text))
    return { result: "gone", reason: `the answer is "${text.trim()}"` };
  // Only headings count: any page's scripts have the words for every case in them.
  const said = elements(text, (name) => /^(?:title|h[1-3])$/.test(name)).find((one) => noMore.test(one.text));
  if (said !== undefined) return { result: "gone", reason: `the page says "${said.text.slice(0, 200)}"` };
  return unreadable(text, reason);
}

const noSuch =
  /not[ _-]?found|could not find|couldn.t find|no longer|no such|unknown|(?:does not|doesn.t) exist|not (?:active|published|available)|\b(?:closed|archived|expired|removed|deleted|inactive)\b|\b(?:404|410)\b/i;

/** What an API says in the place of an answer. Only what says that there is none may close a posting. */
export function refusal(said: string): Exclude<Result<never>, { value: unknown }> {
  const reason = `the API answers "${said.slice(0, 200)}"`;
  if (/too many|rate.?limit|throttl|\b429\b/i.test(said))
    return { result: "blocked", cause: "too many requests", reason };
  if (/forbidden|unauthori[sz]ed|access denied|not allowed|\b40[13]\b/i.test(said))
    return { result: "blocked", cause: "forbidden", reason };
  return { result: noSuch.test(said) ? "gone" : "changed", reason };
}
