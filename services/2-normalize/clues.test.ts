import { describe, expect, test } from "vitest";
import { type Clue, clue, withClues } from "./clues.ts";

const cluesOf = (text: string) => withClues(text, [{ text, label: "O" }])[0]?.clues ?? 0;
const named = (text: string) =>
  (Object.keys(clue) as Clue[]).filter((name) => (cluesOf(text) & clue[name]) !== 0);

describe("a line has a clue", () => {
  test.each<[string, Clue[]]>([
    ["We mend lamps", []],
    ["- 3 anni", ["digit", "years"]],
    ["Zwei Jahre", ["years", "numberWord"]],
    ["zwei\u00a0Jahre", ["years", "numberWord"]],
    ["wo wei Jahr", ["years"]],
    ["USD and more", ["money"]],
    ["5\u20ac", ["digit", "money"]],
    ["5usd", ["digit", "money"]],
    ["a house", []],
    ["On-Site", ["workplace"]],
    ["ON SITE", ["workplace"]],
    ["we meet in person", ["workplace"]],
    ["personal lamps", []],
    ["HÍBRIDO", ["workplace"]],
    ["CDI", ["full_time"]],
    ["Entry level", ["seniority"]],
    ["full\u2011time", ["full_time"]],
    ["1099", ["digit", "contract"]],
    ["5 lat pracy", ["digit", "years"]],
    ["# lat ", []],
    ["$", ["money"]],
  ])("in %j: %j", (text, expected) => {
    expect(named(text)).toEqual(expected);
  });
});

test("a word that begins within another is met", () => {
  expect(named("peremote")).toEqual(["workplace"]);
  // A digit, though "c2c" might have been on its way.
  expect(named("c2")).toEqual(["digit"]);
  expect(named("from hofrom home")).toEqual(["workplace"]);
  expect(named("juniorentry")).toEqual(["seniority"]);
});

test("each line has its own", () => {
  const lines = ["5 years", "we mend", "remote"];
  const clued = withClues(
    lines.join("\n"),
    lines.map((text) => ({ text, label: "Q" })),
  );
  expect(clued.map(({ clues }) => clues)).toEqual([clue.digit | clue.years, 0, clue.workplace]);
});

test.each(["remot", "1", "from hom", "\ud83d\udca1", "é"])("2 MB of %j take a moment", (piece) => {
  const text = piece.repeat(2_000_000 / piece.length);
  const before = process.cpuUsage();
  cluesOf(text);
  expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
});
