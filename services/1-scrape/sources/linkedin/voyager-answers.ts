// Owns reading the answers of Voyager, the API behind LinkedIn's own pages: normalized JSON, in which `data` names
// entities that stand in `included`. The form is not published and changes; what is not there stays null.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import type { StatedSalary } from "@skillstream/schemas/types.ts";
import { payIn } from "../../read/pay.ts";
import type { RawPosting, Result } from "../../source.ts";
import { place } from "./guest-pages.ts";
import { postingId, viewUrl } from "./search.ts";

type Node = { [key: string]: unknown };

/** An answer names hundreds of entities; one that names more is cut. */
const entitiesMax = 20_000;
/** Entities nest a few levels. */
const depthMax = 8;
/** Of one entity, so that one that names itself, or everything, costs no more than a moment. */
const visitsMax = 2_000;

export interface Answer {
  data: Node;
  included: Node[];
  byUrn: Map<string, Node>;
}

const node = (value: unknown): Node | undefined =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Node) : undefined;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const nodes = (value: unknown): Node[] => list(value).filter((one) => node(one) !== undefined) as Node[];
const text = (value: unknown): string | null => {
  const plain = typeof value === "string" ? value : node(value)?.text;
  return typeof plain === "string" && plain.trim() !== "" ? plain.trim() : null;
};
const texts = (value: unknown): string[] => list(value).flatMap((one) => text(one) ?? []);
const amount = (value: unknown): number | null => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
};
const isType = (one: Node, name: string) => typeof one.$type === "string" && one.$type.endsWith(`.${name}`);
const web = (value: unknown): string | null => {
  const url = typeof value === "string" ? URL.parse(value.trim()) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
};

/** Times are milliseconds since 1970. */
export function isoOf(epoch: unknown): string | null {
  const ms = amount(epoch);
  const time = ms === null || ms <= 0 ? null : new Date(ms);
  return time === null || Number.isNaN(time.getTime()) ? null : time.toISOString();
}

export function readAnswer(json: string): Answer | undefined {
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch {
    return undefined;
  }
  const whole = node(read);
  if (whole === undefined) return undefined;
  const included = nodes(whole.included).slice(0, entitiesMax);
  const byUrn = new Map(
    included.flatMap((one): [string, Node][] =>
      typeof one.entityUrn === "string" ? [[one.entityUrn, one]] : [],
    ),
  );
  return { data: innermost(node(whole.data) ?? whole, byUrn), included, byUrn };
}

/** The newer API wraps what was asked for once more, under the name of the query; an entity is named there. */
function innermost(data: Node, byUrn: Answer["byUrn"]): Node {
  for (const [name, value] of Object.entries(node(data.data) ?? {})) {
    if (name.startsWith("$")) continue;
    const asked = typeof value === "string" ? byUrn.get(value) : node(value);
    if (asked !== undefined) return asked;
  }
  return data;
}

/** Depth first through what an entity holds and names, until `found` returns something. */
function search<T>(from: unknown, { byUrn }: Answer, found: (one: Node) => T | null): T | null {
  let visits = 0;
  function visit(value: unknown, depth: number): T | null {
    if (depth > depthMax || ++visits > visitsMax) return null;
    const named = typeof value === "string" && value.startsWith("urn:") ? byUrn.get(value) : value;
    if (named === null || typeof named !== "object") return null;
    if (!Array.isArray(named)) {
      const here = found(named as Node);
      if (here !== null) return here;
    }
    for (const inner of Object.values(named)) {
      const below = visit(inner, depth + 1);
      if (below !== null) return below;
    }
    return null;
  }
  return visit(from, 0);
}

/** A picture is stated as an address and the ends of it in several sizes, the largest last. */
function picture(one: Node): string | null {
  const { rootUrl, artifacts } = one;
  const end = node(list(artifacts).at(-1))?.fileIdentifyingUrlPathSegment;
  return typeof rootUrl === "string" && typeof end === "string" ? web(rootUrl + end) : null;
}

