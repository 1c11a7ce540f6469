import type { Skill } from "@skillstream/schemas/types.ts";
import { describe, expect, test } from "vitest";
import { flagsOf } from "./flags.ts";

/** Skills that stand in a text wherever one of the names does. */
function skillsIn(text: string, names: readonly string[]): Skill[] {
  return names.map((name) => ({
    name,
    in_taxonomy: true,
    kind: "technology",
    requirement: "required",
    confidence: 1,
    mentions: [...text.matchAll(new RegExp(`\\b${name}\\b`, "g"))].map(({ index }) => ({
      field: "description",
      text: text.slice(index, index + name.length),
      start: index,
      end: index + name.length,
    })),
  }));
}
const names = Array.from({ length: 80 }, (_, index) => `tool${index}`);

describe("keyword stuffing", () => {
  test.each([
    ["eighty names in a row", names.join(", ")],
    ["eighty names below each other", names.map((name) => `- ${name}`).join("\n")],
    ["one name again and again", "tool1 ".repeat(30)],
  ])("%s is flagged", (_, text) => {
    expect(flagsOf("", text, skillsIn(text, names), false)).toEqual(["keyword_stuffing"]);
  });

  test.each([
    ["twenty names in a row", names.slice(0, 20).join(", ")],
    ["eighty names in sentences", names.map((name) => `We keep ${name} in good order.`).join(" ")],
    ["one name in every sentence", "We like tool1 a lot. ".repeat(30)],
  ])("%s is not", (_, text) => {
    expect(flagsOf("", text, skillsIn(text, names), false)).toEqual([]);
  });
});

describe("disguised letters", () => {
  test.each([
    ["Cyrillic letters in a Latin word", "Experience with J\u0430va"],
    ["Greek letters in a Latin word", "Experience with Pyth\u03bfn"],
    ["a Latin letter in a word of Cyrillic ones that look Latin", "\u0421O\u0412OL"],
  ])("%s are flagged", (_, text) => {
    expect(flagsOf("", text, [], false)).toEqual(["disguised_letters"]);
    expect(flagsOf(text, "", [], false)).toEqual(["disguised_letters"]);
  });

  test("a name that is split by what nobody sees is flagged", () => {
    const text = "to\u200bol1";
    expect(flagsOf("", text, skillsIn(text, [text]), false)).toEqual(["disguised_letters"]);
  });

  test.each([
    "Опыт работы с Java и SQL, знание API",
    "Εμπειρία με Python",
    "10 µs, Δt, a λ-calculus and α-testing",
    "Pâtissier, naïve, Übung, Łódź, İstanbul",
  ])("%j is plain writing", (text) => {
    expect(flagsOf("", text, [], false)).toEqual([]);
  });
});

test.each(["a", "аa ", ". ", "tool1 "])("2 MB of %j take time that grows with the text alone", (piece) => {
  const time = (chars: number) => {
    const text = piece.repeat(chars / piece.length);
    const before = process.cpuUsage();
    flagsOf("", text, [], false);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  time(100_000);
  const small = time(250_000);
  expect(time(2_000_000)).toBeLessThan(24 * Math.max(small, 20));
});
