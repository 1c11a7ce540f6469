// Owns reading schema.org JobPosting from a page's JSON-LD, in the many shapes in which sites write it. It
// takes what is stated and interprets nothing; what is not stated is null.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import type { ParsedPosting, StatedSalary } from "@skillstream/schemas/types.ts";
import { isoTime } from "./json.ts";
import type { Element } from "./markup.ts";
import { payIn } from "./pay.ts";
import { decoded } from "./tags.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Node = { [key: string]: Json };

export interface JsonLdPosting {
  /** The site's own id, where the posting states one. */
  identifier: string | null;
  url: string | null;
  parsed: ParsedPosting;
}

/** Graphs and values nest a few levels; a page that nests deeper is not read to its end. */
const depthMax = 12;

export function isJsonLd(name: string, attributes: Record<string, string>): boolean {
  return name === "script" && /^application\/ld\+json/i.test(attributes.type?.trim() ?? "");
}

/** From script elements that were found already. */
export function jobPostingsOf(scripts: readonly Element[], baseUrl: string): JsonLdPosting[] {
  const found: Found = { postings: [], named: new Map() };
  for (const script of scripts) {
    if (!isJsonLd(script.name, script.attributes)) continue;
    const data = lenientJson(script.raw);
    if (data !== undefined) collect(data, found, 0);
  }
  return found.postings.map((posting) => postingOf(withNamed(posting, found.named), baseUrl));
}

interface Found {
  postings: Node[];
  /** What states an address of its own, to which others may point. */
  named: Map<string, Node>;
}

