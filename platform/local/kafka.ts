// Owns Apache Kafka on one machine: KRaft, one broker or three, run from the released jars that bootstrap.mjs
// brought. It promises that a broker which is reported ready takes requests, that its data outlive kill -9,
// and that a broker keeps its address for as long as the folder's owner lives. It refuses a folder that
// belongs to another cluster, and a port that is taken.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { recordBytesMax } from "@skillstream/schemas/topics.ts";
import type { Logger } from "../log.ts";
import { freePort, isFree, PortTaken } from "./ports.ts";
import { claimFolder } from "./stop.ts";

/** What Kafka prints when it takes requests. */
export const kafkaReadyLine = "Kafka Server started";

/** A record with its batch's own header. */
const messageBytesMax = recordBytesMax + 1024 * 1024;
/** With a cold disk and a busy machine; a broker that is not up by then tells why in its log. */
const readyTimeoutMs = 90_000;
const stopGraceMs = 10_000;

export type KafkaSettings = Record<string, string | number | boolean>;

export interface KafkaOptions {
  /** Data, configuration and log of the brokers. Kept: a later start finds all topics again. */
  folder: string;
  /** Port of the first broker, the others follow it; free ones where it is left out. */
  port?: number;
  brokers?: 1 | 3;
  log: Logger;
  /** Broker properties that replace ours. */
  settings?: KafkaSettings;
}

export interface LocalKafka extends AsyncDisposable {
  /** host:port of each broker, in the order of `index`. */
  brokers: string[];
  /** Process of each broker; 0 where it does not run. */
  readonly pids: number[];
  /** Sends the signal, and where it ends the broker waits for its end. */
  kill(index: number, signal: NodeJS.Signals): Promise<void>;
  /** Starts a broker that has ended, at its old address, and waits until it takes requests. */
  restart(index: number): Promise<void>;
}

export interface KafkaCommand {
  command: string;
  args: string[];
}

interface Node {
  id: number;
  port: number;
  controllerPort: number;
}

const repository = join(import.meta.dirname, "../..");

/**
 * Makes a folder ready for a single broker (formats it once) and says how to run it, for whoever keeps the
 * process: its output holds `kafkaReadyLine` when it is ready.
 */
export async function prepareKafka(options: {
  folder: string;
  port: number;
  settings?: KafkaSettings;
}): Promise<KafkaCommand> {
  const node = { id: 1, port: options.port, controllerPort: await freePort() };
  return prepareNode(options.folder, node, [node], options.settings ?? {});
}

