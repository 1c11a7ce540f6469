import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { type ClickHouseClient, connectClickHouse, select } from "@skillstream/platform/clickhouse.ts";
import { Unavailable } from "@skillstream/platform/errors.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "./fresh.ts";
import { createLanding } from "./landing.ts";
import { resumePoint } from "./resume.ts";
import { found, receipt } from "./sample.ts";

const log = createLog("test", "fatal");
let database: FreshDatabase;
let client: ClickHouseClient;
const settingsOf = (clickhouseUrl: string) => ({ ...database.settings, clickhouseUrl });

beforeAll(async () => {
  database = await freshDatabase();
  client = database.client;
});

afterAll(() => database?.[Symbol.asyncDispose]());

const rowsOf = (generation: number) =>
  select<Record<string, unknown>>(
    client,
    "SELECT * FROM landing WHERE generation = {generation:UInt32} ORDER BY raw_partition, raw_offset",
    { generation },
  );

describe("the landing table", () => {
  test("a partition goes on behind the last origin it holds, and at the beginning where it holds none", async () => {
    const landing = createLanding(client, { generation: 11, log });
    expect(await landing.resume(3)).toEqual({ origin: -1, offset: 0 });
    expect(await resumePoint(client, 11, 3)).toBeNull();
    await landing.write(3, [found(4), { ...receipt(5), offset: 9 }]);
    await landing.write(4, [found(70)]);
    expect(await landing.resume(3)).toEqual({ origin: 5, offset: 10 });
    expect(await landing.resume(4)).toEqual({ origin: 70, offset: 71 });
    expect(await createLanding(client, { generation: 12, log }).resume(3)).toEqual({ origin: -1, offset: 0 });
  });

  test("what a record says is what its row says, and the extraction is kept whole", async () => {
    const landing = createLanding(client, { generation: 13, log });
    const answer = found(0, { title: "Rust 🦀 'n' \"SQL\"", applicant_count: 12 }, ["SQL", "Rust"]);
    await landing.write(0, [
      answer,
      receipt(1, { outcome: "rejected", cause: "poison", reason: "no title" }),
    ]);
    const [posting, rejection] = await rowsOf(13);
    expect(posting).toMatchObject({
      outcome: "emitted",
      event: "found",
      title: "Rust 🦀 'n' \"SQL\"",
      applicant_count: 12,
      salary_min: 50_000,
      salary_currency: "EUR",
      posted_time: "2026-05-12 09:00:00.000",
      "skill.name": ["SQL", "Rust"],
      "skill.mentions": [1, 1],
    });
    expect(answer.result.kind === "emit" && answer.result.value.extraction).toEqual(
      JSON.parse(String(posting?.extraction)),
    );
    expect(rejection).toMatchObject({ outcome: "rejected", cause: "poison", reason: "no title", title: "" });
  });

  test("no record of the schema can keep the others from landing", async () => {
    const landing = createLanding(client, { generation: 14, log });
    const long = "語".repeat(2 * 1024 * 1024);
    await landing.write(0, [
      found(0, { title: "half a pair \ud83d", description: "\u0000\ufffe</script>" }),
      found(1, { posted_time: -8.64e15, expire_time: 8.64e15, observed_at: 8.64e15 }),
      found(2, {
        applicant_count: Number.MAX_SAFE_INTEGER,
        salary: { min: Number.NaN, max: 1e308, currency: "", period: "hour" },
      }),
      found(3, { description: long }),
      found(4, {}, []),
      receipt(5, { job_id: null, source: null, source_id: null, event: null, observed_at: 0 }),
    ]);
    const rows = await rowsOf(14);
    expect(rows.map((row) => row.raw_offset)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rows[0]?.title).toBe("half a pair \ufffd");
    expect(rows[1]).toMatchObject({ posted_time: null, expire_time: null });
    expect(rows[3]?.description).toBe(long);
  });

  test("one write is one part, whatever its size", async () => {
    const landing = createLanding(client, { generation: 15, log });
    await client.command({ query: "SYSTEM STOP MERGES landing" });
    const parts = async () =>
      (
        await select<{ parts: number }>(
          client,
          "SELECT count() AS parts FROM system.parts WHERE table = 'landing' AND active",
        )
      )[0]?.parts ?? 0;
    const before = await parts();
    await landing.write(
      0,
      Array.from({ length: 5_000 }, (_, origin) => found(origin)),
    );
    expect(await parts()).toBe(before + 1);
    await client.command({ query: "SYSTEM START MERGES landing" });
  });

  test.each([
    { when: "before ClickHouse has it", passOn: false },
    { when: "when ClickHouse has it and the answer is lost", passOn: true },
  ])("an insert that is cut off $when is not there twice after another try", async ({ passOn }) => {
    const generation = passOn ? 16 : 17;
    await using front = await cutFirstInsert(database.settings.clickhouseUrl, passOn);
    const through = connectClickHouse(settingsOf(front.url), "test");
    const landing = createLanding(through, { generation, log });
    const answers = [found(0), found(1), receipt(2)];
    await landing
      .write(
        1,
        answers.slice(0, 1).map((answer) => ({ ...answer, origin: 0 })),
      )
      .catch((error) => {
        expect(error).toBeInstanceOf(Unavailable);
      });
    expect(front.cut()).toBe(1);
    await landing.write(1, answers);
    const rows = await rowsOf(generation);
    expect(rows.map((row) => row.raw_offset)).toEqual([0, 1, 2]);
    await through.close();
  });

  test("a ClickHouse that is away is a reason to wait, not a fault of the records", async () => {
    const away = connectClickHouse(settingsOf("http://127.0.0.1:9"), "test");
    const landing = createLanding(away, { generation: 18, log });
    await expect(landing.write(0, [found(0)])).rejects.toBeInstanceOf(Unavailable);
    await expect(landing.resume(0)).rejects.toBeInstanceOf(Unavailable);
    await away.close();
  });
});

/** A line to ClickHouse that breaks once, at the first insert of rows. */
async function cutFirstInsert(
  url: string,
  passOn: boolean,
): Promise<AsyncDisposable & { url: string; cut: () => number }> {
  const target = new URL(url);
  let cut = 0;
  const front: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const breaks = cut === 0 && (request.url ?? "").includes("INSERT");
      if (breaks) cut++;
      if (breaks && !passOn) return request.socket.destroy();
      const body = Buffer.concat(chunks);
      const head = Object.entries({ ...request.headers, connection: "close", "content-length": body.length })
        .filter(([name]) => name !== "transfer-encoding")
        .map(([name, value]) => `${name}: ${value}`);
      const line = connect(Number(target.port), target.hostname);
      line.write(`${request.method} ${request.url} HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n`);
      line.write(body);
      // The answer is awaited, so that the rows are there, and only then thrown away.
      if (breaks) line.resume().on("end", () => request.socket.destroy());
      else line.pipe(request.socket);
    });
    response.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    cut: () => cut,
    async [Symbol.asyncDispose]() {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}
