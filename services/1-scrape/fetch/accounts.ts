// Owns the accounts with which sources log in: their cookies, encrypted at rest, which is used next, and when
// one is retired. Not built yet.
import type { AccountReport } from "../report.ts";
import type { Cause, Reply, Source } from "../source.ts";

export interface Account {
  name: string;
  cookies: ReadonlyMap<string, string>;
}

export interface Accounts extends Disposable {
  /** The one that has rested longest and has budget left today; why there is none otherwise. */
  take(source: Pick<Source, "name" | "login">): Account | { cause: Cause; reason: string };
  /**
   * Judges the session by a reply, remembers it, keeps new cookies, and retires the account where it is over.
   * undefined: all is well. Who never got through has a wrong cookie, who did once an expired session.
   */
  judge(
    source: Pick<Source, "name" | "login">,
    account: Account,
    reply: Reply,
    setCookies: readonly string[],
  ): { cause: Cause; reason: string } | undefined;
  report(sourceName: string): AccountReport[];
}
