// Owns what `skillstream up` promises around its processes: one instance a folder, found by other commands,
// gone for all when it is gone. What flows through it is the journey's matter (test/journey.test.ts).
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@skillstream/platform/local/ports.ts";
import { identify, isAlive } from "@skillstream/platform/local/stop.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findEndpoints, instanceEnvironment } from "./environment.ts";

const startTimeoutMs = 120_000;

let home: string;
let page: string;
let instance: ChildProcess;
let said = "";

const environment = () => ({
  ...process.env,
  SKILLSTREAM_HOME: home,
  SKILLSTREAM_DEMO_POSTINGS: "20",
  PORT: new URL(page).port,
});

/** Resolves when `up` has said the text. */
async function hasSaid(text: string): Promise<void> {
  while (!said.includes(text)) {
    const over = new AbortController();
    const { signal } = over;
    const stderr = instance.stderr as NodeJS.ReadableStream;
    await Promise.race([once(stderr, "data", { signal }), once(instance, "exit", { signal })]);
    over.abort();
    if (instance.exitCode !== null) throw new Error(`up ended with ${instance.exitCode}:\n${said}`);
  }
}

async function start(): Promise<void> {
  said = "";
  instance = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "up"], {
    env: environment(),
    stdio: ["ignore", "ignore", "pipe"],
  });
  instance.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await hasSaid("The page is");
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "skillstream-up-"));
  page = `http://127.0.0.1:${await freePort()}`;
  await start();
}, startTimeoutMs);

afterAll(() => {
  instance.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

function skillstream(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "main.ts"), ...args],
    { env: environment(), encoding: "utf8" },
  );
  return { code: status, lines: stdout.trim().split("\n"), words: stderr };
}

const pids = () => Object.values(findEndpoints(home)?.processes ?? {}).map(({ pid }) => pid);

test("it says where the page is, and each process has a log", async () => {
  expect(said).toContain(`The page is ${page} `);
  expect((await fetch(page)).status).toBe(200);
  const names = Object.keys(findEndpoints(home)?.processes ?? {});
  expect(names).toEqual(
    expect.arrayContaining([
      "kafka",
      "registry",
      "clickhouse",
      "demo",
      "scrape",
      "normalize",
      "extract",
      "store",
      "lake",
    ]),
  );
  for (const name of names)
    expect(readFileSync(join(home, `logs/${name}.log`), "utf8")).toContain("started as");
});

test("other commands find it: status, ledger, and the settings to speak to its servers", async () => {
  const status = skillstream("status");
  expect(status.words).toBe("");
  expect(status.code).toBe(0);
  expect(status.lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ process: "store", ready: true, reasons: [] }),
  );
  expect(status.lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({
      process: "lake",
      ready: true,
      lake: { place: join(home, "lake"), waiting: expect.any(Number), lag: expect.any(Number) },
    }),
  );

  const ledger = skillstream("ledger");
  expect(ledger.code).toBe(0);
  expect(JSON.parse(ledger.lines.join(""))).toHaveProperty("inFlight");

  const found = instanceEnvironment({ SKILLSTREAM_HOME: home, SKILLSTREAM_REGISTRY_URL: "http://mine" });
  expect(found.SKILLSTREAM_REGISTRY_URL).toBe("http://mine");
  const query = await fetch(`${found.SKILLSTREAM_CLICKHOUSE_URL}/?query=SELECT%201`);
  expect((await query.text()).trim()).toBe("1");
});

test("a second one on the same folder is refused", () => {
  const { code, words } = skillstream("up");
  expect(code).toBe(1);
  expect(words).toContain(`is in use by process ${instance.pid}`);
});

test("a process that is killed comes back at its old address, and says so", async () => {
  const before = findEndpoints(home)?.processes.registry?.pid ?? 0;
  process.kill(before, "SIGKILL");
  await hasSaid("registry     is back");
  expect(said).toMatch(/registry +ended \(SIGKILL\), starts again in [\d.]+ s; log: .*registry\.log/);
  const endpoints = findEndpoints(home);
  expect(endpoints?.processes.registry?.pid).not.toBe(before);
  expect((await fetch(`${endpoints?.variables.SKILLSTREAM_REGISTRY_URL}/subjects`)).status).toBe(200);
}, 60_000);

test("killed without a chance to stop them, it leaves none of its processes", async () => {
  const all = pids();
  expect(all.every((pid) => isAlive(identify(pid)))).toBe(true);
  const ended = once(instance, "exit");
  instance.kill("SIGKILL");
  await ended;
  expect(skillstream("status").words).toContain("nothing runs on the data folder");
  // They are not ours to wait for; the guard ends them.
  while (all.some((pid) => isAlive(identify(pid)))) await sleep(50);
}, 60_000);

test(
  "after that it starts again, and SIGTERM ends it with nothing left",
  async () => {
    await start();
    const all = pids();
    const ended = once(instance, "exit");
    instance.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(all.filter((pid) => isAlive(identify(pid)))).toEqual([]);
    expect(existsSync(join(home, "endpoints.json"))).toBe(false);
    expect(said).toContain("Stopped.");
  },
  startTimeoutMs,
);
