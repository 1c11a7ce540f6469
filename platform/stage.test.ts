// The chapter on writing a stage: what a step may do, and what becomes of its records.
import { normalizedTopic, rawTopic } from "@skillstream/schemas/topics.ts";
import type { Posting, RawEvent, Receipt } from "@skillstream/schemas/types.ts";
import { describe, expect, test } from "vitest";
import { Invalid, Unavailable } from "./errors.ts";
import { MemoryBroker, MemoryLease, memoryCodec, memoryProducer } from "./memory.ts";
import { type BatchStep, type Destination, drop, emit, observe, reject, type Step } from "./outcome.ts";
import { createStage, type StageLimits, type StageReports, stageLimits } from "./stage.ts";
import { toTopic } from "./topic.ts";

const group = "skillstream-test-g1";
const output = normalizedTopic(1);

/** A raw event whose title is all that these steps look at. */
function rawEvent(title: string): RawEvent {
  return {
    event: "found",
    job_id: `id of ${title}`,
    source: "test",
    source_id: title,
    job_url: null,
    observed_at: 1,
    synthetic: true,
    search_keyword: null,
    search_location: null,
    source_file: null,
    reason: null,
    payload: null,
    parsed: null,
  };
}

const keep: Step<RawEvent, Posting> = (raw) => emit({ title: raw.source_id } as Posting);

interface Rig {
  broker: MemoryBroker;
  publish(...titles: string[]): Promise<void>;
  publishBytes(value: Buffer, headers?: Record<string, string>): void;
  /** A process that takes what is there until it must wait or nothing is left; a fresh one each time. */
  run(
    step: Step<RawEvent, Posting> | { batch: BatchStep<RawEvent, Posting> },
    turns?: number,
  ): Promise<RunReport>;
  /** What stands in the output topic: titles, and receipts as "outcome cause: reason". */
  written(): string[];
  origins(): number[];
}

interface RunReport {
  waits: { reason: string; milliseconds: number }[];
  repeats: number;
  strangers: number;
}

function reportsInto(report: RunReport): StageReports {
  return {
    answered: () => undefined,
    repeats: (count) => {
      report.repeats += count;
    },
    stranger: () => {
      report.strangers += 1;
    },
    rejected: () => undefined,
    waiting: (_, error, milliseconds) => {
      report.waits.push({ reason: (error as Error).message, milliseconds });
    },
    goingOn: () => undefined,
    timed: () => undefined,
  };
}

function rig(options: { limits?: Partial<StageLimits>; destination?: Destination<Posting> } = {}): Rig {
  const broker = new MemoryBroker();
  const destination =
    options.destination ??
    toTopic(output, "Posting", { producer: memoryProducer(broker), codec: memoryCodec });
  const decoded = () =>
    broker.log(output.name, 0).map((record) => ({
      receipt: "receipt" in record.headers,
      value: (JSON.parse(record.value.toString()) as [string, unknown])[1],
    }));
  return {
    broker,
    async publish(...titles) {
      for (const title of titles) {
        const value = await memoryCodec.encode("RawEvent", rawEvent(title));
        broker.append(rawTopic.name, 0, [{ key: `id of ${title}`, value, headers: {} }]);
      }
    },
    publishBytes(value, headers = {}) {
      broker.append(rawTopic.name, 0, [{ key: "odd", value, headers }]);
    },
    async run(step, turns = 100) {
      const report: RunReport = { waits: [], repeats: 0, strangers: 0 };
      let seconds = 0;
      const stage = createStage({
        name: "test",
        version: "test@1",
        decode: memoryCodec.decode,
        step: typeof step === "function" ? { each: step } : step,
        about: (raw: RawEvent) => raw,
        destination,
        limits: { ...stageLimits, ...options.limits },
        seconds: () => seconds++,
        random: () => 1,
        reports: reportsInto(report),
      });
      const lease = new MemoryLease({ broker, group, topic: rawTopic, isRaw: true }, 0);
      for (let turn = 0; turn < turns; turn++) {
        if (!(await lease.deliver(stage))) break;
      }
      return report;
    },
    written: () =>
      decoded().map(({ receipt, value }) => {
        if (!receipt) return (value as Posting).title;
        const { outcome, cause, reason } = value as Receipt;
        return cause === null ? `${outcome}: ${reason}` : `${outcome} ${cause}: ${reason}`;
      }),
    origins: () => broker.log(output.name, 0).map((record) => Number(record.headers.origin)),
  };
}

