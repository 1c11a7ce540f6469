import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createLog } from "@skillstream/platform/log.ts";
import { type FastifyInstance, fastify } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answerProblems, problemSchema } from "../problem.ts";
import { createScraper } from "../scraper.ts";
import { runRoutes } from "./runs.ts";

const none = { found: 0, seen: 0, closed: 0, known: 0, failed: 0 };
const at = "2026-05-12T09:00:00.000Z";
const run = {
  id: 1,
  target: 'linkedin "data engineer"',
  source: "linkedin",
  keyword: "data engineer",
  location: null,
  trigger: "schedule",
  started_at: at,
  ended_at: at,
  result: "blocked",
  cause: "wrong cookie",
  reason: "302 to the login",
  missing: null,
  since: null,
  counts: none,
  steps: [{ step: "list", started_at: at, ended_at: at, requests: 1, retries: 2, ...none }],
  errors: [{ at, url: "https://example.com/jobs", reason: "302" }],
  progress: null,
};
const source = {
  source: "linkedin",
  about: "Postings",
  terms: "Ask first.",
  argument: null,
  synthetic: false,
  searches: true,
  via: "http",
  on: true,
  robots_exempt: true,
  login: "on",
  accounts: [{ account: "first", state: "ok", warning: null, used_today: 1, budget_a_day: 9, added_at: at }],
  targets: [],
};

let scraper: Server;
let app: FastifyInstance;
let asked: string[];
let reply: (response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  scraper = createServer((request, response) => {
    asked.push(request.url ?? "");
    reply(response);
  }).listen(0, "127.0.0.1");
  await once(scraper, "listening");
});

afterEach(async () => {
  await app.close();
  scraper.closeAllConnections();
  scraper.close();
});

const told = (value: unknown) => (response: ServerResponse) => response.end(JSON.stringify(value));
const addressOf = () => `http://127.0.0.1:${(scraper.address() as AddressInfo).port}`;

function serve(url = addressOf(), timeoutMs = 5_000): void {
  app = fastify();
  app.addSchema(problemSchema);
  answerProblems(app);
  runRoutes(app, createScraper({ url, log: createLog("test", "fatal"), timeoutMs }));
}

async function get(url: string) {
  const response = await app.inject({ url });
  return { status: response.statusCode, body: response.json() };
}

test("runs and sources are passed on as the scraper tells them, without what is not known here", async () => {
  serve();
  reply = told({ runs: [{ ...run, later: "more" }] });
  expect(await get("/runs?limit=3&target=linkedin%20%22data%20engineer%22")).toEqual({
    status: 200,
    body: { runs: [run] },
  });
  const query = new URL(asked[0] ?? "", addressOf()).searchParams;
  expect([query.get("limit"), query.get("target")]).toEqual(["3", 'linkedin "data engineer"']);
  reply = told({ sources: [source] });
  expect(await get("/sources")).toEqual({ status: 200, body: { sources: [source] } });
});

test("all who ask the same at once share one question", async () => {
  serve();
  reply = told({ runs: [] });
  await Promise.all([get("/runs"), get("/runs"), get("/runs")]);
  expect(asked).toHaveLength(1);
});

test("where no scraper is named, or none answers, it is told which", async () => {
  serve("");
  expect(await get("/runs")).toMatchObject({
    status: 503,
    body: { detail: expect.stringMatching(/SKILLSTREAM_SCRAPE_URL/) },
  });
  await app.close();
  serve("http://127.0.0.1:1");
  expect(await get("/sources")).toMatchObject({
    status: 503,
    body: { detail: "The scraper does not answer." },
  });
  await app.close();
  serve();
  reply = (response) => {
    response.statusCode = 404;
    response.end("this port answers /live");
  };
  expect(await get("/sources")).toMatchObject({
    status: 503,
    body: { detail: expect.stringMatching(/may be starting/) },
  });
});

test("an answer that is late is not waited for", async () => {
  serve(addressOf(), 50);
  reply = () => undefined;
  expect(await get("/runs")).toMatchObject({
    status: 504,
    body: { detail: expect.stringMatching(/within 0\.05 seconds/) },
  });
});

test.each([
  ["no JSON", "<html>"],
  ["another form", JSON.stringify({ runs: [{ ...run, counts: 3 }] })],
  ["a time that is none", JSON.stringify({ runs: [{ ...run, started_at: "yesterday" }] })],
  ["far too much", JSON.stringify({ runs: [], filler: "x".repeat(9 * 1024 * 1024) })],
])("an answer that is %s is not passed on", async (_, body) => {
  serve();
  reply = (response) => response.end(body);
  expect(await get("/runs")).toMatchObject({
    status: 502,
    body: { detail: expect.stringMatching(/not understood/) },
  });
});

test("a limit beyond what the scraper gives is refused", async () => {
  serve();
  expect(await get("/runs?limit=201")).toMatchObject({ status: 400 });
  expect(asked).toEqual([]);
});
