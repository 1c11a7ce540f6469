// Owns `skillstream scrape`: one walk through a source's list, into the Kafka of the running instance. What the
// scraper has published before is not published again.
import { parseArgs } from "node:util";
import { createCodec } from "@skillstream/platform/codec.ts";
import { Readiness } from "@skillstream/platform/health.ts";
import { connectKafka, createProducer, ensureTopics } from "@skillstream/platform/kafka.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { readSettings } from "@skillstream/platform/settings.ts";
import { rawTopic } from "@skillstream/schemas/topics.ts";
import { crawlOnce } from "@skillstream/scrape/crawl.ts";
import { fetchSettings, openFetcher } from "@skillstream/scrape/fetch/open.ts";
import { kafkaPublisher } from "@skillstream/scrape/kafka-publisher.ts";
import { durationMs, type Target, targetName } from "@skillstream/scrape/searches.ts";
import { allSources, checkNames, chosenOf } from "@skillstream/scrape/sources.ts";
import { CrawlState, stateFile } from "@skillstream/scrape/state.ts";
import { type Command, UsageError } from "./command.ts";
import { instanceEnvironment } from "./environment.ts";
import { printLine } from "./json-lines.ts";

export const command: Command = {
  name: "scrape",
  summary: "one crawl of a source into Kafka",
  usage: `Usage: skillstream scrape SOURCE [--keyword WORDS] [--location PLACE] [--remote] [--since 24h]
                          [--limit N]

Walks once through the list of SOURCE (demo, greenhouse:BOARD; \`skillstream sources\` lists all) and publishes
what is new or changed to the raw topic of the running instance. Prints {source, found, seen, closed, known, failed}; known postings had not
changed since they were last published.

  --keyword    only postings with these words
  --location   only postings of this place
  --remote     only remote work
  --since      only what was posted or changed within this time: 30m, 24h, 7d, 2w
  --limit      at most so many postings`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      options: {
        keyword: { type: "string" },
        location: { type: "string" },
        remote: { type: "boolean" },
        since: { type: "string" },
        limit: { type: "string" },
      },
      allowPositionals: true,
    });
    const [written, ...more] = positionals;
    if (written === undefined || more.length > 0) throw new UsageError("scrape takes one source");
    const withinMs = values.since === undefined ? undefined : durationMs(values.since);
    if (values.since !== undefined && withinMs === undefined)
      throw new UsageError(`--since ${values.since} is no time such as 30m, 24h, 7d or 2w`);
    if (values.limit !== undefined && !/^[1-9]\d{0,9}$/.test(values.limit)) {
      throw new UsageError(`--limit ${values.limit} is no number from 1`);
    }
    const settings = readSettings(instanceEnvironment(process.env), [
      ...fetchSettings,
      "demoUrl",
      "sites",
      "kafkaBrokers",
      "kafkaReplication",
      "registryUrl",
      "logLevel",
    ]);
    const sources = allSources(settings);
    let target: Target;
    try {
      checkNames(settings, sources);
      const [chosen] = chosenOf([written], sources);
      if (chosen === undefined) throw new Error("scrape takes one source");
      const { keyword, location, remote } = values;
      const search = { keyword, location, remote, withinMs };
      // Asked once, so no schedule of its own ever counts.
      target = { ...chosen, name: targetName(chosen.name, search), search, schedule: { everyMs: 0 } };
      chosen.source.plan(chosen.argument, search);
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    const stop = new AbortController();
    process.once("SIGINT", () => stop.abort());
    const log = createLog("scrape", settings.logLevel);
    const kafka = connectKafka({ brokers: settings.kafkaBrokers, clientId: "skillstream-scrape-once", log });
    await ensureTopics(kafka, [rawTopic], settings.kafkaReplication);
    const codec = await createCodec(settings.registryUrl, rawTopic.records);
    await using producer = createProducer(kafka);
    using state = new CrawlState(stateFile(settings.home));
    const { fetcher } = openFetcher(settings, state);
    await using _fetcher = fetcher;
    const signal = stop.signal;
    const counts = await crawlOnce(
      target,
      {
        fetcher,
        publisher: kafkaPublisher(producer, codec, { log, readiness: new Readiness(), signal }),
        state,
        log,
        now: Date.now,
        signal,
      },
      values.limit === undefined ? undefined : Number(values.limit),
    );
    await printLine({ source: target.name, ...counts });
    return 0;
  },
};
