// Owns the thread in which mutants are judged, so that a parser that never ends can be ended from outside.
import { parentPort, workerData } from "node:worker_threads";
import { runMutants } from "./run.ts";

const { count, seed, now } = workerData as { count: number; seed: number; now: SharedArrayBuffer };
const number = new Int32Array(now);
parentPort?.postMessage(runMutants(count, seed, { at: (one) => void Atomics.store(number, 0, one) }));
