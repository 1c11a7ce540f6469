// Owns the scraper as a process: the sources that SKILLSTREAM_SOURCES names are crawled side by side until a
// signal ends it, and what they find goes to the raw topic.
import { join } from "node:path";
import { createCodec } from "@skillstream/platform/codec.ts";
import { createDiskReserve } from "@skillstream/platform/disk.ts";
import { connectKafka, createProducer, ensureTopics } from "@skillstream/platform/kafka.ts";
import { runService, untilAvailable } from "@skillstream/platform/service.ts";
import { rawTopic } from "@skillstream/schemas/topics.ts";
import { crawl } from "./crawl.ts";
import { createFetcher } from "./fetch/fetcher.ts";
import { kafkaPublisher } from "./kafka-publisher.ts";
import { allSources, type Target, targetsOf } from "./sources.ts";
import { CrawlState } from "./state.ts";

await runService(
  "scrape",
  [
    "home",
    "sources",
    "demoUrl",
    "sites",
    "allowedAddresses",
    "contact",
    "crawlIntervalS",
    "kafkaBrokers",
    "kafkaReplication",
    "registryUrl",
    "diskReserveMb",
  ],
  async (service) => {
    const { settings, log, readiness, signal } = service;
    let targets: Target[];
    try {
      targets = targetsOf(settings.sources, allSources(settings));
    } catch (error) {
      // A wrong setting, told as the others are.
      process.stderr.write(`SKILLSTREAM_SOURCES is not allowed: ${(error as Error).message}\n`);
      process.exit(2);
    }
    using state = new CrawlState(join(settings.home, "scrape", "state.db"));
    const kafka = connectKafka({ brokers: settings.kafkaBrokers, clientId: "skillstream-scrape", log });
    await untilAvailable("kafka", service, () => ensureTopics(kafka, [rawTopic], settings.kafkaReplication));
    const codec = await untilAvailable("registry", service, () =>
      createCodec(settings.registryUrl, rawTopic.records),
    );
    await using producer = createProducer(kafka);
    await using fetcher = createFetcher({
      contact: settings.contact,
      allowedAddresses: settings.allowedAddresses,
    });
    const publisher = kafkaPublisher(
      producer,
      codec,
      service,
      createDiskReserve(settings.home, settings.diskReserveMb),
    );
    readiness.done("start");
    log.info({ targets: targets.map((target) => target.name) }, "The scraper crawls.");
    const sweepIntervalMs = settings.crawlIntervalS * 1000;
    // A target's fault is a bug and ends the process; a site that is away is not a fault.
    await Promise.all(
      targets.map((target) =>
        crawl(target, { fetcher, publisher, state, log, sweepIntervalMs, now: Date.now, signal }),
      ),
    );
  },
);
