import { expect, test } from "vitest";
import { countOf, employmentOf, salaryOf, seniorityOf, timeOf, workplaceOf } from "./facts.ts";

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

test.each([
  ["Senior Data Engineer", null, "senior"],
  ["Data Engineer", "Mid-level", "mid"],
  ["Data Engineer", null, null],
  ["Lead Engineer", "Senior level", "lead"],
  ["Staff Engineer", null, "lead"],
  ["Member of Technical Staff", null, null],
  ["Product Manager", null, null],
  ["Engineering Manager", null, "manager"],
  ["Director of Engineering", null, "director"],
  ["Head of Data", null, "director"],
  ["Chief Technology Officer", null, "executive"],
  ["VP Engineering", null, "executive"],
  ["Software Engineering Intern", "Senior", "intern"],
  ["Internal Auditor", null, null],
  ["Praktikum Marketing", null, "intern"],
  ["Desenvolvedor Sênior", null, "senior"],
  ["Développeur (débutant)", null, "junior"],
  ["Software Engineer II", null, "mid"],
  ["Sr. Analyst", null, "senior"],
  ["Analyst", "Entry level", "junior"],
  ["Analyst", "Manager", "manager"],
] as const)("seniority of %j with %j is %s", (title, stated, level) => {
  expect(seniorityOf(title, stated)).toBe(level);
});

test("the workplace is the stated one, then what the place or title says", () => {
  expect(workplaceOf("On-site", "Remote", "x")).toBe("onsite");
  expect(workplaceOf(null, "Berlin (hybrid)", "x")).toBe("hybrid");
  expect(workplaceOf("TELECOMMUTE", null, "x")).toBe("remote");
  expect(workplaceOf(null, "Berlin", "Engineer (Remote)")).toBe("remote");
  expect(workplaceOf(null, "Berlin", "Remotely related")).toBeNull();
});

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

const now = Date.UTC(2026, 5, 15, 12);

test.each([
  ["2026-05-03", Date.UTC(2026, 4, 3)],
  ["2026-05-03T10:20:30.123Z", Date.UTC(2026, 4, 3, 10, 20, 30)],
  ["2026-05-03T10:20:30-04:00", Date.UTC(2026, 4, 3, 14, 20, 30)],
  ["2026-05-03 10:20", Date.UTC(2026, 4, 3, 10, 20)],
  ["2026-5-3", Date.UTC(2026, 4, 3)],
  ["1748334433", 1_748_334_433_000],
  ["1748334433000", 1_748_334_433_000],
  ["Sun, 03 May 2026 10:20:30 GMT", Date.UTC(2026, 4, 3, 10, 20, 30)],
  ["May 3, 2026", Date.UTC(2026, 4, 3)],
  ["3 days ago", now - 3 * 86_400_000],
  ["Reposted 2 weeks ago", now - 14 * 86_400_000],
  ["yesterday", now - 86_400_000],
] as const)("the time %j is read", (stated, time) => {
  expect(timeOf(stated, now)).toBe(time);
});

test.each([
  "2025-02-31T25:61:00Z",
  "2025-02-30",
  "0000-00-00",
  "2026-13-01",
  "9999-12-31",
  "1970-01-01",
  "soon",
  "",
  "99",
  "2026",
  "05/03/2026",
])("the time %j is none", (stated) => {
  expect(timeOf(stated, now)).toBeNull();
});

test.each([
  "1".repeat(200_000),
  `2026-05-03T10:20${" ".repeat(200_000)}x`,
  `2026-05-03T10:20:30.${"1".repeat(200_000)}x`,
])("a text without end is none, and no work (%#)", (stated) => {
  expect(timeOf(stated, now)).toBeNull();
});

test("a count is the number in it", () => {
  expect(countOf("Over 1,200 applicants")).toBe(1200);
  expect(countOf("37 applicants")).toBe(37);
  expect(countOf("Be the first")).toBeNull();
  expect(countOf("9".repeat(40))).toBeNull();
});
