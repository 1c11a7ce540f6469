import { expect, test } from "vitest";
import {
  amount,
  escaped,
  idOf,
  isoTime,
  joined,
  named,
  parsedJson,
  pathOf,
  pathPiece,
  placeLine,
  sections,
  stated,
  webAddress,
  withBreaks,
} from "./json.ts";

const wrong = [undefined, null, true, {}, [], [[]], () => 1, Symbol("x"), Number.NaN, "", " \n"];

test("what is of another type than expected states nothing", () => {
  for (const one of wrong) {
    for (const read of [stated, placeLine, named, idOf, amount, isoTime, webAddress])
      expect(read(one)).toBeNull();
  }
  expect(stated(7)).toBeNull();
  expect(idOf(7)).toBe("7");
  expect(named({ name: 7, label: " Data " })).toBe("Data");
});

test.each([
  ["2026-05-01", "2026-05-01"],
  ["2026-05-01T09:00:00-04:00", "2026-05-01T09:00:00-04:00"],
  ["2024-01-24T23:59:46.350+00:00", "2024-01-24T23:59:46.350+00:00"],
  ["2026-05-29 09:45:21 UTC", "2026-05-29T09:45:21Z"],
  ["2026-05-29T09:45:21", "2026-05-29T09:45:21"],
  ["Mon, 02 Feb 2026 10:00:00 GMT", "2026-02-02T10:00:00.000Z"],
  ["July 13, 2026", "2026-07-13"],
  ["13 Jul 2026 10:00", "2026-07-13T10:00:00.000Z"],
  [1_404_344_202_506, "2014-07-02T23:36:42.506Z"],
  [1_404_344_202, "2014-07-02T23:36:42.000Z"],
  ["1404344202506", "2014-07-02T23:36:42.506Z"],
])("%s is the time %s", (written, time) => {
  expect(isoTime(written)).toBe(time);
});

test.each([
  "2026-02-30T00:00:00",
  "2026-13-01",
  "Requisition 12 2026",
  "May 2026",
  "3 days ago",
  "1066-10-14",
  0,
  -1,
  1e300,
  "20260501",
  `2026-05-01${" ".repeat(100)}x`,
])("%s is no time", (written) => {
  expect(isoTime(written)).toBeNull();
});

test("amounts are read with their signs and groups, and nothing is made of what is none", () => {
  expect(["18.50", "$120,000", "€66K", "US$ 90 k", 7].map(amount)).toEqual([
    18.5, 120_000, 66_000, 90_000, 7,
  ]);
  expect(["60.000", "1e9", "12 to 15", "x7", "9".repeat(60)].map(amount)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

test("each part is named once, and what is missing leaves no separator", () => {
  expect(joined(["Graz", null, "Graz", "Austria"], ", ")).toBe("Graz, Austria");
  expect(joined([null], ", ")).toBeNull();
  expect(sections([["Duties", null]])).toBeNull();
  expect(
    sections([
      [null, "<p>a</p>"],
      ["Duties", "<p>b</p>"],
    ]),
  ).toBe("<p>a</p>\n<h3>Duties</h3><p>b</p>");
});

test("lines stay lines in markup, and plain text stays plain", () => {
  expect(withBreaks("a\r\nb")).toBe("a<br>\nb");
  expect(withBreaks("<p>a\nb</p>")).toBe("<p>a\nb</p>");
  expect(escaped("a < b & c\nd")).toBe("a &lt; b &amp; c<br>\nd");
});

test("addresses are taken apart and put together whatever they hold", () => {
  expect(pathOf("https://x.example/Acme%20Clocks/%ff/1?a=b")).toEqual(["Acme Clocks", "%ff", "1"]);
  expect(pathOf("no address")).toEqual([]);
  expect(pathPiece("a/b \ud800")).toBe("a%2Fb%20%EF%BF%BD");
  expect(webAddress("javascript:alert(1)")).toBeNull();
});

test("a text that is no JSON is undefined, and a byte order mark before it is none of it", () => {
  expect(parsedJson("{")).toBeUndefined();
  expect(parsedJson('\ufeff{"a":1}')).toEqual({ a: 1 });
});

test.each([
  ["2026/7/3", "2026-07-03"],
  ["2026.07.13", "2026-07-13"],
  ["2026-7-13", "2026-07-13"],
  ["Wed Sep 02 02:00:00 UTC 2026", "2026-09-02T02:00:00.000Z"],
  ["Posted on October 02, 2026", "2026-10-02"],
  ["Posted: 2026-10-02", "2026-10-02"],
  ["2026/13/40", null],
  ["2026-7/13", null],
  ["Wed Sep 02 02:00:00 XYZ 2026", null],
  ["Posted 3 days ago", null],
])("of other ways to write a time, %s is %s", (text, time) => {
  expect(isoTime(text)).toBe(time);
});

test("a place's line loses its empty parts and nothing else", () => {
  expect(placeLine("Gdynia, , Poland")).toBe("Gdynia, Poland");
  expect(placeLine(" Graz, ")).toBe("Graz");
  expect(placeLine("New York, New York, United States")).toBe("New York, New York, United States");
  expect(placeLine(", ,")).toBeNull();
});
