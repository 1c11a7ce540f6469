// Owns how a record gets through a stage: taken in order, repeats dropped by origin, stepped, answered exactly
// once (a result or a receipt), written, and only then committed. It decides what is retried, what is rejected
// and what waits; it knows no broker, no clock and no table, so the simulation runs this very code.
//
// Promises: the answers of a partition are contiguous in origin from the committed point on. Nothing is
// committed that is not durable. A dependency that is down costs time, never a record. A record that throws,
// or that kills the process, is rejected alone, with its reason, after a bounded number of attempts.
// Refuses: to go past a record that it can't answer; to reject while nothing else gets through.
import type { Receipt, RejectionCause } from "@skillstream/schemas/types.ts";
import { Invalid, messageOf, Unavailable } from "./errors.ts";
import type { Answer, BatchStep, Destination, Outcome, Step } from "./outcome.ts";
import { isRepeat } from "./repeats.ts";
import { createTurns } from "./turns.ts";

/** A record as it lies in the input topic. */
export interface InputRecord {
  offset: number;
  /** Offset of the raw event; the record's own offset in the raw topic; undefined on a stranger's record. */
  origin: number | undefined;
  isReceipt: boolean;
  key: string;
  value: Buffer | null;
  /** Milliseconds, as the broker keeps it: the only time a stage knows. */
  timestamp: number;
  traceparent: string | undefined;
}

export interface Batch {
  partition: number;
  /** In order of their offsets. */
  records: readonly InputRecord[];
}

/** The right to answer for a partition, for as long as it is ours. */
export interface Lease {
  /** The same object for as long as the assignment lasts; another one after a rebalance. */
  readonly assignment: object;
  /** Aborted when the partition is no longer ours: nothing more may be written. */
  readonly signal: AbortSignal;
  /** The process is to end: finish what is in hand, begin nothing new. */
  draining(): boolean;
  committed(): Promise<{ offset: number; metadata: string } | null>;
  /** The next record to read is `offset`; what a later owner must know stands in the metadata. */
  commit(offset: number, metadata: string): Promise<void>;
  seek(offset: number): void;
  /** Nothing of this partition is delivered for so long; others go on. */
  pauseFor(milliseconds: number): void;
}

export interface About {
  job_id: string;
  source: string;
  source_id: string;
  observed_at: number;
  synthetic: boolean;
}

export interface StageLimits {
  recordsMax: number;
  bytesMax: number;
  /** Attempts at a record that throws, before it is poison. */
  throwsMax: number;
  /** Attempts at a record for which a dependency fails while it answers for others. */
  unavailableMax: number;
  /** Starts at one offset that ended in a crash, before the batch is cut smaller. */
  crashesMax: number;
  /** Starts at one record, alone in its batch, that ended in a crash, before it is rejected. */
  crashesAloneMax: number;
  backoffMinMs: number;
  backoffMaxMs: number;
}

export const stageLimits: StageLimits = {
  recordsMax: 1000,
  bytesMax: 8 * 1024 * 1024,
  throwsMax: 3,
  unavailableMax: 8,
  crashesMax: 3,
  crashesAloneMax: 5,
  backoffMinMs: 100,
  backoffMaxMs: 30_000,
};

/** What a stage tells those who watch it. Called often; must be cheap. */
export interface StageReports {
  answered(outcome: "emitted" | "observed" | "dropped" | "rejected", count: number): void;
  repeats(count: number): void;
  stranger(partition: number, offset: number): void;
  rejected(partition: number, origin: number, receipt: Receipt): void;
  waiting(partition: number, error: unknown, milliseconds: number): void;
  goingOn(partition: number): void;
  timed(operation: "step" | "send", seconds: number): void;
}

