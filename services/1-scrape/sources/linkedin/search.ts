// Owns how LinkedIn is asked: its facets by which a search becomes narrower, the time that it looks back, and the
// ids of its postings. All three ways in ask the same questions, each in its own form of address.
import type { Search } from "../../source.ts";

export const linkedinUrl = "https://www.linkedin.com";
/** Whatever stands behind `start`, the site shows no more of one list. */
export const resultsMax = 1_000;
/** What its user agreement and robots.txt mean. */
export const terms =
  "LinkedIn's user agreement forbids automated access (8.2), and its robots.txt forbids all crawlers that it has not allowed in writing: ask for that permission, or expect blocks and claims";
export const accountTerms = `${terms}; whoever logs in has signed the agreement, and LinkedIn restricts or closes accounts that it finds automated`;

/** Each value excludes the others; together they hold every posting that states the fact. */
export interface Facet {
  /** In the address of a search page. */
  parameter: string;
  /** In a query to Voyager. */
  filter: string;
  values: readonly string[];
  /** Whether every posting states it. */
  everywhere: boolean;
}

/** In the order in which a list is split. */
export const facets: readonly Facet[] = [
  // On-site, remote, hybrid.
  { parameter: "f_WT", filter: "workplaceType", values: ["1", "2", "3"], everywhere: true },
  // Full-time, part-time, contract, temporary, internship, volunteer, other.
  { parameter: "f_JT", filter: "jobType", values: ["F", "P", "C", "T", "I", "V", "O"], everywhere: true },
  // Internship, entry level, associate, mid-senior level, director, executive.
  { parameter: "f_E", filter: "experience", values: ["1", "2", "3", "4", "5", "6"], everywhere: false },
];

export const remoteValue = "2";

/** Seconds, as the site wants them; a younger posting than a minute is not worth a question of its own. */
export function withinSeconds({ withinMs }: Search): string | null {
  return withinMs === undefined ? null : `r${Math.max(60, Math.ceil(withinMs / 1000))}`;
}

/** The address of a search page, in the words of the site's own pages. */
export function searchPage(path: string, site: string, search: Search): string {
  const url = new URL(path, site);
  const { searchParams } = url;
  if (search.keyword !== undefined) searchParams.set("keywords", search.keyword);
  if (search.location !== undefined) searchParams.set("location", search.location);
  if (search.remote === true) searchParams.set("f_WT", remoteValue);
  const within = withinSeconds(search);
  if (within !== null) searchParams.set("f_TPR", within);
  searchParams.set("sortBy", "DD");
  searchParams.set("start", "0");
  return url.href;
}

/** The site's own pages send it and it changes nothing; here it marks a list that is not to be split. */
const undivided = "pageNum";

/**
 * The same search once for each value of the first facet that it does not name yet; and undivided, as far as it is
 * shown, where there may be postings with no such value.
 */
export function narrower(address: string): string[] {
  const asked = new URL(address).searchParams;
  const facet = asked.has(undivided) ? undefined : facets.find(({ parameter }) => !asked.has(parameter));
  if (facet === undefined) return [];
  const like = (parameter: string, value: string) => {
    const url = new URL(address);
    url.searchParams.set(parameter, value);
    url.searchParams.set("start", "0");
    return url.href;
  };
  const narrowed = facet.values.map((value) => like(facet.parameter, value));
  return facet.everywhere ? narrowed : [...narrowed, like(undivided, "0")];
}

/** The page after one that showed `shown`; null where the site shows no more. */
export function following(address: string, shown: number): string | null {
  const url = URL.parse(address);
  if (url === null || shown === 0) return null;
  const start = startOf(url) + shown;
  if (start >= resultsMax) return null;
  url.searchParams.set("start", String(start));
  return url.href;
}

export function startOf(url: URL): number {
  const start = Number(url.searchParams.get("start") ?? 0);
  return Number.isSafeInteger(start) && start > 0 ? start : 0;
}

/** Digits of a posting's id in an address or an entity's name. */
export function postingId(text: string | null | undefined): string | null {
  if (typeof text !== "string") return null;
  const found =
    /urn:li:(?:fsd?_)?(?:(?:normalized_)?jobPosting(?:Card)?|miniJob):\(?(\d{5,20})/.exec(text) ??
    /\/jobPostings?\/(\d{5,20})/.exec(text) ??
    /\/jobs\/view\/(?:[^/?#]{0,300}-)?(\d{5,20})(?=[/?#]|$)/.exec(text) ??
    /[?&]currentJobId=(\d{5,20})/.exec(text) ??
    /^\s*(\d{5,20})\s*$/.exec(text);
  return found?.[1] ?? null;
}

/** Where a person finds the posting. */
export const viewUrl = (id: string, site: string = linkedinUrl) => `${site}/jobs/view/${id}/`;
