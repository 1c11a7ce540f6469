// Owns `npm test`: the static checks, the unit tests and the whole-system tests, each shown as it runs, then
// one last line with what passed and failed. It promises that this line is the whole truth: a check counts as
// one test, a test file that does not load and an error outside any test count as failed, and so does a
// process that is still there when all tests have ended.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

interface Check {
  name: string;
  command: string;
  args: string[];
}

const root = resolve(import.meta.dirname, "..");
const tool = (name: string) => join(root, "node_modules/.bin", name);

const staticChecks: Check[] = [
  { name: "biome check", command: tool("biome"), args: ["check", "."] },
  { name: "tsc", command: tool("tsc"), args: ["--noEmit"] },
  { name: "generated types", command: process.execPath, args: ["schemas/generate.ts", "--check"] },
];

/** What takes too long for `npm test`; `npm run test:long` runs these, one after another. */
const longTests: Check[] = [
  { name: "chaos", command: process.execPath, args: ["test/chaos/main.ts", "--quick"] },
  { name: "mutations", command: process.execPath, args: ["test/mutations/main.ts", "--count", "10000"] },
  { name: "fuzzed texts", command: process.execPath, args: ["test/texts/main.ts", "--count", "100000"] },
];

/** Everything that the tests start inherits it, whatever it does to its parents. */
const runId = randomUUID();
/** A server that was told to stop may need so long to end. */
const leftoverGraceMs = 5_000;

interface Count {
  passed: number;
  failed: number;
}

const total: Count = { passed: 0, failed: 0 };

function count(name: string, passed: boolean, reason = ""): void {
  if (passed) total.passed++;
  else total.failed++;
  console.log(`${passed ? "passed" : "FAILED"}  ${name}${reason === "" ? "" : `: ${reason}`}`);
}

/** Runs a check; where several run side by side their output is shown when they end. */
async function run(check: Check, output: "inherit" | "gather"): Promise<number> {
  const child = spawn(check.command, check.args, {
    cwd: root,
    env: { ...process.env, TEST_RUN_ID: runId },
    stdio: output === "inherit" ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
  });
  let gathered = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      gathered += text;
    });
  }
  const code = await new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("close", (exit) => done(exit ?? 1));
  });
  if (code !== 0 && gathered !== "") console.log(gathered.trimEnd());
  return code;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { name: string; status: string; message?: string; assertionResults: unknown[] }[];
}

async function runVitest(project: "unit" | "system", folder: string): Promise<void> {
  const file = join(folder, `${project}.json`);
  const args = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--project", project];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await run(
    { name: project, command: process.execPath, args: [...args, ...reporters, "--passWithNoTests"] },
    "inherit",
  );
  let report: VitestReport;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  } catch {
    count(`${project} tests`, false, `vitest ended with ${code} and left no report`);
    return;
  }
  const before = total.failed;
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests;
  for (const { name, status, message, assertionResults } of report.testResults) {
    if (status === "failed" && assertionResults.length === 0) count(name, false, message ?? "did not load");
  }
  // A failing hook, or an error that no test was waiting for.
  if (code !== 0 && total.failed === before) count(`${project} tests`, false, `vitest ended with ${code}`);
  if (report.numPendingTests > 0) console.log(`${report.numPendingTests} ${project} tests were skipped`);
}

/** Processes that this run's tests started and that still live. */
function leftRunning(): { pid: number; command: string }[] {
  const left: { pid: number; command: string }[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      if (!environment.includes(`TEST_RUN_ID=${runId}`)) continue;
      left.push({ pid, command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() });
    } catch {
      // Another user's, or ended in between.
    }
  }
  return left;
}

async function checkLeftovers(): Promise<void> {
  if (process.platform !== "linux") return;
  const deadline = Date.now() + leftoverGraceMs;
  // Not our children, so the system sends no event of their end.
  while (leftRunning().length > 0 && Date.now() < deadline) await sleep(100);
  const left = leftRunning();
  for (const { pid } of left) process.kill(pid, "SIGKILL");
  const names = left.map(({ pid, command }) => `${pid} ${command.slice(0, 200)}`);
  count("no process is left running", left.length === 0, names.join("; "));
}

const folder = mkdtempSync(join(tmpdir(), "skillstream-test-"));
try {
  if (process.argv.includes("--long")) {
    for (const check of longTests) count(check.name, (await run(check, "inherit")) === 0);
  } else {
    await Promise.all(
      staticChecks.map(async (check) => count(check.name, (await run(check, "gather")) === 0)),
    );
    await runVitest("unit", folder);
    await runVitest("system", folder);
  }
  await checkLeftovers();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
