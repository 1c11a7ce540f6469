// Owns the pace at which a host is asked, and what is remembered of it between two runs of the process.
// Promises: two requests are never closer than the host's delay, whoever asks and however many; a pause that
// the site asked for is kept; a host that cannot keep up is asked more slowly, until it can again; and a restart
// changes none of this, nor asks for robots.txt again before a day has passed.
import { pause } from "@skillstream/platform/signals.ts";
import type { Cause } from "../source.ts";
import { allowNothing, parseRobots, type Robots } from "./robots.ts";

/** Times are milliseconds since 1970. */
export interface HostRecord {
  /** Text of robots.txt; "" where there is none; null where it was not read or could not be had. */
  robots: string | null;
  /** 0 where it was never asked for. */
  robotsReadAt: number;
  lastRequestAt: number;
  pausedUntil: number;
  /** What adaptive slowing has added to the delay. */
  slowedMs: number;
}

export interface HostMemory {
  load(origin: string): HostRecord | undefined;
  save(origin: string, record: HostRecord): void;
}

/** How whoever asks may ask a host whose robots.txt states no delay. */
export interface Pace {
  delayMs: number;
  /** Requests under way at once. */
  atOnceMax: number;
}

/** Leave to send one request. It ends when it is disposed. */
export interface Turn extends Disposable {
  /** What the site answered changes the pace. */
  answered(status: number, retryAfter: string | undefined): void;
  timedOut(): void;
}

/** The site asked for a pause that is too long to wait for. */
export class Paused extends Error {
  override name = "Paused";
  readonly leftMs: number;
  readonly blockedBy: Cause | undefined;

  constructor(leftMs: number, blockedBy: Cause | undefined) {
    super(`the site asked for a pause of ${Math.ceil(leftMs / 1000)} s more`);
    this.leftMs = leftMs;
    this.blockedBy = blockedBy;
  }
}

const productToken = "skillstream";

/** No site's pause is kept for longer. */
const pauseMaxMs = 24 * 60 * 60 * 1000;
/** A robots.txt that could not be had is asked for again after this. */
const robotsRetryMs = 60_000;
/** A site's Crawl-delay above this is honoured no further: the source is better not crawled at all. */
const crawlDelayMaxMs = 60_000;
/** Slowing goes no further than this. */
const slowDelayMaxMs = 60_000;
/** Slowing begins here for hosts without any delay, since twice nothing is nothing. */
const slowDelayMinMs = 100;
/** What a success leaves of the slowing; so much is not worth keeping. */
const slowLeft = 0.8;
const slowGrainMs = 5;
/** What a timer may be late; it is made up for, so that a high rate is reached. */
const timerGrainMs = 2;
/** From this delay on nothing is made up for: no two requests are closer than they may be, not by 2 ms. */
const exactFromMs = 50;
/** A process takes longer to start than any delay below this. */
const rememberFromMs = 250;
/** What two readings of the clocks may differ by. */
const clockGrainMs = 5;
/** Hosts whose state is held; the ones longest unused are forgotten, or left to the memory. */
const hostsMax = 10_000;

/** Times are performance.now()'s, which no clock setting moves. */
interface Host {
  robotsText: string | null;
  robots: Robots | undefined;
  robotsReadAt: number;
  reading: Promise<Robots> | undefined;
  lastTurnAt: number;
  pausedUntil: number;
  pausedBy: Cause | undefined;
  slowedMs: number;
  slowedAt: number;
  active: number;
  waiting: Set<() => void>;
}

export interface HostsOptions {
  memory?: HostMemory | undefined;
  /** Nobody waits longer for a pause to pass. */
  waitMaxMs: number;
  robotsAgeMaxMs: number;
}

export class Hosts {
  readonly #hosts = new Map<string, Host>();
  readonly #options: HostsOptions;

  constructor(options: HostsOptions) {
    this.#options = options;
  }

  /** Resolves when this request may leave; throws `Paused`, or what the signal says. */
  async turn(origin: string, pace: Pace, signal: AbortSignal | undefined): Promise<Turn> {
    const host = this.#host(origin);
    while (host.active >= pace.atOnceMax) await oneLeft(host, signal);
    host.active++;
    const leave = () => {
      host.active--;
      for (const wake of [...host.waiting]) wake();
    };
    try {
      for (;;) {
        signal?.throwIfAborted();
        this.#heed(origin, host, pace);
        const now = performance.now();
        if (host.pausedUntil - now > this.#options.waitMaxMs)
          throw new Paused(host.pausedUntil - now, host.pausedBy);
        const delayMs = delayOf(host, pace) + host.slowedMs;
        const due = Math.max(host.lastTurnAt + delayMs, host.pausedUntil);
        if (due <= now) {
          host.lastTurnAt = delayMs < exactFromMs ? Math.max(due, now - timerGrainMs) : now;
          if (delayMs >= rememberFromMs) this.#save(origin, host);
          break;
        }
        await pause(due - now, signal);
      }
    } catch (error) {
      leave();
      throw error;
    }
    const sentAt = host.lastTurnAt;
    return {
      answered: (status, retryAfter) => {
        const pauseMs = status === 429 || status === 503 ? retryAfterMs(retryAfter) : undefined;
        if (pauseMs !== undefined) {
          const until = performance.now() + Math.min(pauseMs, pauseMaxMs);
          host.pausedUntil = Math.max(host.pausedUntil, until);
          host.pausedBy = status === 429 ? "too many requests" : undefined;
        }
        if (status === 429 || status === 503) this.#slow(origin, host, pace, sentAt);
        // A refusal is no sign that the host has recovered.
        else if (status < 400 || status === 404 || status === 410) host.slowedMs = lessSlow(host.slowedMs);
      },
      timedOut: () => this.#slow(origin, host, pace, sentAt),
      [Symbol.dispose]: leave,
    };
  }

  /**
   * What robots.txt of a host allows. `read` is asked for its text once a day: "" where there is none, null where
   * it cannot be had, which closes the host for a while.
   */
  async robots(origin: string, read: () => Promise<string | null>): Promise<Robots> {
    const host = this.#host(origin);
    if (host.robots !== undefined) {
      const ageMaxMs = host.robotsText === null ? robotsRetryMs : this.#options.robotsAgeMaxMs;
      if (performance.now() - host.robotsReadAt < ageMaxMs) return host.robots;
    }
    host.reading ??= (async () => {
      try {
        host.robotsText = await read();
        host.robotsReadAt = performance.now();
        host.robots = host.robotsText === null ? allowNothing : parseRobots(host.robotsText, productToken);
        this.#save(origin, host);
        return host.robots;
      } finally {
        host.reading = undefined;
      }
    })();
    return await host.reading;
  }

  /** Only once for all that were under way together: they say the same thing. */
  #slow(origin: string, host: Host, pace: Pace, sentAt: number): void {
    if (sentAt >= host.slowedAt) {
      const delayMs = delayOf(host, pace);
      const slower = 2 * Math.max(delayMs + host.slowedMs, slowDelayMinMs / 2);
      host.slowedMs = Math.max(0, Math.min(slower, slowDelayMaxMs) - delayMs);
      host.slowedAt = performance.now();
    }
    this.#save(origin, host);
  }

