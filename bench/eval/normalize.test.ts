import { expect, test } from "vitest";
import { judge, judgedFields, readCases, report } from "../../test/normalize-cases/cases.ts";

const cases = readCases();

/** Of the cases that say something of a field. */
const rightSharePercent = 95;

test("at least 95% of the cases are read as they are meant, in each field", () => {
  const judged = judge(cases);
  if (judged.misses.length > 0) console.log(report(judged));
  for (const field of judgedFields) {
    const { right, of } = judged.fields[field] ?? { right: 0, of: 0 };
    expect(of, `${field} is judged`).toBeGreaterThan(0);
    expect((right / of) * 100, `${field}: ${right} of ${of}`).toBeGreaterThanOrEqual(rightSharePercent);
  }
});

test("a wrong answer is a miss, and it is told", () => {
  const [first] = cases;
  if (first === undefined) throw new Error("there are no cases");
  const wrong = judge([
    { ...first, expect: { seniority: "intern", pay: [1, 2, "EUR", "day"], city: "Nowhere" } },
  ]);
  expect(wrong.misses.map(({ field }) => field)).toEqual(["city", "seniority", "pay"]);
  expect(wrong.fields).toEqual({
    city: { right: 0, of: 1 },
    seniority: { right: 0, of: 1 },
    pay: { right: 0, of: 1 },
  });
  expect(report(wrong)).toContain('seniority is "intern", read "senior"');
});
