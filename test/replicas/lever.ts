// Owns the replica of Lever: boards by its postings API in pages, single postings, and the list for embedding.
import { boardName, boards, json, uuidOf } from "./boards.ts";
import type { MadeUp } from "./postings.ts";
import type { Answering } from "./site.ts";

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
