// Owns the promises of the supervisor, each on real processes: small shells, so that a test takes milliseconds.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { identify, isAlive } from "./stop.ts";
import { type Child, createSupervisor, type Supervisor, type SupervisorOptions } from "./supervisor.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "supervisor-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const supervise = (options: Partial<SupervisorOptions> = {}) =>
  createSupervisor({ folder, folderSetting: "SKILLSTREAM_HOME", restartMs: 10, ...options });

/** A shell that says "up" and then does what the script says. */
const shell = (name: string, script: string, more: Partial<Child> = {}): Child => ({
  name,
  command: "/bin/sh",
  args: ["-c", `echo up; ${script}`],
  ready: { line: "up" },
  ...more,
});

const idle = (name: string, more: Partial<Child> = {}) => shell(name, "exec sleep 1000", more);

const pidOf = (supervisor: Supervisor, name: string) => supervisor.state(name)?.pid ?? 0;

async function untilDead(pid: number): Promise<void> {
  // Not a child of this process, so no event tells its end.
  while (isAlive(identify(pid))) await sleep(10);
}

test("a child that is killed starts again", async () => {
  await using supervisor = await supervise();
  await supervisor.start([idle("worker")]);
  const first = pidOf(supervisor, "worker");
  const back = once(supervisor.events, "ready");
  process.kill(first, "SIGKILL");
  await back;
  expect(supervisor.state("worker")).toMatchObject({ ready: true, restarts: 1 });
  expect(pidOf(supervisor, "worker")).not.toBe(first);
});

test("the pause before each restart doubles up to its limit, and is short again after a steady time", async () => {
  await using supervisor = await supervise({ restartMs: 1, restartMaxMs: 4, steadyMs: 200 });
  const pauses: (number | undefined)[] = [];
  supervisor.events.on("exited", ({ restartMs }) => pauses.push(restartMs));
  let ends = 0;
  const enough = Promise.withResolvers<void>();
  supervisor.events.on("ready", ({ pid }) => {
    ends++;
    if (ends <= 4) process.kill(pid, "SIGKILL");
    // Ends by itself once it has been up for longer than the steady time.
    if (ends === 6) enough.resolve();
  });
  await supervisor.start([shell("worker", "sleep 0.3")]);
  await enough.promise;
  expect(pauses.slice(0, 5)).toEqual([1, 2, 4, 4, 1]);
});

test("a child is started when what it depends on is ready, and is stopped before it", async () => {
  const order: string[] = [];
  {
    await using supervisor = await supervise();
    supervisor.events.on("started", ({ name }) => order.push(`${name} started`));
    supervisor.events.on("ready", ({ name }) => order.push(`${name} ready`));
    supervisor.events.on("exited", ({ name }) => order.push(`${name} ended`));
    await supervisor.start([
      idle("reader", { dependsOn: ["server"] }),
      { ...idle("server"), args: ["-c", "sleep 0.05; echo up; exec sleep 1000"] },
    ]);
  }
  expect(order).toEqual([
    "server started",
    "server ready",
    "reader started",
    "reader ready",
    "reader ended",
    "server ended",
  ]);
});

test("an address that answers makes a child ready", async () => {
  await using supervisor = await supervise();
  const script =
    'const s = require("http").createServer((q, a) => a.end()); s.listen(Number(process.argv[1]), "127.0.0.1")';
  const { freePort } = await import("./ports.ts");
  const port = await freePort();
  await supervisor.start([
    {
      name: "server",
      command: process.execPath,
      args: ["-e", script, String(port)],
      ready: { url: `http://127.0.0.1:${port}/` },
    },
  ]);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
});

