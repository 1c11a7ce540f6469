// Owns the answer on one posting: its latest version, and every skill with the spans that prove it.
import type { FastifyInstance } from "fastify";
import { HttpProblem } from "../problem.ts";
import type { Queries } from "../queries.ts";

const text = { type: ["string", "null"] } as const;
const number = { type: ["number", "null"] } as const;
const texts = { type: "array", items: { type: "string" } } as const;

const postingSchema = {
  type: "object",
  required: ["generation", "job_id", "title", "description", "closed", "extraction"],
  properties: {
    generation: { type: "integer" },
    job_id: { type: "string" },
    source: { type: "string" },
    source_id: { type: "string" },
    job_url: text,
    apply_url: text,
    title: { type: "string" },
    company: text,
    company_logo_url: text,
    location: text,
    employment_type: text,
    seniority_level: text,
    workplace_type: text,
    industries: texts,
    job_functions: texts,
    description: { type: "string", description: "Plain text; mentions point into it in UTF-16 code units." },
    skills: { ...texts, description: "As the source states them." },
    skills_summary: text,
    salary: {
      type: ["object", "null"],
      properties: { min: number, max: number, currency: { type: "string" }, period: { type: "string" } },
    },
    posted_time: text,
    expire_time: text,
    reposted: { type: ["boolean", "null"] },
    reposted_info: text,
    applicant_count: number,
    application_type: text,
    language: text,
    synthetic: { type: "boolean", description: "Made up." },
    observed_at: { type: "string" },
    closed: { type: "boolean" },
    content_hash: { type: "string" },
    normalizer: { type: "string" },
    extraction: { type: "object", additionalProperties: true, description: "With every skill's mentions." },
  },
} as const;

interface PostingRow extends Record<string, unknown> {
  salary_currency: string | null;
  extraction: string;
  closed: boolean | number;
  posted_time: string | null;
  expire_time: string | null;
  observed_at: string;
}

export function postingRoutes(app: FastifyInstance, queries: Queries): void {
  app.get<{ Params: { job_id: string } }>(
    "/postings/:job_id",
    {
      schema: {
        summary: "One posting with its skills and their mentions",
        params: { type: "object", properties: { job_id: { type: "string", maxLength: 200 } } },
        response: { 200: postingSchema, "4xx": { $ref: "Problem#" }, "5xx": { $ref: "Problem#" } },
      },
    },
    async ({ params: { job_id }, signal }) => {
      const generation = await queries.liveGeneration(signal);
      const [row] = await queries.run<PostingRow>("posting", { generation, job_id }, signal);
      if (row === undefined) throw new HttpProblem(404, `There is no posting ${JSON.stringify(job_id)}.`);
      const { salary_min: min, salary_max: max, salary_currency: currency, salary_period: period } = row;
      return {
        ...row,
        generation,
        salary: currency === null ? null : { min, max, currency, period },
        posted_time: isoTime(row.posted_time),
        expire_time: isoTime(row.expire_time),
        observed_at: isoTime(row.observed_at),
        closed: Boolean(row.closed),
        extraction: JSON.parse(row.extraction),
      };
    },
  );
}

/** ClickHouse writes UTC without saying so. */
function isoTime(time: string | null): string | null {
  return time === null ? null : `${time.replace(" ", "T")}Z`;
}
