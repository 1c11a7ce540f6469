// Owns the replica of Indeed: searches whose cards lie in a script of the page, postings with their state and
// JSON-LD, what became of expired ones, and the check that comes after a while.
import type { MadeUp } from "./postings.ts";
import type { Answering, ReplicaAnswer, ReplicaRequest } from "./site.ts";

export interface IndeedSite {
  answer: Answering;
  /** Keys of postings that have expired. */
  expired: Set<string>;
}

export interface IndeedOptions {
  /** Beyond it the site shows the last page again. */
  shownMax?: number;
  /** Whoever asks is checked after so many pages. */
  checkAfter?: number;
  /** For `fromage`; milliseconds since 1970. */
  now?: () => number;
}

const pageSize = 10;
const dayMs = 24 * 60 * 60 * 1000;
const types = {
  full_time: ["CF3CP", "Full-time"],
  part_time: ["75GKK", "Part-time"],
  contract: ["NJXCK", "Contract"],
  internship: ["VDTG7", "Internship"],
} as const;
const levels = {
  entry: "ENTRY_LEVEL",
  mid: "MID_LEVEL",
  senior: "SENIOR_LEVEL",
  director: "SENIOR_LEVEL",
} as const;
const scales = { year: "YEARLY", hour: "HOURLY" } as const;

/** Sixteen hexadecimal digits. */
export const keyOf = (one: MadeUp) => Number(one.id).toString(16).padStart(16, "0");
const place = (one: MadeUp) => (one.remote ? `Remote in ${one.city}` : one.city);
const logoOf = (one: MadeUp) =>
  `https://d2q79iu7y748jz.cloudfront.net/s/_squarelogo/256x256/${one.company.length}`;
const publishedAt = (one: MadeUp) => Math.floor(one.postedAt.getTime() / dayMs) * dayMs;
/** As scripts carry it: nothing in it may end the script. */
const inScript = (value: unknown) => JSON.stringify(value).replaceAll("</", "<\\u002F");

export function indeed(postings: readonly MadeUp[], options: IndeedOptions = {}): IndeedSite {
  const { shownMax = 1_000, checkAfter = Number.POSITIVE_INFINITY, now = Date.now } = options;
  const expired = new Set<string>();
  let asked = 0;

  function matching({ query }: ReplicaRequest): MadeUp[] {
    const words = (query.get("q") ?? "").toLowerCase().split(/\s+/);
    const where = (query.get("l") ?? "").toLowerCase();
    const chosen = query.get("sc") ?? "";
    const days = query.get("fromage");
    const among = (form: RegExp, value: string) => !form.test(chosen) || chosen.includes(value);
    return postings
      .filter((one) => !expired.has(keyOf(one)))
      .filter((one) => words.every((word) => one.title.toLowerCase().includes(word)))
      .filter(
        (one) =>
          where === "" || where === "remote" || `${one.city} ${one.country}`.toLowerCase().includes(where),
      )
      .filter((one) => where !== "remote" || one.remote)
      .filter((one) => among(/CF3CP|75GKK|NJXCK|4HKF7|VDTG7/, types[one.type][0]))
      .filter((one) => among(/explvl/, levels[one.level]))
      .filter((one) => among(/DSQF7|PAXZC/, one.remote ? "DSQF7" : "neither"))
      .filter((one) => days === null || one.postedAt.getTime() >= now() - Number(days) * dayMs)
      .sort((a, b) => b.postedAt.getTime() - a.postedAt.getTime());
  }

  function search(request: ReplicaRequest): ReplicaAnswer {
    const found = matching(request);
    const shown = found.slice(0, shownMax);
    const last = Math.max(0, Math.ceil(shown.length / pageSize) - 1) * pageSize;
    const start = Math.min(last, Number(request.query.get("start") ?? 0) || 0);
    return { body: searchPage(shown.slice(start, start + pageSize), found.length, start < last) };
  }

  return {
    expired,
    answer(request) {
      if (++asked > checkAfter) return { status: 403, body: check };
      if (request.path === "/jobs") return search(request);
      if (request.path !== "/viewjob") return undefined;
      const one = postings.find((posting) => keyOf(posting) === request.query.get("jk"));
      if (one === undefined) return undefined;
      return { body: viewPage(one, expired.has(keyOf(one))) };
    },
  };
}

const check = `<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><div class="h-captcha"></div>
<script>window._cf_chl_opt={cType:'managed'};</script>${"<p>Checking your browser.</p>".repeat(300)}</body></html>`;

const head = (title: string) =>
  `<!DOCTYPE html><html lang="en"><head><title>${title.replaceAll("&", "&amp;")}</title>
<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script></head><body><nav><a href="/account/login">Sign in</a></nav>`;

