// Owns base pay: as a source states it, as the text does, and what it comes to in a year. An amount is pay where a
// currency stands with it and its size is that of a wage; the period is the stated one, or a year where the
// amount can be nothing else. It refuses bonuses, on-target earnings, equity, budgets, prices, funding rounds.
import type { Salary, SalaryPeriod, StatedSalary, YearlySalary } from "@skillstream/schemas/types.ts";
import { type CluedLine, clue } from "./clues.ts";
import type { ReadLine } from "./lines.ts";

/** What one unit of a currency is worth, in units to the dollar, to tell a wage from a slip: the size is enough. */
const perDollar: Record<string, number> = Object.fromEntries(
  (
    "USD 1 EUR 1 GBP 1 CHF 1 CAD 1 AUD 1 NZD 1 SGD 1 BND 1 KWD 0.3 BHD 0.4 OMR 0.4 JOD 0.7 FJD 2 BGN 2 GEL 3 PLN 4 " +
    "ILS 4 AED 4 SAR 4 QAR 4 RON 4 PEN 4 MYR 4 BRL 5 CNY 7 DKK 7 HKD 8 GTQ 8 TTD 7 SEK 10 NOK 10 MAD 10 BOB 7 GHS 12 ZAR 18 MXN 18 " +
    "MDL 18 CZK 22 TRY 35 TWD 32 THB 34 UAH 40 UYU 40 EGP 50 PHP 57 DOP 60 INR 85 RUB 85 BDT 115 RSD 110 KES 130 ISK 135 " +
    "JPY 150 LKR 300 PKR 280 HUF 360 AMD 390 KZT 500 CRC 510 CLP 950 ARS 1000 KRW 1400 NGN 1500 COP 4000 UGX 3700 " +
    "UZS 12000 IDR 16000 VND 25000"
  )
    .match(/[A-Z]{3} [\d.]+/g)
    ?.map((one) => [one.slice(0, 3), Number(one.slice(4))]) ?? [],
);
const hardMax = 1;

/** From and to in dollars: wider than any honest wage, narrower than a slip by a factor of a thousand. */
const plausible: Record<SalaryPeriod, readonly [number, number]> = {
  year: [8_000, 3_000_000],
  month: [400, 40_000],
  week: [100, 12_000],
  day: [40, 4_000],
  hour: [5, 500],
};
/** Wages are lower where other currencies are paid. */
const softFactor = 8;
/** A range whose end is further from its start than this is two numbers, no range. */
const rangeFactorMax = 12;
/** An amount from here on, in dollars, is that of a year where no period is stated. */
const yearlyMin = 15_000;
/** An amount a month or a day from here on is a wage even where no word says so; smaller ones are benefits. */
const monthlyMin = 1_000;
const dailyMin = 150;
/** Both are lower where other currencies are paid, though benefits are too. */
const softBenefitFactor = 3;
/** A range from here on is pay even where no word says so, unless a word says that it is other money. */
const namelessMin = 30_000;

function isPlausible(amount: number, currency: string, period: SalaryPeriod): boolean {
  const scale = perDollar[currency] ?? null;
  const [least, most] = plausible[period];
  if (scale === null) return amount > 0 && amount < 1e12;
  return amount >= (least * scale) / (scale <= hardMax ? 1 : softFactor) && amount <= most * scale;
}

/** null where it can be no wage. An open end is null. */
function checked(
  min: number | null,
  max: number | null,
  currency: string,
  stated: SalaryPeriod | null,
): Salary | null {
  const ends = [min, max].filter((end) => end !== null);
  if (ends.length === 0) return null;
  const fits = (period: SalaryPeriod) => ends.every((end) => isPlausible(end, currency, period));
  const scale = perDollar[currency];
  const isYearly = scale !== undefined && ends.every((end) => end >= yearlyMin * scale) && fits("year");
  const period = stated === null ? (isYearly ? "year" : null) : fits(stated) ? stated : null;
  if (period === null) return null;
  if (min !== null && max !== null && max > min * rangeFactorMax) return null;
  return { min, max, currency, period };
}

