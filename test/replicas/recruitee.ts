// Owns the replica of one employer's career site at Recruitee: its API of offers.
import { boardName, json } from "./boards.ts";
import type { MadeUp } from "./postings.ts";
import type { Answering } from "./site.ts";

const utc = (date: Date) => date.toISOString().replace("T", " ").replace(".000Z", " UTC");
const employments = {
  full_time: "fulltime_permanent",
  part_time: "parttime_permanent",
  contract: "freelance",
  internship: "internship",
} as const;
const levels = {
  entry: "entry_level",
  mid: "mid_level",
  senior: "senior_level",
  director: "executive",
} as const;

export function recruiteeOffer(one: MadeUp): Record<string, unknown> {
  const slug = one.title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const url = `https://${boardName(one.company)}.recruitee.com/o/${slug}`;
  return {
    id: Number(one.id),
    slug,
    position: 1,
    status: "published",
    title: one.title,
    description: one.html,
    requirements: "<ul><li>Patience</li></ul>",
    location: `${one.city}, ${one.country}`,
    city: one.city,
    state_name: "",
    country: one.country,
    country_code: "XX",
    locations: [
      { id: 1, name: one.city, city: one.city, state: null, country: one.country, country_code: "XX" },
      { id: 2, name: "Lyon", city: "Lyon", state: "Rhône", country: "France", country_code: "FR" },
    ],
    remote: one.remote,
    hybrid: false,
    on_site: !one.remote,
    careers_url: url,
    careers_apply_url: `${url}/c/new`,
    company_name: one.company,
    department: "Data",
    category_code: "information_technology",
    employment_type_code: employments[one.type],
    experience_code: levels[one.level],
    education_code: "bachelor_degree",
    created_at: utc(new Date(one.postedAt.getTime() - 86_400_000)),
    published_at: utc(one.postedAt),
    updated_at: utc(one.postedAt),
    close_at: null,
    salary:
      one.salary === null
        ? { min: null, max: null, period: null, currency: null }
        : {
            min: one.salary.min.toFixed(2),
            max: one.salary.max.toFixed(2),
            period: one.salary.period,
            currency: one.salary.currency,
          },
    tags: [],
    translations: { en: { title: one.title, description: one.html } },
  };
}

/** `GET /api/offers/` and `…/ID`. */
export function recruiteeSite(postings: readonly MadeUp[]): Answering {
  return ({ path }) => {
    if (/^\/api\/offers\/?$/.test(path)) return json({ offers: postings.map(recruiteeOffer) });
    const id = /^\/api\/offers\/([\w-]+)$/.exec(path)?.[1];
    if (id === undefined) return undefined;
    const offer = postings.map(recruiteeOffer).find((one) => String(one.id) === id || one.slug === id);
    return offer === undefined ? json({ error: "Not found" }, 404) : json({ offer });
  };
}
