// Owns chance that repeats itself: the same seed gives the same mutants, so that one that was found can be looked
// at again.

export interface Chance {
  /** From 0 up to, not including, `end`. */
  below(end: number): number;
  pick<T>(list: readonly T[]): T;
  /** Once in so many times. */
  oneIn(count: number): boolean;
}

/** Mulberry32: small, even enough, and the same everywhere. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return { below, pick: (list) => list[below(list.length)] as never, oneIn: (count) => below(count) === 0 };
}
