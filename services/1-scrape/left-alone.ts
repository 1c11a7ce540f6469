// Owns which postings failed a moment ago and are not looked at again yet. It forgets the oldest, and all of them
// with the process.
import type { Listed } from "./source.ts";

/** A posting that failed is left alone for this long. */
const pauseMs = 5 * 60 * 1000;
const keptMax = 10_000;

export class LeftAlone {
  readonly #until = new Map<string, number>();

  has(item: Listed, now: number): boolean {
    const until = this.#until.get(keyOf(item));
    return until !== undefined && until > now;
  }

  add(item: Listed, now: number): void {
    const oldest = this.#until.keys().next();
    if (this.#until.size >= keptMax && !oldest.done) this.#until.delete(oldest.value);
    this.#until.set(keyOf(item), now + pauseMs);
  }

  clear(): void {
    this.#until.clear();
  }
}

const keyOf = ({ source_id, stamp }: Listed) => `${source_id} ${stamp}`;
