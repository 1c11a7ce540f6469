// Owns the accounts with which sources log in: their cookies or passwords, encrypted at rest, which is used
// next, and when one is retired. Promises that each keeps within its own budget of requests a UTC day over
// restarts, that what the command line changes holds at once in a scraper that runs, and that one whose session
// is over is left alone until it is set anew. Refuses to put a cookie, a password or a key into any message.
import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { messageOf } from "@skillstream/platform/errors.ts";
import type { AccountReport } from "../report.ts";
import type { Cause, Reply, Source } from "../source.ts";
import { type SetCookie, setCookieOf } from "./set-cookie.ts";
import { keyOfFile, keyOfSecret, type Vault, vaultOf } from "./vault.ts";

export interface Credentials {
  user: string;
  password: string;
}

export interface Account {
  name: string;
  cookies: ReadonlyMap<string, string>;
  /** Where it was given a name and a password: a browser logs in by them when there is no session. */
  credentials?: Credentials | undefined;
}

/** `trouble` is asked, and `cookies` and `form` are looked at. */
export type WithLogin = Pick<Source, "name" | "login">;

export interface Accounts extends Disposable {
  /** The one that has rested longest and has budget left today; why there is none otherwise. */
  take(source: WithLogin): Account | { cause: Cause; reason: string };
  /**
   * Judges the session by a reply, remembers it, keeps new cookies, and retires the account where it is over.
   * undefined: all is well. Who never got through has a wrong cookie, who did once an expired session.
   */
  judge(
    source: WithLogin,
    account: Account,
    reply: Reply,
    setCookies: readonly string[],
  ): { cause: Cause; reason: string } | undefined;
  report(sourceName: string): AccountReport[];
}

export interface GivenCookie {
  name: string;
  value: string;
  /** Milliseconds since 1970; null where it is not known or ends with the session. */
  expiresAt: number | null;
}

export interface AccountBookOptions {
  /** The folder `scrape/accounts` of the data folder. */
  folder: string;
  /** SKILLSTREAM_SECRET; "" where there is none. */
  secret: string;
  now?: () => number;
}

/** A person who looks for work reads about as much in a day. */
export const budgetADayDefault = 300;
const dayMs = 24 * 60 * 60 * 1000;
const cookieAgeMaxMs = 90 * dayMs;
const expirySoonMs = 7 * dayMs;
/** A site may set many; these are all that an account keeps. */
const cookiesMax = 100;
const nameAllowed = /^[\w.@+-]{1,64}$/;
const proofText = "the accounts of skillstream";

const schema = `
CREATE TABLE IF NOT EXISTS key (
  one INTEGER PRIMARY KEY CHECK (one = 1), made_of TEXT NOT NULL, salt BLOB NOT NULL, proof BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS accounts (
  source TEXT NOT NULL, name TEXT NOT NULL, sealed BLOB NOT NULL, version INTEGER NOT NULL,
  logs_in INTEGER NOT NULL, added_at INTEGER NOT NULL, cookies_at INTEGER, expires_at INTEGER, host TEXT,
  budget INTEGER NOT NULL, day INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0,
  turn INTEGER NOT NULL DEFAULT 0, well INTEGER NOT NULL DEFAULT 0, retired TEXT, retired_at INTEGER,
  PRIMARY KEY (source, name)
) WITHOUT ROWID;
`;

type Retired = "wrong cookie" | "expired session" | "banned account";

interface Row {
  source: string;
  name: string;
  sealed: Uint8Array;
  /** Rises whenever a person sets it anew; a reply to an older one says nothing of this one. */
  version: number;
  /** It has a name and a password, and gets new cookies by itself. */
  logs_in: number;
  added_at: number;
  /** Since when it has the oldest of the cookies that it needs. */
  cookies_at: number | null;
  /** When the first of them ends, where that is known. */
  expires_at: number | null;
  /** Which host its cookies go to, once a reply was well. */
  host: string | null;
  budget: number;
  /** Days since 1970, in UTC, of which `used` counts. */
  day: number;
  used: number;
  /** The higher, the later it was used. */
  turn: number;
  /** It got through since it was set. */
  well: number;
  retired: Retired | null;
  retired_at: number | null;
}

interface Kept extends GivenCookie {
  setAt: number;
}

interface Secrets {
  cookies: Kept[];
  credentials: Credentials | null;
}