const signs: Record<string, string> = {
  us$: "USD",
  usd$: "USD",
  "€": "EUR",
  euro: "EUR",
  euros: "EUR",
  "£": "GBP",
  ca$: "CAD",
  c$: "CAD",
  cad$: "CAD",
  cdn$: "CAD",
  a$: "AUD",
  au$: "AUD",
  aud$: "AUD",
  nz$: "NZD",
  mx$: "MXN",
  r$: "BRL",
  s$: "SGD",
  sg$: "SGD",
  hk$: "HKD",
  nt$: "TWD",
  "₹": "INR",
  rs: "INR",
  "rs.": "INR",
  r: "ZAR",
  rm: "MYR",
  "¥": "JPY",
  円: "JPY",
  rmb: "CNY",
  "₩": "KRW",
  "₪": "ILS",
  "₱": "PHP",
  "₺": "TRY",
  "₴": "UAH",
  "₽": "RUB",
  "₫": "VND",
  "₦": "NGN",
  zł: "PLN",
  pln: "PLN",
  kč: "CZK",
  ft: "HUF",
  lei: "RON",
  pounds: "GBP",
};

/** The shortest first: "an hour" is no year, though "an" is one in French. */
const periods: readonly (readonly [SalaryPeriod, RegExp])[] = [
  ["hour", /hour|stunde|heure|\bhora|\bora\b|godzin|\buur\b|^hr|^h$/u],
  ["day", /\bday|daily|\btag|\bjour\b|día|\bdia\b|\bgiorno|\bdag\b|^d$/u],
  ["week", /week|woche|semaine|semana|settimana/u],
  ["month", /month|monat|\bmois\b|\bmes\b|mês|mensu|mensal|\bmese|maand|miesi|^mo?$/u],
  [
    "year",
    /year|annual|annum|\bp\.?\s?a\b|jahr|jähr|\ban\b|année|annuel|anual|año|\bano\b|anno|\bjaar|^yr?$/u,
  ],
];
/** Not one of the five, or more than one of them. */
const oddPeriod = /bi-?week|fortnight|quarter|semi-?month|one[\s_-]?time|^\s*(?:[2-9]|\d\d|0\.\d)/u;

/** A longer text is no period and no currency. */
const wordCharsMax = 100;

/** Pay as a source states it, field by field. A bare "$" is the dollar of the country that all the work is in. */
export function salaryOf(stated: StatedSalary | null, country: string | null = null): Salary | null {
  if (stated === null || stated.currency === null) return null;
  const currency = currencyOf(stated.currency, country);
  if (currency === null) return null;
  const words = (stated.period ?? "").slice(0, wordCharsMax).toLowerCase().replaceAll("_", " ");
  if (oddPeriod.test(words)) return null;
  const period = periods.find(([, form]) => form.test(words))?.[0] ?? null;
  const real = (value: number | null) =>
    value !== null && Number.isFinite(value) && value > 0 ? value : null;
  const min = real(stated.min);
  const max = real(stated.max);
  const swapped = min !== null && max !== null && min > max;
  return checked(swapped ? max : min, swapped ? min : max, currency, period);
}

/** ISO 4217, those of the past too. */
const currencies = new Set(Intl.supportedValuesOf("currency"));

/** "$" is the dollar of the country that the posting is for, "kr" its crown and no money where it has none. */
const dollarOf: Record<string, string> = {
  CA: "CAD",
  AU: "AUD",
  NZ: "NZD",
  SG: "SGD",
  HK: "HKD",
  MX: "MXN",
};
const crownOf: Record<string, string> = { SE: "SEK", NO: "NOK", DK: "DKK", IS: "ISK" };

function currencyOf(stated: string, country: string | null): string | null {
  if (stated.length > wordCharsMax) return null;
  const word = stated.trim().toLowerCase();
  if (word === "$" || word === "dollars") return dollarOf[country ?? ""] ?? "USD";
  if (word === "kr" || word === "kr.") return crownOf[country ?? ""] ?? null;
  const code = signs[word] ?? word.toUpperCase();
  return currencies.has(code) ? code : null;
}

