// Owns the source `lever`: the public boards of employers that use Lever, by its postings API. A page of a list
// carries whole postings, so nothing more is fetched for one. Hosted pages are read too, as far as they go.

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
  parsedJson,
  pathOf,
  pathPiece,
  sections,
  stated,
  webAddress,
  withBreaks,
} from "../read/json.ts";
import type { JsonLdPosting } from "../read/json-ld.ts";
import { arrayItems } from "../read/json-slice.ts";
import { type Element, elements, hasClass } from "../read/markup.ts";
import { schemaPostings } from "../read/microdata.ts";
import { listed, noPosting, readPostings, refusal } from "../read/postings.ts";
import { type Ask, type Captured, type RawPosting, type Result, type Source, usual } from "../source.ts";

/** Of one request; the API gives fewer where it has fewer. */
const pagePostingsMax = 100;

/** `site` stands for the API elsewhere than at Lever, for tests. */
export function leverSource(site?: string): Source {
  return {
    ...usual,
    name: "lever",
    site: "lever",
    doc: "an employer's board at Lever, such as lever:acme, or lever:eu/acme for one in Europe",
    terms: "the postings API is public and made for reading; it needs no key",
    argument: "COMPANY",
    plan(argument) {
      const [, region, company] = /^(eu\/)?([\w.-]{1,100})$/.exec(argument ?? "") ?? [];
      if (company === undefined || /^\.+$/.test(company)) {
        throw new Error(
          `lever takes the name of a board as in jobs.lever.co/NAME: lever:NAME, or lever:eu/NAME for jobs.eu.lever.co/NAME, not "${argument ?? ""}"`,
        );
      }
      const api = site ?? (region === undefined ? "https://api.lever.co" : "https://api.eu.lever.co");
      return [{ url: `${api}/v0/postings/${company}?mode=json&skip=0&limit=${pagePostingsMax}` }];
    },
    list(page) {
      const result = parse(page);
      const url = URL.parse(page.url);
      const address = (posting: RawPosting) =>
        url !== null && /^\/v0\/postings\/[^/]+$/.test(url.pathname)
          ? `${url.origin}${url.pathname}/${pathPiece(posting.source_id)}?mode=json`
          : (posting.job_url ?? page.url);
      // Past the last posting stands an empty page.
      if (result.result === "empty" && Number(url?.searchParams.get("skip")) > 0) {
        return { result: "found", value: { items: [], next: null } };
      }
      return listed(result, address, "value" in result ? next(page, entries(page)) : null);
    },
    parse,
  };
}

function entries(page: Captured): number {
  return listOf(parsedJson(decodePage(page.body, page.mediaType))).length;
}

/** The API does not say how many there are: a full page may have one after it. */
function next(page: Captured, count: number): Ask | null {
  const url = URL.parse(page.url);
  const limit = Number(url?.searchParams.get("limit"));
  if (url === null || !(limit > 0) || count < limit) return null;
  url.searchParams.set("skip", String(Number(url.searchParams.get("skip")) + count));
  return { url: url.href };
}

function parse(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  const answer = parsedJson(text);
  if (answer === undefined) return hosted(text, page);
  if (isFields(answer)) {
    if (answer.ok === false || (!("text" in answer) && stated(answer.error) !== null))
      return refusal(stated(answer.error) ?? "ok: false");
    if (!("id" in answer) && !("text" in answer))
      return { result: "changed", reason: "the answer is no posting" };
    return readPostings([read(answer, page)], "postings");
  }
  if (!Array.isArray(answer)) return { result: "changed", reason: "the answer is no list" };
  if (answer.length === 0) return { result: "empty", reason: "the board has no postings" };
  if (isFields(answer[0]) && Array.isArray(answer[0].postings)) return grouped(answer, page);
  const slices = arrayItems(text, null);
  return readPostings(
    answer.map((one, index) => (isFields(one) ? read(one, page, slices[index]) : undefined)),
    "postings",
  );
}

/** Asked to group them, the API gives a list of {title, postings}. */
function grouped(groups: readonly unknown[], page: Captured): Result<RawPosting[]> {
  const postings = groups.flatMap((group) => listOf(fieldsOf(group).postings));
  if (postings.length === 0) return { result: "empty", reason: "the board has no postings" };
  return readPostings(
    postings.map((one) => (isFields(one) ? read(one, page) : undefined)),
    "postings",
  );
}

/** Hosted addresses are jobs.lever.co/COMPANY/ID. */
function companyIn(address: string | null): string | null {
  const host = URL.parse(address ?? "")?.hostname ?? "";
  return /^jobs\.(?:eu\.)?lever\.co$/.test(host) ? (pathOf(address)[0] ?? null) : null;
}

function read(posting: Fields, page: Captured, slice?: string): RawPosting | undefined {
  const id = idOf(posting.id);
  const title = stated(posting.text);
  if (id === null || title === null) return undefined;
  const categories = fieldsOf(posting.categories);
  const hostedUrl = webAddress(posting.hostedUrl);
  const places = listOf(categories.allLocations).map(stated);
  const pay = fieldsOf(posting.salaryRange);
  const [min, max] = [amount(pay.min), amount(pay.max)];
  const workplace = stated(posting.workplaceType);
  return {
    source_id: id,
    job_url: hostedUrl,
    ...(slice === undefined
      ? {}
      : { payload: { url: page.url, mediaType: page.mediaType, body: Buffer.from(slice) } }),
    parsed: {
      ...nothingStated(),
      title,
      company: companyIn(hostedUrl) ?? companyIn(webAddress(posting.applyUrl)),
      location: joined([stated(categories.location), ...places], "; "),
      employment_type: stated(categories.commitment),
      seniority_level: stated(categories.level),
      workplace_type: workplace === "unspecified" ? null : workplace,
      job_functions: distinct([stated(categories.department), stated(categories.team)]),
      description_html: description(posting),
      // A board may have the field and leave it at zero.
      salary:
        (min ?? 0) === 0 && (max ?? 0) === 0
          ? null
          : { min, max, currency: stated(pay.currency), period: stated(pay.interval) },
      posted_time: isoTime(posting.createdAt),
      apply_url: webAddress(posting.applyUrl),
    },
  };
}

