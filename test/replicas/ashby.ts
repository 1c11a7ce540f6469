// Owns the replica of Ashby: boards by its posting API, and hosted pages that carry their application's data.
import { boardName, boards, json, uuidOf } from "./boards.ts";
import type { MadeUp } from "./postings.ts";
import type { Answering, ReplicaAnswer } from "./site.ts";

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
