import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { Run } from "./runs.ts";
import { CrawlState, claimState, type Known } from "./state.ts";

const known: Known = {
  source_id: "7",
  target: "demo",
  way: "demo",
  url: "http://127.0.0.1:8090/jobs/7",
  stamp: null,
  hash: "h",
  validators: { etag: null, lastModified: null },
  saidAt: 1,
  checkedAt: 1,
  expiresAt: null,
  closed: false,
  sweep: 1,
};

test("a site that moved to another port is crawled on from where it was", () => {
  using state = new CrawlState(":memory:");
  state.moveTo("demo", "http://127.0.0.1:8090");
  state.saveProgress("demo", {
    sweep: 1,
    sweeping: true,
    asks: [{ url: "http://127.0.0.1:8090/jobs?before=99" }],
    askedAfter: "",
    sweepStartedAt: 1,
    sweepDoneAt: null,
    watermark: null,
    validators: { etag: null, lastModified: null },
  });
  state.record("demo", [known, { ...known, source_id: "8", url: "https://elsewhere.example/jobs/8" }]);

  state.moveTo("demo", "http://127.0.0.1:31000");

  expect(state.progress("demo").asks).toEqual([{ url: "http://127.0.0.1:31000/jobs?before=99" }]);
  expect(state.posting("demo", "7")?.url).toBe("http://127.0.0.1:31000/jobs/7");
  expect(state.posting("demo", "8")?.url).toBe("https://elsewhere.example/jobs/8");
});

const dayMs = 24 * 60 * 60 * 1000;
const aRun = { target: "t", source: "s", keyword: null, location: null, since: null };

test("whoever opens the memory while another process has it locked waits", async () => {
  const folder = mkdtempSync(join(tmpdir(), "state-"));
  const file = join(folder, "state.db");
  const holder = new Worker(
    `const { DatabaseSync } = require("node:sqlite");
     const { parentPort, workerData } = require("node:worker_threads");
     const database = new DatabaseSync(workerData);
     database.exec("BEGIN EXCLUSIVE; CREATE TABLE held (a)");
     parentPort.postMessage("held");
     Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
     database.exec("COMMIT");
     database.close();`,
    { eval: true, workerData: file },
  );
  await once(holder, "message");
  using state = new CrawlState(file);
  expect(state.runs(1)).toEqual([]);
  await once(holder, "exit");
  rmSync(folder, { recursive: true });
});

test("a run whose process was killed is stopped at the next start, and goes on where its target does", () => {
  using state = new CrawlState(":memory:");
  Run.begin({ ...aRun, trigger: "start" }, state, () => dayMs);
  Run.begin({ ...aRun, target: "s rechecks", trigger: "recheck" }, state, () => dayMs);
  state.endCutOff(2 * dayMs);
  expect(state.runs(9).map(({ result, ended_at }) => [result, ended_at])).toEqual([
    ["stopped", "1970-01-03T00:00:00.000Z"],
    ["stopped", "1970-01-03T00:00:00.000Z"],
  ]);
  expect(Run.resume("t", state, () => 3 * dayMs)?.report).toMatchObject({ id: 1, result: "running" });
});

test("a host that was not asked for a month is forgotten, one that asked for a pause is not", () => {
  using state = new CrawlState(":memory:");
  const record = { robots: "", robotsReadAt: 0, lastRequestAt: 0, pausedUntil: 0, slowedMs: 0 };
  state.save("https://old.example", { ...record, lastRequestAt: 5 * dayMs });
  state.save("https://paused.example", { ...record, lastRequestAt: 5 * dayMs, pausedUntil: 40 * dayMs });
  state.save("https://new.example", { ...record, lastRequestAt: 30 * dayMs });
  state.forgetHosts(40 * dayMs);
  expect(["old", "paused", "new"].map((name) => state.load(`https://${name}.example`) !== undefined)).toEqual(
    [false, true, true],
  );
});

test("a state that is broken or of a newer version is named with the way out", () => {
  const folder = mkdtempSync(join(tmpdir(), "state-"));
  const [broken, newer] = [join(folder, "broken.db"), join(folder, "newer.db")];
  writeFileSync(broken, "not a database, but long enough to be read as one ".repeat(30));
  expect(() => new CrawlState(broken)).toThrow(
    /broken\.db can't be used .*put a whole copy back, or delete it/,
  );
  new CrawlState(newer)[Symbol.dispose]();
  const database = new DatabaseSync(newer);
  database.exec("PRAGMA user_version = 99");
  database.close();
  expect(() => new CrawlState(newer)).toThrow(/newer version/);
  rmSync(folder, { recursive: true });
});

test("a folder has one scraper at a time, and the next one when it has ended", () => {
  const folder = mkdtempSync(join(tmpdir(), "state-"));
  const file = join(folder, "state.db");
  {
    using _first = claimState(file);
    expect(() => claimState(file)).toThrow(/another scraper works on/);
  }
  claimState(file)[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});
