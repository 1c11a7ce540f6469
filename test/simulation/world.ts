// Owns the simulated machine room: a virtual broker, table and time around the very stages, destinations and
// rules that run on the real ones. A seed decides the order in which everything happens, what fails, who is
// killed, and who wakes up as a zombie beside its successor. The same seed gives the same run.

import { Unavailable } from "@skillstream/platform/errors.ts";
import {
  Fenced,
  type Gate,
  MemoryBroker,
  MemoryLease,
  memoryCodec,
  memoryProducer,
} from "@skillstream/platform/memory.ts";
import {
  type Destination,
  drop,
  emit,
  type Outcome,
  observe,
  reject,
} from "@skillstream/platform/outcome.ts";
import { createStage, type Stage, type StageReports, stageLimits } from "@skillstream/platform/stage.ts";
import { toTopic } from "@skillstream/platform/topic.ts";
import { blankPosting } from "@skillstream/schemas/blank.ts";
import { enrichedTopic, normalizedTopic, rawTopic, type Topic } from "@skillstream/schemas/topics.ts";
import type { EnrichedPosting, Extraction, Posting, RawEvent } from "@skillstream/schemas/types.ts";
import { type LandingTable, landInto } from "@skillstream/store/landing.ts";
import { landingColumns } from "@skillstream/store/row.ts";

export interface SimulationResult {
  seed: number;
  /** What the run did that the design forbids; empty when all is well. */
  violations: string[];
  steps: number;
  faults: Record<string, number>;
}

const partitions = 2;
const rawRecords = 40;
const stepsMax = 60_000;
/** After so many steps nothing fails any more, and everything must come to rest. */
const healAfterSteps = 1_500;
/** A store whose table was just set back must have had the time to find out. */
const restAfterSteps = healAfterSteps + 300;

