import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountBook } from "@skillstream/scrape/fetch/accounts.ts";
import { type Source, usual } from "@skillstream/scrape/source.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { accountsCommand } from "./accounts.ts";
import { readCookies } from "./given-cookies.ts";

const nothing = { result: "empty", reason: "nothing" } as const;
const board = (name: string, form: boolean): Source => ({
  ...usual,
  name,
  site: "board",
  doc: "A made-up board",
  terms: "Its terms forbid robots.",
  login: {
    cookies: ["sid"],
    headers: () => ({}),
    trouble: () => undefined,
    form: form ? { path: "/login", user: "#user", password: "#password", submit: "button" } : null,
  },
  plan: () => [{ url: "https://jobs.board.example/list" }],
  list: () => nothing,
  parse: () => nothing,
});
const command = accountsCommand(() => [
  board("board", false),
  board("board-browser", true),
  { ...board("open", false), login: null },
]);

let home: string;
const secret = "a secret of some length";

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "accounts-cli-"));
  vi.stubEnv("SKILLSTREAM_HOME", home);
  vi.stubEnv("SKILLSTREAM_SECRET", secret);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const code = await command.run(args);
  const lines = out.mock.calls.map(([line]) => JSON.parse(String(line)));
  const words = err.mock.calls.map(([line]) => String(line)).join("");
  vi.restoreAllMocks();
  return { code, lines, words };
}

function file(text: string): string {
  const path = join(home, "given");
  mkdirSync(home, { recursive: true });
  writeFileSync(path, text);
  return path;
}

function stored(source = "board") {
  using book = new AccountBook({ folder: join(home, "scrape", "accounts"), secret });
  return book.take({ name: source, login: null });
}

const value = "value-nobody-may-see";

describe("skillstream accounts", () => {
  test("adds, lists, sets anew and removes an account, and never shows its cookies", async () => {
    const added = await run(
      "add",
      "board",
      "ada",
      "--cookies",
      file(`sid=${value}; lang=en`),
      "--budget",
      "7",
    );
    expect(added.lines).toEqual([
      {
        source: "board",
        account: "ada",
        state: "new",
        warning: null,
        used_today: 0,
        budget_a_day: 7,
        added_at: expect.stringMatching(/^20\d\d-/),
      },
    ]);
    expect(added.words).toContain("What the site's terms mean: Its terms forbid robots.\n");
    expect(added.words).toContain("once SKILLSTREAM_LOGINS names board");
    expect(stored()).toMatchObject({
      cookies: new Map([
        ["sid", value],
        ["lang", "en"],
      ]),
    });

    vi.stubEnv("SKILLSTREAM_LOGINS", "board");
    const anew = await run("add", "board", "ada", "--cookies", file("sid=another"));
    expect(anew.words).toMatch(/already had account ada, which is set anew/);
    expect(anew.words).not.toContain("SKILLSTREAM_LOGINS");
    const { lines } = await run();
    expect(lines).toMatchObject([{ source: "board", account: "ada", used_today: 1, budget_a_day: 7 }]);
    expect(JSON.stringify([added, anew, lines])).not.toMatch(/value-nobody|another/);

    expect((await run("remove", "board", "ada")).code).toBe(0);
    expect((await run("list")).lines).toEqual([]);
    await expect(run("remove", "board", "ada")).rejects.toThrow("board has no account ada");
  });

  test("takes a name and a password where the source has a form, and only there", async () => {
    const login = file(JSON.stringify({ user: "ada", password: value }));
    const { lines, words } = await run("add", "board-browser", "ada", "--login", login);
    expect(JSON.stringify(lines) + words).not.toContain(value);
    expect(stored("board-browser")).toMatchObject({ credentials: { user: "ada", password: value } });
    await expect(run("add", "board", "ada", "--login", login)).rejects.toThrow(/logs in by cookies/);
    await expect(run("add", "board-browser", "x", "--login", file(`{"user": "${value}"`))).rejects.toThrow(
      /^what was given is not whole JSON$/,
    );
    await expect(run("add", "board-browser", "x", "--login", file(`{"user": "a"}`))).rejects.toThrow(
      /JSON with both texts/,
    );
  });

  test("says what is missing, what is over, and what is no export at all, without quoting it", async () => {
    const old = JSON.stringify([{ name: "sid", value, expirationDate: 1_600_000_000 }]);
    for (const [text, words] of [
      [`other=${value}`, /there is no cookie sid, without which board has no session/],
      [old, /the cookie sid ended on 2020-09-13/],
      [`[{"name": "sid", "value": "${value}"`, /not whole JSON/],
      [`just words ${value}`, /no cookies could be read/],
      [
        JSON.stringify([{ name: "sid", value, domain: ".elsewhere.example" }]),
        /none goes to jobs\.board\.example/,
      ],
    ] as const) {
      const failed = run("add", "board", "ada", "--cookies", file(text));
      await expect(failed).rejects.toThrow(words);
      await expect(failed).rejects.not.toThrow(value);
    }
    expect(stored()).toMatchObject({ cause: "no account" });
  });

  test("a wrong call says what would be right", async () => {
    for (const [args, words] of [
      [["add"], /takes a source.*those that log in are board, board-browser/],
      [["add", "bord", "ada"], /did you mean board\?/],
      [["add", "open", "ada"], /open reads without a login/],
      [["add", "board"], /takes a source and a name/],
      [["add", "board", "ada"], /either --cookies FILE or --login FILE/],
      [["add", "board", "ada", "--cookies", "-", "--login", "-"], /either/],
      [["add", "board", "ada", "--cookies", "-", "--budget", "0"], /--budget takes a number/],
      [["forget", "board", "ada"], /list, add or remove/],
    ] as const) {
      await expect(run(...args)).rejects.toThrow(words);
    }
  });

  test("another secret than the one of before is told, and nothing is readable in the folder", async () => {
    await run("add", "board", "ada", "--cookies", file(`sid=${value}`));
    rmSync(join(home, "given"));
    const folder = join(home, "scrape", "accounts");
    for (const name of readdirSync(folder))
      expect(readFileSync(join(folder, name), "latin1")).not.toContain(value);
    vi.stubEnv("SKILLSTREAM_SECRET", "quite another secret");
    await expect(run()).rejects.toThrow(/SKILLSTREAM_SECRET is not the one/);
  });
});

