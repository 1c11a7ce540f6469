import { expect, test } from "vitest";
import { hiringLine } from "./hiring-line.ts";

const nothing = {
  company: null,
  title: null,
  location: null,
  workplace_type: null,
  employment_type: null,
  salary: null,
};

test("a line by the custom is read in its parts", () => {
  expect(
    hiringLine(
      "Wick &amp; Sons | Senior Candle Engineer | Graz, Austria | REMOTE (EU) | Full-time | €60k - €75k per year<p>We…",
    ),
  ).toEqual({
    company: "Wick & Sons",
    title: "Senior Candle Engineer",
    location: "Graz, Austria",
    workplace_type: "REMOTE (EU)",
    employment_type: "Full-time",
    salary: { min: 60_000, max: 75_000, currency: "€", period: "year" },
  });
});

test("an address behind the company's name is not part of it", () => {
  const link =
    '<a href="https:&#x2F;&#x2F;wick.example&#x2F;" rel="nofollow">https:&#x2F;&#x2F;wick.example&#x2F;</a>';
  expect(hiringLine(`Wick (${link}) | Graz | Candle Makers &amp; Engineers`)).toMatchObject({
    company: "Wick",
    location: "Graz",
    title: "Candle Makers & Engineers",
  });
  expect(hiringLine(`Wick (YC W21) | ${link} | Onsite`).company).toBe("Wick (YC W21)");
});

test("titles side by side are given as they stand", () => {
  expect(hiringLine("Wick | Candle Engineer | Lamp Designer | Graz").title).toBe(
    "Candle Engineer | Lamp Designer",
  );
});

test("what is not clear is left out", () => {
  expect(hiringLine("We are hiring at Wick! Candles and more.<p>| Engineer |")).toEqual(nothing);
  expect(hiringLine("Edit: applications closed<p>Wick | Engineer")).toEqual(nothing);
  expect(hiringLine(`${"word ".repeat(100)} | Engineer`)).toEqual(nothing);
  expect(hiringLine("Wick is hiring engineers | Remote").company).toBeNull();
  expect(hiringLine("Founding Engineer | Candle Startup | Graz")).toMatchObject({
    company: null,
    title: "Founding Engineer",
  });
  expect(hiringLine("Remote | Full-time")).toMatchObject({ company: null, location: null });
  expect(hiringLine("Wick | Multiple Roles | REMOTE | $200K+")).toMatchObject({
    title: null,
    location: null,
    salary: null,
  });
});

test("places side by side are one location, and a kind of employment is none", () => {
  const locationOf = (field: string) => hiringLine(`Wick | Candle Engineer | ${field} | Full-time`).location;
  expect(locationOf("Graz or Vienna")).toBe("Graz or Vienna");
  expect(locationOf("Graz, Vienna and New York")).toBe("Graz, Vienna and New York");
  expect(locationOf("Contract")).toBeNull();
  expect(hiringLine("Wick | Candle Engineer | Remote, Austria only | Contract").location).toBe(
    "Remote, Austria only",
  );
});

test("a pay range without a stated period has none", () => {
  expect(hiringLine("Wick | Candle Engineer | $140-$270K + equity").salary).toEqual({
    min: 140_000,
    max: 270_000,
    currency: "$",
    period: null,
  });
});

test("hostile lines take no time", () => {
  const started = process.threadCpuUsage();
  for (const part of ["A ", "| ", "(", "Aa, ", "<a href=", "&amp;", "1k-", "remote "])
    hiringLine(part.repeat(100_000));
  // Of the processor\'s time: others may use the machine too.
  expect(process.threadCpuUsage(started).user).toBeLessThan(1_000_000);
});