export function cardOf(one: MadeUp): Record<string, unknown> {
  const key = keyOf(one);
  return {
    jobkey: key,
    title: one.title,
    displayTitle: one.title,
    company: one.company,
    companyBrandingAttributes: { logoUrl: logoOf(one) },
    formattedLocation: place(one),
    remoteLocation: one.remote,
    remoteWorkModel: one.remote ? { inlineText: true, text: "Remote", type: "REMOTE_ALWAYS" } : null,
    pubDate: publishedAt(one),
    createDate: one.postedAt.getTime(),
    expired: false,
    formattedRelativeTime: "3 days ago",
    jobTypes: [types[one.type][1]],
    snippet: `<ul><li>Made-up words with a brace } and a "quote".</li></ul>`,
    taxonomyAttributes: [
      { label: "job-types", attributes: [{ label: types[one.type][1], suid: types[one.type][0] }] },
    ],
    indeedApplyEnabled: one.type === "contract",
    thirdPartyApplyUrl: one.type === "contract" ? null : `http://www.indeed.com/applystart?jk=${key}&from=vj`,
    viewJobLink: `/viewjob?jk=${key}&from=vjs`,
    ...(one.salary === null
      ? { salarySnippet: { salaryTextFormatted: false } }
      : {
          extractedSalary: { min: one.salary.min, max: one.salary.max, type: scales[one.salary.period] },
          salarySnippet: { currency: one.salary.currency, source: "EXTRACTION", text: "" },
        }),
  };
}

export function searchPage(page: readonly MadeUp[], total: number, more: boolean): string {
  const model = {
    metaData: {
      mosaicProviderJobCardsModel: {
        results: page.map(cardOf),
        tierSummaries: [{ jobCount: total, tier: "DEFAULT" }],
      },
    },
  };
  const nothing = `<div class="jobsearch-NoResult-messageContainer">The search did not match any jobs.</div>`;
  return `${head("Jobs | Indeed")}<div class="jobsearch-JobCountAndSortPane-jobCount"><span>${total.toLocaleString("en")} jobs</span></div>
${page.length === 0 ? nothing : ""}<script>window.mosaic=window.mosaic||{};window.mosaic.providerData=window.mosaic.providerData||{};
window.mosaic.providerData["mosaic-provider-jobcards"]=${inScript(model)};window.mosaic.providerData["mosaic-provider-other"]={"a":1};</script>
<nav role="navigation"><a data-testid="pagination-page-1">1</a>${more ? `<a data-testid="pagination-page-next" href="x">Next</a>` : ""}</nav></body></html>`;
}

export function viewPage(one: MadeUp, expired = false): string {
  const key = keyOf(one);
  const state = {
    jobKey: key,
    jobTitle: one.title,
    hiringInsightsModel: { age: "3 days ago", numOfCandidates: one.applicants },
    indeedApplyButtonContainer: one.type === "contract" ? { indeedApplyButtonAttributes: {} } : null,
    viewJobButtonLinkContainerModel:
      one.type === "contract"
        ? null
        : {
            viewJobButtonLinkModel: {
              contentHtml: "Apply",
              href: `https://www.indeed.com/applystart?jk=${key}`,
            },
          },
    salaryInfoModel:
      one.salary === null
        ? null
        : {
            salaryCurrency: one.salary.currency,
            salaryMin: one.salary.min,
            salaryMax: one.salary.max,
            salaryText: "x",
            salaryType: scales[one.salary.period],
          },
    jobInfoWrapperModel: {
      jobInfoModel: {
        expiredJobMetadataModel: expired ? { isExpired: true } : null,
        jobDescriptionSectionModel: {
          jobDetailsSection: {
            isJobExpired: expired,
            jobTypes: [{ label: types[one.type][1], suid: types[one.type][0] }],
          },
        },
        jobInfoHeaderModel: {
          jobTitle: one.title,
          companyName: one.company,
          formattedLocation: place(one),
          remoteLocation: one.remote,
          remoteWorkModel: one.remote ? { text: "Remote" } : null,
          companyImagesModel: { logoUrl: logoOf(one) },
        },
        jobMetadataHeaderModel: { jobType: types[one.type][1] },
        sanitizedJobDescription: `<div>${one.html}</div>`,
      },
    },
  };
  const stated = {
    "@context": "http://schema.org",
    "@type": "JobPosting",
    title: one.title,
    datePosted: one.postedAt.toISOString(),
    validThrough: new Date(one.postedAt.getTime() + 30 * dayMs).toISOString(),
    description: one.html,
    hiringOrganization: { "@type": "Organization", name: one.company },
    directApply: one.type === "contract",
    ...(one.salary === null
      ? {}
      : {
          baseSalary: {
            "@type": "MonetaryAmount",
            currency: one.salary.currency,
            value: {
              minValue: one.salary.min,
              maxValue: one.salary.max,
              unitText: one.salary.period.toUpperCase(),
            },
          },
        }),
  };
  return `${head(`${one.title} - ${one.city} - Indeed.com`).replace("</head>", `<link rel="canonical" href="https://www.indeed.com/viewjob?jk=${key}"></head>`)}
${expired ? "<h2>This job has expired on Indeed</h2>" : `<script type="application/ld+json">${inScript(stated)}</script>`}
<script>window._initialData=${inScript(state)};window._sentry={"a":"}"};</script></body></html>`;
}
