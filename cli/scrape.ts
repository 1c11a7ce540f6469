// Owns `skillstream scrape`: one walk through a source's list, into the Kafka of the running instance. What the
// scraper has published before is not published again.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createCodec } from "@skillstream/platform/codec.ts";
import { Readiness } from "@skillstream/platform/health.ts";
import { connectKafka, createProducer, ensureTopics } from "@skillstream/platform/kafka.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { readSettings } from "@skillstream/platform/settings.ts";
import { rawTopic } from "@skillstream/schemas/topics.ts";
import { crawlOnce } from "@skillstream/scrape/crawl.ts";
import { createFetcher } from "@skillstream/scrape/fetch/fetcher.ts";
import { kafkaPublisher } from "@skillstream/scrape/kafka-publisher.ts";
import { allSources, type Target, targetsOf } from "@skillstream/scrape/sources.ts";
import { CrawlState } from "@skillstream/scrape/state.ts";
import { type Command, UsageError } from "./command.ts";
import { instanceEnvironment } from "./environment.ts";
import { printLine } from "./json-lines.ts";

const unitMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

export const command: Command = {
  name: "scrape",
  summary: "one crawl of a source into Kafka",
  usage: `Usage: skillstream scrape SOURCE [--keyword WORDS] [--location PLACE] [--since 24h] [--limit N]

Walks once through the list of SOURCE (demo, greenhouse:BOARD) and publishes what is new or changed to the raw
topic of the running instance. Prints {source, found, seen, closed, known, failed}; known postings had not
changed since they were last published.

  --keyword    only postings with these words
  --location   only postings of this place
  --since      only what was posted or changed within this time: 30m, 24h, 7d, 2w
  --limit      at most so many postings`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      options: {
        keyword: { type: "string" },
        location: { type: "string" },
        since: { type: "string" },
        limit: { type: "string" },
      },
      allowPositionals: true,
    });
    const [written, ...more] = positionals;
    if (written === undefined || more.length > 0) throw new UsageError("scrape takes one source");
    const since = /^(\d{1,6})([mhdw])$/.exec(values.since ?? "1h");
    if (since === null) throw new UsageError(`--since ${values.since} is no time such as 30m, 24h, 7d or 2w`);
    if (values.limit !== undefined && !/^[1-9]\d{0,9}$/.test(values.limit)) {
      throw new UsageError(`--limit ${values.limit} is no number from 1`);
    }
    const settings = readSettings(instanceEnvironment(process.env), [
      "home",
      "demoUrl",
      "sites",
      "allowedAddresses",
      "contact",
      "crawlIntervalS",
      "kafkaBrokers",
      "kafkaReplication",
      "registryUrl",
      "logLevel",
    ]);
    let target: Target | undefined;
    try {
      [target] = targetsOf([written], allSources(settings));
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    if (target === undefined) throw new UsageError("scrape takes one source");
    const stop = new AbortController();
    process.once("SIGINT", () => stop.abort());
    const log = createLog("scrape", settings.logLevel);
    const kafka = connectKafka({ brokers: settings.kafkaBrokers, clientId: "skillstream-scrape-once", log });
    await ensureTopics(kafka, [rawTopic], settings.kafkaReplication);
    const codec = await createCodec(settings.registryUrl, rawTopic.records);
    await using producer = createProducer(kafka);
    await using fetcher = createFetcher({
      contact: settings.contact,
      allowedAddresses: settings.allowedAddresses,
    });
    using state = new CrawlState(join(settings.home, "scrape", "state.db"));
    const signal = stop.signal;
    const counts = await crawlOnce(
      target,
      {
        keyword: values.keyword,
        location: values.location,
        sinceMs:
          values.since === undefined
            ? undefined
            : Date.now() - Number(since[1]) * (unitMs[since[2] as string] ?? 0),
        limit: values.limit === undefined ? undefined : Number(values.limit),
      },
      {
        fetcher,
        publisher: kafkaPublisher(producer, codec, { log, readiness: new Readiness(), signal }),
        state,
        log,
        sweepIntervalMs: settings.crawlIntervalS * 1000,
        now: Date.now,
        signal,
      },
    );
    await printLine({ source: target.name, ...counts });
    return 0;
  },
};
