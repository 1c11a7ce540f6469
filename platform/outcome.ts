// Owns the words between a step, the stage that runs it and the place its answers go: exactly one outcome
// for each record, and exactly one answer written for each raw event.
import type { EventKind, Receipt } from "@skillstream/schemas/types.ts";

export type Outcome<Out> =
  | { kind: "emit"; value: Out }
  | { kind: "observe"; event: Exclude<EventKind, "found">; reason: string }
  | { kind: "drop"; reason: string }
  | { kind: "reject"; reason: string };

export const emit = <Out>(value: Out): Outcome<Out> => ({ kind: "emit", value });
/** The event only says that a posting was seen or is closed, and why; its receipt carries that on to the store. */
export const observe = (event: Exclude<EventKind, "found">, reason: string = event): Outcome<never> => ({
  kind: "observe",
  event,
  reason,
});
/** Not wanted, by rule; counted, and pointed to by a receipt. */
export const drop = (reason: string): Outcome<never> => ({ kind: "drop", reason });
/** Wrong, and wrong each time; kept to be looked at and requeued. */
export const reject = (reason: string): Outcome<never> => ({ kind: "reject", reason });

export type Step<In, Out> = (record: In) => Outcome<Out>;

/** For what is dear a call: one outcome per record, in their order. `signal` ends when the stage must stop. */
export type BatchStep<In, Out> = (records: readonly In[], signal: AbortSignal) => Promise<Outcome<Out>[]>;

/** What a stage writes for one raw event: a result, or a receipt in its place. */
export interface Answer<Out> {
  /** Offset of the raw event; with the partition it is the record's identity. */
  origin: number;
  /** Where the record lay in the stage's input topic. */
  offset: number;
  key: string;
  traceparent: string | undefined;
  result: { kind: "emit"; value: Out } | { kind: "receipt"; receipt: Receipt };
}

/** Where a stage's answers go: the next topic, or the landing table. */
export interface Destination<Out> {
  /**
   * Asked when a partition is assigned. `origin` is the last one the destination holds (-1 for none), after
   * which the stage goes on; `offset` says where in the input topic that is, where the destination knows.
   * null leaves both to the offsets that the group committed.
   */
  resume(partition: number): Promise<{ origin: number; offset: number } | null>;
  /** Resolves when the answers are durable. Rejects with Unavailable where trying again may help. */
  write(partition: number, answers: readonly Answer<Out>[]): Promise<void>;
}
