// Owns what is asked of every parser for every page, however broken: a typed result, in time, with nothing made
// up. What it means that a title or company occurs: with white space folded, it is a part, letter for letter, of
// the page's text as decodePage decodes it, or of that text with the escapes of JSON resolved, with entities
// resolved, or with both, each also with its tags taken out. Nothing else is done to either; case counts.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import { decodePage } from "@skillstream/scrape/read/decode.ts";
import { unzipped } from "@skillstream/scrape/read/sitemap.ts";
import type { Captured, RawPosting, Source } from "@skillstream/scrape/source.ts";
import { Parser, Tokenizer } from "htmlparser2";

/** Of the processor's time: on a machine that others use as well, the clock says nothing. */
export const parseTimeMaxMs = 1_000;

export interface Verdict {
  result: string;
  postings: number;
  /** The longer of parse and list. */
  ms: number;
  problems: string[];
}

export type Judged = Pick<Source, "parse" | "list">;

const kinds = new Set(["found", "partial", "empty", "blocked", "changed", "gone"]);
const causes = new Set(["robots.txt", "login", "captcha", "JavaScript", "forbidden", "too many requests"]);
const fields = Object.entries(nothingStated());

export function judge(source: Judged, page: Captured): Verdict {
  const problems: string[] = [];
  const parsed = timed(() => source.parse(page), "parse", problems);
  // A list is only ever read from what was fetched; a file is not.
  const url = page.url.startsWith("file:") ? "https://site.example/captured" : page.url;
  const listed = timed(() => source.list({ ...page, url }), "list", problems);
  const postings: RawPosting[] = [];
  if (typed(parsed.value, "parse", problems)) {
    const { value } = parsed.value as { value?: unknown };
    if (value !== undefined && !Array.isArray(value)) problems.push("parse: its value is no list");
    else postings.push(...((value ?? []) as RawPosting[]));
    if (parsed.value.result === "found" && postings.length === 0) problems.push("parse: found, but nothing");
  }
  if (typed(listed.value, "list", problems) && "value" in listed.value) {
    problems.push(...listProblems(listed.value.value));
    postings.push(
      ...items(listed.value.value).flatMap((item) => (item.posting as RawPosting | undefined) ?? []),
    );
  }
  for (const posting of postings) problems.push(...shapeProblems(posting));
  problems.push(...invented(postings, page));
  const result = (parsed.value as { result?: unknown } | undefined)?.result;
  return {
    result: typeof result === "string" ? result : "none",
    postings: postings.length,
    ms: Math.max(parsed.ms, listed.ms),
    problems: [...new Set(problems)].slice(0, 20),
  };
}

function timed<T>(run: () => T, name: string, problems: string[]): { value: T | undefined; ms: number } {
  const before = process.threadCpuUsage();
  let value: T | undefined;
  try {
    value = run();
  } catch (error) {
    problems.push(`${name} throws ${(error as Error).stack ?? error}`.slice(0, 500));
  }
  const { user, system } = process.threadCpuUsage(before);
  const ms = (user + system) / 1_000;
  if (ms > parseTimeMaxMs) problems.push(`${name} takes ${Math.round(ms)} ms`);
  return { value, ms };
}

function typed(
  value: unknown,
  name: string,
  problems: string[],
): value is { result: string; value?: unknown } {
  if (value === null || typeof value !== "object") {
    if (!problems.some((one) => one.startsWith(`${name} throws`))) problems.push(`${name} gives no result`);
    return false;
  }
  const { result, reason, cause } = value as Record<string, unknown>;
  if (!kinds.has(String(result))) problems.push(`${name} gives ${String(result)}, which is no result`);
  if (result !== "found" && (typeof reason !== "string" || reason === ""))
    problems.push(`${name} gives no reason`);
  if (result === "blocked" && !causes.has(String(cause))) problems.push(`${name} names no cause`);
  const carries = result === "found" || result === "partial";
  if (carries !== "value" in value) problems.push(`${name} is ${String(result)} with or without a value`);
  return true;
}

function items(list: unknown): Record<string, unknown>[] {
  const { items: all } = (list ?? {}) as { items?: unknown };
  return Array.isArray(all) ? all : [];
}

