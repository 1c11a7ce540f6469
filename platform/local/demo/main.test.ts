import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

let home: string;
let url: string;
let running: ChildProcess | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "demo-main-"));
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(probe.address() as AddressInfo).port}`;
  await new Promise((resolve) => probe.close(resolve));
});
afterEach(async () => {
  if (running !== undefined) await stop("SIGKILL");
  await rm(home, { recursive: true });
});

async function start(postings = 300): Promise<void> {
  running = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url))], {
    env: {
      ...process.env,
      SKILLSTREAM_HOME: home,
      SKILLSTREAM_DEMO_URL: url,
      SKILLSTREAM_DEMO_POSTINGS: String(postings),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  for await (const part of running.stderr as NodeJS.ReadableStream) {
    words += part;
    if (words.includes("The demo job site is up")) return;
  }
  throw new Error(words);
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  const child = running as ChildProcess;
  running = undefined;
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

const page = async (path: string) => (await fetch(url + path)).text();
const newest = async () => Number(/data-job-id="(\d+)"/.exec(await page("/jobs"))?.[1]);
const kept = async () => JSON.parse(await readFile(join(home, "demo", "epoch.json"), "utf8"));

test("a site killed with SIGKILL goes on with the same market and the same access log", async () => {
  await start();
  const posting = await page("/jobs/2");
  const { epoch } = await kept();
  await stop("SIGKILL");
  await start();
  expect(await page("/jobs/2")).toBe(posting);
  expect((await kept()).epoch).toBe(epoch);
  const log = (await readFile(join(home, "demo", "access.log"), "utf8")).trim().split("\n");
  expect(log.filter((line) => JSON.parse(line).source_id === "2")).toHaveLength(2);
});

test("a site that slept for a night wakes where it fell asleep", async () => {
  await start();
  await stop("SIGTERM");
  const file = join(home, "demo", "epoch.json");
  const slept = await kept();
  const night = 10 * 3_600_000;
  slept.epoch -= night;
  slept.awake -= night;
  slept.clock.segments[0].time -= night;
  await writeFile(file, JSON.stringify(slept));
  await start();
  // Two a second over the night would be 72,000.
  expect(await newest()).toBeLessThan(400);
  expect((await kept()).clock.segments).toHaveLength(2);
});

test("a folder whose market was begun with another size keeps it", async () => {
  await start(300);
  const before = await page("/jobs/2");
  await stop("SIGTERM");
  await start(5_000);
  expect(await page("/jobs/2")).toBe(before);
  expect(await newest()).toBeLessThan(500);
});
