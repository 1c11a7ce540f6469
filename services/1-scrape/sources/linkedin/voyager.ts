// Owns the source `linkedin-voyager`: the API behind LinkedIn's own pages, asked with the cookies of accounts that
// the operator has logged in. It says more of a posting than a guest's page does, and costs an account's good name.
import { decodePage } from "../../read/decode.ts";
import { type Captured, type List, type Result, type Search, type Source, usual } from "../../source.ts";
import { parseLinkedin } from "./parse.ts";
import { accountTerms, facets, linkedinUrl, remoteValue, resultsMax, withinSeconds } from "./search.ts";
import { readAnswer, refusal, voyagerCards } from "./voyager-answers.ts";
import { sessionTrouble, wallOr } from "./walls.ts";

/** What the site's own page asks for at once. */
const pageSize = 25;
/** Names of forms of answers, with the versions that the site's pages ask for. */
const cardsForm = "com.linkedin.voyager.dash.deco.jobs.search.JobSearchCardsCollection-220";
const postingForm = "com.linkedin.voyager.deco.jobs.web.shared.WebFullJobPosting-65";

/** `site` stands for LinkedIn elsewhere, for tests. */
export function linkedinVoyagerSource(site: string = linkedinUrl): Source {
  return {
    ...usual,
    name: "linkedin-voyager",
    site: "linkedin",
    doc: "LinkedIn's jobs by the API behind its pages, with accounts of your own in rotation",
    terms: accountTerms,
    lists: "words",
    searches: true,
    resultsMax,
    login: {
      cookies: ["li_at", "JSESSIONID"],
      headers: (cookies) => ({
        "csrf-token": (cookies.get("JSESSIONID") ?? "").replaceAll('"', ""),
        "x-restli-protocol-version": "2.0.0",
        // The words of an answer are in this language.
        "x-li-lang": "en_US",
        accept: "application/vnd.linkedin.normalized+json+2.1",
      }),
      trouble: sessionTrouble,
      form: null,
    },
    plan(argument, search) {
      if (argument !== undefined)
        throw new Error(`linkedin-voyager takes no argument, and was given "${argument}"`);
      return [{ url: address(site, search) }];
    },
    list: (page) => list(page, site),
    parse: parseLinkedin,
    split: ({ url }) => narrower(url).map((one) => ({ url: one })),
  };
}

/** Brackets, commas and colons are the query's own; in a value they are written as numbers. */
const value = (text: string) =>
  encodeURIComponent(text).replace(
    /[()'!*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function address(site: string, search: Search): string {
  const within = withinSeconds(search);
  const filters = [
    "sortBy:List(DD)",
    ...(within === null ? [] : [`timePostedRange:List(${within})`]),
    ...(search.remote === true ? [`workplaceType:List(${remoteValue})`] : []),
  ];
  const query = [
    "origin:JOB_SEARCH_PAGE_JOB_FILTER",
    ...(search.keyword === undefined ? [] : [`keywords:${value(search.keyword)}`]),
    ...(search.location === undefined
      ? []
      : [`locationUnion:(seoLocation:(location:${value(search.location)}))`]),
    `selectedFilters:(${filters.join(",")})`,
    "spellCorrectionEnabled:true",
  ];
  return `${site}/voyager/api/voyagerJobsDashJobCards?decorationId=${cardsForm}&count=${pageSize}&q=jobSearch&query=(${query.join(",")})&start=0`;
}

/** The address is put together by hand: URLSearchParams would write the query's brackets as numbers. */
const withStart = (url: string, start: number) => url.replace(/([?&]start=)\d{1,9}/, `$1${start}`);
const startIn = (url: string) => Number(/[?&]start=(\d{1,9})/.exec(url)?.[1] ?? 0);

/** The site's own pages send it and it changes nothing; here it marks a list that is not to be split. */
const undivided = "&servedEventEnabled=false";

/** As `narrower` of search.ts does with the addresses of pages. */
function narrower(url: string): string[] {
  const facet = url.includes(undivided)
    ? undefined
    : facets.find(({ filter }) => !url.includes(`${filter}:List(`));
  if (facet === undefined) return [];
  const narrowed = facet.values.map((one) =>
    withStart(url.replace("selectedFilters:(", `selectedFilters:(${facet.filter}:List(${one}),`), 0),
  );
  return facet.everywhere ? narrowed : [...narrowed, `${withStart(url, 0)}${undivided}`];
}

function list(page: Captured, site: string): Result<List> {
  const text = decodePage(page.body, page.mediaType);
  const answer = readAnswer(text);
  if (answer === undefined) return wallOr(text, page.url, "the answer is not JSON");
  const refused = refusal(answer);
  if (refused !== undefined) return refused;
  const listed = voyagerCards(answer);
  if (listed === undefined) return { result: "changed", reason: "the answer holds no list" };
  const { cards, named, total } = listed;
  const start = startIn(page.url);
  if (named === 0)
    return { result: "empty", reason: start === 0 ? "the search finds no postings" : "the list ends here" };
  if (cards.length === 0)
    return { result: "changed", reason: `${named} elements of the list are no cards that we know` };
  const next = start + named;
  const more = next < resultsMax && (total === undefined ? named >= pageSize : next < total);
  const found: List = {
    items: cards.map(({ id, listedAt }) => ({
      source_id: id,
      url: `${site}/voyager/api/jobs/jobPostings/${id}?decorationId=${postingForm}`,
      stamp: listedAt === undefined ? null : String(listedAt),
      postedAt: listedAt,
    })),
    next: more && /[?&]start=\d/.test(page.url) ? { url: withStart(page.url, next) } : null,
    total,
  };
  const unread = named - cards.length;
  if (unread > 0)
    return {
      result: "partial",
      value: found,
      reason: `${unread} elements of the list are no cards`,
      missing: unread,
    };
  return { result: "found", value: found };
}
