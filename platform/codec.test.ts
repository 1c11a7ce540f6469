import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import { blankPosting } from "@skillstream/schemas/blank.ts";
import { schemaText } from "@skillstream/schemas/topics.ts";
import type { EnrichedPosting, Posting, RawEvent, Receipt } from "@skillstream/schemas/types.ts";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCodec, type Records } from "./codec.ts";
import { Invalid, Unavailable } from "./errors.ts";
import { memoryLog } from "./local/registry/log.ts";
import { createRegistry } from "./local/registry/registry.ts";

const rawEvent: RawEvent = {
  event: "found",
  job_id: "6c1f",
  source: "demo",
  source_id: "42",
  job_url: "http://127.0.0.1:8090/jobs/42",
  observed_at: Date.UTC(2026, 10, 2, 9, 30),
  synthetic: true,
  search_keyword: null,
  search_location: null,
  source_file: null,
  reason: null,
  payload: {
    url: "http://127.0.0.1:8090/jobs/42",
    media_type: "text/html; charset=windows-1252",
    body: Buffer.from([0, 128, 255, 13, 10]),
  },
  parsed: {
    title: "Data engineer – 数据工程师 🚀",
    company: "Nordwind Analytics",
    company_logo_url: null,
    location: "Hamburg, DE",
    employment_type: "Full-time",
    seniority_level: null,
    workplace_type: null,
    industries: ["Software"],
    job_functions: [],
    description_html: "<p>Build pipelines.</p>",
    skills: ["SQL", "Kafka"],
    salary: { min: 60_000, max: null, currency: "EUR", period: null },
    posted_time: "2 weeks ago",
    expire_time: null,
    apply_url: null,
    reposted: false,
    reposted_info: null,
    applicant_count: "over 100",
    application_type: null,
    skills_summary: null,
  },
};

const posting: Posting = {
  ...blankPosting,
  job_id: "6c1f",
  source: "demo",
  source_id: "42",
  observed_at: Date.UTC(2026, 10, 2, 9, 30),
  ingestion_date: "2026-11-02",
  synthetic: true,
  title: "Data engineer",
  company: "Nordwind Analytics",
  location: "Hamburg, DE",
  employment_type: "full_time",
  seniority_level: "senior",
  industries: ["Software"],
  description: "Build pipelines in SQL.",
  skills: ["SQL"],
  salary: { min: 60_000, max: 75_000.5, currency: "EUR", period: "year" },
  posted_time: Date.UTC(2026, 9, 19),
  reposted: false,
  applicant_count: 117,
  search_keyword: "data",
  language: "en",
  content_hash: "f00d",
  lines: "D",
  role: { name: "data engineer", confidence: 0.9 },
  places: [
    { region: "Europe", country: "DE", state: "Hamburg", city: "Hamburg", latitude: 53.55, longitude: 9.99 },
  ],
  salary_per_year: { min: 60_000, max: 75_000.5 },
  experience_years_min: 3,
  skill_terms: ["sql"],
  derived_from: { role: "title" },
  unreadable: ["expire_time"],
  fingerprint: {
    title: "data engineer",
    company: "nordwind",
    bands: [2 ** 52 - 1, 0],
    signature: "AAECAw==",
  },
  normalizer: "plain@1",
};

const enriched: EnrichedPosting = {
  posting,
  extraction: {
    extractor: "embedded@1",
    taxonomy: "1",
    role: {
      title: "Data engineer",
      objective: null,
      seniority: "senior",
      visa: "sponsors",
      employment_type: "full_time",
      salary: { min: null, max: 75_000, currency: "EUR", period: "year" },
    },
    company: { type: null, values: ["curiosity"] },
    workplace: { work_model: "hybrid", flexibility: null, places: ["Hamburg"] },
    required: {
      experience_years_min: 3,
      experience_years_max: null,
      education: "bachelor",
      technical_skills: ["SQL"],
      soft_skills: [],
      notes: [],
    },
    preferred: {
      experience_years_min: null,
      experience_years_max: null,
      education: null,
      technical_skills: [],
      soft_skills: [],
      notes: [],
    },
    context: { collaboration: [], team: null, scope: null, responsibilities: ["Build pipelines"] },
    benefits: { training: [], time_off: [], other: [] },
    flags: [],
    skills: [
      {
        name: "SQL",
        in_taxonomy: true,
        kind: "technology",
        requirement: "required",
        confidence: 0.9,
        mentions: [{ field: "description", text: "SQL", start: 19, end: 22 }],
      },
    ],
  },
};

