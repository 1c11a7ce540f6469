// Owns the store as a process: jobs.enriched.g<N> in, the landing table and what is computed from it out.
import { connectClickHouse } from "@skillstream/platform/clickhouse.ts";
import { emit } from "@skillstream/platform/outcome.ts";
import { runStage } from "@skillstream/platform/run-stage.ts";
import { untilAvailable } from "@skillstream/platform/service.ts";
import { enrichedTopic } from "@skillstream/schemas/topics.ts";
import { scheduleChecks } from "./checks.ts";
import { createDuplicates } from "./duplicates/duplicates.ts";
import { createLanding } from "./landing.ts";
import { migrate } from "./migrate.ts";
import { writeSkills } from "./skills.ts";
import { createWarehouse } from "./warehouse.ts";

await runStage({
  name: "store",
  settings: [
    "clickhouseUrl",
    "clickhouseUser",
    "clickhousePassword",
    "clickhouseDatabase",
    "clickhouseCluster",
    "dataChecksS",
  ],
  input: enrichedTopic,
  reads: "EnrichedPosting",
  writes: [],
  concurrency: 4,
  open: async (service, { scope }) => {
    const { settings, log, signal } = service;
    await untilAvailable("clickhouse", service, () => migrate(settings, { log, signal }));
    const client = connectClickHouse(settings, "skillstream-store");
    scope.defer(() => client.close());
    await untilAvailable("clickhouse", service, () => writeSkills(client));
    const { generation, dataChecksS: everyS } = settings;
    const duplicates = createDuplicates(client, { generation, log });
    const warehouse = scope.use(createWarehouse(client, { generation, log, duplicates }));
    scope.use(scheduleChecks(client, { generation, everyS, log }));
    return {
      version: "landing@1",
      step: { each: emit },
      about: ({ posting }) => posting,
      destination: createLanding(client, { generation, log, landed: () => warehouse.landed() }),
    };
  },
});
