// Owns the replicas of employers' boards: Greenhouse, Lever, Ashby, Workable, SmartRecruiters, Recruitee and
// Workday, each with its API in its own form, its paging and its way to say that there is nothing. An employer is
// all postings of one company; its name on the board is made of its name.
import type { Ask, Captured } from "@skillstream/scrape/source.ts";
import type { MadeUp } from "./postings.ts";
import type { Answering, ReplicaAnswer } from "./site.ts";

/** What a replica answers, without a server between. */
export function answered(site: Answering, { url, json: body }: Ask): Captured & { status: number } {
  const { pathname, searchParams } = new URL(url);
  const answer = site({
    method: body === undefined ? "GET" : "POST",
    path: decodeURIComponent(pathname),
    query: searchParams,
    json: body === undefined ? undefined : JSON.parse(body),
    text: body ?? "",
    cookies: new Map(),
    headers: {},
  }) ?? { status: 404, body: "<title>Not found</title>" };
  return {
    url,
    mediaType: answer.type ?? "text/html; charset=utf-8",
    body: Buffer.from(answer.body),
    status: answer.status ?? 200,
  };
}

/** "Brellwick & Sons" is brellwick-sons. */
export function boardName(company: string): string {
  return company.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

export function uuidOf(one: MadeUp): string {
  return `5b1e7a20-0c4d-4f6a-9d3e-${one.id.padStart(12, "0")}`;
}

function json(body: unknown, status = 200): ReplicaAnswer {
  return { status, type: "application/json; charset=utf-8", body: JSON.stringify(body) };
}

/** The postings of a board by its name; [] where there is no such board. */
function boards(postings: readonly MadeUp[]): (name: string | undefined) => MadeUp[] {
  return (name) => postings.filter((one) => boardName(one.company) === name);
}

const place = (one: MadeUp) => `${one.city}, ${one.country}`;
const commitments = {
  full_time: "Full-time",
  part_time: "Part-time",
  contract: "Contract",
  internship: "Internship",
} as const;
export function leverPosting(one: MadeUp): Record<string, unknown> {
  const url = `https://jobs.lever.co/${boardName(one.company)}/${uuidOf(one)}`;
  return {
    additionalPlain: "We answer every letter.",
    additional: "<div>We answer every letter.</div>",
    categories: {
      commitment: commitments[one.type],
      department: "Data",
      location: place(one),
      team: "Platform",
      allLocations: [place(one), "Lyon, France"],
    },
    createdAt: one.postedAt.getTime(),
    descriptionPlain: "Plain words.",
    description: one.html,
    id: uuidOf(one),
    lists: [{ text: "What you bring", content: "<li>Patience</li><li>SQL</li>" }],
    text: one.title,
    country: "EE",
    workplaceType: one.remote ? "remote" : "unspecified",
    opening: "",
    descriptionBody: one.html,
    ...(one.salary === null
      ? {}
      : {
          salaryRange: {
            min: one.salary.min,
            max: one.salary.max,
            currency: one.salary.currency,
            interval: one.salary.period === "year" ? "per-year-salary" : "per-hour-wage",
          },
          salaryDescription: "<div>Pay follows experience.</div>",
        }),
    hostedUrl: url,
    applyUrl: `${url}/apply`,
  };
}

/** `GET /v0/postings/COMPANY`, in pages by skip and limit, and `…/ID`. */
export function leverBoards(postings: readonly MadeUp[]): Answering {
  const board = boards(postings);
  return ({ path, query }) => {
    const [, company, id] = /^\/v0\/postings\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    if (company === undefined) return undefined;
    const all = board(company);
    if (all.length === 0) return json({ ok: false, error: "Document not found" }, 404);
    if (id !== undefined) {
      const one = all.find((each) => uuidOf(each) === id);
      return one === undefined
        ? json({ ok: false, error: "Document not found" }, 404)
        : json(leverPosting(one));
    }
    const skip = Number(query.get("skip") ?? 0);
    const shown = all.slice(skip, skip + Number(query.get("limit") ?? all.length));
    if (query.get("mode") === "json") return json(shown.map(leverPosting));
    const items = shown.map(
      (one) =>
        `<li><a href="https://jobs.lever.co/${company}/${uuidOf(one)}" target="_top">${one.title}</a></li>`,
    );
    return {
      body: `<!DOCTYPE html><meta charset="utf-8"><title>${company}</title><body class="list"><div class="lever"><ul>${items.join("")}</ul></div>`,
    };
  };
}

export function ashbyJob(one: MadeUp): Record<string, unknown> {
  const url = `https://jobs.ashbyhq.com/${boardName(one.company)}/${uuidOf(one)}`;
  const pay =
    one.salary === null
      ? []
      : [
          {
            compensationType: "EquityPercentage",
            interval: "NONE",
            currencyCode: null,
            minValue: 0.1,
            maxValue: 0.2,
          },
          {
            compensationType: "Salary",
            interval: one.salary.period === "year" ? "1 YEAR" : "1 HOUR",
            currencyCode: one.salary.currency,
            minValue: one.salary.min,
            maxValue: one.salary.max,
          },
        ];
  return {
    id: uuidOf(one),
    title: one.title,
    department: "Data",
    team: "Platform",
    employmentType: {
      full_time: "FullTime",
      part_time: "PartTime",
      contract: "Contract",
      internship: "Intern",
    }[one.type],
    location: one.city,
    shouldDisplayCompensationOnJobPostings: one.salary !== null,
    secondaryLocations: [{ location: "Lyon", address: { postalAddress: { addressCountry: "France" } } }],
    publishedAt: one.postedAt.toISOString().replace("Z", "+00:00"),
    isListed: true,
    isRemote: one.remote,
    address: { postalAddress: { addressCountry: one.country, addressLocality: one.city } },
    jobUrl: url,
    applyUrl: `${url}/application`,
    descriptionHtml: one.html,
    descriptionPlain: "Plain words.",
    compensation: {
      compensationTierSummary: null,
      scrapeableCompensationSalarySummary: null,
      compensationTiers: [],
      summaryComponents: pay,
    },
  };
}

function ashbyPage(data: unknown): ReplicaAnswer {
  return {
    body: `<!doctype html><html><head><title>Jobs</title></head><body><div id="root"></div><script>window.__appData = ${JSON.stringify(data)};\nfetch("/frontend/manifest.json");</script></body></html>`,
  };
}

/** `GET /posting-api/job-board/BOARD`, and the hosted pages of boards and postings. */
export function ashbyBoards(postings: readonly MadeUp[]): Answering {
  const board = boards(postings);
  return ({ path, query }) => {
    const api = /^\/posting-api\/job-board\/([^/]+)$/.exec(path)?.[1];
    if (api !== undefined) {
      const all = board(api);
      if (all.length === 0) return { status: 404, type: "text/plain", body: "Not Found" };
      const withPay = query.get("includeCompensation") === "true";
      return json({
        jobs: all.map(ashbyJob).map(({ compensation, ...job }) => (withPay ? { ...job, compensation } : job)),
        apiVersion: "1",
      });
    }
    const [, name, id] = /^\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    const all = board(name);
    const [first] = all;
    if (first === undefined) return ashbyPage({ organization: null, posting: null, jobBoard: null });
    const organization = {
      name: first.company,
      hostedJobsPageSlug: name,
      publicWebsite: "https://firm.example",
      theme: { logoSquareImageUrl: "https://cdn.example/square.png", logoWordmarkImageUrl: null },
    };
    const hosted = (one: MadeUp) => ({
      id: uuidOf(one),
      title: one.title,
      departmentName: "Data",
      departmentExternalName: null,
      teamId: "t1",
      locationName: one.city,
      locationExternalName: null,
      workplaceType: one.remote ? "Remote" : "Hybrid",
      employmentType: "FullTime",
      isListed: true,
      publishedDate: one.postedAt.toISOString().slice(0, 10),
      applicationDeadline: null,
      secondaryLocations: [],
      compensationTierSummary: one.salary?.period === "year" ? "€60K – €90K • Offers Equity" : null,
      updatedAt: one.postedAt.toISOString(),
    });
    if (id === undefined)
      return ashbyPage({
        organization,
        posting: null,
        jobBoard: { teams: [{ id: "t1", name: "Platform" }], jobPostings: all.map(hosted) },
      });
    const one = all.find((each) => uuidOf(each) === id);
    return ashbyPage({
      organization,
      posting:
        one === undefined
          ? null
          : { ...hosted(one), teamNames: ["Platform"], descriptionHtml: one.html, isRemote: one.remote },
      jobBoard: null,
    });
  };
}

const workdayPageMax = 20;
const workdayListMax = 2_000;

const requisition = (one: MadeUp) => `R-${one.id}`;
const workdayPath = (one: MadeUp) =>
  `/job/${one.city}/${one.title.replace(/[^\w]+/g, "-")}_${requisition(one)}`;

/** `POST /wday/cxs/TENANT/SITE/jobs`, 20 a page and 2,000 in all, and `GET …/job/PLACE/TITLE_NUMBER`. */
export function workdaySites(postings: readonly MadeUp[]): Answering {
  const board = boards(postings);
  const none = json(
    { errorCode: "S21", httpStatus: 404, message: "The page you asked for does not exist." },
    404,
  );
  return ({ method, path, json: asked }) => {
    const [, tenant, site, rest = ""] = /^\/wday\/cxs\/([^/]+)\/([^/]+)(\/.*)$/.exec(path) ?? [];
    if (tenant === undefined) return undefined;
    const all = board(tenant);
    if (all.length === 0) return none;
    if (rest === "/jobs") {
      const { limit, offset, searchText } = (asked ?? {}) as Record<string, unknown>;
      if (
        method !== "POST" ||
        typeof limit !== "number" ||
        limit > workdayPageMax ||
        typeof offset !== "number"
      )
        return json({ errorCode: "HTTP_422", httpStatus: 422, message: "" }, 422);
      const words = String(searchText ?? "").toLowerCase();
      const matching = all.filter((one) => `${one.title} ${one.city}`.toLowerCase().includes(words));
      const shown = matching.slice(0, workdayListMax).slice(offset, offset + limit);
      return json({
        // Only the first page says how many there are.
        total: offset === 0 ? Math.min(matching.length, workdayListMax) : 0,
        jobPostings: shown.map((one, index) => ({
          title: one.title,
          externalPath: workdayPath(one),
          locationsText: index % 5 === 4 ? "2 Locations" : one.city,
          postedOn: `Posted ${index + 1} Days Ago`,
          bulletFields: [requisition(one)],
        })),
        facets: [],
        userAuthenticated: false,
      });
    }
    const one = all.find((each) => rest.endsWith(`_${requisition(each)}`));
    if (one === undefined) return none;
    return json({
      jobPostingInfo: {
        id: one.id,
        title: one.title,
        jobDescription: one.html,
        location: one.city,
        additionalLocations: ["Lyon"],
        postedOn: "Posted 6 Days Ago",
        startDate: one.postedAt.toISOString().slice(0, 10),
        endDate: new Date(one.postedAt.getTime() + 30 * 86_400_000).toISOString().slice(0, 10),
        timeType: one.type === "part_time" ? "Part time" : "Full time",
        remoteType: one.remote ? "Remote" : "On-site",
        jobReqId: requisition(one),
        jobPostingId: workdayPath(one).split("/").at(-1),
        jobPostingSiteId: site,
        country: { descriptor: one.country, id: "c1" },
        canApply: true,
        posted: true,
        externalUrl: `https://${tenant}.wd3.myworkdayjobs.com/${site}${workdayPath(one)}`,
      },
      hiringOrganization: { name: one.company, url: "" },
      similarJobs: [],
      userAuthenticated: false,
    });
  };
}