/** No line about pay is longer; of a longer one the start is read. */
const lineCharsMax = 4_000;
const amountsPerLineMax = 60;
/** "Salary range" over an amount says what it is. */
const headingCharsMax = 90;
/** Before an amount that leads its line stand at most a few words, such as a place. */
const leadCharsMax = 30;
/** Between the ends of a range stand a dash and perhaps a period, or words in brackets. */
const gapCharsMax = 110;

const codes =
  "usd|eur|gbp|cad|aud|nzd|chf|inr|brl|mxn|sgd|pln|sek|dkk|nok|jpy|ils|hkd|czk|huf|ron|zar|aed|sar|krw|php|thb|myr|idr|cny|rmb|try|uah|twd|ars|clp|cop|pen|ngn|kes|egp|vnd";
/** "PHP", "TRY" and "ALL" are money in capitals only; the commonest are money in any letters. */
const written = `${codes.toUpperCase()}|usd|eur|gbp|chf|cad|aud|pln|inr|sek|Php|Eur|Euros?|euros?`;
const signBefore = new RegExp(
  `((?:(?<!\\p{L})(?:USD?|us|CAD?|C|CDN|AUD?|A|NZ|MX|R|SG?|HK|NT)\\s?)?\\$|[€£₹¥₪₩₱₺₴₽₫₦]|(?<!\\p{L})(?:${written}|[Rr]s\\.?|[Kk]r\\.?|RM|R(?!\\s)))\\s?$`,
  "u",
);
const signBeforeCharsMax = 8;
const signAfter = `\\$|[€£₹¥₪₩₱₺₴₽₫円]|(?:${written})\\b|zł|[kK]č|[kK]r(?!\\p{L})\\.?|Ft\\b|lei\\b|dollars\\b|pounds\\b`;
const number =
  "\\d{1,3}(?:[,.'’ ]\\d{3}){1,3}(?!\\d)(?:[.,]\\d{1,2}(?!\\d))?|\\d{1,2}(?:,\\d{2}){1,3},\\d{3}(?!\\d)|\\d{1,9}(?:[.,]\\d{1,2}(?!\\d))?";
const factor =
  "[kK](?!\\p{L})|[kK](?=EUR|USD|GBP|CHF)|[Tt]sd\\.?|T(?=\\s?(?:€|EUR\\b|Euro\\b))|mille\\b|mil\\b|LPA\\b|lpa\\b|[Ll]akhs?\\b|[Ll]acs?\\b|[Mm]io\\.?|[Mm]illion\\b|millones\\b|[mM]\\b|[mM][mM]\\b|[bB]\\b|[bB]n\\b|[bB]illion\\b|万|만";
// It begins with a digit, so that most of a line is passed over at once; a sign before it is looked for then.
const amountForm = new RegExp(
  `(?<![\\p{Ll}\\d.,#])(${number})(?:\\s?(${factor}))?(?:\\s?(${signAfter}))?`,
  "gu",
);
/** Only where one of these stands is a line looked at closely. */
const marked = new RegExp(
  `[$€£₹¥₪₩₱₺₴₽₫円]|\\b(?:${written}|LPA|lpa|[Ll]akhs?)\\b|[Rr]s\\.|\\b[Kk]r\\.? ?\\d|\\bRM? ?\\d|\\d ?(?:zł|[kK]č|[kK]r(?!\\p{L})|EUR|USD|GBP|CHF)|\\d[kK](?:EUR|USD|GBP|CHF)`,
  "u",
);

const perPeriod =
  "(?:\\s?(?:\\/|per|an?|pro|par|por|pr\\.?|je|al|each)\\s?(?:year|yr|annum|hour|hr|h|month|mo|week|wk|day|d|jahr|monat|stunde|an|mois|heure|año|mes|hora|ano|mês|månad|måned|år|kk)\\b|\\s?(?:annually|yearly|monthly|hourly|p\\.a\\.))?";
const joins = new RegExp(
  `^(?:\\+|,[-–]{1,2})?${perPeriod}[\\s,]{0,2}(?:[[(][^\\])]{0,90}[\\])]\\s?)?(?:base )?(?:-|–|—|−|‑|~|〜|～|to|up to|and|bis(?: zu)?|tot|en|do|till?|og|och|tra|à|a|até|al|y|e|und|et|through)\\s?(?:~|up to|approx\\.?)?\\s?$`,
  "u",
);