export class AccountBook implements Accounts {
  readonly #file: string;
  readonly #options: AccountBookOptions;
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  #vault: Vault | undefined;
  /** Which version was given out. */
  readonly #taken = new WeakMap<Account, number>();

  /** Throws where the accounts were encrypted with another secret. */
  constructor(options: AccountBookOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#file = join(options.folder, "accounts.db");
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    // SQLite gives its other files the same mode.
    closeSync(openSync(this.#file, "a", 0o600));
    chmodSync(this.#file, 0o600);
    try {
      this.#database = new DatabaseSync(this.#file);
      this.#database.exec(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;",
      );
      this.#database.exec(schema);
    } catch (error) {
      throw new Error(
        `the accounts in ${this.#file} can't be read (${messageOf(error)}): put a whole copy back, or delete ${options.folder} and add them anew`,
      );
    }
    try {
      if (this.#keyRow() !== undefined) this.#unlocked();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  take(source: WithLogin): Account | { cause: Cause; reason: string } {
    return this.#atOnce(() => {
      const day = Math.floor(this.#now() / dayMs);
      for (;;) {
        const rows = this.#rows(source.name);
        if (rows.length === 0) {
          return {
            cause: "no account",
            reason: `${source.name} was given no account: skillstream accounts add ${source.name} NAME --cookies FILE`,
          };
        }
        const active = rows.filter(({ retired }) => retired === null);
        const retired = rows.filter((row) => row.retired !== null);
        const next = active
          .filter((row) => row.day !== day || row.used < row.budget)
          .sort((a, b) => a.turn - b.turn || (a.name < b.name ? -1 : 1))[0];
        if (next === undefined) {
          const last = retired.sort((a, b) => (b.retired_at ?? 0) - (a.retired_at ?? 0))[0];
          if (active.length === 0 && last !== undefined && last.retired !== null) {
            return { cause: last.retired, reason: this.#retirement(last.retired, last) };
          }
          const until = new Date((day + 1) * dayMs).toISOString();
          return {
            cause: "too many requests",
            reason:
              `today's budget of ${active.map(({ name, budget }) => `${name} (${budget} requests)`).join(", ")} ` +
              `is spent: it goes on at ${until}`,
          };
        }
        const secrets = this.#secretsOf(next);
        if (secrets === undefined) {
          this.#retire(next, "wrong cookie");
          continue;
        }
        this.#database
          .prepare(
            `UPDATE accounts SET day = ?, used = ?, turn = (SELECT max(turn) + 1 FROM accounts)
             WHERE source = ? AND name = ?`,
          )
          .run(day, next.day === day ? next.used + 1 : 1, next.source, next.name);
        const account: Account = {
          name: next.name,
          cookies: new Map(secrets.cookies.map(({ name, value }) => [name, value])),
          credentials: secrets.credentials ?? undefined,
        };
        this.#taken.set(account, next.version);
        return account;
      }
    });
  }

  judge(
    source: WithLogin,
    account: Account,
    reply: Reply,
    setCookies: readonly string[],
  ): { cause: Cause; reason: string } | undefined {
    const trouble = source.login?.trouble(reply);
    return this.#atOnce(() => {
      const row = this.#row(source.name, account.name);
      const same = row !== undefined && (this.#taken.get(account) ?? row.version) === row.version;
      if (trouble !== undefined) {
        const cause: Retired =
          trouble === "banned account" ? trouble : row?.well === 1 ? "expired session" : "wrong cookie";
        if (same && row.retired === null) this.#retire(row, cause);
        return { cause, reason: this.#retirement(cause, { source: source.name, name: account.name }) };
      }
      if (!same) return undefined;
      const host = new URL(reply.url).hostname;
      // A refusal says nothing of the session, and neither does a page that is not there.
      if (reply.status < 400 && (row.well === 0 || row.host === null)) {
        this.#database
          .prepare("UPDATE accounts SET well = 1, host = coalesce(host, ?) WHERE source = ? AND name = ?")
          .run(host, row.source, row.name);
      }
      if (row.host === null || row.host === host) this.#keep(row, source, setCookies);
      return undefined;
    });
  }

  report(sourceName: string): AccountReport[] {
    const now = this.#now();
    const day = Math.floor(now / dayMs);
    return this.#rows(sourceName).map((row) => ({
      account: row.name,
      state: row.retired ?? (row.well === 1 ? "ok" : "new"),
      warning: this.#warning(row, now),
      used_today: row.day === day ? row.used : 0,
      budget_a_day: row.budget,
      added_at: new Date(row.added_at).toISOString(),
    }));
  }

  /** Names of sources that have accounts. */
  sources(): string[] {
    return this.#database
      .prepare("SELECT DISTINCT source FROM accounts ORDER BY source")
      .all()
      .map((row) => row.source as string);
  }

  /** Sets it anew where it is there: what was retired is used again. True where it is new. */
  add(
    source: WithLogin,
    name: string,
    given: {
      cookies?: readonly GivenCookie[];
      credentials?: Credentials | undefined;
      budget?: number | undefined;
    },
  ): boolean {
    if (!nameAllowed.test(name)) {
      throw new Error("an account's name has up to 64 letters, digits and . _ @ + -");
    }
    return this.#atOnce(() => {
      const now = this.#now();
      const before = this.#row(source.name, name);
      const cookies = (given.cookies ?? []).slice(0, cookiesMax).map((one) => ({ ...one, setAt: now }));
      const secrets: Secrets = { cookies, credentials: given.credentials ?? null };
      const sealed = this.#unlocked().seal(JSON.stringify(secrets), about(source.name, name));
      const times = timesOf(cookies, source);
      const budget = given.budget ?? before?.budget ?? budgetADayDefault;
      // What it used today and when stays: a new cookie is not a new day.
      this.#database
        .prepare(
          `INSERT INTO accounts (source, name, sealed, version, logs_in, added_at, cookies_at, expires_at, budget)
           VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)
           ON CONFLICT (source, name) DO UPDATE SET sealed = excluded.sealed, version = version + 1,
             logs_in = excluded.logs_in, added_at = excluded.added_at, cookies_at = excluded.cookies_at, expires_at = excluded.expires_at,
             budget = excluded.budget, host = NULL, well = 0, retired = NULL, retired_at = NULL`,
        )
        .run(
          source.name,
          name,
          sealed,
          given.credentials === undefined ? 0 : 1,
          now,
          times.cookiesAt,
          times.expiresAt,
          budget,
        );
      return before === undefined;
    });
  }

  /** False where there is none. */
  remove(sourceName: string, name: string): boolean {
    const { changes } = this.#database
      .prepare("DELETE FROM accounts WHERE source = ? AND name = ?")
      .run(sourceName, name);
    return changes > 0;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #rows(source: string): Row[] {
    return this.#database
      .prepare("SELECT * FROM accounts WHERE source = ? ORDER BY name")
      .all(source) as unknown as Row[];
  }

  #row(source: string, name: string): Row | undefined {
    return this.#database.prepare("SELECT * FROM accounts WHERE source = ? AND name = ?").get(source, name) as
      | Row
      | undefined;
  }

  #keyRow(): { made_of: string; salt: Uint8Array; proof: Uint8Array } | undefined {
    return this.#database.prepare("SELECT * FROM key").get() as
      | { made_of: string; salt: Uint8Array; proof: Uint8Array }
      | undefined;
  }

  /** Made with the first account; whoever comes after proves the key on what was sealed then. */
  #unlocked(): Vault {
    if (this.#vault !== undefined) return this.#vault;
    const { secret, folder } = this.#options;
    const wayOut = `or delete ${folder} and add the accounts anew`;
    const row = this.#keyRow();
    if (row?.made_of === "secret" && secret === "") {
      throw new Error(
        `the accounts in ${folder} are encrypted with SKILLSTREAM_SECRET, which is not set: set it, ${wayOut}`,
      );
    }
    if (row?.made_of === "file" && secret !== "") {
      throw new Error(
        `the accounts in ${folder} were encrypted before SKILLSTREAM_SECRET was set: leave it unset, ${wayOut}`,
      );
    }
    const salt = row?.salt ?? randomBytes(16);
    const vault = vaultOf(secret === "" ? keyOfFile(join(folder, "key")) : keyOfSecret(secret, salt));
    if (row === undefined) {
      this.#database
        .prepare("INSERT INTO key (one, made_of, salt, proof) VALUES (1, ?, ?, ?)")
        .run(secret === "" ? "file" : "secret", salt, vault.seal(proofText, "key"));
    } else {
      try {
        vault.open(row.proof, "key");
      } catch {
        throw new Error(
          secret === ""
            ? `${join(folder, "key")} is not the key of the accounts beside it: put the right one back, ${wayOut}`
            : `SKILLSTREAM_SECRET is not the one with which the accounts in ${folder} were encrypted: set that one, ${wayOut}`,
        );
      }
    }
    this.#vault = vault;
    return vault;
  }

  /** undefined where what is stored was changed or damaged. */
  #secretsOf(row: Row): Secrets | undefined {
    try {
      return JSON.parse(this.#unlocked().open(row.sealed, about(row.source, row.name))) as Secrets;
    } catch {
      return undefined;
    }
  }

  /** New values of cookies that it has or needs; all others that a site sets are not its session. */
  #keep(row: Row, source: WithLogin, setCookies: readonly string[]): void {
    const now = this.#now();
    const set = setCookies.map((line) => setCookieOf(line, now)).filter((one) => one !== undefined);
    if (set.length === 0) return;
    const secrets = this.#secretsOf(row);
    if (secrets === undefined) return;
    const kept = new Map(secrets.cookies.map((one) => [one.name, one]));
    const wanted = ({ name }: SetCookie) => kept.has(name) || source.login?.cookies.includes(name);
    let changed = false;
    for (const one of set.filter(wanted)) {
      const before = kept.get(one.name);
      if (one.expiresAt !== null && one.expiresAt <= now) {
        changed = kept.delete(one.name) || changed;
      } else if (before?.value !== one.value || before.expiresAt !== one.expiresAt) {
        kept.set(one.name, { ...one, setAt: now });
        changed = true;
      }
    }
    if (!changed) return;
    secrets.cookies = [...kept.values()].slice(0, cookiesMax);
    const times = timesOf(secrets.cookies, source);
    this.#database
      .prepare("UPDATE accounts SET sealed = ?, cookies_at = ?, expires_at = ? WHERE source = ? AND name = ?")
      .run(
        this.#unlocked().seal(JSON.stringify(secrets), about(row.source, row.name)),
        times.cookiesAt,
        times.expiresAt,
        row.source,
        row.name,
      );
  }

  #retire(row: Row, cause: Retired): void {
    this.#database
      .prepare("UPDATE accounts SET retired = ?, retired_at = ? WHERE source = ? AND name = ?")
      .run(cause, this.#now(), row.source, row.name);
  }

  #retirement(cause: Retired, { source, name }: { source: string; name: string }): string {
    const anew = `skillstream accounts add ${source} ${name} sets it anew`;
    switch (cause) {
      case "wrong cookie":
        return `${source} does not know what account ${name} logs in with; ${anew}`;
      case "expired session":
        return `the session of account ${name} at ${source} is over; ${anew}`;
      case "banned account":
        return `${source} has banned account ${name}; it is left alone until ${anew}`;
      default:
        return cause satisfies never;
    }
  }

  #warning(row: Row, now: number): string | null {
    const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
    if (row.retired !== null) {
      return `not used since ${dayOf(row.retired_at ?? 0)}: ${this.#retirement(row.retired, row)}`;
    }
    if (row.logs_in === 1) return null;
    if (row.expires_at !== null && row.expires_at <= now + expirySoonMs) {
      return `its cookies end on ${dayOf(row.expires_at)}: export them anew`;
    }
    if (row.cookies_at !== null && row.cookies_at < now - cookieAgeMaxMs) {
      return `its cookies are older than 90 days (of ${dayOf(row.cookies_at)}): export them anew`;
    }
    return null;
  }

  #atOnce<T>(work: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const done = work();
      this.#database.exec("COMMIT");
      return done;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      // A key that was not written down is not the key.
      if (this.#keyRow() === undefined) this.#vault = undefined;
      throw error;
    }
  }
}

const about = (source: string, name: string) => `${source}\0${name}`;

/** Of the cookies that a session needs; of all where the source names none. */
function timesOf(cookies: readonly Kept[], { login }: WithLogin) {
  const needed = cookies.filter(({ name }) => login?.cookies.includes(name));
  const counted = needed.length > 0 ? needed : cookies;
  const least = (times: number[]) => (times.length === 0 ? null : Math.min(...times));
  return {
    cookiesAt: least(counted.map(({ setAt }) => setAt)),
    expiresAt: least(counted.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]))),
  };
}
