// Owns reading what LinkedIn shows to those who are not logged in: cards of a search (2020, 2023 and 2026), the
// view of a posting, and the fragment of it that the guest API gives. What a page does not say stays null.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import { isJsonLd, jobPostingsOf } from "../../read/json-ld.ts";
import { type Element, elements } from "../../read/markup.ts";
import { payIn } from "../../read/pay.ts";
import type { Captured, RawPosting, Result } from "../../source.ts";
import { kindsOfClasses } from "./classes.ts";
import { postingId, viewUrl } from "./search.ts";
import { wallOr } from "./walls.ts";

type Kind =
  | "card"
  | "card title"
  | "card company"
  | "card place"
  | "card pay"
  | "card snippet"
  | "card link"
  | "title"
  | "company"
  | "company without a page"
  | "place"
  | "posted"
  | "applicants"
  | "workplace"
  | "pay"
  | "description"
  | "criterion"
  | "criterion value"
  | "closed"
  | "apply"
  | "time"
  | "image"
  | "json"
  | "about"
  | "other postings";

/** One class is enough to know an element by; LinkedIn keeps these names for years. */
const byClass: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["job-result-card", "card"],
  ["base-search-card__title", "card title"],
  ["base-main-card__title", "card title"],
  ["base-aside-card__title", "card title"],
  ["job-result-card__title", "card title"],
  ["base-search-card__subtitle", "card company"],
  ["base-main-card__subtitle", "card company"],
  ["base-aside-card__subtitle", "card company"],
  ["job-result-card__subtitle", "card company"],
  ["job-search-card__location", "card place"],
  ["main-job-card__location", "card place"],
  ["aside-job-card__location", "card place"],
  ["job-result-card__location", "card place"],
  ["job-search-card__salary-info", "card pay"],
  ["main-job-card__salary-info", "card pay"],
  ["job-result-card__salary-info", "card pay"],
  ["job-search-card__snippet", "card snippet"],
  ["job-result-card__snippet", "card snippet"],
  ["base-card__full-link", "card link"],
  ["result-card__full-card-link", "card link"],
  ["topcard__title", "title"],
  ["top-card-layout__title", "title"],
  ["topcard__org-name-link", "company"],
  ["topcard__flavor--bullet", "place"],
  ["posted-time-ago__text", "posted"],
  ["num-applicants__caption", "applicants"],
  ["num-applicants__figure", "applicants"],
  ["topcard__workplace-type", "workplace"],
  ["topcard__flavor--workplace-type", "workplace"],
  ["workplace-type", "workplace"],
  ["compensation__salary", "pay"],
  ["show-more-less-html__markup", "description"],
  ["description__text", "description"],
  ["description__job-criteria-subheader", "criterion"],
  ["job-criteria__subheader", "criterion"],
  ["description__job-criteria-text", "criterion value"],
  ["job-criteria__text", "criterion value"],
  ["closed-job__flavor--closed", "closed"],
  ["topcard__flavor--closed", "closed"],
  ["apply-button", "apply"],
  ["apply-button--link", "apply"],
  ["topcard__link", "about"],
  ["similar-jobs", "other postings"],
  ["people-also-viewed", "other postings"],
  ["aside-section-container", "other postings"],
]);

function kindOf(
  name: string,
  attributes: Record<string, string>,
  kindOfClass: (classes: string) => Kind | undefined,
): Kind | undefined {
  const { class: classes } = attributes;
  if (attributes["data-entity-urn"]?.startsWith("urn:li:jobPosting:") === true) return "card";
  const byItsClass = classes === undefined ? undefined : kindOfClass(classes);
  if (byItsClass !== undefined) return byItsClass;
  switch (name) {
    case "time":
      return "time";
    case "img":
      return "image";
    case "script":
      return isJsonLd(name, attributes) ? "json" : undefined;
    case "link":
      return attributes.rel === "canonical" ? "about" : undefined;
    case "meta":
      return attributes.property === "lnkd:url" || attributes.property === "og:url" ? "about" : undefined;
    default:
      return attributes["data-semaphore-content-urn"] === undefined ? undefined : "about";
  }
}

