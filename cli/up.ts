// Owns `skillstream up`, which npm start runs: all servers and services on this machine, supervised, until
// Ctrl-C. It promises that every problem of the settings and ports is told before anything starts, that the
// page's address is printed when all are ready, and that nothing is left running after it.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { kafkaReadyLine, prepareKafka } from "@skillstream/platform/local/kafka.ts";
import { choosePort, freePort, PortTaken, type PortWish } from "@skillstream/platform/local/ports.ts";
import { type Child, createSupervisor, type Supervisor } from "@skillstream/platform/local/supervisor.ts";
import {
  allSettings,
  readSettings,
  type SettingName,
  SettingsError,
} from "@skillstream/platform/settings.ts";
import { pause } from "@skillstream/platform/signals.ts";
import type { RunReport, SourceReport } from "@skillstream/scrape/report.ts";
import { planOf } from "@skillstream/scrape/scrape.ts";
import { ask } from "./ask.ts";
import type { Command } from "./command.ts";
import { removeEndpoints, writeEndpoints } from "./environment.ts";
import { progressLine, troubles } from "./runs.ts";

const repository = resolve(import.meta.dirname, "..");
const statusEveryMs = 15_000;
/** The page shows all of them. */
const crawlLinesMax = 3;
/** So long a silence while starting is worth a word. */
const waitingNoteMs = 15_000;
const parentCheckMs = 500;
/** Of what a process said last, as much as a line of a terminal bears. */
const wordsCharsMax = 200;
/** npm and the terminal may both hand on one Ctrl-C; a second one that late is meant. */
const secondSignalMs = 1_000;

export const command: Command = {
  name: "up",
  summary: "run everything on this machine, until Ctrl-C",
  usage: `Usage: skillstream up [--sources SOURCE,…]

Starts Kafka, the schema registry, ClickHouse, the demo job site, the five services and the lake, and prints
the address of the page when all are ready.

  --sources   what is crawled: demo (the default, a made-up market), or any that \`skillstream sources\` lists, such
              as greenhouse:acme,globex

Settings are environment variables: PORT (8080) is the page's port, SKILLSTREAM_HOME (.skillstream) the data
folder. A server whose usual port is taken gets a free one, unless its address was set.`,
  async run(args) {
    const { values } = parseArgs({ args, options: { sources: { type: "string" } } });
    return up({
      ...process.env,
      ...(values.sources === undefined ? {} : { SKILLSTREAM_SOURCES: values.sources }),
    });
  },
};

interface Process extends Child {
  /** Where it says how it is, for `skillstream status`. */
  health?: string;
}

async function up(environment: NodeJS.ProcessEnv): Promise<number> {
  const began = Date.now();
  const names = Object.keys(allSettings) as SettingName[];
  const settings = readSettings(environment, names);
  checkSources(settings);
  const home = resolve(settings.home);
  const stop = stopSignal(environment);
  await using supervisor = await createSupervisor({ folder: home, folderSetting: "SKILLSTREAM_HOME" });
  if (supervisor.leftovers.length > 0) {
    say(`Ended what an earlier run had left: ${supervisor.leftovers.join(", ")}.`);
  }
  const plan = await planProcesses(environment, settings, home);
  say(`Skillstream starts; its data are in ${settings.home}.`);

  const note = () =>
    writeEndpoints(home, {
      variables: plan.variables,
      page: plan.page,
      processes: Object.fromEntries(
        plan.processes.map(({ name, health }) => [
          name,
          { pid: supervisor.state(name)?.pid ?? 0, ...(health === undefined ? {} : { health }) },
        ]),
      ),
    });
  let allReady = false;
  supervisor.events.on("started", note);
  supervisor.events.on("ready", ({ name, tookMs }) => {
    say(`  ${name.padEnd(12)} ${allReady ? "is back" : "ready"} after ${(tookMs / 1000).toFixed(1)} s`);
  });
  supervisor.events.on("exited", ({ name, reason, words, restartMs }) => {
    if (restartMs === undefined) return;
    const why = reason.startsWith("exit code") ? `${reason}: ${words.slice(0, wordsCharsMax)}` : reason;
    say(
      `  ${name.padEnd(12)} ended (${why}), starts again in ${restartMs / 1000} s; log: ${supervisor.logFile(name)}`,
    );
  });

  const starting = supervisor.start(plan.processes).then(() => "ready" as const);
  starting.catch(() => {});
  try {
    const over = new AbortController();
    void tellWhoIsMissing(supervisor, plan.processes, over.signal);
    const outcome = await Promise.race([starting, stop.promise]).finally(() => over.abort());
    if (outcome === "ready") {
      allReady = true;
      say(`\nThe page is ${plan.page} (ready after ${((Date.now() - began) / 1000).toFixed(1)} s).`);
      say("Ctrl-C stops everything.\n");
      const told = new AbortController();
      void tellProgress(plan.page, told.signal);
      void tellCrawls(plan.crawls, told.signal);
      await stop.promise;
      told.abort();
    }
    say("Stopping…");
  } finally {
    await supervisor[Symbol.asyncDispose]();
    removeEndpoints(home);
  }
  say("Stopped.");
  return 0;
}

