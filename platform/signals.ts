// Owns waiting on signals that outlive what waits: whatever is left on them is taken off again. AbortSignal.any
// is not for them: each one that it makes leaves some 200 bytes behind for as long as its oldest source lives,
// which is a gigabyte in a week of 10 a second (Node 24.9).

/** Resolves after the time, or as soon as the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted || milliseconds <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener("abort", finish, { once: true });
  });
}

/** A signal that is aborted with the first of these, until it is disposed. */
export function firstOf(...signals: readonly AbortSignal[]): Disposable & { signal: AbortSignal } {
  const first = new AbortController();
  const abort = () => first.abort(signals.find((one) => one.aborted)?.reason);
  for (const one of signals) one.addEventListener("abort", abort, { once: true });
  if (signals.some((one) => one.aborted)) abort();
  return {
    signal: first.signal,
    [Symbol.dispose]() {
      for (const one of signals) one.removeEventListener("abort", abort);
    },
  };
}
