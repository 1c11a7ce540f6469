// A posting that is sent to the API, by the very steps of the stages on ports of their own.
import { createEmbedded } from "@skillstream/extract/embedded.ts";
import { normalize } from "@skillstream/normalize/normalize.ts";
import { connectClickHouse } from "@skillstream/platform/clickhouse.ts";
import { checked } from "@skillstream/platform/codec.ts";
import { type HealthServer, Readiness, serveHealth, type Task } from "@skillstream/platform/health.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { type BatchStep, emit } from "@skillstream/platform/outcome.ts";
import { createStepTask, stepPath } from "@skillstream/platform/step-service.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { EnrichedPosting, Posting } from "@skillstream/schemas/types.ts";
import { createApp } from "@skillstream/serve/app.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const log = createLog("test", "fatal");
const lines = "application/x-ndjson";
const posting = {
  id: "one",
  title: "Data Engineer",
  company: "Heron & Pike",
  text: "<p>You run our Kafka clusters.</p><h3>Requirements</h3><ul><li>5+ years of experience with Python</li><li>Terraform &amp; AWS</li></ul>",
};

interface Answer {
  id: string | null;
  problem?: string;
  title: string;
  text: string;
  skills: {
    name: string;
    requirement: string;
    mentions: { field: "title" | "description"; text: string; start: number; end: number }[];
  }[];
  experience_years_min: number | null;
}

type App = Awaited<ReturnType<typeof createApp>>;

let normalizer: HealthServer;
let extractor: HealthServer;
let app: App;
let api: string;
let batches: number[];

const serveStep = (task: Task) =>
  serveHealth(new Readiness(), { host: "127.0.0.1", port: 0, tasks: new Map([[stepPath, task]]) });

async function appFor(normalizeUrl: string, extractUrl: string): Promise<{ app: App; api: string }> {
  const clickhouse = connectClickHouse(
    {
      clickhouseUrl: "http://127.0.0.1:9",
      clickhouseUser: "default",
      clickhousePassword: "",
      clickhouseDatabase: "default",
    },
    "test",
  );
  const flow = {
    offsets: async () => [],
    lags: async () => [],
    [Symbol.asyncDispose]: async () => undefined,
  };
  const made = await createApp({ clickhouse, flow, log, normalizeUrl, extractUrl });
  made.addHook("onClose", () => clickhouse.close());
  const url = await made.listen({ port: 0, host: "127.0.0.1" });
  return { app: made, api: `${url}/api/extract` };
}

beforeAll(async () => {
  const read = createEmbedded(readTaxonomy(), null);
  const extract: BatchStep<Posting, EnrichedPosting> = async (postings) => {
    batches.push(postings.length);
    return postings.map((one) => emit({ posting: one, extraction: read(one) }));
  };
  batches = [];
  normalizer = await serveStep(createStepTask({ each: normalize }, (value) => checked("RawEvent", value)));
  extractor = await serveStep(createStepTask({ batch: extract }, (value) => checked("Posting", value)));
  const url = ({ port }: HealthServer) => `http://127.0.0.1:${port}`;
  ({ app, api } = await appFor(url(normalizer), url(extractor)));
});

afterAll(async () => {
  await app?.close();
  await normalizer?.[Symbol.asyncDispose]();
  await extractor?.[Symbol.asyncDispose]();
});

const send = (body: string, type = "application/json", to = api) =>
  fetch(to, { method: "POST", headers: { "content-type": type }, body });
const answersIn = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Answer);

