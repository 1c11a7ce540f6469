// Owns worker threads and what happens when one dies. A batch is split over the workers, and its results come
// back whole and in order or not at all. A worker that ends or hangs is replaced, and what it was working on
// is tried again one item at a time, so that the item at fault is named. It knows nothing of postings.
import { Worker } from "node:worker_threads";
import type { Logger } from "@skillstream/platform/log.ts";

export interface Job<In> {
  id: number;
  items: readonly In[];
}

/** What a worker posts once, when it can take jobs: a thread that cannot start must not be blamed on an item. */
export const ready = "ready";

export type Answer<Out> =
  | { id: number; results: readonly Out[] }
  /** The item at this index of the job threw. */
  | { id: number; failedAt: number; error: string };

/** One item of the batch ends, hangs or fails the worker that takes it, each time. */
export class ItemFailed extends Error {
  override name = "ItemFailed";
  readonly index: number;
  constructor(index: number, reason: string) {
    super(`item ${index} of the batch cannot be read: ${reason}`);
    this.index = index;
  }
}

export interface PoolOptions {
  /** What each thread runs: it posts `ready`, then takes Jobs and posts an Answer to each. */
  script: URL;
  /** What each thread is told at its start. */
  data?: unknown;
  workers: number;
  log: Logger;
  /** A worker that is silent on one job for so long hangs, and is replaced. */
  jobTimeoutMs?: number;
}

export interface Pool<In, Out> {
  /** Rejects with ItemFailed, or with the signal's reason once it is aborted. */
  run(items: readonly In[], signal: AbortSignal): Promise<Out[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Small enough that the workers end together, large enough that the messages cost little. */
const jobItemsMax = 64;
/** Batches beyond this wait for their turn outside of the pool's queue. */
const queuedJobsMax = 1_024;
const defaultJobTimeoutMs = 60_000;
/** Threads that end before they are ready this often in a row will not start at all. */
const failedStartsMax = 3;

interface Task<In, Out> {
  job: Job<In>;
  offset: number;
  signal: AbortSignal;
  resolve: (results: readonly Out[]) => void;
  reject: (error: unknown) => void;
}

interface Thread<In, Out> {
  worker: Worker;
  isReady: boolean;
  task: Task<In, Out> | null;
  timer: NodeJS.Timeout | undefined;
}

export function createPool<In, Out>({
  script,
  data,
  workers,
  log,
  jobTimeoutMs = defaultJobTimeoutMs,
}: PoolOptions): Pool<In, Out> {
  const queue: Task<In, Out>[] = [];
  const threads = new Set<Thread<In, Out>>();
  const room: (() => void)[] = [];
  let nextId = 0;
  let closed = false;
  let failedStarts = 0;
  /** Why there will be no more workers. */
  let broken: Error | null = null;

  for (let count = 0; count < workers; count++) start();

  return {
    async run(items, signal) {
      signal.throwIfAborted();
      const size = Math.max(1, Math.min(jobItemsMax, Math.ceil(items.length / workers)));
      const parts: Promise<readonly Out[]>[] = [];
      for (let offset = 0; offset < items.length; offset += size) {
        while (queue.length >= queuedJobsMax) await new Promise<void>((resolve) => room.push(resolve));
        const part = submit(items.slice(offset, offset + size), offset, signal);
        // Only the first failure is told; the others must not count as unhandled.
        part.catch(() => undefined);
        parts.push(part);
      }
      const stopped = aborted(signal);
      try {
        return (await Promise.race([Promise.all(parts), stopped.promise])).flat();
      } finally {
        stopped.forget();
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const task of queue.splice(0)) task.reject(new Error("the pool is closed"));
      for (const resume of room.splice(0)) resume();
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };

  function submit(items: readonly In[], offset: number, signal: AbortSignal): Promise<readonly Out[]> {
    if (closed) return Promise.reject(new Error("the pool is closed"));
    if (broken !== null) return Promise.reject(broken);
    return new Promise((resolve, reject) => {
      queue.push({ job: { id: nextId++, items }, offset, signal, resolve, reject });
      next();
    });
  }

  function start(): void {
    const worker = new Worker(script, { workerData: data });
    const thread: Thread<In, Out> = { worker, isReady: false, task: null, timer: undefined };
    threads.add(thread);
    let cause = "its worker ended";
    worker.on("message", (message: typeof ready | Answer<Out>) => {
      if (message !== ready) return finish(thread, message);
      thread.isReady = true;
      failedStarts = 0;
      next();
    });
    worker.on("error", (error) => {
      cause = String(error);
    });
    worker.on("exit", () => ended(thread, cause));
  }

  function next(): void {
    for (const thread of threads) {
      if (!thread.isReady || thread.task !== null) continue;
      let task = queue.shift();
      while (task?.signal.aborted) task = queue.shift();
      room.shift()?.();
      if (task === undefined) return;
      thread.task = task;
      thread.timer = setTimeout(() => void thread.worker.terminate(), jobTimeoutMs);
      thread.worker.postMessage(task.job);
    }
  }

  function finish(thread: Thread<In, Out>, answer: Answer<Out>): void {
    const { task } = thread;
    clearTimeout(thread.timer);
    thread.task = null;
    if (task !== null) {
      if ("results" in answer) task.resolve(answer.results);
      else task.reject(new ItemFailed(task.offset + answer.failedAt, answer.error));
    }
    next();
  }

  function ended(thread: Thread<In, Out>, cause: string): void {
    const { task } = thread;
    clearTimeout(thread.timer);
    threads.delete(thread);
    if (closed) {
      task?.reject(new Error("the pool is closed"));
      return;
    }
    log.warn({ cause, items: task?.job.items.length ?? 0 }, "A worker thread ended and is replaced.");
    if (!thread.isReady && ++failedStarts >= failedStartsMax) {
      broken = new Error(`the worker threads do not start: ${cause}`);
      for (const waiting of queue.splice(0)) waiting.reject(broken);
      for (const resume of room.splice(0)) resume();
      return;
    }
    start();
    if (task !== null) retry(task, cause);
  }

  function retry(task: Task<In, Out>, cause: string): void {
    const { items } = task.job;
    if (items.length === 1) {
      task.reject(new ItemFailed(task.offset, cause));
      return;
    }
    const singly = items.map((item, index) => submit([item], task.offset + index, task.signal));
    Promise.all(singly).then((results) => task.resolve(results.flat()), task.reject);
    for (const one of singly) one.catch(() => undefined);
  }
}

function aborted(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  promise.catch(() => undefined);
  return { promise, forget: () => signal.removeEventListener("abort", stop) };
}
