// Owns the source `greenhouse`: the public job boards of employers that use Greenhouse, by its boards API. One
// answer lists a whole board with every description, so nothing more is fetched for a posting. Hosted pages, in
// their newer and their older form, are read as far as they go.

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
import { arrayItems, objectAfter } from "../read/json-slice.ts";
import { type Element, elements, hasClass } from "../read/markup.ts";
import { schemaPostings } from "../read/microdata.ts";
import { listed, noPosting, readPostings, refusal } from "../read/postings.ts";
import { type Captured, type RawPosting, type Result, type Source, usual } from "../source.ts";

/** `site` stands for the API elsewhere than at Greenhouse, for tests. */
export function greenhouseSource(site?: string): Source {
  return {
    ...usual,
    name: "greenhouse",
    site: "greenhouse",
    terms: "the boards API is public and made for reading; it needs no key",
    doc: "an employer's board at Greenhouse, such as greenhouse:acme, or greenhouse:eu/acme for one in Europe",
    argument: "BOARD",
    plan(argument) {
      const [, region = "", board] = /^(eu\/)?([\w-]{1,100})$/.exec(argument ?? "") ?? [];
      if (board === undefined) {
        throw new Error(
          `greenhouse takes the name of a board as in boards.greenhouse.io/NAME: greenhouse:NAME, not "${argument ?? ""}"`,
        );
      }
      const api = site ?? `https://boards-api.${region === "" ? "" : "eu."}greenhouse.io`;
      return [{ url: `${api}/v1/boards/${board}/jobs?content=true` }];
    },
    list(page) {
      return listed(
        parse(page),
        (posting) => ownAddress(page, posting.source_id) ?? posting.job_url ?? page.url,
      );
    },
    parse,
  };
}

/** A job's own answer, where the page is a list of the API. */
function ownAddress(page: Captured, id: string): string | null {
  const url = URL.parse(page.url);
  if (url === null || !url.pathname.endsWith("/jobs")) return null;
  return `${url.origin}${url.pathname}/${pathPiece(id)}`;
}

function parse(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  const answer = parsedJson(text);
  if (answer === undefined) return hosted(text, page);
  if (Array.isArray(answer)) return found(answer, arrayItems(text, null), page);
  if (!isFields(answer)) return { result: "changed", reason: "the answer is no object" };
  const error = stated(answer.error) ?? (answer.status !== undefined ? stated(answer.message) : null);
  if (error !== null) return refusal(error);
  if (isFields(answer.jobPost) || isFields(answer.jobPosts)) return routes([answer]);
  if ("id" in answer && "title" in answer)
    return readPostings([read(answer, [], page)], "jobs", "content" in answer ? 0 : 1);
  if (Array.isArray(answer.jobs) && !("departments" in answer)) {
    // A single department is a list of jobs with a name.
    const department = "id" in answer ? departmentName(answer) : [];
    return found(answer.jobs, arrayItems(text, "jobs"), page, department);
  }
  const nested = nestedJobs(answer, [], 0);
  if (nested === undefined) return { result: "changed", reason: "the answer has no jobs" };
  if (nested.length === 0) return { result: "empty", reason: "the board has no postings" };
  return readPostings(
    nested.map(({ job, departments }) => read(job, departments, page)),
    "jobs",
    nested.filter(({ job }) => !("content" in job)).length,
  );
}

function found(
  jobs: readonly unknown[],
  slices: readonly string[],
  page: Captured,
  departments: readonly string[] = [],
): Result<RawPosting[]> {
  if (jobs.length === 0) return { result: "empty", reason: "the board has no postings" };
  return readPostings(
    jobs.map((job, index) => (isFields(job) ? read(job, departments, page, slices[index]) : undefined)),
    "jobs",
    jobs.filter((job) => !("content" in fieldsOf(job))).length,
  );
}

interface Nested {
  job: Fields;
  departments: string[];
}

/** Offices hold departments, and those jobs; each job once. undefined where there is no list of jobs at all. */
function nestedJobs(group: Fields, above: readonly string[], depth: number): Nested[] | undefined {
  if (Array.isArray(group.jobs)) {
    return group.jobs.filter(isFields).map((job) => ({ job, departments: [...above] }));
  }
  const departments = listOf(group.departments).filter(isFields);
  const offices = listOf(group.offices).filter(isFields);
  if (depth > 2 || (!Array.isArray(group.departments) && !Array.isArray(group.offices))) return undefined;
  const byId = new Map<unknown, Nested>();
  const add = (inner: Nested[] | undefined) => {
    for (const one of inner ?? []) {
      const known = byId.get(one.job.id);
      if (known === undefined) byId.set(one.job.id, one);
      else known.departments = distinct([...known.departments, ...one.departments]);
    }
  };
  for (const one of departments) add(nestedJobs(one, departmentName(one), depth + 1));
  for (const one of offices) add(nestedJobs(one, above, depth + 1));
  return [...byId.values()];
}

