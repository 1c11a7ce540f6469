// Owns the answers on the data themselves: whether what must hold of the tables holds.
import type { FastifyInstance } from "fastify";
import type { Queries } from "../queries.ts";

export interface DataCheck {
  name: string;
  broken: number;
  examples: string[];
  error: string;
  took_ms: number;
  checked_at_ms: number;
}

const checksSchema = {
  type: "object",
  required: ["generation", "checked_at", "checks"],
  properties: {
    generation: { type: "integer" },
    checked_at: {
      type: ["string", "null"],
      description: "When they were last asked; null where they never were.",
    },
    checks: {
      type: "array",
      items: {
        type: "object",
        required: ["name", "broken", "examples", "error", "took_ms"],
        properties: {
          name: { type: "string", description: "Of the file in services/4-store/checks." },
          broken: { type: "integer", minimum: 0, description: "Rows or groups that break it." },
          examples: { type: "array", items: { type: "string" } },
          error: { type: "string", description: "Why it could not be asked; empty where it could." },
          took_ms: { type: "integer", minimum: 0 },
        },
      },
    },
  },
} as const;

export function dataRoutes(app: FastifyInstance, queries: Queries): void {
  app.get(
    "/data-checks",
    {
      schema: {
        summary: "What must hold of the tables, and whether it did when the store last asked",
        response: { 200: checksSchema, "5xx": { $ref: "Problem#" } },
      },
    },
    async ({ signal }) => {
      const generation = await queries.liveGeneration(signal);
      const checks = await queries.run<DataCheck>("data_checks", { generation }, signal);
      const [first] = checks;
      return {
        generation,
        checked_at: first === undefined ? null : new Date(first.checked_at_ms).toISOString(),
        checks,
      };
    },
  );
}
