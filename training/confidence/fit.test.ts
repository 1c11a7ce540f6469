import { type Claim, confidenceIn } from "@skillstream/extract/confidence.ts";
import { expect, test } from "vitest";
import type { ClaimedSkill } from "./claims.ts";
import { bestOf, fitTable, written } from "./fit.ts";

const claim = (more: Partial<Claim> = {}): Claim => ({
  proof: "plain",
  kind: "technology",
  where: "Q",
  score: 1,
  ...more,
});
const skills = (count: number, right: number, ...claims: Claim[]): ClaimedSkill[] =>
  Array.from({ length: count }, (_, at) => ({ id: "a", name: `${at}`, isRight: at < right, claims }));

test("with many claims of a sort, its confidence is the share that was right", () => {
  const soft = claim({ kind: "soft", where: "D" });
  const table = fitTable([...skills(20_000, 19_000, claim()), ...skills(20_000, 8_000, soft)], []);
  expect(confidenceIn(table, claim())).toBeCloseTo(0.95, 2);
  expect(confidenceIn(table, soft)).toBeCloseTo(0.4, 2);
});

test("with few, it is drawn towards the wider sort's", () => {
  const rare = claim({ proof: "line" });
  const table = fitTable([...skills(20_000, 18_000, claim()), ...skills(2, 0, rare)], []);
  expect(confidenceIn(table, rare)).toBeGreaterThan(0.85);
  expect(confidenceIn(table, rare)).toBeLessThan(confidenceIn(table, claim()));
});

test("a skill counts once, for its best claim", () => {
  const weak = claim({ where: "O" });
  const both = skills(10_000, 9_500, weak, claim());
  const table = fitTable([...both, ...skills(10_000, 2_000, weak)], []);
  expect(confidenceIn(table, claim())).toBeGreaterThan(0.9);
  expect(confidenceIn(table, weak)).toBeLessThan(0.3);
  expect(bestOf(table, [weak, claim(), weak])).toEqual(claim());
});

test("the tagger's guess stands where nothing was measured, and a higher score is never worth less", () => {
  const tagged = (score: number) => claim({ proof: "tagged", score });
  const table = fitTable([], [...skills(500, 400, tagged(0.62)), ...skills(500, 100, tagged(0.95))]);
  expect(confidenceIn(table, tagged(0.25))).toBeCloseTo(0.25, 5);
  expect(confidenceIn(table, tagged(0.62))).toBeCloseTo(0.8, 1);
  expect(table.tagged).toEqual(table.tagged.toSorted((a, b) => a - b));
});

test("what is written is read as the same table, to three decimals", () => {
  const table = fitTable(skills(7, 5, claim(), claim({ where: "D" })), []);
  const read = JSON.parse(written(table));
  expect(confidenceIn(read, claim())).toBeCloseTo(confidenceIn(table, claim()), 3);
  expect(written(read)).toBe(written(table));
});
