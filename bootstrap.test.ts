// Owns the promises of the set-up, in a small project of its own whose npm, Maven and Java are stand-ins that
// do what the test says, so that nothing is downloaded.
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
// @ts-expect-error: plain JavaScript, since it runs before anything is installed.
import { spaceProblem } from "./bootstrap.mjs";

type Tool = "npm" | "mvn" | "java";

/** What the stand-ins do; each appends its name to `calls` first. `mode` is what the test chose for it. */
const tools: Record<Tool, string> = {
  java: `
    if (process.argv[2] === "-version") {
      console.error('openjdk version "' + (mode || "17.0.1") + '" 2021-10-19');
    } else {
      const archive = process.argv.find((one) => one.startsWith("-XX:ArchiveClassesAtExit="));
      if (archive === undefined) process.exit(0);
      process.on("SIGTERM", () => { fs.writeFileSync(archive.split("=")[1], "classes"); process.exit(143); });
      console.log("Kafka Server started");
      setInterval(() => {}, 1000);
    }`,
  mvn: `
    const option = (name) => process.argv.find((one) => one.startsWith("-D" + name + "="))?.split("=")[1];
    if (mode === "offline") {
      console.log("[INFO] Scanning for projects...");
      console.log("[ERROR] Failed to execute goal: Could not transfer artifact: Unknown host");
      process.exit(1);
    }
    const to = option("outputDirectory");
    fs.mkdirSync(to, { recursive: true });
    for (const name of fs.readdirSync("origin")) fs.copyFileSync("origin/" + name, to + "/" + name);
    if (mode === "damaged" || (mode === "damaged copy" && option("maven.repo.local") === undefined)) {
      fs.writeFileSync(to + "/one.jar", "xxxxxxxxxxxxxxxx");
    }
    if (mode === "hangs") { fs.truncateSync(to + "/two.jar", 3); fs.writeFileSync("hanging", ""); setInterval(() => {}, 1000); }
    `,
  npm: `
    if (mode === "fails") {
      console.error("npm error code E404");
      process.exit(1);
    }
    if (mode === "other platform" && process.argv[2] === "ci") {
      console.error("npm error code EUSAGE\\nnpm error Missing: thing-for-this-platform@1.0.0 from lock file");
      process.exit(1);
    }
    if (mode === "damaged cache" && !process.argv.includes("--cache")) {
      console.error("npm error code EINTEGRITY");
      process.exit(1);
    }
    fs.rmSync("node_modules", { recursive: true, force: true });
    const lock = JSON.parse(fs.readFileSync("package-lock.json", "utf8"));
    for (const [path, { version }] of Object.entries(lock.packages)) {
      if (path === "") continue;
      fs.mkdirSync(path, { recursive: true });
      fs.writeFileSync(path + "/package.json", JSON.stringify({ version }));
    }
    fs.mkdirSync("node_modules/.bin");
    const works = mode !== "broken node";
    fs.writeFileSync("node_modules/.bin/node", works ? "#!/bin/sh\\necho v24.1.0" : "#!/bin/sh\\necho no such libc >&2; exit 127", { mode: 0o755 });
    fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify(lock));`,
};

const originals = { "one.jar": "the first jar...", "two.jar": "the second jar" };

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "bootstrap-"));
  mkdirSync(join(project, "platform/local"), { recursive: true });
  mkdirSync(join(project, "bin"));
  mkdirSync(join(project, "origin"));
  copyFileSync(join(import.meta.dirname, "bootstrap.mjs"), join(project, "bootstrap.mjs"));
  const jars = Object.entries(originals).map(([name, text]) => {
    writeFileSync(join(project, "origin", name), text);
    return { name, bytes: text.length, sha256: createHash("sha256").update(text).digest("hex") };
  });
  writeFileSync(
    join(project, "platform/local/kafka.json"),
    JSON.stringify({ version: "9", dependencies: [], jars }),
  );
  lockPackage("1.0.0");
  for (const tool of ["java", "mvn", "npm"] as const) provide(tool);
});

afterEach(() => {
  rmSync(project, { recursive: true, force: true });
});

function lockPackage(version: string): void {
  writeFileSync(
    join(project, "package-lock.json"),
    JSON.stringify({ packages: { "": {}, "node_modules/thing": { version } } }),
  );
}

function provide(tool: Tool, mode = ""): void {
  const head = `#!${process.execPath}\nconst fs = require("node:fs"); const mode = ${JSON.stringify(mode)};`;
  const log = `fs.appendFileSync(${JSON.stringify(join(project, "calls"))}, "${tool} ");`;
  writeFileSync(join(project, "bin", tool), `${head}\n${log}\n${tools[tool]}\n`, { mode: 0o755 });
}

const environment = () => ({ PATH: join(project, "bin") });

