// Owns the reading of what a source states in its own words: kinds of employment, seniority, workplace, pay,
// times. What cannot be read is null; nothing is guessed from what a site usually means.
import type {
  EmploymentType,
  Salary,
  SalaryPeriod,
  SeniorityLevel,
  StatedSalary,
  WorkplaceType,
} from "@skillstream/schemas/types.ts";

const employmentForms: [EmploymentType, RegExp][] = [
  [
    "internship",
    /\b(?:intern(?:ship)?s?|praktik\w*|stages?|stagiaires?|prácticas|becari[oa]s?|est[áa]gio|estagi[áa]ri[oa])\b/iu,
  ],
  [
    "full_time",
    /full[\s_-]*time|vollzeit|temps plein|temps complet|tiempo completo|jornada completa|tempo integral|per[íi]odo integral|\bpermanent\b|unbefristet/iu,
  ],
  [
    "part_time",
    /part[\s_-]*time|teilzeit|temps partiel|tiempo parcial|media jornada|tempo parcial|meio per[íi]odo|werkstudent|minijob/iu,
  ],
  ["contract", /\bcontract(?:or)?s?\b|freelance\w*|freiberuf\w*|ind[ée]pendant|aut[óo]nomo|\bpj\b/iu],
  [
    "temporary",
    /\btemp(?:orary)?\b|fixed[\s_-]*term|seasonal|befristet|\bcdd\b|int[ée]rim|temporal|tempor[áa]ri[oa]|per[\s_]diem/iu,
  ],
];

export function employmentOf(stated: string | null): EmploymentType | null {
  if (stated === null) return null;
  // schema.org's own words first: they are exact.
  const code = /^(FULL_TIME|PART_TIME|CONTRACTOR|TEMPORARY|INTERN)\b/.exec(stated)?.[1];
  switch (code) {
    case "FULL_TIME":
      return "full_time";
    case "PART_TIME":
      return "part_time";
    case "CONTRACTOR":
      return "contract";
    case "TEMPORARY":
      return "temporary";
    case "INTERN":
      return "internship";
    default:
      return employmentForms.find(([, form]) => form.test(stated))?.[0] ?? null;
  }
}

const seniorityForms: [SeniorityLevel, RegExp][] = [
  [
    "intern",
    /\bintern(?:ship)?s?\b|\bpraktik(?:um|ant\w*)|\bstage\b|\bstagiaire|\bprácticas\b|\bbecari[oa]\b|\best[áa]gio\b|\bestagi[áa]ri[oa]\b|\bco-?op\b|\bwerkstudent\w*/iu,
  ],
  [
    "executive",
    /\bchief\b|\bc[etofmips]o\b|\bvice president\b|\b[es]?vp\b|\bexecutive director\b|\bpresident\b|\bgeschäftsführ\w+/iu,
  ],
  [
    "director",
    /\bdirect(?:or|eur|rice|ora)\b|\bhead of\b|\bdiretora?\b|\bleiter(?:in)? (?:der|des)\b|^\s*head\b/iu,
  ],
  ["lead", /\blead\b|(?<!technical )\bstaff\b|\bprincipal\b|\bteamleit\w+|\btech lead\b|\bdistinguished\b/iu],
  ["senior", /\bsenior\b|\bsr\b\.?|\bs[êé]nior\b|\bconfirmé\b|\bexperienced\b|\b(?:iii|iv)\b/iu],
  [
    "junior",
    /\bjunior\b|\bjr\b\.?|\bj[úu]nior\b|\bentry[\s-]*level\b|\bgraduate\b|\bnew grad\b|\bd[ée]butante?\b|\bassociate\b|\btrainee\b|\beinsteiger\w*|\bberufseinsteiger\w*|\bapprentice\b/iu,
  ],
  [
    "mid",
    /\bmid\b|\bmid[\s-]*level\b|\bintermediate\b|\bii\b|\b(?:engineer|developer|analyst|scientist) 2\b/iu,
  ],
];

/** Of these the manager manages people; a product or account manager manages no one. */
const peopleManager =
  /\b(?:engineering|development|software|data|science|analytics|design|qa|it|operations|research|security|infrastructure|platform|team|department|people|finance|accounting|hr)\s+manager\b|\bmanager,|\bmanager of\b|\bsenior manager\b|^\s*(?:leitung|responsable|gerente)\b/iu;