function listProblems(list: unknown): string[] {
  const problems: string[] = [];
  if (!Array.isArray((list as { items?: unknown } | null)?.items)) return ["list: it has no items"];
  for (const { source_id, url, stamp, postedAt } of items(list)) {
    if (typeof source_id !== "string" || source_id === "") problems.push("list: an item has no source_id");
    if (typeof url !== "string" || !URL.canParse(url)) problems.push(`list: ${String(url)} is no address`);
    if (stamp !== null && typeof stamp !== "string") problems.push("list: a stamp is no text");
    if (postedAt !== undefined && !Number.isFinite(postedAt)) problems.push("list: a time is no number");
  }
  const { next, more = [] } = list as { next?: { url?: unknown } | null; more?: { url?: unknown }[] };
  if (!more.every((one) => URL.canParse(String(one.url))))
    problems.push("list: one that it names is no address");
  if (next === undefined || (next !== null && !URL.canParse(String(next.url))))
    problems.push("list: next is no address");
  return problems;
}

/** A posting must fit the schema of raw events. */
function shapeProblems({ source_id, job_url, parsed, payload }: RawPosting): string[] {
  const problems: string[] = [];
  if (typeof source_id !== "string" || source_id === "") problems.push("a posting has no source_id");
  if (job_url !== null && typeof job_url !== "string") problems.push("job_url is no text");
  if (payload !== undefined && !(payload.body instanceof Uint8Array)) problems.push("a payload has no bytes");
  for (const [name, nothing] of fields) {
    const value: unknown = parsed[name as keyof typeof parsed];
    if (!fits(name, value, nothing)) problems.push(`${name} is ${JSON.stringify(value)?.slice(0, 100)}`);
  }
  if (Object.keys(parsed).length !== fields.length) problems.push("a posting has fields of its own");
  return problems;
}

function fits(name: string, value: unknown, nothing: unknown): boolean {
  if (Array.isArray(nothing)) return Array.isArray(value) && value.every((one) => typeof one === "string");
  if (value === null) return true;
  if (name === "reposted") return typeof value === "boolean";
  if (name !== "salary") return typeof value === "string" && value.trim() !== "";
  const { min, max, currency, period } = value as Record<string, unknown>;
  const isAmount = (one: unknown) => one === null || (typeof one === "number" && Number.isFinite(one));
  const isText = (one: unknown) => one === null || typeof one === "string";
  return isAmount(min) && isAmount(max) && isText(currency) && isText(period);
}

function invented(postings: readonly RawPosting[], page: Captured): string[] {
  const stated = new Map<string, string>();
  for (const { parsed } of postings) {
    if (typeof parsed.title === "string") stated.set(parsed.title, "title");
    if (typeof parsed.company === "string") stated.set(parsed.company, "company");
  }
  if (stated.size === 0) return [];
  const missing = new Set([...stated.keys()].map(folded));
  for (const view of views(decodePage(unzipped(page.body) ?? page.body, page.mediaType))) {
    const text = folded(view);
    for (const one of missing) if (text.includes(one)) missing.delete(one);
    if (missing.size === 0) return [];
  }
  return [...stated]
    .filter(([text]) => missing.has(folded(text)))
    .map(([text, what]) => `the ${what} ${JSON.stringify(text.slice(0, 200))} is not in the page`);
}

function folded(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The page as it is read by those who know none, one or both of its escapes; the likeliest first. */
function* views(text: string): Generator<string> {
  yield text;
  yield plain(text);
  const unescaped = withoutEscapes(text);
  yield unescaped;
  yield plain(unescaped);
  const decoded = withoutEntities(text);
  yield decoded;
  yield plain(decoded);
  const both = withoutEscapes(decoded);
  yield both;
  yield plain(both);
  yield withoutEntities(unescaped);
  yield cut(text);
}

const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

function withoutEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_, code: string | undefined, letter: string) =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Tags taken out, entities resolved. */
function plain(text: string): string {
  const parts: string[] = [];
  const parser = new Parser({ ontext: (part) => parts.push(part) }, { decodeEntities: true });
  parser.end(text);
  return parts.join("");
}

/** The same by a tokenizer alone, which does not know that in a drawing a title is a tag like others. */
function cut(text: string): string {
  const parts: string[] = [];
  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (start, end) => parts.push(text.slice(start, end)),
      ontextentity: (code) => parts.push(String.fromCodePoint(code)),
      oncdata: (start, end, offset) => parts.push(text.slice(start, end - offset)),
      onopentagname: ignore,
      onattribname: ignore,
      onattribdata: ignore,
      onattribentity: ignore,
      onattribend: ignore,
      onopentagend: ignore,
      onselfclosingtag: ignore,
      onclosetag: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  );
  tokenizer.write(text);
  tokenizer.end();
  return parts.join("");
}

/** Entities resolved and nothing else: what is no tag can't be taken out. */
function withoutEntities(text: string): string {
  return plain(text.replaceAll("<", "\u0001")).replaceAll("\u0001", "<");
}
