// Owns the replica of Workday's career sites: lists by POST with a cap, and postings one by one.
import { boards, json } from "./boards.ts";
import type { MadeUp } from "./postings.ts";
import type { Answering } from "./site.ts";

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
