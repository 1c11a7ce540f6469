// Owns the form in which runs and sources are passed on from the scraper: what this service relies on, as types
// and as the schemas that check it and stand in the OpenAPI document. What the scraper says beyond it is left
// out. A cause is text and no list, so that one which a newer scraper knows is shown in its own words.

const results = [
  "running",
  "found",
  "empty",
  "partial",
  "blocked",
  "changed",
  "gone",
  "unavailable",
  "stopped",
] as const;
const healths = [
  "ok",
  "new",
  "empty",
  "partial",
  "blocked",
  "changed",
  "gone",
  "unavailable",
  "stopped",
] as const;
const steps = ["list", "postings", "recheck"] as const;
const vias = ["http", "browser"] as const;
const logins = ["none", "off", "on"] as const;

export type RunResult = (typeof results)[number];
export type Health = (typeof healths)[number];

export interface Counts {
  found: number;
  seen: number;
  closed: number;
  known: number;
  failed: number;
}

export interface Step extends Counts {
  step: (typeof steps)[number];
  started_at: string;
  ended_at: string | null;
  requests: number;
  retries: number;
}

export interface Run {
  id: number;
  target: string;
  source: string;
  keyword: string | null;
  location: string | null;
  trigger: string;
  started_at: string;
  ended_at: string | null;
  result: RunResult;
  cause: string | null;
  reason: string | null;
  missing: number | null;
  since: string | null;
  counts: Counts;
  steps: Step[];
  errors: { at: string; url: string; reason: string }[];
  progress: { rate: number; waiting: number; left_s: number | null } | null;
}

export interface CrawlTarget {
  target: string;
  schedule: string;
  next_run_at: string | null;
  health: Health;
  cause: string | null;
  reason: string | null;
  since: string | null;
  open: number;
  closed: number;
  last_whole_crawl: string | null;
}

export interface Account {
  account: string;
  state: string;
  warning: string | null;
  used_today: number;
  budget_a_day: number;
  added_at: string;
}

export interface CrawlSource {
  source: string;
  about: string;
  terms: string;
  argument: string | null;
  synthetic: boolean;
  searches: boolean;
  via: (typeof vias)[number];
  on: boolean;
  robots_exempt: boolean;
  login: (typeof logins)[number];
  accounts: Account[];
  targets: CrawlTarget[];
}

type Schema = Readonly<Record<string, unknown>>;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const count = { type: "integer", minimum: 0 } as const;
const time = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z$",
} as const;
const orNull = <S extends { type: string }>(schema: S) => ({ ...schema, type: [schema.type, "null"] });
const said = (schema: Schema, description: string): Schema => ({ ...schema, description });

/** Every field must be there; one that nobody knows is null. */
const record = (properties: Record<string, Schema>) => ({
  type: "object",
  required: Object.keys(properties),
  properties,
});
const listOf = (items: Schema, maxItems: number) => ({ type: "array", maxItems, items });

const counts = {
  found: said(count, "Published: new or changed."),
  seen: said(count, "Published: still there."),
  closed: said(count, "Published: no more."),
  known: said(count, "Looked at, and as it was."),
  failed: said(count, "Could not be read."),
};

export const runSchema = record({
  id: count,
  target: said(text, "As it is written in the settings or in searches.yaml."),
  source: text,
  keyword: orNull(text),
  location: orNull(text),
  trigger: said(text, "Why it began: schedule, catch-up, start, by hand or recheck."),
  started_at: time,
  ended_at: orNull(time),
  result: { type: "string", enum: results },
  cause: said(orNull(text), 'What stands in the way, such as "wrong cookie".'),
  reason: orNull(text),
  missing: said(orNull(count), "Estimate of the postings that the site has and did not show."),
  since: said(orNull(time), "Only what was posted since then was asked for."),
  counts: record(counts),
  steps: listOf(
    record({
      step: { type: "string", enum: steps },
      started_at: time,
      ended_at: orNull(time),
      requests: count,
      retries: said(count, "Requests that had to be made again."),
      ...counts,
    }),
    100,
  ),
  errors: said(listOf(record({ at: time, url: text, reason: text }), 1_000), "The last few."),
  progress: {
    ...record({
      rate: { type: "number", minimum: 0, description: "Postings a second." },
      waiting: count,
      left_s: { type: ["number", "null"], minimum: 0, description: "Seconds left, where that can be told." },
    }),
    type: ["object", "null"],
    description: "While it runs.",
  },
});

export const sourceSchema = record({
  source: text,
  about: text,
  terms: said(text, "What the site's terms and robots.txt mean for whoever switches it on."),
  argument: orNull(text),
  synthetic: said(flag, "Its postings are made up."),
  searches: said(flag, "The site itself can be asked for a keyword or place."),
  via: { type: "string", enum: vias },
  on: flag,
  robots_exempt: said(flag, "robots.txt is not asked, because the operator named the source."),
  login: {
    type: "string",
    enum: logins,
    description: "Whether it needs one, and whether that is switched on.",
  },
  accounts: listOf(
    record({
      account: text,
      state: said(text, "ok, new, wrong cookie, expired session or banned account."),
      warning: orNull(text),
      used_today: count,
      budget_a_day: count,
      added_at: time,
    }),
    10_000,
  ),
  targets: listOf(
    record({
      target: text,
      schedule: text,
      next_run_at: orNull(time),
      health: { type: "string", enum: healths },
      cause: orNull(text),
      reason: orNull(text),
      since: orNull(time),
      open: count,
      closed: count,
      last_whole_crawl: orNull(time),
    }),
    10_000,
  ),
});

/** More than anybody looks through on a page; the scraper gives no more either. */
export const runsMax = 200;

export const runsSchema = record({ runs: listOf(runSchema, runsMax) });
export const sourcesSchema = record({ sources: listOf(sourceSchema, 1_000) });
