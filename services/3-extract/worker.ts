// Owns one thread of the embedded extractor: batches of readings in, their extractions out, in order.
import { parentPort, workerData } from "node:worker_threads";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { Extraction } from "@skillstream/schemas/types.ts";
import { createEmbedded, type Reading } from "./embedded.ts";
import { type Answer, type Job, ready } from "./pool.ts";
import { createTagger } from "./tagger.ts";

/** What the pool gives each thread. */
export interface WorkerData {
  isTagged: boolean;
}

const port = parentPort;
if (port === null) throw new Error("worker.ts is a thread of the pool; it is not run by itself");
const { isTagged } = workerData as WorkerData;
const read = createEmbedded(readTaxonomy(), isTagged ? createTagger() : null);

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
