import { expect, test } from "vitest";
import { type Answers, Readiness, serveHealth } from "./health.ts";

test("a question that cannot be answered is a 500 and not the end of the process", async () => {
  const answers: Answers = new Map();
  answers.set("/runs", () => {
    throw new Error("datatype mismatch");
  });
  answers.set("/sources", () => ({ sources: [] }));
  await using server = await serveHealth(new Readiness(), { host: "127.0.0.1", port: 0, answers });
  const failed = await fetch(`http://127.0.0.1:${server.port}/runs?limit=1.5`);
  expect([failed.status, await failed.json()]).toEqual([500, { error: "datatype mismatch" }]);
  const well = await fetch(`http://127.0.0.1:${server.port}/sources`);
  expect([well.status, await well.json()]).toEqual([200, { sources: [] }]);
});
