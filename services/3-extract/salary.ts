// Owns base pay in a posting's text: amounts with a currency and what period they are for. It refuses bonuses,
// equity, funding rounds, budgets and on-target earnings, and says nothing where the words are not clear.
import type { Salary, SalaryPeriod } from "@skillstream/schemas/types.ts";
import type { ReadLine } from "./facts.ts";

const currencies: Record<string, string> = {
  $: "USD",
  us$: "USD",
  usd: "USD",
  "€": "EUR",
  eur: "EUR",
  euro: "EUR",
  euros: "EUR",
  "£": "GBP",
  gbp: "GBP",
  cad: "CAD",
  c$: "CAD",
  ca$: "CAD",
  cdn$: "CAD",
  aud: "AUD",
  a$: "AUD",
  au$: "AUD",
  nzd: "NZD",
  nz$: "NZD",
  chf: "CHF",
  inr: "INR",
  "₹": "INR",
  brl: "BRL",
  r$: "BRL",
  mxn: "MXN",
  mx$: "MXN",
  sgd: "SGD",
  s$: "SGD",
  pln: "PLN",
  zł: "PLN",
  sek: "SEK",
  dkk: "DKK",
  nok: "NOK",
  jpy: "JPY",
  "¥": "JPY",
  ils: "ILS",
  "₪": "ILS",
  hkd: "HKD",
};
const sign =
  "(?:us|ca?|cdn|au?|nz|mx|s|r|hk)?\\$|[€£₹¥₪]|usd|eur|gbp|cad|aud|nzd|chf|inr|brl|mxn|sgd|pln|sek|dkk|nok|jpy|ils|hkd";
const amount = "\\d{1,3}(?:[,.'’ ]\\d{3})+(?:[.,]\\d{2})?|\\d{2,6}(?:[.,]\\d{1,2})?";
const after = "(?: ?(?:usd|eur|euros?|gbp|cad|aud|nzd|chf|inr|brl|mxn|sgd|pln|zł|sek|dkk|nok|€|£))?";
const pay = new RegExp(
  `(?:(${sign}) ?)?(${amount}) ?(k)?(${after})(?:(?: ?per| ?/|/) ?(?:year|hour|month|yr|hr|annum)| annually)?(?: ?(?:-|–|—|−|to|and|bis|à|a|até) ?(${sign})? ?(${amount}) ?(k)?(${after}))?`,
  "gi",
);
const marked =
  /[$€£₹¥₪]|\b(?:usd|eur|euros?|gbp|cad|aud|nzd|chf|inr|brl|mxn|sgd|pln|sek|dkk|nok|jpy|ils|hkd)\b/i;
const basePay =
  /salary|salaries|\bpay\b|\bbase\b|compensation|wage|rate|range|remuneration|gehalt|vergutung|vergütung|brutto|salaire|remuneración|rémunération|salario|salário|sueldo|per (?:year|hour|month|annum|day)|annual|\/ ?(?:yr|year|hr|hour|month)|hourly|\bk\b/i;
const notBasePay =
  /\b(?:ote|on[- ]target|bonus of|sign[- ]on|signing|stipend|reimburse|budget|allowance|raised|raise|funding|funded|valuation|revenue|arr|million|billion|series [a-f]|match|credit|referral|worth of|grant|assets|customers|savings|commission|per employee)\b|\d ?(?:mm?|bn?)\b/i;

const periods: readonly (readonly [SalaryPeriod, RegExp])[] = [
  [
    "hour",
    /(?:per|an|a|\/|each) ?(?:hour|hr)\b|hourly|\bp\.?h\.?\b|pro stunde|stundenlohn|de l'heure|por hora/i,
  ],
  ["day", /(?:per|a|\/) ?day\b|daily rate|tagessatz|par jour|por día/i],
  ["week", /(?:per|a|\/) ?week\b|weekly/i],
  ["month", /(?:per|a|\/) ?month\b|monthly|pro monat|monatlich|par mois|al mes|mensual|por mês|mensais/i],
  [
    "year",
    /(?:per|a|\/) ?(?:year|yr|annum)\b|annual|yearly|p\.a\.|pro jahr|jahresgehalt|par an\b|brut annuel|al año|anual|por ano/i,
  ],
];
const plausible: Record<SalaryPeriod, readonly [number, number]> = {
  year: [8_000, 3_000_000],
  month: [400, 100_000],
  week: [100, 20_000],
  day: [40, 5_000],
  hour: [5, 600],
};

