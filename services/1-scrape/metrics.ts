// Owns what the scraper counts, beside the metrics that every process has.
import { metrics } from "@skillstream/platform/health.ts";
import { Counter, Gauge } from "prom-client";

export const fetches = new Counter({
  name: "scrape_fetches_total",
  help: "Requests to sites, retries within one counted once, by outcome.",
  labelNames: ["source", "outcome"] as const,
  registers: [metrics],
});

export const postings = new Counter({
  name: "scrape_postings_total",
  help: "Postings by what became of them: found, seen and closed were published; known and failed were not.",
  labelNames: ["source", "result"] as const,
  registers: [metrics],
});

export const recheckBacklog = new Gauge({
  name: "scrape_recheck_backlog_postings",
  help: "Open postings that are due to be looked at again.",
  labelNames: ["source"] as const,
  registers: [metrics],
});

export const recheckWorkers = new Gauge({
  name: "scrape_recheck_workers",
  help: "Workers that look whether postings are still open.",
  labelNames: ["source"] as const,
  registers: [metrics],
});
