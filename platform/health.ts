// Owns what a process says of itself to those who watch it: /live (the process turns), /ready (it can do its
// work, and if not why) and /metrics in Prometheus's text form. One vocabulary of metrics for all stages. What else a
// process answers or does for others of ours goes by the same port.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { Invalid, messageOf, Unavailable } from "./errors.ts";

export const metrics = new Registry();

/** Memory, processor time and the like, of the process as a whole: once in its life. */
export const measureProcess = () => collectDefaultMetrics({ register: metrics });

export const stageRecords = new Counter({
  name: "stage_records_total",
  help: "Records that a stage has answered, by outcome.",
  labelNames: ["stage", "outcome"] as const,
  registers: [metrics],
});

export const stageRepeats = new Counter({
  name: "stage_repeats_total",
  help: "Records dropped because their origin had been seen before.",
  labelNames: ["stage"] as const,
  registers: [metrics],
});

export const processDuration = new Histogram({
  name: "messaging_process_duration_seconds",
  help: "Time of one batch by operation: step, or send (write and acknowledge).",
  labelNames: ["stage", "operation"] as const,
  buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
  registers: [metrics],
});

export const consumerLag = new Gauge({
  name: "messaging_consumer_lag_records",
  help: "Records between what a stage has answered and the end of its partition.",
  labelNames: ["stage", "partition"] as const,
  registers: [metrics],
});

export const stagePaused = new Gauge({
  name: "stage_paused_partitions",
  help: "Partitions that wait for a dependency.",
  labelNames: ["stage"] as const,
  registers: [metrics],
});

/** Reasons for which the process is not ready; empty means ready. Whoever waits says why here. */
export class Readiness {
  readonly #reasons = new Map<string, string>();

  wait(what: string, reason: string): void {
    this.#reasons.set(what, reason);
  }

  done(what: string): void {
    this.#reasons.delete(what);
  }

  reasons(): string[] {
    return [...this.#reasons.values()];
  }
}

export interface HealthServer extends AsyncDisposable {
  port: number;
}

/** What a process tells beside its health: JSON for GET, by path. */
export type Answers = Map<string, (query: URLSearchParams) => unknown>;

/** What a process does for others on the same port. */
export interface Task {
  /** Asked for, so that no web page can send it without being allowed to. */
  contentType: string;
  /** Throws Invalid where the body is at fault. `signal` ends when the asker has gone. */
  run(body: string, signal: AbortSignal): Promise<string>;
}
/** For POST, by path. */
export type Tasks = Map<string, Task>;

/** A largest posting and then some; a batch of usual ones is a tenth of it. */
const bodyBytesMax = 32 * 1024 * 1024;
/** Each may hold a body; whoever comes beyond is to come again. */
const tasksAtOnceMax = 8;

export async function serveHealth(
  readiness: Readiness,
  options: { host: string; port: number; answers?: Answers; tasks?: Tasks },
): Promise<HealthServer> {
  let tasksRunning = 0;
  const server = createServer((request, response) => {
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const answer = options.answers?.get(path);
    const task = request.method === "POST" ? options.tasks?.get(path) : undefined;
    if (task !== undefined) {
      if (tasksRunning >= tasksAtOnceMax) {
        response.statusCode = 503;
        response.end(`${tasksAtOnceMax} are being served already\n`);
        return;
      }
      tasksRunning++;
      void perform(task, request, response).finally(() => tasksRunning--);
    } else if (answer !== undefined) {
      let told: unknown;
      try {
        told = answer(new URLSearchParams(query));
      } catch (error) {
        // Whoever asks wrongly, or while the process ends, must not end it.
        response.statusCode = 500;
        told = { error: messageOf(error) };
      }
      response.setHeader("content-type", "application/json");
      response.end(`${JSON.stringify(told)}\n`);
    } else if (request.url === "/live") {
      response.end("live\n");
    } else if (request.url === "/ready") {
      const reasons = readiness.reasons();
      response.statusCode = reasons.length === 0 ? 200 : 503;
      response.setHeader("content-type", "application/json");
      response.end(`${JSON.stringify({ ready: reasons.length === 0, reasons })}\n`);
    } else if (request.url === "/metrics") {
      metrics.metrics().then(
        (body) => {
          response.setHeader("content-type", metrics.contentType);
          response.end(body);
        },
        (error: unknown) => {
          response.statusCode = 500;
          response.end(`${error}\n`);
        },
      );
    } else {
      response.statusCode = 404;
      response.end("this port answers /live, /ready and /metrics\n");
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function perform(task: Task, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const end = (status: number, text: string) => {
    response.statusCode = status;
    response.end(text);
  };
  try {
    if (request.headers["content-type"]?.split(";")[0] !== task.contentType)
      return end(415, `send ${task.contentType}\n`);
    const body = await bodyOf(request);
    if (body === null) return end(413, `the body is longer than ${bodyBytesMax} bytes\n`);
    const answer = await task.run(body, gone.signal);
    response.setHeader("content-type", task.contentType);
    end(200, answer);
  } catch (error) {
    end(error instanceof Invalid ? 400 : error instanceof Unavailable ? 503 : 500, `${messageOf(error)}\n`);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    // Read to its end, since whoever still writes would not read the answer.
    if (bytes <= bodyBytesMax) parts.push(part);
    else parts.length = 0;
  }
  return bytes > bodyBytesMax ? null : Buffer.concat(parts).toString("utf8");
}
