// Owns the page's questions about crawling: both answers every other second, and the last that were known beside
// the words for why there is no newer one.
import type { CrawlSource, Run } from "../crawls.ts";
import { ask, watch } from "./ask.ts";

const askEveryMs = 2_000;

export interface Crawls {
  /** undefined until the first answer. */
  runs: Run[] | undefined;
  sources: CrawlSource[] | undefined;
  /** Why the newest can't be shown; null when all is well. */
  trouble: string | null;
}

export interface Wanted {
  target: string;
  limit: number;
}

/** Returns what ends it. */
export function watchCrawls(wanted: Wanted, changed: (crawls: Partial<Crawls>) => void): () => void {
  const query = new URLSearchParams({ limit: String(wanted.limit) });
  if (wanted.target !== "") query.set("target", wanted.target);
  return watch(
    askEveryMs,
    (signal) =>
      Promise.all([
        ask<{ runs: Run[] }>(`/api/runs?${query}`, signal),
        ask<{ sources: CrawlSource[] }>("/api/sources", signal),
      ]),
    ([{ runs }, { sources }]) => changed({ runs, sources, trouble: null }),
    (trouble) => changed({ trouble }),
  );
}
