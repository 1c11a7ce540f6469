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

/**
 * A turn's statement that is given up goes on at the server, and its months would never be done: nobody waits for it,
 * so it may take as long as it does on a machine that is busy.
 */
const warehouseTimeoutMs = 600_000;

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
    const { settings, log, readiness, signal } = service;
    await untilAvailable("clickhouse", service, () => migrate(settings, { log, signal }));
    const client = connectClickHouse(settings, "skillstream-store");
    scope.defer(() => client.close());
    await untilAvailable("clickhouse", service, () => writeSkills(client));
    const patient = connectClickHouse(settings, "skillstream-warehouse", { timeoutMs: warehouseTimeoutMs });
    scope.defer(() => patient.close());
    const { generation, dataChecksS: everyS } = settings;
    const duplicates = createDuplicates(patient, { generation, log });
    const stuck = (reason: string | null) => {
      if (reason === null) readiness.done("warehouse");
      else readiness.wait("warehouse", `the warehouse stands still, postings land all the same: ${reason}`);
    };
    const warehouse = scope.use(createWarehouse(patient, { generation, log, duplicates, stuck }));
    scope.use(scheduleChecks(patient, { generation, everyS, log }));
    return {
      version: "landing@1",
      step: { each: emit },
      about: ({ posting }) => posting,
      destination: createLanding(client, { generation, log, landed: () => warehouse.landed() }),
    };
  },
});
