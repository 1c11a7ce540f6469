// Owns the serving process: the API and the page, on ClickHouse and what Kafka knows of its topics. It starts
// and says so even while either is away.
import { once } from "node:events";
import { connectClickHouse } from "@skillstream/platform/clickhouse.ts";
import { connectKafka, watchOffsets } from "@skillstream/platform/kafka.ts";
import { groupOf } from "@skillstream/platform/run-stage.ts";
import { runService } from "@skillstream/platform/service.ts";
import { createApp } from "./app.ts";
import { createFlow } from "./flow.ts";
import { bundlePage } from "./web/bundle.ts";

await runService(
  "serve",
  [
    "port",
    "host",
    "kafkaBrokers",
    "clickhouseUrl",
    "clickhouseUser",
    "clickhousePassword",
    "clickhouseDatabase",
    "clickhouseCluster",
    "scrapeUrl",
    "normalizeUrl",
    "extractUrl",
  ],
  async ({ settings, log, readiness, signal }) => {
    await using scope = new AsyncDisposableStack();
    const clickhouse = connectClickHouse(settings, "skillstream-serve");
    scope.defer(() => clickhouse.close());
    const kafka = connectKafka({ brokers: settings.kafkaBrokers, clientId: "skillstream-serve", log });
    const flow = scope.use(createFlow(() => watchOffsets(kafka), groupOf));
    const page = await bundlePage();
    const { scrapeUrl, normalizeUrl, extractUrl } = settings;
    const app = await createApp({ clickhouse, flow, log, scrapeUrl, normalizeUrl, extractUrl, page });
    scope.defer(() => app.close());
    const url = await app.listen({ port: settings.port, host: settings.host });
    readiness.done("start");
    log.info({ url }, "The page is served.");
    if (!signal.aborted) await once(signal, "abort");
  },
);
