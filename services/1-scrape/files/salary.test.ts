import { expect, test } from "vitest";
import { salaryIn } from "./salary.ts";

test.each([
  ["$53K-$91K (Glassdoor est.)", 53_000, 91_000, "USD", null],
  ["Employer Provided Salary:$120K-$140K", 120_000, 140_000, "USD", null],
  ["$25-$40 Per Hour(Glassdoor est.)", 25, 40, "USD", "hour"],
  ["$80,000.00 - $95,000.00 a year", 80_000, 95_000, "USD", "year"],
  ["$80-120K", 80_000, 120_000, "USD", null],
  ["80,000 - 120,000 USD per year", 80_000, 120_000, "USD", "year"],
  ["€50.000 – €60.000", 50_000, 60_000, "EUR", null],
  ["₹6,00,000 - ₹8,00,000 a year", 600_000, 800_000, "INR", "year"],
  ["£1.2M", 1_200_000, 1_200_000, "GBP", null],
  ["Up to $90K", null, 90_000, "USD", null],
  ["From $50K", 50_000, null, "USD", null],
  ["$50+/hr", 50, null, "USD", "hour"],
  ["$80,000 + 401k", 80_000, 80_000, "USD", null],
  ["120000", 120_000, 120_000, null, null],
  ["25.5", 25.5, 25.5, null, null],
])("%j is read as stated", (text, min, max, currency, period) => {
  expect(salaryIn(text)).toEqual({ min, max, currency, period });
});

test("words without an amount state no pay, and a long text takes no time", () => {
  expect(salaryIn("Depends on Experience")).toBe(null);
  const began = process.threadCpuUsage();
  for (const text of ["1,".repeat(100_000), "$ ".repeat(100_000), "1 - ".repeat(100_000)]) salaryIn(text);
  expect(process.threadCpuUsage(began).user).toBeLessThan(100_000);
});
