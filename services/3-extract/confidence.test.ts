import { expect, test } from "vitest";
import { confidenceOf, kinds, places, proofs } from "./confidence.ts";

const all = proofs.flatMap((proof) =>
  kinds.flatMap((kind) => places.map((where) => ({ proof, kind, where, score: 1 }))),
);

test("every claim has a confidence, and none is certain", () => {
  const odd = all.filter((claim) => !(confidenceOf(claim) > 0 && confidenceOf(claim) < 1));
  expect(odd).toEqual([]);
});

test("a technology that is asked for by its plain name is surer than a soft skill among duties", () => {
  const technology = confidenceOf({ proof: "plain", kind: "technology", where: "Q", score: 1 });
  const soft = confidenceOf({ proof: "plain", kind: "soft", where: "D", score: 1 });
  expect(technology).toBeGreaterThan(0.9);
  expect(soft).toBeLessThan(technology - 0.1);
});

test("what the tagger is surer of is no less sure, from the lowest score to the highest", () => {
  const scores = Array.from({ length: 101 }, (_, at) => at / 100);
  const said = scores.map((score) => confidenceOf({ proof: "tagged", kind: "method", where: "Q", score }));
  expect(said).toEqual(said.toSorted((a, b) => a - b));
  expect(said[0]).toBeGreaterThanOrEqual(0);
  expect(said.at(-1)).toBeLessThan(1);
  expect(said.at(-1)).toBeGreaterThan(said[0] as number);
});
