// Owns a scraping process without Kafka, for tests that kill it: all of it is real but that its events are
// appended to a file, a line each, and count as acknowledged once they stand there. Argument: the file.
import { appendFileSync } from "node:fs";
import { Readiness, serveHealth } from "@skillstream/platform/health.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { readSettings } from "@skillstream/platform/settings.ts";
import { planOf, scrape, scrapeSettings } from "@skillstream/scrape/scrape.ts";

const [published = ""] = process.argv.slice(2);
const settings = readSettings(process.env, [...scrapeSettings, "logLevel"]);
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const answers = new Map<string, (query: URLSearchParams) => unknown>();
await using health = await serveHealth(new Readiness(), { host: "127.0.0.1", port: 0, answers });
process.stdout.write(`${health.port}\n`);
await scrape(
  planOf(settings),
  settings,
  { log: createLog("scrape", settings.logLevel), signal: stop.signal, answers },
  {
    publish(events) {
      const lines = events.map(({ payload: _payload, ...event }) => `${JSON.stringify(event)}\n`);
      appendFileSync(published, lines.join(""));
      return Promise.resolve();
    },
  },
);
