// Owns the replica of Workable: the answer for showing a board elsewhere, the thin list by POST with its token, and
// single jobs.
import { boards, json } from "./boards.ts";
import type { MadeUp } from "./postings.ts";
import type { Answering } from "./site.ts";

const pageJobsMax = 10;

export function shortcodeOf(one: MadeUp): string {
  return Number(one.id).toString(16).toUpperCase().padStart(10, "0");
}

const words = {
  full_time: "Full-time",
  part_time: "Part-time",
  contract: "Contract",
  internship: "Other",
} as const;
const codes = { full_time: "full", part_time: "part", contract: "contract", internship: "other" } as const;
const levels = {
  entry: "Entry level",
  mid: "Mid-Senior level",
  senior: "Mid-Senior level",
  director: "Director",
} as const;

export function widgetJob(one: MadeUp): Record<string, unknown> {
  const url = `https://apply.workable.com/j/${shortcodeOf(one)}`;
  return {
    title: one.title,
    shortcode: shortcodeOf(one),
    code: "",
    employment_type: words[one.type],
    telecommuting: one.remote,
    department: "Data",
    url,
    shortlink: url,
    application_url: `${url}/apply`,
    published_on: one.postedAt.toISOString().slice(0, 10),
    created_at: one.postedAt.toISOString().slice(0, 10),
    country: one.country,
    city: one.city,
    state: "",
    education: "",
    experience: levels[one.level],
    function: "Engineering",
    industry: "Computer Software",
    locations: [
      { country: one.country, countryCode: "XX", city: one.city, region: "", hidden: false },
      { country: "France", countryCode: "FR", city: "Lyon", region: "Rhône", hidden: false },
      { country: "Spain", countryCode: "ES", city: "Vigo", region: "", hidden: true },
    ],
    description: one.html,
  };
}

function thinJob(one: MadeUp): Record<string, unknown> {
  return {
    id: Number(one.id),
    shortcode: shortcodeOf(one),
    title: one.title,
    remote: one.remote,
    location: { country: one.country, countryCode: "XX", city: one.city, region: "" },
    locations: [{ country: one.country, countryCode: "XX", city: one.city, region: "", hidden: false }],
    state: "published",
    isInternal: false,
    code: null,
    published: one.postedAt.toISOString(),
    type: codes[one.type],
    language: "en",
    department: ["Data"],
    accountUid: "a-1",
    approvalStatus: "approved",
    workplace: one.remote ? "remote" : "on_site",
  };
}

/** `GET /api/v1/widget/accounts/X`, `POST /api/v3/accounts/X/jobs` and `GET /api/v2/accounts/X/jobs/SHORTCODE`. */
export function workableAccounts(postings: readonly MadeUp[]): Answering {
  const board = boards(postings);
  const none = { status: 404, type: "text/plain", body: "Not Found" };
  return ({ method, path, query, json: asked }) => {
    const widget = /^\/api\/v1\/widget\/accounts\/([^/]+)$/.exec(path)?.[1];
    if (widget !== undefined) {
      const all = board(widget);
      const [first] = all;
      if (first === undefined) return none;
      const jobs = all.map(widgetJob);
      const withText = query.get("details") === "true";
      return json({
        name: first.company,
        description: null,
        jobs: withText ? jobs : jobs.map(({ description: _, ...job }) => job),
      });
    }
    const [, version, account, code] =
      /^\/api\/(v2|v3)\/accounts\/([^/]+)\/jobs(?:\/([^/]+))?$/.exec(path) ?? [];
    const all = board(account);
    if (version === undefined || all.length === 0) return none;
    if (code !== undefined) {
      const one = all.find((each) => shortcodeOf(each) === code);
      if (one === undefined) return json({ error: "Job not found" }, 404);
      return json({
        ...thinJob(one),
        description: one.html,
        requirements: "<ul><li>Patience</li></ul>",
        benefits: "<p>Tea.</p>",
      });
    }
    if (method !== "POST") return none;
    const from = Number((asked as { token?: string } | undefined)?.token ?? 0);
    const rest = all.length > from + pageJobsMax ? { nextPage: String(from + pageJobsMax) } : {};
    return json({ total: all.length, results: all.slice(from, from + pageJobsMax).map(thinJob), ...rest });
  };
}
