// Owns the concept: what reads postings, whichever it is. An extractor is name@version, from a batch of
// normalized postings to their extractions in order.
import { availableParallelism } from "node:os";
import type { Logger } from "@skillstream/platform/log.ts";
import type { Settings } from "@skillstream/platform/settings.ts";
import type { Extraction, Posting } from "@skillstream/schemas/types.ts";
import { embeddedVersion, type Reading, untaggedVersion } from "./embedded.ts";
import { createPool } from "./pool.ts";
import type { WorkerData } from "./worker.ts";

export interface Extractor extends AsyncDisposable {
  name: string;
  version: string;
  /** All that it reads of a posting: where two agree in it, their extractions are the same. */
  readingOf(posting: Posting): object;
  /** One extraction for each posting, in their order. Rejects with ItemFailed where one cannot be read. */
  extract(postings: readonly Posting[], signal: AbortSignal): Promise<Extraction[]>;
}

export type ExtractorSettings = Settings<"extractor" | "extractTagger" | "extractWorkers">;

export async function createExtractor(settings: ExtractorSettings, log: Logger): Promise<Extractor> {
  switch (settings.extractor) {
    case "embedded":
      return embeddedExtractor(
        settings.extractWorkers || availableParallelism(),
        settings.extractTagger,
        log,
      );
    default:
      return settings.extractor satisfies never;
  }
}

function embeddedExtractor(workers: number, isTagged: boolean, log: Logger): Extractor {
  const pool = createPool<Reading, Extraction>({
    script: new URL("./worker.ts", import.meta.url),
    data: { isTagged } satisfies WorkerData,
    workers,
    log,
  });
  return {
    name: "embedded",
    version: isTagged ? embeddedVersion : untaggedVersion,
    readingOf,
    extract: (postings, signal) => pool.run(postings.map(readingOf), signal),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

/** What a worker needs, without what it would only copy. */
function readingOf(posting: Posting): Reading {
  const { title, company_name, description, lines, orders, places } = posting;
  const { seniority_level, employment_type, workplace_type, salary } = posting;
  const { experience_years_min, experience_years_max } = posting;
  return {
    title,
    company_name,
    description,
    lines,
    orders,
    places,
    seniority_level,
    employment_type,
    workplace_type,
    salary,
    experience_years_min,
    experience_years_max,
  };
}
