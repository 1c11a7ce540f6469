import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalClickHouse, startClickHouse } from "./clickhouse.ts";

const folder = mkdtempSync(join(tmpdir(), "clickhouse-test-"));
let server: LocalClickHouse;
let client: ClickHouseClient;

beforeAll(async () => {
  server = await startClickHouse({
    folder,
    host: "127.0.0.1",
    port: 0,
    users: [
      { name: "default", password: "" },
      { name: "writer", password: "it's: secret" },
      { name: "reader", password: "r", readonly: 1 },
      { name: "analyst", password: "a", readonly: 2, database: "demo" },
    ],
    log: pino({ level: "silent" }),
    limits: { waitingMax: 2, insertBytesMax: 8 * 1024 * 1024 },
  });
  client = createClient({ url: server.url, log: { level: 127 as never } });
  await client.command({ query: "CREATE DATABASE demo" });
});

afterAll(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await client.command({
    query: "CREATE OR REPLACE TABLE demo.t (id UInt64, name String) ENGINE = MergeTree ORDER BY id",
  });
});

interface Answer {
  status: number;
  body: string;
  headers: Headers;
}

async function ask(parameters: Record<string, string>, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${server.url}/?${new URLSearchParams(parameters)}`, init);
  return { status: response.status, body: await response.text(), headers: response.headers };
}

const post = (query: string, body: BodyInit = "", headers: Record<string, string> = {}) =>
  ask({ query }, {
    method: "POST",
    body,
    headers,
    ...(typeof body === "string" ? {} : { duplex: "half" }),
  } as RequestInit);

const names = async () => (await ask({ query: "SELECT name FROM demo.t ORDER BY id, name" })).body;

// What ClickHouse's documentation of its HTTP interface says of each request; a server in a container must
// answer the same (status, body, a header).
const conformance: [
  name: string,
  request: {
    path?: string;
    query?: string;
    method?: string;
    body?: string;
    headers?: Record<string, string>;
  },
  answer: { status: number; body: string | RegExp; headers?: Record<string, string | RegExp> },
][] = [
  ["a health check", { path: "/ping" }, { status: 200, body: "Ok.\n" }],
  ["the root", { path: "/" }, { status: 200, body: "Ok.\n" }],
  ["the replicas' state", { path: "/replicas_status" }, { status: 200, body: "Ok.\n" }],
  ["an unknown path", { path: "/nowhere" }, { status: 404, body: /There is no handle \/nowhere/ }],
  ["a query in the URL", { query: "query=SELECT%201" }, { status: 200, body: "1\n" }],
  ["a query in the body", { method: "POST", body: "SELECT 1" }, { status: 200, body: "1\n" }],
  [
    "a query in both",
    { query: "query=SELECT%201", method: "POST", body: "+ 1" },
    { status: 200, body: "2\n" },
  ],
  [
    "its own format",
    { query: "query=SELECT%201%20AS%20a%20FORMAT%20JSONEachRow" },
    {
      status: 200,
      body: '{"a":1}\n',
      headers: { "x-clickhouse-format": "JSONEachRow", "content-type": /x-ndjson/ },
    },
  ],
  [
    "a default format",
    { query: "query=SELECT%201%20AS%20a&default_format=CSVWithNames" },
    { status: 200, body: '"a"\n1\n', headers: { "content-type": "text/csv; charset=UTF-8; header=present" } },
  ],
  [
    "a default format by header",
    { query: "query=SELECT%201%20AS%20a", headers: { "X-ClickHouse-Format": "JSONCompactEachRow" } },
    { status: 200, body: "[1]\n", headers: { "x-clickhouse-format": "JSONCompactEachRow" } },
  ],
  [
    "headers of an answer",
    { query: "query=SELECT%201&query_id=my-id" },
    {
      status: 200,
      body: "1\n",
      headers: {
        "x-clickhouse-query-id": "my-id",
        "x-clickhouse-timezone": "UTC",
        "x-clickhouse-server-display-name": /./,
        "x-clickhouse-summary": /"read_rows":"1"/,
        "content-type": "text/tab-separated-values; charset=UTF-8",
      },
    },
  ],
  [
    "a typed parameter",
    { query: "query=SELECT%20%7Bid:UInt8%7D%20%2B%201&param_id=41" },
    { status: 200, body: "42\n" },
  ],
  [
    "an escaped parameter",
    { query: "query=SELECT%20length(%7Bs:String%7D)&param_s=a%5Ctb" },
    { status: 200, body: "3\n" },
  ],
  [
    "a parameter that is not given",
    { query: "query=SELECT%20%7Bid:UInt8%7D" },
    { status: 500, body: /^Code: 456\. .*\(UNKNOWN_QUERY_PARAMETER\)/ },
  ],
  [
    "a setting",
    { query: "query=SELECT%20getSetting('max_block_size')&max_block_size=7" },
    { status: 200, body: "7\n" },
  ],
  [
    "an unknown setting",
    { query: "query=SELECT%201&no_such_setting=1" },
    {
      status: 404,
      body: /^Code: 115\. DB::Exception: .*\(UNKNOWN_SETTING\) \(version \d/,
      headers: { "x-clickhouse-exception-code": "115" },
    },
  ],
  [
    "a database",
    { query: "query=SELECT%20currentDatabase()&database=demo" },
    { status: 200, body: "demo\n" },
  ],
  [
    "a database by header",
    { query: "query=SELECT%20currentDatabase()", headers: { "X-ClickHouse-Database": "demo" } },
    { status: 200, body: "demo\n" },
  ],
  [
    "an unknown database",
    { query: "query=SELECT%201&database=nowhere" },
    { status: 404, body: /^Code: 81\. .*\(UNKNOWN_DATABASE\)/ },
  ],
  [
    "an unknown table",
    { query: "query=SELECT%20*%20FROM%20nowhere" },
    {
      status: 404,
      body: /^Code: 60\. .*\(UNKNOWN_TABLE\)/,
      headers: { "x-clickhouse-exception-code": "60" },
    },
  ],
  ["a syntax error", { query: "query=SELEC%201" }, { status: 400, body: /^Code: 62\. .*\(SYNTAX_ERROR\)/ }],
  ["an empty query", { method: "POST", body: "" }, { status: 400, body: /^Code: 62\. .*Empty query/ }],
  [
    "several statements",
    { query: "query=SELECT%201;SELECT%202" },
    { status: 400, body: /Multi-statements are not allowed/ },
  ],
  ["a statement that ends in a semicolon", { query: "query=SELECT%201;" }, { status: 200, body: "1\n" }],
  [
    "a wrong password",
    { query: "query=SELECT%201", headers: { "X-ClickHouse-User": "writer", "X-ClickHouse-Key": "x" } },
    {
      status: 403,
      body: /^Code: 516\. DB::Exception: writer: Authentication failed.*\(AUTHENTICATION_FAILED\)/,
      headers: { "x-clickhouse-exception-code": "516" },
    },
  ],
  [
    "an unknown user",
    { query: "query=SELECT%201&user=nobody&password=x" },
    { status: 403, body: /^Code: 516\. DB::Exception: nobody: Authentication failed/ },
  ],
  ["a user in the URL", { query: "query=SELECT%201&user=reader&password=r" }, { status: 200, body: "1\n" }],
  [
    "a user by headers",
    { query: "query=SELECT%201", headers: { "X-ClickHouse-User": "reader", "X-ClickHouse-Key": "r" } },
    { status: 200, body: "1\n" },
  ],
  [
    "a user by basic authentication",
    {
      query: "query=SELECT%201",
      headers: { Authorization: `Basic ${Buffer.from("writer:it's: secret").toString("base64")}` },
    },
    { status: 200, body: "1\n" },
  ],
  [
    "a write by GET",
    { query: "query=DROP%20TABLE%20demo.t" },
    { status: 500, body: /^Code: 164\. .*method GET implies readonly.*\(READONLY\)/ },
  ],
  [
    "a setting by GET",
    { query: "query=SELECT%20getSetting('max_threads')&max_threads=1" },
    { status: 200, body: "1\n" },
  ],
  [
    "a write by a user who may only read",
    { query: "user=reader&password=r", method: "POST", body: "INSERT INTO demo.t VALUES (1, 'x')" },
    { status: 500, body: /^Code: 164\. .*\(READONLY\)/ },
  ],
  [
    "a setting by a user who may only read",
    { query: "user=reader&password=r&max_threads=1", method: "POST", body: "SELECT 1" },
    { status: 500, body: /^Code: 164\. .*Cannot modify 'max_threads' setting in readonly mode/ },
  ],
  [
    "a setting in the query of a user who may only read",
    { query: "user=reader&password=r", method: "POST", body: "SELECT 1 SETTINGS max_threads = 1" },
    { status: 500, body: /^Code: 164\. .*Cannot modify 'max_threads' setting in readonly mode/ },
  ],
  [
    "a setting by a user with readonly 2",
    {
      query: "user=analyst&password=a&max_block_size=9",
      method: "POST",
      body: "SELECT getSetting('max_block_size'), currentDatabase()",
    },
    { status: 200, body: "9\tdemo\n" },
  ],
  [
    "a write by a user with readonly 2",
    { query: "user=analyst&password=a", method: "POST", body: "TRUNCATE TABLE demo.t" },
    { status: 500, body: /^Code: 164\. .*\(READONLY\)/ },
  ],
  [
    "a query that takes too long",
    {
      query: "query=SELECT%20sleepEachRow(0.1)%20FROM%20numbers(30)&max_execution_time=0.2&max_block_size=1",
    },
    { status: 408, body: /^Code: 159\. .*\(TIMEOUT_EXCEEDED\)/ },
  ],
  [
    "a query that takes too much memory",
    {
      query:
        "query=SELECT%20groupArray(number)%20FROM%20numbers(10000000)%20FORMAT%20Null&max_memory_usage=1000000",
    },
    { status: 500, body: /^Code: 241\. .*\(MEMORY_LIMIT_EXCEEDED\)/ },
  ],
  [
    "an unknown format",
    { query: "query=SELECT%201%20FORMAT%20Nothing" },
    { status: 404, body: /^Code: 73\. .*\(UNKNOWN_FORMAT\)/ },
  ],
  [
    "a body in an unknown compression",
    { method: "POST", body: "SELECT 1", headers: { "Content-Encoding": "lzw" } },
    { status: 501, body: /Unknown compression method lzw/ },
  ],
  [
    "data that are wrong",
    { query: "query=INSERT%20INTO%20demo.t%20FORMAT%20JSONEachRow", method: "POST", body: '{"id":"x"}' },
    { status: 400, body: /^Code: (27|72|6)\. [\s\S]*\(CANNOT_PARSE_/ },
  ],
  [
    "an insert without data",
    { query: "query=INSERT%20INTO%20demo.t%20FORMAT%20JSONEachRow", method: "POST" },
    { status: 200, body: "" },
  ],
  [
    "an insert into an unknown table",
    { query: "query=INSERT%20INTO%20demo.no%20FORMAT%20CSV", method: "POST", body: "1" },
    { status: 404, body: /^Code: 60\. .*\(UNKNOWN_TABLE\)/ },
  ],
  [
    "a method that is not for queries",
    { method: "PUT", body: "SELECT 1" },
    { status: 501, body: /PUT is not supported/ },
  ],
];

describe("what ClickHouse answers", () => {
  test.each(conformance)("%s", async (_, { path = "/", query = "", ...init }, expected) => {
    const response = await fetch(`${server.url}${path}${query === "" ? "" : `?${query}`}`, init);
    const body = await response.text();
    if (typeof expected.body === "string") expect(body).toBe(expected.body);
    else expect(body).toMatch(expected.body);
    expect(response.status).toBe(expected.status);
    for (const [name, value] of Object.entries(expected.headers ?? {})) {
      if (typeof value === "string") expect(response.headers.get(name)).toBe(value);
      else expect(response.headers.get(name)).toMatch(value);
    }
  });
});

describe("@clickhouse/client", () => {
  test("pings, inserts a stream of objects and reads it back as a stream", async () => {
    expect(await client.ping()).toEqual({ success: true });
    expect(await client.ping({ select: true })).toEqual({ success: true });
    const rows = Readable.from(
      (function* () {
        for (let id = 0; id < 20_000; id++) yield { id, name: `name ${id}\n\n;` };
      })(),
    );
    const inserted = await client.insert({ table: "demo.t", values: rows, format: "JSONEachRow" });
    expect(inserted.summary?.written_rows).toBe("20000");
    const result = await client.query({ query: "SELECT * FROM demo.t ORDER BY id", format: "JSONEachRow" });
    let id = 0;
    for await (const some of result.stream<{ id: number; name: string }>()) {
      for (const row of some) {
        expect(row.json()).toEqual({ id: id, name: `name ${id}\n\n;` });
        id++;
      }
    }
    expect(id).toBe(20_000);
  });

  test("binds parameters of every shape", async () => {
    const result = await client.query({
      query:
        "SELECT {s:String} AS s, {list:Array(String)} AS list, {day:Date} AS day, {n:Nullable(UInt8)} AS n, {b:Bool} AS b, {t:Identifier} FROM demo.t",
      query_params: {
        s: "it's\t\\ \n",
        list: ["a'b", "c\\d"],
        day: "2026-11-21",
        n: null,
        b: true,
        t: "name",
      },
      format: "JSONCompactEachRow",
    });
    await client.insert({ table: "demo.t", values: [{ id: 1, name: "x" }], format: "JSONEachRow" });
    expect(await result.json()).toEqual([]);
    const again = await client.query({
      query: "SELECT {s:String}, {list:Array(String)}, {day:Date}, {n:Nullable(UInt8)}, {b:Bool}",
      query_params: { s: "it's\t\\ \n", list: ["a'b", "c\\d"], day: "2026-11-21", n: null, b: true },
      format: "JSONCompactEachRow",
    });
    expect(await again.json()).toEqual([["it's\t\\ \n", ["a'b", "c\\d"], "2026-11-21", null, true]]);
  });

  test("compresses both ways and takes settings", async () => {
    await using compressed = createClient({
      url: server.url,
      username: "writer",
      password: "it's: secret",
      database: "demo",
      compression: { request: true, response: true },
    });
    await compressed.insert({ table: "t", values: [{ id: 7, name: "z" }], format: "JSONEachRow" });
    const result = await compressed.query({
      query: "SELECT * FROM t",
      format: "JSON",
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    });
    expect(result.response_headers["content-encoding"]).toMatch(/gzip|zstd/);
    expect((await result.json()).data).toEqual([{ id: 7, name: "z" }]);
  });

  test("gets errors with their code and name, before and amid a result", async () => {
    await expect(client.query({ query: "SELECT * FROM nowhere" })).rejects.toMatchObject({
      code: "60",
      type: "UNKNOWN_TABLE",
    });
    const result = await client.query({
      query: "SELECT number, throwIf(number = 300000, 'too far') FROM numbers(400000)",
      format: "JSONEachRow",
      clickhouse_settings: { max_threads: 1 },
    });
    await expect(Array.fromAsync(result.stream())).rejects.toMatchObject({ code: "395" });
  });

  test("runs exec with a stream of values", async () => {
    const result = await client.exec({
      query: "INSERT INTO demo.t FORMAT CSV",
      values: Readable.from(["1,a\n", "2,b\n"]),
    });
    result.stream.resume();
    expect(await names()).toBe("a\nb\n");
  });
});

describe("curl", () => {
  const curl = async (...args: string[]) =>
    (await promisify(execFile)("curl", ["-sS", ...args, `${server.url}/`])).stdout;

  test("queries, inserts, signs in and decompresses", async () => {
    expect(await curl("-d", "SELECT 1")).toBe("1\n");
    expect(await curl("--data-binary", "INSERT INTO demo.t FORMAT TSV\n1\tone\n2\ttwo\n")).toBe("");
    expect(await curl("-u", "writer:it's: secret", "-d", "SELECT name FROM demo.t ORDER BY id")).toBe(
      "one\ntwo\n",
    );
    expect(
      await curl(
        "-G",
        "-d",
        "enable_http_compression=1",
        "--compressed",
        "--data-urlencode",
        "query=SELECT 'x'",
      ),
    ).toBe("x\n");
  });
});

describe("an insert", () => {
  test.each([
    "JSONEachRow",
    "JSONCompactEachRow",
    "CSV",
    "TabSeparated",
    "Values",
    "RowBinary",
    "Native",
    "Parquet",
    "Avro",
    "Arrow",
    "ORC",
  ])("takes %s, whatever bytes are in it", async (format) => {
    const query = `SELECT number AS id, concat('a\\n\\n;', char(0), '; DROP TABLE demo.t', toString(number)) AS name FROM numbers(100) FORMAT ${format}`;
    const made = await fetch(`${server.url}/?${new URLSearchParams({ query })}`);
    const data = Buffer.from(await made.arrayBuffer());
    const answer = await post(`INSERT INTO demo.t FORMAT ${format}`, data);
    expect(answer.body).toBe("");
    expect(JSON.parse(answer.headers.get("x-clickhouse-summary") ?? "")).toMatchObject({
      written_rows: "100",
    });
    const check =
      "SELECT count(), countIf(name = concat('a\\n\\n;', char(0), '; DROP TABLE demo.t', toString(id))) FROM demo.t";
    expect((await ask({ query: check })).body).toBe("100\t100\n");
  });

  test.each(["gzip", "deflate", "br", "zstd"] as const)("is decompressed from %s", async (encoding) => {
    const compress = {
      gzip: zlib.gzipSync,
      deflate: zlib.deflateSync,
      br: zlib.brotliCompressSync,
      zstd: zlib.zstdCompressSync,
    };
    const answer = await post("INSERT INTO demo.t FORMAT CSV", compress[encoding]("1,x\n"), {
      "Content-Encoding": encoding,
    });
    expect(answer.status).toBe(200);
    expect(await names()).toBe("x\n");
  });

  test("with broken compression is refused and stores nothing", async () => {
    const answer = await post("INSERT INTO demo.t FORMAT CSV", "1,x\n", { "Content-Encoding": "gzip" });
    expect(answer).toMatchObject({ status: 400, body: expect.stringMatching(/^Code: 354\. .*not gzip/) });
    expect(await names()).toBe("");
  });

  test("is one part where the client's settings say so", async () => {
    const rows = Array.from({ length: 5000 }, (_, id) => JSON.stringify({ id, name: "x".repeat(1000) }));
    const answer = await ask(
      {
        query: "INSERT INTO demo.t FORMAT JSONEachRow",
        max_insert_block_size: "100000",
        min_insert_block_size_rows: "100000",
      },
      { method: "POST", body: rows.join("\n") },
    );
    expect(answer.status).toBe(200);
    const parts =
      "SELECT count(), sum(rows) FROM system.parts WHERE database = 'demo' AND table = 't' AND active";
    expect((await ask({ query: parts })).body).toBe("1\t5000\n");
  });

  test("with settings, columns and expressions in its text does what it says", async () => {
    const values =
      "INSERT INTO demo.t (name, id) SETTINGS max_threads = 1 VALUES (upper({x:String}), 1), ('; b', 2)";
    expect(await ask({ param_x: "a" }, { method: "POST", body: values })).toMatchObject({ status: 200 });
    expect(await names()).toBe("A\n; b\n");
  });

  test("from a SELECT needs no data", async () => {
    expect(await post("INSERT INTO demo.t SELECT number, 'n' FROM numbers(2)")).toMatchObject({
      status: 200,
    });
    expect(await names()).toBe("n\nn\n");
  });

  test("larger than the limit is refused, and stores nothing", async () => {
    const line = `1,${"x".repeat(1000)}\n`;
    const answer = await post("INSERT INTO demo.t FORMAT CSV", line.repeat(9000));
    expect(answer).toMatchObject({ status: 413, body: expect.stringMatching(/larger than 8388608 bytes/) });
    expect(await names()).toBe("");
  });

  test("whose client goes away half-way stores nothing", async () => {
    const query = new URLSearchParams({ query: "INSERT INTO demo.t FORMAT CSV" });
    const half = httpRequest(`${server.url}/?${query}`, {
      method: "POST",
      headers: { "Content-Length": "1000" },
    });
    half.on("error", () => {});
    await new Promise<void>((resolve) => half.write("1,x\n", () => resolve()));
    half.destroy();
    await post("INSERT INTO demo.t FORMAT CSV", "2,y\n");
    expect(await names()).toBe("y\n");
  });
});

describe("a result", () => {
  test.each(["gzip", "deflate", "br", "zstd"])(
    "is compressed with %s for a client that takes it",
    async (encoding) => {
      const query = new URLSearchParams({
        query: "SELECT repeat('x', 100) FROM numbers(100000)",
        enable_http_compression: "1",
      });
      const response = await fetch(`${server.url}/?${query}`, { headers: { "Accept-Encoding": encoding } });
      expect(response.headers.get("content-encoding")).toBe(encoding);
      if (encoding !== "zstd") expect((await response.text()).length).toBe(101 * 100_000);
      else await response.body?.cancel();
    },
  );

  test("of any size is streamed at the client's pace, in little memory", async () => {
    const before = process.memoryUsage.rss();
    const response = await fetch(
      `${server.url}/?${new URLSearchParams({ query: "SELECT repeat('x', 1000) FROM numbers(100000)" })}`,
    );
    let bytes = 0;
    for await (const chunk of response.body ?? []) bytes += chunk.length;
    expect(bytes).toBe(1001 * 100_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
  });

  test.each([
    ["SHOW DATABASES", /demo/],
    ["DESCRIBE TABLE demo.t", /^id\tUInt64/],
    ["EXPLAIN SELECT 1", /ReadFromSystemOne/],
    ["(((SELECT 1)))", /^1\n$/],
    ["/* a */ -- b\nWITH 1 AS x SELECT x -- c", /^1\n$/],
    ["SELECT 1 UNION ALL SELECT 1", /^1\n1\n$/],
    ["SELECT 1 LIMIT 1 FORMAT CSV SETTINGS max_threads = 1;", /^1\n$/],
    ["FROM numbers(2) SELECT sum(number)", /^1\n$/],
    ["EXISTS demo.t", /^1\n$/],
    ["SHOW CREATE TABLE demo.t", /MergeTree/],
    ["SELECT 1 FORMAT Null", /^$/],
  ])("of %s is there", async (query, body) => {
    const answer = await ask({ query });
    expect(answer.body).toMatch(body);
    expect(answer.status).toBe(200);
  });

  test("with wait_end_of_query fails as a whole", async () => {
    const query = "SELECT number, throwIf(number = 300000) FROM numbers(400000)";
    expect(await ask({ query, wait_end_of_query: "1", max_threads: "1" })).toMatchObject({
      status: 500,
      body: expect.stringMatching(/^Code: 395/),
    });
  });
});

describe("between requests", () => {
  test("no setting, parameter, database or temporary table is left", async () => {
    await ask({ query: "SELECT {x:String}", param_x: "secret", max_block_size: "5", database: "demo" });
    expect((await ask({ query: "SELECT {x:String}" })).body).toMatch(/UNKNOWN_QUERY_PARAMETER/);
    expect((await ask({ query: "SELECT getSetting('max_block_size') = 5, currentDatabase()" })).body).toBe(
      "0\tdefault\n",
    );
  });

  test("sessions, ClickHouse's own framing and roles are refused in words", async () => {
    for (const parameter of ["session_id", "compress", "decompress", "role"]) {
      const answer = await ask({ query: "SELECT 1", [parameter]: "1" });
      expect(answer).toMatchObject({
        status: 501,
        body: expect.stringMatching(`${parameter} is not supported here`),
      });
    }
    const through = await post(
      "INSERT INTO demo.t SELECT * FROM input('id UInt64, name String') FORMAT CSV",
      "1,x",
    );
    expect(through).toMatchObject({ status: 501, body: expect.stringMatching(/input\(\)/) });
  });
});

describe("what reaches outside the data folder is refused", () => {
  test.each([
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT file('/etc/passwd')",
    "SELECT * FROM `/etc/passwd`",
    "SELECT * FROM url('http://127.0.0.1:1/', CSV)",
    "SELECT * FROM s3('http://127.0.0.1:1/bucket/key', CSV)",
    "SELECT * FROM remote('127.0.0.1:1', system.one)",
    "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
    "SELECT * FROM sqlite('/tmp/x', 'y')",
    "SELECT * FROM filesystem('/etc')",
    "SELECT * FROM eval('SELECT 1') SETTINGS allow_experimental_eval_table_function = 1",
    "SELECT 1 SETTINGS additional_result_filter = '1'",
    "SELECT 1 FORMAT Template SETTINGS format_template_row = '/etc/passwd'",
    "SELECT 1 AS a FORMAT Protobuf SETTINGS output_format_schema = '/tmp/x.proto'",
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "INSERT INTO FUNCTION file('/tmp/x', CSV) SELECT 1",
    "INSERT INTO demo.t VALUES (1, file('/etc/passwd'))",
    "INSERT INTO demo.t FROM INFILE '/etc/passwd' FORMAT TSV",
    "CREATE TABLE demo.f (a Int8) ENGINE = File(CSV)",
    "CREATE TABLE demo.f (a Int8) ENGINE = URL('http://127.0.0.1:1/', CSV)",
    "CREATE TABLE demo.f (a UInt8) ENGINE = EmbeddedRocksDB(0, '/tmp/x') PRIMARY KEY a",
    "CREATE TABLE demo.f (a String DEFAULT file('/etc/passwd')) ENGINE = Memory",
    "CREATE FUNCTION f AS (x) -> file(x)",
    "CREATE DATABASE f ENGINE = Filesystem('/etc')",
    "CREATE DICTIONARY demo.d (a UInt64) PRIMARY KEY a SOURCE(FILE(PATH '/etc/passwd' FORMAT 'CSV')) LAYOUT(FLAT()) LIFETIME(1)",
    "BACKUP DATABASE demo TO File('/tmp/x')",
    "SYSTEM SHUTDOWN",
  ])("%s", async (query) => {
    const answer = await post(query);
    expect(answer.body).toMatch(/^Code: (497|60|452|164|318)\. /);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test("and data can't become statements", async () => {
    await post("INSERT INTO demo.t FORMAT CSV", "1,a\n\nDROP TABLE demo.t");
    await post("INSERT INTO demo.t FORMAT TSV", "1\ta\n\nDROP TABLE demo.t;\n");
    expect((await ask({ query: "EXISTS demo.t" })).body).toBe("1\n");
  });
});

describe("under load", () => {
  const running = async (id: string) => {
    const query = `SELECT count() FROM system.processes WHERE query LIKE '%${id}%' AND query NOT LIKE '%system.processes%'`;
    return Number((await ask({ query })).body);
  };
  const endless = (id: string) =>
    `SELECT count() /* ${id} */ FROM numbers(1000000000000) WHERE sipHash64(number) = '${id}'::String::UInt64`;
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  test("a read ends when its client goes away, and the processor is free again", async () => {
    const client = new AbortController();
    const asked = fetch(`${server.url}/`, { method: "POST", body: endless("1001"), signal: client.signal });
    await until(async () => (await running("1001")) === 1);
    client.abort();
    await expect(asked).rejects.toThrow();
    await until(async () => (await running("1001")) === 0);
    const before = process.cpuUsage();
    // Nothing is expected to happen: what is measured is how little does.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(150);
  });

  test("a read that waits for its client ends with it too", async () => {
    const query = new URLSearchParams({
      query: "SELECT repeat('y', 1000) /* 1002 */ FROM numbers(1000000000)",
    });
    const stuck = httpRequest(`${server.url}/?${query}`);
    stuck.on("error", () => {});
    const response = await new Promise<import("node:http").IncomingMessage>((resolve) =>
      stuck.once("response", resolve).end(),
    );
    response.on("error", () => {});
    response.pause();
    const before = process.memoryUsage.rss();
    await until(async () => (await running("1002")) === 1);
    // Nothing is expected to happen: memory would grow if the engine went on.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
    response.destroy();
    await until(async () => (await running("1002")) === 0);
  });

  test("long reads leave short ones room, and too many are refused in words", async () => {
    const clients = new AbortController();
    const heavy = (n: number) =>
      fetch(`${server.url}/?workload=heavy&max_execution_time=20`, {
        method: "POST",
        body: endless(`20${n}`),
        signal: clients.signal,
      });
    const first = heavy(1);
    await until(async () => (await running("201")) === 1);
    const waiting = [heavy(2), heavy(3)];
    const refused = heavy(4);
    const answer = await refused;
    expect(answer.status).toBe(503);
    expect(await answer.text()).toMatch(
      /^Code: 202\. .*of class heavy read.*\(TOO_MANY_SIMULTANEOUS_QUERIES\)/,
    );
    const started = performance.now();
    expect((await ask({ query: "SELECT 1" })).body).toBe("1\n");
    expect(performance.now() - started).toBeLessThan(5000);
    clients.abort();
    await Promise.allSettled([first, ...waiting]);
    await until(async () => (await running("20")) === 0);
  });

  test("a query is found and ended by the id that its client gave it", async () => {
    const id = `it's "mine"`;
    const found = async () =>
      (
        await ask({
          query: "SELECT count() FROM system.processes WHERE query_id = {id:String}",
          param_id: id,
        })
      ).body;
    expect(await found()).toBe("0\n");
    const asked = ask({ query: endless("4001"), query_id: id });
    await until(async () => (await found()) === "1\n");
    const killed = await ask(
      { param_id: id },
      { method: "POST", body: "KILL QUERY WHERE query_id = {id:String} ASYNC FORMAT TSV" },
    );
    expect(killed).toMatchObject({ status: 200, body: expect.stringMatching(/waiting/) });
    expect(await asked).toMatchObject({ status: 500, body: expect.stringMatching(/QUERY_WAS_CANCELLED/) });
    expect(await found()).toBe("0\n");
  });

  test("a write that waits for its turn never runs once its client has gone", async () => {
    const slow = post(
      "INSERT INTO demo.t SELECT number, 'slow' FROM numbers(3) WHERE NOT ignore(sleepEachRow(0.3)) SETTINGS max_block_size = 1",
    );
    await until(async () => (await running("sleepEachRow")) === 1);
    const client = new AbortController();
    const url = `${server.url}/?${new URLSearchParams({ query: "INSERT INTO demo.t FORMAT CSV" })}`;
    const waiting = fetch(url, { method: "POST", body: "9,never", signal: client.signal });
    await ask({ query: "SELECT 1" });
    client.abort();
    await expect(waiting).rejects.toThrow();
    expect(await slow).toMatchObject({ status: 200 });
    await post("INSERT INTO demo.t FORMAT CSV", "10,last");
    expect(await names()).toBe("slow\nslow\nslow\nlast\n");
  });

  test("a write goes on when its client has gone, and is seen to", async () => {
    const client = new AbortController();
    const query =
      "INSERT INTO demo.t SELECT number, 'on' FROM numbers(3) WHERE NOT ignore(sleepEachRow(0.2)) SETTINGS max_block_size = 1";
    const asked = fetch(`${server.url}/?query_id=insert-1`, {
      method: "POST",
      body: query,
      signal: client.signal,
    });
    const found = async () =>
      (await ask({ query: "SELECT count() FROM system.processes WHERE query_id = 'insert-1'" })).body;
    await until(async () => (await found()) === "1\n");
    client.abort();
    await expect(asked).rejects.toThrow();
    await until(async () => (await found()) === "0\n");
    expect(await names()).toBe("on\non\non\n");
  });

  test("a read that turns out long moves out of the short ones' way", async () => {
    const clients = new AbortController();
    const long = fetch(`${server.url}/`, { method: "POST", body: endless("3001"), signal: clients.signal });
    await until(async () => (await running("3001")) === 1);
    clients.abort();
    await expect(long).rejects.toThrow();
    await until(async () => (await running("3001")) === 0);
  });
});
