// Owns reading LinkedIn's pages as somebody sees them who is logged in, after their scripts have run: the results of
// a search, and one posting. What a page does not say stays null.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import { type Element, elements } from "../../read/markup.ts";
import { payIn } from "../../read/pay.ts";
import type { Captured, RawPosting, Result } from "../../source.ts";
import { kindsOfClasses } from "./classes.ts";
import { place } from "./guest-pages.ts";
import { postingId, viewUrl } from "./search.ts";
import { wallOr } from "./walls.ts";

type Kind =
  | "card"
  | "card title"
  | "card company"
  | "card place"
  | "card pay"
  | "card footer"
  | "no results"
  | "result count"
  | "title"
  | "company"
  | "facts"
  | "pills"
  | "description"
  | "skills"
  | "apply"
  | "closed"
  | "image"
  | "time"
  | "about";

const byClass: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["job-card-list__title", "card title"],
  ["job-card-list__title--link", "card title"],
  ["job-card-container__link", "card title"],
  ["artdeco-entity-lockup__subtitle", "card company"],
  ["job-card-container__primary-description", "card company"],
  ["job-card-container__company-name", "card company"],
  ["artdeco-entity-lockup__caption", "card place"],
  ["job-card-container__metadata-item", "card place"],
  ["artdeco-entity-lockup__metadata", "card pay"],
  ["job-card-container__footer-item", "card footer"],
  ["job-card-container__footer-job-state", "card footer"],
  ["job-card-container__apply-method", "card footer"],
  ["jobs-search-no-results-banner", "no results"],
  ["jobs-search-results-list__subtitle", "result count"],
  ["job-details-jobs-unified-top-card__job-title", "title"],
  ["jobs-unified-top-card__job-title", "title"],
  ["job-details-jobs-unified-top-card__company-name", "company"],
  ["jobs-unified-top-card__company-name", "company"],
  ["job-details-jobs-unified-top-card__tertiary-description-container", "facts"],
  ["job-details-jobs-unified-top-card__primary-description-container", "facts"],
  ["job-details-jobs-unified-top-card__primary-description", "facts"],
  ["jobs-unified-top-card__primary-description", "facts"],
  ["job-details-fit-level-preferences", "pills"],
  ["job-details-preferences-and-skills", "pills"],
  ["job-details-jobs-unified-top-card__job-insight", "pills"],
  ["jobs-unified-top-card__job-insight", "pills"],
  ["jobs-description__content", "description"],
  ["jobs-description-content__text", "description"],
  ["jobs-box__html-content", "description"],
  ["job-details-how-you-match__skills-item-subtitle", "skills"],
  ["jobs-apply-button", "apply"],
  ["jobs-details-top-card__apply-error", "closed"],
  ["artdeco-inline-feedback--error", "closed"],
]);

function kindOf(
  name: string,
  attributes: Record<string, string>,
  kindOfClass: (classes: string) => Kind | undefined,
): Kind | undefined {
  if (attributes["data-occludable-job-id"] !== undefined) return "card";
  if (attributes["data-job-id"] !== undefined && /job-card|card/.test(attributes.class ?? "")) return "card";
  const byItsClass = attributes.class === undefined ? undefined : kindOfClass(attributes.class);
  if (byItsClass !== undefined) return byItsClass;
  if (attributes.id === "job-details") return "description";
  if (name === "img") return "image";
  if (name === "time") return "time";
  return name === "link" && attributes.rel === "canonical" ? "about" : undefined;
}

/** Whether the page is one that only those see who are logged in. */
export function isMemberPage(text: string): boolean {
  return (
    text.includes("jobs-unified-top-card") ||
    text.includes("data-occludable-job-id") ||
    text.includes("job-card-container") ||
    text.includes("jobs-search-no-results-banner")
  );
}

interface Found {
  kind: Kind;
  element: Element;
}

