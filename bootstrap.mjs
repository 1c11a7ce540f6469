// Owns what must be there before anything of ours can run: tools, npm packages, Kafka's jars and its archive
// of loaded classes. Plain JavaScript for Node 20 and without packages, because it runs before any is there.
// It promises that what it leaves is whole: a download is checked against what the project expects and moved
// into place in one step, a broken or half one is fetched again, and a second run asks nobody for anything.
// It installs no tool of the machine; it says which one is missing and how to get it.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = dirname(realpathSync(fileURLToPath(import.meta.url)));
const cache = join(root, ".cache");
const kafka = JSON.parse(readFileSync(join(root, "platform/local/kafka.json"), "utf8"));
const jars = join(cache, `kafka-${kafka.version}`);

/** npm packages unpacked, npm's own copy of them, the jars, and room to move. */
const installSpaceBytes = 3e9;
/** Two set-ups at once would take each other's files away; a lock not touched for so long has lost its owner. */
const lockStaleMs = 20_000;
/** A broker that is not up by then will not be; it then runs without the archive, only slower to start. */
const archiveTimeoutMs = 60_000;

class SetupError extends Error {}

const instead = "Without any of these tools: docker compose up";

const advice = {
  java: [
    "  Debian, Ubuntu:  sudo apt install openjdk-17-jre-headless",
    "  macOS:           brew install openjdk@21   (and follow what it says about the PATH)",
    "  or set JAVA_HOME to a Java that is there",
  ],
  maven: ["  Debian, Ubuntu:  sudo apt install maven", "  macOS:           brew install maven"],
  npm: ["  Debian, Ubuntu:  sudo apt install npm", "  macOS:           brew install node"],
};

// What is there ------------------------------------------------------------------------------------------

/** The folders of packages' own commands are left out: npm is about to replace them. */
function searchPath() {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !/node_modules[\\/]\.bin$|node-gyp-bin$/.test(folder));
}

function findCommand(name) {
  for (const folder of searchPath()) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

export function findJava() {
  const home = process.env.JAVA_HOME;
  const own = home ? join(home, "bin/java") : undefined;
  return own !== undefined && existsSync(own) ? own : findCommand("java");
}

/** Asking a Java for its version takes longer than all else here, so the answer is kept until the file changes. */
function javaVersion(java) {
  const file = realpathSync(java);
  const { mtimeMs, size } = statSync(file);
  const key = `${file} ${mtimeMs} ${size}`;
  const memory = join(cache, "java.json");
  const known = readJson(memory);
  if (known?.key === key && known.version) return known.version;
  const asked = spawnSync(java, ["-version"], { encoding: "utf8" });
  const version = /version "([^"]+)"/.exec(`${asked.stderr}${asked.stdout}`)?.[1];
  if (version === undefined) return undefined;
  mkdirSync(cache, { recursive: true });
  writeFileSync(memory, JSON.stringify({ key, version }));
  return version;
}

function javaProblem() {
  const java = findJava();
  if (java === undefined)
    return ["Java 17 or newer is missing: there is no java on the PATH.", ...advice.java];
  const version = javaVersion(java);
  if (version === undefined) return [`Java does not run: ${java} -version gives no version.`, ...advice.java];
  const major = Number(/^(?:1\.)?(\d+)/.exec(version)?.[1]);
  if (major >= 17) return [];
  return [`Java 17 or newer is needed, and ${java} is ${version}.`, ...advice.java];
}

