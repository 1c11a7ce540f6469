// Owns the life of a set of child processes: starts each when what it depends on is ready, starts it again
// after it ended, with a pause that doubles up to a limit, keeps its output in a log file that can't grow
// without end, and stops all in the opposite order. It promises that no child outlives it: stopped, it waits
// for their end; killed, its guard ends them (stop.ts). It refuses a folder that another one has in use.
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { claimFolder } from "./stop.ts";

export interface Child {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** When it does its work: an address that answers 2xx, or a line that it prints. */
  ready: { url: string } | { line: string };
  /** Started when these are ready, stopped before them. */
  dependsOn?: string[];
}

export interface ChildState {
  pid: number;
  ready: boolean;
  restarts: number;
}

export interface SupervisorEvents {
  started: [{ name: string; pid: number }];
  ready: [{ name: string; pid: number; tookMs: number }];
  /** `words` is what it said of it last; `restartMs` until it is started again, undefined where it is not. */
  exited: [{ name: string; pid: number; reason: string; words: string; restartMs: number | undefined }];
}

export interface Supervisor extends AsyncDisposable {
  events: EventEmitter<SupervisorEvents>;
  /** What an earlier supervisor had left running in this folder, ended now. */
  leftovers: string[];
  state(name: string): ChildState | undefined;
  logFile(name: string): string;
  /** Resolves when all are ready. Rejects when one ends again and again before it was ever ready. */
  start(children: readonly Child[]): Promise<void>;
}

export interface SupervisorOptions {
  folder: string;
  /** What a person changes to choose another folder; named in a refusal. */
  folderSetting: string;
  restartMs?: number;
  restartMaxMs?: number;
  /** Up for so long, a child's earlier ends are forgiven. */
  steadyMs?: number;
  /** From SIGTERM to SIGKILL. */
  stopGraceMs?: number;
  logBytesMax?: number;
}

/** So often a child may end before it was ever ready; then something is wrong that trying again won't mend. */
const startAttemptsMax = 7;
const readyPollMs = 50;
const readyRequestTimeoutMs = 2000;
/**
 * glibc keeps freed blocks in an arena for each thread and raises by itself the size from which it returns one
 * to the system. Services that compress and fetch in threads so hold several times what they use: the whole
 * of Skillstream 3,091 MiB after 11,000 postings, and 2,050 MiB with these. Other systems take no notice.
 */
const thrift = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "131072" };
/** Enough of the output's end to say what went wrong. */
const tailCharsMax = 8000;

interface Running {
  child: Child;
  process: ChildProcess | undefined;
  log: LogFile;
  tail: string;
  startedAt: number;
  ready: boolean;
  wasReady: boolean;
  /** Ends in a row, each soon after its start. */
  quickEnds: number;
  restarts: number;
  /** Ends the wait before a restart. */
  wake: AbortController;
  firstReady: PromiseWithResolvers<void>;
  ended: PromiseWithResolvers<void>;
}

