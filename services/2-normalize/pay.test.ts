import type { Salary, StatedSalary } from "@skillstream/schemas/types.ts";
import { expect, test } from "vitest";
import { withClues } from "./clues.ts";
import type { ReadLine } from "./lines.ts";
import { salaryIn, salaryOf, yearlyOf } from "./pay.ts";

const stated: StatedSalary = { min: 50_000, max: 60_000, currency: "eur", period: "YEAR" };

test("pay as a source states it needs an amount, a currency and a period that go together", () => {
  expect(salaryOf(stated)).toEqual({ min: 50_000, max: 60_000, currency: "EUR", period: "year" });
  expect(salaryOf({ ...stated, min: 60_000, max: 50_000 })).toMatchObject({ min: 50_000, max: 60_000 });
  for (const wrong of [
    { currency: null },
    { currency: "euros and cents" },
    { currency: "x".repeat(1_000_000) },
    { min: -1, max: 0 },
    { min: Number.NaN, max: 1e15 },
    { min: null, max: null },
    // A yearly amount an hour, a factor of a thousand lost, two numbers that are no range.
    { period: "per hour" },
    { min: 50, max: 60 },
    { min: 9_000, max: 900_000 },
    { period: "biweekly", min: 2_000, max: 3_000 },
  ]) {
    expect(salaryOf({ ...stated, ...wrong })).toBeNull();
  }
});

test.each([
  ["1 YEAR", 50_000, "year"],
  ["per-hour-wage", 30, "hour"],
  ["HOURLY", 30, "hour"],
  ["per-month-salary", 4_000, "month"],
  ["Monat", 4_000, "month"],
  ["day", 300, "day"],
  ["WEEKLY", 900, "week"],
  ["p.a.", 50_000, "year"],
  // Nothing but a year's pay is so much; so little could be for an hour or a day.
  [null, 50_000, "year"],
  [null, 300, undefined],
] as const)("the period %j of %d is %s", (period, min, expected) => {
  expect(salaryOf({ min, max: null, currency: "$", period })?.period).toBe(expected);
});

const read = (text: string, label: ReadLine["label"] = "B") => salaryIn(withClues(text, [{ text, label }]));
const salary = (
  min: number | null,
  max: number | null,
  currency = "USD",
  period: Salary["period"] = "year",
): Salary => ({ min, max, currency, period });

