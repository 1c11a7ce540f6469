// Owns the source `linkedin`: LinkedIn as a guest sees it over plain HTTP, without a login. The search fragments
// that its own page loads while one scrolls, and the fragment of each posting.
import { decodePage } from "../../read/decode.ts";
import { type Captured, type List, type Result, type Source, usual } from "../../source.ts";
import { cardsIn, isBlank, readElements } from "./guest-pages.ts";
import { parseLinkedin } from "./parse.ts";
import { following, linkedinUrl, narrower, resultsMax, searchPage, startOf, terms } from "./search.ts";
import { wallOr } from "./walls.ts";

const searchPath = "/jobs-guest/jobs/api/seeMoreJobPostings/search";
const postingPath = "/jobs-guest/jobs/api/jobPosting";

/** `site` stands for LinkedIn elsewhere, for tests. */
export function linkedinSource(site: string = linkedinUrl): Source {
  return {
    ...usual,
    name: "linkedin",
    site: "linkedin",
    doc: "LinkedIn's jobs as guests see them, without a login",
    terms,
    lists: "words",
    searches: true,
    resultsMax,
    plan(argument, search) {
      if (argument !== undefined) throw new Error(`linkedin takes no argument, and was given "${argument}"`);
      return [{ url: searchPage(searchPath, site, search) }];
    },
    list: (page) => list(page, site),
    parse: parseLinkedin,
    split: ({ url }) => narrower(url).map((one) => ({ url: one })),
  };
}

function list(page: Captured, site: string): Result<List> {
  const text = decodePage(page.body, page.mediaType);
  const { cards, unread } = cardsIn(readElements(text), page);
  if (cards.length === 0) {
    if (unread > 0) return { result: "changed", reason: `${unread} cards name no posting` };
    if (isBlank(text) || /no-results|we couldn.t find a match|did not match any jobs/i.test(text)) {
      const start = startOf(URL.parse(page.url) ?? new URL(site));
      return { result: "empty", reason: start === 0 ? "the search finds no postings" : "the list ends here" };
    }
    return wallOr(text, page.url, "the answer holds no cards of postings");
  }
  const shown = cards.length + unread;
  const next = following(page.url, shown);
  // Fragments do not say how many there are: a list that fills all that is shown is taken to be longer.
  const atLeast =
    next === null && startOf(URL.parse(page.url) ?? new URL(site)) + shown >= resultsMax
      ? resultsMax + 1
      : undefined;
  const value: List = {
    items: cards.map(({ id, listedOn }) => ({
      source_id: id,
      url: `${site}${postingPath}/${id}`,
      stamp: listedOn,
      postedAt: listedOn === null ? undefined : Date.parse(listedOn),
    })),
    next: next === null ? null : { url: next },
    total: totalIn(text) ?? atLeast,
  };
  if (unread > 0)
    return { result: "partial", value, reason: `${unread} cards name no posting`, missing: unread };
  return { result: "found", value };
}

/** Only the whole search page says it. "1,000+" is one more at least. */
function totalIn(text: string): number | undefined {
  const stated =
    /<code id="totalResults"[^>]{0,60}><!--"?(\d{1,9})"?-->/.exec(text)?.[1] ??
    /class="results-context-header__job-count"[^>]{0,60}>\s{0,40}([\d.,]{1,12}\+?)\s{0,40}</.exec(text)?.[1];
  if (stated === undefined) return undefined;
  return Number(stated.replace(/\D/g, "")) + (stated.endsWith("+") ? 1 : 0);
}