const notBasePay =
  /\btc\b|variable|uncapped|commission|bonus|sign[-\s]on|signing|stipend|reimburs|budget(?!ed)|allowance|rais(?:e|ed|ing)\b|fund(?:ing|ed|s)\b|valuation|valued|revenue|\ba?rr\b|\bacv\b|\bmrr\b|\bgmv\b|\baum\b|\bseries [a-f]\b|\bmatch|credits?\b|referral|worth\b|grant|assets|savings|\bsav(?:e|ing)|per employee|\bdeals?\b|contract value|quota|\bspen[dt]|invest(?!ment bank)|equity (?:of|worth|grant)|tuition|\brent\b|housing|subsid|deductible|price|\btips\b|\btowards?\b|voucher|gutschein|zuschuss|prämie|gift|per diem|lifetime|donat|prize|penalt|fine\b|fee\b/u;
const onTarget = /\bote\b|on[-\s]target|target earning|total target|zielgehalt/u;
const onTargetBehind =
  /^[\s,]*(?:(?:usd|cad|eur|gbp|total|annual|annually|expected) )?(?:ote\b|on[-\s]target|target earn|\((?:ote|on[-\s]target[^)\d]{0,20})\))/u;
/** What somebody has to sell is no pay, whatever stands behind it. */
const aimBehind =
  /^\+?\s?(?:(?:annual|yearly|quarterly|monthly|sales) ){0,2}(?:quota|deals?|a?rr|acv|mrr|revenue)\b/u;
const periodBehind = /^\s?(?:\/\s?|(?:per|an?|pro|par|por)\s)\p{L}{1,8}/u;
const besides = /^[^\d]{0,14}?(?:\+|\bplus|\band\b|&|,|\bwith|exclud|not incl|\/)/u;
const pay =
  /salar|\bpay\b|\bbase\b|\bbase[\s-]|compensation|\bcomp\b|\bwage|\brate|remuneration|gehalt|vergütung|verdienst|brutto|\bbrut[oa]?s?\b|gross\b|salaire|rémunération|remuneración|salario|salário|sueldo|(?<!be)lohn|retribuzione|\bral\b|salaris|wynagrodzen|\b(?:månads|års)?lön|\b(?:måneds|års)?løn|palkka|\bplat\b|mzda|remunerad[oa]|\bbolsa\b|earn\b|\bfix(?:ed|e|um)?\b|widełki/u;

const nearPeriods: readonly (readonly [SalaryPeriod, RegExp])[] = [
  [
    "hour",
    /(?:\bper|\ban?|\/|\beach|\bpro) ?(?:hour|hr|h|godz|stunde|uur)\b|hourly|\bp\.?h\.?\b|stundenlohn|\/ ?std|de l['’]heure|par heure|por hora|all['’]ora|i timmen|i timen|timlön|timeløn|時給/u,
  ],
  [
    "day",
    /(?:\bper|\ba|\/|\bpro) ?(?:day|tag|dag)\b|\bp\/?d\b|daily rate|day rate|tagessatz|par jour|por d[ií]a|\btjm\b|al giorno/u,
  ],
  ["week", /(?:\bper|\ba|\/|\bpro) ?(?:week|wk|woche)\b|weekly|par semaine|por semana/u],
  [
    "month",
    /(?:\bper|\ba|\/|\bpro|\bim) ?(?:month|mo|monat|mies\p{L}{0,8}|maand|månad|måned|mån|md|mês)(?!\p{L})|\/ ?kk\b|monthly|månadslön|månedsløn|\bi månaden|\bpr\.? (?:måned|md\b)|měsíčn|月給|monatlich|monatsgehalt|par mois|mensuel|miesięczn|al mes|mensual|por mês|mensais|mensal|al mese/u,
  ],
  [
    "year",
    /(?:\bper|\ba|\/|\bpro|\bim) ?(?:year|yr|y|annum|jahr|jaar|år)(?!\p{L})|årslön|årsløn|\bpr\.? år(?!\p{L})|ročně|年収|年俸|annual|yearly|\bp\.? ?a\b\.?|jahresgehalt|jährlich|par an\b|annuel|al año|anual|por ano|annu[oi]\b|\bral\b|\blpa\b/u,
  ],
];

