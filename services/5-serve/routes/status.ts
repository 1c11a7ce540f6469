// Owns the answers on how the stream is doing: status, and the ledger.
import type { FastifyInstance } from "fastify";
import type { Feed } from "../feed.ts";
import type { Flow } from "../flow.ts";
import { type Ledger, readLedger } from "../ledger.ts";
import type { Queries } from "../queries.ts";

const count = { type: "integer", minimum: 0 } as const;

export const ledgerSchema = {
  type: "object",
  description: "Every raw event is exactly one of the others; at rest nothing is in flight.",
  required: ["scraped", "stored", "duplicates", "observed", "dropped", "rejected", "inFlight"],
  properties: {
    scraped: { ...count, description: "Raw events." },
    stored: { ...count, description: "Versions of postings." },
    duplicates: { ...count, description: "The same posting with the same content, again." },
    observed: { ...count, description: "Postings seen again or closed, without payload." },
    dropped: { ...count, description: "Not wanted, by rule." },
    rejected: { ...count, description: "Wrong; kept to be looked at and requeued." },
    inFlight: { ...count, description: "On the way through the stages." },
  },
} as const;

export const statusSchema = {
  type: "object",
  required: ["generation", "stored", "ratePerS", "synthetic", "stages", "problem"],
  properties: {
    generation: { type: ["integer", "null"], description: "The live generation." },
    stored: { ...count, description: "Versions of postings." },
    ratePerS: {
      type: "number",
      minimum: 0,
      description: "Events landed a second, over the last ten seconds.",
    },
    synthetic: { type: "boolean", description: "Some of the postings are made up." },
    stages: {
      type: ["array", "null"],
      description: "null where Kafka does not answer.",
      items: {
        type: "object",
        required: ["stage", "waiting"],
        properties: {
          stage: { type: "string" },
          waiting: { ...count, description: "Records before the stage." },
        },
      },
    },
    problem: { type: ["string", "null"], description: "What can't be read at the moment." },
  },
} as const;

export function statusRoutes(
  app: FastifyInstance,
  { queries, flow, feed }: { queries: Queries; flow: Flow; feed: Feed },
): void {
  app.get(
    "/status",
    {
      schema: {
        summary: "How the stream is doing",
        response: { 200: statusSchema, "5xx": { $ref: "Problem#" } },
      },
    },
    async () => {
      await feed.ready();
      return feed.status();
    },
  );

  app.get(
    "/ledger",
    {
      schema: {
        summary: "What became of every raw event",
        response: { 200: ledgerSchema, "5xx": { $ref: "Problem#" } },
      },
    },
    async (request): Promise<Ledger> =>
      readLedger(queries, flow, await queries.liveGeneration(request.signal), request.signal),
  );
}
