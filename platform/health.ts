// Owns what a process says of itself to those who watch it: /live (the process turns), /ready (it can do its
// work, and if not why) and /metrics in Prometheus's text form. One vocabulary of metrics for all stages.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { messageOf } from "./errors.ts";

export const metrics = new Registry();

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

export async function serveHealth(
  readiness: Readiness,
  options: { host: string; port: number; answers?: Answers },
): Promise<HealthServer> {
  collectDefaultMetrics({ register: metrics });
  const server = createServer((request, response) => {
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const answer = options.answers?.get(path);
    if (answer !== undefined) {
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