function stopSignal(environment: NodeJS.ProcessEnv): PromiseWithResolvers<"stop"> {
  const stop = Promise.withResolvers<"stop">();
  // A SIGTERM to npm ends the shell that npm runs us in, and reaches nobody else: then this is our only sign.
  const parent = process.ppid;
  if (environment.npm_lifecycle_event !== undefined) {
    setInterval(() => process.ppid !== parent && stop.resolve("stop"), parentCheckMs).unref();
  }
  let firstAt: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // Impatient: leave at once, and the guard ends the children.
      if (firstAt !== undefined && Date.now() - firstAt > secondSignalMs) process.exit(130);
      firstAt ??= Date.now();
      stop.resolve("stop");
    });
  }
  return stop;
}

/** The scraper would find it out only when everything runs. */
function checkSources(settings: UpSettings): void {
  try {
    planOf(settings);
  } catch (error) {
    throw new SettingsError(`What is to be crawled is not right: ${(error as Error).message}`);
  }
}

type UpSettings = ReturnType<typeof readSettings<SettingName>>;

async function planProcesses(environment: NodeJS.ProcessEnv, settings: UpSettings, home: string) {
  const withDemo = settings.sources.some((source) => /^demo(:|$)/.test(source));
  const ports = await choosePorts(environment, settings, withDemo, home);
  const loopback = (port: number) => `127.0.0.1:${port}`;
  const address = (port: number) => `http://${loopback(port)}`;
  const host = settings.host === "0.0.0.0" ? "127.0.0.1" : settings.host;
  const page = `http://${host}:${ports.page}`;
  const variables: Record<string, string> = {
    SKILLSTREAM_HOME: home,
    SKILLSTREAM_KAFKA_BROKERS: loopback(ports.kafka),
    SKILLSTREAM_REGISTRY_URL: address(ports.registry),
    SKILLSTREAM_CLICKHOUSE_URL: address(ports.clickhouse),
    SKILLSTREAM_DEMO_URL: address(ports.demo),
    SKILLSTREAM_ALLOWED_ADDRESSES: [
      ...settings.allowedAddresses,
      ...(withDemo ? [loopback(ports.demo)] : []),
    ].join(","),
    SKILLSTREAM_SOURCES: settings.sources.join(","),
    PORT: String(ports.page),
  };
  const base: NodeJS.ProcessEnv = {
    ...environment,
    ...variables,
    // Second starts read compiled code from here.
    NODE_COMPILE_CACHE: join(home, "compile-cache"),
  };

  const kafka = await prepareKafka({ folder: join(home, "kafka"), port: ports.kafka });
  const node = (
    name: string,
    file: string,
    heapMb: number,
    child: Omit<Child, "name" | "command" | "args">,
  ) => ({
    name,
    command: process.execPath,
    // kafkajs computes a pause that has passed already, and sqlite is young; Node would say so at each start.
    args: [
      `--max-old-space-size=${heapMb}`,
      "--disable-warning=ExperimentalWarning",
      "--disable-warning=TimeoutNegativeWarning",
      join(repository, file),
    ],
    env: base,
    ...child,
  });
  const service = async (
    name: string,
    file: string,
    heapMb: number,
    dependsOn: string[],
  ): Promise<Process> => {
    const port = await freePort(settings.host);
    const health = `http://${host}:${port}/ready`;
    return {
      ...node(name, file, heapMb, { ready: { url: health }, dependsOn }),
      env: { ...base, SKILLSTREAM_HEALTH_PORT: String(port) },
      health,
    };
  };
  const scrape = await service("scrape", "services/1-scrape/main.ts", 256, [
    "kafka",
    "registry",
    ...(withDemo ? ["demo"] : []),
  ]);
  const normalize = await service("normalize", "services/2-normalize/main.ts", 384, ["kafka", "registry"]);
  const extract = await service("extract", "services/3-extract/main.ts", 512, ["kafka", "registry"]);
  const crawls = new URL(scrape.health ?? "").origin;
  for (const one of [variables, base]) one[allSettings.scrapeUrl.variable] = crawls;
  base[allSettings.normalizeUrl.variable] = new URL(normalize.health ?? "").origin;
  base[allSettings.extractUrl.variable] = new URL(extract.health ?? "").origin;
  const processes: Process[] = [
    { name: "kafka", ...kafka, ready: { line: kafkaReadyLine } },
    node("clickhouse", "platform/local/clickhouse/main.ts", 512, {
      ready: { url: `${address(ports.clickhouse)}/ping` },
    }),
    node("registry", "platform/local/registry/main.ts", 256, {
      ready: { url: `${address(ports.registry)}/subjects` },
      dependsOn: ["kafka"],
    }),
    ...(withDemo
      ? [
          node("demo", "platform/local/demo/main.ts", 512, {
            ready: { url: `${address(ports.demo)}/robots.txt` },
          }),
        ]
      : []),
    scrape,
    normalize,
    extract,
    await service("store", "services/4-store/main.ts", 512, ["kafka", "registry", "clickhouse"]),
    await service("lake", "services/4-store/lake/main.ts", 256, ["kafka", "registry"]),
    await service("serve", "services/5-serve/main.ts", 256, ["kafka", "registry", "clickhouse"]),
  ];
  return { processes, variables, page, crawls };
}

