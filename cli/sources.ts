// Owns `skillstream sources`: which sources there are, what each can do, and how the last crawls went.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readSettings } from "@skillstream/platform/settings.ts";
import { allSources } from "@skillstream/scrape/sources.ts";
import { CrawlState, type TargetHealth } from "@skillstream/scrape/state.ts";
import type { Command } from "./command.ts";
import { printLine } from "./json-lines.ts";

export const command: Command = {
  name: "sources",
  summary: "what can be crawled",
  usage: `Usage: skillstream sources

Prints one JSON object for each source: {source, about, argument, synthetic, searches, targets}. argument is
what follows the colon in --sources (greenhouse:BOARD), targets are those crawled so far on this data folder
(SKILLSTREAM_HOME) with their health: ok, empty, blocked, changed, partial, gone or unavailable, the reason, since
when, and the postings that are open and closed.`,
  async run(args) {
    parseArgs({ args, options: {} });
    const settings = readSettings(process.env, ["home", "demoUrl", "sites"]);
    const file = join(settings.home, "scrape", "state.db");
    let health: TargetHealth[] = [];
    if (existsSync(file)) {
      using state = new CrawlState(file);
      health = state.health();
    }
    for (const source of allSources(settings)) {
      const targets = health.filter(({ target }) => target.split(":")[0] === source.name);
      await printLine({
        source: source.name,
        about: source.doc,
        ...(source.argument === null ? {} : { argument: source.argument }),
        synthetic: source.synthetic,
        searches: source.searches,
        targets: targets.map((one) => ({
          target: one.target,
          health: one.health,
          ...(one.reason === null ? {} : { reason: one.reason }),
          since: new Date(one.since).toISOString(),
          open: one.open,
          closed: one.closed,
          ...(one.sweepDoneAt === null ? {} : { last_whole_crawl: new Date(one.sweepDoneAt).toISOString() }),
        })),
      });
    }
    return 0;
  },
};
