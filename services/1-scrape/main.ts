// Owns the scraping process: what it finds goes to Kafka.
import { createCodec } from "@skillstream/platform/codec.ts";
import { createDiskReserve } from "@skillstream/platform/disk.ts";
import { connectKafka, createProducer, ensureTopics } from "@skillstream/platform/kafka.ts";
import { runService, untilAvailable } from "@skillstream/platform/service.ts";
import { rawTopic } from "@skillstream/schemas/topics.ts";
import { kafkaPublisher } from "./kafka-publisher.ts";
import { type Plan, planOf, scrape, scrapeSettings } from "./scrape.ts";

await runService(
  "scrape",
  [...scrapeSettings, "kafkaBrokers", "kafkaReplication", "registryUrl", "diskReserveMb"],
  async (service) => {
    const { settings, log, readiness } = service;
    let plan: Plan;
    try {
      plan = planOf(settings);
    } catch (error) {
      // A wrong setting, told as the others are.
      process.stderr.write(`What is to be crawled is not right: ${(error as Error).message}\n`);
      process.exit(2);
    }
    const kafka = connectKafka({ brokers: settings.kafkaBrokers, clientId: "skillstream-scrape", log });
    await untilAvailable("kafka", service, () => ensureTopics(kafka, [rawTopic], settings.kafkaReplication));
    const codec = await untilAvailable("registry", service, () =>
      createCodec(settings.registryUrl, rawTopic.records),
    );
    await using producer = createProducer(kafka);
    const reserve = createDiskReserve(settings.home, settings.diskReserveMb);
    readiness.done("start");
    await scrape(plan, settings, service, kafkaPublisher(producer, codec, service, reserve));
  },
);
