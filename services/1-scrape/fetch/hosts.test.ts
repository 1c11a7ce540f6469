import { expect, test, vi } from "vitest";
import { type HostMemory, type HostRecord, Hosts, Paused, type Turn } from "./hosts.ts";

const limits = { waitMaxMs: 10_000, robotsAgeMaxMs: 24 * 3600_000 };
const origin = "https://site.test";

function memoryOf(): HostMemory & { records: Map<string, HostRecord> } {
  const records = new Map<string, HostRecord>();
  return { records, load: (key) => records.get(key), save: (key, record) => void records.set(key, record) };
}

/** Takes turns one after the other, and tells how far apart they were. */
async function gaps(hosts: Hosts, turns: number, delayMs: number, after?: (turn: Turn) => void) {
  const times: number[] = [];
  for (let index = 0; index < turns; index++) {
    using turn = await hosts.turn(origin, { delayMs, atOnceMax: 4 }, undefined);
    times.push(performance.now());
    after?.(turn);
  }
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

test("turns are a delay apart, whoever asks and however many at once", async () => {
  const hosts = new Hosts(limits);
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      using _turn = await hosts.turn(origin, { delayMs: 50, atOnceMax: index % 2 === 0 ? 1 : 8 }, undefined);
      times.push(performance.now());
    }),
  );
  expect(times).toHaveLength(12);
  // The clock here is read a little after the turn was taken.
  for (const [index, time] of times.entries())
    expect(time - (times[index - 1] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(40);
});

test("no more requests are under way to a host than a source allows, and hosts do not wait for each other", async () => {
  const hosts = new Hosts(limits);
  const pace = { delayMs: 0, atOnceMax: 2 };
  const first = await hosts.turn(origin, pace, undefined);
  using _second = await hosts.turn(origin, pace, undefined);
  let has = false;
  const third = hosts.turn(origin, pace, undefined).then((turn) => {
    has = true;
    return turn;
  });
  using _other = await hosts.turn("https://other.test", pace, undefined);
  expect(has).toBe(false);
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
});

test("whoever waits for a place or a turn can be called off, and leaves nothing behind", async () => {
  const hosts = new Hosts(limits);
  const pace = { delayMs: 60_000, atOnceMax: 1 };
  const held = await hosts.turn(origin, pace, undefined);
  const stop = new AbortController();
  const place = hosts.turn(origin, pace, stop.signal);
  const turn = hosts.turn(origin, { ...pace, atOnceMax: 9 }, stop.signal);
  stop.abort(new Error("called off"));
  await expect(place).rejects.toThrow("called off");
  await expect(turn).rejects.toThrow("called off");
  held[Symbol.dispose]();
  using _next = await hosts.turn(origin, { delayMs: 0, atOnceMax: 1 }, undefined);
});

test("a host that answers 429, 503 or not in time is asked half as often each time, up to a minute", async () => {
  for (const refuse of [
    (turn: Turn) => turn.answered(429, undefined),
    (turn: Turn) => turn.answered(503, undefined),
    (turn: Turn) => turn.timedOut(),
  ]) {
    const [first = 0, second = 0] = await gaps(new Hosts(limits), 3, 60, refuse);
    expect(first).toBeGreaterThanOrEqual(100);
    expect(second).toBeGreaterThanOrEqual(215);
    expect(second).toBeLessThan(480);
  }
  const memory = memoryOf();
  const hosts = new Hosts({ ...limits, memory });
  using turn = await hosts.turn(origin, { delayMs: 40_000, atOnceMax: 1 }, undefined);
  turn.timedOut();
  expect(memory.records.get(origin)?.slowedMs).toBe(20_000);
});

test("requests that were under way together slow a host once, not each by itself", async () => {
  const memory = memoryOf();
  const hosts = new Hosts({ ...limits, memory });
  const pace = { delayMs: 0, atOnceMax: 16 };
  const turns = await Promise.all(Array.from({ length: 16 }, () => hosts.turn(origin, pace, undefined)));
  for (const turn of turns) turn.answered(429, undefined);
  expect(memory.records.get(origin)?.slowedMs).toBe(100);
});

test("a host that recovers is asked as often as before, by and by", async () => {
  const hosts = new Hosts(limits);
  await gaps(hosts, 1, 10, (turn) => turn.answered(503, undefined));
  const recovering = await gaps(hosts, 14, 10, (turn) => turn.answered(200, undefined));
  const sum = (gaps: number[]) => gaps.reduce((all, gap) => all + gap, 0);
  expect(sum(recovering.slice(0, 4))).toBeGreaterThan(240);
  expect(sum(recovering.slice(-4))).toBeLessThan(140);
});

test("a refusal does not count as a recovery", async () => {
  const hosts = new Hosts(limits);
  await gaps(hosts, 1, 10, (turn) => turn.timedOut());
  const refused = await gaps(hosts, 4, 10, (turn) => turn.answered(403, undefined));
  expect(Math.min(...refused)).toBeGreaterThan(80);
});

