// Owns the answers on trends: the skills most asked for, what rises and falls for sure, and one skill's history.
import type { FastifyInstance } from "fastify";
import { moverClustersMin, moverMonths } from "../feed.ts";
import { HttpProblem } from "../problem.ts";
import type { Queries } from "../queries.ts";
import {
  type Compared,
  type MonthTotal,
  monthsBack,
  type Period,
  type SkillChange,
  type SkillMonth,
} from "../trends.ts";

const monthsDefault = 24;
/** More would be a table to download, not a chart. */
const skillsMax = 200;

const kinds = ["technology", "method", "domain", "soft", "language", "certification"] as const;
const day = {
  type: "string",
  pattern: "^(19|20|21)\\d\\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?$",
} as const;
const share = { type: "number", minimum: 0, description: "Of all jobs of the time, from 0 to 1." } as const;
const bound = { type: "number", description: "End of the 95% interval." } as const;
const count = { type: "integer", minimum: 0 } as const;
const clusters = { ...count, description: "Distinct jobs: reposts of one count once." } as const;
const postings = { ...count, description: "Reposts included." } as const;
const texts = { type: "array", items: { type: "string" } } as const;
const generation = {
  type: "integer",
  description: "What is compared is of this one alone; figures of two generations are not comparable.",
} as const;

const answered = {
  normalizers: texts,
  extractors: texts,
  taxonomies: texts,
  mixed: {
    type: "boolean",
    description: "Several versions answered: a change may be one of what they read.",
  },
} as const;

const verdict = {
  type: ["string", "null"],
  enum: ["rising", "falling", "not sure", null],
  description: "Not sure where the interval of the change holds 0; null where there is nothing to compare.",
} as const;

const periodQuery = {
  from: { ...day, description: "First month, YYYY-MM; by default two years ago." },
  to: { ...day, description: "Last month, YYYY-MM; by default the running one." },
} as const;

const totalSchema = {
  type: "object",
  properties: {
    month: { type: "string" },
    clusters,
    postings,
    companies: count,
    open: count,
    remote: count,
    ...answered,
  },
} as const;

const comparedSchema = {
  type: ["object", "null"],
  description: "The periods that rising and falling compare; null where there are none yet.",
  properties: {
    from: { type: "string" },
    to: { type: "string" },
    earlier_from: { type: "string" },
    earlier_to: { type: "string" },
    clusters,
    clusters_earlier: clusters,
    sources: { ...texts, description: "Their mix is held fixed." },
    sources_left_out: { ...texts, description: "One of the periods has none of them." },
    clusters_left_out: clusters,
    ...answered,
  },
} as const;

const changeSchema = {
  type: "object",
  properties: {
    skill: { type: "string" },
    kind: { type: "string" },
    clusters,
    clusters_earlier: clusters,
    postings,
    share: { ...share, description: "Of the jobs of the period, as a fixed mix of sources would show it." },
    share_low: bound,
    share_high: bound,
    share_earlier: share,
    share_earlier_low: bound,
    share_earlier_high: bound,
    change: { type: "number", description: "share - share_earlier" },
    change_low: bound,
    change_high: bound,
    verdict,
  },
} as const;

const nullable = { type: ["number", "null"] } as const;

interface PeriodQuery {
  from?: string;
  to?: string;
}

export function trendRoutes(app: FastifyInstance, queries: Queries): void {
  app.get<{ Querystring: PeriodQuery & { kind?: string; limit: number } }>(
    "/trends/skills",
    {
      schema: {
        summary:
          "The skills most asked for, by month, with their changes, and those that rise and fall for sure",
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
            required: [
              "generation",
              "from",
              "to",
              "months",
              "skills",
              "compared",
              "changes",
              "rising",
              "falling",
            ],
            properties: {
              generation,
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
                    clusters,
                    share,
                    share_low: bound,
                    share_high: bound,
                  },
                },
              },
              compared: comparedSchema,
              changes: {
                type: "array",
                items: changeSchema,
                description: "Of the skills most asked for, sure or not.",
              },
              rising: { type: "array", items: changeSchema },
              falling: { type: "array", items: changeSchema },
            },
          },
          "4xx": { $ref: "Problem#" },
          "5xx": { $ref: "Problem#" },
        },
      },
    },
    async ({ query, signal }) => {
      const period = periodOf(query);
      const live = await queries.liveGeneration(signal);
      const { kind = "", limit } = query;
      const shown = { generation: live, ...period };
      const compare = { generation: live, to: period.to, months: moverMonths };
      const changes = (direction: string, of: string) =>
        queries.run<SkillChange>(
          "skill_changes",
          { ...compare, direction, kind: of, clusters_min: moverClustersMin, limit },
          signal,
        );
      const [months, skills, [compared], wanted, rising, falling] = await Promise.all([
        queries.run<MonthTotal>("postings_per_month", shown, signal),
        queries.run<SkillMonth>("top_skills_by_month", { ...shown, kind, limit }, signal),
        queries.run<Compared>("compared_periods", compare, signal),
        changes("", kind),
        changes("rising", ""),
        changes("falling", ""),
      ]);
      return {
        generation: live,
        ...period,
        months,
        skills,
        compared: compared ?? null,
        changes: wanted,
        rising,
        falling,
      };
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
              generation,
              skill: { type: "string" },
              kind: { type: "string" },
              months: {
                type: "array",
                items: {
                  type: "object",
                  properties: {
                    month: { type: "string" },
                    clusters,
                    required: count,
                    preferred: count,
                    mentioned: count,
                    companies: count,
                    open: count,
                    remote: count,
                    postings,
                    all_clusters: count,
                    share,
                    share_low: bound,
                    share_high: bound,
                    change: {
                      ...nullable,
                      description: "Against the month before, as a fixed mix of sources would show it.",
                    },
                    change_low: nullable,
                    change_high: nullable,
                    verdict,
                    mixed: {
                      type: "boolean",
                      description:
                        "Several versions answered this month and the one before: the change may be one of what they read.",
                    },
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
      const live = await queries.liveGeneration(signal);
      const months = await queries.run<{ kind: string }>(
        "skill_trend_by_month",
        { generation: live, ...period, skill: params.name },
        signal,
      );
      const kind = months.find((month) => month.kind !== "")?.kind;
      if (kind === undefined) {
        throw new HttpProblem(404, `No posting of that time asks for ${JSON.stringify(params.name)}.`);
      }
      return { generation: live, skill: params.name, kind, months };
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
