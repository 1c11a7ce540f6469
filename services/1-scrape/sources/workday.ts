// Owns the source `workday`: employers' career sites at Workday, by the interface that their own pages ask. A list
// is asked for by POST, 20 postings a page, and has titles alone: each posting's own answer is fetched.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import { decodePage } from "../read/decode.ts";
import {
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
  stated,
  webAddress,
} from "../read/json.ts";
import { schemaPostings } from "../read/microdata.ts";
import { noPosting, readPostings } from "../read/postings.ts";
import {
  type Ask,
  type Captured,
  type List,
  type Listed,
  type RawPosting,
  type Result,
  type Source,
  usual,
} from "../source.ts";

/** The interface refuses to give more at once. */
const pagePostingsMax = 20;
/** Of one list it shows no more, and says that there are no more. */
const listPostingsMax = 2_000;

/** `site` stands for the employer's host at Workday, for tests. */
export function workdaySource(site?: string): Source {
  return {
    ...usual,
    name: "workday",
    site: "workday",
    doc: "an employer's career site at Workday, such as workday:acme.wd3/Careers",
    terms:
      "the pages ask this interface without a key, but Workday publishes no terms for it: robots.txt decides, and the employer's own terms apply",
    argument: "TENANT.wdN/SITE",
    searches: true,
    resultsMax: listPostingsMax,
    plan(argument, { keyword, location }) {
      const [, tenant, host, name] =
        /^([\w-]{1,63})\.(wd\d{1,4})\/([\w-]{1,100})$/.exec(argument ?? "") ?? [];
      if (tenant === undefined || host === undefined || name === undefined) {
        throw new Error(
          `workday takes tenant, host and site as in TENANT.wdN.myworkdayjobs.com/SITE: workday:TENANT.wdN/SITE, not "${argument ?? ""}"`,
        );
      }
      const origin = site ?? `https://${tenant}.${host}.myworkdayjobs.com`;
      return [
        ask(`${origin}/wday/cxs/${tenant}/${name}/jobs`, 0, [keyword, location].filter(Boolean).join(" ")),
      ];
    },
    list,
    parse,
  };
}

/** The interface reads the body alone. In the address the same words tell one page of a list from another. */
function ask(address: string, offset: number, searchText: string): Ask {
  const url = new URL(address);
  if (offset > 0) url.searchParams.set("offset", String(offset));
  if (searchText !== "") url.searchParams.set("searchText", searchText);
  return {
    url: url.href,
    json: JSON.stringify({ appliedFacets: {}, limit: pagePostingsMax, offset, searchText }),
  };
}

function list(page: Captured): Result<List> {
  const text = decodePage(page.body, page.mediaType);
  const answer = fieldsOf(parsedJson(text));
  const url = URL.parse(page.url);
  const offset = Number(url?.searchParams.get("offset") ?? 0) || 0;
  const result = parse(page);
  if (result.result === "empty" && offset > 0) return { result: "found", value: { items: [], next: null } };
  if (result.result !== "found" && result.result !== "partial") return result;
  if (!Array.isArray(answer.jobPostings)) return { result: "changed", reason: "the answer is no list" };
  const base = url?.pathname.endsWith("/jobs")
    ? `${url.origin}${url.pathname.slice(0, -"/jobs".length)}`
    : null;
  const items = answer.jobPostings.flatMap((one): Listed[] => {
    const path = stated(fieldsOf(one).externalPath);
    const id = idIn(path, page);
    if (path === null || id === null || stated(fieldsOf(one).title) === null) return [];
    return [{ source_id: id, url: base === null ? page.url : `${base}${path}`, stamp: null }];
  });
  const after = offset + answer.jobPostings.length;
  const total = typeof answer.total === "number" ? answer.total : 0;
  // Later pages may say that there are none in all.
  const more =
    answer.jobPostings.length >= pagePostingsMax && after < listPostingsMax && (total === 0 || after < total);
  const value: List = {
    items,
    next:
      url === null || !more
        ? null
        : ask(`${url.origin}${url.pathname}`, after, url.searchParams.get("searchText") ?? ""),
    ...(total > 0 ? { total } : {}),
  };
  const unread = answer.jobPostings.length - items.length;
  return unread === 0
    ? { result: "found", value }
    : {
        result: "partial",
        value,
        reason: `${unread} of ${answer.jobPostings.length} postings have no address`,
      };
}

function parse(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  const answer = parsedJson(text);
  if (answer === undefined) return hosted(text, page);
  if (!isFields(answer)) return { result: "changed", reason: "the answer is no object" };
  if (isFields(answer.jobPostingInfo)) return detail(answer, answer.jobPostingInfo, page);
  if (Array.isArray(answer.jobPostings)) {
    if (answer.jobPostings.length === 0) return { result: "empty", reason: "the list has no postings" };
    return readPostings(
      answer.jobPostings.map((one) => (isFields(one) ? thin(one, page) : undefined)),
      "postings",
      answer.jobPostings.length,
    );
  }
  if ("errorCode" in answer || "httpStatus" in answer) return refused(answer);
  return { result: "changed", reason: "the answer has neither a posting nor a list" };
}

