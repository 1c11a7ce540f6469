import { expect, test } from "vitest";
import { companyKeyOf, companyNameOf, parseBook } from "./company.ts";

test.each([
  // Legal forms.
  ["Norvale Systems, Inc.", "Norvale Systems"],
  ["Norvale Systems Inc", "Norvale Systems"],
  ["Norvale; LLC", "Norvale"],
  ["Norvale Pty. Ltd.", "Norvale"],
  ["Norvale Technologies Pvt Ltd", "Norvale Technologies"],
  ["Norvale Co., Ltd.", "Norvale"],
  ["Müller Maschinenbau GmbH & Co. KG", "Müller Maschinenbau"],
  ["Müller AG", "Müller"],
  ["Atelier Vert S.A.S.", "Atelier Vert"],
  ["Atelier Vert SAS", "Atelier Vert"],
  ["Boulangerie Nord SARL", "Boulangerie Nord"],
  ["Fabrika Sp. z o.o.", "Fabrika"],
  ["Sol e Mar Ltda.", "Sol e Mar"],
  ["Nordlys AB", "Nordlys"],
  ["Nordlys A/S", "Nordlys"],
  ["Grupo Altavista, S.A. de C.V.", "Grupo Altavista"],
  ["Hoshino K.K.", "Hoshino"],
  ["Norvale Holding B.V.", "Norvale Holding"],
  // What looks like one and is the name.
  ["Tiffany & Co.", "Tiffany & Co."],
  ["The Limited", "The Limited"],
  ["Norvale Company", "Norvale Company"],
  ["Basel Kantonsschule as", "Basel Kantonsschule as"],
  // What sites add.
  ["Norvale\n3.1", "Norvale"],
  ["Norvale|4.0", "Norvale"],
  ["Norvale 3.1", "Norvale"],
  ["Web 2.1", "Web 2.1"],
  ["Norvale (YC W21)", "Norvale"],
  ["Norvale - Careers", "Norvale"],
  ["Norvale | Jobs", "Norvale"],
  ["Careers at Norvale", "Norvale"],
  ["  Norvale®  ", "Norvale"],
  // Addresses and slugs.
  ["norvale.com", "Norvale"],
  ["https://www.norvale.com/jobs", "Norvale"],
  ["norvale.ai", "Norvale.ai"],
  ["norvale-robotics", "Norvale Robotics"],
  ["Norvale - Corporate HQ", "Norvale"],
  ["norvale-ai", "Norvale AI"],
  ["house-of-bread", "House of Bread"],
  ["norvale labs", "Norvale Labs"],
  ["booking.com", "Booking.com"],
  // Case.
  ["NORVALE TECHNOLOGIES, INC.", "Norvale Technologies"],
  ["HBT SYSTEMS", "HBT Systems"],
  ["BANK OF NORVALE", "Bank of Norvale"],
  ["NORVALE", "NORVALE"],
  ["norValeX", "norValeX"],
  ["nvidia corporation", "NVIDIA"],
  ["IBM", "IBM"],
  // One company under several names.
  ["International Business Machines Corp.", "IBM"],
  ["Facebook", "Meta"],
  ["The Walt Disney Company", "Disney"],
] as const)("%j is %j", (stated, name) => {
  expect(companyNameOf(stated)).toBe(name);
});

test.each([
  "Confidential",
  "CONFIDENTIAL COMPANY",
  "Company Confidential",
  "Stealth",
  "Stealth Startup",
  "stealth mode AI startup",
  "N/A",
  "n.a.",
  "-",
  "-1",
  "",
  "  ",
  "Undisclosed",
  "Not specified",
  "Client |",
  "Various",
  "Multiple Clients",
  "See description",
  "🚀🚀",
  "2026-11-01",
])("%j names nobody", (stated) => {
  expect(companyNameOf(stated)).toBeNull();
  expect(companyKeyOf(stated)).toBe("");
});

test("null stays null", () => {
  expect(companyNameOf(null)).toBeNull();
});

test.each([
  [
    "Norvale Robotics, Inc.",
    "norvale-robotics",
    "NORVALE ROBOTICS",
    "NorvaleRobotics",
    "The Norvale Robotics LLC",
  ],
  ["Crème & Söhne GmbH", "Creme and Sohne", "CRÈME & SÖHNE"],
  ["Norvale", "norvale.com", "Norvale (NVL)", "Norvale\n4.2"],
  ["JP Morgan", "JPMorgan Chase & Co.", "J.P. Morgan Chase"],
])("spellings of one company have one key: %j, %j, …", (...spellings) => {
  expect(new Set(spellings.map(companyKeyOf)).size).toBe(1);
});

test("the canonical name has the key of what was stated", () => {
  for (const stated of ["Facebook, Inc.", "norvale-ai", "HBT SYSTEMS", "booking.com", "Tiffany & Co."]) {
    expect(companyKeyOf(companyNameOf(stated) ?? "")).toBe(companyKeyOf(stated));
  }
});

test("a parent and its subsidiary stay two", () => {
  expect(companyKeyOf("Alphabet")).not.toBe(companyKeyOf("Google"));
});

test("two companies cannot share a spelling", () => {
  expect(() => parseBook("Acme = Zenith\nZenith")).toThrow(/companies.txt:2: "Zenith" is Acme already/);
});

test("a hostile name costs no more than a long one", () => {
  const started = process.cpuUsage().user;
  for (const part of [", Inc.", " | ", "(YC ", "stealth ", "-", " careers", "co. "]) {
    companyNameOf(part.repeat(50_000));
    companyKeyOf(`${" ".repeat(150)}${part.repeat(50_000)}`);
  }
  expect((process.cpuUsage().user - started) / 1000).toBeLessThan(500);
});
