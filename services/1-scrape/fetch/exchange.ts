// Owns one request and its answer. Not taken out of fetcher.ts yet.
import type { IncomingHttpHeaders } from "node:http";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Where the body was found. A browser follows redirects by itself. */
  url: string;
}
