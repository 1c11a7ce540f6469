// Owns the browser as a way to fetch: pages that plain HTTP does not get. Not built yet.
import type { Login } from "../source.ts";
import type { Account } from "./accounts.ts";
import type { Answer } from "./exchange.ts";

export interface BrowserRequest {
  url: string;
  login: Login | null;
  account: Account | undefined;
  signal: AbortSignal | undefined;
}

export interface Browsing extends AsyncDisposable {
  /** The document as the browser has it after its scripts ran, with the status and headers of its answer. */
  fetch(request: BrowserRequest): Promise<Answer>;
}
