// Owns the source `greenhouse`: the public job boards of employers that use Greenhouse, by its boards API. One
// answer lists a whole board with every description, so nothing more is fetched for a posting.
import { decodePage } from "../read/decode.ts";
import { arrayItems } from "../read/json-slice.ts";
import {
  type Captured,
  type List,
  nothingStated,
  type RawPosting,
  type Result,
  type Source,
  unreadable,
  usual,
} from "../source.ts";

const api = "https://boards-api.greenhouse.io/v1/boards";

interface Job {
  id?: number | string;
  title?: string;
  content?: string;
  updated_at?: string;
  first_published?: string;
  company_name?: string;
  absolute_url?: string;
  location?: { name?: string } | null;
  departments?: { name?: string }[];
  offices?: { name?: string; location?: string | null }[];
  metadata?: { name?: string; value?: unknown }[] | null;
  pay_input_ranges?: (PayRange | null)[];
  application_deadline?: string | null;
}

interface PayRange {
  min_cents?: number;
  max_cents?: number;
  currency_type?: string;
  title?: string;
}

/** `site` stands for the API elsewhere than at Greenhouse, for tests. */
export function greenhouseSource(site: string = api): Source {
  return {
    ...usual,
    name: "greenhouse",
    site: "greenhouse",
    terms: "the boards API is public and made for reading; it needs no key",
    doc: "an employer's board at Greenhouse, such as greenhouse:acme",
    argument: "BOARD",
    plan(argument) {
      if (argument === undefined || !/^[\w-]{1,100}$/.test(argument)) {
        throw new Error(
          `greenhouse takes the name of a board as in boards.greenhouse.io/NAME: greenhouse:NAME, not "${argument ?? ""}"`,
        );
      }
      return [{ url: `${site}/${argument}/jobs?content=true` }];
    },
    list(page) {
      const result = parse(page);
      if (result.result !== "found" && result.result !== "partial") return result;
      const value: List = {
        next: null,
        items: result.value.map((posting) => ({
          source_id: posting.source_id,
          url: posting.payload?.url ?? posting.job_url ?? page.url,
          stamp: null,
          posting,
        })),
      };
      return { ...result, value };
    },
    parse,
  };
}

function parse(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return unreadable(text, "the answer is not JSON");
  }
  if (answer === null || typeof answer !== "object")
    return { result: "changed", reason: "the answer is no object" };
  const { error } = answer as { error?: unknown };
  if (typeof error === "string") return { result: "gone", reason: error };
  if ("id" in answer && "title" in answer) return found([answer as Job], [text], page);
  const jobs = jobsIn(answer, 0);
  if (jobs === undefined) return { result: "changed", reason: "the answer has no jobs" };
  if (jobs.length === 0) return { result: "empty", reason: "the board has no postings" };
  return found(jobs, "jobs" in answer ? arrayItems(text, "jobs") : [], page);
}

/** Boards nest jobs in departments, and those in offices; undefined where there is no list of jobs at all. */
function jobsIn(answer: object, depth: number): Job[] | undefined {
  const { jobs, departments, offices } = answer as Record<string, unknown>;
  if (Array.isArray(jobs)) return jobs as Job[];
  const groups = [departments, offices].filter(Array.isArray).flat() as unknown[];
  if (depth > 2 || groups.length === 0) return undefined;
  const byId = new Map<unknown, Job>();
  for (const group of groups) {
    if (group === null || typeof group !== "object") continue;
    for (const job of jobsIn(group, depth + 1) ?? []) byId.set(job?.id, job);
  }
  return [...byId.values()];
}

function found(jobs: Job[], slices: string[], page: Captured): Result<RawPosting[]> {
  const board =
    /\/boards\/([\w-]+)/.exec(page.url)?.[1] ??
    /greenhouse\.io\/([\w-]+)\/jobs/.exec(jobs[0]?.absolute_url ?? "")?.[1];
  const value = jobs.flatMap((job, index) => {
    const posting = read(job, slices[index] ?? JSON.stringify(job), board, page);
    return posting === undefined ? [] : [posting];
  });
  const nameless = jobs.length - value.length;
  if (nameless > 0)
    return { result: "partial", value, reason: `${nameless} of ${jobs.length} jobs have no id` };
  const bare = value.filter((posting) => posting.parsed.description_html === null).length;
  if (bare > 0)
    return { result: "partial", value, reason: `${bare} of ${jobs.length} jobs have no description` };
  return { result: "found", value };
}

const stated = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" ? value : null;
const names = (items: { name?: string }[] | undefined) =>
  (Array.isArray(items) ? items : []).flatMap((item) => stated(item?.name) ?? []);

function read(job: Job, slice: string, board: string | undefined, page: Captured): RawPosting | undefined {
  if (job === null || typeof job !== "object" || (typeof job.id !== "number" && typeof job.id !== "string")) {
    return undefined;
  }
  const fact = (pattern: RegExp): string | null => {
    const entry = (Array.isArray(job.metadata) ? job.metadata : []).find((one) =>
      pattern.test(one?.name ?? ""),
    );
    return Array.isArray(entry?.value) ? stated(entry.value[0]) : stated(entry?.value);
  };
  const pay = Array.isArray(job.pay_input_ranges) ? (job.pay_input_ranges[0] ?? null) : null;
  const cents = (value: number | undefined) => (typeof value === "number" ? value / 100 : null);
  const url = stated(job.absolute_url);
  return {
    source_id: String(job.id),
    job_url: url,
    payload: {
      url: page.url.includes("/jobs?") ? page.url.replace(/\/jobs\?.*$/, `/jobs/${job.id}`) : page.url,
      mediaType: page.mediaType,
      body: Buffer.from(slice),
    },
    parsed: {
      ...nothingStated(),
      title: stated(job.title),
      company: stated(job.company_name) ?? board ?? null,
      location: stated(job.location?.name) ?? (names(job.offices).join("; ") || null),
      employment_type: fact(/employment|job type|time type|contract/i),
      seniority_level: fact(/seniority|level/i),
      workplace_type: fact(/workplace|remote|work model|location type/i),
      job_functions: names(job.departments).filter((name) => name !== "No Department"),
      description_html: stated(job.content),
      salary:
        pay === null
          ? null
          : {
              min: cents(pay.min_cents),
              max: cents(pay.max_cents),
              currency: stated(pay.currency_type),
              period: stated(pay.title),
            },
      // updated_at is no time of posting: it moves with every edit.
      posted_time: stated(job.first_published),
      expire_time: stated(job.application_deadline),
      apply_url: url,
    },
  };
}
