// Owns the source `indeed`: searches and postings of Indeed, from the state that its pages carry for their own
// scripts, and from JSON-LD and the page itself where that says more.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import type { StatedSalary } from "@skillstream/schemas/types.ts";
import { decodePage } from "../read/decode.ts";
import { objectAfter } from "../read/embedded-json.ts";
import { isJsonLd, jobPostingsOf } from "../read/json-ld.ts";
import { elements } from "../read/markup.ts";
import { payIn } from "../read/pay.ts";
import {
  type Captured,
  type List,
  type RawPosting,
  type Result,
  type Search,
  type Source,
  unreadable,
  usual,
} from "../source.ts";

const indeedUrl = "https://www.indeed.com";
/** Of one search; pages beyond show the last one again. */
const resultsMax = 1_000;
/** What one page moves on by; sponsored cards come on top. */
const pageStep = 10;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Attributes of a search. A posting may state several types or none, so lists by them overlap, and what states
 * nothing is in the undivided list alone.
 */
const facets: readonly (readonly string[])[] = [
  // Full-time, part-time, contract, temporary, internship.
  ["attr(CF3CP)", "attr(75GKK)", "attr(NJXCK)", "attr(4HKF7)", "attr(VDTG7)"],
  ["explvl(ENTRY_LEVEL)", "explvl(MID_LEVEL)", "explvl(SENIOR_LEVEL)"],
  // Remote, hybrid. There is no word for neither.
  ["attr(DSQF7)", "attr(PAXZC)"],
];
const remote = "attr(DSQF7)";
/** The site's own links send it and it only shows what is much alike too; here it marks a list not to be split. */
const undivided = "filter";

/** `site` stands for Indeed elsewhere, for tests and for its sites in other countries. */
export function indeedSource(site: string = indeedUrl): Source {
  return {
    ...usual,
    name: "indeed",
    site: "indeed",
    doc: "Indeed's searches and postings, without a login",
    terms:
      "Indeed's terms forbid automated access without its consent, and its robots.txt closes searches and postings to crawlers that it does not name: ask for that consent, or expect blocks and claims",
    lists: "words",
    searches: true,
    resultsMax,
    plan(argument, search) {
      if (argument !== undefined) throw new Error(`indeed takes no argument, and was given "${argument}"`);
      return [{ url: searchUrl(site, search) }];
    },
    list: (page) => list(page, site),
    parse,
    split: ({ url }) => narrower(url).map((one) => ({ url: one })),
  };
}

function searchUrl(site: string, { keyword, location, remote: onlyRemote, withinMs }: Search): string {
  const url = new URL("/jobs", site);
  url.searchParams.set("q", keyword ?? "");
  url.searchParams.set("l", location ?? (onlyRemote === true ? "Remote" : ""));
  if (onlyRemote === true) url.searchParams.set("sc", `0kf:${remote};`);
  if (withinMs !== undefined)
    url.searchParams.set("fromage", String(Math.max(1, Math.ceil(withinMs / dayMs))));
  url.searchParams.set("sort", "date");
  url.searchParams.set("start", "0");
  return url.href;
}

function narrower(address: string): string[] {
  const chosen = /^0kf:(.{0,200}?);?$/.exec(new URL(address).searchParams.get("sc") ?? "")?.[1] ?? "";
  const facet = new URL(address).searchParams.has(undivided)
    ? undefined
    : facets.find((values) => !values.some((value) => chosen.includes(value)));
  if (facet === undefined) return [];
  const like = (parameter: string, value: string) => {
    const url = new URL(address);
    url.searchParams.set(parameter, value);
    url.searchParams.set("start", "0");
    return url.href;
  };
  return [...facet.map((value) => like("sc", `0kf:${chosen}${value};`)), like(undivided, "0")];
}

type Node = { [key: string]: unknown };

const node = (value: unknown): Node | undefined =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Node) : undefined;
const nodes = (value: unknown): Node[] =>
  Array.isArray(value) ? (value.filter((one) => node(one) !== undefined) as Node[]) : [];
/** What lies at the end of a path of names, wherever it breaks off. */
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inner, name) => node(inner)?.[name], value);
const said = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : null;
const amount = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;
const words = (value: unknown): string[] =>
  Array.isArray(value) ? value.flatMap((one) => said(one) ?? []) : [];