const receipt: Receipt = {
  outcome: "rejected",
  reason: "title is empty",
  cause: "invalid",
  attempts: 1,
  stage: "normalize",
  version: "plain@1",
  job_id: "6c1f",
  source: "demo",
  source_id: "42",
  event: null,
  observed_at: Date.UTC(2026, 10, 2, 9, 30),
  synthetic: true,
};

const records: Records = {
  RawEvent: rawEvent,
  Posting: posting,
  EnrichedPosting: enriched,
  Receipt: receipt,
};
const names = Object.keys(records) as (keyof Records)[];

interface Running extends AsyncDisposable {
  url: string;
}

async function startRegistry(): Promise<Running> {
  const registry = createRegistry({ schemaLog: memoryLog(), log: pino({ level: "silent" }) });
  await registry.load();
  const url = await registry.app.listen({ host: "127.0.0.1", port: 0 });
  return { url, [Symbol.asyncDispose]: () => registry.app.close() };
}

/** Answers every request so; undefined never answers. */
async function startServer(answer: { status: number; body: string } | undefined): Promise<Running> {
  const server = createServer((_request, response) => {
    if (answer === undefined) return;
    response.writeHead(answer.status, { "content-type": "application/vnd.schemaregistry.v1+json" });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const wireForm = (id: number, avroBytes: Uint8Array) => {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, avroBytes]);
};

describe("records", () => {
  /** Another registry to be tried with, such as Apicurio's. */
  const other = process.env.REGISTRY_UNDER_TEST;
  let running: Running;
  beforeAll(async () => {
    running = other === undefined ? await startRegistry() : { url: other, async [Symbol.asyncDispose]() {} };
  });
  afterAll(() => running[Symbol.asyncDispose]());

  test.each(names)("%s comes back as it went in, its nullable values plain", async (name) => {
    const codec = await createCodec(running.url, [name]);
    const bytes = await codec.encode(name, records[name]);
    const decoded = await codec.decode(bytes);
    // Through JSON too: a wrapped union would show as {"skillstream.Salary": …}.
    expect(JSON.parse(JSON.stringify(decoded))).toEqual(JSON.parse(JSON.stringify(records[name])));
    expect(decoded).toEqual(records[name]);
  });

  test("another process reads what was written, with nothing but the registry's address", async () => {
    const writer = await createCodec(running.url, ["EnrichedPosting"]);
    const bytes = await writer.encode("EnrichedPosting", enriched);
    const reader = await createCodec(running.url, []);
    expect(await reader.decode(bytes)).toEqual(enriched);
  });

  test("Kafka's usual client reads what was written, references included", async () => {
    const codec = await createCodec(running.url, ["EnrichedPosting"]);
    const bytes = await codec.encode("EnrichedPosting", enriched);
    const client = new SchemaRegistry({ host: running.url });
    expect(JSON.parse(JSON.stringify(await client.decode(bytes)))).toEqual(
      JSON.parse(JSON.stringify(enriched)),
    );
  });

  test("a schema that is registered again keeps its id", async () => {
    const [first, second] = await Promise.all([
      createCodec(running.url, names),
      createCodec(running.url, names),
    ]);
    for (const name of names) {
      const bytes = await first.encode(name, records[name]);
      expect((await second.encode(name, records[name])).equals(bytes)).toBe(true);
    }
  });
});

describe("schemas that change", () => {
  test("what an older version wrote gets the defaults of today", async () => {
    await using running = await startRegistry();
    const older = JSON.parse(schemaText("Receipt"));
    older.fields = older.fields.filter((field: { name: string }) => !["cause", "event"].includes(field.name));
    const client = new SchemaRegistry({ host: running.url });
    const { id } = await client.register(
      { type: SchemaType.AVRO, schema: JSON.stringify(older) },
      { subject: "skillstream.Receipt" },
    );
    const { cause: _, event: __, ...old } = receipt;
    const bytes = await client.encode(id, old);
    const codec = await createCodec(running.url, ["Receipt"]);
    expect(await codec.decode(bytes)).toEqual({ ...receipt, cause: null, event: null });
  });

  test("what a newer version wrote is read without what we do not know yet", async () => {
    await using running = await startRegistry();
    const codec = await createCodec(running.url, ["Receipt"]);
    const newer = JSON.parse(schemaText("Receipt"));
    newer.fields.splice(1, 0, { name: "added", type: "string", default: "" });
    const client = new SchemaRegistry({ host: running.url });
    const { id } = await client.register(
      { type: SchemaType.AVRO, schema: JSON.stringify(newer) },
      { subject: "skillstream.Receipt" },
    );
    const bytes = await client.encode(id, { ...receipt, added: "later" });
    expect(await codec.decode(bytes)).toEqual(receipt);
    // An older process that starts now still registers, and refers to, its own version.
    const again = await createCodec(running.url, ["Receipt"]);
    expect(await again.decode(await again.encode("Receipt", receipt))).toEqual(receipt);
  });

  test("a schema refers to the version of another that this process has, not to the first or the latest", async () => {
    await using running = await startRegistry();
    const client = new SchemaRegistry({ host: running.url });
    const register = (change: (schema: { fields: { name: string }[] }) => void) => {
      const schema = JSON.parse(schemaText("Posting"));
      change(schema);
      return client.register(
        { type: SchemaType.AVRO, schema: JSON.stringify(schema) },
        { subject: "skillstream.Posting" },
      );
    };
    await register((schema) => {
      schema.fields = schema.fields.filter((field) => field.name !== "language");
    });
    await createCodec(running.url, ["Posting"]);
    await register((schema) => {
      schema.fields.push({ name: "added", type: "string", default: "" } as { name: string });
    });
    const codec = await createCodec(running.url, ["EnrichedPosting"]);
    const latest = await fetch(`${running.url}/subjects/skillstream.EnrichedPosting/versions/latest`);
    expect(await latest.json()).toMatchObject({
      references: [{ subject: "skillstream.Posting", version: 2 }],
    });
    expect(await codec.decode(await codec.encode("EnrichedPosting", enriched))).toEqual(enriched);
  });

  test("a breaking schema is Invalid, and the message says what breaks", async () => {
    await using running = await startRegistry();
    const earlier = JSON.parse(schemaText("Receipt"));
    earlier.fields = earlier.fields.filter((field: { name: string }) => field.name !== "stage");
    const client = new SchemaRegistry({ host: running.url });
    await client.register(
      { type: SchemaType.AVRO, schema: JSON.stringify(earlier) },
      { subject: "skillstream.Receipt" },
    );
    const refused = await createCodec(running.url, ["Receipt"]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Invalid);
    expect(String(refused)).toMatch(/Receipt.*incompatible.*stage: the field has no default/);
  });
});

describe("what is no record of ours is Invalid", () => {
  let running: Running;
  beforeAll(async () => {
    running = await startRegistry();
  });
  afterAll(() => running[Symbol.asyncDispose]());

  test.each([
    ["text", Buffer.from("not Avro at all")],
    ["an empty message", Buffer.alloc(0)],
    ["a head without a body", Buffer.from([0, 0, 0, 0, 1])],
    ["an unknown schema id", wireForm(9999, Buffer.from([2, 2]))],
    ["a negative schema id", wireForm(-1, Buffer.from([2, 2]))],
  ])("%s", async (_, bytes) => {
    const codec = await createCodec(running.url, ["Receipt"]);
    await expect(codec.decode(bytes)).rejects.toBeInstanceOf(Invalid);
  });

  test("a record that was cut short, or goes on", async () => {
    const codec = await createCodec(running.url, ["Receipt"]);
    const bytes = await codec.encode("Receipt", receipt);
    await expect(codec.decode(bytes.subarray(0, bytes.length - 3))).rejects.toBeInstanceOf(Invalid);
    await expect(codec.decode(Buffer.concat([bytes, Buffer.from([1])]))).rejects.toBeInstanceOf(Invalid);
  });

  test("a record of somebody else", async () => {
    const client = new SchemaRegistry({ host: running.url });
    const schema = { type: "record", name: "Order", namespace: "shop", fields: [{ name: "n", type: "int" }] };
    const { id } = await client.register({ type: SchemaType.AVRO, schema: JSON.stringify(schema) });
    const codec = await createCodec(running.url, ["Receipt"]);
    await expect(codec.decode(await client.encode(id, { n: 1 }))).rejects.toThrow(
      "the message is a shop.Order",
    );
  });

  test("a record of ours in another's place", async () => {
    const codec = await createCodec(running.url, ["Receipt", "Posting"]);
    const bytes = await codec.encode("Posting", posting);
    await expect(codec.decode(bytes, ["RawEvent"])).rejects.toThrow(
      "the message is a Posting, where RawEvent is expected",
    );
    expect(await codec.decode(bytes, ["RawEvent", "Posting"])).toEqual(posting);
  });

  test("a value that does not fit its schema, and the message says where", async () => {
    const codec = await createCodec(running.url, ["Posting"]);
    const wrong = { ...posting, seniority_level: "wizard", applicant_count: 1.5 } as unknown as Posting;
    const refused = await codec.encode("Posting", wrong).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Invalid);
    expect(String(refused)).toMatch(/seniority_level, applicant_count/);
  });
});

