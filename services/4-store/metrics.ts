// Owns what the store and the lake count, beside the metrics that every process has.
import { metrics } from "@skillstream/platform/health.ts";
import { Counter, Gauge } from "prom-client";

export const lakeEvents = new Counter({
  name: "lake_events_total",
  help: "Raw events that the lake's catalog names since this process began.",
  registers: [metrics],
});

export const lakeFiles = new Counter({
  name: "lake_files_total",
  help: "Files that the lake's catalog names since this process began.",
  registers: [metrics],
});

export const lakeBytes = new Counter({
  name: "lake_bytes_total",
  help: "Bytes of the files that the lake's catalog names since this process began.",
  registers: [metrics],
});

export const lakeLost = new Counter({
  name: "lake_lost_events_total",
  help: "Raw events that Kafka's retention had passed before the lake read them.",
  registers: [metrics],
});

export const lakeLag = new Gauge({
  name: "lake_lag",
  help: "Raw events between the end of the lake's catalog and the end of the partition.",
  labelNames: ["partition"] as const,
  registers: [metrics],
});

export const brokenChecks = new Gauge({
  name: "data_check_broken",
  help: "Rows or groups that break a check of the data, when it was last asked; -1 where it could not be.",
  labelNames: ["check"] as const,
  registers: [metrics],
});