/** What stands outside every department is listed under this name. */
function departmentName(department: unknown): string[] {
  const name = named(department);
  return name === null || name === "No Department" ? [] : [name];
}

/** The board's name in a posting's address: boards.greenhouse.io/BOARD/jobs/ID. */
function boardIn(address: string | null): string | null {
  const url = URL.parse(address ?? "");
  if (url === null || !/^(?:job-)?boards\.(?:eu\.)?greenhouse\.io$/.test(url.hostname)) return null;
  const first = pathOf(address)[0] ?? null;
  return first === "embed" ? url.searchParams.get("for") : first;
}

function idIn(address: string | null): string | null {
  return (
    /\/jobs\/(\d+)|[?&]gh_jid=(\d+)|[?&]token=(\d+)/
      .exec(address ?? "")
      ?.slice(1)
      .find(Boolean) ?? null
  );
}

/** A bare number is of the employer's own scale, and says no seniority. */
function levelOf(stated: string | null): string | null {
  return stated === null || /^\d+$/.test(stated) ? null : stated;
}

function read(job: Fields, above: readonly string[], page: Captured, slice?: string): RawPosting | undefined {
  const id = idOf(job.id);
  const title = stated(job.title);
  if (id === null || title === null) return undefined;
  const url = webAddress(job.absolute_url);
  const facts = listOf(job.metadata).map(fieldsOf);
  const fact = (pattern: RegExp): string | null => {
    const value = facts.find((one) => pattern.test(stated(one.name) ?? ""))?.value;
    return named(Array.isArray(value) ? value[0] : value);
  };
  const offices = joined(listOf(job.offices).map(named), "; ");
  const departments = listOf(job.departments).flatMap(departmentName);
  return {
    source_id: id,
    job_url: url,
    ...(slice === undefined || !("content" in job)
      ? {}
      : {
          payload: {
            url: ownAddress(page, id) ?? page.url,
            mediaType: page.mediaType,
            body: Buffer.from(slice),
          },
        }),
    parsed: {
      ...nothingStated(),
      title,
      company: stated(job.company_name) ?? boardIn(url),
      location: named(job.location) ?? offices,
      employment_type: fact(/employment|job type|time type|contract/i),
      seniority_level: levelOf(fact(/seniority|level/i)),
      workplace_type: fact(/workplace|remote|work model|location type/i),
      job_functions: departments.length > 0 ? departments : [...above],
      description_html: stated(job.content),
      salary: payOf(job) ?? payFact(facts),
      // updated_at is no time of posting: it moves with every edit.
      posted_time: isoTime(job.first_published),
      expire_time: isoTime(job.application_deadline),
      apply_url: url,
    },
  };
}

function payOf(job: Fields): RawPosting["parsed"]["salary"] {
  const [cents] = listOf(job.pay_input_ranges).filter(isFields);
  const [range] = listOf(job.pay_ranges).filter(isFields);
  const pay = cents ?? range;
  if (pay === undefined) return null;
  const hundredth = (value: unknown) => (typeof value === "number" ? value / 100 : null);
  const min = hundredth(pay.min_cents) ?? amount(pay.min);
  const max = hundredth(pay.max_cents) ?? amount(pay.max);
  if (min === null && max === null) return null;
  return { min, max, currency: stated(pay.currency_type), period: stated(pay.title) };
}

/** Some boards state pay as a fact of their own. */
function payFact(facts: readonly Fields[]): RawPosting["parsed"]["salary"] {
  const fact = facts.find((one) => one.value_type === "currency_range");
  const value = fieldsOf(fact?.value);
  const [min, max] = [amount(value.min_value), amount(value.max_value)];
  if (min === null && max === null) return null;
  return { min, max, currency: stated(value.unit), period: stated(fact?.name) };
}

function hosted(text: string, page: Captured): Result<RawPosting[]> {
  // A board's page with this word is where the address of a posting leads that is no more.
  if (/[?&]error=true\b/.test(page.url)) return { result: "gone", reason: "the address leads to the board" };
  const context = fieldsOf(parsedJson(objectAfter(text, "window.__remixContext") ?? ""));
  const loaded = Object.values(fieldsOf(fieldsOf(context.state).loaderData)).filter(isFields);
  const isKnown = loaded.some((route) => isFields(route.jobPost) || isFields(route.jobPosts));
  if (isKnown) return routes(loaded);
  const postings = schemaPostings(text, page.url);
  if (postings.length > 0) {
    return readPostings(
      postings.map(({ identifier, url, parsed }) => {
        const id = idIn(url) ?? idIn(page.url) ?? identifier;
        if (id === null) return undefined;
        return { source_id: id, job_url: url, parsed: { ...parsed, apply_url: parsed.apply_url ?? url } };
      }),
      "postings",
    );
  }
  return oldPage(text, page);
}