const labels = (value: unknown): string[] => nodes(value).flatMap((one) => said(one.label) ?? []);
const web = (value: unknown, base: string): string | null => {
  const url = typeof value === "string" && value.trim() !== "" ? URL.parse(value.trim(), base) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
};
const iso = (epoch: unknown): string | null => {
  const ms = amount(epoch);
  const time = ms === null || ms <= 0 ? null : new Date(ms);
  return time === null || Number.isNaN(time.getTime()) ? null : time.toISOString();
};
const keyForm = /^[0-9a-z]{8,32}$/i;

const cardsBefore = /providerData\[["']mosaic-provider-jobcards["']\]\s{0,10}=\s{0,10}/;
const stateBefore = /window\._initialData\s{0,10}=\s{0,10}/;

/** Cards of a search; undefined where the page carries none. */
function cardsIn(text: string): { results: Node[]; total: number | undefined } | undefined {
  const model = at(objectAfter(text, cardsBefore), "metaData", "mosaicProviderJobCardsModel");
  const results = at(model, "results");
  if (!Array.isArray(results)) return undefined;
  const counts = nodes(at(model, "tierSummaries")).flatMap(({ jobCount }) => amount(jobCount) ?? []);
  const total = counts.length > 0 ? counts.reduce((sum, one) => sum + one, 0) : totalOnPage(text);
  return { results: nodes(results), total };
}

/** "1,000+ jobs" are one more at least. */
function totalOnPage(text: string): number | undefined {
  const stated =
    /JobCountAndSortPane-jobCount[^>]{0,200}>(?:<span[^>]{0,100}>)?\s{0,20}([\d.,]{1,12}\+?) /.exec(
      text,
    )?.[1];
  if (stated === undefined) return undefined;
  return Number(stated.replace(/\D/g, "")) + (stated.endsWith("+") ? 1 : 0);
}

function list(page: Captured, site: string): Result<List> {
  const text = decodePage(page.body, page.mediaType);
  const cards = cardsIn(text);
  if (cards === undefined) {
    if (/did not match any jobs|jobsearch-NoResult/.test(text))
      return { result: "empty", reason: "the search finds no postings" };
    return wallOr(text, page.url, "the page carries no cards of postings");
  }
  const { results, total } = cards;
  const url = URL.parse(page.url) ?? new URL("/jobs", site);
  const start = Math.max(0, Number(url.searchParams.get("start") ?? 0) || 0);
  if (results.length === 0)
    return { result: "empty", reason: start === 0 ? "the search finds no postings" : "the list ends here" };
  const open = results.filter(({ expired }) => expired !== true);
  const items = open.flatMap((card) => {
    const key = said(card.jobkey);
    if (key === null || !keyForm.test(key)) return [];
    return [
      {
        source_id: key,
        url: new URL(`/viewjob?jk=${key}`, site).href,
        // The day on which it was published, which moves when it is published again.
        stamp: amount(card.pubDate) === null ? null : String(card.pubDate),
        postedAt: amount(card.createDate) ?? undefined,
      },
    ];
  });
  const unread = open.length - items.length;
  if (items.length === 0 && unread > 0)
    return { result: "changed", reason: `${unread} cards have no key that we know` };
  const next = start + pageStep;
  url.searchParams.set("start", String(next));
  const value: List = {
    items,
    next: goesOn(text, results.length, next, total) ? { url: url.href } : null,
    total,
  };
  if (unread > 0)
    return { result: "partial", value, reason: `${unread} cards have no key that we know`, missing: unread };
  return { result: "found", value };
}

function goesOn(text: string, shown: number, next: number, total: number | undefined): boolean {
  if (next >= resultsMax) return false;
  if (text.includes("pagination-page-")) return text.includes("pagination-page-next");
  return total === undefined ? shown >= pageStep : next < total;
}

function readCard(card: Node, page: Captured): RawPosting | undefined {
  const key = said(card.jobkey);
  if (key === null || !keyForm.test(key)) return undefined;
  const parsed = nothingStated();
  parsed.title = said(card.displayTitle) ?? said(card.title);
  parsed.company = said(card.company);
  parsed.company_logo_url = web(at(card, "companyBrandingAttributes", "logoUrl"), page.url);
  parsed.location = said(card.formattedLocation);
  const types = words(card.jobTypes);
  parsed.employment_type = (types.length > 0 ? types : attributes(card, "job-types")).join(", ") || null;
  parsed.workplace_type = remoteness(card) ?? attributes(card, "remote")[0] ?? null;
  parsed.description_html = said(card.snippet);
  parsed.salary = cardPay(card);
  parsed.posted_time = iso(card.pubDate) ?? iso(card.createDate) ?? said(card.formattedRelativeTime);
  const elsewhere = web(card.thirdPartyApplyUrl, page.url);
  const here = card.indeedApplyEnabled === true || card.indeedApplyable === true;
  parsed.apply_url = elsewhere ?? (here ? viewOf(key, page) : null);
  parsed.application_type = here ? "direct" : elsewhere === null ? null : "external";
  return { source_id: key, job_url: viewOf(key, page), parsed };
}

type Shown = "key" | "title" | "company" | "place" | "pay" | "snippet";
const shownForms: readonly [Shown, RegExp][] = [
  ["company", /(?:^|\s)(?:companyName|company-name)(?:\s|$)/],
  ["place", /(?:^|\s)(?:companyLocation|text-location)(?:\s|$)/],
  ["pay", /(?:^|\s)(?:salary-snippet(?:-container)?|attribute_snippet_testid)(?:\s|$)/],
  ["snippet", /(?:^|\s)(?:job-snippet|belowJobSnippet)(?:\s|$)/],
  ["title", /(?:^|\s)jcs-JobTitle(?:\s|$)/],
];

/** What a page shows of its cards, where it was saved without the state of its scripts. */
function shownCards(text: string, page: Captured): RawPosting[] {
  if (!text.includes("data-jk=")) return [];
  const kinds: Shown[] = [];
  const found = elements(text, (_name, { "data-jk": key, class: classes = "", "data-testid": test = "" }) => {
    const form = shownForms.find(([, words]) => words.test(classes) || words.test(test))?.[0];
    const kind = form ?? (key === undefined ? undefined : "key");
    if (kind !== undefined) kinds.push(kind);
    return kind !== undefined;
  });
  const cards = new Map<string, RawPosting>();
  let card: RawPosting | undefined;
  for (const [index, { attributes, text: shown, inner }] of found.entries()) {
    const key = attributes["data-jk"];
    if (key !== undefined) {
      card = keyForm.test(key)
        ? { source_id: key, job_url: viewOf(key, page), parsed: nothingStated() }
        : undefined;
      // A card and the link in it both name the posting.
      if (card !== undefined) card = cards.get(key) ?? card;
      if (card !== undefined) cards.set(card.source_id, card);
    }
    if (card === undefined) continue;
    const { parsed } = card;
    const kind = kinds[index];
    if (kind === "title") parsed.title ??= said(shown);
    else if (kind === "company") parsed.company ??= said(shown);
    else if (kind === "place") parsed.location ??= said(shown);
    else if (kind === "pay") parsed.salary ??= payIn(shown);
    else if (kind === "snippet") parsed.description_html ??= said(inner);
  }
  return [...cards.values()].filter(({ parsed }) => parsed.title !== null);
}

/** A file's own address is no site's. */
function viewOf(key: string, page: Captured): string {
  const url = URL.parse(page.url);
  const site = url !== null && /^https?:$/.test(url.protocol) ? url.origin : indeedUrl;
  return `${site}/viewjob?jk=${key}`;
}

const attributes = (card: Node, label: string): string[] =>
  labels(nodes(card.taxonomyAttributes).find((one) => one.label === label)?.attributes);

function remoteness(from: unknown): string | null {
  return said(at(from, "remoteWorkModel", "text")) ?? (at(from, "remoteLocation") === true ? "Remote" : null);
}

/** An estimate of Indeed's is not what the posting states. */
function cardPay(card: Node): StatedSalary | null {
  const line = payIn(said(at(card, "salarySnippet", "text")));
  const read = node(card.extractedSalary);
  const min = amount(read?.min);
  const max = amount(read?.max);
  if (min === null && max === null) return line;
  return {
    min,
    max,
    currency: said(at(card, "salarySnippet", "currency")) ?? line?.currency ?? null,
    period: said(read?.type) ?? line?.period ?? null,
  };
}

function wanted(name: string, attributes: Record<string, string>): boolean {
  const { id, class: classes, "data-testid": test } = attributes;
  return (
    id === "jobDescriptionText" ||
    id === "salaryInfoAndJobType" ||
    (test !== undefined && /inlineHeader-company|JobInfoHeader-title|vj-job-title/.test(test)) ||
    (classes !== undefined && /jobsearch-JobInfoHeader-title(?:\s|$)/.test(classes)) ||
    (name === "link" && attributes.rel === "canonical") ||
    isJsonLd(name, attributes)
  );
}

/** The posting of a page, of the state that it carries, or of the API that its scripts ask. */
function readView(text: string, page: Captured): RawPosting | "expired" | undefined {
  const json = /^\s{0,100}\{/.test(text) ? jsonOf(text) : objectAfter(text, stateBefore);
  const state = at(json, "body") ?? json;
  const model = at(state, "jobInfoWrapperModel", "jobInfoModel");
  const header = at(model, "jobInfoHeaderModel");
  const found = json !== undefined && text.trimStart().startsWith("{") ? [] : elements(text, wanted);
  const one = (form: RegExp) =>
    found.find(({ attributes: { id, class: classes, "data-testid": test } }) =>
      form.test(`${id ?? ""} ${classes ?? ""} ${test ?? ""}`),
    );
  const stated = jobPostingsOf(found, page.url)[0];
  const job = nodes(at(state, "hostQueryExecutionResult", "data", "jobData", "results"))
    .map((result) => node(result.job))
    .find((one) => one !== undefined);
  const title =
    said(at(header, "jobTitle")) ??
    said(at(job, "title")) ??
    said(at(state, "jobTitle")) ??
    stated?.parsed.title ??
    said(one(/-title|job-title/)?.text);
  const key = [
    at(state, "jobKey"),
    at(job, "key"),
    keyIn(page.url),
    keyIn(found.find(({ name }) => name === "link")?.attributes.href),
    keyIn(stated?.url),
    stated?.identifier,
  ].find((value) => typeof value === "string" && keyForm.test(value)) as string | undefined;
  if (
    node(at(model, "expiredJobMetadataModel")) !== undefined ||
    at(model, "jobDescriptionSectionModel", "jobDetailsSection", "isJobExpired") === true ||
    at(job, "expired") === true ||
    /This job has expired on Indeed/i.test(text)
  )
    return "expired";
  if (title === null || key === undefined) return undefined;

  const parsed = stated?.parsed ?? nothingStated();
  const details = at(model, "jobDescriptionSectionModel", "jobDetailsSection");
  parsed.title = title;
  parsed.company =
    said(at(header, "companyName")) ?? parsed.company ?? said(one(/inlineHeader-companyName/)?.text);
  parsed.company_logo_url =
    web(at(header, "companyImagesModel", "logoUrl"), page.url) ?? parsed.company_logo_url;
  parsed.location =
    said(at(header, "formattedLocation")) ??
    parsed.location ??
    said(one(/inlineHeader-companyLocation/)?.text);
  parsed.employment_type =
    (said(at(model, "jobMetadataHeaderModel", "jobType")) ?? labels(at(details, "jobTypes")).join(", ")) ||
    parsed.employment_type;
  parsed.workplace_type = remoteness(header) ?? parsed.workplace_type;
  const described = at(model, "sanitizedJobDescription");
  parsed.description_html =
    said(described) ??
    said(at(described, "content")) ??
    parsed.description_html ??
    said(one(/^jobDescriptionText/)?.inner);
  parsed.salary = viewPay(state, header) ?? parsed.salary ?? payIn(one(/^salaryInfoAndJobType/)?.text);
  if (job !== undefined) fromJob(job, page, parsed);
  parsed.posted_time ??= said(at(state, "hiringInsightsModel", "age"));
  parsed.applicant_count = count(at(state, "hiringInsightsModel", "numOfCandidates"));
  application(state, key, page, parsed);
  return { source_id: key, job_url: viewOf(key, page), parsed };
}

/** What newer pages state once more, in the form of the site's own query language. */
function fromJob(job: Node, page: Captured, parsed: RawPosting["parsed"]): void {
  parsed.company ??= said(at(job, "employer", "name")) ?? said(job.sourceEmployerName);
  parsed.company_logo_url ??= web(at(job, "employer", "dossier", "images", "squareLogoUrl"), page.url);
  parsed.location ??= said(at(job, "location", "formatted", "long"));
  parsed.description_html ??= said(at(job, "description", "html"));
  parsed.posted_time ??= iso(job.datePublished) ?? iso(job.dateOnIndeed);
  const stated = labels(job.attributes);
  parsed.employment_type ??= stated.filter((label) => types.has(label)).join(", ") || null;
  parsed.workplace_type ??= stated.find((label) => /^(?:Remote|Hybrid work)$/i.test(label)) ?? null;
  const pay = at(job, "compensation", "baseSalary");
  const min = amount(at(pay, "range", "min"));
  const max = amount(at(pay, "range", "max"));
  if (parsed.salary === null && (min !== null || max !== null)) {
    const currency = said(at(job, "compensation", "currencyCode"));
    parsed.salary = { min, max, currency, period: said(at(pay, "unitOfWork")) };
  }
}

const types = new Set(["Full-time", "Part-time", "Contract", "Temporary", "Internship", "Permanent"]);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const keyIn = (address: string | null | undefined): string | undefined =>
  /[?&](?:jk|vjk)=([0-9a-z]{8,32})(?:[&#]|$)/i.exec(address ?? "")?.[1];
const count = (value: unknown): string | null =>
  said(value) ?? (amount(value) === null ? null : String(value));

function viewPay(state: unknown, header: unknown): StatedSalary | null {
  for (const from of [at(state, "salaryInfoModel"), header]) {
    const min = amount(at(from, "salaryMin"));
    const max = amount(at(from, "salaryMax"));
    if (min !== null || max !== null) {
      return { min, max, currency: said(at(from, "salaryCurrency")), period: said(at(from, "salaryType")) };
    }
    const line = payIn(said(at(from, "salaryText")));
    if (line !== null) return line;
  }
  return null;
}

function application(state: unknown, key: string, page: Captured, parsed: RawPosting["parsed"]): void {
  const here = node(at(state, "indeedApplyButtonContainer")) !== undefined;
  const elsewhere =
    web(at(state, "applyButtonLinkModel", "href"), page.url) ??
    web(at(state, "viewJobButtonLinkContainerModel", "viewJobButtonLinkModel", "href"), page.url);
  if (elsewhere !== null) {
    parsed.apply_url = elsewhere;
    parsed.application_type = "external";
  } else if (here || parsed.application_type === "direct") {
    parsed.apply_url = viewOf(key, page);
    parsed.application_type = "direct";
  }
}

function parse(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  const cards = cardsIn(text);
  if (cards !== undefined) {
    if (cards.results.length === 0) return { result: "empty", reason: "the search finds no postings" };
    const value = cards.results.flatMap((card) => readCard(card, page) ?? []);
    if (value.length === 0)
      return { result: "changed", reason: `${cards.results.length} cards have no key that we know` };
    const unread = cards.results.length - value.length;
    const reason = "cards of a search hold no more than the beginning of a description";
    return {
      result: "partial",
      value,
      reason: unread === 0 ? reason : `${reason}, and ${unread} have no key`,
    };
  }
  const view = readView(text, page);
  if (view === "expired") return { result: "gone", reason: "this job has expired" };
  if (view !== undefined) {
    if (view.parsed.description_html === null)
      return { result: "partial", value: [view], reason: "the posting has no description" };
    return { result: "found", value: [view] };
  }
  const shown = shownCards(text, page);
  if (shown.length > 0)
    return { result: "partial", value: shown, reason: "the page shows cards without their state" };
  if (/did not match any jobs|jobsearch-NoResult/.test(text))
    return { result: "empty", reason: "the search finds no postings" };
  return wallOr(text, page.url, "the page carries neither a posting nor cards of a search");
}

/** A wall is small, or says in its head what it is. */
const smallPageChars = 4_000;
/** A script that watches, and asks nobody. */
const everyPageHas = "/cdn-cgi/challenge-platform/scripts/jsd/";

function wallOr(text: string, address: string, reason: string): ReturnType<typeof unreadable> {
  const url = URL.parse(address);
  const title = /<title[^>]{0,100}>([^<]{0,300})/i.exec(text.slice(0, 20_000))?.[1] ?? "";
  if (
    /just a moment|security check|verification required|captcha/i.test(title) ||
    text.includes("_cf_chl_opt")
  )
    return { result: "blocked", cause: "captcha", reason: "Indeed asks for a security check" };
  if (
    /^secure\./.test(url?.hostname ?? "") ||
    /^\/(?:auth|account\/login)\b/.test(url?.pathname ?? "") ||
    /^\s*sign in/i.test(title)
  )
    return { result: "blocked", cause: "login", reason: "Indeed shows its login instead of the page" };
  return text.length <= smallPageChars
    ? unreadable(text.replaceAll(everyPageHas, ""), reason)
    : { result: "changed", reason };
}
