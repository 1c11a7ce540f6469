import { expect, test } from "vitest";
import { salaryOf } from "./pay.ts";

test("pay needs numbers, a currency and a period; nothing is made up for a missing one", () => {
  const stated = { min: 50_000, max: 60_000, currency: "eur", period: "YEAR" };
  expect(salaryOf(stated)).toEqual({ min: 50_000, max: 60_000, currency: "EUR", period: "year" });
  expect(salaryOf({ ...stated, min: 60_000, max: 50_000 })).toMatchObject({ min: 50_000, max: 60_000 });
  expect(salaryOf({ ...stated, max: null, currency: "$", period: "per hour" })).toEqual({
    min: 50_000,
    max: null,
    currency: "USD",
    period: "hour",
  });
  for (const wrong of [
    { currency: null },
    { currency: "euros" },
    { period: null },
    { period: "sometimes" },
    { min: -1, max: 0 },
    { min: Number.NaN, max: 1e15 },
  ]) {
    expect(salaryOf({ ...stated, ...wrong })).toBeNull();
  }
});
