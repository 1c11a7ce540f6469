// Owns what the replicas of employers' boards do alike. An employer is all postings of one company; the name of its
// board is made of its name.
import type { Ask, Captured } from "@skillstream/scrape/source.ts";
import type { MadeUp } from "./postings.ts";
import type { Answering, ReplicaAnswer } from "./site.ts";

/** What a replica answers, without a server between. */
export function answered(site: Answering, { url, json: body }: Ask): Captured & { status: number } {
  const { pathname, searchParams } = new URL(url);
  const answer = site({
    method: body === undefined ? "GET" : "POST",
    path: decodeURIComponent(pathname),
    query: searchParams,
    json: body === undefined ? undefined : JSON.parse(body),
    text: body ?? "",
    cookies: new Map(),
    headers: {},
  }) ?? { status: 404, body: "<title>Not found</title>" };
  return {
    url,
    mediaType: answer.type ?? "text/html; charset=utf-8",
    body: Buffer.from(answer.body),
    status: answer.status ?? 200,
  };
}

/** "Brellwick & Sons" is brellwick-sons. */
export function boardName(company: string): string {
  return company.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

export function uuidOf(one: MadeUp): string {
  return `5b1e7a20-0c4d-4f6a-9d3e-${one.id.padStart(12, "0")}`;
}

export function json(body: unknown, status = 200): ReplicaAnswer {
  return { status, type: "application/json; charset=utf-8", body: JSON.stringify(body) };
}

/** The postings of a board by its name; [] where there is no such board. */
export function boards(postings: readonly MadeUp[]): (name: string | undefined) => MadeUp[] {
  return (name) => postings.filter((one) => boardName(one.company) === name);
}