export interface StageDefinition<In, Out> {
  name: string;
  /** name@version of the step; stands in every receipt. */
  version: string;
  decode: (value: Buffer) => Promise<unknown>;
  step: { each: Step<In, Out> } | { batch: BatchStep<In, Out> };
  about: (record: In) => About;
  destination: Destination<Out>;
  limits: StageLimits;
  reports: StageReports;
  /** Seconds from any fixed point; only differences count. */
  seconds: () => number;
  /** From 0 to 1; spreads retries out. */
  random: () => number;
}

export interface Stage {
  /**
   * Called when a partition is assigned: where the destination knows how far it is, the input is read on from
   * there, also when nothing new comes in. Rejects with Unavailable where it must be asked again.
   */
  begin(partition: number, lease: Lease): Promise<void>;
  /** Answers as much of the batch as it can, committing as it goes; what it leaves is delivered again. */
  handle(batch: Batch, lease: Lease): Promise<void>;
}

/** What a partition's next owner must know; kept in the metadata of the committed offset. */
interface Memory {
  /** The last origin answered: what is at or before it is a repeat. */
  origin: number;
  /** The version that last emitted a record here: not everything fails under it. */
  proven?: string;
  /** How many starts at this very offset, with this size, have not got past it, the running one included. */
  starts?: number;
  /** How many records the last start took at once. */
  size?: number;
  /** While something here kills the process: take no more than so many at once, up to this offset. */
  limit?: number;
  until?: number;
}

interface Partition {
  lastOrigin: number;
  /** Where the destination said that it goes on, if it knew. */
  sought: number | undefined;
  /** Starts at the present offset; 0 once a slice got through, since only a crash leaves it standing. */
  starts: number;
  size: number;
  limit: number;
  until: number;
  proven: string | undefined;
  failing: { offset: number; attempts: number } | undefined;
  /** How many writes the process had behind it when the destination first refused something here. */
  refusedAfter: number | undefined;
  waits: number;
}

/** A record and its answer, or why it has none yet. */
interface Stepped<Out> {
  input: InputRecord;
  answer: Answer<Out> | Failure;
}

type Tried<Out> = Outcome<Out> | { kind: "fail"; error: unknown };

