import { describe, expect, test } from "vitest";
import { linesOf } from "./lines.ts";
import { partsOf } from "./parts.ts";

const prose =
  "We restore church organs all over the country, from the bellows to the last reed, and we keep a workshop by the river where wood dries for years before anyone touches it. ".repeat(
    5,
  );
const lost = `${prose}ResponsibilitiesTune the pipes on siteKeep a log of every stopRequirementsExperience with woodworkingA driving licenceBonus PointsYou play yourselfPerksFour weeks of summer break`;

const partsWith = (description: string, letters: string) =>
  partsOf(description, linesOf(description, letters)).map(({ start, end, letter }) => ({
    letter,
    text: description.slice(start, end).trim(),
  }));
const letterOf = (words: string, description: string, letters: string) =>
  partsWith(description, letters).find(({ text }) => text.includes(words))?.letter;

describe("a posting that lost its line breaks", () => {
  test.each([
    ["church organs", "A"],
    ["Tune the pipes", "D"],
    ["woodworking", "Q"],
    ["driving licence", "Q"],
    ["play yourself", "P"],
    ["summer break", "B"],
  ])("%j is read under its heading as %s", (words, letter) => {
    expect(letterOf(words, lost, "A")).toBe(letter);
  });

  test("its parts cover every word, in order and apart", () => {
    const parts = partsOf(lost, linesOf(lost, "A"));
    let end = 0;
    for (const part of parts) {
      expect(lost.slice(end, part.start).trim()).toBe("");
      expect(part.end).toBeGreaterThan(part.start);
      end = part.end;
    }
    expect(lost.slice(end).trim()).toBe("");
  });

  test("items that run into each other are apart", () => {
    expect(partsWith(lost, "A").map(({ text }) => text)).toContain("Keep a log of every stop");
  });

  test("what is looked for in one sentence is asked for in that sentence only", () => {
    const text = `${prose}We are looking for somebody who knows oak. You will carry pipes. Bonus: harpsichords, spinets. Small team by the river.`;
    expect(letterOf("knows oak", text, "D")).toBe("Q");
    expect(letterOf("carry pipes", text, "D")).toBe("D");
    expect(letterOf("spinets", text, "D")).toBe("P");
    expect(letterOf("Small team", text, "D")).toBe("D");
  });

  test("what comes before the first heading of a line that asks only introduces", () => {
    expect(letterOf("church organs", lost, "Q")).toBe("D");
  });

  test("headings in other languages count", () => {
    const text = `${prose}Ihre Aufgaben: Pfeifen stimmen. Ihr Profil: Erfahrung mit Holz. Wir bieten: Ruhe.`;
    expect(letterOf("Pfeifen stimmen", text, "A")).toBe("D");
    expect(letterOf("Holz", text, "A")).toBe("Q");
    expect(letterOf("Ruhe", text, "A")).toBe("B");
  });
});

describe("what stays as it is", () => {
  test("lines of usual length, with their letters", () => {
    const description = "Requirements\n- Oak\nBenefits\n- Rest";
    const lines = linesOf(description, "QQBB");
    expect(partsOf(description, lines)).toBe(lines);
  });

  test("a paragraph among other lines, though it names what is asked", () => {
    const paragraph = `${prose.slice(0, 500)} Our Requirements: none. We offer rest.`;
    const description = `${Array.from({ length: 12 }, () => prose.slice(0, 120)).join("\n")}\n${paragraph}`;
    const lines = linesOf(description, "A".repeat(13));
    expect(partsOf(description, lines)).toBe(lines);
  });

  test("words of a sentence that are headings elsewhere", () => {
    const text = `${prose}You gather requirements and write them down, weigh the benefits and share responsibilities. ${prose}`;
    expect(new Set(partsWith(text, "D").map(({ letter }) => letter))).toEqual(new Set(["D"]));
  });
});

test.each([
  "a",
  "Aa",
  "a ",
  "Requirements",
  "What you ",
  "key core main ",
  "Bonus: ",
  "skills and ",
  "a.B",
  "our benefits and ",
  "• ",
  "The ideal ",
])("2 MB of %j take time that grows with the text alone", (piece) => {
  const time = (chars: number) => {
    const text = piece.repeat(chars / piece.length);
    const before = process.cpuUsage();
    partsOf(text, linesOf(text, "D"));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  time(100_000);
  const small = time(250_000);
  expect(time(2_000_000)).toBeLessThan(24 * Math.max(small, 20));
});