test.each<[string, Salary]>([
  ["Salary: $95,000 - $120,000 per year", salary(95_000, 120_000)],
  ["The base pay range is $95k–$120k plus bonus and equity", salary(95_000, 120_000)],
  ["We pay $80-120K", salary(80_000, 120_000)],
  ["Compensation: $95,000.00/year - $120,000.50/year", salary(95_000, 120_000.5)],
  ["between $95,000 [in our lowest region] to $120,000 [in our highest] a year", salary(95_000, 120_000)],
  ["Lampworks | Glazier | Oslo | €60k-80k", salary(60_000, 80_000, "EUR")],
  ["- Glazier ($60-80k) – write to us", salary(60_000, 80_000)],
  ["Pay: $22.50 - $26 an hour", salary(22.5, 26, "USD", "hour")],
  ["Up to $30/hour", salary(null, 30, "USD", "hour")],
  ["Salary from £45,000", salary(45_000, null, "GBP")],
  ["Salary: £45,000+ depending on experience", salary(45_000, null, "GBP")],
  ["Base salary of $75,000 with an OTE of $150,000", salary(75_000, 75_000)],
  ["Annual salary: 130,000 - 150,000 CAD", salary(130_000, 150_000, "CAD")],
  ["In Canada the salary is $130,000 - $150,000", salary(130_000, 150_000, "CAD")],
  ["Salary A$130,000 to A$150,000", salary(130_000, 150_000, "AUD")],
  ["Gehalt: 55.000 – 65.000 € brutto im Jahr", salary(55_000, 65_000, "EUR")],
  ["Jahresgehalt ca. 48.500€", salary(48_500, 48_500, "EUR")],
  ["Wir zahlen ein Gehalt ab 4.200 Euro pro Monat", salary(4_200, null, "EUR", "month")],
  ["Rémunération : 45 000 à 55 000 € brut annuel", salary(45_000, 55_000, "EUR")],
  ["Salaire de 55K€ à 65K€ fixe + 15K€ variable", salary(55_000, 65_000, "EUR")],
  ["Salario: 1.500€ - 2.000€ brutos al mes", salary(1_500, 2_000, "EUR", "month")],
  ["Salário de R$ 8.000 a R$ 10.000 por mês", salary(8_000, 10_000, "BRL", "month")],
  ["CHF 100'000 – 120'000 per annum", salary(100_000, 120_000, "CHF")],
  ["12 000–18 000 zł brutto / mies.", salary(12_000, 18_000, "PLN", "month")],
  ["CTC ₹12-18 LPA", salary(1_200_000, 1_800_000, "INR")],
  ["Salary INR 12,00,000 to 18,00,000 per annum", salary(1_200_000, 1_800_000, "INR")],
  ["Salary: ¥8M to ¥12M a year", salary(8_000_000, 12_000_000, "JPY")],
  ["Salaris € 3.200,- tot € 4.000,- bruto per maand", salary(3_200, 4_000, "EUR", "month")],
  ["Wynagrodzenie od 7 000 do 9 000 zł miesięcznie", salary(7_000, 9_000, "PLN", "month")],
  ["Pay: R45 000 - R60 000 per month", salary(45_000, 60_000, "ZAR", "month")],
  ["Paid internship, €1,800/month", salary(1_800, 1_800, "EUR", "month")],
  ["Day rate: £450 a day", salary(450, 450, "GBP", "day")],
])("%j is pay", (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test.each([
  ["OTE $180,000 - $220,000", "B"],
  ["Pay: $55,000 - $65,000 per year OTE", "B"],
  ["The total target earnings (base and commission) are $150,000 - $200,000 a year", "B"],
  ["a bonus of $10,000 - $15,000", "B"],
  ["$10,000 to $15,000 in relocation support", "B"],
  ["We raised $40,000,000 and our ARR grew from $100k to $900k", "A"],
  ["Closing deals of $50K–$150K", "D"],
  ["cycles of 3–4 months and an ACV of $50K–$100K", "D"],
  ["You manage budgets of $100k+ a month", "D"],
  ["$500 a month for your gym", "B"],
  ["$1,500 a month for your rent", "B"],
  ["$1,000/year to learn what you like", "B"],
  ["Salary: 60,000 - 80,000", "B"],
  ["Salary: competitive, DOE", "B"],
  ["$0 - $0", "B"],
  ["5 years of PHP 8", "Q"],
  ["401k", "B"],
  ["", "O"],
] as const)("%j is none", (text, label) => {
  expect(read(text, label)).toBeNull();
});

test("of several ranges the widest of one currency counts, and all places of one currency together", () => {
  const lines = (...texts: string[]) =>
    salaryIn(
      withClues(
        texts.join("\n"),
        texts.map((text) => ({ text, label: "B" })),
      ),
    );
  expect(lines("New York: salary $140,000 - $160,000", "Elsewhere: salary $120,000 - $150,000")).toEqual(
    salary(120_000, 160_000),
  );
  expect(lines("UK salary: £54,000 - £84,000", "Germany, salary: €60,000 - €100,000")).toEqual(
    salary(60_000, 100_000, "EUR"),
  );
});

test("a bare dollar is that of the only country, where no other is named", () => {
  const lines = (text: string) => withClues(text, [{ text, label: "B" }]);
  expect(salaryIn(lines("Salary: $85,000 - $105,000"), "CA")).toEqual(salary(85_000, 105_000, "CAD"));
  expect(salaryIn(lines("Salary: $85,000 - $105,000 USD"), "CA")).toEqual(salary(85_000, 105_000));
  expect(salaryIn(lines("Salary: €85,000 - €105,000"), "CA")).toEqual(salary(85_000, 105_000, "EUR"));
});

test("a bare dollar or crown that a source states is that of the only country too", () => {
  const yearly = { min: 600_000, max: 700_000, currency: "kr", period: "year" };
  expect(salaryOf(yearly, "NO")?.currency).toBe("NOK");
  expect(salaryOf(yearly, "DE")).toBeNull();
  expect(salaryOf({ ...yearly, min: 60_000, max: 70_000, currency: "$" }, "AU")?.currency).toBe("AUD");
  expect(salaryOf({ ...yearly, min: 60_000, max: 70_000, currency: "$" })?.currency).toBe("USD");
});

test.each<[string, string, Salary]>([
  ["SE", "Lön: 41 000 - 52 000 kr per månad", salary(41_000, 52_000, "SEK", "month")],
  ["NO", "Årslønn kr 610 000 – 690 000", salary(610_000, 690_000, "NOK")],
  ["DK", "Løn 44.000-51.000 kr. pr. måned", salary(44_000, 51_000, "DKK", "month")],
  ["FI", "Palkka 3 900 – 4 700 €/kk", salary(3_900, 4_700, "EUR", "month")],
  ["CZ", "Plat 70 000 – 95 000 Kč měsíčně", salary(70_000, 95_000, "CZK", "month")],
  ["NL", "tussen 3.100 en 3.900 euro bruto per maand", salary(3_100, 3_900, "EUR", "month")],
  ["ES", "Fijo: 26.000€ brutos anuales + variable de 4.000€", salary(26_000, 26_000, "EUR")],
  ["BR", "Bolsa: R$ 2.100/mês", salary(2_100, 2_100, "BRL", "month")],
  ["PH", "Php 28,000 - 35,000 a month", salary(28_000, 35_000, "PHP", "month")],
  ["SE", "34 000–41 000 SEK/mån", salary(34_000, 41_000, "SEK", "month")],
  ["PL", "14 000–19 000 PLN netto + VAT / miesiąc", salary(14_000, 19_000, "PLN", "month")],
  ["MY", "RM 5,500 - RM 8,000 per month", salary(5_500, 8_000, "MYR", "month")],
  ["IN", "₹45k/month", salary(45_000, 45_000, "INR", "month")],
  ["GB", "£375 per day outside IR35", salary(375, 375, "GBP", "day")],
  ["GB", "£425-475 p/d", salary(425, 475, "GBP", "day")],
  ["DE", "Gehalt: 60T€ bis 70T€", salary(60_000, 70_000, "EUR")],
  ["DE", "Stundenlohn 15,50 €", salary(15.5, 15.5, "EUR", "hour")],
  ["JP", "年収550万円〜800万円", salary(5_500_000, 8_000_000, "JPY")],
])("in %s pay is worded %j", (country, text, expected) => {
  expect(salaryIn(withClues(text, [{ text, label: "B" }]), country)).toEqual(expected);
});

test("crowns of no country are no pay", () => {
  expect(read("Lön: 41 000 - 52 000 kr per månad")).toBeNull();
});

test("an amount that is a field of its own in a line of fields is pay", () => {
  expect(read("Lampworks | Glazier | up to €75k | Remote", "O")).toEqual(salary(null, 75_000, "EUR"));
  expect(read("Lampworks | Glazier | raised €75k | Remote", "O")).toBeNull();
  expect(read("Lampworks | Glazier | €500 | Remote", "O")).toBeNull();
});

test("what somebody has to sell is no pay", () => {
  expect(read("You carry a $250k+ annual quota, and run deals")).toBeNull();
  expect(read("beat a $800K annual quota with short cycles")).toBeNull();
});

test("tips, and money towards something else, are no pay", () => {
  expect(read("$16.25 an hour plus tips (about $7/hour)")).toEqual(salary(16.25, 16.25, "USD", "hour"));
  expect(read("We pay $600 a month towards your gym")).toBeNull();
});

test("a heading says what the amount under it is", () => {
  const under = (heading: string) =>
    salaryIn(
      withClues(`${heading}\n$25,000 - $28,000`, [
        { text: heading, label: "D" },
        { text: "$25,000 - $28,000", label: "D" },
      ]),
    );
  expect(under("Salary range")).toEqual(salary(25_000, 28_000));
  expect(under("Prizes of the year")).toEqual(null);
  const meals = { text: "- Lunch, dinner and snacks in our kitchen ($10,200/year)", label: "B" } as const;
  const heading = { text: "Compensation and benefits", label: "B" } as const;
  expect(salaryIn(withClues(`${heading.text}\n${meals.text}`, [heading, meals]))).toBeNull();
});

test("pay comes to its amount in a year, and an open end stays open", () => {
  expect(yearlyOf(salary(50, null, "USD", "hour"))).toEqual({ min: 104_000, max: null });
  expect(yearlyOf(salary(1_000, 2_000, "USD", "month"))).toEqual({ min: 12_000, max: 24_000 });
});

test.each(["$1,000 ", "$", "1", "1 000 ", "9,", "$100k - ", "€1 to ", "k", "pay ", "(", "usd "])(
  "a line of %j without end takes a moment and throws nothing",
  (piece) => {
    const before = process.cpuUsage();
    read(piece.repeat(1_000_000 / piece.length));
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  },
);
