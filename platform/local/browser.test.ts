import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "browser-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `
  const { startBrowser } = await import(${JSON.stringify(join(import.meta.dirname, "browser.ts"))});
  const browser = await startBrowser();
  process.stdout.write(await browser.version());
  await browser.close();`;
const stays = program.replace("await browser.close();", "");

/** A process whose folder for temporary files is this test's own. */
function start(text = program) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", text], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => (said += chunk));
  child.stderr.on("data", (chunk) => (said += chunk));
  return { child, ended: once(child, "close").then(() => said) };
}

const profiles = () => readdirSync(folder).filter((name) => name.startsWith("skillstream-profile-"));

test("unpacked by two at once, one of them killed in the middle, it starts; another's folder is refused", async () => {
  const killed = start();
  while (!readdirSync(folder).some((name) => readdirSync(join(folder, name)).includes("chromium"))) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  killed.child.kill("SIGKILL");
  await killed.ended;
  const [one, other] = [start(), start()];
  expect(await Promise.all([one.ended, other.ended])).toEqual([
    expect.stringMatching(/Chrome\/\d/),
    expect.stringMatching(/Chrome\/\d/),
  ]);
  const unpacked = readdirSync(folder).find((name) => /^skillstream-chromium-[\d.]+-\d+$/.test(name)) ?? "";
  chmodSync(join(folder, unpacked), 0o777);
  expect(await start().ended).toContain("belongs to somebody else");
  chmodSync(join(folder, unpacked), 0o700);
}, 120_000);

test("what it kept on the disk goes with it, and what a killed process left with the next one", async () => {
  await start().ended;
  expect(profiles()).toEqual([]);
  const killed = start(stays);
  await once(killed.child.stdout, "data");
  killed.child.kill("SIGKILL");
  await killed.ended;
  expect(profiles()).toHaveLength(1);
  await start().ended;
  expect(profiles()).toEqual([]);
}, 120_000);