type KeptPorts = Partial<Record<"kafka" | "registryUrl" | "clickhouseUrl" | "demoUrl", number>>;

/** None where the note is missing or was cut off: then the usual ports are as good. */
function earlierPorts(home: string): KeptPorts {
  try {
    return JSON.parse(readFileSync(join(home, "ports.json"), "utf8")) as KeptPorts;
  } catch {
    return {};
  }
}

function keepPorts(home: string, ports: KeptPorts): void {
  const file = join(home, "ports.json");
  writeFileSync(`${file}.part`, JSON.stringify(ports));
  renameSync(`${file}.part`, file);
}

/** All ports together, so that all that are taken are told at once; those of the last start where they are free. */
async function choosePorts(
  environment: NodeJS.ProcessEnv,
  settings: UpSettings,
  withDemo: boolean,
  home: string,
) {
  const problems: string[] = [];
  const earlier = earlierPorts(home);
  const own = async (wish: Omit<PortWish, "fixed">, host: string, fixed: boolean): Promise<number> => {
    if (!["127.0.0.1", "localhost", "0.0.0.0"].includes(host)) {
      problems.push(`${wish.variable} names ${host}, but up starts this server itself, on 127.0.0.1`);
      return 0;
    }
    try {
      return await choosePort({ ...wish, fixed });
    } catch (error) {
      problems.push((error as Error).message);
      return 0;
    }
  };
  const server = (name: "registryUrl" | "clickhouseUrl" | "demoUrl") => {
    const { variable } = allSettings[name];
    const { hostname, port } = new URL(settings[name]);
    const fixed = Boolean(environment[variable]);
    return own(
      { port: (fixed ? undefined : earlier[name]) ?? Number(port || 80), variable },
      hostname,
      fixed,
    );
  };
  const [host = "", port = ""] = (settings.kafkaBrokers[0] ?? "").split(":");
  const kafkaVariable = allSettings.kafkaBrokers.variable;
  const kafkaFixed = Boolean(environment[kafkaVariable]);
  const ports = {
    // Promised to be there, so never another one.
    page: await own({ port: settings.port, variable: "PORT", host: settings.host }, "127.0.0.1", true),
    kafka: await own(
      { port: (kafkaFixed ? undefined : earlier.kafka) ?? Number(port), variable: kafkaVariable },
      host,
      kafkaFixed,
    ),
    registry: await server("registryUrl"),
    clickhouse: await server("clickhouseUrl"),
    demo: withDemo ? await server("demoUrl") : Number(new URL(settings.demoUrl).port),
  };
  if (problems.length > 0) throw new PortTaken(problems.join("\n"));
  const { kafka, registry: registryUrl, clickhouse: clickhouseUrl, demo: demoUrl } = ports;
  keepPorts(home, { kafka, registryUrl, clickhouseUrl, demoUrl });
  return ports;
}

