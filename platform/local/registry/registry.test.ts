import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askChapter } from "./ask.ts";
import { chapters, unknownToApicurio } from "./conformance.ts";
import { memoryLog } from "./log.ts";
import { createRegistry } from "./registry.ts";

const quiet = pino({ level: "silent" });

/** The address of another registry to be held to the same table, such as Apicurio's /apis/ccompat/v7. */
const other = process.env.REGISTRY_UNDER_TEST;

describe("a registry answers as Confluent's does", () => {
  const registry = createRegistry({ schemaLog: memoryLog(), log: quiet });
  let url = other ?? "";
  beforeAll(async () => {
    if (other !== undefined) return;
    url = await registry.app.listen({ host: "127.0.0.1", port: 0 });
    await registry.load();
  });
  afterAll(() => registry.app.close());

  const asked = Object.entries(chapters).filter(
    ([chapter]) => other === undefined || !(chapter in unknownToApicurio),
  );
  test.each(asked)("%s", async (chapter, rows) => {
    expect(await askChapter(url, chapter, rows, other === undefined ? "ours" : "apicurio")).toEqual([]);
  });
});

const one = JSON.stringify({ type: "record", name: "One", fields: [{ name: "a", type: "string" }] });

async function started() {
  const registry = createRegistry({ schemaLog: memoryLog(), log: quiet });
  await registry.load();
  return registry.app;
}

test("twenty who register the same at once get the same id, and one version is made", async () => {
  const app = await started();
  const register = () =>
    app.inject({ method: "POST", url: "/subjects/s/versions", payload: { schema: one } });
  const answers = await Promise.all(Array.from({ length: 20 }, register));
  expect(new Set(answers.map((answer) => answer.body))).toEqual(new Set(['{"id":1}']));
  expect((await app.inject("/subjects/s/versions")).json()).toEqual([1]);
});

test("what is too large, or too long, is refused", async () => {
  const app = await started();
  const doc = "x".repeat(2 * 1024 * 1024);
  const large = await app.inject({
    method: "POST",
    url: "/subjects/s/versions",
    payload: { schema: one, doc },
  });
  expect([large.statusCode, large.json().error_code]).toEqual([422, 42209]);
  const long = await app.inject({ method: "GET", url: `/subjects/${"s".repeat(2000)}/versions` });
  expect([404, 414]).toContain(long.statusCode);
  const many = Array.from({ length: 101 }, () => ({ name: "n", subject: "s", version: 1 }));
  const refers = await app.inject({
    method: "POST",
    url: "/subjects/s/versions",
    payload: { schema: one, references: many },
  });
  expect(refers.json()).toMatchObject({ error_code: 42201, message: expect.stringContaining("at most 100") });
});

test("answers are of the registry's own media type, errors too", async () => {
  const app = await started();
  for (const url of ["/subjects", "/subjects/none/versions", "/nothing"]) {
    expect((await app.inject(url)).headers["content-type"]).toBe("application/vnd.schemaregistry.v1+json");
  }
});
