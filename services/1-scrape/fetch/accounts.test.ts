import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Login, Reply } from "../source.ts";
import { type Account, AccountBook, type AccountBookOptions, type GivenCookie } from "./accounts.ts";

const login: Login = {
  cookies: ["sid"],
  headers: () => ({}),
  trouble: ({ url, text }) =>
    text.includes("banned") ? "banned account" : url.endsWith("/login") ? "not logged in" : undefined,
  form: null,
};
const board = { name: "board", login };
const dayMs = 24 * 60 * 60 * 1000;
const secret = "a secret of some length";

const well: Reply = { status: 200, url: "http://board.example/jobs", text: "jobs" };
const wall: Reply = { status: 200, url: "http://board.example/login", text: "log in" };
const ban: Reply = { status: 200, url: "http://board.example/jobs", text: "you are banned" };

let folder: string;
let now: number;
const open: Disposable[] = [];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "accounts-")), "accounts");
  now = Date.UTC(2026, 5, 1, 12);
});

afterEach(() => {
  for (const one of open.splice(0)) one[Symbol.dispose]();
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

function book(options: Partial<AccountBookOptions> = {}): AccountBook {
  const one = new AccountBook({ folder, secret, now: () => now, ...options });
  open.push(one);
  return one;
}

const sid = (value: string, expiresAt: number | null = null): GivenCookie[] => [
  { name: "sid", value, expiresAt },
  { name: "lang", value: "en", expiresAt: null },
];

function three(budget?: number): AccountBook {
  const one = book();
  for (const name of ["ada", "bea", "cy"]) one.add(board, name, { cookies: sid(`of-${name}`), budget });
  return one;
}

function taken(accounts: AccountBook): Account {
  const one = accounts.take(board);
  if (!("name" in one)) throw new Error(`${one.cause}: ${one.reason}`);
  return one;
}

describe("rotation", () => {
  test("three accounts take turns, the one that has rested longest first, also after a restart", () => {
    const first = three();
    expect([1, 2, 3, 4].map(() => taken(first).name)).toEqual(["ada", "bea", "cy", "ada"]);
    const second = book();
    expect([1, 2, 3].map(() => taken(second).name)).toEqual(["bea", "cy", "ada"]);
    expect(taken(second).cookies).toEqual(
      new Map([
        ["sid", "of-bea"],
        ["lang", "en"],
      ]),
    );
  });

  test("each has its own budget of a UTC day, which a restart does not renew", () => {
    const first = three(2);
    first.add(board, "cy", { cookies: sid("of-cy"), budget: 3 });
    const names = Array.from({ length: 7 }, () => taken(first).name);
    expect(names.sort()).toEqual(["ada", "ada", "bea", "bea", "cy", "cy", "cy"]);
    const second = book();
    expect(second.take(board)).toMatchObject({
      cause: "too many requests",
      reason: expect.stringContaining("it goes on at 2026-06-02T00:00:00.000Z"),
    });
    expect(second.report("board").map(({ used_today }) => used_today)).toEqual([2, 2, 3]);
    now = Date.UTC(2026, 5, 2, 0, 0, 1);
    expect(taken(second).name).toBeDefined();
    expect(second.report("board").reduce((sum, { used_today }) => sum + used_today, 0)).toBe(1);
  });

  test("without an account the command that adds one is told", () => {
    expect(book().take(board)).toEqual({
      cause: "no account",
      reason: "board was given no account: skillstream accounts add board NAME --cookies FILE",
    });
  });

  test("accounts of one source are never used for another", () => {
    const accounts = three();
    expect(accounts.take({ ...board, name: "other" })).toMatchObject({ cause: "no account" });
  });
});

describe("retirement", () => {
  test("who never got through has a wrong cookie, who did an expired session, and a ban is a ban", () => {
    const accounts = three();
    const [ada, bea, cy] = [taken(accounts), taken(accounts), taken(accounts)];
    expect(accounts.judge(board, ada, wall, [])).toMatchObject({ cause: "wrong cookie" });
    expect(accounts.judge(board, bea, well, [])).toBeUndefined();
    expect(accounts.judge(board, bea, wall, [])).toMatchObject({ cause: "expired session" });
    expect(taken(accounts).name).toBe("cy");
    now += 1000;
    expect(accounts.judge(board, cy, ban, [])).toMatchObject({ cause: "banned account" });
    expect(accounts.report("board").map(({ state }) => state)).toEqual([
      "wrong cookie",
      "expired session",
      "banned account",
    ]);
    expect(accounts.take(board)).toMatchObject({
      cause: "banned account",
      reason: expect.stringContaining("has banned account cy"),
    });
  });

  test("it lasts over restarts until the account is set anew", () => {
    const first = three();
    first.remove("board", "bea");
    first.remove("board", "cy");
    first.judge(board, taken(first), wall, []);
    const second = book();
    expect(second.take(board)).toMatchObject({ cause: "wrong cookie" });
    expect(second.add(board, "ada", { cookies: sid("new") })).toBe(false);
    expect(taken(second).cookies.get("sid")).toBe("new");
    expect(second.report("board")[0]).toMatchObject({ state: "new", warning: null, used_today: 2 });
  });

  test("a reply to the cookies of before says nothing of those that were set since", () => {
    const scraper = three();
    const commandLine = book();
    const old = taken(scraper);
    commandLine.add(board, "ada", { cookies: sid("new") });
    expect(scraper.judge(board, old, wall, [])).toMatchObject({ cause: "wrong cookie" });
    expect(scraper.report("board")[0]?.state).toBe("new");
    expect(scraper.judge(board, old, well, ["sid=older"])).toBeUndefined();
    expect(
      [taken(scraper), taken(scraper), taken(scraper)].map(({ cookies }) => cookies.get("sid")),
    ).toContain("new");
  });

  test("what the command line changes holds at once in a scraper that runs", () => {
    const scraper = book();
    expect(scraper.take(board)).toMatchObject({ cause: "no account" });
    const commandLine = book();
    commandLine.add(board, "ada", { cookies: sid("of-ada") });
    expect(taken(scraper).name).toBe("ada");
    expect(commandLine.remove("board", "ada")).toBe(true);
    expect(commandLine.remove("board", "ada")).toBe(false);
    expect(scraper.take(board)).toMatchObject({ cause: "no account" });
  });
});

describe("cookies that the site sets", () => {
  const values = (accounts: AccountBook) => Object.fromEntries(taken(accounts).cookies);

  test("are kept where the account has them or the login needs them, and all others are not", () => {
    const accounts = book();
    accounts.add(board, "ada", { credentials: { user: "ada", password: "pass of ada" } });
    const first = taken(accounts);
    expect(first).toMatchObject({ credentials: { user: "ada", password: "pass of ada" } });
    accounts.judge(board, first, well, ["sid=fresh; Path=/; HttpOnly", "tracker=1; Path=/"]);
    expect(values(accounts)).toEqual({ sid: "fresh" });
    expect(values(book())).toEqual({ sid: "fresh" });
  });

  test("are removed where the site takes them back", () => {
    const accounts = book();
    accounts.add(board, "ada", { cookies: sid("1") });
    accounts.judge(board, taken(accounts), well, [
      "lang=x; Max-Age=0",
      "sid=2; Expires=Wed, 01-Jul-2026 00:00:00 GMT",
    ]);
    expect(values(accounts)).toEqual({ sid: "2" });
  });

  test("are not taken from another host, nor from a wall", () => {
    const accounts = book();
    accounts.add(board, "ada", { cookies: sid("1") });
    const account = taken(accounts);
    accounts.judge(board, account, well, []);
    accounts.judge(board, account, { ...well, url: "http://elsewhere.example/jobs" }, ["sid=stolen"]);
    expect(values(accounts).sid).toBe("1");
    accounts.judge(board, account, wall, ["sid=deleted"]);
    accounts.judge(board, account, well, [`sid=${"x".repeat(9000)}`, "sid=a\nb", "=", "sid"]);
    expect(accounts.report("board")[0]?.state).toBe("expired session");
  });
});

describe("warnings", () => {
  test("cookies older than 90 days, and those that end within a week", () => {
    const accounts = book();
    accounts.add(board, "ada", { cookies: sid("1") });
    accounts.add(board, "bea", { cookies: sid("2", now + 80 * dayMs) });
    const warnings = () => accounts.report("board").map(({ warning }) => warning);
    expect(warnings()).toEqual([null, null]);
    accounts.add(board, "cy", { credentials: { user: "cy", password: "of cy" } });
    for (let at = 0; at < 3; at++) accounts.judge(board, taken(accounts), well, ["sid=3; Max-Age=7000000"]);
    accounts.add(board, "ada", { cookies: sid("1") });
    accounts.add(board, "bea", { cookies: sid("2", now + 80 * dayMs) });
    now += 74 * dayMs;
    // Who has a password gets new cookies without anybody's help.
    expect(warnings()).toEqual([null, expect.stringMatching(/end on 2026-08-20/), null]);
    now += 17 * dayMs;
    expect(warnings()[0]).toMatch(/older than 90 days \(of 2026-06-01\)/);
    accounts.judge(board, taken(accounts), well, ["sid=renewed; Max-Age=9999999"]);
    expect(warnings()[0]).toBeNull();
  });
});

describe("at rest", () => {
  const files = () => readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString("latin1"));

  test.each([
    ["a secret", secret],
    ["a key of its own", ""],
  ])("nothing of a cookie or password can be read, with %s", (_, used) => {
    const accounts = book({ secret: used });
    accounts.add(board, "ada", {
      cookies: sid("value-of-a-cookie"),
      credentials: { user: "ada", password: "a-password" },
    });
    accounts.judge(board, taken(accounts), well, ["sid=another-value"]);
    for (const text of files()) expect(text).not.toMatch(/value-of-a-cookie|a-password|another-value/);
    if (process.platform !== "win32") {
      for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    }
    expect(taken(book({ secret: used })).cookies.get("sid")).toBe("another-value");
  });

  test("a wrong secret is told with the setting's name, and changes nothing", () => {
    three();
    expect(() => book({ secret: "quite another secret" })).toThrow(
      /^SKILLSTREAM_SECRET is not the one with which the accounts in .* were encrypted/,
    );
    expect(() => book({ secret: "" })).toThrow(/encrypted with SKILLSTREAM_SECRET, which is not set/);
    expect(taken(book()).name).toBe("ada");
  });

  test("accounts of before the secret was set are not silently lost", () => {
    book({ secret: "" }).add(board, "ada", { cookies: sid("1") });
    expect(() => book()).toThrow(/encrypted before SKILLSTREAM_SECRET was set: leave it unset/);
  });

  test("a key file that is another, cut off, or open to all is told", () => {
    book({ secret: "" }).add(board, "ada", { cookies: sid("1") });
    const file = join(folder, "key");
    const key = readFileSync(file);
    writeFileSync(file, Buffer.alloc(32));
    expect(() => book({ secret: "" })).toThrow(/key is not the key of the accounts beside it/);
    writeFileSync(file, key.subarray(1));
    expect(() => book({ secret: "" })).toThrow(/is no key/);
    writeFileSync(file, key);
    chmodSync(file, 0o644);
    if (process.platform !== "win32") expect(() => book({ secret: "" })).toThrow(/chmod 600/);
  });

  test("an account that was changed from outside is retired, and the others go on", () => {
    const accounts = three();
    const database = new DatabaseSync(join(folder, "accounts.db"));
    // Bea's cookies in Ada's place would log in as Bea under Ada's budget.
    database.exec(
      "UPDATE accounts SET sealed = (SELECT sealed FROM accounts WHERE name = 'bea') WHERE name = 'ada'",
    );
    database.exec("UPDATE accounts SET sealed = x'00' WHERE name = 'cy'");
    database.close();
    expect([1, 2].map(() => taken(accounts).name)).toEqual(["bea", "bea"]);
    expect(accounts.report("board").map(({ state }) => state)).toEqual([
      "wrong cookie",
      "new",
      "wrong cookie",
    ]);
  });

  test("a file that is no database is told with the way out", () => {
    three()[Symbol.dispose]();
    open.length = 0;
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    writeFileSync(join(folder, "accounts.db"), "this is no database at all, but some text".repeat(100));
    expect(() => book()).toThrow(/can't be read .* add them anew/);
  });

  test("killed at any moment while it writes, it has each account whole and counts every request", async () => {
    const one = three(1_000_000);
    const program = `
      const { AccountBook } = await import(${JSON.stringify(join(import.meta.dirname, "accounts.ts"))});
      const book = new AccountBook({ folder: ${JSON.stringify(folder)}, secret: ${JSON.stringify(secret)} });
      const login = { cookies: ["sid"], headers: () => ({}), trouble: () => undefined, form: null };
      for (let at = 0; ; at++) {
        const account = book.take({ name: "board", login });
        process.stdout.write("taken\\n");
        book.judge({ name: "board", login }, account, { status: 200, url: "http://board.example/", text: "" },
          ["sid=of-" + account.name + "-" + "x".repeat(at % 3000)]);
      }`;
    let counted = 0;
    now = Date.now();
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let told = 0;
      child.stdout.on("data", (chunk: Buffer) => {
        told += chunk.toString().split("\n").length - 1;
        if (told > 40 + round * 7) child.kill("SIGKILL");
      });
      await once(child, "close");
      const used = one.report("board").reduce((sum, { used_today }) => sum + used_today, 0);
      // Written down before it was said; at most the last one was written and not said.
      expect(used - counted - told).toBeGreaterThanOrEqual(0);
      expect(used - counted - told).toBeLessThanOrEqual(1);
      counted = used;
      for (let again = 0; again < 3; again++, counted++) {
        const account = taken(one);
        expect(account.cookies.get("sid")).toMatch(new RegExp(`^of-${account.name}`));
      }
    }
  });
});
