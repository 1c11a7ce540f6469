import { expect, test } from "vitest";
import { withClues } from "./clues.ts";
import { yearsIn } from "./experience.ts";
import type { ReadLine } from "./lines.ts";

const read = (text: string, label: ReadLine["label"] = "Q") => yearsIn(withClues(text, [{ text, label }]));

test.each<[string, number, number | null]>([
  ["3-5 years of experience with lamps", 3, 5],
  ["3 – 5 years' experience", 3, 5],
  ["5+ years in a lighthouse", 5, null],
  ["5-7+ years of experience", 5, null],
  ["5/7+ years of experience", 5, null],
  ["6 years+ of experience", 6, null],
  ["at least five years of experience", 5, null],
  ["five (5) years of experience", 5, null],
  ["5+ relevant years with lenses", 5, null],
  ["3 years of experience, or eight years of experience in place of a degree", 3, null],
  ["Five-plus years with lenses", 5, null],
  ["between 3 and 5 years of experience", 3, 5],
  ["1.5 years of experience", 1.5, null],
  ["Expérience de 3 à 5 ans souhaitée", 3, 5],
  ["Experiencia mínima de 2 años", 2, null],
  ["Minimum one-year related experience", 1, null],
  ["One year or more with lenses", 1, null],
  ["10+ yrs of experience", 10, null],
  ["Keeper with 5-9 YOE", 5, 9],
  ["mindestens 3 Jahre Berufserfahrung", 3, null],
  ["3 bis 5 Jahre Erfahrung", 3, 5],
  ["drei Jahre Erfahrung als Wärter", 3, null],
  ["3 à 5 ans d'expérience", 3, 5],
  ["au moins trois ans d’expérience", 3, null],
  ["un an d'expérience", 1, null],
  ["Al menos 2 años de experiencia", 2, null],
  ["De 3 a 5 años de experiencia", 3, 5],
  ["Mínimo de 4 anos de experiência", 4, null],
  ["3 anni di esperienza", 3, null],
  ["3 jaar ervaring", 3, null],
  ["Minst 3 års erfarenhet", 3, null],
  ["Mindst 2 års erfaring", 2, null],
  ["Co najmniej 3 lata doświadczenia", 3, null],
  ["5 let praxe", 5, null],
  ["we take no candidates with less than 3 years of experience", 3, null],
])("%j asks for %d to %s", (text, min, max) => {
  expect(read(text)).toEqual({ min, max });
});

test.each<[string, ReadLine["label"]]>([
  ["A 10-year-old company", "A"],
  ["We have been in business for over 25 years.", "Q"],
  ["Founded 10 years ago", "A"],
  ["We grew tenfold in just 3 years", "A"],
  ["We grew tenfold in 3 years", "D"],
  ["Our founders have a combined 40 years of experience", "A"],
  ["Over the past 5 years we have built lighthouses", "D"],
  ["the next 5 years of our growth", "D"],
  ["A 4-year degree", "Q"],
  ["a degree of a four-year university", "Q"],
  ["This is a 1 year contract", "D"],
  ["A sabbatical after 5 years", "B"],
  ["You are 18 years of age", "Q"],
  ["up to 2 years of experience", "Q"],
  ["$120,000 per year", "B"],
  ["20 to 24 an hour", "Q"],
  ["120 years of experience", "Q"],
  ["Must be 21 years or older", "Q"],
  ["several years of experience", "Q"],
  ["Several years", "Q"],
  ["5-3 years of experience", "Q"],
  ["v1.5 years", "Q"],
])("%j asks for none", (text, label) => {
  expect(read(text, label)).toBeNull();
});

test("the largest minimum counts, of what is required before what is preferred", () => {
  const lines = (...lines: [ReadLine["label"], string][]) =>
    yearsIn(
      withClues(
        lines.map(([, text]) => text).join("\n"),
        lines.map(([label, text]) => ({ label, text })),
      ),
    );
  expect(lines(["Q", "- 2 years of Rust"], ["Q", "- 5-8 years of experience"])).toEqual({ min: 5, max: 8 });
  expect(lines(["Q", "- 2 years of Rust"], ["P", "- 5 years of experience"])).toEqual({ min: 2, max: null });
  expect(lines(["Q", "- 2 years of Rust, ideally 5 years"])).toEqual({ min: 2, max: null });
  expect(lines(["Q", "- 2 years of Rust"], ["Q", "- 6 years with C is a plus"])).toEqual({
    min: 2,
    max: null,
  });
  expect(lines(["P", "- 5 years of experience"])).toEqual({ min: 5, max: null });
});

test("what asks is read also where a line was taken for something else", () => {
  expect(read("- 4+ years of experience in a workshop", "A")).toEqual({ min: 4, max: null });
  expect(read("Tu répares nos lampes. Expérience de 3 à 5 ans souhaitée.", "A")).toEqual({ min: 3, max: 5 });
  expect(read("One year of recent experience with lamps is required.", "B")).toEqual({ min: 1, max: null });
  expect(read("We are looking for a keeper with 3-5 years of experience", "A")).toEqual({ min: 3, max: 5 });
});

test("a text that lost its breaks is read to its end, as prose", () => {
  const story = "We keep lamps alight. ".repeat(300);
  expect(read(`${story}At least 4 years of experience with lenses. ${story}`)).toEqual({ min: 4, max: null });
  expect(read(`${story}Our tower stood for 12 years. ${story}`)).toBeNull();
});

test.each(["5 ", "5 years ", "5-", "years ", "(5) ", "one or ", "- ", "over the past 5 years "])(
  "a line of %j without end takes a moment and throws nothing",
  (piece) => {
    const before = process.cpuUsage();
    read(piece.repeat(1_000_000 / piece.length));
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  },
);
