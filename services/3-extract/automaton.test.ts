import { fold } from "@skillstream/schemas/taxonomy/fold.ts";
import { describe, expect, test } from "vitest";
import { buildAutomaton, formsFrom } from "./automaton.ts";
import { wordsOf } from "./words.ts";

/** What begins with each word of a text, as form@end. */
function found(forms: readonly string[], text: string): string[] {
  const automaton = buildAutomaton(forms);
  const folded = fold(text);
  const { units } = folded;
  const words = wordsOf(folded);
  const all: string[] = [];
  for (let word = 0; word < words.count; word++) {
    formsFrom(automaton, units, words, word, (form, end) => all.push(`${forms[form]}@${end}`));
  }
  return all;
}

describe("the automaton", () => {
  test("finds every form that begins with a word, the shortest first, and none inside of a word", () => {
    const forms = ["data", "data base", "data base design", "database", "base", "sign"];
    expect(found(forms, "data base designs")).toEqual(["data@4", "data base@9", "base@9"]);
    expect(found(forms, "data base design")).toEqual([
      "data@4",
      "data base@9",
      "data base design@16",
      "base@9",
    ]);
    expect(found(forms, "database")).toEqual(["database@8"]);
  });

  test("a space more or less is another form, and so is a sign", () => {
    const forms = ["c", "c++", "c ++", ".net", "ci/cd", "a & b"];
    expect(found(forms, "c++")).toEqual(["c@1", "c++@3"]);
    expect(found(forms, "c ++")).toEqual(["c@1", "c ++@4"]);
    expect(found(forms, ".net ci/cd")).toEqual([".net@4", "ci/cd@10"]);
    expect(found(forms, "ci / cd a& b")).toEqual([]);
    expect(found(forms, "a & b")).toEqual(["a & b@5"]);
  });

  test("a form may end before the digits that a word ends in", () => {
    const forms = ["python", "java 8", "web3", "web"];
    expect(found(forms, "python3")).toEqual(["python@6"]);
    expect(found(forms, "python3x python33")).toEqual(["python@15"]);
    expect(found(forms, "web3")).toEqual(["web@3", "web3@4"]);
    expect(found(forms, "java 88 2024")).toEqual([]);
  });

  test("letters beyond the basic plane are letters, and other pairs are signs", () => {
    expect(found(["go", "𐐨"], "𐐨go 𐐨 🚀go")).toEqual(["𐐨@7", "go@12"]);
  });

  test("agrees with looking at every word, on random texts of few words", () => {
    const random = seeded(7);
    const pieces = ["a", "b", "ab", "c3", "3", "/", "+", ".", " "];
    const some = (most: number) =>
      Array.from(
        { length: 1 + Math.floor(random() * most) },
        () => pieces[Math.floor(random() * pieces.length)],
      )
        .join("")
        .replace(/ +/g, " ")
        .trim();
    const isWord = (text: string, index: number) => /[a-z0-9]/.test(text[index] ?? "");
    for (let round = 0; round < 500; round++) {
      const forms = [...new Set(Array.from({ length: 30 }, () => some(6)))].filter((form) => form !== "");
      const text = some(60);
      const expected: string[] = [];
      for (let start = 0; start < text.length; start++) {
        if (text[start] === " " || (isWord(text, start) && isWord(text, start - 1))) continue;
        const here = forms.filter((form) => {
          const end = start + form.length;
          if (!text.startsWith(form, start)) return false;
          if (!isWord(text, end - 1) || !isWord(text, end)) return true;
          return /^[0-9]+(?![a-z0-9])/.test(text.slice(end)) && !/[0-9]/.test(text[end - 1] ?? "");
        });
        here.sort((a, b) => a.length - b.length);
        expected.push(...here.map((form) => `${form}@${start + form.length}`));
      }
      expect(found(forms, text)).toEqual(expected);
    }
  });

  test("refuses a form that would make searches long", () => {
    expect(() => buildAutomaton(["a".repeat(121)])).toThrow(/longer than 120 units/);
  });
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
