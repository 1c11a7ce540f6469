// Owns who a fetch says that it is: the account of a source that logs in, and the cookies on its way. Promises
// that a login's cookies and headers go to the site that they belong to and nowhere else, and that no account is
// asked again in a fetch in which it was in trouble.
import type { Cause, Reply } from "../source.ts";
import type { Account, Accounts, WithLogin } from "./accounts.ts";
import { CookieJar } from "./cookies.ts";
import type { Answer } from "./exchange.ts";

export interface Trouble {
  cause: Cause;
  reason: string;
}

/** Nobody can log in, for the reason that stands here. */
export class NoAccount extends Error {
  override name = "NoAccount";
  readonly blockedBy: Cause;

  constructor({ cause, reason }: Trouble) {
    super(reason);
    this.blockedBy = cause;
  }
}

export class Session {
  /** Taken when a request is about to leave and no earlier, since taking it counts against its budget. */
  account: Account | undefined;
  readonly #start: URL;
  readonly #source: WithLogin | undefined;
  readonly #accounts: Accounts | undefined;
  /** Accounts that were tried, with what was wrong. */
  readonly #troubled = new Map<string, Trouble>();
  #jar = new CookieJar();
  #setCookies: string[] = [];

  constructor(start: URL, source: WithLogin | undefined, accounts: Accounts | undefined) {
    this.#start = start;
    this.#source = source;
    this.#accounts = accounts;
  }

  /** Another attempt: with what another account knows, or none. */
  begin(): void {
    this.account = undefined;
    this.#jar = new CookieJar();
    this.#setCookies = [];
  }

  /** Takes an account where the source wants one. */
  logIn(): void {
    if (!this.#source?.login || this.account !== undefined) return;
    const taken = this.#accounts?.take(this.#source) ?? {
      cause: "no account" as const,
      reason: `${this.#source.name} needs an account, and there is none`,
    };
    // What was wrong with the last one says more than that there is no other.
    if ("cause" in taken) throw new NoAccount([...this.#troubled.values()].at(-1) ?? taken);
    const before = this.#troubled.get(taken.name);
    if (before !== undefined) throw new NoAccount(before);
    this.account = taken;
    this.#jar.put(this.#start.origin, taken.cookies);
  }

  headersFor(url: URL): Record<string, string> {
    const headers: Record<string, string> = {};
    const cookie = this.#jar.header(url.origin);
    if (cookie !== undefined) headers.cookie = cookie;
    if (this.account !== undefined && url.origin === this.#start.origin)
      Object.assign(headers, this.#source?.login?.headers(this.#jar.cookies(url.origin)));
    return headers;
  }

  store(url: URL, answer: Answer): void {
    const setCookies = answer.headers["set-cookie"] ?? [];
    this.#jar.store(url.origin, setCookies);
    if (url.origin === this.#start.origin) this.#setCookies.push(...setCookies);
  }

  /** Whether being sent there says that the session is over, whatever stands there. */
  endsAt(status: number, location: URL): Trouble | undefined {
    if (this.#isTakenBack()) return this.troubleIn({ status: 401, url: this.#start.href, text: "" });
    const reply = { status, url: location.href, text: "" };
    const ends = this.#source?.login?.trouble(reply) !== undefined;
    return ends ? this.troubleIn(reply) : undefined;
  }

  /** A site that deletes a cookie of the session has ended it, though it may only say "ask again". */
  #isTakenBack(): boolean {
    const left = this.#jar.cookies(this.#start.origin);
    const needed = this.#source?.login?.cookies ?? [];
    return needed.some((name) => this.account?.cookies.has(name) && !left.has(name));
  }

  /** Undefined where the session is well, or where the reply says nothing of it. */
  troubleIn(reply: Reply): Trouble | undefined {
    if (this.account === undefined || this.#source === undefined) return undefined;
    // Of an answer that says "not now" nobody can tell who is logged in.
    if (reply.status === 429 || (reply.status >= 500 && reply.status <= 599)) return undefined;
    const setCookies = new URL(reply.url).origin === this.#start.origin ? this.#setCookies : [];
    const trouble = this.#accounts?.judge(this.#source, this.account, reply, setCookies);
    if (trouble !== undefined) this.#troubled.set(this.account.name, trouble);
    return trouble;
  }
}
