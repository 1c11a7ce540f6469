// Owns the source `linkedin-browser`: LinkedIn's own pages in a browser, logged in by name and password or by cookies.
// The slowest way in, for what the other two do not get.
import { decodePage } from "../../read/decode.ts";
import { type Captured, type List, type Result, type Source, usual } from "../../source.ts";
import { memberCards } from "./member-pages.ts";
import { parseLinkedin } from "./parse.ts";
import {
  accountTerms,
  following,
  linkedinUrl,
  narrower,
  resultsMax,
  searchPage,
  startOf,
  viewUrl,
} from "./search.ts";
import { sessionTrouble, wallOr } from "./walls.ts";

/** `site` stands for LinkedIn elsewhere, for tests. */
export function linkedinBrowserSource(site: string = linkedinUrl): Source {
  return {
    ...usual,
    name: "linkedin-browser",
    site: "linkedin",
    doc: "LinkedIn's jobs in a browser that is logged in with an account of yours",
    terms: accountTerms,
    lists: "words",
    searches: true,
    via: "browser",
    resultsMax,
    login: {
      cookies: ["li_at"],
      headers: () => ({}),
      trouble: sessionTrouble,
      form: { path: "/login", user: "#username", password: "#password", submit: 'button[type="submit"]' },
    },
    plan(argument, search) {
      if (argument !== undefined)
        throw new Error(`linkedin-browser takes no argument, and was given "${argument}"`);
      return [{ url: searchPage("/jobs/search/", site, search) }];
    },
    list: (page) => list(page, site),
    parse: parseLinkedin,
    split: ({ url }) => narrower(url).map((one) => ({ url: one })),
  };
}

function list(page: Captured, site: string): Result<List> {
  const text = decodePage(page.body, page.mediaType);
  const { cards, total, none } = memberCards(text, page);
  if (cards.length === 0) {
    if (!none) return wallOr(text, page.url, "the page holds no cards of postings");
    const start = startOf(URL.parse(page.url) ?? new URL(site));
    return { result: "empty", reason: start === 0 ? "the search finds no postings" : "the list ends here" };
  }
  const next = following(page.url, cards.length);
  const ended = next === null || (total !== undefined && startOf(new URL(next)) >= total);
  return {
    result: "found",
    value: {
      items: cards.map(({ id, listedOn }) => ({
        source_id: id,
        url: viewUrl(id, site),
        stamp: listedOn,
        postedAt: Number.isNaN(Date.parse(listedOn ?? "")) ? undefined : Date.parse(listedOn ?? ""),
      })),
      next: ended ? null : { url: next },
      total,
    },
  };
}
