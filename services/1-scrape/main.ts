// Owns the scraping process: what is switched on is crawled and rechecked, each target by itself, so that one
// that is blocked holds up no other. On its health port it tells of its runs and sources.
import { join } from "node:path";
import { createCodec } from "@skillstream/platform/codec.ts";
import { createDiskReserve } from "@skillstream/platform/disk.ts";
import { connectKafka, createProducer, ensureTopics } from "@skillstream/platform/kafka.ts";
import { runService, untilAvailable } from "@skillstream/platform/service.ts";
import { rawTopic } from "@skillstream/schemas/topics.ts";
import { crawl, type Walks } from "./crawl.ts";
import { createFetcher } from "./fetch/fetcher.ts";
import { kafkaPublisher } from "./kafka-publisher.ts";
import { recheck } from "./recheck.ts";
import { type RunReport, sourceReports } from "./report.ts";
import { readSearches, type Target, targetsFor } from "./searches.ts";
import { allSources, type Chosen, chosenOf } from "./sources.ts";
import { CrawlState } from "./state.ts";
import type { Crawler } from "./walk.ts";

const runsShownMax = 200;

await runService(
  "scrape",
  [
    "home",
    "sources",
    "searches",
    "sites",
    "demoUrl",
    "allowedAddresses",
    "contact",
    "crawlIntervalS",
    "robotsExempt",
    "logins",
    "proxies",
    "secret",
    "recheckS",
    "recheckBudget",
    "recheckWorkersMax",
    "kafkaBrokers",
    "kafkaReplication",
    "registryUrl",
    "diskReserveMb",
  ],
  async (service) => {
    const { settings, log, readiness, signal, answers } = service;
    const sources = allSources(settings);
    const sweepIntervalMs = settings.crawlIntervalS * 1000;
    let chosen: Chosen[];
    let searches: Target[];
    try {
      chosen = chosenOf(settings.sources, sources);
      searches = readSearches(settings.searches, sources);
      for (const name of [...settings.robotsExempt, ...settings.logins]) {
        if (!sources.some((source) => source.name === name)) throw new Error(`there is no source "${name}"`);
      }
    } catch (error) {
      // A wrong setting, told as the others are.
      process.stderr.write(
        `SKILLSTREAM_SOURCES or what goes with it is not allowed: ${(error as Error).message}\n`,
      );
      process.exit(2);
    }
    const targets = targetsFor(chosen, searches, sweepIntervalMs);
    const on = new Set(chosen.map(({ source }) => source.name));

    await using scope = new AsyncDisposableStack();
    const state = scope.use(new CrawlState(join(settings.home, "scrape", "state.db")));
    const walks: Walks = new Map();
    answers.set("/runs", (query) => ({ runs: liveRuns(state, walks, query) }));
    answers.set("/sources", () => ({
      sources: sourceReports({
        sources,
        on,
        // Searches of sources that are off are shown too: they are what a person looks for.
        targets: [...new Map([...searches, ...targets].map((one) => [one.name, one])).values()],
        state,
        now: Date.now(),
        settings,
        accounts: () => [],
      }),
    }));

    const kafka = connectKafka({ brokers: settings.kafkaBrokers, clientId: "skillstream-scrape", log });
    await untilAvailable("kafka", service, () => ensureTopics(kafka, [rawTopic], settings.kafkaReplication));
    const codec = await untilAvailable("registry", service, () =>
      createCodec(settings.registryUrl, rawTopic.records),
    );
    const producer = scope.use(createProducer(kafka));
    const fetcher = scope.use(
      createFetcher({
        contact: settings.contact,
        allowedAddresses: settings.allowedAddresses,
        robotsExempt: settings.robotsExempt,
        logins: settings.logins,
        proxies: settings.proxies,
        memory: state,
      }),
    );
    const publisher = kafkaPublisher(
      producer,
      codec,
      service,
      createDiskReserve(settings.home, settings.diskReserveMb),
    );
    readiness.done("start");
    log.info(
      {
        targets: targets.map((target) => target.name),
        robotsExempt: settings.robotsExempt,
        logins: settings.logins,
        proxies: settings.proxies.length,
      },
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
  },
);

/** What is under way as it is now, what is over as it was written down. */
function liveRuns(state: CrawlState, walks: Walks, query: URLSearchParams): RunReport[] {
  const limit = Math.min(runsShownMax, Math.max(1, Number(query.get("limit")) || runsShownMax));
  const live = new Map(
    [...walks.values()].flatMap(({ run }) =>
      run === undefined ? [] : [[run.report.id, run.live()] as const],
    ),
  );
  return state.runs(limit, query.get("target") ?? undefined).map((run) => live.get(run.id) ?? run);
}
