// Owns the HTTP application: routes with their schemas, the OpenAPI document made of them, the page's files,
// and the headers that keep a hostile posting from being more than text.
import fastifyStatic from "@fastify/static";
import fastifySwagger from "@fastify/swagger";
import type { ClickHouseClient } from "@skillstream/platform/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import { type FastifyBaseLogger, type FastifyInstance, fastify } from "fastify";
import { createExtraction } from "./extraction.ts";
import { createFeed } from "./feed.ts";
import type { Flow } from "./flow.ts";
import { answerError, answerProblems, describeInvalid, problemSchema } from "./problem.ts";
import { createQueries } from "./queries.ts";
import { dataRoutes } from "./routes/data.ts";
import { eventRoutes } from "./routes/events.ts";
import { extractRoutes } from "./routes/extract.ts";
import { postingRoutes } from "./routes/postings.ts";
import { runRoutes } from "./routes/runs.ts";
import { statusRoutes } from "./routes/status.ts";
import { trendRoutes } from "./routes/trends.ts";
import { createScraper } from "./scraper.ts";

export interface AppOptions {
  clickhouse: ClickHouseClient;
  flow: Flow;
  log: Logger;
  /** The scraper's health port; without it what is told of crawling is that nobody can be asked. */
  scrapeUrl?: string;
  /** Health ports of the stages that read a posting which is sent here; without them none can be sent. */
  normalizeUrl?: string;
  extractUrl?: string;
  /** Folder of the bundled page; without it the API stands alone. */
  page?: string;
}

/** Only what is sent to be read has a longer body, and a limit of its own; a URL longer than this is not one of ours. */
const bodyBytesMax = 16 * 1024;
/** No name is that long; what is, gets an answer that says so. A URL ends at Node's limit for headers, 16 KB. */
const parameterCharsMax = 16 * 1024;
/** To receive a request: a file of postings is read while it comes, and no faster than the extractor takes it. */
const requestTimeoutMs = 10 * 60 * 1000;

const securityHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

export async function createApp({
  clickhouse,
  flow,
  log,
  scrapeUrl = "",
  normalizeUrl = "",
  extractUrl = "",
  page,
}: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: log.child(
      {},
      { level: log.isLevelEnabled("warn") ? "warn" : log.level },
    ) as FastifyBaseLogger,
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: parameterCharsMax },
    ajv: { customOptions: { removeAdditional: false, allErrors: false, verbose: true } },
    schemaErrorFormatter: describeInvalid,
    // A URL that can't be decoded is refused before the hooks.
    frameworkErrors: (error, request, reply) => {
      reply.headers(securityHeaders);
      answerError(error, request, reply);
    },
  });
  const queries = createQueries(clickhouse);
  const feed = createFeed(queries, flow, log);
  app.addHook("onClose", () => feed[Symbol.asyncDispose]());
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(securityHeaders);
  });
  answerProblems(app);
  app.addSchema(problemSchema);
  await app.register(fastifySwagger, {
    openapi: {
      info: {
        title: "Skillstream",
        description: "Live knowledge of which skills job postings ask for.",
        version: "1",
      },
    },
    refResolver: { buildLocalReference: (json) => String(json.$id) },
  });
  await app.register(
    async (api) => {
      statusRoutes(api, { queries, flow, feed });
      trendRoutes(api, queries);
      postingRoutes(api, queries);
      runRoutes(api, createScraper({ url: scrapeUrl, log }));
      extractRoutes(api, createExtraction({ normalizeUrl, extractUrl }));
      dataRoutes(api, queries);
      eventRoutes(api, feed, securityHeaders);
      api.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
    },
    { prefix: "/api" },
  );
  if (page !== undefined) await app.register(fastifyStatic, { root: page, cacheControl: false, etag: true });
  return app;
}
