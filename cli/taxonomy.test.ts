import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { skillstream } from "./skillstream.fixture.ts";

const run = (...args: string[]) => skillstream(["taxonomy", ...args]);

function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), "skillstream-"));
  cpSync(fileURLToPath(new URL("../schemas/taxonomy", import.meta.url)), folder, { recursive: true });
  return folder;
}
/** Six processes in a row, each of which reads the whole taxonomy, on a machine that may be busy. */
const processesTimeoutMs = 180_000;
const text = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");

describe("skillstream taxonomy", () => {
  test("counts a sound taxonomy", async () => {
    const { code, out, err } = await run("check");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const counts = JSON.parse(out) as { skills: number };
    expect(counts).toMatchObject({ problems: 0, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(counts.skills).toBeGreaterThan(3_000);
  });

  test("names what is wrong in a folder, with file and line, and ends with 1", async () => {
    const folder = copy();
    writeFileSync(join(folder, "group.txt"), "nothing\n");
    const { code, out, err } = await run("check", "--folder", folder);
    expect(code).toBe(1);
    expect(JSON.parse(out).problems).toBeGreaterThan(0);
    expect(err).toMatch(/^technology\.txt:\d+: its section \[programming language\]/m);
  });

  test(
    "adds, merges and removes, each with a version of its own, and the result passes the check",
    async () => {
      const folder = copy();
      const version = text(folder, "version").trim();
      const patch = Number(version.split(".")[2]);
      const at = ["--folder", folder];
      const added = await run(
        "add",
        "quokkadb",
        "--kind",
        "technology",
        "--broader",
        "database",
        "--alias",
        "quokka db",
        ...at,
      );
      expect([added.code, added.err]).toEqual([0, expect.stringMatching(/Changed technology, version/)]);
      expect(text(folder, "technology.txt")).toMatch(/^quokkadb = quokka db$/m);
      await run("add", "quokka database", "--kind", "technology", "--broader", "database", ...at);
      expect((await run("merge", "quokka database", "quokkadb", ...at)).code).toBe(0);
      expect(text(folder, "technology.txt")).toMatch(/^quokkadb = quokka db, quokka database$/m);
      expect((await run("remove", "quokka things", ...at)).code).toBe(0);
      expect(text(folder, "removed.txt")).toMatch(/, quokka things$/m);
      expect(text(folder, "version").trim()).toBe(version.replace(/\d+$/, String(patch + 4)));
      expect((await run("check", ...at)).code).toBe(0);
    },
    processesTimeoutMs,
  );

  test("refuses a change that would not pass, and leaves every file as it was", async () => {
    const folder = copy();
    const before = text(folder, "technology.txt");
    const { code, err } = await run(
      "add",
      "snake",
      "--kind",
      "technology",
      "--broader",
      "database",
      "--alias",
      "python",
      "--folder",
      folder,
    );
    expect([code, err]).toEqual([1, expect.stringMatching(/python[\s\S]*Nothing was changed/)]);
    expect(text(folder, "technology.txt")).toBe(before);
    const gone = await run("merge", "no such skill", "python", "--folder", folder);
    expect([gone.code, gone.err]).toEqual([1, expect.stringMatching(/there is no skill "no such skill"/)]);
  });

  test.each([
    [[], /check, add, merge, remove or emerging/],
    [["add", "zig"], /--kind takes one of/],
    [["add", "zig", "--kind", "technology"], /--broader names/],
    [["merge", "zig"], /two names/],
    [["emerging", "--days", "soon"], /--days takes a number/],
  ])("refuses %j with 2", async (args, message) => {
    const { code, err } = await run(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });
});
