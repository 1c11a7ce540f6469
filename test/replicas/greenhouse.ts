// Owns the replica of Greenhouse: the boards API, and hosted pages in their newer form.
import { boardName, boards, json } from "./boards.ts";
import type { MadeUp } from "./postings.ts";
import type { Answering, ReplicaAnswer } from "./site.ts";

/** The API escapes the markup of a description. */
function escaped(html: string): string {
  return html.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const address = (one: MadeUp) => `https://job-boards.greenhouse.io/${boardName(one.company)}/jobs/${one.id}`;
const place = (one: MadeUp) => `${one.city}, ${one.country}`;

export function greenhouseJob(one: MadeUp): Record<string, unknown> {
  return {
    absolute_url: address(one),
    internal_job_id: Number(one.id) - 1_000,
    location: { name: place(one) },
    metadata: [
      { id: 1, name: "Employment Type", value: "Full-time", value_type: "single_select" },
      { id: 2, name: "Workplace Type", value: one.remote ? "Remote" : null, value_type: "single_select" },
      { id: 3, name: "Job Level", value: one.level, value_type: "single_select" },
    ],
    id: Number(one.id),
    updated_at: new Date(one.postedAt.getTime() + 60_000).toISOString().replace(".000Z", "-00:00"),
    requisition_id: `R${one.id}`,
    title: one.title,
    company_name: one.company,
    first_published: one.postedAt.toISOString().replace(".000Z", "+00:00"),
    content: escaped(one.html),
    departments: [{ id: 9, name: "Data", child_ids: [], parent_id: null }],
    offices: [{ id: 5, name: one.city, location: place(one), child_ids: [], parent_id: null }],
    ...(one.salary === null
      ? {}
      : {
          pay_input_ranges: [
            {
              min_cents: one.salary.min * 100,
              max_cents: one.salary.max * 100,
              currency_type: one.salary.currency,
              title: one.salary.period === "year" ? "Annual salary range" : "Hourly range",
              blurb: "",
            },
          ],
        }),
  };
}

function page(route: string, data: unknown): ReplicaAnswer {
  const context = { basename: "/", state: { loaderData: { root: {}, [route]: data }, actionData: null } };
  const script = JSON.stringify(context).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
  return {
    body: `<!DOCTYPE html><html lang="en"><head><title>Jobs</title></head><body><script>window.__remixContext = ${script};</script></body></html>`,
  };
}

/** `GET /v1/boards/BOARD/jobs`, `…/jobs/ID` and `…/departments`, and the hosted pages. */
export function greenhouseBoards(postings: readonly MadeUp[]): Answering {
  const board = boards(postings);
  return ({ path, query }) => {
    const [, name, rest] = /^\/v1\/boards\/([^/]+)\/(.+)$/.exec(path) ?? [];
    if (name === undefined || rest === undefined) return hosted(path, board);
    const all = board(name);
    if (all.length === 0) return json({ error: `Could not find a job board with token '${name}'` }, 404);
    const thin = ({ content: _, departments: __, offices: ___, ...job }: Record<string, unknown>) => job;
    const jobs = all.map(greenhouseJob);
    const shown = query.get("content") === "true" ? jobs : jobs.map(thin);
    if (rest === "jobs") return json({ jobs: shown, meta: { total: jobs.length } });
    if (rest === "departments")
      return json({
        departments: [
          { id: 9, name: "Data", parent_id: null, child_ids: [], jobs: jobs.map(thin) },
          { id: 0, name: "No Department", jobs: [] },
        ],
      });
    const id = /^jobs\/(\d+)$/.exec(rest)?.[1];
    const one = jobs.find((job) => String(job.id) === id);
    return one === undefined ? json({ status: 404, error: "Job not found" }, 404) : json(one);
  };
}

function hosted(path: string, board: (name: string | undefined) => MadeUp[]): ReplicaAnswer | undefined {
  const [, name, id] = /^\/([\w-]+)(?:\/jobs\/(\d+))?$/.exec(path) ?? [];
  const all = board(name);
  const [first] = all;
  if (first === undefined) return undefined;
  const logo = { url: "https://cdn.example/logo.png" };
  if (id === undefined)
    return page("routes/$url_token", {
      board: { name: first.company, logo },
      jobPosts: {
        count: all.length,
        page: 1,
        total_pages: 1,
        data: all.map((one) => ({
          id: Number(one.id),
          title: one.title,
          location: place(one),
          absolute_url: address(one),
          published_at: one.postedAt.toISOString(),
          department: { id: 9, name: "Data" },
        })),
      },
    });
  const one = all.find((each) => each.id === id);
  if (one === undefined) return undefined;
  return page("routes/$url_token_.jobs_.$job_post_id", {
    board: { logo },
    jobPost: {
      post_type: "external",
      title: one.title,
      company_name: one.company,
      job_post_location: place(one),
      public_url: address(one),
      published_at: one.postedAt.toISOString(),
      introduction: "<p>Who we are.</p>",
      content: one.html,
      conclusion: "",
      employment: "Full-time",
      pay_ranges:
        one.salary === null
          ? []
          : [
              {
                min: `$${one.salary.min.toLocaleString("en")}`,
                max: `$${one.salary.max.toLocaleString("en")}`,
                currency_type: "USD",
                title: "Annual salary",
                description: "",
              },
            ],
    },
  });
}
