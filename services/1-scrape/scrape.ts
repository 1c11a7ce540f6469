// Owns all that a scraping process does beside Kafka: what is switched on is crawled and rechecked, each target by
// itself, so that one that is blocked holds up no other, and whoever asks is told of runs and sources.
import type { Answers } from "@skillstream/platform/health.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import type { Settings } from "@skillstream/platform/settings.ts";
import { crawl, type Walks } from "./crawl.ts";
import { fetchSettings, openFetcher } from "./fetch/open.ts";
import type { RawPublisher } from "./publish.ts";
import { recheck } from "./recheck.ts";
import { type RunReport, sourceReports } from "./report.ts";
import { readSearches, type Target, targetsFor } from "./searches.ts";
import type { Source } from "./source.ts";
import { allSources, type Chosen, checkNames, chosenOf } from "./sources.ts";
import { CrawlState, claimState, stateFile } from "./state.ts";
import type { Crawler } from "./walk.ts";

/** The settings that say what is crawled. */
export const planSettings = [
  "sources",
  "searches",
  "sites",
  "demoUrl",
  "crawlIntervalS",
  "robotsExempt",
  "logins",
] as const;

export const scrapeSettings = [
  ...fetchSettings,
  ...planSettings,
  "recheckS",
  "recheckBudget",
  "recheckWorkersMax",
] as const;

export type ScrapeSettings = Settings<(typeof scrapeSettings)[number]>;

const runsShownMax = 200;

/** What the settings say is crawled. */
export interface Plan {
  sources: Source[];
  chosen: Chosen[];
  targets: Target[];
  /** Those of sources that are off too. */
  searches: Target[];
}

/** Throws with a message for whoever wrote the settings. */
export function planOf(settings: Settings<(typeof planSettings)[number]>): Plan {
  const sources = allSources(settings);
  checkNames(settings, sources);
  const chosen = chosenOf(settings.sources, sources);
  const searches = readSearches(settings.searches, sources);
  const targets = targetsFor(chosen, searches, settings.crawlIntervalS * 1000);
  return { sources, chosen, targets, searches };
}

/** Crawls until the signal ends it. */
export async function scrape(
  plan: Plan,
  settings: ScrapeSettings,
  { log, signal, answers }: { log: Logger; signal: AbortSignal; answers: Answers },
  publisher: RawPublisher,
): Promise<void> {
  const { chosen, targets } = plan;
  const file = stateFile(settings.home);
  using _claim = claimState(file);
  using state = new CrawlState(file);
  state.endCutOff(Date.now());
  state.forgetHosts(Date.now());
  const { fetcher, accounts } = openFetcher(settings, state);
  await using _fetcher = fetcher;
  const walks: Walks = new Map();
  answers.set("/runs", (query) => ({ runs: liveRuns(state, walks, query) }));
  answers.set("/sources", () => ({
    sources: sourceReports(plan, { state, now: Date.now(), settings, accounts }),
  }));
  const { robotsExempt, logins, proxies } = settings;
  log.info(
    { targets: targets.map(({ name }) => name), robotsExempt, logins, proxies: proxies.length },
    "The scraper crawls.",
  );
  const crawler: Crawler = { fetcher, publisher, state, log, now: Date.now, signal };
  const limits = {
    afterMs: settings.recheckS * 1000,
    budget: settings.recheckBudget,
    workersMax: settings.recheckWorkersMax,
  };
  const rechecked = new Set(chosen.map(({ source }) => source).filter(({ lists }) => lists === "words"));
  // A target's fault is a bug and ends the process; a site that is away is not a fault.
  await Promise.all([
    ...targets.map((target) => crawl(target, crawler, walks)),
    ...[...rechecked].map((source) => recheck(source, limits, crawler)),
  ]);
  for (const path of ["/runs", "/sources"]) answers.delete(path);
}

/** What is under way as it is now, what is over as it was written down. */
function liveRuns(state: CrawlState, walks: Walks, query: URLSearchParams): RunReport[] {
  const limit = Math.min(runsShownMax, Math.max(1, Math.trunc(Number(query.get("limit"))) || runsShownMax));
  const live = new Map(
    [...walks.values()].flatMap(({ run }) =>
      run === undefined ? [] : [[run.report.id, run.live()] as const],
    ),
  );
  return state.runs(limit, query.get("target") ?? undefined).map((run) => live.get(run.id) ?? run);
}
