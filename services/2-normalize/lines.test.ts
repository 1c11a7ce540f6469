import { readFileSync, statSync } from "node:fs";
import { type Phrases, phrases } from "@skillstream/platform/local/demo/phrases.ts";
import { describe, expect, test } from "vitest";
import { readModel, readWordWeights } from "./line-model.ts";
import { hashOfTerm, wordsOf } from "./line-words.ts";
import { labelLines, readLines } from "./lines.ts";

describe("there is one letter for each line that is not blank", () => {
  test.each([
    ["", 0],
    ["\n \n\t\n", 0],
    ["one\ntwo\nthree", 3],
    ["one\n\n  two\n \nthree\n", 3],
    ["-", 1],
    ["•\n-\n", 2],
    ["\u00a0\n\ufeff\nÀ bientôt\r\n", 1],
  ])("%j", (text, count) => {
    expect(labelLines(text)).toHaveLength(count);
    expect(readLines(text)).toHaveLength(count);
  });

  test("and it stands beside its line as it was", () => {
    expect(readLines("  About us\n\n•  We make lamps. ").map(({ text }) => text)).toEqual([
      "  About us",
      "•  We make lamps. ",
    ]);
  });
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

test("a bullet that stands alone takes the letter of what follows it", () => {
  const text = "Responsibilities\n-\nLight the lamps\n- \nTrim the wicks\nRequirements\n-\nSteady hands";
  expect(labelLines(text)).toBe("DDDDDQQQ");
});

describe("a posting is read in all five languages, by texts that the model was not trained on", () => {
  test.each(Object.entries(phrases))("%s", (_, one) => {
    const { lines, truth } = postingOf(one);
    const labels = labelLines(lines.join("\n"));
    const wrong = lines.filter((_, at) => labels[at] !== truth[at]);
    expect(wrong.length / lines.length, wrong.join("\n")).toBeLessThan(0.16);
    const relevant = [...truth].flatMap((letter, at) => ("DQP".includes(letter) ? [labels[at] ?? ""] : []));
    const lost = relevant.filter((letter) => !"DQP".includes(letter));
    expect(lost.length / relevant.length).toBeLessThan(0.1);
  });
});

/** Every part under its first heading, with all that its phrases say. */
function postingOf(one: Phrases): { lines: string[]; truth: string } {
  const { headings, about, intro, duties, requires, years, degree, soft, preferred, benefits, legal } = one;
  const parts: [letter: string, heading: string, lines: readonly string[]][] = [
    ["A", headings.about[0] ?? "", about],
    ["D", headings.duties[0] ?? "", [...intro, ...bullets(duties)]],
    ["Q", headings.qualifications[0] ?? "", bullets([...requires, ...years, ...degree, ...soft])],
    ["P", headings.preferred[0] ?? "", bullets(preferred)],
    ["B", headings.benefits[0] ?? "", bullets(benefits)],
    ["L", headings.legal[0] ?? "", legal],
  ];
  const filled = parts.flatMap(([letter, heading, lines]) =>
    [heading, ...lines].map((text) => ({ letter, text: fill(text) })),
  );
  return {
    lines: filled.map(({ text }) => text),
    truth: filled.map(({ letter }) => letter).join(""),
  };
}

const bullets = (lines: readonly string[]) => lines.map((line) => `- ${line}`);
const words: Record<string, string> = {
  company: "Gnomon Teapots",
  role: "Engineer",
  skill: "Kafka",
  skill2: "SQL",
  years: "5",
  product: "teapots",
  city: "Porto",
  team: "Kettle",
};
const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name) => words[name] ?? name);

test("a line that says itself that it is optional, pay or law is taken at its word", () => {
  const asks =
    "Requirements\n- Five years of Go\n- Knowledge of Kubernetes\n- Experience with Rust is a plus";
  expect(labelLines(asks)).toBe("QQQP");
  expect(labelLines("About us\nWe make lamps.\nThe base salary is $100,000 - $120,000 a year.")).toBe("AAB");
  expect(
    labelLines(
      "Responsibilities\n- Light lamps\nWe are an equal opportunity employer without regard to race, color or religion.",
    ),
  ).toBe("DDL");
});

describe("any text is read, in time that grows with its length alone", () => {
  const strange: [string, string][] = [
    ["a line of a million letters", "a".repeat(1_000_000)],
    ["a line of half a million words", "go ".repeat(500_000)],
    ["a hundred thousand bullets", "- go\n".repeat(100_000)],
    ["a hundred thousand headings", "Requirements:\n".repeat(100_000)],
    ["halves of astral letters", "\ud83d\n\ude00 \ud83d\n- \ude00"],
    ["signs only", "!!! ???\n$$$\n***\n—"],
  ];
  test.each(strange)("%s", (_, text) => {
    const before = process.cpuUsage();
    expect(labelLines(text)).toMatch(/^[ADQPBLO]+$/);
    const { user, system } = process.cpuUsage(before);
    // A few microseconds a line; seconds would be a loop within a loop.
    expect((user + system) / 1_000_000).toBeLessThan(8);
  });
});

test("a posting of 3.5 KB takes no milliseconds", () => {
  const { lines } = postingOf(phrases.en);
  const text = lines.join("\n");
  const once = () => {
    for (let round = 0; round < 200; round++) labelLines(text);
  };
  once();
  const before = process.cpuUsage();
  once();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 200 / text.length).toBeLessThan(2_000 / 3_500);
});

test("words are hashed alike in a line and in the model, in either form of a number", () => {
  const { hashes, hashEnds } = wordsOf("5+ years, über 100,000 €");
  const terms = ["#", "^ #", "years", "# years", "über", "years über", "#", "über #", "$", "# $", "$ ^"];
  expect([...hashes.subarray(0, hashEnds[0])]).toEqual(terms.map(hashOfTerm));
});

describe("the model", () => {
  const file = new URL("lines-model.json", import.meta.url);
  const text = readFileSync(file, "utf8");

  test("is small, and names no word that stands for nothing", () => {
    expect(statSync(file).size).toBeLessThan(300_000);
    expect(readWordWeights(text).terms.every((term) => /^\S+( \S+)?$/.test(term))).toBe(true);
  });

  test.each([
    ["of another version", text.replace(/"version": \d+/, '"version": 0'), "has version 0"],
    ["cut short", text.replace(/"weights": "[^"]{8}/, '"weights": "'), "bytes where"],
  ])("is refused when it is %s", (_, broken, why) => {
    expect(() => readModel(broken)).toThrow(why);
  });
});