/** "$" is the dollar of the country that the words around it name. */
const dollars: readonly (readonly [string, RegExp])[] = [
  ["CAD", /\bcad\b|canad|toronto|vancouver|ontario|british columbia|montr[eé]al|alberta|qu[eé]bec/u],
  ["AUD", /\baud\b|australia|sydney|melbourne|brisbane|superannuation/u],
  ["NZD", /\bnzd\b|new zealand|auckland/u],
  ["SGD", /\bsgd\b|singapore/u],
  ["HKD", /\bhkd\b|hong kong/u],
  ["MXN", /\bmxn\b|mexican|pesos/u],
  ["USD", /\busd\b|\bus\b|u\.s\.|united states|\busa\b/u],
];

interface Amount {
  start: number;
  end: number;
  value: number;
  /** Whether a letter multiplied it. */
  isScaled: boolean;
  hasMillions: boolean;
  before: string | undefined;
  after: string | undefined;
}

/**
 * The base pay that the text states: the widest range of one currency where it differs by place or level. A bare
 * "$" is the dollar of the country that all the work is in.
 */
export function salaryIn(lines: readonly CluedLine[], country: string | null = null): Salary | null {
  const found: Salary[] = [];
  for (let index = 0; index < lines.length; index++) {
    const { text, label, clues } = lines[index] as CluedLine;
    if ((clues & clue.digit) === 0 || (clues & clue.money) === 0 || !marked.test(text)) continue;
    const line = text.length > lineCharsMax ? text.slice(0, lineCharsMax) : text;
    const heading = index === 0 ? "" : (lines[index - 1]?.text ?? "");
    collect(line, label, heading.length < headingCharsMax ? heading.toLowerCase() : "", found, country);
  }
  return widest(found);
}

function widest(found: readonly Salary[]): Salary | null {
  let best: Salary | null = null;
  for (const one of found) {
    const same = found.filter(({ currency, period }) => currency === one.currency && period === one.period);
    const ends = same.flatMap(({ min, max }) => [min ?? max ?? 0, max ?? min ?? 0]);
    const low = Math.min(...ends);
    const high = Math.max(...ends);
    // What is stated from or up to somewhere stays open where nothing else is stated.
    const union = same.length === 1 || high > low * rangeFactorMax ? one : { ...one, min: low, max: high };
    if (best === null || spread(union) > spread(best)) best = union;
  }
  return best;
}

/** In dollars of a year, so that ranges in two currencies compare. */
const spread = ({ min, max, currency, period }: Salary) =>
  min === null || max === null ? 0 : ((max - min) * perYear[period]) / (perDollar[currency] ?? 1);

function collect(
  line: string,
  label: ReadLine["label"],
  heading: string,
  found: Salary[],
  country: string | null,
): void {
  const amounts: Amount[] = [];
  const lower = line.toLowerCase();
  // A letter that is longer in lower case would shift what stands behind it.
  const words = lower.length === line.length ? lower : line;
  for (const match of line.matchAll(amountForm)) {
    amounts.push(amountOf(line, match));
    if (amounts.length === amountsPerLineMax) break;
  }
  for (let i = 0; i < amounts.length; i++) {
    const first = amounts[i] as Amount;
    const next = amounts[i + 1];
    const isRange =
      next !== undefined &&
      next.start - first.end < gapCharsMax &&
      joins.test(words.slice(first.end, next.start));
    const second = isRange ? next : null;
    const from = i === 0 ? 0 : (amounts[i - 1] as Amount).end;
    const until = amounts[i + (isRange ? 2 : 1)]?.start ?? line.length;
    if (isRange) i++;
    const salary = salaryFrom(words, first, second, from, until, label, heading, country);
    if (salary !== null) found.push(salary);
  }
}

