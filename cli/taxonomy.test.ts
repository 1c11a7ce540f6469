import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { command } from "./taxonomy.ts";

afterEach(() => vi.restoreAllMocks());

async function run(...args: string[]) {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const code = await command.run(args);
  return { code, out: out.mock.calls.join(""), err: err.mock.calls.join("") };
}

describe("skillstream taxonomy", () => {
  test("counts a sound taxonomy", async () => {
    const { code, out, err } = await run("check");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject({ problems: 0, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  test("names what is wrong in a folder, with file and line, and ends with 1", async () => {
    const folder = mkdtempSync(join(tmpdir(), "skillstream-"));
    cpSync(fileURLToPath(new URL("../schemas/taxonomy", import.meta.url)), folder, { recursive: true });
    writeFileSync(join(folder, "group.txt"), "nothing\n");
    const { code, out, err } = await run("check", folder);
    expect(code).toBe(1);
    expect(JSON.parse(out).problems).toBeGreaterThan(0);
    expect(err).toMatch(/^technology\.txt:\d+: its section \[programming language\]/m);
  });

  test("says what comes later", async () => {
    await expect(command.run(["add", "zig"])).rejects.toThrow(/taxonomy add is not there yet/);
    await expect(command.run([])).rejects.toThrow(/taxonomy takes: check/);
  });
});
