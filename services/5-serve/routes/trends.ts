// Owns the answers on trends: the skills most asked for, those that rise and fall, and one skill's history.
import type { FastifyInstance } from "fastify";
import { moverMonths, moverPostingsMin } from "../feed.ts";
import { HttpProblem } from "../problem.ts";
import type { Queries } from "../queries.ts";
import { type MonthTotal, type Movement, monthsBack, type Period, type SkillMonth } from "../trends.ts";

const monthsDefault = 24;
/** More would be a table to download, not a chart. */
const skillsMax = 200;

const kinds = ["technology", "method", "domain", "soft", "language", "certification"] as const;
const day = {
  type: "string",
  pattern: "^(19|20|21)\\d\\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?$",
} as const;
const share = {
  type: "number",
  minimum: 0,
  description: "Of all postings of the time, from 0 to 1.",
} as const;
const count = { type: "integer", minimum: 0 } as const;

const periodQuery = {
  from: { ...day, description: "First month, YYYY-MM; by default two years ago." },
  to: { ...day, description: "Last month, YYYY-MM; by default the running one." },
} as const;

const totalSchema = {
  type: "object",
  properties: { month: { type: "string" }, postings: count, companies: count, open: count, remote: count },
} as const;

const movementSchema = {
  type: "object",
  properties: {
    skill: { type: "string" },
    kind: { type: "string" },
    postings: count,
    postings_earlier: count,
    share,
    share_earlier: share,
  },
} as const;

interface PeriodQuery {
  from?: string;
  to?: string;
}

export function trendRoutes(app: FastifyInstance, queries: Queries): void {
  app.get<{ Querystring: PeriodQuery & { kind?: string; limit: number } }>(
    "/trends/skills",
    {
      schema: {
        summary: "The skills most asked for, by month, with those that rise and fall",
        querystring: {
          type: "object",
          additionalProperties: false,
          properties: {
            ...periodQuery,
            kind: { type: "string", enum: kinds },
            limit: { type: "integer", minimum: 1, maximum: skillsMax, default: 20 },
          },
        },
        response: {
          200: {
            type: "object",
            required: ["generation", "from", "to", "months", "skills", "rising", "falling"],
            properties: {
              generation: { type: "integer" },
              from: { type: "string" },
              to: { type: "string" },
              months: { type: "array", items: totalSchema },
              skills: {
                type: "array",
                items: {
                  type: "object",
                  properties: {
                    skill: { type: "string" },
                    kind: { type: "string" },
                    month: { type: "string" },
                    postings: count,
                    share,
                  },
                },
              },
              rising: { type: "array", items: movementSchema },
              falling: { type: "array", items: movementSchema },
            },
          },
          "4xx": { $ref: "Problem#" },
          "5xx": { $ref: "Problem#" },
        },
      },
    },
    async ({ query, signal }) => {
      const period = periodOf(query);
      const generation = await queries.liveGeneration(signal);
      const { kind = "", limit } = query;
      const movers = {
        generation,
        to: period.to,
        months: moverMonths,
        postings_min: moverPostingsMin,
        limit,
      };
      const [months, skills, rising, falling] = await Promise.all([
        queries.run<MonthTotal>("postings_per_month", { generation, ...period }, signal),
        queries.run<SkillMonth>("top_skills_by_month", { generation, ...period, kind, limit }, signal),
        queries.run<Movement>("rising_skills", movers, signal),
        queries.run<Movement>("falling_skills", movers, signal),
      ]);
      return { generation, ...period, months, skills, rising, falling };
    },
  );

  app.get<{ Params: { name: string }; Querystring: PeriodQuery }>(
    "/skills/:name/trend",
    {
      schema: {
        summary: "One skill, month by month",
        params: { type: "object", properties: { name: { type: "string", maxLength: 200 } } },
        querystring: { type: "object", additionalProperties: false, properties: periodQuery },
        response: {
          200: {
            type: "object",
            required: ["generation", "skill", "kind", "months"],
            properties: {
              generation: { type: "integer" },
              skill: { type: "string" },
              kind: { type: "string" },
              months: {
                type: "array",
                items: {
                  type: "object",
                  properties: {
                    month: { type: "string" },
                    postings: count,
                    required: count,
                    preferred: count,
                    mentioned: count,
                    companies: count,
                    open: count,
                    remote: count,
                    all_postings: count,
                    share,
                  },
                },
              },
            },
          },
          "4xx": { $ref: "Problem#" },
          "5xx": { $ref: "Problem#" },
        },
      },
    },
    async ({ params, query, signal }) => {
      const period = periodOf(query);
      const generation = await queries.liveGeneration(signal);
      const months = await queries.run<{ kind: string; postings: number }>(
        "skill_trend_by_month",
        { generation, ...period, skill: params.name },
        signal,
      );
      const kind = months.find((month) => month.kind !== "")?.kind;
      if (kind === undefined) {
        throw new HttpProblem(404, `No posting of that time asks for ${JSON.stringify(params.name)}.`);
      }
      return { generation, skill: params.name, kind, months };
    },
  );
}

function periodOf({ from, to }: PeriodQuery): Period {
  const usual = monthsBack(monthsDefault);
  const firstDay = (month: string) => `${month.slice(0, 7)}-01`;
  const period = { from: firstDay(from ?? usual.from), to: firstDay(to ?? usual.to) };
  if (period.from > period.to)
    throw new HttpProblem(400, `from (${period.from}) lies after to (${period.to}).`);
  return period;
}
