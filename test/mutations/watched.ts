// Owns running mutants under watch: a parser that hangs is ended, and named by its mutant.
import { Worker } from "node:worker_threads";
import type { Report } from "./run.ts";

/** Longer than any parser takes that only is too slow, however busy the machine is. */
const hangMs = 30_000;
const lookMs = 1_000;

export async function runWatched(count: number, seed: number): Promise<Report> {
  const now = new SharedArrayBuffer(4);
  const number = new Int32Array(now);
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: { count, seed, now } });
  let last = -1;
  let since = Date.now();
  return await new Promise<Report>((resolve, reject) => {
    const watch = setInterval(() => {
      const current = Atomics.load(number, 0);
      if (current !== last) since = Date.now();
      last = current;
      if (Date.now() - since < hangMs) return;
      clearInterval(watch);
      reject(new Error(`mutant ${current} of seed ${seed} does not end`));
      void worker.terminate();
    }, lookMs);
    worker.once("message", (report: Report) => {
      clearInterval(watch);
      resolve(report);
      void worker.terminate();
    });
    worker.once("error", (error) => {
      clearInterval(watch);
      reject(error);
    });
  });
}
