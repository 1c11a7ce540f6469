import { expect, test } from "vitest";
import { countsOf, postingsOf, type Sentence } from "./spans.ts";

const sentence = (idx: number, tokens: string, knowledge: string, skill = ""): Sentence => ({
  idx,
  source: "tech",
  tokens: tokens.split(" "),
  tags_knowledge: [...knowledge],
  tags_skill: [...(skill || "O".repeat(tokens.split(" ").length))],
});

test("sentences of one posting become the lines of one text, their spans at the words that were marked", () => {
  const [first, second, ...more] = postingsOf([
    sentence(1, "Java and Spring Boot", "BOBI", "OOOO"),
    sentence(1, "build web services ( Rust )", "OOOOBI", "BIIOOO"),
    sentence(2, "Go", "B"),
  ]);
  expect(more).toEqual([]);
  expect(second?.text).toBe("Go\n");
  const words = (spans: readonly { start: number; end: number }[] = []) =>
    spans.map(({ start, end }) => first?.text.slice(start, end));
  expect(words(first?.spans.knowledge)).toEqual(["Java", "Spring Boot", "Rust"]);
  expect(words(first?.spans.skill)).toEqual(["build web services"]);
  expect(first?.spans.both).toHaveLength(4);
});

test("an exact span has both ends, an overlapping one a letter, and each answers for one", () => {
  const wanted = [
    { start: 0, end: 4 },
    { start: 10, end: 20 },
    { start: 30, end: 35 },
  ];
  const said = [
    { start: 0, end: 4 },
    { start: 12, end: 14 },
    { start: 15, end: 18 },
    { start: 35, end: 40 },
  ];
  expect(countsOf(wanted, said)).toEqual({ wanted: 3, said: 4, exact: 1, overlapping: 2 });
});
