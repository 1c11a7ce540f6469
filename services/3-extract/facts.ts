// Owns what a posting says beside its skills, its degrees and the normalizer's facts: visa, flexibility, the company's
// kind, context and benefits, each by plain rules. Nothing is inferred: what no words say is null or [], and phrases
// are verbatim.

import type {
  Benefits,
  CompanyFacts,
  PostingPlace,
  RoleContext,
  Visa,
  Workplace,
  WorkplaceType,
} from "@skillstream/schemas/types.ts";
import { type Clue, clue } from "./clues.ts";
import type { LineLetter } from "./lines.ts";

/** A line with its text as written and folded. */
export interface ReadLine {
  letter: LineLetter;
  source: string;
  text: string;
  /** Whether the line is here to its end. */
  isWhole: boolean;
  /** Where its text stands in the folded one. */
  folded: { start: number; end: number };
  /** Bits of `clue`. */
  clues: number;
}

/** Most lines have no word of most readings, which spares them the patterns. */
const has = ({ clues }: ReadLine, name: Clue) => (clues & clue[name]) !== 0;

/** What one line gives at most to a pattern; a longer one is prose of no form that the rules know. */
export const lineCharsMax = 2_000;
const itemsMax = 20;
const itemCharsMax = 300;

const noSponsorship =
  /\b(?:(?:not|unable to|cannot|can't|won't|don't|doesn't|do not|does not|will not|no longer|no)\b[^.]{0,60}\bsponsor(?!\w* relocation(?! (?:or|and)\b))|(?:not|unable to|cannot|can't|won't|don't|doesn't|no)\b[^.]{0,40}\b(?:visas?|work permits?) (?:support|assistance|help)\b|(?:not|unable to|cannot|can't|won't|don't)\b[^.]{0,20}\b(?:help|assist|support)\b[^.]{0,20}\b(?:visas|a visa|your visa|work permits?)\b|sponsorship (?:is|will)? ?(?:not|unavailable)|without (?:the need for |requiring |need of |any |current or future |employer |company )*(?:\w+ ){0,3}sponsorship|(?:must be|are|be) (?:legally |currently |already )?(?:authori[sz]ed|eligible|entitled) to work|(?:legal|existing|valid|current) (?:right|authori[sz]ation) to work|right to work in|(?:must be an?|only) (?:us|u\.s\.|united states|eu|uk|canadian) citizen|(?:us|u\.s\.|united states) citizen(?:s|ship)(?: is| are)? (?:required|only|or)|citizenship (?:is )?required|(?:citizens?|permanent residents?|(?:green )?card holders?) only\b|only (?:open |available )?(?:to )?(?:\S+ ){0,2}(?:citizens|permanent residents)|u\.?s\.? persons? |(?:active|current|obtain|maintain|hold)[^.]{0,40}clearance|clearance (?:is )?required|kein(?:e|en)? (?:visum|visa|visums)|(?<!(?:unterstut|helf|hilf)[^.]{0,60})arbeitserlaubnis|(?<!(?:aid|accompagn)[^.]{0,60})permis de travail valide|(?<!(?:ayud|apoy|gestion|tramit)[^.]{0,60})permiso de trabajo|(?:no|nao) (?:patrocinamos|ofrecemos patrocinio|oferecemos patrocinio))/;
const sponsors =
  /\b(?:(?:visa|h1b|h 1b|work permit|relocation and visa) (?:sponsorship|support|assistance)(?: (?:is )?(?:available|offered|provided|possible))?|we (?:can |do |will |are able to |are happy to |are open to )sponsor|we sponsor (?=[^.]{0,20}(?:visa|h 1b|work permit|work authori|candidates))|will(?:ing to)? sponsor|able to sponsor|open to sponsor|sponsorship (?:is )?(?:available|offered|provided|possible)|(?:skilled worker|visa|licen[sc]ed|recogni[sz]ed|approved) sponsors?\b|(?:we|we'll|us|happy to|gladly|can|will)(?: (?:can|will|also|do|gladly|happily|to))* (?:help|assist|support|arrange|handle|organi[sz]e|take care of|pay for|cover|get)\b[^.]{0,50}\b(?:visas?\b(?! (?:cards?|inc|payments?|network|debit|credit|direct|transactions?|and mastercard|or mastercard)|, mastercard)|work permits?\b|blue card\b)|visum(?:s)?unterstutzung|(?:unterstut|helf|hilf)[^.]{0,60}(?:visum|visa\b|arbeitserlaubnis|aufenthaltstitel)|(?:aid|accompagn)[^.]{0,60}(?:\bvisas?\b|permis de travail)|(?:ayud|apoy|gestion|tramit|patrocin)[^.]{0,50}(?:\bvisas?\b|visado|permiso de trabajo|\bvistos?\b))/;

export function visaOf(lines: readonly ReadLine[]): Visa | null {
  const told = lines.filter((line) => has(line, "visa"));
  if (told.some(({ text }) => noSponsorship.test(text))) return "no_sponsorship";
  return told.some(({ text }) => sponsors.test(text)) ? "sponsors" : null;
}

const flexibility =
  /\b(?:flexible (?:working )?(?:hours|schedule|schedules|working|work hours|time)|flexi ?time|core hours|(?:\d|one|two|three|four) days? (?:a|per|each) week (?:in|at|from) (?:the |our )?(?:office|home|hq)|flexible arbeitszeiten|gleitzeit|horaires flexibles|horario flexible|horario flexivel)\b/i;

export function workplaceOf(
  work_model: WorkplaceType | null,
  places: readonly PostingPlace[],
  lines: readonly ReadLine[],
): Workplace {
  return {
    work_model,
    flexibility: firstMatch(lines, "flexibility", flexibility),
    places: distinct(places.map(nameOf)),
  };
}

/** "Austin, Texas, US"; a region's name where it names no country. */
function nameOf({ region, country, state, city }: PostingPlace): string {
  return [city, state, country ?? region].filter((part) => part !== null).join(", ");
}

const years = /\d ?\+? ?(?:or more )?(?:years?|yrs|jahren?|ans|anos?)\b/;

/** Whether a line asks for years of experience; how many is the normalizer's to say. */
export function asksYears(line: ReadLine): boolean {
  return has(line, "years") && has(line, "digit") && years.test(line.text);
}

const trainingPhrase =
  /\b(?:(?:learning|education|training|professional development|conference|l&d|development)(?: and development)? (?:budget|stipend|allowance|opportunities|reimbursement|programs?|days)|tuition (?:reimbursement|assistance)|mentorship program|weiterbildung(?:sbudget|en|smoglichkeiten)?|formations?|formacion|capacitacion|treinamentos?)\b/gi;
const timeOffPhrase =
  /\b(?:(?:unlimited|flexible|generous|paid|\d+ days?(?: of)?) (?:paid )?(?:pto|vacation|time off|holidays?|leave|annual leave|days off)|paid time off|pto|(?:paid )?(?:parental|maternity|paternity|sick|family|bereavement|annual) leave|sabbatical|paid holidays|company holidays|(?:\d+ )?(?:tage urlaub|urlaubstage)|conges payes|rtt|vacaciones|ferias)\b/gi;
const otherBenefitPhrase =
  /(?:401\(?k\)?(?: match(?:ing)?)?|\b(?:(?:health|medical|dental|vision|life|disability|private medical)(?:,? (?:and |& )?(?:health|medical|dental|vision|life|disability))* (?:insurance|coverage|benefits|plans?)|stock options?|equity|rsus?|espp|(?:annual |performance |signing |sign-on |quarterly )?bonus(?:es)?|commuter benefits?|gym membership|wellness (?:stipend|budget|program)|home office (?:stipend|budget)|relocation (?:assistance|package|support)|free (?:lunch(?:es)?|meals|snacks)|catered (?:lunch(?:es)?|meals)|pension(?: scheme| plan)?|hsa|fsa|employee assistance program|profit sharing|company car|visa sponsorship|jobrad|betriebliche altersvorsorge|tickets? restaurant|mutuelle|seguro medico|vale (?:refeicao|alimentacao|transporte)|plano de saude)\b)/gi;

/** A longer item tells a story, and only what it names is taken. */
const benefitCharsMax = 70;
const payAmount =
  /[$€£]\s?\d|\d[\d.,]* ?(?:k\b|usd|eur|gbp)|\b(?:salary|pay|compensation) (?:range|band)|\bbase (?:pay|salary)\b/i;

const otherAmount = /budget|stipend|allowance|reimburs|bonus|voucher|zuschuss|credits?\b/i;

/** Each item of a list as it stands, and of prose the phrases that name benefits. */
export function benefitsOf(lines: readonly ReadLine[]): Benefits {
  const training: string[] = [];
  const time_off: string[] = [];
  const other: string[] = [];
  for (const line of lines) {
    if (line.letter !== "B") continue;
    const { source } = line;
    const item = benefitItem(line);
    if (item !== null) {
      const isTimeOff = has(line, "timeOff") && item.search(timeOffPhrase) >= 0;
      const isTraining = !isTimeOff && has(line, "training") && item.search(trainingPhrase) >= 0;
      (isTimeOff ? time_off : isTraining ? training : other).push(item);
      continue;
    }
    if (has(line, "training")) training.push(...phrasesIn(source, trainingPhrase));
    if (has(line, "timeOff")) time_off.push(...phrasesIn(source, timeOffPhrase));
    if (has(line, "otherBenefit")) other.push(...phrasesIn(source, otherBenefitPhrase));
  }
  const some = (phrases: readonly string[]) => distinct(phrases).slice(0, itemsMax);
  return { training: some(training), time_off: some(time_off), other: some(other) };
}

/** null for what is no item of a list, or one that says more than a name. */
function benefitItem(line: ReadLine): string | null {
  const { source } = line;
  if (!isBullet(source)) return null;
  if (has(line, "amount") && payAmount.test(source) && !otherAmount.test(source)) return null;
  const item = withoutBullet(source).replace(/[.,;]$/, "");
  if (
    /[:?]$/.test(item) ||
    /^(?:this|please|the (?:role|position|salary)|must|candidates?|you (?:will|must))\b/i.test(item)
  )
    return null;
  if (item.length <= benefitCharsMax) return item.length >= 3 ? item : null;
  // "Health insurance: we pay all of it, from your first day".
  const head = item.split(/\s*[:–—]\s|\s\(|\. /)[0] ?? "";
  return head.length >= 3 && head.length <= benefitCharsMax ? head : null;
}

function phrasesIn(source: string, pattern: RegExp): string[] {
  return Array.from(source.matchAll(pattern), ([phrase]) => phrase.trim());
}

const companyType =
  /\b(?:(?:early|growth|late)[- ]stage (?:startup|start-up|company)|seed[- ]stage (?:startup|company)|series [a-f](?: (?:startup|company))?|start-?up|scale-?up|non-?profit(?: organi[sz]ation)?|fortune (?:50|100|500)(?: company)?|publicly traded company|public company|consultancy|consulting firm|staffing agency|agency|government agency|family[- ]owned(?: business| company)?|b corp|unicorn|multinational)\b/i;

export function companyFactsOf(lines: readonly ReadLine[]): CompanyFacts {
  const about = lines.filter(({ letter }) => letter === "A");
  const values: string[] = [];
  const heading = lines.findIndex(
    (line) =>
      has(line, "values") &&
      line.text.length < 50 &&
      /\b(?:our|company|core) values\b|unsere werte|nos valeurs|nuestros valores|nossos valores/.test(
        line.text,
      ),
  );
  for (const line of heading < 0 ? [] : lines.slice(heading + 1)) {
    if (line.letter !== lines[heading]?.letter || values.length === itemsMax || isHeading(line.source)) break;
    const value = withoutBullet(line.source).split(/\s*[:–—]\s|\. /)[0] ?? "";
    if (value.length > 60) break;
    values.push(value);
  }
  return { type: firstMatch(about, "company", companyType), values: distinct(values) };
}

const collaborationPhrase =
  /\b(?:(?:work|working|collaborat(?:e|ing)|partner(?:ing)?|liais(?:e|ing)|coordinat(?:e|ing))(?: (?:closely|directly|cross-functionally|hand in hand))? with|(?:eng|zusammen)\S* mit|en collaboration avec|en colaboración con|em colaboração com) [^.;:\n]{3,140}/gi;
const teamPhrase =
  /\b(?:team of (?:~|about |around |over )?\d+[^.,;\n]{0,40}|\d+[- ]person team|(?:join|joining|part of|on) (?:the|our|a) [^.,;\n]{2,50}\bteam)\b/i;
const scopePhrase =
  /\b(?:(?:own(?:ing)?|lead(?! to )|leading(?! (?:provider|company|edge|brand|platform|global|supplier|the way))|responsible for|driv(?:e|ing)|verantwort\S*|responsable de|responsável por) [^.;\n]{10,160})/i;

export function contextOf(lines: readonly ReadLine[]): RoleContext {
  const about = lines.filter(({ letter }) => letter === "D" || letter === "A" || letter === "Q");
  const duties = lines.filter(({ letter }) => letter === "D");
  return {
    collaboration: distinct(
      duties.flatMap((line) =>
        has(line, "collaboration") ? phrasesIn(line.source, collaborationPhrase) : [],
      ),
    ).slice(0, itemsMax),
    team: firstMatch(about, "team", teamPhrase),
    scope: firstMatch(duties, "scope", scopePhrase),
    responsibilities: responsibilitiesOf(duties),
  };
}

/** The items of the list of duties; without a list, its sentences. What heads or leads in is none. */
function responsibilitiesOf(duties: readonly ReadLine[]): string[] {
  const items = duties.filter(({ source }) => isBullet(source));
  const some = items.length >= 2 ? items : duties.filter(({ source }) => !isHeading(source));
  return distinct(some.map(({ source }) => withoutBullet(source.trim())))
    .filter((duty) => duty.length >= 15 && duty.length <= itemCharsMax && !/[:?]$/.test(duty))
    .filter((duty) => items.length >= 2 || /^[A-ZÀ-Ý][a-zà-ÿ]+ /.test(duty))
    .slice(0, itemsMax);
}

/** A short line that ends no sentence, and is no item. */
const heads =
  /^(?:about|why|what|who|how|our|the|your|you will|you['’]ll|check out|key|main|core|primary|job|role|dein|deine|ihre|vos|tes|votre|responsibilities|duties)\b/i;

function isHeading(source: string): boolean {
  const line = source.trim();
  if (isBullet(line) || line.length > 60) return false;
  return /[:?]$/.test(line) || (!/[.!;,]$/.test(line) && (heads.test(line) || line === line.toUpperCase()));
}

const objectiveSentence =
  /(?:\bwe(?:'|’)?(?:re| are)? (?:currently )?(?:looking for|seeking|hiring|searching for)|\bis (?:looking for|seeking|hiring)|\bas (?:a|an|our) [^.]{3,60}, you|\bin this role\b|\byou will be responsible\b|\byour mission\b|\bwir suchen\b|\bsucht\b|\bnous recherchons\b|\bbuscamos\b|\bprocuramos\b)/i;

export function objectiveOf(lines: readonly ReadLine[]): string | null {
  for (const line of lines) {
    if (line.letter === "B" || line.letter === "L" || !has(line, "objective")) continue;
    for (const sentence of line.source.split(/(?<=[.!?])\s+/)) {
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
/** Most lines begin with a letter, and with no bullet then. */
function beginsWithLetter(source: string): boolean {
  const code = source.charCodeAt(0) | 0x20;
  return code >= 0x61 && code <= 0x7a;
}
const isBullet = (source: string) => !beginsWithLetter(source) && bullet.test(source);
const withoutBullet = (source: string) =>
  (beginsWithLetter(source) ? source : source.replace(bullet, "")).trim();

function firstMatch(lines: readonly ReadLine[], name: Clue, pattern: RegExp): string | null {
  for (const line of lines) {
    const phrase = has(line, name) ? pattern.exec(line.source)?.[0] : undefined;
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
