// Owns the source `smartrecruiters`: employers' postings at SmartRecruiters, by its posting API. A list has no
// descriptions, so each posting's own answer is fetched. Hosted pages are read by their schema.org data.

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
  pathOf,
  pathPiece,
  placeLine,
  sections,
  stated,
  webAddress,
} from "../read/json.ts";
import { schemaPostings } from "../read/microdata.ts";
import { listed, noPosting, readPostings, refusal } from "../read/postings.ts";
import { type Captured, type RawPosting, type Result, type Source, usual } from "../source.ts";

/** The API gives no more at once. */
const pagePostingsMax = 100;

/** `site` stands for the API elsewhere than at SmartRecruiters, for tests. */
export function smartrecruitersSource(site = "https://api.smartrecruiters.com"): Source {
  return {
    ...usual,
    name: "smartrecruiters",
    site: "smartrecruiters",
    doc: "an employer's postings at SmartRecruiters, such as smartrecruiters:Acme",
    terms: "the posting API is public and made for reading; it needs no key",
    argument: "COMPANY",
    searches: true,
    plan(argument, { keyword, location }) {
      if (argument === undefined || !/^[\w.-]{1,100}$/.test(argument) || /^\.+$/.test(argument)) {
        throw new Error(
          `smartrecruiters takes the name of a company as in careers.smartrecruiters.com/NAME: smartrecruiters:NAME, not "${argument ?? ""}"`,
        );
      }
      const url = new URL(`${site}/v1/companies/${argument}/postings`);
      url.searchParams.set("limit", String(pagePostingsMax));
      url.searchParams.set("offset", "0");
      const words = [keyword, location].filter(Boolean).join(" ");
      if (words !== "") url.searchParams.set("q", words);
      return [{ url: url.href }];
    },
    list(page) {
      const answer = fieldsOf(parsedJson(decodePage(page.body, page.mediaType)));
      const count = listOf(answer.content).length;
      const total = typeof answer.totalFound === "number" ? answer.totalFound : undefined;
      const url = URL.parse(page.url);
      const offset = Number(url?.searchParams.get("offset") ?? answer.offset) || 0;
      const result = parse(page);
      // A list that became shorter while it was read ends with an empty page.
      if (result.result === "empty" && offset > 0)
        return { result: "found", value: { items: [], next: null } };
      const base = url === null ? "" : `${url.origin}${url.pathname.replace(/\/$/, "")}`;
      url?.searchParams.set("offset", String(offset + count));
      const more = url !== null && count > 0 && total !== undefined && offset + count < total;
      return listed(
        result,
        ({ source_id }) => `${base}/${pathPiece(source_id)}`,
        more ? { url: url.href } : null,
        total,
      );
    },
    parse,
  };
}

function parse(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  const answer = parsedJson(text);
  if (answer === undefined) return hosted(text, page);
  const content = isFields(answer) ? answer.content : answer;
  if (Array.isArray(content)) {
    if (content.length === 0) return { result: "empty", reason: "the company has no postings" };
    const bare = content.filter((one) => !isFields(fieldsOf(one).jobAd)).length;
    return readPostings(
      content.map((one) => (isFields(one) ? read(one) : undefined)),
      "postings",
      bare,
    );
  }
  if (!isFields(answer)) return { result: "changed", reason: "the answer is no object" };
  if (answer.active === false) return { result: "gone", reason: "the posting is no longer active" };
  if ("name" in answer && ("id" in answer || "uuid" in answer))
    return readPostings([read(answer)], "postings", isFields(answer.jobAd) ? 0 : 1);
  const [first] = listOf(answer.errors).map(fieldsOf);
  const said = joined([answer.message, answer.error, first?.code, first?.message].map(stated), ": ");
  return said === null ? { result: "changed", reason: "the answer has no postings" } : refusal(said);
}

/** As the API names them, in the order in which a page shows them; others follow. */
const sectionNames = ["companyDescription", "jobDescription", "qualifications", "additionalInformation"];

function description(posting: Fields): string | null {
  const ad = fieldsOf(fieldsOf(posting.jobAd).sections);
  const others = Object.keys(ad).filter((name) => !sectionNames.includes(name));
  return sections(
    [...sectionNames, ...others].map((name): [string | null, string | null] => {
      const section = fieldsOf(ad[name]);
      return [stated(section.title), stated(section.text)];
    }),
  );
}

function read(posting: Fields): RawPosting | undefined {
  const id = idOf(posting.id) ?? idOf(posting.uuid);
  const title = stated(posting.name);
  if (id === null || title === null) return undefined;
  const company = fieldsOf(posting.company);
  const place = fieldsOf(posting.location);
  const identifier = stated(company.identifier);
  const pages = "https://jobs.smartrecruiters.com";
  return {
    source_id: id,
    job_url:
      webAddress(posting.postingUrl) ??
      (identifier === null ? null : `${pages}/${pathPiece(identifier)}/${pathPiece(id)}`),
    parsed: {
      ...nothingStated(),
      title,
      company: named(company) ?? identifier,
      company_logo_url: webAddress(company.logo) ?? webAddress(fieldsOf(company.logo).url),
      location:
        // Where there is no region, its place between two commas stays empty.
        placeLine(place.fullLocation) ?? joined([place.city, place.region, place.country].map(stated), ", "),
      employment_type: named(posting.typeOfEmployment),
      seniority_level: named(posting.experienceLevel),
      workplace_type: place.hybrid === true ? "hybrid" : place.remote === true ? "remote" : null,
      industries: distinct([named(posting.industry)]),
      job_functions: distinct([named(posting.department), named(posting.function)]),
      description_html: description(posting),
      posted_time: isoTime(posting.releasedDate) ?? isoTime(posting.createdOn),
      apply_url: webAddress(posting.applyUrl),
    },
  };
}

/** jobs.smartrecruiters.com/COMPANY/ID-words-of-the-title */
function idIn(address: string | null): string | null {
  return /^\d{6,}/.exec(pathOf(address)[1] ?? "")?.[0] ?? null;
}

function hosted(text: string, page: Captured): Result<RawPosting[]> {
  const postings = schemaPostings(text, page.url);
  if (postings.length === 0) return noPosting(text, "the page has no posting");
  return readPostings(
    postings.map(({ identifier, url, parsed }) => {
      const id = idIn(url) ?? idIn(page.url) ?? identifier;
      return id === null ? undefined : { source_id: id, job_url: url, parsed };
    }),
    "postings",
  );
}