function setUp(): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ["bootstrap.mjs"], {
    cwd: project,
    env: environment(),
    encoding: "utf8",
  });
}

/** Names of the tools called since the last time this was asked. */
function calls(): string[] {
  const file = join(project, "calls");
  if (!existsSync(file)) return [];
  const names = readFileSync(file, "utf8").trim().split(" ");
  rmSync(file);
  return names;
}

const jar = (name: string) => join(project, ".cache/kafka-9", name);

function expectWhole(): void {
  for (const [name, text] of Object.entries(originals)) expect(readFileSync(jar(name), "utf8")).toBe(text);
  expect(readdirSync(join(project, ".cache")).filter((name) => /part|lock/.test(name))).toEqual([]);
}

test("a first run fetches everything and shows each step with its size; a second asks no tool for anything", () => {
  const first = setUp();
  expect(first.stderr).toMatch(/^npm packages +[\d.]+ s {2}1 packages, \d+ kB$/m);
  expect(first.stderr).toMatch(/^Kafka 9 +[\d.]+ s {2}2 jars, 0 kB$/m);
  expect(first.stderr).toMatch(/^Kafka's class archive +[\d.]+ s /m);
  expect(first.status).toBe(0);
  expect(new Set(calls())).toEqual(new Set(["java", "mvn", "npm"]));
  expectWhole();

  const second = setUp();
  expect(second).toMatchObject({ status: 0, stdout: "", stderr: "" });
  expect(calls()).toEqual([]);
});

describe("a broken download is noticed and repaired", () => {
  beforeEach(() => {
    expect(setUp().status).toBe(0);
    calls();
  });

  test.each([
    ["corrupt", () => writeFileSync(jar("two.jar"), "THE SECOND JAR"), /two\.jar is corrupt/],
    ["cut short", () => truncateSync(jar("two.jar"), 5), /two\.jar is cut short/],
    ["missing", () => rmSync(jar("two.jar")), /two\.jar is missing/],
  ])("a jar that is %s", (_, damage, message) => {
    damage();
    const { status, stderr } = setUp();
    expect(stderr).toMatch(message);
    expect(status).toBe(0);
    expect(calls()).toContain("mvn");
    expectWhole();
  });

  test("also when Maven's own copy is damaged: then from a fresh repository", () => {
    rmSync(jar("one.jar"));
    provide("mvn", "damaged copy");
    expect(setUp().status).toBe(0);
    expect(calls().filter((name) => name === "mvn")).toHaveLength(2);
    expectWhole();
  });

  test("and when it can't be repaired that is said, and the next run tries again", () => {
    rmSync(jar("one.jar"));
    provide("mvn", "damaged");
    const { status, stderr } = setUp();
    expect(status).toBe(1);
    expect(stderr).toMatch(/Maven could not bring Kafka's jars:\n {2}one\.jar is corrupt/);
    provide("mvn");
    expect(setUp().status).toBe(0);
    expectWhole();
  });

  test.each([
    ["a package that is gone", () => rmSync(join(project, "node_modules/thing/package.json"))],
    ["an installation that did not end", () => rmSync(join(project, "node_modules/.package-lock.json"))],
    ["another version in the lock file", () => lockPackage("2.0.0")],
  ])("%s has npm install again", (_, damage) => {
    damage();
    expect(setUp().status).toBe(0);
    expect(calls()).toEqual(["npm"]);
    expect(setUp().stderr).toBe("");
  });

  test("npm's own cache being damaged, npm fetches into a fresh one", () => {
    rmSync(join(project, "node_modules"), { recursive: true });
    provide("npm", "damaged cache");
    expect(setUp().status).toBe(0);
    expect(calls()).toEqual(["npm", "npm"]);
    expectWhole();
  });

  test("a package of this platform that the lock file lacks is installed beside it", () => {
    rmSync(join(project, "node_modules"), { recursive: true });
    provide("npm", "other platform");
    expect(setUp().status).toBe(0);
    expect(calls()).toEqual(["npm", "npm"]);
  });

  test("a class archive that is cut short is recorded again", () => {
    truncateSync(jar("classes.jsa"), 2);
    expect(setUp().stderr).toMatch(/Kafka's class archive +cut short/);
    expect(setUp().stderr).toBe("");
  });

  test("another Java has the class archive recorded again", () => {
    provide("java", "21.0.2");
    expect(setUp().stderr).toMatch(/Kafka's class archive +recorded for another Java/);
    expect(setUp().stderr).toBe("");
  });
});

test("a set-up that is killed half-way leaves nothing that is taken for whole", async () => {
  provide("mvn", "hangs");
  const hanging = new Promise<void>((resolve) => {
    const watcher = watch(project, (_, name) => {
      if (name !== "hanging") return;
      watcher.close();
      resolve();
    });
  });
  const killed = spawn(process.execPath, ["bootstrap.mjs"], {
    cwd: project,
    env: environment(),
    stdio: "ignore",
    detached: true,
  });
  await hanging;
  const ended = once(killed, "exit");
  process.kill(-(killed.pid as number), "SIGKILL");
  await ended;
  provide("mvn");
  expect(setUp().status).toBe(0);
  expectWhole();
});

test("of two set-ups at once one waits for the other and then has nothing to do", async () => {
  const run = async () => {
    const child = spawn(process.execPath, ["bootstrap.mjs"], {
      cwd: project,
      env: environment(),
      stdio: "ignore",
    });
    const [code] = await once(child, "exit");
    return code;
  };
  expect(await Promise.all([run(), run()])).toEqual([0, 0]);
  const names = calls();
  expect(names.filter((name) => name === "mvn")).toHaveLength(1);
  expect(names.filter((name) => name === "npm")).toHaveLength(1);
  expectWhole();
});

describe("what is missing is named, with the way to get it, and nothing is begun", () => {
  function expectRefusal(...messages: RegExp[]): void {
    const { status, stderr } = setUp();
    expect(status).toBe(1);
    for (const message of [...messages, /docker compose up/]) expect(stderr).toMatch(message);
    expect(existsSync(join(project, "node_modules"))).toBe(false);
  }

  test("Java", () => {
    rmSync(join(project, "bin/java"));
    expectRefusal(
      /Java 17 or newer is missing/,
      /Debian.*apt install openjdk/,
      /macOS.*brew install openjdk/,
    );
  });

  test("a Java that is too old", () => {
    provide("java", "1.8.0_402");
    expectRefusal(/Java 17 or newer is needed, and .*bin\/java is 1\.8\.0_402/);
    provide("java", "11.0.22");
    expectRefusal(/Java 17 or newer is needed, and .*bin\/java is 11\.0\.22/);
  });

  test("Maven", () => {
    rmSync(join(project, "bin/mvn"));
    expectRefusal(/Maven is missing/, /apt install maven/, /brew install maven/);
  });

  test("all of them, told at once", () => {
    for (const tool of ["java", "mvn", "npm"]) rmSync(join(project, "bin", tool));
    expectRefusal(/Java 17/, /Maven is missing/, /npm is missing/);
  });

  test("Maven and npm are not asked for once they have done their work", () => {
    expect(setUp().status).toBe(0);
    rmSync(join(project, "bin/mvn"));
    rmSync(join(project, "bin/npm"));
    expect(setUp()).toMatchObject({ status: 0, stderr: "" });
  });

  test("room on the disk", () => {
    expect(spaceProblem(5e9, 3e9)).toEqual([]);
    expect(spaceProblem(2e8, 3e9).join("\n")).toMatch(/disk is too full: 200 MB are free .* needs 3\.0 GB/);
  });
});

describe("a tool that fails is quoted", () => {
  test("Maven and npm, both", () => {
    provide("mvn", "offline");
    provide("npm", "fails");
    const { status, stderr } = setUp();
    expect(status).toBe(1);
    expect(stderr).toMatch(/npm ci failed:\n {2}npm error code E404/);
    expect(stderr).toMatch(
      /Maven could not bring.*\n {2}\[ERROR\] Failed to execute goal: Could not transfer/,
    );
    expect(stderr).not.toMatch(/\[INFO\]/);
    expect(readdirSync(join(project, ".cache")).filter((name) => /part|lock|kafka/.test(name))).toEqual([]);
  });

  test("a Node 24 that does not run on this machine", () => {
    provide("npm", "broken node");
    const { status, stderr } = setUp();
    expect(status).toBe(1);
    expect(stderr).toMatch(/own Node 24 does not run on this machine \(\w+ \w+\):\n {2}no such libc/);
  });
});

test("a class archive that can't be recorded is no reason to fail, nor to try each time", () => {
  const java = join(project, "bin/java");
  provide("java");
  writeFileSync(
    java,
    readFileSync(java, "utf8").replace('console.log("Kafka Server started")', "process.exit(1)"),
  );
  const first = setUp();
  expect(first.status).toBe(0);
  expect(first.stderr).toMatch(/not recorded, Kafka will start more slowly/);
  calls();
  expect(setUp()).toMatchObject({ status: 0, stderr: "" });
  expect(calls()).toEqual([]);
});

test("the lock file has an entry for each platform's packages, or npm ci refuses it on a fresh clone", () => {
  // These could not be had where the lock file was made; there the set-up installs what is missing beside it.
  const known = ["@chdb/lib-darwin-arm64", "@chdb/lib-darwin-x64", "@chdb/lib-linux-arm64-gnu"];
  const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, "package-lock.json"), "utf8")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages),
    ),
  );
  expect(missing.filter((name) => !known.includes(name))).toEqual([]);
});
