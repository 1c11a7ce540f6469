// Owns the balance of the stream: every raw event is exactly one of stored, duplicate, observed, dropped,
// rejected or in flight. The topic's bounds are read before the table, so what lands in between is left for
// the next look and nothing is ever less than none.
import type { Queries } from "./queries.ts";

export interface RawOffsets {
  /** By partition of the raw topic: the first offset that is still there, and one past the last. */
  offsets(): Promise<{ partition: number; low: number; high: number }[]>;
}

export interface Ledger {
  scraped: number;
  stored: number;
  duplicates: number;
  observed: number;
  dropped: number;
  rejected: number;
  inFlight: number;
}

export async function readLedger(
  queries: Queries,
  rawOffsets: RawOffsets,
  generation: number,
  signal?: AbortSignal,
): Promise<Ledger> {
  const bounds = await rawOffsets.offsets();
  const [ledger] = await queries.run<Ledger>(
    "ledger",
    {
      generation,
      low: new Map(bounds.map(({ partition, low }) => [partition, low])),
      high: new Map(bounds.map(({ partition, high }) => [partition, high])),
    },
    signal,
  );
  if (ledger === undefined) throw new Error("the ledger's query gave no row");
  return ledger;
}
