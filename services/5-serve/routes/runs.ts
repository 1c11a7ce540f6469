// Owns the answers on crawling: each run with its steps, counts, retries and errors, and each source with its
// targets and accounts. They are the scraper's own words, checked.
import type { FastifyInstance } from "fastify";
import { runsMax, runsSchema, sourcesSchema } from "../crawls.ts";
import type { Scraper } from "../scraper.ts";

export function runRoutes(app: FastifyInstance, scraper: Scraper): void {
  app.get<{ Querystring: { limit: number; target?: string } }>(
    "/runs",
    {
      schema: {
        summary: "The latest crawls, newest first, with their steps, counts, retries and errors",
        querystring: {
          type: "object",
          additionalProperties: false,
          properties: {
            limit: { type: "integer", minimum: 1, maximum: runsMax, default: 50 },
            target: { type: "string", maxLength: 500, description: "Target whose runs are wanted." },
          },
        },
        response: { 200: runsSchema, "4xx": { $ref: "Problem#" }, "5xx": { $ref: "Problem#" } },
      },
    },
    ({ query }) => scraper.runs(query),
  );

  app.get(
    "/sources",
    {
      schema: {
        summary: "Every source: whether it is on, on which terms, its targets' health and its accounts",
        response: { 200: sourcesSchema, "5xx": { $ref: "Problem#" } },
      },
    },
    () => scraper.sources(),
  );
}
