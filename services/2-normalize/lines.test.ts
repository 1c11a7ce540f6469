import { existsSync, readFileSync } from "node:fs";
import { phrases } from "@skillstream/platform/local/demo/phrases.ts";
import { expect, test } from "vitest";
import { labelLines } from "./lines.ts";

test("there is one letter for each line", () => {
  expect(labelLines("")).toBe("");
  expect(labelLines("one\ntwo\nthree")).toHaveLength(3);
});

test("a heading takes the letter of what it heads, and so do the lines below it", () => {
  const text = `About us
We make lamps.
What you'll do
- Light them
Requirements:
- Steady hands
Nice to have
- A ladder
What we offer
- Matches
How to apply
Write to us.`;
  expect(labelLines(text)).toBe("AADDQQPPBBLL");
});

test("headings in all five languages are known", () => {
  const letters = {
    about: "A",
    duties: "D",
    qualifications: "Q",
    preferred: "P",
    benefits: "B",
    legal: "L",
  } as const;
  for (const [language, { headings }] of Object.entries(phrases)) {
    for (const [part, texts] of Object.entries(headings)) {
      for (const text of texts) {
        const line = text.replace("{company}", "Gnomon Teapots");
        expect(labelLines(line), `${language}: ${line}`).toBe(letters[part as keyof typeof letters]);
      }
    }
  }
});

test("a line that says itself that it is optional, pay or law is taken at its word", () => {
  expect(labelLines("Requirements\n- Go\n- Rust is a plus")).toBe("QQP");
  expect(labelLines("About us\nWe make lamps.\nThe base salary is $100,000 - $120,000.")).toBe("AAB");
  expect(
    labelLines(
      "Responsibilities\n- Light lamps\nWe are an equal opportunity employer without regard to race, color or religion.",
    ),
  ).toBe("DDL");
});

const gold = new URL("../../../shared/eval/", import.meta.url);
test.skipIf(!existsSync(gold))(
  "nine of ten lines read by hand would be too much to ask; eight are not",
  () => {
    const rows = (file: string) =>
      readFileSync(new URL(file, gold), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { id: string; text: string; lines: string });
    const truth = new Map(rows("gold.jsonl").map((row) => [row.id, row.lines]));
    let right = 0;
    let all = 0;
    for (const { id, text } of rows("postings.jsonl")) {
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      const labels = labelLines(lines.map((line) => line.trim()).join("\n"));
      for (const [index, letter] of [...(truth.get(id) ?? "")].entries()) {
        all++;
        if (labels[index] === letter) right++;
      }
    }
    expect(right / all).toBeGreaterThan(0.82);
  },
);
