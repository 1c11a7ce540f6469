// Owns the life of a process of ours: settings read, log and health up, the work run until it ends or a signal
// asks it to drain, and an exit code. A fault that nobody expected ends the process: whoever supervises it
// starts it again, and the work resumes from what was committed.

import { Unavailable } from "./errors.ts";
import { type Answers, measureProcess, Readiness, serveHealth, type Tasks } from "./health.ts";
import { createLog, type Logger } from "./log.ts";
import { readSettings, type SettingName, type Settings, SettingsError } from "./settings.ts";
import { pause } from "./signals.ts";

export interface Service<N extends SettingName> {
  settings: Settings<N>;
  log: Logger;
  readiness: Readiness;
  /** Beside its health, on the same port. */
  answers: Answers;
  /** The same, for POST. */
  tasks: Tasks;
  /** Aborted by SIGTERM and SIGINT: drain and return. */
  signal: AbortSignal;
}

const healthSettings = ["logLevel", "host", "healthPort"] as const;

export async function runService<const N extends SettingName>(
  name: string,
  settingNames: readonly N[],
  work: (service: Service<N>) => Promise<void>,
): Promise<never> {
  let settings: Settings<N | (typeof healthSettings)[number]>;
  try {
    settings = readSettings(process.env, [...settingNames, ...healthSettings]);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
  const log = createLog(name, settings.logLevel);
  const stop = new AbortController();
  const drain = (signal: NodeJS.Signals) => {
    log.info({ signal }, "The process drains and ends.");
    stop.abort();
  };
  process.once("SIGTERM", drain);
  process.once("SIGINT", drain);
  const crash = (error: unknown) => {
    log.fatal({ err: error }, "The process ends by an unexpected fault.");
    process.exit(1);
  };
  process.once("uncaughtException", crash);
  process.once("unhandledRejection", crash);
  try {
    const readiness = new Readiness();
    readiness.wait("start", `${name} is starting`);
    const answers: Answers = new Map();
    const tasks: Tasks = new Map();
    const { host, healthPort: port } = settings;
    measureProcess();
    await using _health = await serveHealth(readiness, { host, port, answers, tasks });
    await work({ settings, log, readiness, answers, tasks, signal: stop.signal });
  } catch (error) {
    crash(error);
  }
  process.exit(0);
}

const patienceMinMs = 100;
const patienceMaxMs = 5_000;

/** Tries until the dependency answers, saying so in the log and in /ready. */
export async function untilAvailable<T>(
  what: string,
  service: Pick<Service<never>, "log" | "readiness" | "signal">,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let waitMs = patienceMinMs; ; waitMs = Math.min(patienceMaxMs, waitMs * 2)) {
    try {
      const result = await attempt();
      service.readiness.done(what);
      return result;
    } catch (error) {
      if (!(error instanceof Unavailable) || service.signal.aborted) throw error;
      service.readiness.wait(what, error.message);
      service.log.warn({ what, waitMs, reason: error.message }, "A dependency does not answer yet.");
      await pause(waitMs, service.signal);
    }
  }
}
