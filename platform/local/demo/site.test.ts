import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AccessLine, createSite, type Site } from "./site.ts";

let folder: string;
let site: Site;
let now = Date.UTC(2026, 10, 1);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-"));
  site = await createSite({
    seed: 3,
    postings: 600,
    epoch: now,
    accessLog: join(folder, "access.log"),
    now: () => now,
  });
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(site.url + path, { headers });
const lines = () =>
  readFileSync(join(folder, "access.log"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AccessLine);

async function walk(first: string): Promise<string[]> {
  const ids: string[] = [];
  for (let path: string | undefined = first; path !== undefined; ) {
    const text = await (await get(path)).text();
    ids.push(...[...text.matchAll(/data-job-id="(\d+)"/g)].map((match) => match[1] as string));
    path = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&");
  }
  return ids;
}

test("the list leads to every open posting once, latest change first, and each page says it is synthetic", async () => {
  const ids = await walk("/jobs");
  expect(new Set(ids).size).toBe(ids.length);
  const open = Array.from({ length: site.market.historySlots }, (_, id) => id).filter(
    (id) => site.market.posting(id, now).state === "open",
  );
  expect(ids.map(Number).sort((a, b) => a - b)).toEqual(open);
  for (const path of ["/", "/jobs", `/jobs/${ids[0]}`, "/nothing"]) {
    expect(await (await get(path)).text()).toContain("This site is synthetic");
  }
});

test("a walk that began before new postings came misses none of those that were there", async () => {
  const firstPage = await (await get("/jobs")).text();
  const before = new Set(await walk("/jobs"));
  const next = /rel="next" href="([^"]+)"/.exec(firstPage)?.[1]?.replaceAll("&amp;", "&") as string;
  const rest = await walk(next);
  now += 120_000;
  const restLater = await walk(next);
  const moved = [...before].filter((id) => !restLater.includes(id) && rest.includes(id));
  // What has left its place has been changed since and stands at the top, or has been removed.
  const top = await walk("/jobs");
  for (const id of moved) {
    expect(top.includes(id) || site.market.posting(Number(id), now).state === "removed").toBe(true);
  }
});

test("a list can be searched by words and place", async () => {
  const text = await (await get("/jobs?q=engineer&where=berlin")).text();
  for (const match of text.matchAll(/class="job-link"[^>]*>([^<]*)</g))
    expect(match[1]?.toLowerCase()).toContain("engineer");
});

test("a posting that was served stands in the access log, and one that was not served does not", async () => {
  const removed = Array.from({ length: site.market.historySlots }, (_, id) => id).find(
    (id) => site.market.posting(id, now).state === "removed",
  );
  await get("/jobs/2", { "user-agent": "reader/1" });
  expect(lines().at(-1)).toMatchObject({
    path: "/jobs/2",
    status: 200,
    source_id: "2",
    user_agent: "reader/1",
  });
  const gone = await get(`/jobs/${removed}`);
  expect(gone.status).toBe(410);
  expect(lines().at(-1)).not.toHaveProperty("source_id");
  expect((await get("/jobs/999999")).status).toBe(404);
});

test("a page that has not changed is not sent again", async () => {
  const first = await get("/jobs/2");
  const etag = first.headers.get("etag") as string;
  expect((await get("/jobs/2", { "if-none-match": etag })).status).toBe(304);
  expect(
    (await get("/jobs/2", { "if-modified-since": first.headers.get("last-modified") as string })).status,
  ).toBe(304);
  expect((await get("/jobs/2", { "if-none-match": '"other"' })).status).toBe(200);
  const list = await get("/jobs?page=100");
  expect((await get("/jobs?page=100", { "if-none-match": list.headers.get("etag") as string })).status).toBe(
    304,
  );
});

test("the API gives postings by cursor and says which it served", async () => {
  const first = (await (await get("/api/jobs")).json()) as { jobs: { title: string }[]; next_cursor: string };
  expect(first.jobs.length).toBeGreaterThan(0);
  expect(lines().at(-1)?.source_ids).toHaveLength(first.jobs.length);
  const second = (await (await get(`/api/jobs?cursor=${first.next_cursor}`)).json()) as { jobs: unknown[] };
  expect(second.jobs[0]).not.toEqual(first.jobs[0]);
  expect((await get("/api/jobs?cursor=x")).status).toBe(400);
});

test("odd requests are answered and harm nothing", async () => {
  expect((await get("/jobs?page=-1")).status).toBe(400);
  expect((await get("/jobs?page=999999999999")).status).toBe(200);
  expect((await fetch(`${site.url}/jobs`, { method: "POST" })).status).toBe(405);
  expect((await get("/jobs/%2e%2e/x")).status).toBe(404);
});