export async function startKafka(options: KafkaOptions): Promise<LocalKafka> {
  const { folder, log } = options;
  const count = options.brokers ?? 1;
  await using scope = new AsyncDisposableStack();
  const claim = scope.use(await claimFolder(folder, "the folder option"));

  const nodes: Node[] = [];
  for (let id = 1; id <= count; id++) {
    const port = options.port === undefined ? await freePort() : options.port + id - 1;
    if (!(await isFree(port))) throw new PortTaken(`Kafka's port ${port} is taken; choose another`);
    nodes.push({ id, port, controllerPort: await freePort() });
  }

  const children: (ChildProcess | undefined)[] = nodes.map(() => undefined);
  const commands = await Promise.all(
    nodes.map((node) => prepareNode(folder, node, nodes, options.settings ?? {})),
  );

  async function run(index: number): Promise<void> {
    const command = commands[index];
    const node = nodes[index];
    if (command === undefined || node === undefined) throw new Error(`there is no broker ${index}`);
    if (children[index] !== undefined) throw new Error(`broker ${index} is running`);
    const child = spawn(command.command, command.args, {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    children[index] = child;
    await ready(child, join(nodeFolder(folder, node), "kafka.log"), (pid) =>
      claim.add(`kafka-${node.id}`, pid),
    );
    child.once("exit", (code, signal) => {
      log.debug({ broker: node.id, code, signal }, "a Kafka broker ended");
    });
  }

  async function stop(index: number, signal: NodeJS.Signals): Promise<void> {
    const child = children[index];
    if (child === undefined) return;
    const ended = exitOf(child);
    child.kill(signal);
    await Promise.race([ended, sleep(stopGraceMs, undefined, { ref: false })]);
    child.kill("SIGKILL");
    await ended;
    children[index] = undefined;
  }

  scope.defer(async () => {
    // Together: a broker on its own waits in vain for a quorum to take its leave of.
    await Promise.all(nodes.map((_, index) => stop(index, count === 1 ? "SIGTERM" : "SIGKILL")));
  });
  await Promise.all(nodes.map((_, index) => run(index)));

  const owned = scope.move();
  return {
    brokers: nodes.map((node) => `127.0.0.1:${node.port}`),
    get pids() {
      return children.map((child) => (child !== undefined && isRunning(child) ? (child.pid ?? 0) : 0));
    },
    async kill(index, signal) {
      const child = children[index];
      if (child === undefined) return;
      if (signal === "SIGSTOP" || signal === "SIGCONT") child.kill(signal);
      else await stop(index, signal);
    },
    async restart(index) {
      const child = children[index];
      if (child !== undefined && !isRunning(child)) children[index] = undefined;
      await run(index);
    },
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync();
    },
  };
}

/** Resolves when the child takes requests; rejects with what it said last when it ends instead. */
async function ready(child: ChildProcess, logFile: string, onPid: (pid: number) => void): Promise<void> {
  let tail = "";
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`Kafka was not ready after ${readyTimeoutMs / 1000} s; its log is ${logFile}`));
    }, readyTimeoutMs);
    child.once("spawn", () => onPid(child.pid as number));
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(javaMissing(error));
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(
        new Error(`Kafka ended (${signal ?? `exit code ${code}`}): ${reasonIn(tail)}; its log is ${logFile}`),
      );
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        appendFileSync(logFile, text);
        tail = (tail + text).slice(-20_000);
        if (text.includes(kafkaReadyLine) || tail.includes(kafkaReadyLine)) {
          clearTimeout(timer);
          resolve();
        }
      });
    }
  });
}

function reasonIn(output: string): string {
  if (/Address already in use/.test(output)) return "its port is taken";
  const lines = output.trim().split("\n");
  const cause = lines.findLast((line) => /^(Caused by|Exception in|[\w.]+(Exception|Error)):?/.test(line));
  return (
    cause ??
    lines.findLast((line) => /ERROR|WARN/.test(line)) ??
    lines.at(-1) ??
    "it said nothing"
  ).trim();
}

function javaMissing(error: Error): Error {
  return (error as NodeJS.ErrnoException).code === "ENOENT"
    ? new Error("Java is missing (no java on the PATH and no JAVA_HOME); `npm run setup` says how to get it")
    : error;
}

async function prepareNode(
  folder: string,
  node: Node,
  nodes: readonly Node[],
  settings: KafkaSettings,
): Promise<KafkaCommand> {
  const place = nodeFolder(folder, node);
  const data = join(place, "data");
  try {
    mkdirSync(place, { recursive: true });
  } catch (error) {
    throw new Error(`Kafka's data folder ${place} can't be made: ${(error as Error).message}`);
  }
  const cluster = clusterId(folder);
  const java = javaCommand();
  const properties = join(place, "server.properties");
  writeProperties(properties, serverProperties(node, nodes, data, settings));

  if (existsSync(data)) {
    checkFormat(data, node, cluster);
  } else {
    // Formatted beside its place and moved there whole, so that a half formatted folder is never started.
    const part = join(place, "data.part");
    rmSync(part, { recursive: true, force: true });
    const formatting = join(place, "format.properties");
    writeProperties(formatting, serverProperties(node, nodes, part, settings));
    await runToEnd(java, [
      ...jvmOptions(),
      "kafka.tools.StorageTool",
      "format",
      // With an equals sign, because one random id in 64 begins with a dash.
      `--cluster-id=${cluster}`,
      "-c",
      formatting,
    ]);
    rmSync(formatting);
    renameSync(part, data);
  }
  return { command: java, args: [...jvmOptions(), "kafka.Kafka", properties] };
}