describe("a step says what becomes of a record", () => {
  test("an emitted value goes to the next topic under its raw event's offset and key", async () => {
    const { publish, run, written, origins, broker } = rig();
    await publish("a", "b");
    await run(keep);
    expect(written()).toEqual(["a", "b"]);
    expect(origins()).toEqual([0, 1]);
    expect(broker.log(output.name, 0).map(({ key }) => key)).toEqual(["id of a", "id of b"]);
  });

  test("dropped, rejected and observed records leave a receipt in their place", async () => {
    const { publish, run, written, origins } = rig();
    await publish("spam", "empty", "seen", "fine");
    await run((raw) => {
      if (raw.source_id === "spam") return drop("it is spam");
      if (raw.source_id === "empty") return reject("title is empty");
      if (raw.source_id === "seen") return observe("seen");
      return keep(raw);
    });
    expect(written()).toEqual([
      "dropped: it is spam",
      "rejected invalid: title is empty",
      "observed: seen",
      "fine",
    ]);
    expect(origins()).toEqual([0, 1, 2, 3]);
  });

  test("throwing Invalid is another way to reject", async () => {
    const { publish, run, written } = rig();
    await publish("a");
    await run(() => {
      throw new Invalid("no company");
    });
    expect(written()).toEqual(["rejected invalid: no company"]);
  });

  test("a receipt names the posting, the stage and the version that gave it", async () => {
    const { publish, run, broker } = rig();
    await publish("a");
    await run(() => drop("not wanted"));
    const [, receipt] = JSON.parse(broker.log(output.name, 0)[0]?.value.toString() ?? "") as [
      string,
      Receipt,
    ];
    expect(receipt).toMatchObject({ job_id: "id of a", source: "test", stage: "test", version: "test@1" });
  });
});

describe("a record is answered once", () => {
  test("what was committed is not taken again by the next process", async () => {
    const { publish, run, written } = rig();
    await publish("a", "b");
    await run(keep);
    await publish("c");
    await run(keep);
    expect(written()).toEqual(["a", "b", "c"]);
  });

  test("a repeat in the input is dropped by its origin, also by a process that never saw the first", async () => {
    const broker = new MemoryBroker();
    const relay = createRelay(broker);
    const value = await memoryCodec.encode("Posting", { title: "a" } as Posting);
    broker.append(output.name, 0, [{ key: "a", value, headers: { origin: "4" } }]);
    await relay.run();
    broker.append(output.name, 0, [
      { key: "a", value, headers: { origin: "4" } },
      { key: "b", value, headers: { origin: "5" } },
    ]);
    const { repeats } = await relay.run();
    expect(repeats).toBe(1);
    expect(relay.origins()).toEqual([4, 5]);
  });

  test("a receipt from an earlier stage is handed on without being stepped", async () => {
    const broker = new MemoryBroker();
    const relay = createRelay(broker);
    const receipt = { outcome: "dropped", reason: "not wanted", stage: "earlier" } as Receipt;
    const value = await memoryCodec.encode("Receipt", receipt);
    broker.append(output.name, 0, [{ key: "a", value, headers: { origin: "0", receipt: "dropped" } }]);
    await relay.run();
    expect(relay.stepped()).toBe(0);
    expect(relay.written()).toEqual([["Receipt", receipt]]);
  });

  test("a record that no stage wrote has no origin and is passed over", async () => {
    const broker = new MemoryBroker();
    const relay = createRelay(broker);
    broker.append(output.name, 0, [{ key: "?", value: Buffer.from("{}"), headers: {} }]);
    const { strangers } = await relay.run();
    expect(strangers).toBe(1);
    expect(relay.written()).toEqual([]);
  });

  test("nothing is committed before it is written", async () => {
    const events: string[] = [];
    const failing: Destination<Posting> = {
      resume: () => Promise.resolve(null),
      write: () => {
        events.push("write");
        return Promise.reject(new Unavailable("the next topic is away"));
      },
    };
    const { publish, run, broker } = rig({ destination: failing });
    await publish("a");
    const { waits } = await run(keep, 3);
    expect(events).toHaveLength(3);
    expect(waits.map(({ reason }) => reason)).toEqual(Array(3).fill("the next topic is away"));
    expect(broker.committed(group, 0)?.offset).toBe(0);
  });

  test("a destination that knows how far it is overrules the group's offset", async () => {
    const taken: number[] = [];
    const table: Destination<Posting> = {
      resume: () => Promise.resolve({ origin: 1, offset: 2 }),
      write: (_, answers) => {
        taken.push(...answers.map(({ origin }) => origin));
        return Promise.resolve();
      },
    };
    const { publish, run, broker } = rig({ destination: table });
    await publish("a", "b", "c", "d");
    broker.commit(group, 0, 4, "");
    await publish("e");
    await run(keep);
    expect(taken).toEqual([2, 3, 4]);
  });
});

