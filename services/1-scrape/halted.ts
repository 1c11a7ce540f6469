// Owns the reasons for which a walk cannot go on: what stands in its way, and whose turn it is.
import type { Fetched } from "./fetch/fetcher.ts";
import type { Cause } from "./source.ts";

/** The walk cannot go on for now; what was done stays done. */
export class Halted extends Error {
  readonly health: "blocked" | "changed" | "gone" | "unavailable";
  readonly why: Cause | null;

  constructor(health: Halted["health"], why: Cause | null, reason: string) {
    super(reason);
    this.health = health;
    this.why = why;
  }
}

/** Nobody gets further before the operator has done something. */
export function isOurs(cause: Cause | null): boolean {
  return (
    cause === "switched off" ||
    cause === "no account" ||
    cause === "wrong cookie" ||
    cause === "expired session" ||
    cause === "banned account"
  );
}

/** What a fetch that brought no page means for the walk. */
export function halted(fetched: Exclude<Fetched, { kind: "page" | "unchanged" | "gone" }>): Halted {
  switch (fetched.kind) {
    case "unavailable":
      return new Halted("unavailable", fetched.cause ?? null, fetched.reason);
    case "blocked":
      return new Halted("blocked", fetched.cause, fetched.reason);
    case "refused":
      return new Halted("blocked", null, fetched.reason);
    default:
      return fetched satisfies never;
  }
}