interface Effect {
  process: Process;
  what: string;
  run: () => unknown;
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

interface Process {
  role: string;
  alive: boolean;
  frozenUntil: number;
  leases: Map<number, MemoryLease>;
  stage: Stage;
  gate: Gate;
}

interface Role {
  name: string;
  topic: Topic;
  isRaw: boolean;
  start: (process: Process) => Stage;
}

const none = { technical_skills: [], soft_skills: [], notes: [] };
const noYears = { experience_years_min: null, experience_years_max: null, education: null };
const extraction: Extraction = {
  extractor: "simulated@1",
  taxonomy: "1",
  role: { title: null, objective: null, seniority: null, visa: null, employment_type: null, salary: null },
  company: { type: null, values: [] },
  workplace: { work_model: null, flexibility: null, places: [] },
  required: { ...noYears, ...none },
  preferred: { ...noYears, ...none },
  context: { collaboration: [], team: null, scope: null, responsibilities: [] },
  benefits: { training: [], time_off: [], other: [] },
  skills: [],
  flags: [],
};

function postingOf({ job_id, source, source_id, observed_at, synthetic }: RawEvent): Posting {
  return { ...blankPosting, job_id, source, source_id, observed_at, synthetic, title: source_id };
}

/** What a raw event must become, whatever happens to the processes. */
function expected(origin: number, partition: number): string {
  const kind = kindOf(origin, partition);
  return kind === "fine" ? `posting ${partition}-${origin}` : kind;
}

function kindOf(origin: number, partition: number): string {
  const n = (origin * 7 + partition * 3) % 20;
  return n === 3
    ? "dropped"
    : n === 7
      ? "rejected"
      : n === 11
        ? "observed"
        : n === 13
          ? "poison"
          : n === 17
            ? "killer"
            : "fine";
}

export async function simulate(seed: number): Promise<SimulationResult> {
  const random = mulberry32(seed);
  const chance = (probability: number) => random() < probability;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  const broker = new MemoryBroker();
  const physical: Row[] = [];
  /** Given up by their sender, and yet to happen. */
  const underway: Effect[] = [];
  const pending: Effect[] = [];
  const faults: Record<string, number> = {};
  const violations: string[] = [];
  let step = 0;
  /** A store lost its partition with an insert on its way: the row may lawfully be there twice until it merges. */
  let zombieStore = false;
  const count = (fault: string) => {
    faults[fault] = (faults[fault] ?? 0) + 1;
  };
  const healing = () => step > healAfterSteps;

  const reports: StageReports = {
    answered: () => undefined,
    repeats: () => undefined,
    stranger: (partition, offset) => violations.push(`a record without an origin at ${partition}:${offset}`),
    rejected: () => undefined,
    waiting: () => undefined,
    goingOn: () => undefined,
    timed: () => undefined,
  };
  const limits = { ...stageLimits, recordsMax: 5 };

  const roles: Role[] = [
    {
      name: "normalize",
      topic: rawTopic,
      isRaw: true,
      start: (process) => {
        const destination = toTopic(normalizedTopic(1), "Posting", {
          producer: memoryProducer(broker, process.gate, 2),
          codec: memoryCodec,
        });
        const each = (raw: RawEvent): Outcome<Posting> => {
          const [partition, origin] = raw.source_id.split("-").map(Number) as [number, number];
          switch (kindOf(origin, partition)) {
            case "dropped":
              return drop("dropped");
            case "rejected":
              return reject("rejected");
            case "observed":
              return observe("seen");
            case "poison":
              throw new Error("poison");
            case "killer":
              die(process);
              queueMicrotask(() => restart(role("normalize"), process));
              throw new Error("the process is no more");
            default:
              return emit(postingOf(raw));
          }
        };
        return stageOf("normalize", each, destination, (raw) => raw);
      },
    },
    {
      name: "extract",
      topic: normalizedTopic(1),
      isRaw: false,
      start: (process) => {
        const destination = toTopic(enrichedTopic(1), "EnrichedPosting", {
          producer: memoryProducer(broker, process.gate, 3),
          codec: memoryCodec,
        });
        const batch = async (postings: readonly Posting[]): Promise<Outcome<EnrichedPosting>[]> => {
          await process.gate("extract", () => undefined);
          return postings.map((posting) => emit({ posting, extraction }));
        };
        return createStage({
          ...frame("extract"),
          step: { batch },
          about: (posting: Posting) => posting,
          destination,
        });
      },
    },
    {
      name: "store",
      topic: enrichedTopic(1),
      isRaw: false,
      start: (process) => {
        const table: LandingTable = {
          insert: (insertId, lines) =>
            process.gate(`insert ${insertId}`, () => {
              for (const line of lines.trimEnd().split("\n")) physical.push(readRow(line));
            }),
          // An insert that was given up may still run; it is over when its effect is no longer under way.
          ended: async (insertId) => {
            do await process.gate("ended?", () => undefined);
            while (underway.some((effect) => effect.what === `insert ${insertId}`));
          },
          resumePoint: (partition) => process.gate("resume?", () => resumePointOf(physical, partition)),
        };
        return stageOf(
          "store",
          (enriched: EnrichedPosting) => emit(enriched),
          landInto(table, { generation: 1, log: { info: () => undefined } }),
          (enriched) => enriched.posting,
        );
      },
    },
  ];

  function role(name: string): Role {
    return roles.find((one) => one.name === name) as Role;
  }

  function frame(name: string) {
    return {
      name,
      version: `${name}@1`,
      decode: memoryCodec.decode,
      limits,
      reports,
      seconds: () => step,
      random: () => 0.5,
    };
  }

  function stageOf<In, Out>(
    name: string,
    each: (record: In) => Outcome<Out>,
    destination: Destination<Out>,
    about: (record: In) => RawEvent | Posting,
  ): Stage {
    return createStage({ ...frame(name), step: { each }, about, destination });
  }

  function start(role: Role): Process {
    const process: Process = {
      role: role.name,
      alive: true,
      frozenUntil: 0,
      leases: new Map(),
      stage: undefined as unknown as Stage,
      gate: (what, run) =>
        new Promise((resolve, reject) => {
          if (process.alive) pending.push({ process, what, run, resolve, reject });
        }),
    };
    process.stage = role.start(process);
    processes.push(process);
    return process;
  }

  /** Gives a partition to a process; the one that had it may not know yet. */
  function assign(role: Role, partition: number, process: Process): void {
    for (const other of processes) {
      if (other.role !== role.name) continue;
      other.leases.get(partition)?.revoke();
      other.leases.delete(partition);
    }
    const lease = new MemoryLease(
      { broker, group: role.name, topic: role.topic, isRaw: role.isRaw, gate: process.gate, batchMax: 7 },
      partition,
    );
    process.leases.set(partition, lease);
    serve(process, partition, lease).catch((error: unknown) => {
      if (error instanceof Fenced) return;
      violations.push(`${role.name} ended by ${error}`);
    });
  }

  async function serve(process: Process, partition: number, lease: MemoryLease): Promise<void> {
    for (let begun = false; !begun && !lease.signal.aborted; ) {
      begun = await process.stage.begin(partition, lease).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Unavailable) return false;
          throw error;
        },
      );
    }
    while (process.alive && !lease.signal.aborted) {
      await process.gate("poll", () => undefined);
      if (lease.signal.aborted) return;
      await lease.deliver(process.stage);
    }
  }

  function die(process: Process): void {
    process.alive = false;
    for (let index = pending.length - 1; index >= 0; index--) {
      const effect = pending[index];
      if (effect?.process !== process) continue;
      pending.splice(index, 1);
      // What was already on its way may arrive after its sender's death.
      if (effect.what !== "poll" && chance(0.5)) attempt(effect);
    }
  }

  function restart(role: Role, dead: Process): void {
    const place = processes.indexOf(dead);
    if (place >= 0) processes.splice(place, 1);
    const fresh = start(role);
    for (const partition of dead.leases.keys()) assign(role, partition, fresh);
  }

  const processes: Process[] = [];
  for (const role of roles) {
    const pair = [start(role), start(role)];
    for (let partition = 0; partition < partitions; partition++) assign(role, partition, pick(pair));
  }

  const scraped = Array.from({ length: partitions }, () => 0);
  async function scrape(): Promise<void> {
    const partition = Math.floor(random() * partitions);
    const origin = scraped[partition] ?? 0;
    if (origin >= rawRecords) return;
    scraped[partition] = origin + 1;
    const id = `${partition}-${origin}`;
    const value = await memoryCodec.encode("RawEvent", {
      event: "found",
      job_id: id,
      source: "simulated",
      source_id: id,
      observed_at: origin,
    } as RawEvent);
    broker.append(rawTopic.name, partition, [{ key: id, value, headers: {} }]);
  }

  function misfortune(): void {
    const role = pick(roles);
    const process = pick(processes.filter((one) => one.role === role.name));
    // Every other seed has no zombies: there even a row that would merge away may not be inserted twice.
    const fault = pick(
      seed % 2 === 0
        ? ["kill", "lose", "refuse", "setback"]
        : ["kill", "lose", "refuse", "freeze", "rebalance", "late"],
    );
    count(fault);
    if (role.name === "store") {
      const busy = pending.some((effect) => effect.process.role === "store" && effect.what !== "poll");
      zombieStore ||= underway.length > 0 || (busy && (fault === "freeze" || fault === "rebalance"));
    }
    switch (fault) {
      case "kill":
        die(process);
        restart(role, process);
        return;
      case "setback": {
        // The table comes back from a backup, beside a group that has gone on.
        if (role.name !== "store") return;
        die(process);
        const held = physical.filter((row) => process.leases.has(row.partition));
        const lost = new Set(held.slice(held.length - Math.floor(random() * 12)));
        for (let index = physical.length - 1; index >= 0; index--) {
          if (lost.has(physical[index] as Row)) physical.splice(index, 1);
        }
        restart(role, process);
        return;
      }
      case "freeze": {
        // Stopped for long: the group gives its partitions away, and it wakes up as a zombie.
        process.frozenUntil = step + 20 + Math.floor(random() * 200);
        const fresh = start(role);
        for (const partition of [...process.leases.keys()]) assign(role, partition, fresh);
        return;
      }
      case "rebalance": {
        const partition = Math.floor(random() * partitions);
        assign(role, partition, process);
        return;
      }
      case "lose":
      case "refuse":
      case "late": {
        const effect = pick(pending.filter((one) => one.what !== "poll" && one.process.frozenUntil <= step));
        if (effect === undefined) return;
        pending.splice(pending.indexOf(effect), 1);
        // A producer that was given up is fenced by its successor's number only in order; a late insert is not.
        if (fault === "late" && effect.what.startsWith("insert")) underway.push(effect);
        else if (fault === "lose") attempt(effect);
        effect.reject(new Unavailable(`${effect.what} did not answer`));
        return;
      }
    }
  }

  const atRest = () =>
    scraped.every((records) => records === rawRecords) &&
    roles.every((role) =>
      scraped.every((_, partition) => {
        const end = broker.log(role.topic.name, partition).length;
        return end >= rawRecords && broker.committed(role.name, partition)?.offset === end;
      }),
    );

  while (!(step > restAfterSteps && atRest())) {
    if (++step > stepsMax) {
      violations.push("it did not come to rest");
      break;
    }
    await settled();
    if (chance(0.1) || healing()) await scrape();
    if (!healing() && chance(0.02)) misfortune();
    if (underway.length > 0 && chance(0.05)) attempt(underway.shift() as Effect);
    const ready = pending.filter((effect) => effect.process.frozenUntil <= step);
    if (ready.length === 0) continue;
    const effect = pick(ready);
    pending.splice(pending.indexOf(effect), 1);
    try {
      effect.resolve(effect.run() as never);
    } catch (error) {
      effect.reject(error as Error);
    }
  }
  for (const process of processes) process.alive = false;

  violations.push(...judge(broker, physical, zombieStore));
  return { seed, violations, steps: step, faults };
}

