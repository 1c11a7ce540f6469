import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LoginSite, loginSite } from "../../../test/replicas/login.ts";
import { madeUp } from "../../../test/replicas/postings.ts";
import { type Replica, startReplica } from "../../../test/replicas/site.ts";
import { AccountBook } from "./accounts.ts";
import { createBrowsing } from "./browser.ts";
import { createFetcher, type Fetcher } from "./fetcher.ts";

let scope: AsyncDisposableStack;
let replica: Replica;
let site: LoginSite;
let book: AccountBook;

beforeEach(async () => {
  scope = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "members-"));
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  site = loginSite(madeUp(12), new Map([["dan", "pass of dan"]]));
  replica = scope.use(await startReplica(site.answer));
  book = scope.use(new AccountBook({ folder, secret: "" }));
});

afterEach(() => scope.disposeAsync());

function fetcher(logins: string[] = ["board"]): Fetcher {
  const allowedAddresses = [replica.host];
  const browser = scope.use(createBrowsing({ userAgent: "Skillstream/0.1 (tests)", allowedAddresses }));
  return scope.use(createFetcher({ allowedAddresses, accounts: book, browser, logins, backoffMs: 5 }));
}

const board = (via: "http" | "browser") => ({
  name: "board",
  delayMs: 20,
  requestsAtOnceMax: 1,
  via,
  login: site.login,
});

const sid = (value: string) => ({ cookies: [{ name: "sid", value, expiresAt: null }] });

/** A wrong cookie, a session that has ended, a banned one; in the order in which they are used. */
function three(): void {
  const ada = { name: "board", login: site.login };
  book.add(ada, "ada", sid("wrong"));
  book.add(ada, "bea", sid(site.session("bea")));
  book.add(ada, "cy", sid(site.session("cy")));
  site.banned.add("cy");
}

describe.each(["http", "browser"] as const)("three members over %s", (via) => {
  const states = () => book.report("board").map(({ state }) => state);

  test("whose sessions go wrong one by one are named as such, and the next one goes on", async () => {
    three();
    const one = fetcher();
    const get = () => one.fetch({ url: `${replica.url}/jobs`, source: board(via) });
    // Ada's cookie is wrong, Bea gets through.
    expect(await get()).toMatchObject({ kind: "page" });
    expect(states()).toEqual(["wrong cookie", "ok", "new"]);
    site.sessions.clear();
    site.sessions.set("of-cy", "cy");
    book.add({ name: "board", login: site.login }, "cy", sid("of-cy"));
    const last = await get();
    expect(states()).toEqual(["wrong cookie", "expired session", "banned account"]);
    expect(last).toMatchObject({ kind: "blocked", cause: expect.stringMatching(/account|session/) });
    const asked = replica.log.length;
    expect(await get()).toMatchObject({ kind: "blocked" });
    expect(replica.log.length).toBe(asked);
    expect(JSON.stringify([last, book.report("board")])).not.toMatch(/of-cy|wrong"/);
  });
});

test("a member's name and password do nothing until the operator switches the login on", async () => {
  const member = { credentials: { user: "dan", password: "pass of dan" } };
  book.add({ name: "board", login: site.login }, "dan", member);
  const off = await fetcher([]).fetch({ url: `${replica.url}/jobs`, source: board("browser") });
  expect(off).toMatchObject({ kind: "blocked", cause: "switched off" });
  expect(replica.log).toEqual([]);
  const on = await fetcher().fetch({ url: `${replica.url}/jobs`, source: board("browser") });
  expect(on).toMatchObject({ kind: "page", page: { body: expect.any(Buffer) } });
  expect(on.kind === "page" && on.page.body.toString().match(/<li /g)).toHaveLength(12);
  expect(book.report("board")).toMatchObject([{ account: "dan", state: "ok", used_today: 1 }]);
});
