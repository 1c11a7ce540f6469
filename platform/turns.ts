// Owns who may work beside whom in one process: many share, or one is alone. A stage takes the records that may
// kill the process alone, so that the death is never put down to a neighbour's record.

export interface Turns {
  share<T>(work: () => Promise<T>): Promise<T>;
  /** Begins when all who share have ended; who comes later waits. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const sharing = new Set<Promise<unknown>>();
  /** Settles when the last one who asked to be alone has ended. */
  let solitude: Promise<unknown> = Promise.resolve();

  return {
    async share(work) {
      for (let waitedFor: unknown; waitedFor !== solitude; ) {
        waitedFor = solitude;
        await waitedFor;
      }
      const turn = work();
      sharing.add(turn);
      try {
        return await turn;
      } finally {
        sharing.delete(turn);
      }
    },
    alone(work) {
      const before = solitude;
      const turn = (async () => {
        await before;
        await Promise.allSettled(sharing);
        return work();
      })();
      solitude = turn.catch(() => undefined);
      return turn;
    },
  };
}
