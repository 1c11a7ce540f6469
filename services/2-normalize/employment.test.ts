import { expect, test } from "vitest";
import { employmentOf } from "./employment.ts";

test.each([
  ["FULL_TIME", "full_time"],
  ["FULL_TIME, CONTRACTOR", "full_time"],
  ["CONTRACTOR", "contract"],
  ["Part-time", "part_time"],
  ["Vollzeit", "full_time"],
  ["Temps partiel", "part_time"],
  ["Jornada completa", "full_time"],
  ["Estágio", "internship"],
  ["Befristet", "temporary"],
  ["FullTime", "full_time"],
  ["Fixed-term", "temporary"],
  ["Unbefristet", "full_time"],
  ["Internship", "internship"],
  ["Freelance", "contract"],
  ["OTHER", null],
  ["", null],
] as const)("employment %j is %s", (stated, type) => {
  expect(employmentOf(stated)).toBe(type);
});