function amountOf(line: string, match: RegExpExecArray): Amount {
  const [whole, digits = "", scale, after] = match;
  const sign = signBefore.exec(line.slice(Math.max(0, match.index - signBeforeCharsMax), match.index));
  return {
    start: match.index - (sign?.[0].length ?? 0),
    end: match.index + whole.length,
    value: sizeOf(digits) * timesOf(scale?.toLowerCase()),
    isScaled: scale !== undefined,
    hasMillions: timesOf(scale?.toLowerCase()) >= 1_000_000,
    before: sign?.[1]?.toLowerCase(),
    after: after?.toLowerCase(),
  };
}

function timesOf(scale: string | undefined): number {
  switch (scale) {
    case undefined:
      return 1;
    case "k":
    case "t":
    case "tsd":
    case "tsd.":
    case "mille":
    case "mil":
      return 1_000;
    case "万":
    case "만":
      return 10_000;
    case "lpa":
    case "lakh":
    case "lakhs":
    case "lac":
    case "lacs":
      return 100_000;
    case "b":
    case "bn":
    case "billion":
      return 1_000_000_000;
    default:
      return 1_000_000;
  }
}

/** "120,000", "45.000", "45 000", "22.50": groups of three are thousands, one or two digits behind are cents. */
function sizeOf(digits: string): number {
  const cents = /[.,](\d{1,2})$/.exec(digits);
  const whole = Number((cents === null ? digits : digits.slice(0, cents.index)).replace(/\D/g, ""));
  return cents === null ? whole : whole + Number(cents[1]) / 10 ** (cents[1] as string).length;
}