/** A manager by title where the source's own word does not say more. */
const managerWord = /\bmanager\b|\bmanagement\b|\bgerente\b|\bleitung\b|\bresponsable\b/iu;

export function seniorityOf(title: string, stated: string | null): SeniorityLevel | null {
  const byTitle = levelIn(title);
  if (byTitle !== null) return byTitle;
  if (stated === null) return null;
  const byWord = levelIn(stated);
  if (byWord !== null) return byWord;
  return managerWord.test(stated) ? "manager" : null;
}

function levelIn(text: string): SeniorityLevel | null {
  for (const [level, form] of seniorityForms) {
    if (level === "lead" && peopleManager.test(text)) return "manager";
    if (form.test(text)) return level;
  }
  return null;
}

export function workplaceOf(
  stated: string | null,
  location: string | null,
  title: string,
): WorkplaceType | null {
  for (const text of [stated, location, title]) {
    if (text === null) continue;
    if (/hybrid|híbrid|hybride/i.test(text)) return "hybrid";
    if (
      /\bremote\b|telecommute|work from home|home[\s-]*office|télétravail|teletrabajo|\bremoto\b|\bà distance\b/iu.test(
        text,
      )
    )
      return "remote";
    if (/on[\s-]?site|in[\s-]office|vor ort|présentiel|presencial/iu.test(text)) return "onsite";
  }
  return null;
}

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

const isoForm =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?\s*$/i;
const unitMs: Record<string, number> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
};
const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/** A longer text states no time, and the patterns would try it in more ways than there is time for. */
const timeCharsMax = 100;

/** A time that exists, or null. `now` is when it was read, for "3 days ago". */
export function timeOf(stated: string | null, now: number): number | null {
  if (stated === null || stated.length > timeCharsMax) return null;
  const time = readTime(stated, now);
  return time !== null && time >= earliest && time < latest ? time : null;
}

function readTime(stated: string, now: number): number | null {
  const iso = isoForm.exec(stated);
  if (iso !== null) {
    const [year, month, day, hour, minute, second] = iso.slice(1, 7).map((part) => Number(part ?? 0)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const utc = Date.UTC(year, month - 1, day, hour, minute, second);
    const back = new Date(utc);
    // The calendar turns the 31st of February into March; a date that moves does not exist.
    if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59)
      return null;
    const zone = /^([+-])(\d{2}):?(\d{2})$/.exec(iso[7] ?? "");
    if (zone === null) return utc;
    return utc - (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) * 60_000;
  }
  if (/^\s*\d{10}\s*$/.test(stated)) return Number(stated) * 1000;
  if (/^\s*\d{13}\s*$/.test(stated)) return Number(stated);
  const ago = /(\d+)\+?\s*(minute|hour|day|week|month|year)s?\s+ago/i.exec(stated);
  if (ago !== null) return now - Number(ago[1]) * (unitMs[(ago[2] as string).toLowerCase()] ?? 0);
  if (/^\s*(?:today|just now|just posted)\s*$/i.test(stated)) return now;
  if (/^\s*yesterday\s*$/i.test(stated)) return now - 86_400_000;
  // "Mon, 03 Feb 2026 10:00:00 GMT" and the like; a form without a year's four digits is no date here.
  if (
    /^\s*(?:[A-Z][a-z]{2},?\s+)?(?:\d{1,2}\s+[A-Z][a-z]{2,8}|[A-Z][a-z]{2,8}\s+\d{1,2},?)\s+\d{4}\b/.test(
      stated,
    )
  ) {
    const zoned = /(?:GMT|UTC|Z|[+-]\d{4})\s*(?:\(.*\))?$/.test(stated) ? stated : `${stated} UTC`;
    const time = Date.parse(zoned);
    return Number.isNaN(time) ? null : time;
  }
  return null;
}

/** "Over 1,200 applicants" is 1200. */
export function countOf(stated: string | null): number | null {
  const digits = /\d[\d.,\s]*/.exec(stated ?? "")?.[0].replace(/\D/g, "");
  if (digits === undefined || digits === "" || digits.length > 9) return null;
  return Number(digits);
}