/** Why the packages must be installed (again), or undefined when each one that the lock file names is there. */
export function packagesProblem() {
  const folder = join(root, "node_modules");
  const lock = readJson(join(root, "package-lock.json"));
  if (lock === undefined)
    throw new SetupError("package-lock.json is missing or unreadable; restore it with git");
  if (!existsSync(folder)) return "not installed yet";
  // npm writes this file last, so without it an installation has not come to its end. It names what npm did
  // install, which of the optional packages is what this platform needs.
  const installed = readJson(join(folder, ".package-lock.json"))?.packages;
  if (installed === undefined) return "half installed";
  for (const [path, { optional, devOptional, peer }] of Object.entries(lock.packages)) {
    if (!path.startsWith("node_modules/") || path in installed) continue;
    if (!(optional || devOptional || peer)) return `${path} is missing`;
  }
  for (const [path, { version, link }] of Object.entries(installed)) {
    if (!path.startsWith("node_modules/")) continue;
    const found = readJson(join(root, path, "package.json"));
    if (found === undefined) return `${path} is missing`;
    const expected = lock.packages[path]?.version ?? version;
    if (!link && found.version !== expected) return `${path} is ${found.version}, not ${expected}`;
  }
  return undefined;
}

/** Why Kafka's jars must be fetched (again), or undefined when each is there with the content we expect. */
export function jarsProblem(folder = jars) {
  if (!existsSync(folder)) return "not fetched yet";
  for (const { name, bytes, sha256 } of kafka.jars) {
    const file = join(folder, name);
    if (!existsSync(file)) return `${name} is missing`;
    if (statSync(file).size !== bytes) return `${name} is cut short`;
    if (createHash("sha256").update(readFileSync(file)).digest("hex") !== sha256) return `${name} is corrupt`;
  }
  return undefined;
}

export function spaceProblem(freeBytes, neededBytes = installSpaceBytes) {
  if (freeBytes >= neededBytes) return [];
  return [
    `The disk is too full: ${size(freeBytes)} are free under ${root}, and the set-up needs ${size(neededBytes)}.`,
    "  Free some space, or move the project to a disk that has it.",
  ];
}

// What fetches it ----------------------------------------------------------------------------------------

async function installPackages(step) {
  const lock = readJson(join(root, "package-lock.json"));
  const paths = Object.keys(lock.packages).filter(
    (path) => path.startsWith("node_modules/") && !lock.packages[path].optional,
  );
  const watch = setInterval(() => {
    const done = paths.filter((path) => existsSync(join(root, path, "package.json"))).length;
    step.update(done / paths.length, `${done} of ${paths.length}`);
  }, 300);
  try {
    const options = ["--prefer-offline", "--loglevel=error", "--no-fund", "--no-audit", "--no-progress"];
    let command = ["ci", ...options];
    let result = await runTool("npm", command);
    // The lock file may lack a package that only another platform than its author's needs.
    if (
      result.code !== 0 &&
      /EUSAGE/.test(result.output) &&
      /Missing: .* from lock file/.test(result.output)
    ) {
      command = ["install", "--no-save", ...options];
      result = await runTool("npm", command);
    }
    // What npm keeps of earlier downloads may itself be damaged: once more, with nothing kept.
    if (result.code !== 0 && /EINTEGRITY|TAR_|Z_DATA|ENOENT.*_cacache|ENODATA|zlib/i.test(result.output)) {
      step.update(0, "npm's cache is damaged; fetching afresh");
      const fresh = join(cache, `npm-${process.pid}.part`);
      result = await runTool("npm", [...command, "--cache", fresh]);
      rmSync(fresh, { recursive: true, force: true });
    }
    if (result.code !== 0) {
      throw new SetupError(
        `npm ${command[0]} failed:\n${indent(result.output)}\n  Is the network there? Behind a proxy, npm takes HTTPS_PROXY or \`npm config set proxy\`.`,
      );
    }
  } finally {
    clearInterval(watch);
  }
  const node = spawnSync(join(root, "node_modules/.bin/node"), ["--version"], { encoding: "utf8" });
  if (!/^v(2[4-9]|[3-9]\d)\./.test(node.stdout ?? "")) {
    const reason =
      node.error?.message ?? (`${node.stderr}${node.stdout}`.trim() || `exit code ${node.status}`);
    throw new SetupError(
      `The project's own Node 24 does not run on this machine (${process.platform} ${process.arch}):\n${indent(reason)}\n  ${instead}`,
    );
  }
  const { packages } = readJson(join(root, "node_modules/.package-lock.json"));
  const count = Object.keys(packages).filter((path) => path.startsWith("node_modules/")).length;
  step.finish(`${count} packages, ${size(folderBytes(join(root, "node_modules")))}`);
}