/** What is said instead of an answer. */
export function refusal(
  answer: Answer,
): Extract<Result<never>, { result: "blocked" | "gone" | "changed" }> | undefined {
  const status = amount(answer.data.status);
  if (status === null || status < 400) return undefined;
  const reason = `LinkedIn's API says ${status}${text(answer.data.message) === null ? "" : `: ${text(answer.data.message)}`}`;
  if (status === 401) return { result: "blocked", cause: "login", reason };
  if (status === 404 || status === 410) return { result: "gone", reason };
  if (status === 429) return { result: "blocked", cause: "too many requests", reason };
  if (status === 403) return { result: "blocked", cause: "forbidden", reason };
  return { result: "changed", reason };
}

export interface VoyagerCard {
  id: string;
  /** Milliseconds since 1970. */
  listedAt: number | undefined;
  posting: RawPosting;
}

/** undefined: the answer is no list of cards. */
export function voyagerCards(
  answer: Answer,
): { cards: VoyagerCard[]; named: number; total: number | undefined } | undefined {
  const { data, byUrn, included } = answer;
  const elements = data.elements ?? data["*elements"];
  if (!Array.isArray(elements)) return undefined;
  const named = elements.flatMap((one) => {
    const union = node(node(one)?.jobCardUnion) ?? node(node(one)?.jobCard);
    const holder = node(union?.jobPostingCardWrapper) ?? union;
    const card = typeof one === "string" ? one : (holder?.["*jobPostingCard"] ?? holder?.jobPostingCard);
    return card === undefined ? [] : [typeof card === "string" ? byUrn.get(card) : node(card)];
  });
  // Some decorations name none; then the cards are those that carry a title, and before there were cards, postings.
  const titled = (type: string, title: string) =>
    included.filter((one) => isType(one, type) && text(one[title]) !== null);
  const cardsThere = titled("JobPostingCard", "jobPostingTitle");
  const entities =
    named.length > 0 ? named : cardsThere.length > 0 ? cardsThere : titled("JobPosting", "title");
  const cards = new Map<string, VoyagerCard>();
  for (const entity of entities) {
    const card = entity === undefined ? undefined : readCard(entity, answer);
    if (card !== undefined && !cards.has(card.id)) cards.set(card.id, card);
  }
  const total = amount(node(data.paging)?.total);
  return { cards: [...cards.values()], named: elements.length, total: total ?? undefined };
}

function readCard(card: Node, answer: Answer): VoyagerCard | undefined {
  const id = [card.jobPostingUrn, card["*jobPosting"], card.preDashNormalizedJobPostingUrn, card.entityUrn]
    .map((urn) => postingId(typeof urn === "string" ? urn : null))
    .find((one) => one !== null);
  if (id === undefined || id === null) return undefined;
  const entity = answer.byUrn.get(`urn:li:fsd_jobPosting:${id}`) ?? node(card.jobPosting);
  const parsed = nothingStated();
  parsed.title = text(card.jobPostingTitle) ?? text(card.title) ?? text(entity?.title);
  parsed.company = text(card.primaryDescription);
  place(parsed, text(card.secondaryDescription) ?? text(card.formattedLocation) ?? text(card.location));
  parsed.salary = payIn(text(card.tertiaryDescription));
  parsed.company_logo_url = search(card.logo, answer, picture);
  const details = card.companyDetails;
  if (parsed.company === null && details !== undefined) {
    const by = search(details, answer, (one) => (text(one.name) === null ? null : one));
    parsed.company = text(by?.name) ?? text(node(details)?.companyName);
    parsed.company_logo_url ??= search(by?.logo, answer, picture);
  }
  if (card.workRemoteAllowed === true) parsed.workplace_type ??= "Remote";
  if (typeof entity?.repostedJob === "boolean") parsed.reposted = entity.repostedJob;
  let listedAt = amount(card.listedAt) ?? undefined;
  for (const item of nodes(card.footerItems)) {
    if (item.type === "LISTED_DATE") listedAt = amount(item.timeAt) ?? undefined;
    if (item.type === "APPLICANT_COUNT_TEXT") parsed.applicant_count = text(item.text);
    if (item.type === "EASY_APPLY_TEXT") parsed.application_type = text(item.text);
  }
  parsed.posted_time = isoOf(listedAt);
  return { id, listedAt, posting: { source_id: id, job_url: viewUrl(id), parsed } };
}