  /** Another process of the same memory, such as a crawl by hand, may have asked since we did. */
  #heed(origin: string, host: Host, pace: Pace): void {
    const { memory } = this.#options;
    if (memory === undefined || delayOf(host, pace) + host.slowedMs < rememberFromMs) return;
    const record = memory.load(origin);
    const now = performance.now();
    const clock = Date.now() - now;
    const askedAt = (record?.lastRequestAt ?? 0) - clock;
    // What we wrote ourselves is no later than we know; what lies in the future was written by another clock.
    if (record === undefined || askedAt <= host.lastTurnAt + clockGrainMs || askedAt > now + clockGrainMs)
      return;
    host.lastTurnAt = Math.min(askedAt, now);
    host.pausedUntil = Math.max(host.pausedUntil, Math.min(record.pausedUntil - clock, now + pauseMaxMs));
  }

  #save(origin: string, host: Host): void {
    const { memory } = this.#options;
    if (memory === undefined) return;
    // A pause or a request that never was is 0.
    const clock = Date.now() - performance.now();
    const wall = (time: number) => (Number.isFinite(time) ? Math.max(0, Math.ceil(time + clock)) : 0);
    memory.save(origin, {
      robots: host.robotsText,
      robotsReadAt: wall(host.robotsReadAt),
      lastRequestAt: wall(host.lastTurnAt),
      pausedUntil: wall(host.pausedUntil),
      slowedMs: host.slowedMs,
    });
  }

  #host(origin: string): Host {
    const known = this.#hosts.get(origin);
    // The last used stand last.
    if (known !== undefined) this.#hosts.delete(origin);
    else if (this.#hosts.size >= hostsMax) this.#forgetOne();
    const host = known ?? hostFrom(this.#options.memory?.load(origin));
    this.#hosts.set(origin, host);
    return host;
  }

  #forgetOne(): void {
    const now = performance.now();
    for (const [origin, { active, waiting, reading, pausedUntil }] of this.#hosts) {
      const idle = active === 0 && waiting.size === 0 && reading === undefined;
      if (!idle || (pausedUntil > now && this.#options.memory === undefined)) continue;
      this.#hosts.delete(origin);
      return;
    }
  }
}

function delayOf(host: Host, pace: Pace): number {
  const stated = host.robots?.crawlDelayMs;
  return stated === undefined ? pace.delayMs : Math.min(stated, crawlDelayMaxMs);
}

function lessSlow(slowedMs: number): number {
  const left = slowedMs * slowLeft;
  return left < slowGrainMs ? 0 : left;
}

function hostFrom(record: HostRecord | undefined): Host {
  const now = performance.now();
  const clock = Date.now() - now;
  // A clock that was set back must not make us wait for what lies in its future.
  const past = (time: number) => (time > 0 ? Math.min(time - clock, now) : Number.NEGATIVE_INFINITY);
  const robotsText = record?.robots ?? null;
  return {
    robotsText,
    robots:
      record === undefined || record.robotsReadAt === 0
        ? undefined
        : robotsText === null
          ? allowNothing
          : parseRobots(robotsText, productToken),
    robotsReadAt: past(record?.robotsReadAt ?? 0),
    reading: undefined,
    lastTurnAt: past(record?.lastRequestAt ?? 0),
    pausedUntil: Math.min((record?.pausedUntil ?? 0) - clock, now + pauseMaxMs),
    pausedBy: undefined,
    slowedMs: record?.slowedMs ?? 0,
    slowedAt: Number.NEGATIVE_INFINITY,
    active: 0,
    waiting: new Set(),
  };
}

/** Resolves when a request to the host has ended. */
async function oneLeft(host: Host, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => {
    const wake = () => {
      host.waiting.delete(wake);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    host.waiting.add(wake);
    signal?.addEventListener("abort", wake, { once: true });
  });
  signal?.throwIfAborted();
}

/** Seconds or a date. */
export function retryAfterMs(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
