// Owns how a page asks the API: again and again while somebody looks, with words for why there is no answer.

export async function ask<T>(url: string, signal: AbortSignal): Promise<T> {
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

/**
 * Calls `answered` with what `look` finds, every so often, or `failed` with why it found nothing. A page that nobody
 * looks at asks nothing, and asks at once when it is looked at again. Returns what ends it.
 */
export function watch<T>(
  everyMs: number,
  look: (signal: AbortSignal) => Promise<T>,
  answered: (answer: T) => void,
  failed: (why: string) => void,
): () => void {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const turn = async () => {
    clearTimeout(timer);
    try {
      const answer = await look(over.signal);
      if (!over.signal.aborted) answered(answer);
    } catch (error) {
      if (!over.signal.aborted) failed((error as Error).message);
    }
    if (!over.signal.aborted && !document.hidden) timer = setTimeout(turn, everyMs);
  };
  document.addEventListener("visibilitychange", () => !document.hidden && void turn(), {
    signal: over.signal,
  });
  void turn();
  return () => {
    over.abort();
    clearTimeout(timer);
  };
}