function description(posting: Fields): string | null {
  const opening =
    withBreaks(stated(posting.description)) ??
    sections([
      [null, withBreaks(stated(posting.opening))],
      [null, withBreaks(stated(posting.descriptionBody))],
    ]) ??
    escaped(stated(posting.descriptionPlain));
  const lists = listOf(posting.lists).map(fieldsOf);
  return sections([
    [null, opening],
    ...lists.map(({ text, content }): [string | null, string | null] => {
      const items = stated(content);
      return [stated(text), items === null || !/^<li[\s>]/i.test(items) ? items : `<ul>${items}</ul>`];
    }),
    [null, withBreaks(stated(posting.additional)) ?? escaped(stated(posting.additionalPlain))],
    [null, withBreaks(stated(posting.salaryDescription)) ?? escaped(stated(posting.salaryDescriptionPlain))],
  ]);
}

const isLink = (name: string, { href = "" }: Record<string, string>) =>
  name === "a" && /\/\/jobs\.(?:eu\.)?lever\.co\/[^/?#]+\/[\da-f-]{36}/i.test(href);
const isCategory = (name: string, attributes: Record<string, string>) =>
  (name === "div" || name === "span") && hasClass(attributes, "posting-category");

/** A posting's page has schema.org data; a board's page and the API's list for embedding have links. */
function hosted(text: string, page: Captured): Result<RawPosting[]> {
  const [posting] = schemaPostings(text, page.url);
  const found = elements(
    text,
    (name, attributes) => isLink(name, attributes) || isCategory(name, attributes) || name === "h5",
  );
  if (posting !== undefined) return postingPage(posting, found, page);
  const postings = new Map<string, RawPosting>();
  for (const [index, one] of found.entries()) {
    if (!isLink(one.name, one.attributes)) continue;
    const address = one.attributes.href ?? "";
    const id = pathOf(address)[1];
    const heading = found[index + 1]?.name === "h5" ? found[index + 1] : undefined;
    const title = stated((heading ?? one).text);
    // A board's page has a link "Apply" before the one with the title.
    if (
      id === undefined ||
      title === null ||
      (heading === undefined && hasClass(one.attributes, "posting-btn-submit"))
    )
      continue;
    const facts = heading === undefined ? [] : categoriesAfter(found, index + 2);
    if (postings.has(id) && heading === undefined) continue;
    postings.set(id, thin(id, title, address, facts));
  }
  if (postings.size > 0) return readPostings([...postings.values()], "links", postings.size);
  if (hasList(text)) return { result: "empty", reason: "the board has no postings" };
  return noPosting(text, "the page has no postings");
}

/** The API's list for embedding, without an item. */
function hasList(text: string): boolean {
  return /<div class="lever">/.test(text);
}

function categoriesAfter(found: readonly Element[], start: number): Element[] {
  const facts: Element[] = [];
  for (const one of found.slice(start)) {
    if (!isCategory(one.name, one.attributes)) break;
    facts.push(one);
  }
  return facts;
}

function fact(facts: readonly Element[], ...names: string[]): string | null {
  const one = facts.find(({ attributes }) => names.some((name) => hasClass(attributes, name)));
  // On a posting's page a slash separates them.
  return one === undefined ? null : stated(one.text.replace(/^\/ | ?[/—]$/g, ""));
}

function thin(id: string, title: string, address: string, facts: readonly Element[]): RawPosting {
  return {
    source_id: id,
    job_url: address,
    parsed: {
      ...nothingStated(),
      title,
      company: companyIn(address),
      location: fact(facts, "sort-by-location", "location"),
      employment_type: fact(facts, "sort-by-commitment", "commitment"),
      workplace_type: fact(facts, "workplaceTypes"),
      job_functions: distinct([fact(facts, "sort-by-team", "department")]),
    },
  };
}

function postingPage(
  posting: JsonLdPosting,
  found: readonly Element[],
  page: Captured,
): Result<RawPosting[]> {
  const link = found.find((one) => isLink(one.name, one.attributes))?.attributes.href ?? null;
  const id = pathOf(link)[1] ?? pathOf(posting.url)[1] ?? pathOf(page.url)[1];
  if (id === undefined) return { result: "changed", reason: "the page names no posting" };
  const facts = found.filter((one) => isCategory(one.name, one.attributes));
  const { parsed } = posting;
  return readPostings(
    [
      {
        source_id: id,
        job_url: posting.url ?? (link === null ? null : link.replace(/\/apply$/, "")),
        parsed: {
          ...parsed,
          location: parsed.location ?? fact(facts, "location"),
          employment_type: parsed.employment_type ?? fact(facts, "commitment"),
          workplace_type: fact(facts, "workplaceTypes") ?? parsed.workplace_type,
          job_functions: distinct([...parsed.job_functions, fact(facts, "department")]),
          apply_url: link ?? parsed.apply_url,
        },
      },
    ],
    "postings",
  );
}
