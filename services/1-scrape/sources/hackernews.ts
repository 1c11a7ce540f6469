// Owns the source `hackernews`: the monthly "Ask HN: Who is hiring?" threads of Hacker News. The search API of
// Algolia finds the threads and lists their comments; the API of Hacker News itself is asked for one comment.
// Each comment right under a thread is a posting; its first line is read as far as it is clear.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import { decodePage } from "../read/decode.ts";
import { hiringLine } from "../read/hiring-line.ts";
import { type Fields, fieldsOf, isoTime, listOf, parsedJson } from "../read/json.ts";
import { arrayItems } from "../read/json-slice.ts";
import { elements } from "../read/markup.ts";
import {
  type Ask,
  type Captured,
  type List,
  type Listed,
  type RawPosting,
  type Result,
  type Source,
  unreadable,
  usual,
} from "../source.ts";

/** A posting is worth reading for some months; older threads stay as they were. */
const threadsMax = 3;
/** What the search API gives at most of one list, and in one answer. */
const hitsMax = 1_000;
const commentsMax = 20_000;
const mediaType = "application/json; charset=utf-8";

/** `site` stands for both APIs elsewhere, for tests. */
export function hackernewsSource(site?: string): Source {
  const search = site ?? "https://hn.algolia.com";
  const items = site ?? "https://hacker-news.firebaseio.com";

  function comments(threads: readonly string[], until?: number): Ask {
    const url = new URL("/api/v1/search_by_date", search);
    const stories = threads.map((id) => `story_${id}`).join(",");
    url.searchParams.set("tags", `comment,${threads.length === 1 ? stories : `(${stories})`}`);
    url.searchParams.set("hitsPerPage", String(hitsMax));
    if (until !== undefined) url.searchParams.set("numericFilters", `created_at_i<=${until}`);
    return { url: url.href };
  }

  function list(page: Captured): Result<List> {
    const text = decodePage(page.body, page.mediaType);
    const answer = fieldsOf(parsedJson(text));
    if (!Array.isArray(answer.hits)) return postingList(parsed(text, page));
    const hits = listOf(answer.hits);
    const tags = URL.parse(page.url)?.searchParams.get("tags") ?? "";
    if (hits.some((hit) => fieldsOf(hit).comment_text !== undefined) || tags.startsWith("comment")) {
      const result = postingList(parsed(text, page));
      const next = olderThan(hits, answer.nbHits, tags, page.url);
      if (next === null || result.result === "blocked" || result.result === "changed") return result;
      if (result.result === "gone") return result;
      if (result.result === "empty") return { result: "found", value: { items: [], next } };
      return { ...result, value: { ...result.value, next } };
    }
    const threads = hits
      .map(fieldsOf)
      .filter((hit) => typeof hit.title === "string" && /\bwho is hiring\b/i.test(hit.title))
      .flatMap((hit) => idOf(hit.objectID ?? hit.story_id) ?? [])
      .slice(0, threadsMax);
    if (threads.length === 0) return { result: "changed", reason: 'there is no thread "Who is hiring?"' };
    return { result: "found", value: { items: [], next: comments(threads) } };
  }

  /** Older comments by their time, so that new ones do not shift the list. */
  function olderThan(hits: readonly unknown[], total: unknown, tags: string, asked: string): Ask | null {
    if (typeof total !== "number" || total <= hits.length || hits.length === 0) return null;
    const last = fieldsOf(hits.at(-1)).created_at_i;
    if (typeof last !== "number" || !Number.isSafeInteger(last)) return null;
    const threads = [...tags.matchAll(/story_(\d{1,12})/g)].flatMap(([, id]) => id ?? []);
    if (threads.length === 0) return null;
    const next = comments(threads, last);
    return next.url === asked ? comments(threads, last - 1) : next;
  }

  function postingList(result: Result<RawPosting[]>): Result<List> {
    if (result.result !== "found" && result.result !== "partial") return result;
    const value: List = {
      next: null,
      items: result.value.map((posting): Listed => {
        const postedAt = Date.parse(posting.parsed.posted_time ?? "");
        return {
          source_id: posting.source_id,
          url: `${items}/v0/item/${posting.source_id}.json`,
          stamp: null,
          postedAt: Number.isNaN(postedAt) ? undefined : postedAt,
          posting,
        };
      }),
    };
    return { ...result, value };
  }

  return {
    ...usual,
    name: "hackernews",
    site: "hackernews",
    doc: 'Hacker News: comments of the last "Who is hiring?" threads; hackernews:ID for the thread of that number',
    terms: "both APIs are public and need no key; what people wrote there stays theirs",
    argument: "[THREAD]",
    plan(argument) {
      if (argument !== undefined) {
        if (!/^\d{1,12}$/.test(argument))
          throw new Error(`hackernews takes the number of a thread: hackernews:ID, not "${argument}"`);
        return [comments([argument])];
      }
      return [{ url: `${search}/api/v1/search_by_date?tags=story,author_whoishiring&hitsPerPage=30` }];
    },
    list,
    parse: (page) => parsed(decodePage(page.body, page.mediaType), page),
  };
}