test("a topic that was made anew behind a destination's back is refused, not taken for repeats", async () => {
  const table: Destination<Posting> = {
    resume: () => Promise.resolve({ origin: 6, offset: 7 }),
    write: () => Promise.resolve(),
  };
  const { publish, run } = rig({ destination: table });
  await publish("a", "b");
  await expect(run(keep)).rejects.toThrow("ends before offset 7, where its destination stands");
});

describe("what goes wrong costs time, never a record", () => {
  test("a dependency that is down is waited for with growing pauses, up to a limit", async () => {
    const { publish, run } = rig({ limits: { backoffMinMs: 100, backoffMaxMs: 500, unavailableMax: 1000 } });
    await publish("a");
    const down: BatchStep<RawEvent, Posting> = () => Promise.reject(new Unavailable("Triton is away"));
    const { waits } = await run({ batch: down }, 5);
    expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([100, 200, 400, 500, 500]);
  });

  test("when it comes back, everything goes on in order", async () => {
    const { publish, run, written } = rig();
    await publish("a", "b", "c");
    let calls = 0;
    await run({
      batch: (records) => {
        calls += 1;
        if (calls < 3) return Promise.reject(new Unavailable("Triton is away"));
        return Promise.resolve(records.map(keep));
      },
    });
    expect(written()).toEqual(["a", "b", "c"]);
  });

  test("a record whose step always throws is rejected alone after three attempts, with its error", async () => {
    const { publish, run, written } = rig();
    await publish("a", "bad", "c");
    const { waits } = await run((raw) => {
      if (raw.source_id === "bad") throw new Error("cannot read properties of undefined");
      return keep(raw);
    });
    expect(written()).toEqual([
      "a",
      "rejected poison: the step failed: cannot read properties of undefined",
      "c",
    ]);
    expect(waits).toHaveLength(2);
  });

  test("in a batch step the record at fault is found by halving", async () => {
    const { publish, run, written } = rig();
    await publish("a", "b", "c", "bad", "e");
    await run({
      batch: (records) =>
        records.some((raw) => raw.source_id === "bad")
          ? Promise.reject(new Error("worker ended"))
          : Promise.resolve(records.map(keep)),
    });
    expect(written()).toEqual(["a", "b", "c", "rejected poison: the step failed: worker ended", "e"]);
  });

  test("a record for which a dependency fails while it answers for others is poison in the end", async () => {
    const { publish, run, written } = rig();
    await publish("good", "huge", "fine");
    await run({
      batch: (records) =>
        records.some((raw) => raw.source_id === "huge")
          ? Promise.reject(new Unavailable("timed out"))
          : Promise.resolve(records.map(keep)),
    });
    expect(written()).toEqual(["good", "rejected poison: the step failed: timed out", "fine"]);
  });

  test("while nothing at all gets through, nothing is rejected", async () => {
    const { publish, run, written } = rig();
    await publish("a", "b");
    const { waits } = await run(() => {
      throw new Error("the model file is missing");
    }, 30);
    expect(written()).toEqual([]);
    expect(waits).toHaveLength(30);
  });

  test("bytes that are no record are rejected as undecodable", async () => {
    const { publish, publishBytes, run, written } = rig();
    await publish("a");
    publishBytes(Buffer.from("not a record"));
    await run(keep);
    expect(written()).toEqual(["a", "rejected undecodable: the message is not a record"]);
  });
});

