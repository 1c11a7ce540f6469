// Owns the step of the normalize stage: a raw event becomes a clean posting. A pure function of its input, with
// no clock and no network, so that a replay gives the same bytes. No input makes it throw.
import { hash } from "node:crypto";
import { emit, type Outcome, observe, reject, type Step } from "@skillstream/platform/outcome.ts";
import type { ParsedPosting, Posting, RawEvent } from "@skillstream/schemas/types.ts";
import { timeOf } from "./dates.ts";
import { factsOf, saysSomething } from "./facts.ts";
import { cleanLine, cleanText } from "./text.ts";

export const normalizerVersion = "normalize@3";

const titleCharsMax = 300;
const lineCharsMax = 500;
const urlCharsMax = 2_000;
const listItemsMax = 50;
/** A clock of a site may be ahead of ours by a time zone; beyond that a posting from the future is a mistake. */
const futureMaxMs = 24 * 60 * 60 * 1000;

export const normalize: Step<RawEvent, Posting> = (raw): Outcome<Posting> => {
  switch (raw.event) {
    case "seen":
    case "closed":
      return observe(raw.event, raw.reason ?? raw.event);
    case "found":
      break;
    default:
      return raw.event satisfies never;
  }
  if (!isMoment(raw.observed_at)) return reject("observed_at is no time");
  if (raw.parsed === null) return reject("a found event carries no parsed posting");
  const { parsed } = raw;
  const title = cleanLine(parsed.title, titleCharsMax);
  if (title === null) return reject("title is empty");
  const description = cleanText(parsed.description_html ?? "");
  const company = cleanLine(parsed.company, lineCharsMax);
  const location = cleanLine(parsed.location, lineCharsMax);
  const skills = lines(parsed.skills);
  const job_functions = lines(parsed.job_functions);
  const facts = factsOf({ title, company, location, description }, { ...parsed, skills, job_functions });
  const { posted_time, expire_time } = times(parsed, raw.observed_at);
  const job_url = url(raw.job_url);
  const apply_url = url(parsed.apply_url);
  const company_logo_url = url(parsed.company_logo_url);
  const applicant_count = countOf(parsed.applicant_count);
  const read = { job_url, apply_url, company_logo_url, posted_time, expire_time, applicant_count };
  return emit({
    job_id: raw.job_id,
    source: raw.source,
    source_id: raw.source_id,
    job_url,
    apply_url,
    observed_at: raw.observed_at,
    ingestion_date: new Date(raw.observed_at).toISOString().slice(0, 10),
    synthetic: raw.synthetic,
    title,
    company,
    company_logo_url,
    location,
    industries: lines(parsed.industries),
    job_functions,
    description,
    skills,
    skills_summary: cleanLine(parsed.skills_summary, lineCharsMax),
    posted_time,
    expire_time,
    reposted: parsed.reposted,
    reposted_info: cleanLine(parsed.reposted_info, lineCharsMax),
    applicant_count,
    application_type: cleanLine(parsed.application_type, lineCharsMax),
    search_keyword: raw.search_keyword,
    search_location: raw.search_location,
    source_file: raw.source_file,
    ...facts,
    unreadable: [...facts.unreadable, ...unreadIn({ ...parsed, job_url: raw.job_url }, read)],
    content_hash: hash(
      "sha256",
      `${JSON.stringify([title, company, location, facts.employment_type, facts.salary])}\n${description}`,
    ),
    normalizer: normalizerVersion,
  });
};

function times(parsed: ParsedPosting, observedAt: number): Pick<Posting, "posted_time" | "expire_time"> {
  const posted = timeOf(parsed.posted_time, observedAt);
  const expires = timeOf(parsed.expire_time, observedAt);
  const posted_time = posted !== null && posted <= observedAt + futureMaxMs ? posted : null;
  // Nothing expires before it was posted.
  const expire_time = expires !== null && posted_time !== null && expires < posted_time ? null : expires;
  return { posted_time, expire_time };
}

/** A whole number of milliseconds on a day that YYYY-MM-DD can name. */
function isMoment(time: number): boolean {
  return Number.isSafeInteger(time) && time >= 0 && time < Date.UTC(10_000, 0);
}

type Read = Pick<
  Posting,
  "job_url" | "apply_url" | "company_logo_url" | "posted_time" | "expire_time" | "applicant_count"
>;

/** The fields that say something and of which nothing was read. */
function unreadIn(stated: Record<keyof Read, string | null>, read: Read): string[] {
  return (Object.keys(read) as (keyof Read)[]).filter((field) => {
    const words = stated[field];
    if (read[field] !== null || words === null || !saysSomething(words)) return false;
    return field !== "applicant_count" || !saysNoCount(words);
  });
}

function lines(stated: readonly string[]): string[] {
  return stated.slice(0, listItemsMax).flatMap((one) => cleanLine(one, lineCharsMax) ?? []);
}

/** Only addresses that are safe to show as a link. */
function url(stated: string | null): string | null {
  const parsed = stated === null || stated.length > urlCharsMax ? null : URL.parse(stated);
  return parsed?.protocol === "https:" || parsed?.protocol === "http:" ? parsed.href : null;
}

/** "among the first 25": how many there are is not said. */
const amongTheFirst = /\bfirst\b|\berst\w|\bpremi\w|\bprim\w|\beerst\w/iu;
/** One number, and words around it. */
const countForm =
  /^(?:[\p{L}\p{M}\s:>~]{0,80}[\s:>~])?(\d{1,3}(?:[.,\u00a0\u202f ]\d{3}){1,2}|\d{1,9})\+?(?:[\s/][\p{L}\p{M}\s'’/]{0,80})?$/u;

/** "Over 1,200 applicants" is 1200. */
function countOf(stated: string | null): number | null {
  if (stated === null || saysNoCount(stated)) return null;
  const digits = countForm.exec(stated.trim())?.[1];
  return digits === undefined ? null : Number(digits.replace(/\D/g, ""));
}

/** "Be an early applicant" and "Be among the first 25 applicants" say how many there are as little as nothing does. */
function saysNoCount(stated: string): boolean {
  return !/\d/.test(stated) || amongTheFirst.test(stated);
}