export function isJobPosting(type: string): boolean {
  return /(?:^|[/:#])JobPosting$/.test(type);
}

/** Graphs state an organization or a place once and point to it by its address. */
function withNamed(posting: Node, named: ReadonlyMap<string, Node>): Node {
  const whole: Node = { ...posting };
  for (const key of ["hiringOrganization", "jobLocation", "baseSalary"]) {
    const value = list(posting[key]).map((one) => {
      const id = node(one)?.["@id"];
      const bare = Object.keys(node(one) ?? {}).every((name) => name === "@id" || name === "@type");
      return typeof id === "string" && bare ? (named.get(id) ?? one) : one;
    });
    if (value.length > 0) whole[key] = value;
  }
  return whole;
}

/** JSON as pages carry it: in comments or CDATA, with raw line breaks in strings or a comma too many. */
function lenientJson(text: string): Json | undefined {
  const bare = withoutWrapping(text);
  try {
    return JSON.parse(bare) as Json;
  } catch {
    try {
      return JSON.parse(repaired(unescaped(bare))) as Json;
    } catch {
      return undefined;
    }
  }
}

/** Some templates escape the quotes of a script's data, as if it were text. */
function unescaped(text: string): string {
  if (!/^[[{]\s*&(?:quot|#34);/.test(text)) return text;
  return text.replace(/&(?:quot|#34);/g, '"').replaceAll("&amp;", "&");
}

/** The end is taken off piece by piece: a pattern that seeks it would try each run of white space over and over. */
function withoutWrapping(text: string): string {
  let bare = text.replace(/^\s*(?:<!--|\/\/\s*<!\[CDATA\[|<!\[CDATA\[|\/\*\s*<!\[CDATA\[\s*\*\/)/, "").trim();
  const cut = (end: string) => {
    if (!bare.endsWith(end)) return false;
    bare = bare.slice(0, -end.length).trimEnd();
    return true;
  };
  cut(";");
  if (cut("-->")) return bare;
  const inComment = cut("*/");
  if (cut("]]>")) cut(inComment ? "/*" : "//");
  return bare;
}

/** One pass that knows whether it is inside a string. */
function repaired(text: string): string {
  const out: string[] = [];
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] as string;
    if (inString) {
      if (letter === "\\") {
        const next = text[i + 1] ?? "";
        out.push(/["\\/bfnrtu]/.test(next) ? letter + next : `\\\\${next}`);
        i++;
      } else if (letter < " ") {
        out.push(`\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
      } else {
        if (letter === '"') inString = false;
        out.push(letter);
      }
    } else if (letter === "," && /^\s*[}\]]/.test(text.slice(i + 1, i + 64))) {
      // A comma before a closing bracket separates nothing.
    } else {
      if (letter === '"') inString = true;
      out.push(letter);
    }
  }
  return out.join("");
}

function collect(value: Json, found: Found, depth: number): void {
  if (value === null || typeof value !== "object" || depth > depthMax) return;
  if (Array.isArray(value)) {
    for (const one of value) collect(one, found, depth + 1);
    return;
  }
  const id = value["@id"];
  if (typeof id === "string" && Object.keys(value).length > 1 && !found.named.has(id))
    found.named.set(id, value);
  const types = list(value["@type"]).filter((type) => typeof type === "string");
  if (types.some(isJobPosting)) found.postings.push(value);
  else for (const one of Object.values(value)) collect(one, found, depth + 1);
}

function list(value: Json | undefined): Json[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

function text(value: Json | undefined, depth = 0): string | null {
  if (typeof value === "string") return value.trim() === "" ? null : value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : null;
  if (value === undefined || value === null || typeof value === "boolean" || depth > depthMax) return null;
  const inner = Array.isArray(value) ? value[0] : (value.name ?? value["@value"] ?? value.value);
  return text(inner, depth + 1);
}

/** Many sites escape names in the data as if they stood in the page. */
function name(value: Json | undefined): string | null {
  const stated = text(value);
  return stated === null ? null : text(decoded(stated));
}

function names(value: Json | undefined): string[] {
  return list(value).flatMap((one) => name(one) ?? []);
}

function node(value: Json | undefined): Node | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return first !== null && typeof first === "object" && !Array.isArray(first) ? first : undefined;
}

function number(value: Json | undefined): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const plain = value.replace(/[\s,'’_]/g, "");
  return /^\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : null;
}

function address(value: Json | undefined, baseUrl: string): string | null {
  const stated = text(
    typeof value === "object" ? (node(value)?.url ?? node(value)?.contentUrl ?? value) : value,
  );
  if (stated === null || !URL.canParse(stated, baseUrl)) return null;
  const { href, protocol } = new URL(stated, baseUrl);
  return protocol === "https:" || protocol === "http:" ? href : null;
}

function words(value: Json | undefined): string[] {
  return list(value)
    .flatMap((one) => (typeof one === "string" ? decoded(one).split(/[,;\n]/) : [name(one) ?? ""]))
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function placeOf(value: Json): string | null {
  const place = node(value);
  if (place === undefined) return name(value);
  // Some sites state one place with several addresses, or the address without a place around it.
  const where = "address" in place ? list(place.address) : [place];
  const addresses = where.map((one) => addressOf(one)).filter((one) => one !== null);
  return addresses.length > 0 ? [...new Set(addresses)].join("; ") : name(place.name);
}

function addressOf(value: Json): string | null {
  const parts = node(value);
  if (parts === undefined) return name(value);
  const named = [parts.addressLocality, parts.addressRegion, parts.addressCountry]
    .map((part) => name(part)?.trim() ?? "")
    .filter((part, index, all) => part !== "" && all.indexOf(part) === index);
  return named.length > 0 ? named.join(", ") : name(parts.streetAddress);
}

function salaryOf(posting: Node): StatedSalary | null {
  const stated = list(posting.baseSalary)[0] ?? list(posting.estimatedSalary)[0];
  if (stated === undefined || stated === null) return null;
  const outer = node(stated);
  if (outer === undefined) {
    const flat = number(stated);
    if (flat === null) return payIn(text(stated));
    return { min: flat, max: flat, currency: text(posting.salaryCurrency), period: null };
  }
  const value = node(outer.value) ?? outer;
  const single = number(value.value) ?? number(outer.value);
  const salary: StatedSalary = {
    min: number(value.minValue) ?? single,
    max: number(value.maxValue) ?? single,
    currency: text(outer.currency) ?? text(value.currency) ?? text(posting.salaryCurrency),
    period: text(value.unitText) ?? text(outer.unitText) ?? text(outer.duration),
  };
  if (salary.min !== null || salary.max !== null) return salary;
  const line = payIn(text(value.value) ?? text(outer.value));
  return line === null ? null : { ...line, period: line.period ?? salary.period };
}

/** What a posting without a description says of the work. */
const partsOfDescription = [
  "responsibilities",
  "qualifications",
  "experienceRequirements",
  "educationRequirements",
  "jobBenefits",
];

/** Where one applies: a contact's page, or the target of an action to apply. */
function applicationOf(posting: Node, baseUrl: string): string | null {
  const action = list(posting.potentialAction)
    .map((one) => node(one))
    .find((one) => list(one?.["@type"]).includes("ApplyAction"));
  const target = action?.target ?? action?.url;
  return (
    address(node(posting.applicationContact)?.url, baseUrl) ??
    address(node(target)?.urlTemplate ?? target, baseUrl)
  );
}

/** As stated where it is in no form that we know. */
function timeOf(value: Json | undefined): string | null {
  const stated = text(value);
  return isoTime(stated) ?? stated;
}

export function postingOf(posting: Node, baseUrl: string): JsonLdPosting {
  const organization = posting.hiringOrganization;
  const places = list(posting.jobLocation)
    .map(placeOf)
    .filter((one) => one !== null);
  const remote = /telecommute/i.test(text(posting.jobLocationType) ?? "");
  // Some markup states the parts of the address without a place around them.
  if (places.length === 0 && ("addressLocality" in posting || "addressRegion" in posting)) {
    places.push(...[addressOf(posting)].filter((one) => one !== null));
  }
  const from = names(posting.applicantLocationRequirements);
  const location = [...new Set(places.length > 0 ? places : from)].join("; ");
  const types = names(posting.employmentType);
  const parsed: ParsedPosting = {
    ...nothingStated(),
    title: name(posting.title) ?? name(posting.name),
    company: name(organization) ?? name(node(organization)?.legalName),
    company_logo_url: address(node(organization)?.logo, baseUrl),
    location: location === "" ? null : location,
    employment_type: types.length > 0 ? types.join(", ") : null,
    workplace_type: remote ? "TELECOMMUTE" : null,
    industries: words(posting.industry),
    job_functions: words(posting.occupationalCategory),
    description_html:
      text(posting.description) ??
      (partsOfDescription.flatMap((part) => text(posting[part]) ?? []).join("\n") || null),
    skills: words(posting.skills),
    salary: salaryOf(posting),
    posted_time: timeOf(posting.datePosted),
    expire_time: timeOf(posting.validThrough),
    apply_url: applicationOf(posting, baseUrl),
    application_type:
      posting.directApply === true ? "direct" : posting.directApply === false ? "external" : null,
  };
  return {
    identifier: text(node(posting.identifier)?.value ?? posting.identifier),
    url: address(posting.url, baseUrl),
    parsed,
  };
}