describe("cookies as people have them", () => {
  const end = 1_900_000_000;
  const both = [
    { name: "sid", value: `"ajax:1=2"`, expiresAt: end * 1000 },
    { name: "lang", value: "", expiresAt: null },
  ];

  test("a cookies.txt, with comments, HttpOnly lines and other sites", () => {
    const text = [
      "# Netscape HTTP Cookie File",
      "",
      `#HttpOnly_.board.example\tTRUE\t/\tTRUE\t${end}\tsid\t"ajax:1=2"`,
      "jobs.board.example\tFALSE\t/\tFALSE\t0\tlang\t",
      "x.jobs.board.example\tFALSE\t/\tFALSE\t0\tdeeper\t1",
      "notboard.example\tFALSE\t/\tFALSE\t0\tsid\tstolen",
    ].join("\r\n");
    expect(readCookies(text, "jobs.board.example")).toEqual(both);
  });

  test("the JSON of extensions and of browser drivers", () => {
    const list = [
      { name: "sid", value: `"ajax:1=2"`, domain: ".board.example", expirationDate: end, httpOnly: true },
      { name: "lang", value: "", domain: "jobs.board.example", session: true, expires: -1 },
      { name: "evil", value: "a\r\nSet-Cookie: b=c", domain: ".board.example" },
      { name: 7 },
      null,
    ];
    expect(readCookies(JSON.stringify(list), "jobs.board.example")).toEqual(both);
    expect(readCookies(`\uFEFF${JSON.stringify({ cookies: list })}`, "jobs.board.example")).toEqual(both);
  });

  test("a Cookie header line", () => {
    expect(readCookies(`Cookie: sid="ajax:1=2"; lang=; bad`, "jobs.board.example")).toEqual(
      both.map((one) => ({ ...one, expiresAt: null })),
    );
  });
});
