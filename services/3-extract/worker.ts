// Owns one thread of the embedded extractor: batches of readings in, their extractions out, in order.
import { parentPort } from "node:worker_threads";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { Extraction } from "@skillstream/schemas/types.ts";
import { createEmbedded, type Reading } from "./embedded.ts";
import { type Answer, type Job, ready } from "./pool.ts";

const port = parentPort;
if (port === null) throw new Error("worker.ts is a thread of the pool; it is not run by itself");
const read = createEmbedded(readTaxonomy());

port.on("message", ({ id, items }: Job<Reading>) => {
  let failedAt = 0;
  try {
    const results = items.map((reading, index) => {
      failedAt = index;
      return read(reading);
    });
    port.postMessage({ id, results } satisfies Answer<Extraction>);
  } catch (error) {
    port.postMessage({ id, failedAt, error: String(error) } satisfies Answer<Extraction>);
  }
});
port.postMessage(ready);