test("a record that the destination refuses is found by halving and rejected alone, with the refusal", async () => {
  const broker = new MemoryBroker();
  const topic = toTopic(output, "Posting", { producer: memoryProducer(broker), codec: memoryCodec });
  const choosy: Destination<Posting> = {
    ...topic,
    write: (partition, answers) => {
      const isBad = answers.some(({ result }) => result.kind === "emit" && result.value.title === "bad");
      return isBad
        ? Promise.reject(new Error("a column takes no such date"))
        : topic.write(partition, answers);
    },
  };
  const { publish, run } = rig({ destination: choosy });
  await publish("a", "b", "c", "bad", "e", "f");
  await run(keep);
  const written = broker
    .log(output.name, 0)
    .map(({ headers, value }) => [headers.origin, headers.receipt, value]);
  expect(written.map(([origin, receipt]) => `${origin} ${receipt ?? "emitted"}`)).toEqual([
    "0 emitted",
    "1 emitted",
    "2 emitted",
    "3 rejected",
    "4 emitted",
    "5 emitted",
  ]);
  expect(String(written[3]?.[2])).toContain("it can't be written: a column takes no such date");
});

test("a destination that refuses everything rejects nothing", async () => {
  const broken: Destination<Posting> = {
    resume: () => Promise.resolve(null),
    write: () => Promise.reject(new Error("the table lacks a column")),
  };
  const { publish, run, broker } = rig({ destination: broken });
  await publish("a", "b");
  const { waits } = await run(keep, 20);
  expect(waits).toHaveLength(20);
  expect(broker.committed(group, 0)?.offset).toBe(0);
});

test("a record that kills the process is remembered across starts, found by halving, and rejected alone", async () => {
  const { publish, run, written } = rig();
  await publish("a", "b", "c", "d", "killer", "f", "g", "h");
  let deaths = 0;
  while ((await startOnce(run, "killer")) === "died") deaths += 1;
  expect(written()).toEqual([
    "a",
    "b",
    "c",
    "d",
    expect.stringMatching(/^rejected crashed: /),
    "f",
    "g",
    "h",
  ]);
  expect(deaths).toBeGreaterThan(3);
  expect(deaths).toBeLessThanOrEqual(15);
});

test("a process that is killed while it waits for its destination does not blame the record", async () => {
  const away: Destination<Posting> = {
    resume: () => Promise.resolve(null),
    write: () => Promise.reject(new Unavailable("the next topic is away")),
  };
  const { publish, run, broker } = rig({ destination: away });
  await publish("a");
  for (let start = 0; start < 10; start++) await run(keep, 1);
  expect(JSON.parse(broker.committed(group, 0)?.metadata ?? "")).toEqual({ origin: -1 });
});

/** Starts a process whose step never returns from the killer: as if the process had ended there. */
async function startOnce(run: Rig["run"], killer: string): Promise<"died" | "done"> {
  const died = Promise.withResolvers<"died">();
  const done = run({
    batch: (records) => {
      if (records.some((raw) => raw.source_id === killer)) {
        died.resolve("died");
        return new Promise(() => undefined);
      }
      return Promise.resolve(records.map(keep));
    },
  }).then(() => "done" as const);
  return Promise.race([died.promise, done]);
}

/** A stage behind another one, reading its topic. */
function createRelay(broker: MemoryBroker) {
  const target = { ...output, name: "jobs.relayed" };
  let stepped = 0;
  return {
    async run(): Promise<RunReport> {
      const report: RunReport = { waits: [], repeats: 0, strangers: 0 };
      const stage = createStage({
        name: "relay",
        version: "relay@1",
        decode: memoryCodec.decode,
        step: {
          each: (posting: Posting) => {
            stepped += 1;
            return emit(posting);
          },
        },
        about: (posting) => posting,
        destination: toTopic(target, "Posting", { producer: memoryProducer(broker), codec: memoryCodec }),
        limits: stageLimits,
        seconds: () => 0,
        random: () => 1,
        reports: reportsInto(report),
      });
      const lease = new MemoryLease({ broker, group: "relay", topic: output, isRaw: false }, 0);
      while (await lease.deliver(stage));
      return report;
    },
    stepped: () => stepped,
    origins: () => broker.log(target.name, 0).map((record) => Number(record.headers.origin)),
    written: () => broker.log(target.name, 0).map((record) => JSON.parse(record.value.toString()) as unknown),
  };
}
