import { expect, test } from "vitest";
import { CrawlState, type Known } from "./state.ts";

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