/** The widest range of one currency, the first stated where several differ. */
export function salaryOf(lines: readonly ReadLine[]): Salary | null {
  const found: Salary[] = [];
  for (const { source } of lines) {
    if (!marked.test(source)) continue;
    for (const match of source.matchAll(pay)) {
      const salary = salaryFrom(source, match);
      if (salary !== null) found.push(salary);
    }
  }
  const first = found.find((one) => one.min !== null && one.max !== null && one.min !== one.max) ?? found[0];
  if (first === undefined) return null;
  const same = found.filter((one) => one.currency === first.currency && one.period === first.period);
  const lows = same.map((one) => one.min ?? one.max ?? 0);
  const highs = same.map((one) => one.max ?? one.min ?? 0);
  if (same.length === 1) return first;
  return { ...first, min: Math.min(...lows), max: Math.max(...highs) };
}

function salaryFrom(source: string, match: RegExpMatchArray): Salary | null {
  const [whole, signBefore, low = "", lowK, lowAfter, secondSign, high, highK, highAfter] = match;
  const index = match.index ?? 0;
  const mark = [signBefore, lowAfter, secondSign, highAfter].find(
    (one) => one !== undefined && one.trim() !== "",
  );
  if (mark === undefined) return null;
  const before = source.slice(Math.max(0, index - 90), index);
  const behind = source.slice(index + whole.length, index + whole.length + 40);
  const near = `${before.slice(-30)}${whole}${behind}`;
  const clauseBefore = before.slice(Math.max(before.lastIndexOf(". "), before.lastIndexOf("; ")) + 1);
  const isRange = high !== undefined;
  if (
    /^ ?\+? ?(?:mm?|bn?|million|billion)\b/i.test(behind) ||
    notBasePay.test(`${clauseBefore.slice(-45)}${whole}${behind.slice(0, 22)}`)
  )
    return null;
  if (!isRange && !basePay.test(near) && !/salary|pay|compensation/i.test(clauseBefore)) return null;

  const named = /\b(usd|cad|aud|nzd|sgd|eur|gbp|chf|mxn|brl|hkd)\b/i.exec(behind.slice(0, 8))?.[1];
  const currency = currencies[(named ?? explicit([lowAfter, highAfter]) ?? mark).trim().toLowerCase()];
  if (currency === undefined) return null;
  const thousands = lowK !== undefined || highK !== undefined;
  const min = value(low) * (thousands && value(low) < 1_000 ? 1_000 : 1);
  const max = high === undefined ? null : value(high) * (thousands && value(high) < 1_000 ? 1_000 : 1);
  const stated =
    periods.find(([, pattern]) => pattern.test(`${whole}${behind}`))?.[0] ??
    periods.find(([, pattern]) => pattern.test(clauseBefore))?.[0];
  const period =
    stated !== undefined && isPlausible(stated, min)
      ? stated
      : isPlausible("year", min) && min >= 15_000
        ? "year"
        : stated;
  if (
    period === undefined ||
    !isPlausible(period, min) ||
    (max !== null && (max < min || !isPlausible(period, max)))
  )
    return null;
  if (max === null) {
    if (/up to|bis zu|jusqu|hasta|até/i.test(clauseBefore.slice(-12)))
      return { min: null, max: min, currency, period };
    return /from|starting|ab\b|\+/i.test(`${clauseBefore.slice(-14)}${behind.slice(0, 2)}`)
      ? { min, max: null, currency, period }
      : { min, max: min, currency, period };
  }
  return { min, max, currency, period };
}

const explicit = (marks: readonly (string | undefined)[]) =>
  marks.find((one) => one !== undefined && one.trim() !== "");

function isPlausible(period: SalaryPeriod, amountOfPeriod: number): boolean {
  const [least, most] = plausible[period];
  return amountOfPeriod >= least && amountOfPeriod <= most;
}

/** "120,000", "45.000", "45 000", "22.50": groups of three are thousands, one or two digits behind are cents. */
function value(text: string): number {
  const cents = /[.,](\d{1,2})$/.exec(text);
  const whole = (cents === null ? text : text.slice(0, cents.index)).replace(/\D/g, "");
  return Number(whole) + (cents === null ? 0 : Number(cents[1]) / 10 ** (cents[1] as string).length);
}
