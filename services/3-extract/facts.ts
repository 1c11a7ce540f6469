// Owns what a posting says beside its skills and the normalizer's facts: visa, flexibility, education, the company's
// kind, context and benefits, each by plain rules. Nothing is inferred: what no words say is null or [], and phrases
// are verbatim.
import type {
  Benefits,
  CompanyFacts,
  Education,
  PostingPlace,
  RoleContext,
  Visa,
  Workplace,
  WorkplaceType,
} from "@skillstream/schemas/types.ts";
import type { LineLetter } from "./lines.ts";

/** A line with its text as written and folded. */
export interface ReadLine {
  letter: LineLetter;
  source: string;
  text: string;
  /** Whether the line is here to its end. */
  isWhole: boolean;
}

/** What one line gives at most to a pattern; a longer one is prose of no form that the rules know. */
export const lineCharsMax = 2_000;
const itemsMax = 20;
const itemCharsMax = 300;

const noSponsorship =
  /\b(?:(?:not|unable to|cannot|can't|won't|don't|doesn't|do not|does not|will not|no longer|no)\b[^.]{0,60}\bsponsor|sponsorship (?:is|will)? ?(?:not|unavailable)|without (?:the need for |requiring |need of |any |current or future |employer |company )*(?:\w+ ){0,3}sponsorship|(?:must be|are|be) (?:legally |currently |already )?(?:authori[sz]ed|eligible|entitled) to work|(?:legal|existing|valid|current) (?:right|authori[sz]ation) to work|right to work in|(?:must be an?|only) (?:us|u\.s\.|united states|eu|uk|canadian) citizen|(?:us|u\.s\.|united states) citizen(?:s|ship)(?: is| are)? (?:required|only|or)|citizenship (?:is )?required|u\.?s\.? persons? |(?:active|current|obtain|maintain|hold)[^.]{0,40}clearance|clearance (?:is )?required|arbeitserlaubnis|permis de travail valide|permiso de trabajo)/;
const sponsors =
  /\b(?:(?:visa|h1b|h 1b|work permit|relocation and visa) (?:sponsorship|support|assistance)(?: (?:is )?(?:available|offered|provided|possible))?|we (?:can |do |will |are able to |are happy to |are open to )?sponsor|will(?:ing to)? sponsor|able to sponsor|open to sponsor|sponsorship (?:is )?(?:available|offered|provided|possible)|visum(?:s)?unterstutzung)/;

export function visaOf(lines: readonly ReadLine[]): Visa | null {
  if (lines.some(({ text }) => noSponsorship.test(text))) return "no_sponsorship";
  return lines.some(({ text }) => sponsors.test(text)) ? "sponsors" : null;
}

const flexibility =
  /\b(?:flexible (?:working )?(?:hours|schedule|schedules|working|work hours|time)|flexi ?time|core hours|(?:\d|one|two|three|four) days? (?:a|per|each) week (?:in|at|from) (?:the |our )?(?:office|home|hq)|flexible arbeitszeiten|gleitzeit|horaires flexibles|horario flexible|horario flexivel)\b/i;

export function workplaceOf(
  work_model: WorkplaceType | null,
  places: readonly PostingPlace[],
  lines: readonly ReadLine[],
): Workplace {
  return { work_model, flexibility: firstMatch(lines, flexibility), places: distinct(places.map(nameOf)) };
}

/** "Austin, Texas, US"; a region's name where it names no country. */
function nameOf({ region, country, state, city }: PostingPlace): string {
  return [city, state, country ?? region].filter((part) => part !== null).join(", ");
}

const years = /\d ?\+? ?(?:or more )?(?:years?|yrs|jahren?|ans|anos?)\b/;

/** Whether a line asks for years of experience; how many is the normalizer's to say. */
export function asksYears({ text }: ReadLine): boolean {
  return years.test(text);
}

const degrees: readonly (readonly [Education, RegExp])[] = [
  ["high_school", /\b(?:high school|secondary school|ged|abitur|baccalaureat|bachillerato|ensino medio)\b/i],
  ["associate", /\bassociate(?:'?s|s'?)?(?: degree| of (?:science|arts))|\b2 year degree\b/i],
  [
    "bachelor",
    /\b(?:bachelor(?:'?s|s'?)?|baccalaureate|undergraduate degree|b\.?tech|b\.?eng|licence|licenciatura|grado en|graduacao|bacharel(?:ado)?|hochschulabschluss|university degree|college degree|4 year degree|four year degree|degree in|(?:relevant|technical|related|stem) degree|studium|bac ?\+ ?3)\b/i,
  ],
  [
    "master",
    /\b(?:master(?:'?s|s'?)?(?: degree| of (?:science|arts|engineering|business))|master(?:'s|s')|masters|mba|m\.?eng|m\.?tech|advanced degree|graduate degree|bac ?\+ ?5|maestria|mestrado|ingenieur)\b/i,
  ],
  ["phd", /\b(?:ph\.? ?d\.?|doctorate|doctoral|promotion in|doctorat|doctorado|doutorado)(?![a-z])/i],
];
const bachelorAbbreviation = /(?:^|[\s(/,])B\.?[SA]\.?c?\.?(?=[\s,)/.;]|$)/;
const masterAbbreviation = /(?:^|[\s(/,])M\.?[SA]\.?c?\.?(?=[\s,)/;]|$)/;
const degreeContext =
  /degree|bachelor|master|ph\.? ?d|diploma|computer|engineering|science|mathematics|statistics|field|equivalent|\b[BM]S\/[MP]/i;