async function fetchJars(step) {
  const total = kafka.jars.reduce((sum, jar) => sum + jar.bytes, 0);
  const bytesOf = new Map(kafka.jars.map((jar) => [jar.name, jar.bytes]));
  const work = `${jars}.${process.pid}.part`;
  mkdirSync(work);
  try {
    writeFileSync(join(work, "pom.xml"), pom());
    let problem;
    // Maven hands out its own copy of a jar unchecked; when that is damaged, a fresh repository is not.
    for (const fresh of [false, true]) {
      rmSync(join(work, "jars"), { recursive: true, force: true });
      let done = 0;
      const result = await runTool(
        "mvn",
        [
          "-B",
          "-Dstyle.color=never",
          ...(fresh ? [`-Dmaven.repo.local=${join(work, "repository")}`] : []),
          "-f",
          join(work, "pom.xml"),
          "dependency:copy-dependencies",
          `-DoutputDirectory=${join(work, "jars")}`,
        ],
        (line) => {
          const name = /Downloaded from .*\/([^/ ]+\.jar) \(/.exec(line)?.[1];
          done += bytesOf.get(name) ?? 0;
          step.update(done / total, `${size(done)} of ${size(total)}`);
        },
      );
      problem = result.code === 0 ? jarsProblem(join(work, "jars")) : mavenErrors(result.output);
      if (problem === undefined) break;
      if (!fresh) step.update(0, "Maven's copy is damaged or not complete; fetching afresh");
    }
    if (problem !== undefined) {
      throw new SetupError(
        `Maven could not bring Kafka's jars:\n${indent(problem)}\n  Is the network there? Behind a proxy or a mirror, Maven takes ~/.m2/settings.xml.`,
      );
    }
    rmSync(jars, { recursive: true, force: true });
    renameSync(join(work, "jars"), jars);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  step.finish(`${kafka.jars.length} jars, ${size(total)}`);
}

function pom() {
  const dependencies = kafka.dependencies.map((coordinates) => {
    const [group, artifact, version] = coordinates.split(":");
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>skillstream</groupId><artifactId>kafka-jars</artifactId><version>1</version>
<dependencies>${dependencies.join("")}</dependencies></project>
`;
}

function mavenErrors(output) {
  const lines = output.split("\n").filter((line) => line.startsWith("[ERROR]") && line.length > 9);
  return (lines.length > 0 ? lines.slice(0, 4) : output.split("\n").slice(-5)).join("\n");
}

/** Why the archive must be recorded (again): it belongs to one Java and one class path. */
export function archiveProblem(version) {
  const recorded = readJson(join(jars, "classes.json"));
  if (recorded === undefined) return "not recorded yet";
  if (recorded.java !== version || recorded.folder !== jars) return "recorded for another Java or folder";
  const bytes = statSync(join(jars, "classes.jsa"), { throwIfNoEntry: false })?.size ?? 0;
  return bytes === recorded.bytes ? undefined : "cut short";
}

/**
 * Runs a broker in a folder of its own until it is up and has the JVM write down the classes it loaded, which
 * halves each later start. A broker starts without the archive too, so a failure here is told, not raised.
 */
async function recordArchive(step, java, version) {
  const work = join(cache, `archive-${process.pid}.part`);
  const archive = join(work, "classes.jsa");
  mkdirSync(work, { recursive: true });
  let broker;
  let bytes = 0;
  try {
    const [data, control] = await Promise.all([freePort(), freePort()]);
    const properties = join(work, "server.properties");
    writeFileSync(
      properties,
      [
        "process.roles=broker,controller",
        "node.id=1",
        `controller.quorum.bootstrap.servers=127.0.0.1:${control}`,
        `listeners=PLAINTEXT://127.0.0.1:${data},CONTROLLER://127.0.0.1:${control}`,
        "controller.listener.names=CONTROLLER",
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        `log.dirs=${join(work, "data")}`,
        "log.cleaner.dedupe.buffer.size=16777216",
      ].join("\n"),
    );
    const base = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
    const classPath = kafka.jars.map((jar) => join(jars, jar.name)).join(delimiter);
    const format = ["kafka.tools.StorageTool", "format", "-t", "4L6g3nShT-eMCtK--X86sw", "-c", properties];
    const formatted = await runTool(java, [...base, "-cp", classPath, ...format, "--standalone"]);
    if (formatted.code !== 0) throw new Error(lastLine(formatted.output));
    step.update(0.3, "loading classes");
    broker = spawn(
      java,
      [...base, `-XX:ArchiveClassesAtExit=${archive}`, "-cp", classPath, "kafka.Kafka", properties],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    const ended = new Promise((resolve) => broker.once("close", resolve));
    const timer = setTimeout(() => broker.kill("SIGKILL"), archiveTimeoutMs);
    let output = "";
    for (const stream of [broker.stdout, broker.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output = (output + text).slice(-20_000);
        if (output.includes("Kafka Server started") && !broker.killed) {
          step.update(0.7, "writing");
          broker.kill("SIGTERM");
        }
      });
    }
    await ended;
    clearTimeout(timer);
    if (!existsSync(archive)) throw new Error(lastLine(output));
    bytes = statSync(archive).size;
    renameSync(archive, join(jars, "classes.jsa"));
    step.finish(size(bytes));
  } catch (error) {
    step.finish(`not recorded, Kafka will start more slowly: ${error.message}`);
  } finally {
    broker?.kill("SIGKILL");
    rmSync(work, { recursive: true, force: true });
  }
  // Also after a failure, as an archive of no bytes: it would fail again at each start.
  if (bytes === 0) rmSync(join(jars, "classes.jsa"), { force: true });
  writeFileSync(join(jars, "classes.json"), JSON.stringify({ java: version, folder: jars, bytes }));
}

// How it shows -------------------------------------------------------------------------------------------

/** A live bar per step on a terminal, one line per finished step elsewhere. */
function createProgress(stream) {
  const live = Boolean(stream.isTTY);
  const steps = [];
  let drawn = 0;

  function line({ name, share, text, started, ended }) {
    const seconds = `${(((ended ?? Date.now()) - started) / 1000).toFixed(1)} s`;
    const filled = Math.round(Math.min(1, share) * 24);
    const bar = live ? ` ${"█".repeat(filled)}${"░".repeat(24 - filled)}` : "";
    return `${name.padEnd(22)}${bar} ${seconds.padStart(7)}  ${text}`;
  }

  function draw() {
    if (!live) return;
    const lines = steps.map((step) => line(step).slice(0, (stream.columns || 100) - 1));
    stream.write(`${drawn > 0 ? `\x1b[${drawn}A` : ""}${lines.map((text) => `\x1b[2K${text}\n`).join("")}`);
    drawn = lines.length;
  }

  const timer = live ? setInterval(draw, 120) : undefined;
  return {
    start(name, text) {
      const step = { name, share: 0, text, started: Date.now(), ended: undefined };
      steps.push(step);
      if (!live) stream.write(`${name.padEnd(22)} ${text}\n`);
      return {
        update(share, text) {
          step.share = share;
          step.text = text;
        },
        finish(text) {
          Object.assign(step, { share: 1, text, ended: Date.now() });
          if (live) draw();
          else stream.write(`${line(step)}\n`);
        },
      };
    },
    end() {
      clearInterval(timer);
      draw();
    },
  };
}

export function size(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.round(bytes / 1e3)} kB`;
}

// In order ------------------------------------------------------------------------------------------------

async function setUp() {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new SetupError(`Node 20 or newer is needed to begin, and this is ${process.version}.`);
  }
  if (process.platform === "win32") {
    throw new SetupError(
      `Windows is not supported; use the Windows Subsystem for Linux, or: docker compose up`,
    );
  }
  const java = findJava();
  const needed = () => ({ packages: packagesProblem(), jars: jarsProblem() });
  let todo = needed();
  const problems = [javaProblem()];
  if (todo.jars !== undefined && findCommand("mvn") === undefined) {
    problems.push(["Maven is missing (mvn is not on the PATH); it fetches Kafka's jars.", ...advice.maven]);
  }
  if (todo.packages !== undefined && findCommand("npm") === undefined) {
    problems.push(["npm is missing: it is not on the PATH.", ...advice.npm]);
  }
  if (todo.packages !== undefined) {
    const { bavail, bsize } = statfsSync(root);
    problems.push(spaceProblem(Number(bavail) * Number(bsize)));
  }
  const lines = problems.flat();
  if (lines.length > 0) throw new SetupError([...lines, instead].join("\n"));
  const version = javaVersion(java);
  const complete = () =>
    todo.packages === undefined && todo.jars === undefined && archiveProblem(version) === undefined;
  if (complete()) return;

  const release = await lock();
  // Only one set-up works here at a time, so whatever part is there was left by one that was killed.
  for (const name of readdirSync(cache)) {
    if (name.endsWith(".part")) rmSync(join(cache, name), { recursive: true, force: true });
  }
  const progress = createProgress(process.stderr);
  try {
    todo = needed();
    if (todo.packages !== undefined && findCommand("python3") === undefined) {
      process.stderr.write("Python 3 is missing; only training and a local Triton need it.\n");
    }
    // Side by side: npm waits for the network while Maven works, and the other way round.
    const results = await Promise.allSettled([
      todo.packages && installPackages(progress.start("npm packages", todo.packages)),
      (async () => {
        if (todo.jars) await fetchJars(progress.start(`Kafka ${kafka.version}`, todo.jars));
        const reason = archiveProblem(version);
        if (reason) await recordArchive(progress.start("Kafka's class archive", reason), java, version);
      })(),
    ]);
    const failures = results.filter((result) => result.status === "rejected").map((result) => result.reason);
    const bug = failures.find((failure) => !(failure instanceof SetupError));
    if (bug !== undefined) throw bug;
    if (failures.length > 0) throw new SetupError(failures.map((failure) => failure.message).join("\n"));
  } finally {
    progress.end();
    release();
  }
}

async function lock() {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, "setup.lock");
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (ownerIsGone(file)) rmSync(file, { force: true });
    else if (!waited) process.stderr.write("Another set-up is at work here; waiting for it.\n");
    await sleep(200);
  }
  const beat = setInterval(() => utimesSync(file, new Date(), new Date()), lockStaleMs / 10);
  beat.unref();
  return () => {
    clearInterval(beat);
    rmSync(file, { force: true });
  };
}

function ownerIsGone(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > lockStaleMs) return true;
    const pid = Number(readFileSync(file, "utf8"));
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

// Small pieces --------------------------------------------------------------------------------------------

function runTool(command, args, onLine = () => {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, PATH: searchPath().join(delimiter) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let rest = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output = (output + text).slice(-100_000);
        const lines = (rest + text).split("\n");
        rest = lines.pop();
        for (const line of lines) onLine(line);
      });
    }
    child.once("error", (error) => resolve({ code: 1, output: error.message }));
    child.once("close", (code) => resolve({ code, output }));
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function folderBytes(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += folderBytes(path);
    else if (entry.isFile()) bytes += lstatSync(path).size;
  }
  return bytes;
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

const indent = (text) => text.trim().replace(/^/gm, "  ");
const lastLine = (text) => text.trim().split("\n").pop();

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await setUp();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
