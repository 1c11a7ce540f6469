// Owns the promise of `npm test` that its last line is the whole truth, on a small project that is whole and on
// one in which everything is wrong.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identify, isAlive } from "@skillstream/platform/local/stop.ts";
import { afterEach, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const projects: string[] = [];

afterEach(() => {
  for (const project of projects.splice(0)) rmSync(project, { recursive: true, force: true });
});

const whole = {
  "package.json": '{\n\t"type": "module"\n}\n',
  "tsconfig.json": '{ "compilerOptions": { "types": [] }, "include": ["schemas"] }\n',
  "schemas/generate.ts": "export {};\n",
  "vitest.config.ts": `export default { test: { projects: [
    { test: { name: "unit", include: ["unit/*.test.ts"] } },
    { test: { name: "system", include: ["test/*.test.ts"] } },
  ] } };\n`,
  "unit/one.test.ts": 'import { test } from "vitest";\ntest("one", () => {});\ntest("two", () => {});\n',
  "test/whole.test.ts": 'import { test } from "vitest";\ntest("three", () => {});\n',
  "biome.json": '{ "files": { "includes": ["package.json"] } }\n',
};

const testFile = (body: string) => `import { test } from "vitest";\ntest("it", () => { ${body} });\n`;

/** Runs the runner on the whole project with some files added or replaced. */
async function run(
  files: Record<string, string> = {},
): Promise<{ code: number; output: string; last: string }> {
  const project = mkdtempSync(join(tmpdir(), "runner-"));
  projects.push(project);
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  for (const [path, text] of Object.entries({ ...whole, ...files })) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  copyFileSync(join(import.meta.dirname, "run.ts"), join(project, "test/run.ts"));
  const { VITEST: _, ...environment } = process.env;
  const child = spawn(process.execPath, [join(project, "test/run.ts")], { env: environment });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, "close")) as [number];
  return { code, output, last: output.trimEnd().split("\n").at(-1) ?? "" };
}

test("all tests and checks that pass are counted, each check as one", async () => {
  const { code, last, output } = await run();
  expect(last, output).toBe("7 passed, 0 failed");
  expect(code).toBe(0);
});

test("each thing that is wrong counts as one that failed, and a process that is left running is ended", async () => {
  const { code, last, output } = await run({
    // Biome would form it otherwise.
    "package.json": '{"type":"module"}\n',
    "schemas/bad.ts": "export const one: number = 'one';\n",
    "schemas/generate.ts": "export {};\nthrow new Error('stale');\n",
    "unit/fails.test.ts": testFile('throw new Error("bad");'),
    "unit/does-not-load.test.ts": 'import "./nowhere.ts";\n',
    "unit/forgetful.test.ts": `import { spawn } from "node:child_process";\n${testFile(
      'spawn("sleep", ["1234"], { detached: true, stdio: "ignore" }).unref();',
    )}`,
    // No test fails by it, so only the exit code tells.
    "test/error-outside.test.ts": testFile('void Promise.reject(new Error("nobody waits"));'),
  });
  for (const wrong of [
    "biome check",
    "tsc",
    "generated types",
    ".*unit/does-not-load.test.ts",
    "system tests",
  ]) {
    expect(output).toMatch(new RegExp(`^FAILED {2}${wrong}`, "m"));
  }
  const linux = process.platform === "linux";
  // What passed are the tests of the whole project, the forgetful one and the one that waits for no error.
  expect(last, output).toBe(`5 passed, ${linux ? 7 : 6} failed`);
  expect(code).toBe(1);
  if (!linux) return;
  const pid = Number(/^FAILED {2}no process is left running: (\d+) sleep 1234/m.exec(output)?.[1]);
  expect(pid).toBeGreaterThan(0);
  // Killed by the runner, which was not its parent; whoever became it takes note in his own time.
  while (isAlive(identify(pid))) await sleep(10);
});