function refused(answer: Fields): Result<never> {
  const code = idOf(answer.errorCode) ?? "no code";
  const status = Number(idOf(answer.httpStatus) ?? /\d{3}$/.exec(code)?.[0]);
  const message = stated(answer.message);
  const reason = `the interface answers ${code}${message === null ? "" : `: ${message.slice(0, 200)}`}`;
  if (status === 404 || status === 410) return { result: "gone", reason };
  if (status === 403 || status === 401) return { result: "blocked", cause: "forbidden", reason };
  if (status === 429) return { result: "blocked", cause: "too many requests", reason };
  return { result: "changed", reason };
}

/**
 * What follows the last underscore of a posting's path is its requisition's number; the words before it follow the
 * title. Numbers are the tenant's own.
 */
function idIn(path: string | null, page: Captured): string | null {
  const last = path
    ?.replace(/[?#].*$/s, "")
    .split("/")
    .at(-1);
  if (last === undefined || last === "") return null;
  const number = last.slice(last.lastIndexOf("_") + 1) || last;
  const tenant = tenantIn(page.url) ?? tenantIn(path ?? "");
  return tenant === null ? number : `${tenant}/${number}`;
}

function tenantIn(address: string): string | null {
  return (
    /\/wday\/cxs\/([\w-]+)\//.exec(address)?.[1] ??
    /^https?:\/\/([\w-]+)\.wd\d+\.myworkday(?:jobs|site)\.com(?:[/:]|$)/.exec(address)?.[1] ??
    null
  );
}

/** "Posted 6 Days Ago" */
function postedWords(value: unknown): string | null {
  return stated(value)?.replace(/^Posted\s+/i, "") ?? null;
}

function thin(posting: Fields, page: Captured): RawPosting | undefined {
  const path = stated(posting.externalPath);
  const id = idIn(path, page);
  const title = stated(posting.title);
  if (id === null || title === null) return undefined;
  const [, tenant, name] = /\/wday\/cxs\/([\w-]+)\/([\w-]+)\//.exec(page.url) ?? [];
  const url = URL.parse(page.url);
  const places = stated(posting.locationsText);
  return {
    source_id: id,
    job_url: tenant === undefined || url === null ? null : `${url.origin}/${name}${path}`,
    parsed: {
      ...nothingStated(),
      title,
      // "2 Locations" names none.
      location: places !== null && /^\d+ \S+$/.test(places) ? null : places,
      employment_type: stated(posting.timeType),
      workplace_type: stated(posting.remoteType),
      posted_time: isoTime(posting.startDate) ?? postedWords(posting.postedOn),
    },
  };
}

function detail(answer: Fields, posting: Fields, page: Captured): Result<RawPosting[]> {
  if (posting.posted === false) return { result: "gone", reason: "the posting is no longer posted" };
  if (posting.canApply === false) return { result: "gone", reason: "the posting takes no applications" };
  const title = stated(posting.title);
  const externalUrl = webAddress(posting.externalUrl);
  const path = stated(posting.jobPostingId) ?? idOf(posting.jobReqId) ?? idOf(posting.id);
  const number = idIn(path, { ...page, url: tenantIn(page.url) === null ? (externalUrl ?? "") : page.url });
  if (title === null || number === null)
    return { result: "changed", reason: "the posting has no title or no number" };
  const organization = fieldsOf(answer.hiringOrganization);
  const families = [posting.jobFamilyGroup, posting.jobFamily, posting.jobCategory];
  return {
    result: "found",
    value: [
      {
        source_id: number,
        job_url: externalUrl,
        parsed: {
          ...nothingStated(),
          title,
          company: named(organization) ?? named(posting.company),
          company_logo_url: webAddress(organization.logo) ?? webAddress(fieldsOf(posting.logoImage).src),
          location:
            joined([named(posting.location), ...listOf(posting.additionalLocations).map(named)], "; ") ??
            named(posting.jobRequisitionLocation) ??
            named(posting.country),
          employment_type: stated(posting.timeType) ?? named(posting.workerSubType),
          workplace_type: named(posting.remoteType),
          job_functions: distinct(
            families.flatMap((one) => (Array.isArray(one) ? one.map(named) : [named(one)])),
          ),
          description_html: stated(posting.jobDescription),
          posted_time: isoTime(posting.startDate) ?? postedWords(posting.postedOn),
          expire_time:
            isoTime(posting.endDate) ??
            isoTime(stated(posting.jobPostingEndDateAsText)?.replace(/^[^:]{0,40}:\s?/, "")),
          apply_url: externalUrl,
        },
      },
    ],
  };
}

/** A posting's own page carries it as schema.org data. */
function hosted(text: string, page: Captured): Result<RawPosting[]> {
  const postings = schemaPostings(text, page.url);
  if (postings.length === 0) return noPosting(text, "the page has no posting");
  return readPostings(
    postings.map(({ identifier, url, parsed }) => {
      const id = url === null ? null : idIn(url, { ...page, url });
      const own = id ?? idIn(identifier ?? URL.parse(page.url)?.pathname ?? null, page);
      return own === null
        ? undefined
        : { source_id: own, job_url: url, parsed: { ...parsed, apply_url: parsed.apply_url ?? url } };
    }),
    "postings",
  );
}
