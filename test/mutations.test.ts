// Owns the proof that no page, however broken, makes a parser throw, hang, or make something up; and that the
// check which says so can fail.

import { nothingStated } from "@skillstream/schemas/blank.ts";
import type { Captured, RawPosting, Source } from "@skillstream/scrape/source.ts";
import { describe, expect, test } from "vitest";
import { judge } from "./mutations/judge.ts";
import { capturedPages, replicaPages, sourcesByName } from "./mutations/pages.ts";
import { mutantOf, samplesBySource } from "./mutations/run.ts";
import { runWatched } from "./mutations/watched.ts";

const count = 1_500;

test(`${count} broken pages give typed results in time, and no posting that is not in them`, async () => {
  const report = await runWatched(count, 1);
  expect(report.problems).toEqual([]);
  expect(report.mutants).toBe(count);
  // A run in which hardly anything was found, or nothing refused, would prove little.
  const { found = 0, partial = 0, changed = 0 } = report.results;
  expect(found + partial).toBeGreaterThan(report.judged / 5);
  expect(changed).toBeGreaterThan(report.judged / 20);
  expect(report.postings).toBeGreaterThan(count);
});

test("pages that are whole are found, and pass the same check", () => {
  const sources = sourcesByName();
  const samples = [...replicaPages(sources), ...capturedPages(sources)];
  const results = new Map<string, Set<string>>();
  for (const { source, name, page } of samples) {
    const verdict = judge(sources.get(source) as Source, page);
    expect(verdict.problems, name).toEqual([]);
    results.set(source, (results.get(source) ?? new Set()).add(verdict.result));
  }
  for (const [source, seen] of results) expect([...seen], source).toContain("found");
});

test("the same seed gives the same mutants, another one others", () => {
  const samples = samplesBySource(sourcesByName());
  const bodies = (seed: number) =>
    Array.from({ length: 20 }, (_, at) => mutantOf(samples, seed, at).page.body).map((body) =>
      Buffer.from(body),
    );
  expect(bodies(5)).toEqual(bodies(5));
  expect(bodies(5)).not.toEqual(bodies(6));
});

describe("the check complains of a parser that", () => {
  const page: Captured = {
    url: "https://jobs.example/1",
    mediaType: "text/html",
    body: Buffer.from(
      '<h1>Lamp &amp; <b>light</b>er</h1><p>at\n Acme</p><script>{"company":"Wick \\u0026 S\\u00f6hne"}</script>',
    ),
  };
  const posting = (fields: Partial<RawPosting["parsed"]>): RawPosting => ({
    source_id: "1",
    job_url: null,
    parsed: { ...nothingStated(), ...fields },
  });
  const problems = (
    parse: Source["parse"],
    list: Source["list"] = () => ({ result: "empty", reason: "x" }),
  ) => judge({ parse, list }, page).problems;
  const found = (fields: Partial<RawPosting["parsed"]>) =>
    problems(() => ({ result: "found", value: [posting(fields)] }));

  test("makes up a title or a company, or changes one", () => {
    expect(found({ title: "Lamp & lighter", company: "at Acme" })).toEqual([]);
    expect(found({ company: "Wick & Söhne" })).toEqual([]);
    for (const title of [
      "Engineer",
      "lamp & lighter",
      "Lamp lighter",
      "Lamp & lighters",
      "Lamp & lighter at",
    ])
      expect(found({ title }), title).toHaveLength(1);
    expect(found({ company: "Acme Inc" })).toEqual(['the company "Acme Inc" is not in the page']);
    const listed = problems(
      () => ({ result: "empty", reason: "x" }),
      () => ({
        result: "found",
        value: {
          next: null,
          items: [{ source_id: "1", url: page.url, stamp: null, posting: posting({ title: "Made up" }) }],
        },
      }),
    );
    expect(listed).toEqual(['the title "Made up" is not in the page']);
  });

  test("throws", () => {
    const [problem] = problems(() => {
      throw new TypeError("oh");
    });
    expect(problem).toContain("parse throws TypeError: oh");
  });

  test("takes too long", () => {
    const [problem] = problems(() => {
      const before = process.threadCpuUsage().user;
      while (process.threadCpuUsage().user - before < 1_100_000) JSON.stringify(new Array(100_000).fill(1));
      return { result: "empty", reason: "x" };
    });
    expect(problem).toMatch(/^parse takes \d{4} ms$/);
  });

  test("gives no result, one of no type, or an empty success", () => {
    expect(problems(() => undefined as never)).toEqual(["parse gives no result"]);
    expect(problems(() => ({ result: "fine", value: [] }) as never)).toContain(
      "parse gives fine, which is no result",
    );
    expect(problems(() => ({ result: "found", value: [] }))).toEqual(["parse: found, but nothing"]);
    expect(problems(() => ({ result: "blocked", reason: "x" }) as never)).toEqual(["parse names no cause"]);
    expect(problems(() => ({ result: "gone", reason: "" }))).toEqual(["parse gives no reason"]);
  });

  test("gives fields that do not fit the schema, or a list that cannot be walked", () => {
    expect(found({ title: 5 as never })).toEqual(["title is 5"]);
    expect(found({ skills: [null as never] })).toEqual(["skills is [null]"]);
    expect(found({ salary: { min: Number.NaN, max: null, currency: null, period: null } })).toHaveLength(1);
    expect(found({ wage: "1" } as never)).toEqual(["a posting has fields of its own"]);
    const list = problems(
      () => ({ result: "empty", reason: "x" }),
      () => ({
        result: "found",
        value: { items: [{ source_id: "", url: "x", stamp: null }], next: { url: "" } },
      }),
    );
    expect(list).toHaveLength(3);
  });
});
