// Owns what a source is: what it asks a site for, and pure functions from a page's bytes to what stands on it.
// A source fetches nothing and keeps nothing; crawl.ts does that for all of them in the same polite way.
// A result says what happened; a login wall or a page in a new form is never an empty success.
import { createHash } from "node:crypto";
import type { ParsedPosting } from "@skillstream/schemas/types.ts";

/** A page as captured: what a crawl fetched, or what a file holds. */
export interface Captured {
  /** Where it was found, after redirects; a file's own address where nobody knows. */
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

/** One request for a page of a list. */
export interface Ask {
  url: string;
  /** Sent as the body of a POST; without it the page is asked for by GET. */
  json?: string;
}

/** What a list says of one posting. */
export interface Listed {
  source_id: string;
  /** The page to fetch for it. */
  url: string;
  /** Changes when the posting does, such as its time of change; null where the list does not say. */
  stamp: string | null;
  /** When it was posted, in milliseconds since 1970, where the list says so. */
  postedAt?: number | undefined;
  /** Where the list carries the whole posting, nothing more is fetched. */
  posting?: RawPosting;
}

export interface List {
  /** Latest first. */
  items: Listed[];
  /** The next, older page; it must keep its place while new postings appear. */
  next: Ask | null;
  /** Lists that this one names, such as the sitemaps of an index; they are read after it and what follows it. */
  more?: Ask[] | undefined;
  /** How many postings the whole list has, where the site says so. */
  total?: number | undefined;
}

/** What stands between us and a page, in the words in which it is told in results, in the log and on the page. */
export type Cause =
  | "robots.txt"
  | "login"
  | "captcha"
  | "JavaScript"
  | "forbidden"
  | "too many requests"
  | "switched off"
  | "no account"
  | "wrong cookie"
  | "expired session"
  | "banned account"
  | "dead proxy";

/**
 * found: all that stands there. partial: some of it could not be read or was not shown. empty: the page says
 * that there is none. blocked: a wall stands in front. changed: the page is not in the form that we know. gone:
 * the posting is no more.
 */
export type Result<T> =
  | { result: "found"; value: T }
  /** `missing` estimates how many postings there are beyond these. */
  | { result: "partial"; value: T; reason: string; missing?: number | undefined }
  | { result: "empty"; reason: string }
  | { result: "blocked"; cause: Cause; reason: string }
  | { result: "changed"; reason: string }
  | { result: "gone"; reason: string };

export interface Search {
  keyword?: string | undefined;
  location?: string | undefined;
  remote?: boolean | undefined;
  /** Only what was posted or changed within this time. A source that cannot ask for it lists all. */
  withinMs?: number | undefined;
}

/** What a site answered, for whoever judges the session by it. */
export interface Reply {
  status: number;
  /** After redirects. */
  url: string;
  text: string;
}

/** How a site knows who asks. Off until the operator names the source in SKILLSTREAM_LOGINS. */
export interface Login {
  /** Cookies without which there is no session. */
  cookies: readonly string[];
  /** What the site wants beside them, such as a token that repeats a cookie. */
  headers(cookies: ReadonlyMap<string, string>): Record<string, string>;
  /** What a reply says of the session; undefined where it is well. */
  trouble(reply: Reply): "not logged in" | "banned account" | undefined;
  /** Where a browser can log in by name and password. */
  form: { path: string; user: string; password: string; submit: string } | null;
}

export interface Source {
  /** How it is switched on. */
  name: string;
  /** What its events are said to come from. Several ways into one site find the same postings. */
  site: string;
  /** One line for `skillstream sources`. */
  doc: string;
  /** What the site's terms and robots.txt mean for whoever switches it on. */
  terms: string;
  /** True where every posting is made up. */
  synthetic: boolean;
  /** What follows the colon in SKILLSTREAM_SOURCES, as `skillstream sources` shows it; null where nothing may. */
  argument: string | null;
  /**
   * all: the whole list is walked through, and a posting that left it is asked after. words: the list is an
   * answer to a search, which searches.yaml states.
   */
  lists: "all" | "words";
  /** Whether the list itself can be asked for a keyword or place; otherwise the crawl filters. */
  searches: boolean;
  /** Between two looks at the top of the list; null where the whole list is one page anyway. */
  headIntervalMs: number | null;
  via: "http" | "browser";
  login: Login | null;
  /** Between two requests to a host whose robots.txt states no delay. */
  delayMs: number;
  /** Requests under way to one host at once. With one, a kill costs one request. */
  requestsAtOnceMax: number;
  /** Of one list the site shows no more than this; null where it shows all. */
  resultsMax: number | null;
  /** First pages of the lists that together answer a search. Throws with a message for whoever wrote the setting. */
  plan(argument: string | undefined, search: Search): Ask[];
  list(page: Captured): Result<List>;
  /** Every posting that a captured page carries, whether detail page, list or API answer. */
  parse(page: Captured): Result<RawPosting[]>;
  /** Narrower lists that together hold all of one that is longer than `resultsMax`; [] where there are none. */
  split(ask: Ask): Ask[];
}

/** What most sources are. One request a second at most, as long as a site's terms do not say more. */
export const usual = {
  synthetic: false,
  argument: null,
  lists: "all",
  searches: false,
  headIntervalMs: null,
  via: "http",
  login: null,
  delayMs: 1_000,
  requestsAtOnceMax: 1,
  resultsMax: null,
  split: () => [],
} as const satisfies Partial<Source>;

/** The first 32 hexadecimal digits of SHA-256 over source, a zero byte and source_id. */
export function jobId(source: string, sourceId: string): string {
  return createHash("sha256").update(`${source}\0${sourceId}`).digest("hex").slice(0, 32);
}

/** Words that stand on pages which want to know who is asking, the clearest first. */
const walls: readonly [Cause, RegExp][] = [
  ["captcha", /captcha|cf-challenge|challenge-platform|are you (?:a )?human|unusual traffic|verify you are/i],
  ["login", /\bauthwall\b|uas\/login|checkpoint\/(?:lg|rm|challenge)|sign in to (?:continue|view|see)/i],
  ["JavaScript", /enable javascript|javascript is (?:required|disabled)/i],
  ["forbidden", /access denied|request blocked|you (?:have been|are) blocked|403 forbidden/i],
  ["too many requests", /too many requests|rate limit(?:ed)? exceeded/i],
];
/** A wall has little to say. A longer page offers to sign in, or guards its forms, beside what it is about. */
const wallCharsMax = 64_000;

/** The result for a page that does not hold what it should: behind a wall, or in a form that we do not know. */
export function unreadable(
  text: string,
  reason: string,
): Extract<Result<never>, { result: "blocked" | "changed" }> {
  if (text.length > wallCharsMax) return { result: "changed", reason };
  for (const [cause, words] of walls) {
    const found = words.exec(text);
    if (found !== null)
      return { result: "blocked", cause, reason: `the page is a wall: it says "${found[0]}"` };
  }
  return { result: "changed", reason };
}