/** undefined: the answer is no posting. */
export function voyagerPosting(answer: Answer): Result<RawPosting[]> | undefined {
  const { data } = answer;
  const id = [String(data.jobPostingId ?? ""), data.entityUrn, data.dashEntityUrn, data.trackingUrn]
    .map((urn) => postingId(typeof urn === "string" ? urn : null))
    .find((one) => one !== null);
  const title = text(data.title);
  if (title === null || id === undefined || id === null) return undefined;
  if (data.jobState === "CLOSED" || amount(data.closedAt) !== null)
    return { result: "gone", reason: "the posting is closed" };
  const parsed = nothingStated();
  const url = web(data.jobPostingUrl) ?? viewUrl(id);
  parsed.title = title;
  company(answer, parsed);
  parsed.location = text(data.formattedLocation) ?? text(data.locationName);
  parsed.employment_type =
    text(data.formattedEmploymentStatus) ??
    label(
      data.employmentStatusResolutionResult ??
        data["*employmentStatusResolutionResult"] ??
        data.employmentStatus,
      answer,
    );
  parsed.seniority_level = text(data.formattedExperienceLevel);
  parsed.workplace_type = workplace(answer);
  parsed.industries = texts(data.formattedIndustries);
  parsed.job_functions = texts(data.formattedJobFunctions);
  parsed.description_html = description(node(data.description));
  const skills = text(data.skillsDescription);
  parsed.skills_summary = skills;
  parsed.skills = (skills ?? "").split(/[,;\n]/).flatMap((one) => text(one) ?? []);
  parsed.salary = salary(node(data.salaryInsights));
  times(data, parsed);
  // To those who did not post it, zero means that the number is not shown.
  const applies = amount(data.applies) ?? amount(data.numApplicants);
  parsed.applicant_count = applies === null || applies <= 0 ? null : String(applies);
  application(data, parsed, url);
  const posting = { source_id: id, job_url: url, parsed };
  if (parsed.description_html === null)
    return { result: "partial", value: [posting], reason: "the posting has no description" };
  return { result: "found", value: [posting] };
}

function company(answer: Answer, parsed: RawPosting["parsed"]): void {
  const { data, included } = answer;
  const named =
    search(data.companyDetails ?? data["*companyDetails"], answer, (one) =>
      text(one.name) !== null || text(one.companyName) !== null ? one : null,
    ) ?? included.find((one) => isType(one, "Company") && text(one.name) !== null);
  parsed.company = text(named?.name) ?? text(named?.companyName) ?? text(data.companyName);
  parsed.company_logo_url = search(named?.logo ?? named?.logoResolutionResult, answer, picture);
}

/** Of an entity, of its name, or of several by their names. */
function label(value: unknown, answer: Answer): string | null {
  return search(value, answer, (one) => text(one.localizedName)) ?? tailOf(value);
}

/** FULL_TIME, where the entity itself is not among the included. */
function tailOf(value: unknown): string | null {
  return typeof value === "string" ? (/:([A-Z_]{3,30})$/.exec(value)?.[1] ?? null) : null;
}

const workplaceWords: Record<string, string> = { "1": "On-site", "2": "Remote", "3": "Hybrid" };

