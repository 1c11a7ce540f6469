// Owns what the extract stage counts, beside the metrics that every process has.
import { metrics } from "@skillstream/platform/health.ts";
import { Counter } from "prom-client";

export const equalPostings = new Counter({
  name: "extract_equal_postings_total",
  help: "Postings whose content equals one that was read before, and that took over its extraction.",
  registers: [metrics],
});
