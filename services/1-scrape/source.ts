// Owns what a source is: where its list begins, and two pure functions from a page's bytes to what stands on
// it. A source fetches nothing and keeps nothing; crawl.ts does that for all of them in the same polite way.
// A result says what happened; a login wall or a page in a new form is never an empty success.
import { createHash } from "node:crypto";
import type { ParsedPosting } from "@skillstream/schemas/types.ts";

/** A page as captured: what a crawl fetched, or what a file holds. */
export interface Captured {
  url: string;
  /** The Content-Type header; "" where nobody knows. */
  mediaType: string;
  body: Uint8Array;
}

/** One posting as a source states it. */
export interface RawPosting {
  source_id: string;
  job_url: string | null;
  parsed: ParsedPosting;
  /** Its own part of a page that carries several; without it the whole page is its payload. */
  payload?: Captured;
}

/** What a list says of one posting. */
export interface Listed {
  source_id: string;
  /** The page to fetch for it. */
  url: string;
  /** Changes when the posting does, such as its time of change; null where the list does not say. */
  stamp: string | null;
  /** Where the list carries the whole posting, nothing more is fetched. */
  posting?: RawPosting;
}

export interface List {
  /** Latest first. */
  items: Listed[];
  /** Address of the next, older page; it must keep its place while new postings appear. */
  next: string | null;
}

/**
 * found: all that stands there. partial: some of it could not be read. empty: the page says that there is
 * none. blocked: a wall stands in front. changed: the page is not in the form that we know. gone: the posting
 * is no more.
 */
export type Result<T> =
  | { result: "found"; value: T }
  | { result: "partial"; value: T; reason: string }
  | { result: "empty"; reason: string }
  | { result: "blocked"; reason: string }
  | { result: "changed"; reason: string }
  | { result: "gone"; reason: string };

export interface Search {
  keyword?: string | undefined;
  location?: string | undefined;
}

export interface Source {
  name: string;
  /** One line for `skillstream sources`. */
  doc: string;
  /** True where every posting is made up. */
  synthetic: boolean;
  /** What follows the colon in SKILLSTREAM_SOURCES, as `skillstream sources` shows it; null where nothing may. */
  argument: string | null;
  /** Whether the list itself can be asked for a keyword or place; otherwise the crawl filters. */
  searches: boolean;
  /** Between two looks at the top of the list; null where the whole list is one page anyway. */
  headIntervalMs: number | null;
  /** First page of the list. Throws with a message for whoever wrote the setting. */
  start(argument: string | undefined, search: Search): string;
  list(page: Captured): Result<List>;
  /** Every posting that a captured page carries, whether detail page or API answer. */
  parse(page: Captured): Result<RawPosting[]>;
}

/** The first 32 hexadecimal digits of SHA-256 over source, a zero byte and source_id. */
export function jobId(source: string, sourceId: string): string {
  return createHash("sha256").update(`${source}\0${sourceId}`).digest("hex").slice(0, 32);
}

/** All fields, none stated. */
export function nothingStated(): ParsedPosting {
  return {
    title: null,
    company: null,
    company_logo_url: null,
    location: null,
    employment_type: null,
    seniority_level: null,
    workplace_type: null,
    industries: [],
    job_functions: [],
    description_html: null,
    skills: [],
    salary: null,
    posted_time: null,
    expire_time: null,
    apply_url: null,
    reposted: null,
    reposted_info: null,
    applicant_count: null,
    application_type: null,
    skills_summary: null,
  };
}

/** Words that stand on pages which want to know whether a person is asking. */
const wall =
  /captcha|cf-challenge|challenge-platform|are you (?:a )?human|unusual traffic|access denied|verify you are|enable javascript and cookies|\bauthwall\b/i;

/** Looks at the start of a page that did not hold what it should. */
export function wallIn(text: string): string | undefined {
  const found = wall.exec(text.slice(0, 20_000));
  return found === null ? undefined : `the page is a wall: it says "${found[0]}"`;
}
