// Owns that a posting's page is fetched by one walk at a time: two searches may name the same posting, and a recheck
// may look at it, and who comes second is to know what the first found.
import type { CrawlState } from "./state.ts";

/** By walks that share a memory. */
const underWay = new WeakMap<CrawlState, Map<string, Promise<void>>>();

/** Works when nobody else works on the same key. */
export async function alone(state: CrawlState, key: string, work: () => Promise<void>): Promise<void> {
  const others = underWay.get(state) ?? new Map<string, Promise<void>>();
  underWay.set(state, others);
  for (let other = others.get(key); other !== undefined; other = others.get(key)) await other;
  const { promise, resolve } = Promise.withResolvers<void>();
  others.set(key, promise);
  try {
    await work();
  } finally {
    others.delete(key);
    resolve();
  }
}
