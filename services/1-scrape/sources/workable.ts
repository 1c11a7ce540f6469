// Owns the source `workable`: the public boards of employers that use Workable, by the answer that is made for
// showing a board on an employer's own site. It lists a whole board with every description. The answers by which
// Workable's own pages are made, thin lists and single jobs, are read too.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import { decodePage } from "../read/decode.ts";
import {
  amount,
  distinct,
  type Fields,
  fieldsOf,
  idOf,
  isFields,
  isoTime,
  joined,
  listOf,
  named,
  parsedJson,
  pathOf,
  pathPiece,
  sections,
  stated,
  webAddress,
} from "../read/json.ts";
import { arrayItems } from "../read/json-slice.ts";
import { schemaPostings } from "../read/microdata.ts";
import { listed, noPosting, readPostings, refusal } from "../read/postings.ts";
import { type Ask, type Captured, type RawPosting, type Result, type Source, usual } from "../source.ts";

/** `site` stands for the API elsewhere than at Workable, for tests. */
export function workableSource(site = "https://apply.workable.com"): Source {
  return {
    ...usual,
    name: "workable",
    site: "workable",
    doc: "an employer's board at Workable, such as workable:acme",
    terms: "this answer is public and made for showing a board elsewhere; it needs no key",
    argument: "ACCOUNT",
    plan(argument) {
      if (argument === undefined || !/^[\w-]{1,100}$/.test(argument)) {
        throw new Error(
          `workable takes the name of an account as in apply.workable.com/NAME: workable:NAME, not "${argument ?? ""}"`,
        );
      }
      return [{ url: `${site}/api/v1/widget/accounts/${argument}?details=true` }];
    },
    list(page) {
      const account = /\/accounts\/([\w-]+)/.exec(page.url)?.[1];
      const result = parse(page);
      return listed(
        result,
        ({ source_id, job_url }) =>
          account === undefined
            ? (job_url ?? page.url)
            : `${site}/api/v2/accounts/${account}/jobs/${pathPiece(source_id)}`,
        "value" in result ? next(page) : null,
      );
    },
    parse,
  };
}

/** A thin list goes on with a token in the body; in the address it tells one page from another. */
function next(page: Captured): Ask | null {
  const token = stated(fieldsOf(parsedJson(decodePage(page.body, page.mediaType))).nextPage);
  const url = URL.parse(page.url);
  if (token === null || url === null) return null;
  url.searchParams.set("token", token);
  return { url: url.href, json: JSON.stringify({ query: "", token }) };
}

/** In some answers a job's state says how far it is, in others in which region it is. */
const stage = /^(?:published|draft|closed|archived|internal)$/;

/** A job that is on its way to be published or was taken back is none. */
function isOpen(job: Fields): boolean {
  const state = stated(job.state) ?? "";
  return !stage.test(state) || state === "published";
}

function parse(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  const answer = parsedJson(text);
  if (answer === undefined) return hosted(text, page);
  if (Array.isArray(answer)) return found(answer, arrayItems(text, null), null, page);
  if (!isFields(answer)) return { result: "changed", reason: "the answer is no object" };
  if (Array.isArray(answer.jobs)) return found(answer.jobs, arrayItems(text, "jobs"), answer, page);
  if (Array.isArray(answer.results)) return found(answer.results, arrayItems(text, "results"), answer, page);
  const job = isFields(answer.job) ? answer.job : answer;
  if ("shortcode" in job) {
    if (!isOpen(job)) return { result: "gone", reason: `the job is ${String(job.state)}` };
    return readPostings([read(job, null, page)], "jobs");
  }
  const error = stated(answer.error) ?? stated(answer.message) ?? stated(fieldsOf(answer.error).message);
  return error === null ? { result: "changed", reason: "the answer has no jobs" } : refusal(error);
}

function found(
  jobs: readonly unknown[],
  slices: readonly string[],
  board: Fields | null,
  page: Captured,
): Result<RawPosting[]> {
  const entries = jobs.flatMap((job, index) => {
    if (!isFields(job)) return [undefined];
    return isOpen(job) ? [read(job, board, page, slices[index])] : [];
  });
  if (entries.length === 0) return { result: "empty", reason: "the board has no jobs" };
  const whole = merged(entries);
  const bare = jobs.filter((job) => !("description" in fieldsOf(job))).length;
  return readPostings(whole, "jobs", Math.min(bare, whole.length));
}

