import { nothingStated } from "@skillstream/schemas/blank.ts";
import { expect, test } from "vitest";
import type { RawPosting } from "../source.ts";
import { listed, noPosting, readPostings, refusal } from "./postings.ts";

const posting = (source_id: string, whole: boolean): RawPosting => ({
  source_id,
  job_url: null,
  parsed: { ...nothingStated(), title: "x", posted_time: source_id === "1" ? "2026-05-01" : "yesterday" },
  ...(whole ? { payload: { url: "", mediaType: "", body: Buffer.from("{}") } } : {}),
});

test("what could not be read is counted, and where nothing could be the form is a new one", () => {
  expect(readPostings([posting("1", true)], "jobs").result).toBe("found");
  expect(readPostings([posting("1", true), undefined], "jobs")).toMatchObject({
    result: "partial",
    missing: 1,
  });
  expect(readPostings([undefined, undefined], "jobs")).toEqual({
    result: "changed",
    reason: "none of 2 jobs has an id and a title",
  });
  expect(readPostings([posting("1", false)], "jobs", 1)).toMatchObject({
    result: "partial",
    reason: "1 of 1 jobs have no description",
  });
});

test("of a list, whole postings need no request, and what their own pages will tell is not missing", () => {
  const thin = listed(readPostings([posting("1", false)], "jobs", 1), () => "https://x.example/1");
  expect(thin).toEqual({
    result: "found",
    value: {
      next: null,
      items: [{ source_id: "1", url: "https://x.example/1", stamp: null, postedAt: Date.UTC(2026, 4, 1) }],
    },
  });
  const whole = listed(readPostings([posting("2", true), undefined], "jobs"), () => "u", { url: "n" }, 7);
  expect(whole).toMatchObject({
    result: "partial",
    missing: 1,
    value: { next: { url: "n" }, total: 7, items: [{ posting: { source_id: "2" } }] },
  });
  if ("value" in whole) expect(whole.value.items[0]?.postedAt).toBeUndefined();
});

test.each([
  ["Document not found", "gone"],
  ["not_found", "gone"],
  ["This posting was archived", "gone"],
  ["Rate limit exceeded", "blocked"],
  ["403 Forbidden", "blocked"],
  ["Something went wrong", "changed"],
])("an API that answers %s: %s", (said, result) => {
  expect(refusal(said).result).toBe(result);
});

test("only a heading says that a page's posting is no more, never a script", () => {
  expect(noPosting("<h2>This job is no longer open</h2>", "x").result).toBe("gone");
  expect(noPosting(`<script>const words = "Page not found"</script><h1>Careers</h1>`, "x")).toEqual({
    result: "changed",
    reason: "x",
  });
  expect(noPosting("Not Found", "x").result).toBe("gone");
  expect(noPosting("<h1>Access denied</h1>", "x")).toMatchObject({ result: "blocked", cause: "forbidden" });
});
