// Owns the page's questions about crawling: both answers every other second while somebody looks, and the last
// that were known beside the words for why there is no newer one.
import type { CrawlSource, Run } from "../crawls.ts";

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
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const query = new URLSearchParams({ limit: String(wanted.limit) });
  if (wanted.target !== "") query.set("target", wanted.target);

  const look = async () => {
    clearTimeout(timer);
    try {
      const [{ runs }, { sources }] = await Promise.all([
        ask<{ runs: Run[] }>(`/api/runs?${query}`, over.signal),
        ask<{ sources: CrawlSource[] }>("/api/sources", over.signal),
      ]);
      if (!over.signal.aborted) changed({ runs, sources, trouble: null });
    } catch (error) {
      if (!over.signal.aborted) changed({ trouble: (error as Error).message });
    }
    if (!over.signal.aborted && !document.hidden) timer = setTimeout(look, askEveryMs);
  };
  // A page that nobody looks at asks nothing, and asks at once when it is looked at again.
  document.addEventListener("visibilitychange", () => !document.hidden && void look(), {
    signal: over.signal,
  });
  void look();
  return () => {
    over.abort();
    clearTimeout(timer);
  };
}

async function ask<T>(url: string, signal: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch {
    throw new Error("The connection is lost.");
  }
  if (response.ok) return (await response.json()) as T;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new Error(problem.detail ?? `The server answers ${response.status}.`);
}