function workplace(answer: Answer): string | null {
  const { data } = answer;
  const named = label(
    data.workplaceTypesResolutionResults ?? data["*workplaceTypesResolutionResults"],
    answer,
  );
  if (named !== null) return named;
  const urn = list(data.workplaceTypes)[0];
  const known = label(urn, answer);
  if (known !== null) return known;
  const number = typeof urn === "string" ? (/:(\d)$/.exec(urn)?.[1] ?? "") : "";
  return workplaceWords[number] ?? (data.workRemoteAllowed === true ? "Remote" : null);
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Text with marks beside it, by where they begin: only those that make items of a list matter here. */
function description(stated: Node | undefined): string | null {
  const html = text(stated?.html);
  if (html !== null) return html;
  const plain = typeof stated?.text === "string" ? stated.text : "";
  if (plain.trim() === "") return null;
  const items = new Set<number>();
  for (const one of nodes(stated?.attributes)) {
    const start = amount(one.start);
    const kind =
      typeof one.type === "string"
        ? one.type
        : Object.keys(node(one.type) ?? {}).join() + String(node(one.type)?.$type ?? "");
    if (start !== null && /ListItem|LIST_ITEM/.test(`${kind}${String(one.attributeKindUnion ?? "")}`))
      items.add(start);
  }
  const lines: string[] = [];
  let at = 0;
  for (const line of plain.split("\n")) {
    const escaped = line.trim().replace(/[&<>]/g, (letter) => escapes[letter] ?? letter);
    if (escaped !== "") lines.push(items.has(at) ? `<li>${escaped}</li>` : `<p>${escaped}</p>`);
    at += line.length + 1;
  }
  return lines.join("\n");
}

/** The employer's own word where there are several; an estimate of LinkedIn's is not what the posting states. */
function salary(insights: Node | undefined): StatedSalary | null {
  if (insights === undefined || insights.providedByEmployer === false) return null;
  const bands = nodes(insights.compensationBreakdown);
  const band = bands.find(({ compensationType }) => compensationType === "BASE_SALARY") ?? bands[0];
  if (band === undefined) return payIn(text(insights.formattedBaseSalary));
  const min = amount(band.minSalary);
  const max = amount(band.maxSalary);
  if (min === null && max === null) return null;
  return { min, max, currency: text(band.currencyCode), period: text(band.payPeriod) };
}

/** A posting that was listed again keeps the time of its first listing. */
const againMs = 60 * 60 * 1000;

function times(data: Node, parsed: RawPosting["parsed"]): void {
  const first = isoOf(data.originalListedAt);
  const listed = isoOf(data.listedAt);
  parsed.posted_time = listed ?? first;
  parsed.expire_time = isoOf(data.expireAt);
  const again =
    first !== null && listed !== null && Date.parse(listed) - Date.parse(first) > againMs
      ? `first listed ${first}`
      : null;
  if (again !== null || typeof data.repostedJobPosting === "string" || data.repostedJob === true)
    parsed.reposted = true;
  else if (first !== null && listed !== null) parsed.reposted = false;
  parsed.reposted_info = again;
}

/** A union has its kind as the only key, or, normalized, as a type beside the fields. */
function application(data: Node, parsed: RawPosting["parsed"], url: string): void {
  const method = node(data.applyMethod) ?? {};
  const [key = ""] = Object.keys(method).filter((one) => one.startsWith("com.linkedin."));
  const fields = node(method[key]) ?? method;
  const kind = key !== "" ? key : typeof method.$type === "string" ? method.$type : "";
  parsed.application_type = /(\w{1,60})$/.exec(kind)?.[1] ?? null;
  parsed.apply_url =
    web(fields.companyApplyUrl) ??
    web(data.companyApplyUrl) ??
    web(fields.easyApplyUrl) ??
    (parsed.application_type === null ? null : url);
}

export function voyagerPostings(json: string): Result<RawPosting[]> {
  const answer = readAnswer(json);
  if (answer === undefined) return { result: "changed", reason: "the answer is not JSON" };
  const refused = refusal(answer);
  if (refused !== undefined) return refused;
  const posting = voyagerPosting(answer);
  if (posting !== undefined) return posting;
  const listed = voyagerCards(answer);
  if (listed === undefined)
    return { result: "changed", reason: "the answer holds neither a posting nor cards" };
  if (listed.cards.length === 0)
    return listed.named > 0
      ? { result: "changed", reason: `${listed.named} elements of the list are no cards that we know` }
      : { result: "empty", reason: "the search finds no postings" };
  return {
    result: "partial",
    value: listed.cards.map(({ posting: one }) => one),
    reason: "cards of a search hold no descriptions",
  };
}
