// Owns base pay: as a source states it, as the text does, and what it comes to in a year.
import type { Salary, SalaryPeriod, StatedSalary, YearlySalary } from "@skillstream/schemas/types.ts";
import type { ReadLine } from "./lines.ts";

/** The shortest first: "an hour" is no year, though "an" is one in French. */
const periods: [SalaryPeriod, RegExp][] = [
  ["hour", /hour|stunde|heure|\bhora|^hr/iu],
  ["day", /\bday|daily|\btag|\bjour\b|día|\bdia\b/iu],
  ["week", /week|woche|semaine|semana/iu],
  ["month", /month|monat|\bmois\b|\bmes\b|mês|mensual|mensal/iu],
  ["year", /year|annual|annum|\bp\.?a\b|jahr|\ban\b|année|anual|año|\bano\b|^y/iu],
];

const signs: Record<string, string> = {
  $: "USD",
  "€": "EUR",
  "£": "GBP",
  "¥": "JPY",
  "₹": "INR",
  US$: "USD",
  CA$: "CAD",
  A$: "AUD",
  R$: "BRL",
};

/** Pay beyond this is a slip or a joke in any currency and period. */
const payMax = 1e10;

export function salaryOf(stated: StatedSalary | null): Salary | null {
  if (stated === null || stated.currency === null || stated.period === null) return null;
  const currency = signs[stated.currency.trim()] ?? stated.currency.trim().toUpperCase();
  const period = periods.find(([, form]) => form.test(stated.period as string))?.[0];
  if (!/^[A-Z]{3}$/.test(currency) || period === undefined) return null;
  const real = (value: number | null) =>
    value !== null && Number.isFinite(value) && value > 0 && value < payMax ? value : null;
  const min = real(stated.min);
  const max = real(stated.max);
  if (min === null && max === null) return null;
  const swapped = min !== null && max !== null && min > max;
  return { min: swapped ? max : min, max: swapped ? min : max, currency, period };
}

/** The base pay that the text states. */
export function salaryIn(_lines: readonly ReadLine[]): Salary | null {
  return null;
}

/** How many of a period a full year of work has. */
const perYear: Record<SalaryPeriod, number> = { year: 1, month: 12, week: 52, day: 260, hour: 2_080 };

/** In its own currency: exchange rates are no matter of one posting. */
export function yearlyOf({ min, max, period }: Salary): YearlySalary {
  const yearly = (amount: number | null) => (amount === null ? null : amount * perYear[period]);
  return { min: yearly(min), max: yearly(max) };
}
