import { expect, test } from "vitest";
import { compileCues, findCues, hasCue, listsIn } from "./cues.ts";

const cues = compileCues([["bread roll"], ["read", "bread"], ["oven "], [" jam"], ["read"]]);

const listed = (text: string) => {
  const units = Uint16Array.from(text, (one) => one.charCodeAt(0));
  const lists = listsIn(cues, units, 0, units.length);
  return [0, 1, 2, 3, 4].filter((list) => ((lists >> list) & 1) === 1);
};
const told = (text: string) => {
  const lists: number[] = [];
  findCues(cues, text, (list) => lists.push(list) > 9);
  return [...new Set(lists)].toSorted((a, b) => a - b);
};

test.each([
  ["a cue in other words", "unbreaded", [1, 4]],
  ["a cue within the beginning of a longer one", "bread ro", [1, 4]],
  ["a longer cue too", "bread rolls", [0, 1, 4]],
  ["a cue after the beginning of another", "bbread", [1, 4]],
  ["no cue", "brea d", []],
])("all lists are told of %s, in one look or one by one", (_, text, lists) => {
  expect(listed(text)).toEqual(lists);
  expect(told(text)).toEqual(lists);
  expect(hasCue(cues, text)).toBe(lists.length > 0);
});

test("where units begin and end, a space is read", () => {
  expect(listed("jam in the oven")).toEqual([2, 3]);
  expect(listed("jams, ovens")).toEqual([3]);
  expect(told("jam in the oven")).toEqual([]);
});

test("capitals and marks are letters", () => {
  expect(told("BRÉAD")).toEqual([1, 4]);
});

test("a stretch ends where it is said to", () => {
  const units = Uint16Array.from("bread", (one) => one.charCodeAt(0));
  expect(listsIn(cues, units, 2, 5)).toBe(0);
  expect(listsIn(cues, units, 1, 5)).toBe(0b10010);
  expect(listsIn(cues, units, 0, 4)).toBe(0);
});