test("Retry-After counts on 429 and 503 alone, in seconds and as a date", async () => {
  for (const [status, value, paused] of [
    [429, "60", true],
    [503, new Date(Date.now() + 60_000).toUTCString(), true],
    [429, new Date(Date.now() - 60_000).toUTCString(), false],
    [200, "60", false],
    [429, "soon", false],
    [429, "-5", false],
    [429, "60.5", false],
  ] as const) {
    const hosts = new Hosts(limits);
    const pace = { delayMs: 0, atOnceMax: 1 };
    (await hosts.turn(origin, pace, undefined))[Symbol.dispose]();
    {
      using turn = await hosts.turn(origin, pace, undefined);
      turn.answered(status, value);
    }
    const next = hosts.turn(origin, pace, undefined);
    if (paused) await expect(next, `${status} ${value}`).rejects.toThrow(/pause of (59|60) s more/);
    else (await next)[Symbol.dispose]();
  }
});

test("a pause of a century is a day", async () => {
  const memory = memoryOf();
  const hosts = new Hosts({ ...limits, memory });
  using turn = await hosts.turn(origin, { delayMs: 0, atOnceMax: 1 }, undefined);
  turn.answered(429, "99999999999");
  const left = (memory.records.get(origin)?.pausedUntil ?? 0) - Date.now();
  expect(left).toBeGreaterThan(23 * 3600_000);
  expect(left).toBeLessThanOrEqual(24 * 3600_000 + 5);
});

test("a restart keeps robots.txt, the pause, the slowing and the rate", async () => {
  const memory = memoryOf();
  const read = vi.fn(async () => "User-agent: *\nDisallow: /private\nCrawl-delay: 0.3");
  const before = new Hosts({ ...limits, memory });
  await before.robots(origin, read);
  (await before.turn(origin, { delayMs: 1, atOnceMax: 1 }, undefined))[Symbol.dispose]();
  const last = performance.now();

  const after = new Hosts({ ...limits, memory });
  const robots = await after.robots(origin, read);
  expect(robots.allows("/private/x")).toBe(false);
  expect(read).toHaveBeenCalledOnce();
  {
    using turn = await after.turn(origin, { delayMs: 1, atOnceMax: 1 }, undefined);
    expect(performance.now() - last).toBeGreaterThanOrEqual(270);
    turn.answered(429, "3600");
  }

  const again = new Hosts({ ...limits, memory });
  await expect(again.turn(origin, { delayMs: 1, atOnceMax: 1 }, undefined)).rejects.toBeInstanceOf(Paused);
  expect(memory.records.get(origin)?.slowedMs).toBe(300);
});

test("robots.txt is read again after a day, and one that could not be had after a minute", async () => {
  const memory = memoryOf();
  const record = { lastRequestAt: 0, pausedUntil: 0, slowedMs: 0 };
  const read = vi.fn(async () => "");
  const asks = async (robots: string | null, ageMs: number) => {
    read.mockClear();
    memory.records.set(origin, { ...record, robots, robotsReadAt: Date.now() - ageMs });
    const allows = (await new Hosts({ ...limits, memory }).robots(origin, read)).allows("/x");
    return { allows, read: read.mock.calls.length };
  };
  expect(await asks("User-agent: *\nDisallow: /", 23 * 3600_000)).toEqual({ allows: false, read: 0 });
  expect(await asks("User-agent: *\nDisallow: /", 25 * 3600_000)).toEqual({ allows: true, read: 1 });
  expect(await asks(null, 50_000)).toEqual({ allows: false, read: 0 });
  expect(await asks(null, 70_000)).toEqual({ allows: true, read: 1 });
  // A clock that was set back.
  expect(await asks("", -48 * 3600_000)).toEqual({ allows: true, read: 0 });
});

test("two processes that share a memory keep a host's delay and pause between them", async () => {
  const memory = memoryOf();
  const pace = { delayMs: 300, atOnceMax: 1 };
  const both = [new Hosts({ ...limits, memory }), new Hosts({ ...limits, memory })];
  const times: number[] = [];
  for (const hosts of [...both, ...both]) {
    using _ = await hosts.turn(origin, pace, undefined);
    times.push(performance.now());
  }
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(290);
  {
    using turn = await (both[0] as Hosts).turn(origin, pace, undefined);
    turn.answered(429, "3600");
  }
  await expect((both[1] as Hosts).turn(origin, pace, undefined)).rejects.toThrow(/pause/);
});

test("a clock that was set back does not keep a host waiting for what never was", async () => {
  const memory = memoryOf();
  memory.records.set(origin, {
    robots: "",
    robotsReadAt: Date.now(),
    lastRequestAt: Date.now() + 3600_000,
    pausedUntil: 0,
    slowedMs: 0,
  });
  const started = performance.now();
  using _turn = await new Hosts({ ...limits, memory }).turn(
    origin,
    { delayMs: 100, atOnceMax: 1 },
    undefined,
  );
  expect(performance.now() - started).toBeLessThan(1_000);
});

test("many who ask for robots.txt at once read it once, and a failure is not remembered as an answer", async () => {
  const hosts = new Hosts(limits);
  const fails = vi.fn(async () => Promise.reject(new Error("cut off")));
  const reading = await Promise.allSettled([1, 2, 3].map(() => hosts.robots(origin, fails)));
  expect(reading.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(fails).toHaveBeenCalledOnce();
  expect((await hosts.robots(origin, async () => "")).allows("/x")).toBe(true);
});
