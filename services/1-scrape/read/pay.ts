// Owns reading pay out of a line of text, such as "$120K/yr - $150K/yr" or "From €18.50 an hour". It takes amounts
// that stand beside a currency, says their period in a plain word, and refuses any other number.
import type { StatedSalary } from "@skillstream/schemas/types.ts";

/** A line about pay is short; a longer text is not searched for one. */
const payCharsMax = 300;

const sign = "(?:[A-Z]{1,3}\\$|[$€£¥₹₩₽₺₪]|zł|kr|R\\$|\\b[A-Z]{3}\\b)";
const digits = "\\d{1,3}(?:[.,’' \\u00a0\\u202f]\\d{2,3}){0,4}(?:[.,]\\d{1,2})?|\\d{1,9}(?:[.,]\\d{1,2})?";
const amount = new RegExp(
  `(${sign})?\\s?(?<![\\d.,])(${digits})(?![\\d%])\\s?([KkMm]\\b)?\\s?(${sign})?`,
  "g",
);

/** Signs that say more than the code that they begin with. */
const codes: Record<string, string> = {
  US$: "USD",
  A$: "AUD",
  AU$: "AUD",
  CA$: "CAD",
  C$: "CAD",
  NZ$: "NZD",
  HK$: "HKD",
  S$: "SGD",
  SGD$: "SGD",
  MX$: "MXN",
  R$: "BRL",
};
/** Three capitals beside a number are a currency only where they are one of these. */
const knownCodes = new Set(
  "USD EUR GBP CAD AUD NZD CHF SEK NOK DKK PLN CZK HUF RON INR JPY CNY SGD HKD ILS BRL MXN ZAR AED SAR TRY KRW PHP THB MYR IDR".split(
    " ",
  ),
);

const periods: readonly [string, RegExp][] = [
  ["hour", /(?:\/|\b(?:an?|per)\s)\s?(?:hr|hour|h)\b|\bhourly\b/i],
  ["day", /(?:\/|\b(?:an?|per)\s)\s?day\b|\bdaily\b/i],
  ["week", /(?:\/|\b(?:an?|per)\s)\s?(?:wk|week)\b|\bweekly\b/i],
  ["month", /(?:\/|\b(?:an?|per)\s)\s?(?:mo|mth|month)\b|\bmonthly\b/i],
  ["year", /(?:\/|\b(?:an?|per)\s)\s?(?:yr|year|annum)\b|\b(?:yearly|annually)\b/i],
];

/** The pay that a line states; null where it states none. */
export function payIn(line: string | null | undefined): StatedSalary | null {
  if (typeof line !== "string" || line.length > payCharsMax) return null;
  const amounts: number[] = [];
  let currency: string | null = null;
  for (const [, before, number = "", scale, after] of line.matchAll(amount)) {
    const stated = currencyOf(before) ?? currencyOf(after);
    // "€40,000 - 50,000" states its currency once; a number before any currency is not pay.
    if (stated === null && (currency === null || amounts.length !== 1)) continue;
    currency ??= stated;
    amounts.push(
      numberIn(number) * (/k/i.test(scale ?? "") ? 1_000 : /m/i.test(scale ?? "") ? 1_000_000 : 1),
    );
    if (amounts.length === 2) break;
  }
  const [first, second] = amounts;
  if (first === undefined || currency === null) return null;
  const period = periods.find(([, form]) => form.test(line))?.[0] ?? null;
  if (second !== undefined) return { min: first, max: second, currency, period };
  if (/\bup to\b|\bmax/i.test(line)) return { min: null, max: first, currency, period };
  if (/\bfrom\b|\bstarting\b|\bmin|\+/i.test(line)) return { min: first, max: null, currency, period };
  return { min: first, max: first, currency, period };
}

function currencyOf(stated: string | undefined): string | null {
  if (stated === undefined) return null;
  if (/^[A-Z]{3}$/.test(stated)) return knownCodes.has(stated) ? stated : null;
  return codes[stated] ?? stated;
}

/** The last separator with one or two digits behind it is the decimal one; all others set groups apart. */
function numberIn(text: string): number {
  const decimal = /[.,](\d{1,2})$/.exec(text);
  const whole = (decimal === null ? text : text.slice(0, decimal.index)).replace(/\D/g, "");
  return Number(decimal === null ? whole : `${whole}.${decimal[1]}`);
}