test.each([
  ["its last line", "echo starting; echo no such disk"],
  [
    "the error, not the stack under it",
    "echo 'Error: no such disk'; echo '    at open (disk.ts:1:1)'; echo; echo Node.js v24",
  ],
  ["a log line's message and error", `echo '{"level":"fatal","message":"no such","err":{"message":"disk"}}'`],
])("a child that ends again and again before it was ready is given up with %s", async (_, script) => {
  await using supervisor = await supervise({ restartMs: 1 });
  const start = supervisor.start([
    { name: "broken", command: "/bin/sh", args: ["-c", `${script}; exit 3`], ready: { line: "up" } },
  ]);
  await expect(start).rejects.toThrow(
    /^broken does not start \(exit code 3, 7 times\): (Error: )?no such disk\nIts log is/,
  );
});

test("a command that is not there is told like any other end", async () => {
  await using supervisor = await supervise({ restartMs: 1 });
  const start = supervisor.start([
    { name: "absent", command: "/nowhere/at-all", args: [], ready: { line: "up" } },
  ]);
  await expect(start).rejects.toThrow(/absent does not start .*ENOENT/);
});

test("a child gives freed memory back to the system, unless it was told otherwise", async () => {
  await using supervisor = await supervise();
  const script = 'echo "threshold $MALLOC_MMAP_THRESHOLD_"; exec sleep 1000';
  const { MALLOC_MMAP_THRESHOLD_: _, ...env } = process.env;
  await supervisor.start([
    shell("thrifty", script, { env, ready: { line: "threshold 131072" } }),
    shell("told", script, {
      env: { ...env, MALLOC_MMAP_THRESHOLD_: "7" },
      ready: { line: "threshold 7" },
    }),
  ]);
  expect(supervisor.state("thrifty")?.ready).toBe(true);
  expect(supervisor.state("told")?.ready).toBe(true);
});

test("a child that does not heed SIGTERM is killed after the grace time, and what it started with it", async () => {
  const supervisor = await supervise({ stopGraceMs: 50 });
  const inner = join(folder, "inner.pid");
  await supervisor.start([
    {
      name: "deaf",
      command: "/bin/sh",
      args: ["-c", `trap '' TERM; sleep 1000 & echo $! > ${inner}; echo up; while :; do wait; done`],
      ready: { line: "up" },
    },
  ]);
  const pid = pidOf(supervisor, "deaf");
  const innerPid = Number(readFileSync(inner, "utf8"));
  await supervisor[Symbol.asyncDispose]();
  expect(isAlive(identify(pid))).toBe(false);
  await untilDead(innerPid);
});

test("a stop during the pause before a restart starts nothing", async () => {
  const supervisor = await supervise({ restartMs: 50 });
  await supervisor.start([idle("worker")]);
  const exited = once(supervisor.events, "exited");
  process.kill(pidOf(supervisor, "worker"), "SIGKILL");
  await exited;
  let startedAgain = false;
  supervisor.events.on("started", () => {
    startedAgain = true;
  });
  await supervisor[Symbol.asyncDispose]();
  // Nothing is to happen, so there is no event to wait for: twice the pause instead.
  await sleep(100);
  expect(startedAgain).toBe(false);
});

test("a child's log is cut at its limit, with one earlier file kept", async () => {
  await using supervisor = await supervise({ logBytesMax: 2000 });
  await supervisor.start([
    {
      name: "talker",
      command: "/bin/sh",
      // A breath between the lines, so that they come in many pieces.
      args: [
        "-c",
        'i=0; while [ $i -lt 300 ]; do echo "line $i of many"; i=$((i+1)); [ $((i%20)) = 0 ] && sleep 0.01; done; echo up; exec sleep 1000',
      ],
      ready: { line: "up" },
    },
  ]);
  const file = supervisor.logFile("talker");
  expect(statSync(file).size).toBeLessThan(4000);
  expect(statSync(`${file}.1`).size).toBeLessThan(4000);
  expect(readFileSync(file, "utf8")).toContain("up");
});

