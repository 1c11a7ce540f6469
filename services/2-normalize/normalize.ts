// Owns the step of the normalize stage: a raw event becomes a clean posting. A pure function of its input, with
// no clock and no network, so that a replay gives the same bytes. No input makes it throw.
import { createHash } from "node:crypto";
import { emit, type Outcome, observe, reject, type Step } from "@skillstream/platform/outcome.ts";
import type { ParsedPosting, Posting, RawEvent } from "@skillstream/schemas/types.ts";
import { timeOf } from "./dates.ts";
import { factsOf } from "./facts.ts";
import { cleanLine, cleanText } from "./text.ts";

export const normalizerVersion = "normalize@2";

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
  if (Number.isNaN(new Date(raw.observed_at).getTime())) return reject("observed_at is no time");
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
  const { posted_time, expire_time, unreadable } = times(parsed, raw.observed_at);
  return emit({
    job_id: raw.job_id,
    source: raw.source,
    source_id: raw.source_id,
    job_url: url(raw.job_url),
    apply_url: url(parsed.apply_url),
    observed_at: raw.observed_at,
    ingestion_date: new Date(raw.observed_at).toISOString().slice(0, 10),
    synthetic: raw.synthetic,
    title,
    company,
    company_logo_url: url(parsed.company_logo_url),
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
    applicant_count: countOf(parsed.applicant_count),
    application_type: cleanLine(parsed.application_type, lineCharsMax),
    search_keyword: raw.search_keyword,
    search_location: raw.search_location,
    source_file: raw.source_file,
    ...facts,
    unreadable: [...facts.unreadable, ...unreadable],
    content_hash: createHash("sha256")
      .update(JSON.stringify([title, company, location, description, facts.employment_type, facts.salary]))
      .digest("hex"),
    normalizer: normalizerVersion,
  });
};

function times(
  parsed: ParsedPosting,
  observedAt: number,
): Pick<Posting, "posted_time" | "expire_time" | "unreadable"> {
  const posted = timeOf(parsed.posted_time, observedAt);
  const expires = timeOf(parsed.expire_time, observedAt);
  const posted_time = posted !== null && posted <= observedAt + futureMaxMs ? posted : null;
  // Nothing expires before it was posted.
  const expire_time = expires !== null && posted_time !== null && expires < posted_time ? null : expires;
  const unreadable: string[] = [];
  if (parsed.posted_time !== null && posted_time === null) unreadable.push("posted_time");
  if (parsed.expire_time !== null && expire_time === null) unreadable.push("expire_time");
  return { posted_time, expire_time, unreadable };
}

function lines(stated: readonly string[]): string[] {
  return stated.slice(0, listItemsMax).flatMap((one) => cleanLine(one, lineCharsMax) ?? []);
}

/** Only addresses that are safe to show as a link. */
function url(stated: string | null): string | null {
  if (stated === null || stated.length > urlCharsMax || !URL.canParse(stated)) return null;
  const { protocol, href } = new URL(stated);
  return protocol === "https:" || protocol === "http:" ? href : null;
}

/** "Over 1,200 applicants" is 1200. */
function countOf(stated: string | null): number | null {
  const digits = /\d[\d.,\s]*/.exec(stated ?? "")?.[0].replace(/\D/g, "");
  if (digits === undefined || digits === "" || digits.length > 9) return null;
  return Number(digits);
}