export async function createSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const {
    restartMs = 250,
    restartMaxMs = 10_000,
    steadyMs = 30_000,
    stopGraceMs = 15_000,
    logBytesMax = 10_000_000,
  } = options;
  const claim = await claimFolder(options.folder, options.folderSetting);
  const logs = join(options.folder, "logs");
  mkdirSync(logs, { recursive: true });
  const logFile = (name: string) => join(logs, `${name}.log`);
  const events = new EventEmitter<SupervisorEvents>();
  const all = new Map<string, Running>();
  let stopping: Promise<void> | undefined;

  function launch(running: Running): void {
    const { child } = running;
    running.startedAt = Date.now();
    running.ready = false;
    running.tail = "";
    running.ended = Promise.withResolvers();
    // A process group of its own: Ctrl-C in a terminal reaches the supervisor alone, which then keeps the order.
    const started = spawn(child.command, child.args, {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      env: { ...thrift, ...(child.env ?? process.env) },
    });
    running.process = started;
    const pid = started.pid ?? 0;
    if (pid !== 0) claim.add(child.name, pid);
    running.log.write(`--- started as process ${pid} at ${new Date().toISOString()}\n`);
    const over = new AbortController();
    const isReady = () => {
      if (running.ready || over.signal.aborted) return;
      running.ready = true;
      running.wasReady = true;
      events.emit("ready", { name: child.name, pid, tookMs: Date.now() - running.startedAt });
      running.firstReady.resolve();
    };
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        running.log.write(text);
        running.tail = (running.tail + text).slice(-tailCharsMax);
        if (!running.ready && "line" in child.ready && running.tail.includes(child.ready.line)) isReady();
      });
    }
    started.once("error", (error) => {
      // Without a pid it never began, and no exit will follow.
      if (pid === 0) exited(running, pid, error.message, over);
    });
    started.once("exit", (code, signal) => exited(running, pid, signal ?? `exit code ${code}`, over));
    if (pid !== 0) events.emit("started", { name: child.name, pid });
    if ("url" in child.ready) void answers(child.ready.url, over.signal).then((yes) => yes && isReady());
  }

  function exited(running: Running, pid: number, reason: string, over: AbortController): void {
    const { child } = running;
    over.abort();
    running.process = undefined;
    running.ready = false;
    // What it may have started itself is in its group.
    if (pid !== 0) signalGroup(pid, "SIGKILL");
    running.log.write(`--- ended: ${reason}\n`);
    running.quickEnds = Date.now() - running.startedAt > steadyMs ? 1 : running.quickEnds + 1;
    const lost = !running.wasReady && running.quickEnds >= startAttemptsMax;
    const again = stopping === undefined && !lost;
    const delay = Math.min(restartMaxMs, restartMs * 2 ** (running.quickEnds - 1));
    running.ended.resolve();
    const words = lastWords(running.tail);
    events.emit("exited", { name: child.name, pid, reason, words, restartMs: again ? delay : undefined });
    if (lost) {
      running.firstReady.reject(
        new Error(
          `${child.name} does not start (${reason}, ${running.quickEnds} times): ${words}\nIts log is ${logFile(child.name)}`,
        ),
      );
    }
    if (again) void restart(running, delay);
  }

  async function restart(running: Running, delayMs: number): Promise<void> {
    try {
      await sleep(delayMs, undefined, { signal: running.wake.signal });
    } catch {
      return;
    }
    running.restarts++;
    launch(running);
  }

  async function begin(running: Running): Promise<void> {
    await Promise.all((running.child.dependsOn ?? []).map((name) => find(name).firstReady.promise));
    if (stopping === undefined) launch(running);
    await running.firstReady.promise;
  }

  function find(name: string): Running {
    const running = all.get(name);
    if (running === undefined) throw new Error(`there is no child called ${name}`);
    return running;
  }

  async function stopOne(running: Running, stopped: (name: string) => Promise<void>): Promise<void> {
    const dependents = [...all.values()].filter(({ child }) => child.dependsOn?.includes(running.child.name));
    await Promise.all(dependents.map(({ child }) => stopped(child.name)));
    running.wake.abort();
    const { process } = running;
    if (process === undefined) return;
    process.kill("SIGTERM");
    const graceful = new AbortController();
    await Promise.race([
      running.ended.promise,
      sleep(stopGraceMs, undefined, { signal: graceful.signal }).catch(() => {}),
    ]);
    graceful.abort();
    if (running.process !== undefined) {
      running.log.write(`--- still there ${stopGraceMs} ms after SIGTERM; killed\n`);
      if (process.pid !== undefined) signalGroup(process.pid, "SIGKILL");
    }
    await running.ended.promise;
  }

  async function stopAll(): Promise<void> {
    const stops = new Map<string, Promise<void>>();
    const stopped = (name: string): Promise<void> => {
      const known = stops.get(name);
      if (known !== undefined) return known;
      const stop = stopOne(find(name), stopped);
      stops.set(name, stop);
      return stop;
    };
    await Promise.all([...all.keys()].map(stopped));
    for (const running of all.values()) {
      running.firstReady.reject(new Error("stopped"));
      running.log.close();
    }
    claim[Symbol.dispose]();
  }

  return {
    events,
    leftovers: claim.ended,
    logFile,
    state(name) {
      const running = all.get(name);
      if (running === undefined) return undefined;
      return { pid: running.process?.pid ?? 0, ready: running.ready, restarts: running.restarts };
    },
    async start(children) {
      for (const child of children) {
        const firstReady = Promise.withResolvers<void>();
        // Awaited by those who care; nobody else is to be told by an unhandled rejection.
        firstReady.promise.catch(() => {});
        all.set(child.name, {
          child,
          process: undefined,
          log: openLog(logFile(child.name), logBytesMax),
          tail: "",
          startedAt: 0,
          ready: false,
          wasReady: false,
          quickEnds: 0,
          restarts: 0,
          wake: new AbortController(),
          firstReady,
          ended: Promise.withResolvers(),
        });
      }
      await Promise.all(children.map((child) => begin(find(child.name))));
    },
    [Symbol.asyncDispose]() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

/** The line of its output that says most of why it ended. */
function lastWords(output: string): string {
  const lines = output
    .trim()
    .split("\n")
    .filter((line) => !/^(Node\.js v|\s+at |[\s{}[\]]*$)/.test(line));
  const line = lines.findLast((text) => /^\w*(Error|Exception)\b|"level":"fatal"/.test(text)) ?? lines.at(-1);
  if (line === undefined) return "it said nothing";
  try {
    const { message, err } = JSON.parse(line) as { message?: string; err?: { message?: string } };
    return [message, err?.message].filter((text) => text !== undefined).join(" ");
  } catch {
    return line;
  }
}

/** Asks until the answer is 2xx, or until the signal says that it no longer matters. */
async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(readyRequestTimeoutMs)]);
      const response = await fetch(url, { signal: limit });
      await response.body?.cancel();
      if (response.ok) return true;
    } catch {
      // Not yet.
    }
    await sleep(readyPollMs, undefined, { ref: false });
  }
  return false;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

interface LogFile {
  write(text: string): void;
  close(): void;
}

/** The file and one earlier one, each up to the limit. Written at once, so that the end of a crash is in it. */
function openLog(path: string, bytesMax: number): LogFile {
  let file: number | undefined = openSync(path, "a");
  let bytes = fstatSync(file).size;
  return {
    write(text) {
      if (file === undefined) return;
      try {
        if (bytes > bytesMax) {
          renameSync(path, `${path}.1`);
          const fresh = openSync(path, "a");
          closeSync(file);
          file = fresh;
          bytes = 0;
        }
        bytes += writeSync(file, text);
      } catch {
        // The disk is full: better to lose these words than all the children.
      }
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