async function tellWhoIsMissing(
  supervisor: Supervisor,
  processes: Process[],
  over: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(waitingNoteMs, over);
    if (over.aborted) return;
    for (const { name, health, dependsOn } of processes) {
      const state = supervisor.state(name);
      if (state?.ready || dependsOn?.some((other) => !supervisor.state(other)?.ready)) continue;
      say(
        `  ${name.padEnd(12)} is not ready yet${await reasonsAt(health)}; log: ${supervisor.logFile(name)}`,
      );
    }
  }
}

async function reasonsAt(health: string | undefined): Promise<string> {
  if (health === undefined) return "";
  try {
    const response = await fetch(health, { signal: AbortSignal.timeout(1000) });
    const { reasons } = (await response.json()) as { reasons: string[] };
    return reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
  } catch {
    return "";
  }
}

async function tellProgress(page: string, over: AbortSignal): Promise<void> {
  let before: { stored: number; at: number } | undefined;
  let quiet = false;
  for (;;) {
    await pause(before === undefined ? 2_000 : statusEveryMs, over);
    if (over.aborted) return;
    try {
      const ledger = (await ask(`${page}/api/ledger`)) as Record<"scraped" | "stored" | "inFlight", number>;
      const now = Date.now();
      const rate =
        before === undefined ? 0 : Math.round(((ledger.stored - before.stored) * 1000) / (now - before.at));
      // At rest once is enough.
      if (rate > 0 || !quiet) {
        const count = (number: number) => number.toLocaleString("en");
        say(`  ${count(ledger.stored)} postings stored (${rate}/s), ${count(ledger.inFlight)} on their way`);
      }
      quiet = rate === 0 && before !== undefined;
      before = { stored: ledger.stored, at: now };
    } catch {
      // The page is just starting again, which was said already.
    }
  }
}

/**
 * The first crawls of a site take long; later ones are over before they are worth a word. What stands in the way of
 * one is told once, until it is another or the target was crawled well.
 */
async function tellCrawls(crawls: string, over: AbortSignal): Promise<void> {
  let told = new Map<string, string>();
  for (;;) {
    await pause(statusEveryMs, over);
    if (over.aborted) return;
    try {
      const { runs } = (await ask(`${crawls}/runs?limit=50`)) as { runs: RunReport[] };
      const long = runs.filter(
        ({ result, started_at }) =>
          result === "running" && Date.now() - Date.parse(started_at) > statusEveryMs,
      );
      for (const run of long.slice(0, crawlLinesMax)) say(progressLine(run));
      const { sources } = (await ask(`${crawls}/sources`)) as { sources: SourceReport[] };
      const now = new Map(troubles(sources));
      const fresh = [...now].filter(([target, line]) => told.get(target) !== line);
      for (const [, line] of fresh.slice(0, crawlLinesMax)) say(line);
      if (fresh.length > crawlLinesMax) {
        say(`  ${fresh.length - crawlLinesMax} more are in trouble; skillstream sources names all`);
      }
      told = now;
    } catch {
      // The scraper is just starting again, which was said already.
    }
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