/** What the newer pages' routes have loaded: a board, a part of one, or a posting. */
function routes(loaded: readonly Fields[]): Result<RawPosting[]> {
  const board =
    loaded.map((route) => fieldsOf(route.board)).find((one) => named(one) !== null || "logo" in one) ?? {};
  for (const route of loaded) {
    if (isFields(route.jobPost)) return readPostings([readPost(route.jobPost, board)], "postings");
  }
  const posts = loaded.flatMap((route) => listOf(fieldsOf(route.jobPosts).data));
  if (posts.length === 0) return { result: "empty", reason: "the board has no postings" };
  return readPostings(
    posts.map((post) => (isFields(post) ? readPost(post, board) : undefined)),
    "postings",
    posts.filter((post) => !("content" in fieldsOf(post))).length,
  );
}

function readPost(post: Fields, board: Fields): RawPosting | undefined {
  const url = webAddress(post.public_url) ?? webAddress(post.absolute_url);
  const id = idIn(url) ?? idOf(post.id) ?? idOf(post.job_post_id);
  const title = stated(post.title);
  if (id === null || title === null) return undefined;
  const department = stated(post.department_name) ?? named(post.department);
  return {
    source_id: id,
    job_url: url,
    parsed: {
      ...nothingStated(),
      title,
      company: stated(post.company_name) ?? named(board) ?? boardIn(url),
      company_logo_url: webAddress(fieldsOf(board.logo).url) ?? webAddress(board.logo),
      location: named(post.job_post_location) ?? named(post.location),
      employment_type: named(post.employment),
      job_functions: department === null ? [] : departmentName(department),
      description_html: sections([
        [null, stated(post.introduction)],
        [null, stated(post.content)],
        [null, stated(post.conclusion)],
      ]),
      salary: payOf(post),
      posted_time: isoTime(post.published_at) ?? isoTime(post.first_published),
      expire_time: isoTime(post.application_deadline),
      apply_url: url,
    },
  };
}

const isOpening = (name: string, attributes: Record<string, string>) =>
  name === "div" && hasClass(attributes, "opening");
const isFact = (name: string, attributes: Record<string, string>) =>
  isOpening(name, attributes) ||
  (name === "h1" && hasClass(attributes, "app-title")) ||
  hasClass(attributes, "company-name") ||
  hasClass(attributes, "location") ||
  (name === "div" && attributes.id === "content") ||
  (name === "a" && idIn(attributes.href ?? null) !== null);

/** The older pages: a title, a place and a text, or openings with a link each. */
function oldPage(text: string, page: Captured): Result<RawPosting[]> {
  const found = elements(text, isFact);
  const title = found.find((one) => one.name === "h1");
  if (title !== undefined) return oldPosting(title, found, page);
  const openings = found.filter((one) => isOpening(one.name, one.attributes));
  if (openings.length === 0) return noPosting(text, "the page has no postings");
  return readPostings(
    found
      .map((one, index) => {
        if (one.name !== "a" || !isOpening(found[index - 1]?.name ?? "", found[index - 1]?.attributes ?? {}))
          return null;
        const url = webAddress(URL.parse(one.attributes.href ?? "", page.url)?.href);
        const id = idIn(one.attributes.href ?? null);
        const place = found[index + 1];
        const name = stated(one.text);
        if (id === null || name === null) return undefined;
        const location =
          place !== undefined && hasClass(place.attributes, "location") ? stated(place.text) : null;
        const parsed = {
          ...nothingStated(),
          title: name,
          location,
          company: boardIn(webAddress(one.attributes.href)),
        };
        return { source_id: id, job_url: url, parsed };
      })
      .filter((one) => one !== null),
    "openings",
    openings.length,
  );
}

function oldPosting(title: Element, found: readonly Element[], page: Captured): Result<RawPosting[]> {
  const withClass = (name: string) => found.find((one) => hasClass(one.attributes, name))?.text;
  const url = webAddress(page.url);
  const id = idIn(url) ?? found.map((one) => idIn(one.attributes.href ?? null)).find((one) => one !== null);
  if (id === undefined || id === null) return { result: "changed", reason: "the page names no posting" };
  const name = stated(title.text);
  return readPostings(
    [
      name === null
        ? undefined
        : {
            source_id: id,
            job_url: url,
            parsed: {
              ...nothingStated(),
              title: name,
              company: stated(withClass("company-name")?.replace(/^at /, "")),
              location: stated(withClass("location")),
              description_html: stated(found.find((one) => one.attributes.id === "content")?.inner),
              apply_url: url,
            },
          },
    ],
    "postings",
  );
}
