// Owns a scraper process for tests that kill it: it crawls a demo site and appends what it publishes to a file.
// Arguments: the site, the state file, the file to publish to.
import { appendFileSync } from "node:fs";
import { createLog } from "@skillstream/platform/log.ts";
import { crawl } from "./crawl.ts";
import { createFetcher } from "./fetch/fetcher.ts";
import type { Target } from "./searches.ts";
import { demoSource } from "./sources/demo.ts";
import { CrawlState } from "./state.ts";

const [site = "", stateFile = "", published = ""] = process.argv.slice(2);
const target: Target = {
  source: { ...demoSource(site), headIntervalMs: 50 },
  argument: undefined,
  name: "demo",
  search: {},
  schedule: { everyMs: 300_000 },
};
using state = new CrawlState(stateFile);
await using fetcher = createFetcher({ allowedAddresses: [new URL(site).host], backoffMs: 50 });
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const looking = setInterval(() => {
  if (state.progress("demo").sweepDoneAt !== null) process.stdout.write("whole\n");
}, 50);
await crawl(target, {
  fetcher,
  publisher: {
    publish(events) {
      appendFileSync(
        published,
        events.map(({ event, source_id }) => `${JSON.stringify({ event, source_id })}\n`).join(""),
      );
      return Promise.resolve();
    },
  },
  state,
  log: createLog("scrape", "error"),
  now: Date.now,
  signal: stop.signal,
});
clearInterval(looking);
