import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { describe, expect, test } from "vitest";
import { calibrationOf } from "./calibration.ts";
import { resultOf } from "./extract.ts";
import { ownSet, readJsonLines } from "./labelled.ts";
import { readersOf } from "./readers.ts";
import { falls, figuresOf, type Recorded, record, recorded } from "./record.ts";
import type { Labelled } from "./score.ts";

const own = ownSet();

describe("our own labelled postings", () => {
  test("no figure is lower than the newest recorded one", () => {
    const [reader] = readersOf(readTaxonomy());
    if (reader === undefined) throw new Error("there is no extractor to judge");
    const newest = recorded().findLast(
      ({ data, hash, extractor }) => data === own.name && hash === own.hash && extractor === reader.name,
    );
    if (newest === undefined) throw new Error(`no figures of these labels are recorded; ${howToRecord}`);
    const [result] = resultOf(own, [reader]).readers;
    if (result === undefined) throw new Error("nothing was judged");
    const told = falls(newest, figuresOf(result.shares));
    expect(told, `${told.join("\n")}\n${howToRecord}`).toEqual([]);
  });

  test("every mention stands in its posting, every line has its letter, no skill is there twice", () => {
    for (const { id, title, location, text, lines, skills } of own.postings) {
      const given = [title, location, text].join("\n");
      const mentions = skills.flatMap((skill) => skill.mentions);
      expect(
        mentions.filter((form) => form === "" || !given.includes(form)),
        id,
      ).toEqual([]);
      expect(lines.length, id).toBe(text.split("\n").filter((line) => line.trim() !== "").length);
      expect(new Set(skills.map(({ name }) => name)).size, id).toBe(skills.length);
    }
  });

  test("they are at least 30, of several languages, and what is given holds no label", () => {
    expect(own.postings.length).toBeGreaterThanOrEqual(30);
    const given = readJsonLines<Labelled>(new URL("extract/postings.jsonl", import.meta.url));
    expect(given.map(({ id, text }) => ({ id, text }))).toEqual(
      own.postings.map(({ id, text }) => ({ id, text })),
    );
    expect(given.filter((posting) => "skills" in posting || "lines" in posting)).toEqual([]);
  });
});

const howToRecord =
  "If the change is meant, record the new figures by: npm run -s eval -- extract --record; say why in the commit.";

const line: Recorded = {
  date: "2026-11-01",
  extractor: "embedded",
  version: "embedded@1",
  taxonomy: "1",
  data: "own",
  hash: "0",
  postings: 1,
  expectedCalibrationError: null,
  figures: { "technology.strict.f1": 0.9, "technology.strict.recall": 0.9, "visa.right": 1, grounded: 1 },
};

test("figures are kept as lines, the same ones once, and as a table with the newest first", () => {
  const folder = pathToFileURL(`${mkdtempSync(join(tmpdir(), "skillstream-results-"))}/`);
  try {
    const { date: _, ...first } = line;
    const better = { ...first, version: "embedded@2", figures: { ...line.figures, "visa.right": 0.5 } };
    expect(record([first], folder, new Date("2026-11-01T23:00:00Z"))).toBe(1);
    expect(record([first], folder, new Date("2026-11-02T01:00:00Z"))).toBe(0);
    expect(record([better], folder, new Date("2026-11-03T01:00:00Z"))).toBe(1);
    expect(recorded(folder)).toEqual([line, { ...better, date: "2026-11-03" }]);
    const rows = readFileSync(new URL("README.md", folder), "utf8")
      .split("\n")
      .filter((row) => row.startsWith("| 2026"));
    expect(rows.map((row) => row.split(" | ").slice(0, 2))).toEqual([
      ["| 2026-11-03", "embedded@2"],
      ["| 2026-11-01", "embedded@1"],
    ]);
    expect(rows[0]).toContain("| 50.0 |");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a figure that falls by more than the tolerance is told with what it was and is", () => {
  expect(falls(line, { "technology.strict.f1": 0.8985, "visa.right": 1, grounded: 1 })).toEqual([]);
  expect(falls(line, { "technology.strict.f1": 0.8, "visa.right": 1, grounded: 1 })).toEqual([
    "technology.strict.f1 was 0.9 (2026-11-01, embedded@1, taxonomy 1), is 0.8",
  ]);
  expect(falls(line, { "technology.strict.f1": 0.9, grounded: 1 })).toEqual([
    "visa.right was 1 (2026-11-01, embedded@1, taxonomy 1), is nothing",
  ]);
});

describe("calibration", () => {
  const claims = (count: number, confidence: number, right: number) =>
    Array.from({ length: count }, (_, at) => ({ confidence, isRight: at < right }));

  test("confidences that hold have no error", () => {
    const { expectedError, bins } = calibrationOf([...claims(10, 0.5, 5), ...claims(10, 1, 10)]);
    expect(expectedError).toBe(0);
    expect(bins).toEqual([
      { claims: 10, said: 0.5, right: 0.5 },
      { claims: 10, said: 1, right: 1 },
    ]);
  });

  test("the error is each bin's gap, weighed by its claims", () => {
    expect(calibrationOf([...claims(30, 0.9, 24), ...claims(10, 0.2, 6)]).expectedError).toBeCloseTo(0.175);
  });
});