test.skipIf(process.platform !== "linux")("a full disk costs a child its log, and nothing else", async () => {
  mkdirSync(join(folder, "logs"));
  // Takes no byte, as a disk without room.
  symlinkSync("/dev/full", join(folder, "logs", "worker.log"));
  await using supervisor = await supervise();
  await supervisor.start([idle("worker")]);
  expect(supervisor.state("worker")).toMatchObject({ ready: true, restarts: 0 });
});

test("a second supervisor on the same folder is refused, and the message names the setting", async () => {
  await using supervisor = await supervise();
  await supervisor.start([idle("worker")]);
  await expect(supervise()).rejects.toThrow(
    new RegExp(`${folder} is in use by process ${process.pid}.*SKILLSTREAM_HOME`),
  );
  expect(supervisor.state("worker")?.ready).toBe(true);
});

test("a folder that can't be used is refused", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(supervise({ folder: join(folder, "file") })).rejects.toThrow(
    /can't be read and written.*SKILLSTREAM_HOME/,
  );
  if (process.getuid?.() === 0) return; // Whom no permission stops.
  chmodSync(folder, 0o500);
  await expect(supervise()).rejects.toThrow(/can't be read and written/);
  chmodSync(folder, 0o700);
});

test.skipIf(process.platform !== "linux")(
  "a folder that the system will not make is refused, and not tried for ever",
  async () => {
    await expect(supervise({ folder: "/proc/skillstream/data" })).rejects.toThrow(
      /data folder \/proc\/skillstream\/data can't be read and written \(ENOENT.*SKILLSTREAM_HOME/,
    );
  },
);

/** A supervisor in a process of its own, with one child; resolves when that is ready. */
async function superviseElsewhere(): Promise<{ owner: ChildProcess; child: number }> {
  const script = `
    import { createSupervisor } from ${JSON.stringify(join(import.meta.dirname, "supervisor.ts"))};
    const supervisor = await createSupervisor({ folder: process.argv[1], folderSetting: "X" });
    await supervisor.start([{ name: "worker", command: "/bin/sh", args: ["-c", "echo up; exec sleep 1000"], ready: { line: "up" } }]);
    console.log(supervisor.state("worker").pid);
    setInterval(() => {}, 1000);
  `;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(owner.stdout, "data")) as [Buffer];
  return { owner, child: Number(said.toString()) };
}

test("children end when their supervisor is killed", async () => {
  const { owner, child } = await superviseElsewhere();
  expect(isAlive(identify(child))).toBe(true);
  owner.kill("SIGKILL");
  await untilDead(child);
});

test.skipIf(process.platform !== "linux")(
  "what a killed supervisor and its killed guard left is ended by the next one",
  async () => {
    const { owner, child } = await superviseElsewhere();
    const guard = readFileSync(`/proc/${owner.pid}/task/${owner.pid}/children`, "utf8")
      .trim()
      .split(" ")
      .map(Number)
      .find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("\0guard\0"));
    expect(guard).toBeDefined();
    process.kill(guard ?? 0, "SIGKILL");
    const ended = once(owner, "exit");
    owner.kill("SIGKILL");
    await ended;
    expect(isAlive(identify(child))).toBe(true);
    await using supervisor = await supervise();
    expect(supervisor.leftovers).toEqual(["worker"]);
    expect(isAlive(identify(child))).toBe(false);
  },
);

test("a stranger that was given an old pid is left alone", async () => {
  const stranger = spawn("sleep", ["1000"], { detached: true });
  await once(stranger, "spawn");
  const pid = stranger.pid as number;
  const gone = { pid: 2 ** 22 - 1, began: "long ago" };
  writeFileSync(
    join(folder, "processes.json"),
    JSON.stringify({ owner: gone, children: { worker: { pid, began: "before the stranger" } } }),
  );
  await using supervisor = await supervise();
  expect(supervisor.leftovers).toEqual([]);
  expect(isAlive(identify(pid))).toBe(true);
  stranger.kill("SIGKILL");
});