function readElements(text: string): Found[] {
  const kindOfClass = kindsOfClasses(byClass);
  const kinds: Kind[] = [];
  const found = elements(text, (name, attributes) => {
    const kind = kindOf(name, attributes, kindOfClass);
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

function logo({ attributes }: Element, page: Captured): string | null {
  const stated = attributes.src ?? attributes["data-delayed-url"] ?? "";
  const url = /company-logo|\/logo/i.test(stated) ? URL.parse(stated, page.url) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}

/** A title stands there twice, for eyes and for readers of the screen. */
function titleOf({ attributes, text, inner }: Element): string | null {
  const once = /<strong[^>]{0,200}>(?:\s|<!---->)*([^<>&]{1,300})<\/strong>/.exec(inner.slice(0, 4_000))?.[1];
  const half = text.slice(0, text.length / 2).trim();
  const twice = half !== "" && text === `${half} ${half}` ? half : text;
  return said(once) ?? said(attributes["aria-label"]?.replace(/ with verification$/, "")) ?? said(twice);
}

export interface MemberCards {
  cards: { id: string; listedOn: string | null; posting: RawPosting }[];
  /** undefined where the page does not say. */
  total: number | undefined;
  /** The page says that there are none. */
  none: boolean;
}

export function memberCards(text: string, page: Captured): MemberCards {
  return cardsOf(readElements(text), page);
}

function cardsOf(found: readonly Found[], page: Captured): MemberCards {
  const cards = new Map<string, MemberCards["cards"][number]>();
  let current: MemberCards["cards"][number] | undefined;
  let total: number | undefined;
  for (const { kind, element } of found) {
    if (kind === "card") {
      const { attributes } = element;
      const id = postingId(attributes["data-occludable-job-id"] ?? attributes["data-job-id"]);
      if (id === null) continue;
      // The item of the list and the card within have the same id.
      current = cards.get(id) ?? {
        id,
        listedOn: null,
        posting: { source_id: id, job_url: viewUrl(id), parsed: nothingStated() },
      };
      cards.set(id, current);
      continue;
    }
    if (kind === "result count") {
      const stated = /([\d.,]{1,12}\+?)\s{0,3}results?/i.exec(element.text)?.[1];
      // "1,000+" is one more at least.
      if (stated !== undefined) total = Number(stated.replace(/\D/g, "")) + (stated.endsWith("+") ? 1 : 0);
    }
    if (current === undefined) continue;
    const { parsed } = current.posting;
    switch (kind) {
      case "card title":
        parsed.title ??= titleOf(element);
        break;
      case "card company":
        parsed.company ??= said(element.text);
        break;
      case "card place":
        // Further lines of the same class state pay.
        if (parsed.location !== null) parsed.salary ??= payIn(element.text);
        else place(parsed, said(element.text));
        break;
      case "card pay":
        parsed.salary ??= payIn(element.text);
        break;
      case "card footer":
        if (/easy apply/i.test(element.text)) parsed.application_type ??= said(element.text);
        if (/\d.{0,20}applicant/i.test(element.text)) parsed.applicant_count ??= said(element.text);
        break;
      case "image":
        parsed.company_logo_url ??= logo(element, page);
        break;
      case "time":
        if (/^\d{4}-\d{2}-\d{2}/.test(element.attributes.datetime ?? "")) {
          current.listedOn ??= element.attributes.datetime ?? null;
        }
        parsed.posted_time ??= current.listedOn ?? said(element.text);
        break;
      default:
        break;
    }
  }
  return { cards: [...cards.values()], total, none: found.some(({ kind }) => kind === "no results") };
}

const workplaces = /\b(Remote|Hybrid|On-site)\b/i;
const employments = /\b(Full-time|Part-time|Contract|Temporary|Internship|Volunteer)\b/i;
const levels = /\b(Entry level|Associate|Mid-Senior level|Director|Executive)\b/i;

function viewOf(found: readonly Found[], page: Captured): RawPosting | undefined {
  // What stands in the list beside it belongs to other postings.
  const start = found.findIndex(({ kind }) => kind === "title");
  if (start < 0) return undefined;
  const before = found.slice(0, start).findLastIndex(({ kind }) => kind === "card");
  const rest = found.slice(before + 1);
  const end = rest.findIndex(({ kind }) => kind === "card");
  const own = end < 0 ? rest : rest.slice(0, end);
  const first = (kind: Kind) => own.find((one) => one.kind === kind)?.element;
  const title = said(first("title")?.text);
  const id =
    postingId(page.url) ??
    postingId(/\/jobs\/view\/\d{5,20}/.exec(first("title")?.inner ?? "")?.[0]) ??
    postingId(first("about")?.attributes.href) ??
    postingId(first("apply")?.attributes["data-job-id"]);
  if (title === null || id === null) return undefined;
  const parsed = nothingStated();
  parsed.title = title;
  parsed.company = said(first("company")?.text);
  facts(first("facts")?.text ?? "", parsed);
  for (const { kind, element } of own) {
    if (kind === "image") parsed.company_logo_url ??= logo(element, page);
    if (kind !== "pills") continue;
    // Nothing but markup stands between one pill and the next.
    const pills = element.inner.replace(/<[^<>]{0,2000}>/g, "\n");
    parsed.workplace_type ??= workplaces.exec(pills)?.[1] ?? null;
    parsed.employment_type ??= employments.exec(pills)?.[1] ?? null;
    parsed.seniority_level ??= levels.exec(pills)?.[1] ?? null;
    for (const pill of pills.split(/\n+/)) parsed.salary ??= payIn(pill);
  }
  const described = own.filter(({ kind }) => kind === "description").map(({ element }) => element);
  parsed.description_html = said(
    withoutHeading(
      (described.find(({ attributes }) => attributes.id === "job-details") ?? described.at(-1))?.inner ?? "",
    ),
  );
  parsed.skills = own
    .filter(({ kind }) => kind === "skills")
    .flatMap(({ element }) => element.text.split(/\s?·\s?|, and |, | and /))
    .flatMap((one) => said(one) ?? []);
  const apply = first("apply");
  if (apply !== undefined) {
    parsed.application_type = /easy apply/i.test(`${apply.attributes["aria-label"] ?? ""} ${apply.text}`)
      ? "Easy Apply"
      : said(apply.text);
    parsed.apply_url = viewUrl(id);
  }
  return { source_id: id, job_url: viewUrl(id), parsed };
}

/** "Denver, CO · Reposted 2 days ago · Over 100 applicants". */
function facts(line: string, parsed: RawPosting["parsed"]): void {
  for (const part of line.split("·").map((one) => one.trim())) {
    if (/\bago\b|\byesterday\b|just now/i.test(part)) {
      parsed.posted_time ??= part;
      if (/reposted/i.test(part)) {
        parsed.reposted = true;
        parsed.reposted_info = part;
      }
    } else if (/applicant|people clicked/i.test(part)) {
      // What follows without a dot is another line.
      parsed.applicant_count ??=
        /(?:over )?[\d.,]{1,12}\+? (?:applicants?|people clicked apply)/i.exec(part)?.[0] ?? null;
    } else if (part !== "") {
      place(parsed, part);
    }
  }
}

function withoutHeading(html: string): string {
  const end = html.indexOf("</h2>");
  return end >= 0 && end < 500 ? html.slice(end + "</h2>".length) : html;
}

export function memberPostings(text: string, page: Captured): Result<RawPosting[]> {
  const found = readElements(text);
  const closed = found.find(
    ({ kind, element }) => kind === "closed" && /no longer accepting/i.test(element.text),
  );
  const view = viewOf(found, page);
  if (view !== undefined && closed !== undefined)
    return { result: "gone", reason: "No longer accepting applications" };
  if (view !== undefined) {
    if (view.parsed.description_html === null)
      return { result: "partial", value: [view], reason: "the posting has no description" };
    return { result: "found", value: [view] };
  }
  const { cards, none } = cardsOf(found, page);
  if (cards.length > 0) {
    return {
      result: "partial",
      value: cards.map(({ posting }) => posting),
      reason: "cards of a search hold no descriptions",
    };
  }
  if (none) return { result: "empty", reason: "the search finds no postings" };
  return wallOr(text, page.url, "the page holds neither a posting nor cards of a search");
}
