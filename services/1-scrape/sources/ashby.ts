// Owns the source `ashby`: the public boards of employers that use Ashby, by its posting API. One answer lists a
// whole board with every description. Hosted pages carry the same as data of their application.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import { decodePage } from "../read/decode.ts";
import {
  amount,
  distinct,
  escaped,
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
  stated,
  webAddress,
} from "../read/json.ts";
import { arrayItems, objectAfter } from "../read/json-slice.ts";
import { schemaPostings } from "../read/microdata.ts";
import { payIn } from "../read/pay.ts";
import { listed, noPosting, readPostings, refusal } from "../read/postings.ts";
import { type Captured, type RawPosting, type Result, type Source, unreadable, usual } from "../source.ts";

/** `site` stands for the API and the hosted pages elsewhere than at Ashby, for tests. */
export function ashbySource(site?: string): Source {
  const pages = site ?? "https://jobs.ashbyhq.com";
  return {
    ...usual,
    name: "ashby",
    site: "ashby",
    doc: "an employer's board at Ashby, such as ashby:acme",
    terms: "the posting API is public and made for reading; it needs no key",
    argument: "BOARD",
    plan(argument) {
      if (argument === undefined || !/^[\p{L}\p{N}._ -]{1,100}$/u.test(argument) || /^\.+$/.test(argument)) {
        throw new Error(
          `ashby takes the name of a board as in jobs.ashbyhq.com/NAME: ashby:NAME, not "${argument ?? ""}"`,
        );
      }
      const api = site ?? "https://api.ashbyhq.com";
      const board = pathPiece(argument);
      return [{ url: `${api}/posting-api/job-board/${board}?includeCompensation=true` }];
    },
    list(page) {
      const board =
        /\/job-board\/([^/?#]+)/.exec(page.url)?.[1] ?? /^https?:\/\/[^/]+\/([^/?#]+)/.exec(page.url)?.[1];
      return listed(parse(page), (posting) => {
        // A posting's own page is asked when it has left the board, and answers that it is no more.
        if (board === undefined) return posting.job_url ?? page.url;
        return `${pages}/${board}/${pathPiece(posting.source_id)}`;
      });
    },
    parse,
  };
}

function parse(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  const answer = parsedJson(text);
  if (answer === undefined) return hosted(text, page);
  if (Array.isArray(answer)) return found(answer, arrayItems(text, null), page);
  if (!isFields(answer)) return { result: "changed", reason: "the answer is no object" };
  if (Array.isArray(answer.jobs)) return found(answer.jobs, arrayItems(text, "jobs"), page);
  // As the hosted pages' own questions are answered.
  const inner = isFields(answer.data) ? answer.data : answer;
  if ("jobBoard" in inner || "jobPosting" in inner || "posting" in inner) return application(inner, page);
  if ("title" in answer && "id" in answer) return readPostings([read(answer, page)], "jobs");
  const error = errorIn(answer);
  return error === null ? { result: "changed", reason: "the answer has no jobs" } : refusal(error);
}

function errorIn(answer: Fields): string | null {
  const [first] = listOf(answer.errors);
  const error = stated(answer.error) ?? stated(first) ?? stated(fieldsOf(first).message);
  if (error !== null) return error;
  return answer.success === false ? "success: false" : null;
}

function found(jobs: readonly unknown[], slices: readonly string[], page: Captured): Result<RawPosting[]> {
  // By the API's own word an unlisted posting is not to be shown with others.
  const entries = jobs.flatMap((job, index) => {
    if (!isFields(job)) return [undefined];
    return job.isListed === false ? [] : [read(job, page, slices[index])];
  });
  if (entries.length === 0) return { result: "empty", reason: "the board has no postings" };
  return readPostings(entries, "jobs");
}

/** The board's name in a posting's address: jobs.ashbyhq.com/BOARD/ID. */
function boardIn(address: string | null): string | null {
  const host = URL.parse(address ?? "")?.hostname ?? "";
  return /^jobs\.ashbyhq\.com$/.test(host) ? (pathOf(address)[0] ?? null) : null;
}

function read(job: Fields, page: Captured, slice?: string): RawPosting | undefined {
  const id = idOf(job.id);
  const title = stated(job.title);
  if (id === null || title === null) return undefined;
  const jobUrl = webAddress(job.jobUrl);
  const applyUrl = webAddress(job.applyUrl);
  const others = listOf(job.secondaryLocations).map(
    (one) => stated(one) ?? stated(fieldsOf(one).location) ?? stated(fieldsOf(one).locationName),
  );
  return {
    source_id: id,
    job_url: jobUrl,
    ...(slice === undefined
      ? {}
      : { payload: { url: page.url, mediaType: page.mediaType, body: Buffer.from(slice) } }),
    parsed: {
      ...nothingStated(),
      title,
      company: named(job.organization) ?? boardIn(jobUrl) ?? boardIn(applyUrl),
      location: joined([stated(job.location) ?? postalAddress(job.address), ...others], "; "),
      employment_type: stated(job.employmentType),
      workplace_type: stated(job.workplaceType) ?? (job.isRemote === true ? "Remote" : null),
      job_functions: distinct([named(job.department), named(job.team)]),
      description_html: stated(job.descriptionHtml) ?? escaped(stated(job.descriptionPlain)),
      salary: payOf(fieldsOf(job.compensation)),
      posted_time: isoTime(job.publishedAt),
      expire_time: isoTime(job.applicationDeadline),
      apply_url: applyUrl,
    },
  };
}

function postalAddress(value: unknown): string | null {
  const address = fieldsOf(fieldsOf(value).postalAddress);
  return joined([address.addressLocality, address.addressRegion, address.addressCountry].map(stated), ", ");
}

/** The salary among what a posting pays: equity and bonuses are parts of their own. */
function payOf(compensation: Fields): RawPosting["parsed"]["salary"] {
  const tiers = listOf(compensation.compensationTiers).flatMap((tier) => listOf(fieldsOf(tier).components));
  for (const one of [...listOf(compensation.summaryComponents), ...tiers].map(fieldsOf)) {
    const [min, max] = [amount(one.minValue), amount(one.maxValue)];
    if (one.compensationType !== "Salary" || (min === null && max === null)) continue;
    return { min, max, currency: stated(one.currencyCode), period: stated(one.interval) };
  }
  return payIn(
    stated(compensation.scrapeableCompensationSalarySummary) ?? stated(compensation.compensationTierSummary),
  );
}

const appData = "window.__appData";

function hosted(text: string, page: Captured): Result<RawPosting[]> {
  const data = parsedJson(objectAfter(text, appData) ?? "");
  if (isFields(data)) return application(data, page, text);
  const postings = schemaPostings(text, page.url).map((one): RawPosting | undefined => {
    const id = pathOf(one.url)[1] ?? pathOf(page.url)[1] ?? one.identifier;
    return id === null ? undefined : { source_id: id, job_url: one.url, parsed: one.parsed };
  });
  return postings.length > 0
    ? readPostings(postings, "postings")
    : noPosting(text, "the page has no postings");
}

/** The data of a hosted page: a board, or one posting. */
function application(data: Fields, page: Captured, text = ""): Result<RawPosting[]> {
  const organization = fieldsOf(data.organization);
  const one = data.posting ?? data.jobPosting;
  if (isFields(one)) {
    const [schema] = schemaPostings(text, page.url);
    return readPostings([readHosted(one, organization, page, schema?.parsed ?? null)], "postings");
  }
  if (isFields(data.jobBoard) && Array.isArray(data.jobBoard.jobPostings)) {
    const shown = data.jobBoard.jobPostings.filter((each) => fieldsOf(each).isListed !== false);
    if (shown.length === 0) return { result: "empty", reason: "the board has no postings" };
    const teams = new Map(
      listOf(data.jobBoard.teams).map((team) => [
        fieldsOf(team).id,
        stated(fieldsOf(team).externalName) ?? named(team),
      ]),
    );
    return readPostings(
      shown.map((each) =>
        isFields(each)
          ? readHosted({ teamName: teams.get(each.teamId), ...each }, organization, page, null)
          : undefined,
      ),
      "postings",
      shown.filter((each) => fieldsOf(each).descriptionHtml === undefined).length,
    );
  }
  const names = ["posting", "jobPosting", "jobBoard"].filter((name) => name in data);
  if (names.length > 0 && names.every((name) => data[name] === null))
    return { result: "gone", reason: "the page has neither board nor posting" };
  return unreadable(text, "the page's data have neither board nor posting");
}

function readHosted(
  posting: Fields,
  organization: Fields,
  page: Captured,
  schema: RawPosting["parsed"] | null,
): RawPosting | undefined {
  const id = idOf(posting.id) ?? pathOf(page.url)[1] ?? null;
  const title = stated(posting.title);
  if (id === null || title === null) return undefined;
  const theme = fieldsOf(organization.theme);
  const slug = stated(organization.hostedJobsPageSlug);
  const address = slug === null ? null : `https://jobs.ashbyhq.com/${pathPiece(slug)}/${pathPiece(id)}`;
  const others = [...listOf(posting.secondaryLocations), ...listOf(posting.secondaryLocationNames)].map(
    (one) => stated(one) ?? stated(fieldsOf(one).locationExternalName) ?? stated(fieldsOf(one).locationName),
  );
  return {
    source_id: id,
    job_url: webAddress(posting.jobUrl) ?? address,
    parsed: {
      ...nothingStated(),
      title,
      company: named(organization) ?? slug ?? schema?.company ?? null,
      company_logo_url:
        webAddress(theme.logoSquareImageUrl) ??
        webAddress(theme.logoWordmarkImageUrl) ??
        schema?.company_logo_url ??
        null,
      location:
        joined(
          [
            stated(posting.locationExternalName) ??
              stated(posting.locationName) ??
              postalAddress(posting.address),
            ...others,
          ],
          "; ",
        ) ??
        schema?.location ??
        null,
      employment_type: stated(posting.employmentType) ?? schema?.employment_type ?? null,
      workplace_type:
        stated(posting.workplaceType) ??
        (posting.isRemote === true ? "Remote" : (schema?.workplace_type ?? null)),
      job_functions: distinct([
        stated(posting.departmentExternalName) ?? stated(posting.departmentName),
        stated(posting.teamExternalName) ?? stated(posting.teamName),
        ...listOf(posting.teamNames).map(stated),
      ]),
      description_html:
        stated(posting.descriptionHtml) ??
        escaped(stated(posting.descriptionPlainText) ?? stated(posting.descriptionPlain)) ??
        schema?.description_html ??
        null,
      salary: schema?.salary ?? payOf(posting),
      posted_time:
        isoTime(posting.publishedAt) ?? isoTime(posting.publishedDate) ?? isoTime(schema?.posted_time),
      expire_time: isoTime(posting.applicationDeadline) ?? isoTime(schema?.expire_time),
      apply_url: webAddress(posting.applyUrl) ?? schema?.apply_url ?? null,
    },
  };
}
