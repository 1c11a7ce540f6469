import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";

let home: string;
let children: ChildProcess[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "clickhouse-main-"));
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(home, { recursive: true, force: true });
});

function start(url: string, folder = home): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { PATH: process.env.PATH, SKILLSTREAM_HOME: folder, SKILLSTREAM_CLICKHOUSE_URL: url },
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  return child;
}

/** The address it says it answers at. */
async function ready(child: ChildProcess): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    lines.push(line);
    const url = line.startsWith("{") ? (JSON.parse(line) as { url?: string }).url : undefined;
    if (url === undefined) continue;
    child.stderr?.resume();
    return url;
  }
  throw new Error(lines.join("\n"));
}

async function failure(child: ChildProcess): Promise<{ code: unknown; words: string }> {
  let words = "";
  child.stderr?.on("data", (chunk) => {
    words += chunk;
  });
  const [code] = await once(child, "close");
  return { code, words };
}

const any = "http://127.0.0.1:0";

async function run(url: string, query: string, body = ""): Promise<string> {
  const response = await fetch(`${url}/?${new URLSearchParams({ query })}`, { method: "POST", body });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

test("it stops cleanly on SIGTERM, ends what reads and keeps what was written", async () => {
  const child = start(any);
  const url = await ready(child);
  await run(url, "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a");
  await run(url, "INSERT INTO t FORMAT CSV", "1\n2\n");
  const reading = run(url, "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1");
  while ((await run(url, "SELECT count() FROM system.processes WHERE query LIKE '%sipHash64(n%'")) !== "2\n");
  child.kill("SIGTERM");
  await expect(reading).rejects.toThrow(/shutting down/);
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
  expect(await run(await ready(start(any)), "SELECT sum(a) FROM t")).toBe("3\n");
});

test("it stops cleanly while a result is on its way, and says in the result that it is cut off", async () => {
  const child = start(any);
  const url = await ready(child);
  const response = await fetch(`${url}/?query=${encodeURIComponent("SELECT * FROM numbers(1000000000000)")}`);
  const text: string[] = [];
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    if (text.length === 0) child.kill("SIGTERM");
    text.push(decoder.decode(chunk));
  }
  expect(text.slice(-2).join("")).toMatch(/__exception__[\s\S]*shutting down/);
  const [code] = child.exitCode === null ? await once(child, "exit") : [child.exitCode];
  expect(code).toBe(0);
});

test("a folder that another process holds is refused in words", async () => {
  const first = start(any);
  await ready(first);
  const { code, words } = await failure(start(any));
  expect(code).toBe(1);
  expect(words).toMatch(new RegExp(`process ${first.pid} holds it`));
});

test("a folder that can't be one is refused in words", async () => {
  mkdirSync(join(home, "clickhouse"));
  writeFileSync(join(home, "clickhouse", "data"), "not a folder");
  const { code, words } = await failure(start(any));
  expect(code).toBe(1);
  expect(words).toMatch(/clickhouse: .*data/);
});

test("a port that is taken is refused in words", async () => {
  const taken: Server = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { port: number };
  const { code, words } = await failure(start(`http://127.0.0.1:${port}`));
  taken.close();
  expect(code).toBe(1);
  expect(words).toMatch(new RegExp(`${port}.*another program`));
});

test("killed at any time, it has every acknowledged insert again, whole and once", async () => {
  const rowsPerInsert = 500;
  let url = await ready(start(any));
  await run(
    url,
    "CREATE TABLE t (batch UInt64, n UInt64, text String) ENGINE = MergeTree ORDER BY (batch, n)",
  );
  let batch = 0;
  const acknowledged: number[] = [];
  for (let round = 0; round < 4; round++) {
    const child = children.at(-1) as ChildProcess;
    const killed = once(child, "exit");
    const stopAfter = acknowledged.length + 3 + round * 4;
    try {
      for (;;) {
        const mine = batch++;
        const rows = Array.from({ length: rowsPerInsert }, (_, n) =>
          JSON.stringify({ batch: mine, n, text: "x".repeat(2000) }),
        );
        const inserting = run(url, "INSERT INTO t FORMAT JSONEachRow", rows.join("\n"));
        // In the middle of one, at a moment that differs from round to round.
        if (acknowledged.length >= stopAfter) setTimeout(() => child.kill("SIGKILL"), round * 4);
        await inserting;
        acknowledged.push(mine);
      }
    } catch {
      await killed;
    }
    url = await ready(start(any));
    const found = (await run(url, "SELECT batch, count(), uniqExact(n) FROM t GROUP BY batch ORDER BY batch"))
      .trim()
      .split("\n")
      .map((line) => line.split("\t").map(Number));
    expect(found.filter(([, rows, unique]) => rows !== rowsPerInsert || unique !== rowsPerInsert)).toEqual(
      [],
    );
    const stored = new Set(found.map(([one]) => one));
    expect(acknowledged.filter((one) => !stored.has(one))).toEqual([]);
  }
  expect(acknowledged.length).toBeGreaterThan(10);
});