describe("one posting", () => {
  test("comes back with its skills, each proven by the text that is answered", async () => {
    const response = await send(JSON.stringify(posting));
    const answer = (await response.json()) as Answer;
    expect([response.status, answer.id, answer.experience_years_min]).toEqual([200, "one", 5]);
    const levels = Object.fromEntries(answer.skills.map(({ name, requirement }) => [name, requirement]));
    expect(levels).toMatchObject({
      python: "required",
      terraform: "required",
      aws: "required",
      kafka: "mentioned",
    });
    const mentions = answer.skills.flatMap((skill) => skill.mentions);
    expect(mentions.length).toBeGreaterThan(3);
    for (const { field, text, start, end } of mentions) {
      expect((field === "title" ? answer.title : answer.text).slice(start, end)).toBe(text);
    }
  });

  test.each([
    ["{", 400, /JSON/],
    ["[]", 400, /no JSON object/],
    [JSON.stringify({ title: "Cook" }), 400, /"text"/],
    [JSON.stringify({ title: " ", text: "Cook" }), 400, /title is empty/],
    [JSON.stringify({ title: "Cook", text: "x".repeat(3_000_000) }), 413, /too large|too long/],
  ])("that can't be read is refused with the reason: %#", async (body, status, reason) => {
    const response = await send(body);
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      status,
      expect.stringMatching(reason),
    ]);
  });

  test("in a form that is not taken is refused with what would be", async () => {
    const response = await send("title=Cook", "application/x-www-form-urlencoded");
    expect(response.status).toBe(415);
  });
});

describe("many postings", () => {
  test("are answered in their places, and what can't be read by its reason", async () => {
    const rows = [posting, { id: "two", title: "Nurse" }, { ...posting, id: "three" }];
    const body = `${JSON.stringify(rows[0])}\n\nnot JSON\n${JSON.stringify(rows[1])}\n${JSON.stringify(rows[2])}`;
    const response = await send(body, lines);
    const answers = answersIn(await response.text());
    expect(response.headers.get("content-type")).toBe(lines);
    expect(answers.map(({ id, problem }) => [id, problem ?? null])).toEqual([
      ["one", null],
      [null, "it is no JSON object"],
      [null, 'it has no "text", or one that is no text'],
      ["three", null],
    ]);
  });

  test("stream: the first answers come while the rest is still to be sent", async () => {
    const sent = new TransformStream<Uint8Array, Uint8Array>();
    const writer = sent.writable.getWriter();
    const line = new TextEncoder().encode(`${JSON.stringify(posting)}\n`);
    const response = fetch(api, {
      method: "POST",
      headers: { "content-type": lines },
      body: sent.readable,
      duplex: "half",
    } as RequestInit);
    for (let row = 0; row < 65; row++) await writer.write(line);
    const reader = ((await response).body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(value?.length).toBeGreaterThan(0);
    await writer.close();
    let rest = new TextDecoder().decode(value);
    for (let part = await reader.read(); !part.done; part = await reader.read())
      rest += new TextDecoder().decode(part.value);
    expect(answersIn(rest)).toHaveLength(65);
    expect(batches.slice(-2)).toEqual([64, 1]);
  });

  test("without a line break in 2 MB are refused, and what was gathered is let go", async () => {
    const response = await send("x".repeat(5_000_000), lines).then(
      (answer) => answer.status,
      () => 0,
    );
    expect([413, 0]).toContain(response);
  });
});

describe("a stage that is away", () => {
  test("is told by its name, with when to try again", async () => {
    const { app: other, api: to } = await appFor("http://127.0.0.1:9", "http://127.0.0.1:9");
    try {
      for (const type of ["application/json", lines]) {
        const response = await send(JSON.stringify(posting), type, to);
        const { detail } = (await response.json()) as { detail: string };
        expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
        expect(detail).toMatch(/normalizer does not answer/);
      }
    } finally {
      await other.close();
    }
  });
});

describe("a stage of another version", () => {
  test("is told as such, and not as one to try again", async () => {
    const port = `http://127.0.0.1:${extractor.port}`;
    const { app: other, api: to } = await appFor(port, port);
    try {
      const response = await send(JSON.stringify(posting), "application/json", to);
      const { detail } = (await response.json()) as { detail: string };
      expect([response.status, detail]).toEqual([502, expect.stringMatching(/another version/)]);
    } finally {
      await other.close();
    }
  });
});

describe("the port of a step", () => {
  const port = () => `http://127.0.0.1:${normalizer.port}${stepPath}`;

  test("refuses what is not in the form of its records, by line and field", async () => {
    const response = await send(`${JSON.stringify({ event: "found" })}\n`, lines, port());
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringMatching(/^line 1: .*RawEvent.*job_id/),
    ]);
  });

  test("takes nothing that a web page could send without being asked", async () => {
    const response = await send("{}", "text/plain", port());
    expect([response.status, await response.text()]).toEqual([415, `send ${lines}\n`]);
  });
});
