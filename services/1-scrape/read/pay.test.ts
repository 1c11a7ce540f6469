import { expect, test } from "vitest";
import { payIn } from "./pay.ts";

test.each([
  ["$120,000.00/yr - $160,000.50/yr", 120_000, 160_000.5, "$", "year"],
  ["A$160,000.00 - A$200,000.00", 160_000, 200_000, "AUD", null],
  ["$120K/yr - $150.5K/yr · Medical", 120_000, 150_500, "$", "year"],
  ["€28.000 – 35.000 per month", 28_000, 35_000, "€", "month"],
  ["₹3,00,000.00 - ₹8,00,000.00/yr", 300_000, 800_000, "₹", "year"],
  ["$19 an hour", 19, 19, "$", "hour"],
  ["From $70,000 a year", 70_000, null, "$", "year"],
  ["Up to £50.25 an hour", null, 50.25, "£", "hour"],
  ["USD 100,000 - USD 120,000 annually", 100_000, 120_000, "USD", "year"],
  ["45 000 € - 50 000 €/yr", 45_000, 50_000, "€", "year"],
  ["$95000 a year", 95_000, 95_000, "$", "year"],
])("%s is pay", (line, min, max, currency, period) => {
  expect(payIn(line)).toEqual({ min, max, currency, period });
});

test.each([
  "Competitive",
  "3 benefits",
  "100 applicants",
  "Over 25% more",
  "THE 100",
  "",
  "Posted 3 days ago",
])("%j is no pay", (line) => {
  expect(payIn(line)).toBeNull();
});

test("a long text is not searched, and a hostile line takes no time", () => {
  expect(payIn(`$5 ${"x".repeat(400)}`)).toBeNull();
  expect(payIn("1,11".repeat(70))).toBeNull();
  expect(payIn(null)).toBeNull();
});