/** Most lines name no degree: one look spares them all the others. */
const degreeHint =
  /degree|bach|master|\bph\.? ?d|doct|dout|diploma|school|ged\b|bac\b|mba|\b[bm]\.?[sae]|tech\b|licen|grad|stud|ensino|maestr|mestr|ingeni|abitur|promotion|\b2 year/;

/** Degrees a line names, from the lowest. */
export function degreesIn({ source, text }: ReadLine): Education[] {
  if (!degreeHint.test(text)) return [];
  const named = new Set(degrees.filter(([, pattern]) => pattern.test(text)).map(([degree]) => degree));
  if (/scrum master|master data|mastery|masterclass|master service/.test(text) && !/master'?s/.test(text))
    named.delete("master");
  if (degreeContext.test(source)) {
    if (bachelorAbbreviation.test(source)) named.add("bachelor");
    if (masterAbbreviation.test(source)) named.add("master");
  }
  // "A degree in X" beside a named one says which field, not which degree.
  if (
    named.has("bachelor") &&
    (named.has("master") || named.has("phd")) &&
    !/bachelor|undergraduate|\bb\.?(?:tech|eng)\b/.test(text) &&
    !bachelorAbbreviation.test(source)
  ) {
    named.delete("bachelor");
  }
  return degrees.map(([degree]) => degree).filter((degree) => named.has(degree));
}

const trainingPhrase =
  /\b(?:(?:learning|education|training|professional development|conference|l&d|development)(?: and development)? (?:budget|stipend|allowance|opportunities|reimbursement|programs?|days)|tuition (?:reimbursement|assistance)|mentorship program|weiterbildung(?:sbudget|en|smoglichkeiten)?|formations?|formacion|capacitacion|treinamentos?)\b/gi;
const timeOffPhrase =
  /\b(?:(?:unlimited|flexible|generous|paid|\d+ days?(?: of)?) (?:paid )?(?:pto|vacation|time off|holidays?|leave|annual leave|days off)|paid time off|pto|(?:paid )?(?:parental|maternity|paternity|sick|family|bereavement|annual) leave|sabbatical|paid holidays|company holidays|(?:\d+ )?(?:tage urlaub|urlaubstage)|conges payes|rtt|vacaciones|ferias)\b/gi;
const otherBenefitPhrase =
  /(?:401\(?k\)?(?: match(?:ing)?)?|\b(?:(?:health|medical|dental|vision|life|disability|private medical)(?:,? (?:and |& )?(?:health|medical|dental|vision|life|disability))* (?:insurance|coverage|benefits|plans?)|stock options?|equity|rsus?|espp|(?:annual |performance |signing |sign-on |quarterly )?bonus(?:es)?|commuter benefits?|gym membership|wellness (?:stipend|budget|program)|home office (?:stipend|budget)|relocation (?:assistance|package|support)|free (?:lunch(?:es)?|meals|snacks)|catered (?:lunch(?:es)?|meals)|pension(?: scheme| plan)?|hsa|fsa|employee assistance program|profit sharing|company car|visa sponsorship|jobrad|betriebliche altersvorsorge|tickets? restaurant|mutuelle|seguro medico|vale (?:refeicao|alimentacao|transporte)|plano de saude)\b)/gi;

export function benefitsOf(lines: readonly ReadLine[]): Benefits {
  const offered = lines.filter(({ letter }) => letter === "B");
  const all = (pattern: RegExp) =>
    distinct(
      offered.flatMap(({ source }) => [...source.matchAll(pattern)].map(([phrase]) => phrase.trim())),
    ).slice(0, itemsMax);
  return { training: all(trainingPhrase), time_off: all(timeOffPhrase), other: all(otherBenefitPhrase) };
}

const companyType =
  /\b(?:(?:early|growth|late)[- ]stage (?:startup|start-up|company)|seed[- ]stage (?:startup|company)|series [a-f](?: (?:startup|company))?|start-?up|scale-?up|non-?profit(?: organi[sz]ation)?|fortune (?:50|100|500)(?: company)?|publicly traded company|public company|consultancy|consulting firm|staffing agency|agency|government agency|family[- ]owned(?: business| company)?|b corp|unicorn|multinational)\b/i;

export function companyFactsOf(lines: readonly ReadLine[]): CompanyFacts {
  const about = lines.filter(({ letter }) => letter === "A");
  const values: string[] = [];
  const heading = lines.findIndex(
    ({ text }) =>
      text.length < 50 &&
      /\b(?:our|company|core) values\b|unsere werte|nos valeurs|nuestros valores|nossos valores/.test(text),
  );
  for (const line of heading < 0 ? [] : lines.slice(heading + 1)) {
    if (line.letter !== lines[heading]?.letter || values.length === itemsMax) break;
    const value = withoutBullet(line.source).split(/\s*[:–—]\s|\. /)[0] ?? "";
    if (value.length > 60) break;
    values.push(value);
  }
  return { type: firstMatch(about, companyType), values: distinct(values) };
}

const collaborationPhrase =
  /\b(?:(?:work|working|collaborat(?:e|ing)|partner(?:ing)?|liais(?:e|ing)|coordinat(?:e|ing))(?: (?:closely|directly|cross-functionally|hand in hand))? with|(?:eng|zusammen)\S* mit|en collaboration avec|en colaboración con|em colaboração com) [^.;:\n]{3,140}/gi;
const teamPhrase =
  /\b(?:team of (?:~|about |around |over )?\d+[^.,;\n]{0,40}|\d+[- ]person team|(?:join|joining|part of|on) (?:the|our|a) [^.,;\n]{2,50}\bteam)\b/i;
const scopePhrase =
  /\b(?:(?:own|owning|lead|leading|responsible for|drive|driving|verantwort\S*|responsable de|responsável por) [^.;\n]{10,160})/i;

export function contextOf(lines: readonly ReadLine[]): RoleContext {
  const about = lines.filter(({ letter }) => letter === "D" || letter === "A" || letter === "Q");
  const duties = lines.filter(({ letter }) => letter === "D");
  return {
    collaboration: distinct(
      duties.flatMap(({ source }) =>
        [...source.matchAll(collaborationPhrase)].map(([phrase]) => phrase.trim()),
      ),
    ).slice(0, itemsMax),
    team: firstMatch(about, teamPhrase),
    scope: firstMatch(duties, scopePhrase),
    responsibilities: duties
      .map(({ source }) => source.trim())
      .filter((source) => isBullet(source) || /^[A-ZÀ-Ý][a-zà-ÿ]+ /.test(source))
      .map(withoutBullet)
      .filter((duty) => duty.length >= 15 && duty.length <= itemCharsMax && !/[:?]$/.test(duty))
      .slice(0, itemsMax),
  };
}

const objectiveSentence =
  /(?:\bwe(?:'|’)?(?:re| are)? (?:currently )?(?:looking for|seeking|hiring|searching for)|\bis (?:looking for|seeking|hiring)|\bas (?:a|an|our) [^.]{3,60}, you|\bin this role\b|\byou will be responsible\b|\byour mission\b|\bwir suchen\b|\bsucht\b|\bnous recherchons\b|\bbuscamos\b|\bprocuramos\b)/i;

export function objectiveOf(lines: readonly ReadLine[]): string | null {
  for (const { letter, source } of lines) {
    if (letter === "B" || letter === "L") continue;
    for (const sentence of source.split(/(?<=[.!?])\s+/)) {
      if (sentence.length >= 20 && sentence.length <= 500 && objectiveSentence.test(sentence))
        return sentence.trim();
    }
  }
  return null;
}

export function notesOf(lines: readonly ReadLine[]): string[] {
  return lines
    .map(({ source }) => withoutBullet(source.trim()))
    .filter((note) => note.length >= 15 && note.length <= itemCharsMax && !/[:?]$/.test(note))
    .slice(0, 10);
}

const bullet = /^[\s]*(?:[-–—•·*▪●◦○‣→✓]|\d{1,2}[.)])\s+/;
const isBullet = (source: string) => bullet.test(source);
const withoutBullet = (source: string) => source.replace(bullet, "").trim();

function firstMatch(lines: readonly ReadLine[], pattern: RegExp): string | null {
  for (const { source } of lines) {
    const phrase = pattern.exec(source)?.[0];
    if (phrase !== undefined) return phrase.trim();
  }
  return null;
}

function distinct(phrases: readonly string[]): string[] {
  const seen = new Set<string>();
  return phrases.filter((phrase) => {
    const key = phrase.toLowerCase();
    return phrase !== "" && !seen.has(key) && seen.add(key);
  });
}
