// Owns how `skillstream` is called: exit codes, what goes to which stream, and the words for a wrong call.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "./commands.ts";

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "skillstream-cli-"));
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function skillstream(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "main.ts"), ...args],
    { encoding: "utf8", env: { PATH: process.env.PATH, SKILLSTREAM_HOME: home, ...environment } },
  );
  return { code: status, out: stdout, words: stderr };
}

describe("help", () => {
  test("--help lists every command on standard output", () => {
    const { code, out, words } = skillstream(["--help"]);
    expect(code).toBe(0);
    expect(words).toBe("");
    for (const { name, summary } of commands)
      expect(out).toMatch(new RegExp(`^ {2}${name} +${summary}$`, "m"));
  });

  test("without a command the same is said on standard error, as a wrong call", () => {
    const { code, out, words } = skillstream([]);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(words).toMatch(/^Usage: skillstream COMMAND/);
  });

  test.each(
    commands.filter((command) => "load" in command).map((command) => [command.name, command] as const),
  )("%s explains itself, and the list says the same of it", async (name, listed) => {
    const { command } = await listed.load();
    expect(command.name).toBe(name);
    expect(command.summary).toBe(listed.summary);
    expect(command.usage.split("\n")[0]).toMatch(new RegExp(`^Usage: skillstream ${name}\\b`));
  });

  test("COMMAND --help prints its usage and runs nothing", () => {
    const { code, out, words } = skillstream(["up", "--sources", "demo", "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: skillstream up/);
    expect(words).toBe("");
  });
});

describe("a wrong call ends with 2 and says what would be right", () => {
  test("an unknown command, with the nearest one", () => {
    const { code, out, words } = skillstream(["leger"]);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(words).toContain('no command "leger"; did you mean ledger?');
  });

  test("an unknown option", () => {
    const { code, words } = skillstream(["ledger", "--colour"]);
    expect(code).toBe(2);
    expect(words).toMatch(/Unknown option '--colour'.*\nskillstream ledger --help/);
  });

  test("an argument too many", () => {
    const { code, words } = skillstream(["status", "everything"]);
    expect(code).toBe(2);
    expect(words).toMatch(/everything/);
  });

  test("a command that is not there yet, in one sentence", () => {
    const { code, out, words } = skillstream(["replay"]);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(words).toMatch(/^skillstream replay is not there yet; .*\.\n$/);
  });

  test("settings, all problems at once, before anything starts", () => {
    const { code, words } = skillstream(["up"], { PORT: "x", LOG_LEVEL: "loud", SKILLSTREAM_HOM: "y" });
    expect(code).toBe(2);
    expect(words.trim().split("\n")).toHaveLength(3);
    for (const variable of ["PORT", "LOG_LEVEL", "SKILLSTREAM_HOM"]) expect(words).toContain(variable);
  });
});

describe("what fails ends with 1 and one message", () => {
  test.each(["ledger", "status"])("%s where nothing runs says how to start it", (name) => {
    const { code, out, words } = skillstream([name]);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(words).toBe(
      `nothing runs on the data folder ${home}: start it with npm start, or name another folder with SKILLSTREAM_HOME\n`,
    );
  });

  test("up with its page's port taken says which setting chooses another, and leaves nothing behind", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, words } = skillstream(["up"], { PORT: String(port) });
    expect(code).toBe(1);
    expect(words).toBe(`port ${port} is taken; set PORT to choose another\n`);
    expect(skillstream(["status"]).words).toContain("nothing runs");
    other.close();
  });

  test("up on a folder that can't be used names the folder and the setting", () => {
    const { code, words } = skillstream(["up"], { SKILLSTREAM_HOME: join(import.meta.dirname, "main.ts") });
    expect(code).toBe(1);
    expect(words).toMatch(/main\.ts can't be read and written.*SKILLSTREAM_HOME/);
  });
});
