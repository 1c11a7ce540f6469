import { describe, expect, test } from "vitest";
import { type Folded, fold, foldForm } from "./fold.ts";

const textOf = ({ units, length }: Folded) => String.fromCharCode(...units.subarray(0, length));

describe("folding", () => {
  test.each([
    ["PostgreSQL", "postgresql"],
    ["scikit-learn", "scikit learn"],
    ["scikit_learn", "scikit learn"],
    ["Ｐｙｔｈｏｎ", "python"],
    ["𝗣𝘆𝘁𝗵𝗼𝗻", "python"],
    ["İstanbul", "istanbul"],
    ["Straße", "strasse"],
    ["Café résumé", "cafe resume"],
    ["Cafe\u0301", "cafe"],
    ["Ja\u200bva", "java"],
    ["Ja\u00adva", "java"],
    ["ﬁgma", "figma"],
    ["C++ / C# / .NET", "c++ / c# / .net"],
    ["a \t  b", "a b"],
    ["a  \n - b", "a\nb"],
    ["Søren Łódź", "soren lodz"],
    ["it’s", "it's"],
    ["", ""],
  ])("%j is looked up as %j", (source, folded) => {
    expect(textOf(fold(source))).toBe(folded);
  });

  test("each folded unit knows its source, though lower-casing changes the length", () => {
    const source = "İ Straße ﬁx 𝗚𝗼!";
    const folded = fold(source);
    const text = textOf(folded);
    const sourceOf = (part: string) => {
      const start = text.indexOf(part);
      return source.slice(folded.starts[start], folded.ends[start + part.length - 1]);
    };
    expect(sourceOf("strasse")).toBe("Straße");
    expect(sourceOf("fix")).toBe("ﬁx");
    expect(sourceOf("go")).toBe("𝗚𝗼");
    expect(sourceOf("!")).toBe("!");
  });

  test("a combining mark stays with its letter, an invisible character does not", () => {
    const withMark = fold("Cafe\u0301 x");
    expect("Cafe\u0301 x".slice(0, withMark.ends[3])).toBe("Cafe\u0301");
    const withJoiner = fold("Java\u200b x");
    expect("Java\u200b x".slice(0, withJoiner.ends[3])).toBe("Java");
  });

  test("half a surrogate pair is a character of its own, and folding goes on behind it", () => {
    expect(textOf(fold("\ud83dGo\ude00"))).toBe("\ufffdgo\ufffd");
  });

  test("an expansion at the very end fits", () => {
    const source = "ﷺ".repeat(50);
    const folded = fold(source);
    expect(folded.length).toBeGreaterThan(500);
    expect(folded.ends[folded.length - 1]).toBe(50);
  });

  test("a form is folded without the space around it", () => {
    expect(foldForm(" A/B testing ")).toBe("a/b testing");
    expect(foldForm("--")).toBe("");
  });

  test("a plain form folds as a text does", () => {
    const signs = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
    for (const form of [signs.join(""), signs.join("x"), signs.join("- "), "  _a_-b  ", "Node.js", "`x`"]) {
      expect(foldForm(form)).toBe(textOf(fold(form)).trim());
    }
  });
});
