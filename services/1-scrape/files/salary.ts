// Owns the reading of a table's column of pay, such as "$53K-$91K (Glassdoor est.)". Its numbers are pay even
// where no currency stands beside them (read/pay.ts, for lines of a page, is stricter); what is not stated is null.
import type { StatedSalary } from "@skillstream/schemas/types.ts";

/** Whatever stands behind that is no amount of pay. */
const textCharsMax = 200;

const signs: readonly [RegExp, string][] = [
  [/CA\$|C\$/, "CAD"],
  [/AU\$|A\$/, "AUD"],
  [/R\$/, "BRL"],
  [/S\$/, "SGD"],
  [/€/, "EUR"],
  [/£/, "GBP"],
  [/₹/, "INR"],
  [/¥/, "JPY"],
  [/\$/, "USD"],
];
const codes =
  /\b(?:USD|EUR|GBP|CAD|AUD|NZD|CHF|INR|JPY|SEK|NOK|DKK|PLN|CZK|HUF|RON|BRL|MXN|SGD|HKD|CNY|ZAR|AED|ILS|TRY)\b/i;

const periods: readonly [string, RegExp][] = [
  ["hour", /\b(?:per|an|a|each) hour\b|\bhourly\b|\/ ?(?:hour|hr|h)\b|\bph\b/i],
  ["day", /\b(?:per|a|each) day\b|\bdaily\b|\/ ?(?:day|d)\b/i],
  ["week", /\b(?:per|a|each) week\b|\bweekly\b|\/ ?(?:week|wk)\b/i],
  ["month", /\b(?:per|a|each) month\b|\bmonthly\b|\/ ?(?:month|mo)\b/i],
  ["year", /\b(?:per|a|each) (?:year|annum)\b|\byearly\b|\bannual(?:ly)?\b|\/ ?(?:year|yr|y)\b|\bp\.?a\b/i],
];

/** A number with its thousands and its fraction, and the letter that multiplies it. */
const amount =
  /(\d{1,3}(?:,\d{2}){0,3}(?:[,.'’ ]\d{3}){1,4}(?!\d)|\d{1,12})(?:[.,](\d{1,2})(?!\d))?(?:\s?([kKmM])(?![a-z]))?/g;
const between = /^[\s$€£₹¥A-Z]{0,8}(?:-|–|—|to|and|bis|à)[\s$€£₹¥A-Z]{0,8}$/i;

/** null where the text states no amount. */
export function salaryIn(stated: string): StatedSalary | null {
  const text = stated.slice(0, textCharsMax).replace(/\s+/g, " ");
  const amounts = [...text.matchAll(amount)];
  const [first, second] = amounts;
  if (first === undefined) return null;
  const gap = second === undefined ? "" : text.slice(first.index + first[0].length, second.index);
  const isRange = second !== undefined && between.test(gap);
  let min = amountOf(first);
  const max = isRange ? amountOf(second) : min;
  // In "80-120K" the letter stands for both.
  if (isRange && first[3] === undefined && second[3] !== undefined && min < max / 100) {
    min = amountOf([first[0], first[1] ?? "", first[2], second[3]]);
  }
  const before = text.slice(0, first.index);
  const after = text.slice(first.index + first[0].length, first.index + first[0].length + 2);
  const upTo = !isRange && /\b(?:up to|max(?:imum)?|under|bis)\b[\s:$€£]{0,4}$/i.test(before);
  const from =
    !isRange && (/\b(?:from|min(?:imum)?|at least|ab)\b[\s:$€£]{0,4}$/i.test(before) || after[0] === "+");
  return {
    min: upTo ? null : min,
    max: from ? null : max,
    currency: currencyOf(text),
    period: periods.find(([, form]) => form.test(text))?.[0] ?? null,
  };
}

function amountOf([, whole = "", fraction, factor]: readonly (string | undefined)[]): number {
  const digits = whole.replace(/\D/g, "");
  const value = Number(fraction === undefined ? digits : `${digits}.${fraction}`);
  const times = factor === undefined ? 1 : factor.toLowerCase() === "k" ? 1_000 : 1_000_000;
  return Math.round(value * times * 100) / 100;
}

function currencyOf(text: string): string | null {
  return codes.exec(text)?.[0].toUpperCase() ?? signs.find(([sign]) => sign.test(text))?.[1] ?? null;
}