export function createStage<In, Out>(definition: StageDefinition<In, Out>): Stage {
  const { name, version, destination, limits, reports } = definition;
  const partitions = new Map<number, { assignment: object; state: Promise<Partition> }>();
  const turns = createTurns();
  /** The last record that got through, to tell a record's fault from a dependency's. */
  let knownGood: In | undefined;
  let writes = 0;

  return { begin, handle };

  async function begin(number: number, lease: Lease): Promise<void> {
    await opened(number, lease);
  }

  async function handle(batch: Batch, lease: Lease): Promise<void> {
    const { partition: number, records } = batch;
    const begun = partitions.get(number)?.assignment === lease.assignment;
    let partition: Partition | undefined;
    try {
      partition = await opened(number, lease);
      // Delivered from before the place that was sought just now.
      if (!begun && partition.sought !== undefined && records[0]?.offset !== partition.sought) return;
      if (!lease.draining()) refuseShorterTopic(batch, partition);
      for (let from = 0; from < records.length && !lease.draining() && !lease.signal.aborted; ) {
        const slice = takeSlice(records, from, partition);
        const answered = await answer(number, slice, partition, lease);
        if (answered < slice.length) return;
        from += answered;
      }
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      wait(number, lease, error, partition === undefined ? 0 : partition.waits++);
    }
  }

  /** Once an assignment, whoever asks first. */
  function opened(number: number, lease: Lease): Promise<Partition> {
    const known = partitions.get(number);
    if (known?.assignment === lease.assignment) return known.state;
    const state = open(number, lease);
    const entry = { assignment: lease.assignment, state };
    partitions.set(number, entry);
    state.catch(() => {
      if (partitions.get(number) === entry) partitions.delete(number);
    });
    return state;
  }

  async function open(number: number, lease: Lease): Promise<Partition> {
    const [held, committed] = await Promise.all([destination.resume(number), lease.committed()]);
    const memory = readMemory(committed?.metadata);
    const position = held?.offset ?? committed?.offset ?? 0;
    let starts = committed?.offset === position ? (memory.starts ?? 0) : 0;
    const size = memory.size ?? 0;
    let limit = memory.limit ?? Number.POSITIVE_INFINITY;
    let until = memory.until ?? -1;
    if (until < 0 && starts >= limits.crashesMax) {
      limit = size;
      until = position + size;
    }
    if (until >= 0 && starts > 0 && limit > 1) {
      limit = Math.floor(limit / 2);
      starts = 0;
    }
    const partition: Partition = {
      // A table that was set back knows better than the group how far it is.
      lastOrigin: held === null ? memory.origin : held.origin,
      sought: held?.offset,
      starts,
      size,
      limit,
      until,
      proven: memory.proven,
      failing: undefined,
      refusedAfter: undefined,
      waits: 0,
    };
    if (held !== null) {
      // Those who watch the group's lag see where the table is.
      if (held.offset !== committed?.offset) {
        await lease.commit(held.offset, writeMemory(partition, partition.lastOrigin));
      }
      lease.seek(held.offset);
    }
    return partition;
  }

  /** Every record of a topic that was made anew would pass for a repeat, and be dropped without a word. */
  function refuseShorterTopic(batch: Batch, { sought = 0 }: Partition): void {
    const first = batch.records[0]?.offset ?? sought;
    if (first >= sought) return;
    throw new Error(
      `partition ${batch.partition} of the stage's input ends before offset ${sought}, where its destination stands: the topic was made anew. Begin a new generation, or start with an empty data folder.`,
    );
  }

  function takeSlice(records: readonly InputRecord[], from: number, partition: Partition): InputRecord[] {
    const slice: InputRecord[] = [];
    const first = records[from]?.offset ?? 0;
    const recordsMax =
      first < partition.until ? Math.min(limits.recordsMax, partition.limit) : limits.recordsMax;
    let bytes = 0;
    for (let index = from; index < records.length && slice.length < recordsMax; index++) {
      const record = records[index];
      if (record === undefined) break;
      bytes += record.value?.length ?? 0;
      if (slice.length > 0 && bytes > limits.bytesMax) break;
      slice.push(record);
    }
    return slice;
  }

  /** Returns how many records of the slice are behind us; fewer than all when the rest must wait. */
  async function answer(
    number: number,
    slice: readonly InputRecord[],
    partition: Partition,
    lease: Lease,
  ): Promise<number> {
    const fresh: InputRecord[] = [];
    let lastOrigin = partition.lastOrigin;
    for (const record of slice) {
      if (record.origin === undefined) {
        reports.stranger(number, record.offset);
      } else if (isRepeat(record.origin, lastOrigin)) {
        reports.repeats(1);
      } else {
        fresh.push(record);
        lastOrigin = record.origin;
      }
    }
    const isCut = (slice[0]?.offset ?? 0) < partition.until;
    const isCondemned = isCut && partition.limit === 1 && partition.starts >= limits.crashesAloneMax;
    // The first slice after a start, and all while something here kills the process, are on trial. They are
    // taken alone, so that a death is never put down to the record of another partition.
    const isOnTrial = fresh.length > 0 && (partition.starts > 0 || isCut || partition.size === 0);
    const steps = () => stepAll(fresh, partition, lease.signal);
    if (isCondemned || !isOnTrial) {
      const stepped = isCondemned
        ? () =>
            Promise.resolve(fresh.map((input) => ({ input, answer: crashReceipt(input, partition.starts) })))
        : () => turns.share(steps);
      return settle(number, slice, stepped, partition, lease);
    }
    return turns.alone(async () => {
      // Written before the step runs: should it end the process, the next start finds the count here.
      partition.starts += 1;
      partition.size = slice.length;
      await lease.commit(slice[0]?.offset ?? 0, writeMemory(partition, partition.lastOrigin));
      return settle(number, slice, steps, partition, lease);
    });
  }

  /** Writes what the step answered and commits it. */
  async function settle(
    number: number,
    slice: readonly InputRecord[],
    steps: () => Promise<Stepped<Out>[]>,
    partition: Partition,
    lease: Lease,
  ): Promise<number> {
    const first = slice[0];
    const last = slice.at(-1);
    if (first === undefined || last === undefined) return 0;
    const answers: Answer<Out>[] = [];
    let outcomes: Stepped<Out>[];
    try {
      outcomes = await steps();
    } catch (error) {
      // Whoever lost the partition abandons the batch; it is delivered again, to its new owner.
      if (lease.signal.aborted) return 0;
      throw error;
    }
    let failure: Failure | undefined;
    for (const outcome of outcomes) {
      if (outcome.answer instanceof Failure) {
        failure = outcome.answer;
        break;
      }
      answers.push(outcome.answer);
    }

    if (answers.length > 0) {
      if (lease.signal.aborted) return 0;
      const started = definition.seconds();
      try {
        await destination.write(number, answers);
      } catch (error) {
        await forgetStart(partition, first, lease);
        if (error instanceof Unavailable) throw error;
        const refused = answers[0];
        if (slice.length === 1 && refused !== undefined && mayReject(partition, first)) {
          const reason = `it can't be written: ${messageOf(error)}`;
          const attempts = attemptsAt(partition, first);
          answers.splice(0, 1, rejection(first, undefined, "poison", reason, attempts));
          await destination.write(number, answers);
        } else {
          refine(partition, slice);
          wait(number, lease, error, partition.waits++);
          return 0;
        }
      }
      writes += 1;
      reports.timed("send", definition.seconds() - started);
      for (const one of answers) {
        if (one.result.kind === "emit") {
          reports.answered("emitted", 1);
        } else {
          reports.answered(one.result.receipt.outcome, 1);
          if (one.result.receipt.outcome === "rejected" && one.result.receipt.stage === name) {
            reports.rejected(number, one.origin, one.result.receipt);
          }
        }
      }
    }

    const next = failure === undefined ? last.offset + 1 : failure.record.offset;
    partition.lastOrigin = answers.at(-1)?.origin ?? partition.lastOrigin;
    if (answers.some((one) => one.result.kind === "emit")) partition.proven = version;
    if (failure === undefined || next > first.offset) {
      partition.starts = 0;
      if (next >= partition.until) {
        partition.until = -1;
        partition.limit = Number.POSITIVE_INFINITY;
        partition.refusedAfter = undefined;
      }
      await lease.commit(next, writeMemory(partition, partition.lastOrigin));
      reports.goingOn(number);
      partition.waits = 0;
    } else {
      await forgetStart(partition, first, lease);
    }
    if (failure === undefined) {
      partition.failing = undefined;
      return slice.length;
    }
    partition.failing = { offset: failure.record.offset, attempts: failure.attempts };
    wait(number, lease, failure.error, failure.attempts - 1);
    return slice.indexOf(failure.record);
  }

  /** The destination refused a slice: it is cut smaller until the record at fault stands alone. */
  function refine(partition: Partition, slice: readonly InputRecord[]): void {
    const [first] = slice;
    const last = slice.at(-1);
    if (first === undefined || last === undefined) return;
    partition.refusedAfter ??= writes;
    partition.failing = { offset: first.offset, attempts: attemptsAt(partition, first) };
    partition.limit = Math.max(1, Math.floor(slice.length / 2));
    partition.until = Math.max(partition.until, last.offset + 1);
  }

  function mayReject(partition: Partition, record: InputRecord): boolean {
    const othersWritten = partition.refusedAfter !== undefined && writes > partition.refusedAfter;
    return othersWritten && attemptsAt(partition, record) >= limits.throwsMax;
  }

  /** The step came back, so the process did not die of it: a kill while we wait is not the record's doing. */
  async function forgetStart(partition: Partition, first: InputRecord, lease: Lease): Promise<void> {
    if (partition.starts === 0) return;
    partition.starts = 0;
    await lease.commit(first.offset, writeMemory(partition, partition.lastOrigin));
  }

  async function stepAll(
    records: readonly InputRecord[],
    partition: Partition,
    signal: AbortSignal,
  ): Promise<Stepped<Out>[]> {
    const answers: Stepped<Out>[] = [];
    const inputs: { index: number; input: InputRecord; value: In }[] = [];
    for (const input of records) {
      const index = answers.length;
      try {
        if (input.value === null) throw new Invalid("the message has no value");
        const value = await definition.decode(input.value);
        if (input.isReceipt) {
          answers.push({ input, answer: answerOf(input, { kind: "receipt", receipt: value as Receipt }) });
        } else {
          answers.push({ input, answer: new Failure(input, "not stepped", 0) });
          inputs.push({ index, input, value: value as In });
        }
      } catch (error) {
        if (error instanceof Unavailable) {
          answers.push({ input, answer: new Failure(input, error, attemptsAt(partition, input)) });
          break;
        }
        if (!(error instanceof Invalid)) throw error;
        answers.push({ input, answer: rejection(input, undefined, "undecodable", error.message, 1) });
      }
    }

    const started = definition.seconds();
    const stepped = await stepInputs(
      inputs.map(({ value }) => value),
      attemptsAt(partition, inputs[0]?.input) > limits.throwsMax,
      signal,
    );
    reports.timed("step", definition.seconds() - started);
    const others = stepped.filter((one) => one.kind !== "fail").length;
    for (const [place, { index, input, value }] of inputs.entries()) {
      const outcome = stepped[place];
      if (outcome === undefined)
        throw new Error(`${version} gave ${stepped.length} outcomes for ${inputs.length} records`);
      const entry = answers[index];
      if (entry === undefined) continue;
      if (outcome.kind !== "fail") {
        entry.answer = outcomeToAnswer(input, value, outcome);
        if (outcome.kind === "emit") knownGood = value;
        continue;
      }
      const attempts = attemptsAt(partition, input);
      const isDown = outcome.error instanceof Unavailable;
      const allowed = isDown ? limits.unavailableMax : limits.throwsMax;
      // A bug stays one; a dependency may have answered others long ago and be down for all by now.
      const proven = !isDown && partition.proven === version;
      if (attempts >= allowed && (others > 0 || proven || (await othersGetThrough(value, signal)))) {
        const reason = `the step failed: ${messageOf(outcome.error)}`;
        entry.answer = rejection(input, value, "poison", reason, attempts);
      } else {
        entry.answer = new Failure(input, outcome.error, attempts);
      }
    }
    return answers;
  }

  function attemptsAt(partition: Partition, record: InputRecord | undefined): number {
    return (partition.failing?.offset === record?.offset ? (partition.failing?.attempts ?? 0) : 0) + 1;
  }

  /** `isolate` finds which records of a failing batch are at fault, at the price of more calls. */
  async function stepInputs(
    values: readonly In[],
    isolate: boolean,
    signal: AbortSignal,
  ): Promise<Tried<Out>[]> {
    if (values.length === 0) return [];
    const { step } = definition;
    if ("each" in step) {
      return values.map((value) => {
        try {
          return step.each(value);
        } catch (error) {
          return error instanceof Invalid
            ? { kind: "reject", reason: error.message }
            : { kind: "fail", error };
        }
      });
    }
    try {
      return await step.batch(values, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      if (values.length === 1) {
        return [
          error instanceof Invalid ? { kind: "reject", reason: error.message } : { kind: "fail", error },
        ];
      }
      if (error instanceof Unavailable && !isolate) return values.map(() => ({ kind: "fail", error }));
      const middle = values.length >> 1;
      const left = await stepInputs(values.slice(0, middle), isolate, signal);
      return left.concat(await stepInputs(values.slice(middle), isolate, signal));
    }
  }

  async function othersGetThrough(failing: In, signal: AbortSignal): Promise<boolean> {
    if (knownGood === undefined || knownGood === failing) return false;
    const [outcome] = await stepInputs([knownGood], false, signal);
    return outcome?.kind === "emit";
  }

  function wait(number: number, lease: Lease, error: unknown, earlier: number): void {
    const backoff = Math.min(limits.backoffMaxMs, limits.backoffMinMs * 2 ** Math.min(earlier, 20));
    const milliseconds = Math.round(backoff * (0.5 + definition.random() / 2));
    reports.waiting(number, error, milliseconds);
    lease.pauseFor(milliseconds);
  }

  function outcomeToAnswer(input: InputRecord, value: In, outcome: Outcome<Out>): Answer<Out> {
    switch (outcome.kind) {
      case "emit":
        return answerOf(input, outcome);
      case "observe":
        return receiptAnswer(input, value, {
          outcome: "observed",
          reason: outcome.reason,
          event: outcome.event,
        });
      case "drop":
        return receiptAnswer(input, value, { outcome: "dropped", reason: outcome.reason });
      case "reject":
        return rejection(input, value, "invalid", outcome.reason, 1);
      default:
        return outcome satisfies never;
    }
  }

  function rejection(
    input: InputRecord,
    value: In | undefined,
    cause: RejectionCause,
    reason: string,
    attempts: number,
  ): Answer<Out> {
    return receiptAnswer(input, value, { outcome: "rejected", reason, cause, attempts });
  }

  function crashReceipt(input: InputRecord, starts: number): Answer<Out> {
    const reason = `the process ended ${starts} times at this record, at last with it alone in its batch`;
    return rejection(input, undefined, "crashed", reason, starts);
  }

  function receiptAnswer(
    input: InputRecord,
    value: In | undefined,
    what: Pick<Receipt, "outcome" | "reason"> & Partial<Receipt>,
  ): Answer<Out> {
    const about = value === undefined ? undefined : definition.about(value);
    const receipt: Receipt = {
      cause: null,
      attempts: 1,
      stage: name,
      version,
      job_id: about?.job_id ?? (input.key === "" ? null : input.key),
      source: about?.source ?? null,
      source_id: about?.source_id ?? null,
      event: null,
      observed_at: about?.observed_at ?? input.timestamp,
      synthetic: about?.synthetic ?? false,
      ...what,
    };
    return answerOf(input, { kind: "receipt", receipt });
  }

  function answerOf(input: InputRecord, result: Answer<Out>["result"]): Answer<Out> {
    const origin = input.origin ?? -1;
    return { origin, offset: input.offset, key: input.key, traceparent: input.traceparent, result };
  }
}

/** A record that has no answer yet, and why. */
class Failure {
  readonly record: InputRecord;
  readonly error: unknown;
  readonly attempts: number;
  constructor(record: InputRecord, error: unknown, attempts: number) {
    this.record = record;
    this.error = error;
    this.attempts = attempts;
  }
}

function writeMemory(partition: Partition, origin: number): string {
  const memory: Memory = { origin };
  if (partition.proven !== undefined) memory.proven = partition.proven;
  if (partition.starts > 0) Object.assign(memory, { starts: partition.starts, size: partition.size });
  if (partition.until >= 0) Object.assign(memory, { limit: partition.limit, until: partition.until });
  return JSON.stringify(memory);
}

function readMemory(metadata: string | undefined): Memory {
  if (metadata === undefined || metadata === "") return { origin: -1 };
  try {
    const memory = JSON.parse(metadata) as Partial<Memory>;
    return { ...memory, origin: typeof memory.origin === "number" ? memory.origin : -1 };
  } catch {
    return { origin: -1 };
  }
}