describe("without a registry", () => {
  test("known ids go on, and unknown ones wait", async () => {
    const running = await startRegistry();
    const codec = await createCodec(running.url, ["Receipt"]);
    const other = await createCodec(running.url, ["Posting"]);
    const [known, unknown] = [await codec.encode("Receipt", receipt), await other.encode("Posting", posting)];
    await running[Symbol.asyncDispose]();
    expect(await codec.decode(await codec.encode("Receipt", receipt))).toEqual(receipt);
    expect(await codec.decode(known)).toEqual(receipt);
    await expect(codec.decode(unknown)).rejects.toBeInstanceOf(Unavailable);
  });

  test("a codec can't be made where nothing listens", async () => {
    const running = await startRegistry();
    await running[Symbol.asyncDispose]();
    await expect(createCodec(running.url, ["Receipt"])).rejects.toBeInstanceOf(Unavailable);
  });

  test("a registry that never answers is given up", async () => {
    await using running = await startServer(undefined);
    await expect(createCodec(running.url, ["Receipt"], 200)).rejects.toBeInstanceOf(Unavailable);
  });

  test.each([
    ["is still reading its schemas", { status: 503, body: '{"error_code":503,"message":"wait"}' }],
    ["fails", { status: 500, body: '{"error_code":50001,"message":"no store"}' }],
    ["is something else at that address", { status: 404, body: "<h1>404</h1>" }],
    ["answers with a page", { status: 200, body: "<h1>Welcome</h1>" }],
  ])("one that %s is waited for", async (_, answer) => {
    await using running = await startServer(answer);
    await expect(createCodec(running.url, ["Receipt"])).rejects.toBeInstanceOf(Unavailable);
    const codec = await createCodec(running.url, []);
    await expect(codec.decode(wireForm(1, Buffer.from([2])))).rejects.toBeInstanceOf(Unavailable);
  });

  test("a registry that has not read its log yet says so", async () => {
    const registry = createRegistry({ schemaLog: memoryLog(), log: pino({ level: "silent" }) });
    const url = await registry.app.listen({ host: "127.0.0.1", port: 0 });
    await expect(createCodec(url, ["Receipt"])).rejects.toBeInstanceOf(Unavailable);
    await registry.load();
    expect(await createCodec(url, ["Receipt"])).toBeDefined();
    await registry.app.close();
  });
});
