// Owns the replica of SmartRecruiters' posting API: lists in pages, and postings one by one.
import { boardName, boards, json } from "./boards.ts";
import type { MadeUp } from "./postings.ts";
import type { Answering } from "./site.ts";

const pagePostingsMax = 100;

const employments = {
  full_time: "Full-time",
  part_time: "Part-time",
  contract: "Contract",
  internship: "Intern",
} as const;
const levels = {
  entry: "Entry Level",
  mid: "Mid-Senior Level",
  senior: "Mid-Senior Level",
  director: "Director",
} as const;

function thinPosting(one: MadeUp): Record<string, unknown> {
  const identifier = boardName(one.company);
  return {
    id: `7440000${one.id}`,
    name: one.title,
    uuid: `u-${one.id}`,
    refNumber: `REF${one.id}`,
    company: { identifier, name: one.company },
    releasedDate: one.postedAt.toISOString(),
    location: {
      city: one.city,
      country: "xx",
      remote: one.remote,
      hybrid: false,
      fullLocation: `${one.city}, ${one.country}`,
    },
    industry: { id: "computer_software", label: "Computer Software" },
    department: { id: "1", label: "Data" },
    function: { id: "engineering", label: "Engineering" },
    typeOfEmployment: { id: "x", label: employments[one.type] },
    experienceLevel: { id: "x", label: levels[one.level] },
    visibility: "PUBLIC",
    ref: `https://api.smartrecruiters.com/v1/companies/${identifier}/postings/7440000${one.id}`,
    language: { code: "en", label: "English" },
  };
}

/** `GET /v1/companies/COMPANY/postings` by limit and offset, and `…/postings/ID`. An unknown company has none. */
export function smartrecruitersCompanies(postings: readonly MadeUp[]): Answering {
  const board = boards(postings);
  return ({ path, query }) => {
    const [, company, id] = /^\/v1\/companies\/([^/]+)\/postings(?:\/([^/]+))?$/.exec(path) ?? [];
    if (company === undefined) return undefined;
    const all = board(company);
    if (id === undefined) {
      const words = (query.get("q") ?? "").toLowerCase();
      const matching = all.filter((one) => `${one.title} ${one.city}`.toLowerCase().includes(words));
      const limit = Math.min(Number(query.get("limit") ?? 10), pagePostingsMax);
      const offset = Number(query.get("offset") ?? 0);
      return json({
        offset,
        limit,
        totalFound: matching.length,
        content: matching.slice(offset, offset + limit).map(thinPosting),
      });
    }
    const one = all.find((each) => `7440000${each.id}` === id);
    if (one === undefined)
      return json(
        { message: "Posting not found", errors: [{ code: "NOT_FOUND", message: "Posting not found" }] },
        404,
      );
    const url = `https://jobs.smartrecruiters.com/${company}/${id}-made-up`;
    return json({
      ...thinPosting(one),
      active: true,
      postingUrl: url,
      applyUrl: `${url}?oga=true`,
      jobAd: {
        sections: {
          qualifications: { title: "Qualifications", text: "<ul><li>Patience</li></ul>" },
          companyDescription: { title: "Company Description", text: "<p>Who we are.</p>" },
          jobDescription: { title: "Job Description", text: one.html },
          additionalInformation: { title: "Additional Information", text: "" },
          videos: { title: "Videos", urls: [] },
        },
      },
    });
  };
}
