// Owns the source `remoteok`: Remote OK's public API, one answer with its latest postings, whole. The first
// element of the answer is its terms, not a posting.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import { decodePage } from "../read/decode.ts";
import { type Fields, isFields, isoTime, parsedJson, placeLine, stated, webAddress } from "../read/json.ts";
import { arrayItems } from "../read/json-slice.ts";
import { schemaPostings } from "../read/microdata.ts";
import { listed } from "../read/postings.ts";
import { type Captured, type RawPosting, type Result, type Source, unreadable, usual } from "../source.ts";

const home = "https://remoteok.com";

/** `site` stands for the site elsewhere, for tests. */
export function remoteokSource(site: string = home): Source {
  return {
    ...usual,
    name: "remoteok",
    site: "remoteok",
    doc: "Remote OK: the latest remote postings, by its API",
    terms:
      "the API asks for a link back to the posting on Remote OK, without nofollow, and to be named as the source",
    plan(argument) {
      if (argument !== undefined) throw new Error(`remoteok takes no argument, and was given "${argument}"`);
      return [{ url: `${site}/api` }];
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
  const answer = parsedJson(text);
  if (answer === undefined) return pageOf(text, page);
  if (isPosting(answer)) return { result: "found", value: [read(answer, text, page)] };
  if (!Array.isArray(answer)) return unreadable(text, "the answer is no list");
  const jobs = answer.map(isPosting);
  const count = jobs.filter((one) => one).length;
  const others = answer.filter((one, index) => !jobs[index] && !isNotice(one)).length;
  if (count === 0 && others > 0)
    return { result: "changed", reason: "the list has no postings that we know" };
  if (count === 0) return { result: "empty", reason: "the list has no postings" };
  const slices = arrayItems(text, null);
  const postings = answer.flatMap((one, index) =>
    jobs[index] ? [read(one as Fields, slices[index] ?? text, page)] : [],
  );
  if (others === 0) return { result: "found", value: postings };
  const reason = `${others} of ${count + others} entries have no id or no title`;
  return { result: "partial", value: postings, reason, missing: others };
}

function isNotice(one: unknown): boolean {
  return isFields(one) && "legal" in one;
}

function isPosting(one: unknown): one is Fields {
  if (!isFields(one)) return false;
  const { id } = one;
  return (
    (typeof id === "string" ? id.trim() !== "" : typeof id === "number") && stated(one.position) !== null
  );
}

/** A posting's own page, which states itself in JSON-LD. */
function pageOf(text: string, page: Captured): Result<RawPosting[]> {
  const [posting] = schemaPostings(text, page.url);
  const id = /-(\d+)(?:[/?#]|$)/.exec(page.url)?.[1] ?? posting?.identifier;
  if (posting === undefined || id === undefined || id === null) {
    return unreadable(text, "the answer is neither JSON nor a posting's page");
  }
  return {
    result: "found",
    value: [{ source_id: id, job_url: posting.url ?? page.url, parsed: posting.parsed }],
  };
}

/** Nought stands for pay that is not stated. */
function pay(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : null;
}

function read(job: Fields, slice: string, page: Captured): RawPosting {
  const min = pay(job.salary_min);
  const max = pay(job.salary_max);
  const url = webAddress(job.url);
  const tags: unknown[] = Array.isArray(job.tags) ? job.tags : [];
  return {
    source_id: String(job.id),
    job_url: url,
    payload: { url: page.url, mediaType: "application/json; charset=utf-8", body: Buffer.from(slice) },
    parsed: {
      ...nothingStated(),
      // Some texts were garbled before they reached the API; they stay as they are here.
      title: stated(job.position),
      company: stated(job.company),
      company_logo_url: webAddress(job.company_logo) ?? webAddress(job.logo),
      location: placeLine(job.location),
      workplace_type: /\/remote-jobs\//i.test(url ?? "") ? "remote" : null,
      // Line breaks between elements were escaped once too often.
      description_html: stated(job.description)?.replace(/>(?:\\n){1,20}(?=\s{0,20}<)/g, ">\n") ?? null,
      skills: tags.flatMap((tag) => stated(tag) ?? []),
      // The API names neither currency nor period: its numbers are US dollars a year, as its site shows them.
      salary: min === null && max === null ? null : { min, max, currency: "USD", period: "year" },
      posted_time: isoTime(job.date) ?? isoTime(job.epoch),
      apply_url: webAddress(job.apply_url),
    },
  };
}