/** A board names a job with several places once for each of them. */
function merged(entries: readonly (RawPosting | undefined)[]): (RawPosting | undefined)[] {
  const byId = new Map<string, RawPosting>();
  return entries.filter((entry) => {
    if (entry === undefined) return true;
    const before = byId.get(entry.source_id);
    if (before === undefined) byId.set(entry.source_id, entry);
    else {
      const places = `${before.parsed.location ?? ""}; ${entry.parsed.location ?? ""}`
        .split("; ")
        .map(stated);
      before.parsed.location = joined(places, "; ");
    }
    return before === undefined;
  });
}

function placeOf(place: Fields): string | null {
  const region = stated(place.region) ?? stated(place.state);
  const isStage = region !== null && stage.test(region);
  const country = named(place.country) ?? stated(place.countryName);
  return joined([named(place.city), isStage ? null : region, country], ", ");
}

/** A place that is hidden is the account's alone. */
function shownPlaces(job: Fields): (string | null)[] {
  return [...listOf(job.locations), job.location].map((one) =>
    isFields(one) ? (one.hidden === true ? null : placeOf(one)) : stated(one),
  );
}

/** Thin lists and single jobs state codes where others have words. */
const employmentCodes: Readonly<Record<string, string>> = { full: "Full-time", part: "Part-time" };

function read(job: Fields, board: Fields | null, page: Captured, slice?: string): RawPosting | undefined {
  const id = idOf(job.shortcode) ?? idOf(job.id);
  const title = stated(job.title) ?? stated(job.full_title);
  if (id === null || title === null) return undefined;
  const type = stated(job.employment_type) ?? stated(job.employmentType) ?? stated(job.type);
  const pay = fieldsOf(job.salary);
  const [min, max] = [amount(pay.salary_from ?? pay.min), amount(pay.salary_to ?? pay.max)];
  const isRemote = job.telecommuting === true || job.remote === true;
  return {
    source_id: id,
    job_url:
      webAddress(job.url) ?? webAddress(job.shortlink) ?? `https://apply.workable.com/j/${pathPiece(id)}`,
    ...(slice === undefined || !("description" in job)
      ? {}
      : { payload: { url: page.url, mediaType: page.mediaType, body: Buffer.from(slice) } }),
    parsed: {
      ...nothingStated(),
      title,
      company: stated(board?.name) ?? named(job.company) ?? named(job.account),
      company_logo_url:
        webAddress(job.logo) ?? webAddress(fieldsOf(job.company).image) ?? webAddress(board?.logo),
      // The place of the job itself stands beside the list of all.
      location: joined([placeOf(job), ...shownPlaces(job)], "; "),
      employment_type: employmentCodes[type ?? ""] ?? type,
      seniority_level: stated(job.experience),
      workplace_type: stated(job.workplace_type) ?? stated(job.workplace) ?? (isRemote ? "remote" : null),
      industries: distinct([named(job.industry)]),
      job_functions: distinct([
        ...listOf(job.department).map(named),
        named(job.department),
        named(job.function),
      ]),
      description_html: sections([
        [null, stated(job.full_description) ?? stated(job.description)],
        ["Requirements", stated(job.requirements) ?? stated(job.requirementsSection)],
        ["Benefits", stated(job.benefits) ?? stated(job.benefitsSection)],
      ]),
      salary:
        min === null && max === null
          ? null
          : {
              min,
              max,
              currency: stated(pay.salary_currency) ?? stated(pay.currency),
              period: stated(pay.salary_period) ?? stated(pay.period),
            },
      posted_time:
        isoTime(job.published_on) ??
        isoTime(job.published) ??
        isoTime(job.created_at) ??
        isoTime(job.created),
      apply_url: webAddress(job.application_url),
    },
  };
}

function hosted(text: string, page: Captured): Result<RawPosting[]> {
  const postings = schemaPostings(text, page.url);
  if (postings.length === 0) return noPosting(text, "the page has no posting");
  return readPostings(
    postings.map(({ identifier, url, parsed }) => {
      const id = shortcodeIn(url) ?? shortcodeIn(page.url) ?? identifier;
      return id === null ? undefined : { source_id: id, job_url: url, parsed };
    }),
    "postings",
  );
}

/** apply.workable.com/ACCOUNT/j/SHORTCODE */
function shortcodeIn(address: string | null): string | null {
  const pieces = pathOf(address);
  return pieces[pieces.indexOf("j") + 1] !== undefined && pieces.includes("j")
    ? (pieces[pieces.indexOf("j") + 1] ?? null)
    : null;
}
