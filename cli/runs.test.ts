import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunReport, SourceReport } from "@skillstream/scrape/report.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { progressLine, troubles } from "./runs.ts";

const home = mkdtempSync(join(tmpdir(), "skillstream-runs-"));
const asked: string[] = [];
let answer: { runs: RunReport[] };
let url: string;

const server = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.end(JSON.stringify(answer));
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

const run = (id: number, more: Partial<RunReport> = {}): RunReport => ({
  id,
  target: "greenhouse:acme",
  source: "greenhouse",
  keyword: null,
  location: null,
  trigger: "schedule",
  started_at: "2026-05-12T09:00:00.000Z",
  ended_at: "2026-05-12T09:01:00.000Z",
  result: "found",
  cause: null,
  reason: null,
  missing: null,
  since: null,
  counts: { found: 3, seen: 40, closed: 1, known: 0, failed: 2 },
  steps: [],
  errors: [],
  progress: null,
  ...more,
});

function start(args: string[], environment: NodeJS.ProcessEnv = { SKILLSTREAM_SCRAPE_URL: url }) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "runs", ...args], {
    env: { PATH: process.env.PATH, SKILLSTREAM_HOME: home, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", words: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.words += text;
  });
  return { child, said, ended: once(child, "close").then(([code]) => code as number) };
}

test("prints the scraper's runs as they are, one a line, and asks for no more than is wanted", async () => {
  answer = { runs: [run(2, { result: "blocked", cause: "wrong cookie" }), run(1)] };
  const { said, ended } = start(["--target", 'linkedin "data engineer"', "--limit", "2"]);
  expect(await ended).toBe(0);
  expect(said.words).toBe("");
  expect(
    said.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual(answer.runs);
  const query = new URL(asked.at(-1) ?? "", url).searchParams;
  expect([query.get("limit"), query.get("target")]).toEqual(["2", 'linkedin "data engineer"']);
});

test("with --follow each run is printed once, when it has ended, and the others' progress is told", async () => {
  const going = run(2, { result: "running", ended_at: null, progress: { rate: 1.5, waiting: 9, left_s: 6 } });
  answer = { runs: [going, run(1)] };
  const { child, said, ended } = start(["--follow"]);
  await expect.poll(() => said.words, { timeout: 20_000 }).toContain("9 waiting, 1.5/s, about 6 s left");
  answer = { runs: [run(2), run(1)] };
  await expect.poll(() => said.out.trim().split("\n").length, { timeout: 20_000 }).toBe(2);
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(
    said.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id),
  ).toEqual([1, 2]);
});

test("where nothing runs, or nobody answers, it says so and ends with 1", async () => {
  const nothing = start([], {});
  expect(await nothing.ended).toBe(1);
  expect(nothing.said.words).toContain("nothing runs on the data folder");
  const away = start([], { SKILLSTREAM_SCRAPE_URL: "http://127.0.0.1:1" });
  expect(await away.ended).toBe(1);
  expect(away.said.words).toContain("does not answer");
});

test("a limit that the scraper does not take is a wrong call", async () => {
  const { said, ended } = start(["--limit", "500"]);
  expect(await ended).toBe(2);
  expect(said.words).toContain("--limit takes a whole number from 1 to 200");
});

test("a target's name can't steer the terminal", () => {
  const control = String.fromCharCode(27);
  expect(progressLine(run(1, { target: `a${control}[2Jb` }))).toBe(
    "  a [2Jb: 3 new, 40 as they were, 1 closed, 2 failed",
  );
});

test("of what is switched on, each target in trouble has a line with its cause, in harmless words", () => {
  const target = (health: string, cause: string | null, reason: string | null) => ({
    target: `some:${health}`,
    health,
    cause,
    reason,
  });
  const sources = [
    { on: true, targets: [target("ok", null, null), target("blocked", "captcha", "a check \u001b[2J came")] },
    { on: true, targets: [target("gone", null, null), target("new", null, null)] },
    { on: false, targets: [target("changed", null, null)] },
  ] as unknown as SourceReport[];
  expect(troubles(sources)).toEqual([
    ["some:blocked", "  some:blocked: blocked, captcha (a check  [2J came)"],
    ["some:gone", "  some:gone: gone"],
  ]);
});