function nodeFolder(folder: string, node: Node): string {
  return join(folder, String(node.id));
}

/** One id for all brokers of a folder, made once. */
function clusterId(folder: string): string {
  const file = join(folder, "cluster.id");
  try {
    writeFileSync(file, randomBytes(16).toString("base64url"), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
}

function checkFormat(data: string, node: Node, cluster: string): void {
  let meta: string;
  try {
    meta = readFileSync(join(data, "meta.properties"), "utf8");
  } catch (error) {
    throw new Error(`Kafka's data folder ${data} can't be read: ${(error as Error).message}`);
  }
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(meta)?.[1]?.trim();
  if (value("cluster.id") !== cluster || value("node.id") !== String(node.id)) {
    throw new Error(
      `Kafka's data folder ${data} belongs to broker ${value("node.id")} of cluster ${value("cluster.id")}, not to broker ${node.id} of ${cluster}; move it away, or bring its own cluster.id file back`,
    );
  }
}

function serverProperties(
  node: Node,
  nodes: readonly Node[],
  data: string,
  settings: KafkaSettings,
): KafkaSettings {
  const copies = nodes.length;
  const inStep = copies === 1 ? 1 : 2;
  return {
    "process.roles": "broker,controller",
    "node.id": node.id,
    // Named here and not kept in the data, so that the controllers' ports may differ at each start.
    "controller.quorum.voters": nodes
      .map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`)
      .join(","),
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "log.dirs": data,
    "auto.create.topics.enable": false,
    "message.max.bytes": messageBytesMax,
    "replica.fetch.max.bytes": messageBytesMax,
    "default.replication.factor": copies,
    "min.insync.replicas": inStep,
    "offsets.topic.num.partitions": 5,
    "offsets.topic.replication.factor": copies,
    "transaction.state.log.num.partitions": 5,
    "transaction.state.log.replication.factor": copies,
    "transaction.state.log.min.isr": inStep,
    "share.coordinator.state.topic.num.partitions": 1,
    "share.coordinator.state.topic.replication.factor": copies,
    "share.coordinator.state.topic.min.isr": inStep,
    "group.initial.rebalance.delay.ms": 0,
    "num.network.threads": 2,
    "num.io.threads": 4,
    "log.cleaner.dedupe.buffer.size": 16_777_216,
    // A dead broker is noticed in 3 s, where the default takes 9. A single one that was killed waits this long at
    // its next start, for the session of its former life to end.
    "broker.session.timeout.ms": copies === 1 ? 2000 : 3000,
    "broker.heartbeat.interval.ms": 500,
    ...settings,
  };
}

function writeProperties(file: string, properties: KafkaSettings): void {
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}`);
  writeFileSync(file, `${lines.join("\n")}\n`);
}

function javaCommand(): string {
  const home = process.env.JAVA_HOME;
  const own = home ? join(home, "bin/java") : undefined;
  return own !== undefined && existsSync(own) ? own : "java";
}

/** Small heap, the collector and compiler that start fastest, and the archive of classes where there is one. */
function jvmOptions(): string[] {
  const kafka = JSON.parse(readFileSync(join(import.meta.dirname, "kafka.json"), "utf8")) as {
    version: string;
    jars: { name: string }[];
  };
  const folder = join(repository, ".cache", `kafka-${kafka.version}`);
  if (!existsSync(folder)) throw new Error("Kafka's jars are not here yet; run: npm run setup");
  const archive = join(folder, "classes.jsa");
  return [
    "-Xmx512m",
    "-Xms64m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    ...(existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : []),
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
    "-cp",
    kafka.jars.map(({ name }) => join(folder, name)).join(delimiter),
  ];
}

async function runToEnd(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(javaMissing(error)));
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`Kafka's storage could not be formatted: ${reasonIn(output)}`);
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (isRunning(child)) await once(child, "exit");
}