interface Found {
  kind: Kind;
  element: Element;
}

export interface Card {
  id: string;
  url: string | null;
  /** The day on which it was listed. */
  listedOn: string | null;
  posting: RawPosting;
}

export function readElements(text: string): Found[] {
  const kindOfClass = kindsOfClasses(byClass);
  const kinds: Kind[] = [];
  const found = elements(text, (name, attributes) => {
    const { class: classes } = attributes;
    const kind =
      classes?.trim() === "topcard__flavor"
        ? "company without a page"
        : kindOf(name, attributes, kindOfClass);
    if (kind === undefined) return false;
    kinds.push(kind);
    return true;
  });
  return found.map((element, index) => ({ kind: kinds[index] as Kind, element }));
}

const said = (text: string | undefined): string | null => {
  const plain = text?.trim() ?? "";
  return plain === "" ? null : plain;
};

/** Cards in the order of the page, and how many of them could not be read. */
export function cardsIn(found: readonly Found[], page: Captured): { cards: Card[]; unread: number } {
  const cards = new Map<string, Card>();
  let unread = 0;
  let current: Card | undefined;
  for (const { kind, element } of found) {
    const { attributes } = element;
    if (kind === "card") {
      const id =
        postingId(attributes["data-entity-urn"]) ??
        postingId(attributes["data-id"] ?? attributes["data-job-id"]);
      if (id === null) unread++;
      // The link of the oldest cards names the id alone.
      current = id === null ? undefined : { id, url: null, listedOn: null, posting: bare(id) };
      if (current !== undefined && !cards.has(current.id)) cards.set(current.id, current);
      continue;
    }
    if (current === undefined) continue;
    const { parsed } = current.posting;
    switch (kind) {
      case "card title":
        parsed.title ??= said(element.text);
        break;
      case "card company":
        parsed.company ??= said(element.text);
        break;
      case "card place":
        place(parsed, said(element.text));
        break;
      case "card pay":
        parsed.salary ??= payIn(element.text);
        break;
      case "card snippet":
        parsed.description_html ??= said(element.inner);
        break;
      case "card link":
        current.url ??= clean(attributes.href, page);
        break;
      case "image":
        parsed.company_logo_url ??= logo(attributes, page);
        break;
      case "time":
        current.listedOn ??= isoDay(attributes.datetime);
        parsed.posted_time ??= current.listedOn ?? said(element.text);
        break;
      default:
        break;
    }
  }
  for (const card of cards.values()) card.posting.job_url = card.url ?? viewUrl(card.id);
  return { cards: [...cards.values()], unread };
}

const bare = (id: string): RawPosting => ({ source_id: id, job_url: null, parsed: nothingStated() });

function isoDay(stated: string | undefined): string | null {
  const day = stated?.trim() ?? "";
  return /^\d{4}-\d{2}-\d{2}/.test(day) && !Number.isNaN(Date.parse(day)) ? day : null;
}

/** Without what only says where the click came from. */
function clean(href: string | undefined, page: Captured): string | null {
  const url = href === undefined ? null : URL.parse(href.trim(), page.url);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return `${url.origin}${url.pathname}`;
}

function logo(attributes: Record<string, string>, page: Captured): string | null {
  for (const stated of [attributes["data-delayed-url"], attributes.src]) {
    if (stated === undefined || !/company-logo|\/logo/i.test(stated)) continue;
    const url = URL.parse(stated.trim(), page.url);
    if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  }
  return null;
}

/** "Denver, CO (Remote)" states two things. */
export function place(parsed: RawPosting["parsed"], stated: string | null): void {
  if (stated === null || parsed.location !== null) return;
  const both = /^(.{0,300}?)\s?\((Remote|Hybrid|On-site)\)$/i.exec(stated);
  parsed.location = said(both?.[1] ?? (both === null ? stated : undefined));
  parsed.workplace_type ??= both?.[2] ?? null;
}

