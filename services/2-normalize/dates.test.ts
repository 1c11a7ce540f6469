import { expect, test } from "vitest";
import { timeOf } from "./dates.ts";

const now = Date.UTC(2026, 5, 15, 12);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const third = Date.UTC(2026, 4, 3);

test.each([
  ["2026-05-03", third],
  ["2026/05/03", third],
  ["20260503", third],
  ["2026-5-3", third],
  ["2026-05-03T10:20:30.123Z", third + 10 * hour + 20 * minute + 30_000],
  ["2026-05-03T10:20:30-04:00", third + 14 * hour + 20 * minute + 30_000],
  ["2026-05-03T10:20:30+0530", third + 4 * hour + 50 * minute + 30_000],
  ["2026-05-03 10:20", third + 10 * hour + 20 * minute],
  ["1748334433", 1_748_334_433_000],
  ["1748334433000", 1_748_334_433_000],
  ["Sun, 03 May 2026 10:20:30 GMT", third + 10 * hour + 20 * minute + 30_000],
  ["Sun, 03 May 2026 10:20:30 -0400", third + 14 * hour + 20 * minute + 30_000],
  ["Sun, 03 May 2026 10:20:30 EDT", third + 14 * hour + 20 * minute + 30_000],
  [
    "Sun May 03 2026 10:20:30 GMT+0200 (Central European Summer Time)",
    third + 8 * hour + 20 * minute + 30_000,
  ],
  ["May 3, 2026", third],
  ["May 3rd, 2026 at 1:30 PM", third + 13 * hour + 30 * minute],
  ["3 May 2026", third],
  ["3-May-2026", third],
  ["Posted on: May 3, 2026", third],
  ["Closing date: 3 May 2026", third],
  ["3. Mai 2026", third],
  ["Bewerbungsfrist: 03.05.2026", third],
  ["03.05.2026, 10:20 Uhr", third + 10 * hour + 20 * minute],
  ["dimanche 3 mai 2026", third],
  ["Publié le 1er mai 2026", third - 2 * day],
  ["3 de mayo de 2026", third],
  ["3 de maio de 2026", third],
  ["3 maggio 2026", third],
  ["3 mei 2026", third],
  ["25/05/2026", Date.UTC(2026, 4, 25)],
  ["05/25/2026", Date.UTC(2026, 4, 25)],
  ["05/05/2026", Date.UTC(2026, 4, 5)],
] as const)("the time %j is read", (stated, time) => {
  expect(timeOf(stated, now)).toBe(time);
});

test.each([
  ["3 days ago", -3 * day],
  ["Posted 30+ Days Ago", -30 * day],
  ["Reposted 2 weeks ago", -14 * day],
  ["an hour ago", -hour],
  ["about 5 minutes ago", -5 * minute],
  ["a month ago", -30 * day],
  ["3d", -3 * day],
  ["30+ days", -30 * day],
  ["vor 3 Tagen", -3 * day],
  ["vor einer Woche", -7 * day],
  ["vor mehr als 30 Tagen", -30 * day],
  ["il y a 2 semaines", -14 * day],
  ["il y a un mois", -30 * day],
  ["Publié il y a plus de 30 jours", -30 * day],
  ["hace 5 días", -5 * day],
  ["hace una hora", -hour],
  ["há 3 dias", -3 * day],
  ["há um mês", -30 * day],
  ["3 giorni fa", -3 * day],
  ["2 dagen geleden", -2 * day],
  ["yesterday", -day],
  ["gestern", -day],
  ["Posted Yesterday", -day],
  ["today", 0],
  ["Posted today", 0],
  ["heute", 0],
  ["aujourd’hui", 0],
  ["hoy", 0],
  ["hoje", 0],
  ["Just posted", 0],
  ["just now", 0],
  ["a few minutes ago", 0],
  ["expires in 5 days", 5 * day],
  ["5 days left", 5 * day],
  ["noch 5 Tage", 5 * day],
  ["tomorrow", day],
] as const)("%j counts from when it was read", (stated, length) => {
  expect(timeOf(stated, now)).toBe(now + length);
});

test.each([
  "2025-02-31T25:61:00Z",
  "2025-02-30",
  "0000-00-00",
  "2026-13-01",
  "2026-05-03T10:20:30+99:00",
  "31.02.2026",
  "31 February 2026",
  "9999-12-31",
  "1970-01-01",
  "60 years ago",
  "soon",
  "ongoing",
  "",
  " ",
  "\0",
  "99",
  "2026",
  "05/03/2026",
  "May 3",
  "marble 3 2026",
  "3m",
  "3 colleagues ago",
  "5 days a week",
  "NaN",
  "-1",
])("the time %j is none", (stated) => {
  expect(timeOf(stated, now)).toBeNull();
});

test("what is relative states no time where it is not known when it was read", () => {
  expect(timeOf("3 days ago", Number.NaN)).toBeNull();
  expect(timeOf("2026-05-03", Number.NaN)).toBe(third);
});

test.each([
  "1".repeat(200_000),
  `2026-05-03T10:20${" ".repeat(200_000)}x`,
  `2026-05-03T10:20:30.${"1".repeat(200_000)}x`,
  "vor ".repeat(25),
  "a ".repeat(50),
  "posted ".repeat(14),
])("a text without end is none, and no work (%#)", (stated) => {
  expect(timeOf(stated, now)).toBeNull();
});
