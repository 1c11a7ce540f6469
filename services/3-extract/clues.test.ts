import { fold } from "@skillstream/schemas/taxonomy/fold.ts";
import { expect, test } from "vitest";
import { type Clue, clue, cluesIn } from "./clues.ts";

function cluesOf(line: string): Clue[] {
  const { units, length } = fold(line);
  const found = cluesIn(units, 0, length);
  return (Object.keys(clue) as Clue[]).filter((name) => (found & clue[name]) !== 0);
}

test.each<[string, Clue[]]>([
  ["We bake bread", []],
  ["", []],
  ["BAFÖG and Gleitzeit", ["flexibility"]],
  ["Ein Hochschulabschluß", ["degree"]],
  ["Licenciatura, mas não é obrigatória", ["degree"]],
  ["We don’t sponsor", ["visa"]],
  ["Master’s", ["degree"]],
  ["Twelve days off", ["timeOff"]],
])("on the line %j stand clues of %j", (line, names) => {
  expect(cluesOf(line)).toEqual(names);
});

test("an end of a line parts words as a space does", () => {
  expect(cluesOf("Your learning")).toEqual(["training"]);
  expect(cluesOf("Your learnings")).toEqual([]);
  expect(cluesOf("Values")).toEqual(["values"]);
  expect(cluesOf("Devalues")).toEqual([]);
});

test("what stands in other lines, or in two, is no clue of a line", () => {
  const { units } = fold("a team\nof ten\nwho bake");
  expect(cluesIn(units, 0, 6) & clue.team).not.toBe(0);
  expect(cluesIn(units, 7, 13)).toBe(0);
  expect(cluesIn(units, 0, 4) & clue.team).toBe(0);
});

test("each clue has a bit of its own", () => {
  const bits = Object.values(clue);
  expect(new Set(bits).size).toBe(bits.length);
  expect(bits.reduce((sum, bit) => sum | bit, 0)).toBe(bits.reduce((sum, bit) => sum + bit, 0));
});