interface Comment {
  id: string;
  html: string;
  postedTime: string | null;
}

function idOf(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? value : null;
}

function parsed(text: string, page: Captured): Result<RawPosting[]> {
  const answer = parsedJson(text);
  if (answer === undefined) return unreadable(text, "the answer is not JSON");
  // The API of Hacker News answers null for what there never was, and a bare mark for what is no more.
  if (answer === null) return { result: "gone", reason: "there is no such comment" };
  const json = fieldsOf(answer);
  if (json.deleted === true || json.dead === true)
    return { result: "gone", reason: "the comment was removed" };
  if (Array.isArray(json.hits)) return among(json.hits, arrayItems(text, "hits"), isTopLevelHit, page);
  if (Array.isArray(json.children) && json.type === "story") {
    return among(json.children, arrayItems(text, "children"), (one) => one.type === "comment", page);
  }
  if (json.type === "comment" || json.comment_text !== undefined) {
    const comment = commentOf(json);
    if (comment !== undefined) return { result: "found", value: [posting(comment)] };
    return json.text === null ? { result: "gone", reason: "the comment was removed" } : changed();
  }
  if (json.type === "story" || json.type === "job") return { result: "empty", reason: "it is no comment" };
  return changed();
}

function changed(): { result: "changed"; reason: string } {
  return { result: "changed", reason: "the answer is neither comments nor one of them" };
}

function isTopLevelHit(hit: Fields): boolean {
  return hit.comment_text !== undefined && idOf(hit.parent_id) === idOf(hit.story_id);
}

function among(
  all: readonly unknown[],
  slices: readonly string[],
  wanted: (one: Fields) => boolean,
  { url }: Captured,
): Result<RawPosting[]> {
  const value: RawPosting[] = [];
  let unread = 0;
  for (const [index, entry] of all.slice(0, commentsMax).entries()) {
    const one = fieldsOf(entry);
    // What its author took back keeps its place without a text.
    const isRemoved =
      one.comment_text === null || one.text === null || one.deleted === true || one.dead === true;
    if (!wanted(one) || isRemoved) continue;
    const comment = commentOf(one);
    const slice = slices[index];
    if (comment === undefined || slice === undefined) unread++;
    else value.push({ ...posting(comment), payload: { url, mediaType, body: Buffer.from(slice) } });
  }
  if (unread > 0) {
    const reason = `${unread} of ${unread + value.length} comments have no number or no text`;
    return { result: "partial", value, reason, missing: unread };
  }
  if (value.length > 0) return { result: "found", value };
  const known = all.map(fieldsOf).some((one) => ["comment_text", "text", "title"].some((key) => key in one));
  if (all.length > 0 && !known) return changed();
  return { result: "empty", reason: "there are no comments right under a thread" };
}

function commentOf(json: Fields): Comment | undefined {
  const id = idOf(json.objectID ?? json.id);
  const html = json.comment_text ?? json.text;
  if (id === null || typeof html !== "string" || html.trim() === "") return undefined;
  return { id, html, postedTime: isoTime(json.created_at_i ?? json.time) };
}

function posting({ id, html, postedTime }: Comment): RawPosting {
  return {
    source_id: id,
    job_url: `https://news.ycombinator.com/item?id=${id}`,
    parsed: {
      ...nothingStated(),
      ...hiringLine(html),
      description_html: html,
      posted_time: postedTime,
      apply_url: firstLink(html),
    },
  };
}

/** A link that can be followed stands among the first ones, or there is none. */
const linksCharsMax = 4_000;

function firstLink(html: string): string | null {
  const at = html.indexOf("<a ");
  if (at < 0) return null;
  const links = elements(html.slice(at, at + linksCharsMax), (name) => name === "a");
  for (const { attributes } of links) {
    const url = URL.parse(attributes.href ?? "");
    if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  }
  return null;
}