/** Everything that must be true at rest, read without the code under test. */
function judge(broker: MemoryBroker, physical: readonly Row[], zombieStore: boolean): string[] {
  const violations: string[] = [];
  const rows = new Map<string, Row>();
  for (const row of physical) {
    const earlier = rows.get(row.key);
    if (earlier !== undefined && earlier.text !== row.text)
      violations.push(`two different rows for ${row.key}`);
    if (earlier !== undefined && !zombieStore) violations.push(`row ${row.key} was inserted twice`);
    rows.set(row.key, row);
  }
  for (let partition = 0; partition < partitions; partition++) {
    for (const topic of [normalizedTopic(1), enrichedTopic(1)]) {
      let last = -1;
      for (const { headers } of broker.log(topic.name, partition)) {
        const origin = Number(headers.origin);
        if (origin > last + 1) violations.push(`${topic.name}/${partition} jumps from ${last} to ${origin}`);
        last = Math.max(last, origin);
      }
      if (last !== rawRecords - 1) violations.push(`${topic.name}/${partition} ends at ${last}`);
    }
    for (let origin = 0; origin < rawRecords; origin++) {
      const row = rows.get(`${partition}:${origin}`);
      if (row === undefined) {
        violations.push(`raw event ${partition}:${origin} was lost`);
        continue;
      }
      const { outcome, cause, title } = row;
      const became =
        outcome === "emitted"
          ? `posting ${title}`
          : outcome === "rejected" && cause !== "invalid"
            ? cause
            : outcome;
      const wanted = expected(origin, partition).replace("killer", "crashed");
      if (became !== wanted)
        violations.push(`raw event ${partition}:${origin} became ${became}, not ${wanted}`);
    }
  }
  return violations;
}

interface Row {
  key: string;
  partition: number;
  origin: number;
  offset: number;
  outcome: string;
  cause: string | null;
  title: string;
  text: string;
}

function readRow(text: string): Row {
  const values = JSON.parse(text) as unknown[];
  const at = (column: string) => values[landingColumns.indexOf(column)];
  const [partition, origin] = [at("raw_partition") as number, at("raw_offset") as number];
  return {
    key: `${partition}:${origin}`,
    partition,
    origin,
    offset: at("stage_offset") as number,
    outcome: at("outcome") as string,
    cause: at("cause") as string | null,
    title: at("title") as string,
    text,
  };
}

function resumePointOf(
  physical: readonly Row[],
  partition: number,
): { origin: number; offset: number } | null {
  const held = physical.filter((row) => row.partition === partition);
  if (held.length === 0) return null;
  return {
    origin: Math.max(...held.map((row) => row.origin)),
    offset: Math.max(...held.map((row) => row.offset)) + 1,
  };
}

function attempt(effect: Effect): void {
  try {
    effect.run();
  } catch {
    // It is refused where it arrives (a fenced commit), and nobody is there to be told.
  }
}

/** Until every promise that can go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