function salaryFrom(
  line: string,
  first: Amount,
  second: Amount | null,
  from: number,
  until: number,
  label: ReadLine["label"],
  heading: string,
  country: string | null,
): Salary | null {
  const last = second ?? first;
  const whole = line.slice(first.start, last.end);
  const clause = line
    .slice(Math.max(from, first.start - 90), first.start)
    .split(clauseEnd)
    .at(-1) as string;
  const behind = line.slice(last.end, Math.min(until, last.end + 40)).split(clauseEnd, 1)[0] as string;
  const currency = currencyNear(line, first, second, clause, behind, country);
  if (currency === null) return null;
  const isHard = (perDollar[currency] ?? 1) < 50;
  if (isHard && (first.hasMillions || last.hasMillions) && !/lpa|lakh|lac/.test(whole)) return null;
  if (isOther(clause, behind)) return null;
  const opensLine = /^[-–•~*\s]*$/u.test(clause);
  if (opensLine && notBasePay.test(heading) && !pay.test(heading)) return null;

  let min = first.value;
  // In "80-120K" the letter stands for both.
  if (second?.isScaled && !first.isScaled && min < 1_000) min *= second.value >= 1_000_000 ? 100_000 : 1_000;
  const max =
    second === null
      ? null
      : second.value < 1_000 && first.isScaled && !second.isScaled
        ? second.value * 1_000
        : second.value;
  if (max !== null && max < min) return null;

  const around = `${whole}${behind}`;
  const stated = periodIn(around) ?? periodIn(clause) ?? periodIn(heading);
  // A heading names the amounts that lead a line, not those that are told in passing.
  const leads = second !== null || clause.trim().length < leadCharsMax;
  const isNamed = pay.test(clause) || pay.test(behind) || (leads && pay.test(heading));
  if (second === null) {
    // "$500 a month" in a list of benefits is none, "$25 an hour" is.
    const byItself = periodIn(around.slice(0, whole.length + 16));
    const scale = perDollar[currency] ?? 1;
    const wageScale = scale <= hardMax ? scale : scale / softBenefitFactor;
    // "Engineer | Berlin | up to €75k": a field of its own in a line of fields.
    const isField = line.includes(" | ") && loneField.test(clause) && /^\s*\+?\s*$/.test(behind);
    if (
      !isNamed &&
      !(isField && min >= namelessMin * scale) &&
      byItself !== "hour" &&
      !(byItself === "year" && min >= yearlyMin) &&
      !(byItself === "month" && min >= monthlyMin * wageScale) &&
      !(byItself === "day" && min >= dailyMin * wageScale)
    )
      return null;
  } else if (!isNamed && periodIn(around.slice(0, whole.length + 16)) === null) {
    const isField =
      /[|•·]\s*$/u.test(clause) ||
      /^\s*[|•·]/u.test(behind) ||
      opensLine ||
      label === "B" ||
      label === "L" ||
      label === "O";
    if (!isField && min < namelessMin) return null;
  }

  const isMost =
    second === null &&
    /(?:up to|bis(?: zu)?|jusqu['’]à|hasta|até|max(?:imum|\.)?:?|under|fino a)\s?$/u.test(clause.slice(-14));
  const isLeast =
    second === null &&
    (behind.startsWith("+") ||
      /(?:from|starting(?: at)?|\bab|mindestens|minimum|min\.?|at least|à partir de|desde|a partir de|over|>|\bda)\s?$/u.test(
        clause.slice(-16),
      ));
  const low = isMost ? null : min;
  const high = isLeast ? null : (max ?? min);
  // A period that does not fit belongs to other words of the line.
  return checked(low, high, currency, stated) ?? checked(low, high, currency, null);
}

const loneField = /^\s*(?:up to|from|starting at|~)?\s*$/u;
/** A point behind an abbreviation ends nothing. */
const clauseEnd = /(?<!\b(?:ca|approx|mind|max|min|inkl|p\.a|rs|zzgl|kr|pr))\.\s|;\s|\s\|\s/u;

/** Whether the words closest to an amount speak of other money than base pay. */
function isOther(clause: string, behind: string): boolean {
  const rest = behind.replace(periodBehind, "");
  if (onTarget.test(clause) || onTargetBehind.test(rest) || aimBehind.test(rest)) return true;
  const near = rest.slice(0, 26);
  const other = notBasePay.exec(near);
  const base = pay.exec(near);
  // "$120,000 plus bonus" is base pay, "$10,000 bonus" is none.
  if (other !== null && !(base !== null && base.index < other.index) && !besides.test(near)) return true;
  const lead = clause.slice(-60);
  const bad = lastIndexOf(notBasePay, lead);
  return bad >= 0 && bad > lastIndexOf(pay, lead);
}

function lastIndexOf(form: RegExp, text: string): number {
  let last = -1;
  for (let at = 0; at < text.length; ) {
    const found = form.exec(text.slice(at));
    if (found === null) break;
    last = at + found.index;
    at = last + Math.max(1, found[0].length);
  }
  return last;
}

function periodIn(text: string): SalaryPeriod | null {
  return nearPeriods.find(([, form]) => form.test(text))?.[0] ?? null;
}

const codeFirst = new RegExp(`^\\s?\\(?(${codes})\\b`, "u");

function currencyNear(
  line: string,
  first: Amount,
  second: Amount | null,
  clause: string,
  behind: string,
  country: string | null,
): string | null {
  const codeBehind = codeFirst.exec(behind)?.[1];
  const mark = [codeBehind, second?.after, first.after, first.before, second?.before].find(
    (one) => one !== undefined,
  );
  if (mark === undefined) {
    return /lpa|lakh|lac/.test(line.slice(first.start, (second ?? first).end)) ? "INR" : null;
  }
  const word = mark.replace(/\s/g, "");
  const prefixed = [first.before, second?.before].find(
    (one) => one !== undefined && one.trim().length > 1 && /\$$/.test(one),
  );
  if (word === "$" && prefixed !== undefined) return signs[prefixed.replace(/\s/g, "")] ?? null;
  if (word === "$" || word === "dollars") {
    const near = `${clause.slice(-45)} ${behind.slice(0, 20)}`;
    const named = dollars.find(([, form]) => form.test(near))?.[0];
    if (named !== undefined) return named;
  }
  return currencyOf(word, country);
}

/** How many of a period a full year of work has. */
const perYear: Record<SalaryPeriod, number> = { year: 1, month: 12, week: 52, day: 260, hour: 2_080 };

/** In its own currency: exchange rates are no matter of one posting. */
export function yearlyOf({ min, max, period }: Salary): YearlySalary {
  const yearly = (amount: number | null) => (amount === null ? null : amount * perYear[period]);
  return { min: yearly(min), max: yearly(max) };
}