/** The view of one posting, or undefined where the page is none. */
function viewIn(found: readonly Found[], text: string, page: Captured): RawPosting | undefined {
  const end = found.findIndex(({ kind }) => kind === "card" || kind === "other postings");
  const own = end < 0 ? found : found.slice(0, end);
  const first = (kind: Kind) => own.find((one) => one.kind === kind)?.element;
  const title = said(first("title")?.text);
  if (title === null) return undefined;
  const about = own.filter(({ kind }) => kind === "about").map(({ element }) => element.attributes);
  const addresses = about.flatMap(({ href, content }) => href ?? content ?? []);
  const id =
    postingId(/<code id="decoratedJobPostingId"[^>]{0,60}><!--"?(\d{5,20})/.exec(text)?.[1]) ??
    [page.url, ...about.flatMap((one) => one["data-semaphore-content-urn"] ?? []), ...addresses]
      .map(postingId)
      .find((one) => one !== null);
  if (id === null || id === undefined) return undefined;

  const posting = bare(id);
  const { parsed } = posting;
  const address = addresses.find((one) => postingId(one) === id);
  posting.job_url = clean(address, page) ?? viewUrl(id);
  parsed.title = title;
  parsed.company = said(first("company")?.text) ?? said(first("company without a page")?.text);
  for (const { kind, element } of own) {
    // Numbers of applicants wear the place's class as well.
    if (kind === "place" && !/num-applicants/.test(element.attributes.class ?? ""))
      place(parsed, said(element.text));
    if (kind === "workplace") parsed.workplace_type ??= said(element.text);
    if (kind === "image") parsed.company_logo_url ??= logo(element.attributes, page);
  }
  parsed.salary = payIn(first("pay")?.text);
  parsed.applicant_count = own.flatMap((one) => applicants(one) ?? [])[0] ?? null;
  const posted = said(first("posted")?.text);
  if (posted !== null && /\breposted\b/i.test(posted)) {
    parsed.reposted = true;
    parsed.reposted_info = posted;
  }
  parsed.posted_time = isoDay(first("time")?.attributes.datetime) ?? posted;
  const described = own.filter(({ kind }) => kind === "description").map(({ element }) => element);
  // The inner of two: the outer one has the buttons as well.
  parsed.description_html = said(
    (
      described.find(({ attributes }) => /show-more-less-html__markup/.test(attributes.class ?? "")) ??
      described[0]
    )?.inner,
  );
  criteria(own, parsed);
  application(own, text, posting);
  fromJsonLd(own, page, parsed);
  return posting;
}

function applicants({ kind, element }: Found): string | null {
  const isCount = kind === "applicants" || /num-applicants/.test(element.attributes.class ?? "");
  return isCount && /\d/.test(element.text) ? said(element.text) : null;
}

const labels: readonly [RegExp, "seniority_level" | "employment_type" | "job_functions" | "industries"][] = [
  [/seniority/i, "seniority_level"],
  [/employment/i, "employment_type"],
  [/function/i, "job_functions"],
  [/industr/i, "industries"],
];
/** Functions are of a fixed list, none of which has a comma or an "and" inside; industries have both. */
const between = /, and |, | and /;

/** A list of labels and values. In another language than English its usual order tells which is which. */
function criteria(own: readonly Found[], parsed: RawPosting["parsed"]): void {
  const pairs: { label: string; values: string[] }[] = [];
  for (const { kind, element } of own) {
    if (kind === "criterion") pairs.push({ label: element.text, values: [] });
    else if (kind === "criterion value" && element.text !== "") pairs.at(-1)?.values.push(element.text);
  }
  const known = pairs.some(({ label }) => labels.some(([form]) => form.test(label)));
  for (const [index, { label, values }] of pairs.entries()) {
    const field = known
      ? labels.find(([form]) => form.test(label))?.[1]
      : pairs.length === labels.length
        ? labels[index]?.[1]
        : undefined;
    const [value] = values;
    if (field === undefined || value === undefined) continue;
    if (field === "job_functions") parsed.job_functions = values.flatMap((one) => one.split(between));
    else if (field === "industries") parsed.industries = values;
    else parsed[field] = value;
  }
}

function application(own: readonly Found[], text: string, posting: RawPosting): void {
  const { parsed } = posting;
  const control = /public_jobs_apply-link-(offsite|onsite|simple_onsite)/.exec(text)?.[1];
  if (control !== undefined) parsed.application_type = control === "simple_onsite" ? "onsite" : control;
  const hidden = /<code id="applyUrl"[^>]{0,60}><!--"?([^">\s]{1,4000})/
    .exec(text)?.[1]
    ?.replaceAll("&amp;", "&");
  const linked = own.find(({ kind, element }) => kind === "apply" && element.attributes.href !== undefined);
  for (const stated of [hidden, linked?.element.attributes.href]) {
    const url = URL.parse(stated ?? "");
    if (url === null || !/^https?:$/.test(url.protocol)) continue;
    // LinkedIn's own address passes on to the employer's.
    const onward = URL.parse(url.searchParams.get("url") ?? "");
    if (/externalApply/i.test(url.pathname) && onward !== null) parsed.apply_url = onward.href;
    else if (!/(?:^|\.)linkedin\.com$/.test(url.hostname)) parsed.apply_url = url.href;
    if (parsed.apply_url !== null) {
      parsed.application_type ??= "offsite";
      return;
    }
  }
  // Who applies begins on this page: the button asks to sign in.
  if (control !== undefined) parsed.apply_url = posting.job_url;
}

