// Owns the source `recruitee`: the career sites of employers that use Recruitee, by the API of each site. One
// answer lists every open offer with its description and requirements.

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
  pathPiece,
  sections,
  stated,
  webAddress,
} from "../read/json.ts";
import { arrayItems } from "../read/json-slice.ts";
import { schemaPostings } from "../read/microdata.ts";
import { listed, noPosting, readPostings, refusal } from "../read/postings.ts";
import { type Captured, type RawPosting, type Result, type Source, usual } from "../source.ts";

/** `site` stands for one employer's career site, for tests. */
export function recruiteeSource(site?: string): Source {
  return {
    ...usual,
    name: "recruitee",
    site: "recruitee",
    doc: "an employer's career site at Recruitee, such as recruitee:acme",
    terms: "the career sites' API is public, documented and made for reading; it needs no key",
    argument: "COMPANY",
    plan(argument) {
      if (argument === undefined || !/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(argument)) {
        throw new Error(
          `recruitee takes the name of a company as in NAME.recruitee.com: recruitee:NAME, not "${argument ?? ""}"`,
        );
      }
      return [{ url: `${site ?? `https://${argument}.recruitee.com`}/api/offers/` }];
    },
    list(page) {
      const base = page.url.replace(/[?#].*$/s, "").replace(/\/$/, "");
      return listed(parse(page), ({ source_id }) => `${base}/${pathPiece(source_id)}`);
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
  if (Array.isArray(answer.offers)) return found(answer.offers, arrayItems(text, "offers"), page);
  const offer = isFields(answer.offer) ? answer.offer : answer;
  if ("title" in offer || "slug" in offer) {
    if (isClosed(offer)) return { result: "gone", reason: `the offer is ${String(offer.status)}` };
    return readPostings([read(offer, page)], "offers");
  }
  const error = named(listOf(answer.error)[0]) ?? stated(answer.error) ?? stated(answer.message);
  return error === null ? { result: "changed", reason: "the answer has no offers" } : refusal(error);
}

function isClosed(offer: Fields): boolean {
  const status = stated(offer.status);
  return status !== null && /^(?:closed|archived|draft|internal)$/i.test(status);
}

function found(offers: readonly unknown[], slices: readonly string[], page: Captured): Result<RawPosting[]> {
  const entries = offers.flatMap((offer, index) => {
    if (!isFields(offer)) return [undefined];
    return isClosed(offer) ? [] : [read(offer, page, slices[index])];
  });
  if (entries.length === 0) return { result: "empty", reason: "the site has no offers" };
  return readPostings(entries, "offers");
}

/** An offer in several languages has its texts in each; the first of them is the site's own. */
function translated(offer: Fields, name: string): string | null {
  const texts = fieldsOf(offer.translations);
  const own = stated(offer[name]);
  if (own !== null) return own;
  return (
    [texts.en, ...Object.values(texts)]
      .map((one) => stated(fieldsOf(one)[name]))
      .find((one) => one !== null) ?? null
  );
}

/** A code such as mid_level in plain words. */
function words(code: unknown): string | null {
  return named(code)?.replaceAll("_", " ") ?? null;
}

function placeOf(value: unknown): string | null {
  if (!isFields(value)) return stated(value);
  return (
    joined([value.city, value.state ?? value.state_name, value.country].map(stated), ", ") ??
    stated(value.full_address) ??
    stated(value.name)
  );
}

/** Of a remote offer the line says only that it is remote; where, its other fields may say. */
function locationOf(offer: Fields): string | null {
  const line = stated(offer.location);
  return line !== null && /^remote(?: job)?$/i.test(line) ? null : line;
}

function read(offer: Fields, page: Captured, slice?: string): RawPosting | undefined {
  const id = idOf(offer.id) ?? idOf(offer.slug);
  const title = translated(offer, "title") ?? stated(offer.position);
  if (id === null || title === null) return undefined;
  const pay = fieldsOf(offer.salary);
  const [min, max] = [amount(pay.min), amount(pay.max)];
  const url = webAddress(offer.careers_url) ?? webAddress(offer.url);
  const places = listOf(offer.locations).map(placeOf);
  return {
    source_id: id,
    job_url: url,
    ...(slice === undefined
      ? {}
      : { payload: { url: page.url, mediaType: page.mediaType, body: Buffer.from(slice) } }),
    parsed: {
      ...nothingStated(),
      title,
      company: stated(offer.company_name) ?? named(offer.company),
      company_logo_url: webAddress(offer.company_logo_url) ?? webAddress(offer.logo_url),
      location:
        places.length > 1
          ? joined(places, "; ")
          : (locationOf(offer) ?? placeOf(offer) ?? joined(places, "; ") ?? stated(offer.location)),
      employment_type: words(offer.employment_type_code) ?? words(offer.employment_type),
      seniority_level: words(offer.experience_code),
      workplace_type:
        offer.hybrid === true
          ? "hybrid"
          : offer.remote === true
            ? "remote"
            : offer.on_site === true
              ? "on-site"
              : null,
      industries: distinct([words(offer.industry_code) ?? named(offer.industry)]),
      job_functions: distinct([named(offer.department), words(offer.category_code)]),
      description_html: sections([
        [null, translated(offer, "description")],
        ["Requirements", translated(offer, "requirements")],
        [null, translated(offer, "highlight")],
      ]),
      // A site may have the fields and leave them at zero.
      salary:
        (min ?? 0) === 0 && (max ?? 0) === 0
          ? null
          : { min, max, currency: stated(pay.currency), period: stated(pay.period) },
      posted_time: isoTime(offer.published_at) ?? isoTime(offer.created_at),
      expire_time: isoTime(offer.close_at),
      apply_url: webAddress(offer.careers_apply_url),
    },
  };
}

/** A posting's own page carries it as schema.org data. */
function hosted(text: string, page: Captured): Result<RawPosting[]> {
  const postings = schemaPostings(text, page.url);
  if (postings.length === 0) return noPosting(text, "the page has no posting");
  return readPostings(
    postings.map(({ identifier, url, parsed }) => {
      const id = identifier ?? /\/o\/([^/?#]+)/.exec(url ?? page.url)?.[1];
      return id === undefined ? undefined : { source_id: id, job_url: url, parsed };
    }),
    "postings",
  );
}
