import { fold, foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import { describe, expect, test } from "vitest";
import { cluesIn } from "./clues.ts";
import {
  benefitsOf,
  companyFactsOf,
  contextOf,
  objectiveOf,
  type ReadLine,
  visaOf,
  workplaceOf,
} from "./facts.ts";
import type { LineLetter } from "./lines.ts";

/** "B - Free lunch" is a line of benefits. */
const linesOf = (...lines: string[]): ReadLine[] =>
  lines.map((line) => {
    const source = line.slice(2);
    const text = foldForm(source);
    const { units, length } = fold(source);
    return {
      letter: line[0] as LineLetter,
      source,
      text,
      isWhole: true,
      folded: { start: 0, end: text.length },
      clues: cluesIn(units, 0, length),
    };
  });

describe("benefits", () => {
  test("the items of their list are taken as they stand, each where it belongs", () => {
    const lines = linesOf(
      "B What we offer:",
      "B - 30 days of vacation",
      "B - 800 EUR training budget a year",
      "B - Bread, every day.",
      "B - Health insurance: we pay all of it, for you and for those who live with you, from day one",
    );
    expect(benefitsOf(lines)).toEqual({
      training: ["800 EUR training budget a year"],
      time_off: ["30 days of vacation"],
      other: ["Bread, every day", "Health insurance"],
    });
  });

  test("of prose the phrases that name some are taken", () => {
    const lines = linesOf("B We pay well and add stock options, a pension plan and 28 days of annual leave.");
    expect(benefitsOf(lines)).toEqual({
      training: [],
      time_off: ["28 days of annual leave"],
      other: ["stock options", "pension plan"],
    });
  });

  test.each([
    ["a heading", "B - Our benefits:"],
    ["pay", "B - $90,000 - $110,000 base salary"],
    ["a condition", "B - This position requires night shifts"],
    ["a duty that names one", "D - Administer health insurance and 401(k) plans"],
    ["what is asked", "Q - Knowledge of pension plans"],
  ])("%s is none", (_, line) => {
    expect(benefitsOf(linesOf(line))).toEqual({ training: [], time_off: [], other: [] });
  });

  test("one that is told twice is one", () => {
    expect(benefitsOf(linesOf("B - Stock options", "B - stock options")).other).toEqual(["Stock options"]);
  });
});

describe("responsibilities", () => {
  test("are the items of the list, without its heading and what leads in", () => {
    const lines = linesOf(
      "D Your Tasks",
      "D This role sits between the dock and the office.",
      "D - Count the crates that come in at dawn",
      "D - Tell the office what is missing",
      "Q - A good memory for numbers",
    );
    expect(contextOf(lines).responsibilities).toEqual([
      "Count the crates that come in at dawn",
      "Tell the office what is missing",
    ]);
  });

  test("without a list they are the sentences, and still no headings", () => {
    const lines = linesOf(
      "D The Opportunity",
      "D Count crates at dawn.",
      "D WHAT YOU WILL DO",
      "D You will:",
    );
    expect(contextOf(lines).responsibilities).toEqual(["Count crates at dawn."]);
  });
});

describe("the company", () => {
  test("its values are what is listed under them, up to the next heading", () => {
    const lines = linesOf(
      "A Our values",
      "A Be kind",
      "A Count twice: numbers matter",
      "A About Dockside",
      "A We count",
    );
    expect(companyFactsOf(lines).values).toEqual(["Be kind", "Count twice"]);
  });

  test("its kind is what its own words say", () => {
    expect(companyFactsOf(linesOf("A We are a family-owned company")).type).toBe("family-owned company");
    expect(companyFactsOf(linesOf("Q You come from a start-up")).type).toBeNull();
  });
});

test("a title before the word lead leads nothing", () => {
  expect(contextOf(linesOf("D We seek a Marketing Lead to own our launches in spring")).scope).toBe(
    "own our launches in spring",
  );
});

test("the objective is the sentence that looks for somebody, and never a benefit", () => {
  const lines = linesOf(
    "B We are looking for ways to make you happy.",
    "A We sell crates. We are looking for somebody who counts them.",
  );
  expect(objectiveOf(lines)).toBe("We are looking for somebody who counts them.");
});

test.each([
  ["Visa sponsorship is available", "sponsors"],
  ["We are unable to sponsor visas", "no_sponsorship"],
  ["You must be authorized to work in Canada", "no_sponsorship"],
  ["We sponsor a rowing club", null],
  ["Pay by Visa or in cash", null],
  ["Citizens and permanent residents only, for the lamps are a state secret", "no_sponsorship"],
  ["We cannot help with work permits", "no_sponsorship"],
  ["Eine gültige Arbeitserlaubnis ist nötig", "no_sponsorship"],
  ["Não patrocinamos vistos", "no_sponsorship"],
  ["We are a Skilled Worker sponsor", "sponsors"],
  ["We'll happily help with a migrant's visa", "sponsors"],
  ["Wir helfen dir mit der Arbeitserlaubnis", "sponsors"],
  ["Nous vous aidons à obtenir un visa", "sponsors"],
  ["Te ayudamos con el permiso de trabajo", "sponsors"],
  ["Patrocinamos vistos", "sponsors"],
  ["We cannot sponsor relocation", null],
  ["We support Visa cards and invoices", null],
] as const)("%j: visa %s", (line, visa) => {
  expect(visaOf(linesOf(`O ${line}`))).toBe(visa);
});

test("flexible hours are told in the posting's own words", () => {
  expect(workplaceOf(null, [], linesOf("B We have Flexible Working Hours for all")).flexibility).toBe(
    "Flexible Working Hours",
  );
});