/** Some pages state more there: exact days, pay, remoteness. */
function fromJsonLd(own: readonly Found[], page: Captured, parsed: RawPosting["parsed"]): void {
  const scripts = own.filter(({ kind }) => kind === "json").map(({ element }) => element);
  const stated = jobPostingsOf(scripts, page.url)[0]?.parsed;
  if (stated === undefined) return;
  const exact = stated.posted_time;
  if (exact !== null && /^\d{4}-/.test(exact)) parsed.posted_time = exact;
  parsed.expire_time ??= stated.expire_time;
  parsed.salary ??= stated.salary;
  parsed.workplace_type ??= stated.workplace_type;
  parsed.company ??= stated.company;
  parsed.company_logo_url ??= stated.company_logo_url;
  parsed.location ??= stated.location;
  parsed.employment_type ??= stated.employment_type;
  parsed.description_html ??= stated.description_html;
  if (parsed.industries.length === 0) parsed.industries = stated.industries;
  if (parsed.skills.length === 0) parsed.skills = stated.skills;
}

export function guestPostings(text: string, page: Captured): Result<RawPosting[]> {
  const found = readElements(text);
  const closed = found.find(({ kind }) => kind === "closed");
  if (closed !== undefined)
    return { result: "gone", reason: said(closed.element.text) ?? "the posting takes no more applications" };
  const view = viewIn(found, text, page);
  if (view !== undefined) {
    if (view.parsed.description_html === null)
      return { result: "partial", value: [view], reason: "the posting has no description" };
    return { result: "found", value: [view] };
  }
  const { cards, unread } = cardsIn(found, page);
  if (cards.length > 0) {
    const reason = "cards of a search hold no descriptions";
    return {
      result: "partial",
      value: cards.map(({ posting }) => posting),
      reason: unread === 0 ? reason : `${reason}, and ${unread} could not be read`,
    };
  }
  if (unread > 0) return { result: "changed", reason: `${unread} cards name no posting` };
  if (isBlank(text)) return { result: "empty", reason: "the answer holds no cards" };
  return wallOr(text, page.url, "the page holds neither a posting nor cards of a search");
}

/** What the guest API says when there are no more: a document type and comments. */
export function isBlank(text: string): boolean {
  return (
    text.length < 2_000 &&
    text.replace(/<!DOCTYPE[^>]{0,100}>|<!--[^>]{0,200}-->|<\/?(?:html|head|body|ul)>/gi, "").trim() === ""
  );
}
