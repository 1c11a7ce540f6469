import { expect, test } from "vitest";
import { timeOf } from "./dates.ts";

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
