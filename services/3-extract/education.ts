// Owns which degree a posting asks for: the lowest that it accepts, apart from those that it only prefers. A field of
// study that is preferred makes no degree so, what is said to stand for a degree is none, and a team of PhDs asks for
// nothing. English, German, French, Spanish, Portuguese, and the plainest words of their neighbours.

import type { Education } from "@skillstream/schemas/types.ts";
import { clue } from "./clues.ts";
import type { LineLetter } from "./lines.ts";

export interface AskedEducation<Line = EducationLine> {
  required: Education | null;
  preferred: Education | null;
  /** The lines that ask for a degree, of any kind and at any level. */
  asking: ReadonlySet<Line>;
}

/** What is read of a line: its words as written. */
export interface EducationLine {
  letter: LineLetter;
  source: string;
  /** Bits of `clue`. */
  clues: number;
}

const ranks = ["high_school", "associate", "bachelor", "master", "phd"] as const;

/** Abbreviations are in capitals. */
const abbreviationHint =
  /(?<![A-Za-z])(?:[BM]S(?:EE|CS|ME|CE|IE|N)\b|ADN\b|[BM]\.? ?(?:[SAE]\b|S[ce]|Tech|tech|Eng|eng|BA\b|C[SA]\b|Com|P[HA]\b)|mba\b|GED\b|G\.E\.D|J\.?D\b|LL\.?[BM]|AA\/|BTS|DUT)/;
const mayName = ({ source, clues }: EducationLine) =>
  (clues & clue.degree) !== 0 || abbreviationHint.test(source);

/** Of one degree: words that name it in any case of letters, without diacritics. */
const words: Record<Education, string> = {
  high_school:
    "high[ -]school(?! (?:student|teacher|math|sports|program|outreach|football|level (?:math|students)))(?: diploma| degree| education| or equivalent)?|secondary (?:school|education) (?:diploma|certificate|degree|completed)|g\\.?e\\.?d\\.?(?= |,|\\)|/|$)|abitur|fachhochschulreife|baccalaureat general|bachillerato|ensino medio",
  associate:
    "associate(?:'?s|s'?)?(?:[ -]degree| of (?:applied )?(?:science|arts)|(?= or bachelor|/bachelor))|(?:2|two)[ -]year (?:college )?degree|(?:college|technical|trade school|polytechnic|vocational) diploma|diploma (?:in|of)(?= )|bac ?\\+ ?2|\\b(?:bts|dut)\\b|formacion profesional|ciclo formativo|grado superior|curso tecnico|tecnologo|(?:berufs)?ausbildung(?= (?:als|zum|zur|im|in)\\b)|abgeschlossene (?:\\w+ )?(?:berufs)?ausbildung|vocational (?:training|qualification|degree|education)",
  bachelor:
    "bachelor(?:'?s|s'?)?(?: degrees?| of (?:science|arts|engineering|technology|business administration|commerce))?|bacharel(?:ado)?|undergraduate (?:degree|student)|licence(?= (?:en|ou|professionnelle)\\b)|licenciatura|licenciad[oa]|licencie|grado (?:en|universitario)|titulacion (?:universitaria|superior)|titulo universitario|estudios (?:universitarios|superiores)|carrera universitaria|(?:ensino|formacao|curso|nivel|graduacao) superior|superior completo|graduacao|hochschulabschluss|hochschulstudium|fachhochschulstudium|universitatsabschluss|(?:abgeschlossenes|erfolgreiches|technisches|naturwissenschaftliches|informatik|wirtschaftsinformatik)[ -]?(?:\\w+ )?studium|studium (?:der|des|im|in|mit|oder)\\b|studienabschluss|(?:university|college|uni|honou?rs|first|tertiary|technical|relevant|related|stem|engineering|sciences?|business|quantitative|accredited|cs|law|finance|math(?:ematics)?|physics|economics|accounting|marketing|design|nursing|post[ -]secondary|(?:3|4|three|four)[ -]?year(?: college| university)?) degrees?|graduation from an? (?:accredited )?(?:four|4)[ -]year|degree[ -](?:qualified|educated|level)|(?:a |an |have |with |hold |holding )(?:\\w+ )?degree(?= or equivalent|,? or relevant)|degrees?,? (?:\\(or higher\\) )?(?:in|from|with a (?:major|focus|concentration)|required|or (?:equivalent|related|comparable|higher|above|relevant))|degree(?=:|/)|^[-• ]*(?:relevant |academic |completed )?degree\\b|bac ?\\+ ?[34]|laurea(?: triennale)?(?! magistrale)|hbo|enrolled (?:in|at) (?:an? )?(?:\\S+ ){0,4}(?:university|college|degree|program(?:me)?)|(?:pursuing|working towards?|studying (?:for|towards?)) (?:an? |your )?(?:\\w+ ){0,3}degree|(?:university|college) (?:graduate|education|student)|graduates? (?:in|of an? (?:\\w+ )?(?:university|engineering|technical))",
  master:
    "master(?:'?s|s')(?: degrees?| of \\w+)?|masters?(?: degrees?|,? (?:in|or ph|/)| of (?:science|arts|engineering|business|public|laws?|computer))|masters(?= |,|/|$)(?! of the| at\\b)|master(?=/ ?ph|,? or ph| ou\\b| oder\\b|-?abschluss| en | em | in (?:computer|informatik|data|engineering|a )|/bachelor)|(?<=bachelor(?:'?s)? ?(?:degree )?(?:/|or|oder|ou|o|and|und|&|-) ?)master|mba\\b|(?:advanced|graduate|postgraduate|post[ -]graduate) (?:level |technical |university |engineering |quantitative |clinical )?(?:degree|qualification)s?|graduate education in|advanced degrees?|diplom(?=[ -]?(?:informatik|ingenieur|studium|abschluss|[,/]| oder))|diplome d'ingenieur|ecole d'ingenieurs?|bac ?\\+ ?5|maestria|mestrado|pos[ -]?graduacao|\\bmaster universitario|laurea magistrale|juris doctor|law degree \\(j",
  phd: "ph\\.? ?d\\.?'?s?(?![a-z]|[ -]level)|doctorate|doctoral(?: degree)?|doctorat\\b|doctorado|doutorado|promotion (?:in|im|der)\\b|promoviert",
};
/** Names with capitals only: "ba" and "ms" in small letters are other things, and so is "MS Office". */
const notDegree =
  "(?! ?(?:office|excel|word|project|sql|teams|access|visio|dynamics|outlook|powerpoint|azure|windows|server|suite|tools|365|products|exchange|sharepoint|power|applications?|\\d|and (?:uat|qa)))";
const abbreviations: Partial<Record<Education, string>> = {
  associate:
    "A\\.?A\\.?S?\\.? degree|AA/AS|A\\.S\\.|ADN(?= (?:accepted|required|preferred|degree|or|program)|,? ?/? ?BSN)",
  bachelor:
    "B\\.? ?(?:S|A)\\.?(?:c|[Ee])?\\.?(?:\\(?[Hh]ons?\\.?\\)?)?|BS(?:EE|CS|ME|CE|IE|N)|B\\.? ?[Tt]ech|B\\.? ?[Ee]ng?|B\\.?E\\.?|BBA|BCom|B\\.Com|BCS|BCA|LL\\.?B",
  master:
    "M\\.? ?(?:S|A)\\.?(?:c|ci)?\\.?|MS(?:EE|CS|ME|CE|IE|N)|M\\.? ?[Tt]ech|M\\.? ?[Ee]ng|M\\.?E\\.|MCA|MPH|MPA|LL\\.?M|J\\.?D\\.?",
};
const named = new RegExp(
  `(?<![\\p{L}\\d])(?:${ranks.map((rank) => `(?<${rank}>${words[rank]})`).join("|")})`,
  "giu",
);
const abbreviated = new RegExp(
  `(?<![\\p{L}\\d.&#@-])(?:${Object.entries(abbreviations)
    .map(([rank, forms]) => `(?<${rank}>${forms})`)
    .join("|")})(?![\\p{L}\\d+#&'’]|[.-]\\p{L})`,
  "gu",
);
/** What makes two capital letters a degree. */
const abbreviationContext =
  /degree|\b(?:[BM]S(?:EE|CS|ME|CE|IE|N)|ADN)\b|bachelor|master|ph\.? ?d|diploma|\bin (?:an? )?(?:\w+ ){0,2}(?:computer|computing|engineering|science|math|statistics|physics|economics|business|finance|information|data|related|quantitative|technical|relevant|stem|cs|ee|marketing|accounting|communications?|psychology|design|biology|chemistry|law|equivalent|similar)|\b[BM]\.?[AS]\.?c?\.? in\b|\bor equivalent|\bor higher|[BM]\.?S?\.?[AcE]?\.?\s?(?:\/|or)\s?[BM]\.?[SAE]|\b(?:computer science|engineering|related field)|^\W*(?:BS|BA|MS|B\.S\.|B\.A\.|M\.S\.)(?: degree|,| preferred| required| and\b| with\b| \(| [A-Z])/;
/** "Boston, MA" and "LA, MD, MA" are places. */
const place = /\b(?![BM]\.?[SA]\b)\p{Lu}\p{L}+, $/u;
const notAbbreviation = new RegExp(`^${notDegree}`, "iu");

const otherDegree =
  /\b(?:high|some|certain|large|great|varying|significant|utmost|\d+|different|greater|strong|any|reasonable|considerable|highest) degrees?\b(?! or| in (?:computer|engineering))|degrees? of (?!science|arts|engineering|bachelor|master)/i;
const otherMaster =
  /scrum ?masters?|master ?data|mastery|master ?class|master service|mastering|web ?masters?|kaggle masters?|master(?: branch| plan| planner| schedule| agreement| file| record| list| budget| black| builder| technician| craft| node|s of (?:the|our)| the )|(?:task|quarter|head|post|toast)masters?/i;
const notAsked =
  /\bno (?:\w+ ){0,3}(?:degree|diploma)\b|(?:degrees?|diploma|education|bachelor(?:'s)?)(?: \w+){0,3} (?:is |are )?(?:not|n't|isn't|aren't) (?:a |strictly )?(?:required|necessary|needed|requirement|must)|without a (?:\w+ )?degree|regardless of (?:\w+ )?(?:degree|education)|(?:don't|do not) (?:care|require|need)[^.]{0,30}(?:degree|diploma|education)|degree (?:or not|optional)|in lieu of (?:a |an )?(?:\w+ )?degree\)?$|\b(?:tuition|reimburs|student loan|scholarship|we (?:fund|sponsor|pay)|degree programs? (?:paid|for employees)|continuing education)/i;
/** Those who have degrees are not always those who apply. */
const others =
  /\b(?:our|we are|we're|team (?:of|includes|made|is)|founded by|founders?|co-?founder|led by|alongside|(?:work|working|collaborate|collaborating|partner) with|mentor(?:ing)?|supervis\w+|students? (?:with|from)|customers?|clients?|users|teachers?|school district|universities|colleges|patients|among which|staffed)\b[^.;]{0,80}$/i;
const asks =
  /\b(?:require[sd]?|must|minimum|you (?:have|hold|are|should)|candidates?|applicants?|pursuing|enrolled|holding|hold an?|degree in|or equivalent|related field|preferred|qualif\w+|education|with an? (?:bachelor|master|ph))\b/i;

const prefersBefore =
  /(?:\bpreferabl[ye]\b|\bideally\b|\bprefer(?:red|ence)?\b(?: (?:education|degree|qualifications?))?|\bbonus\b(?: points)?|\bnice[ -]to[ -]have|\bdesir(?:ed|able)\b|\bplus(?:es)?:|\badvantageous:|\bstrong plus\b|\bidealerweise\b|\bidealement\b|\bde preference\b|\bidealmente\b|\bpreferencialmente\b|\bpreferiblemente\b|\bdeseable\b|\bdesejavel\b|\bvorzugsweise\b|\bbevorzugt\b)[^,;.]{0,40}$/i;
const prefersAfter =
  /\bprefer(?:red|able|ably|ence)?\b|\b(?:is |are |would be |will be )?(?:considered )?(?:an? )(?:\w+ )?(?:plus|bonus|asset|advantage)\b|\ba \+|\bdesir(?:ed|able)\b|\bnice[ -]to[ -]have|\b(?:is|are|would be) (?:\w+ )?(?:ideal|helpful|beneficial|advantageous|welcome|nice|great)\b|\bbonus\b|\badvantageous\b|\boptional\b|\bvon vorteil|\bwunschenswert|\bbevorzugt|\bun (?:plus|atout)\b|\bapprecie|\bsouhaite|\bdeseable|\bvalorable|\bse valora|\bdesejavel|\bdiferencial|\bnot (?:strictly |necessarily )?required/i;
const requires =
  /\b(?<!not (?:strictly |necessarily )?)(?:required|requires|must|mandatory|minimum|at least|erforderlich|exige|requise?|requerid[oa]|obrigatori[oa])\b/i;
/** Between two degrees that are named in one breath. */
const joins =
  /^(?:'s)?(?: degrees?)?(?: \((?:or equivalent)\))?\s*(?:\/|,|or|and|and\/or|oder|und|ou|et|o|y|e|&|or an?|or (?:a )?(?:higher|advanced)|to|-|–)?\s*(?:or|and|a|an|oder|ou|o)?\s*$/i;

/** A longer line is prose of no form that the rules know. */
const lineCharsMax = 2_000;

export function educationOf<Line extends EducationLine>(lines: readonly Line[]): AskedEducation<Line> {
  const asked: Record<"required" | "preferred", Name[]> = { required: [], preferred: [] };
  const asking = new Set<Line>();
  for (const line of lines) {
    const { letter, source } = line;
    if (letter === "B" || letter === "L" || !mayName(line)) continue;
    for (const sentence of sentencesOf(plain(source.slice(0, lineCharsMax)))) {
      if (!mayAsk(sentence, letter)) continue;
      for (const group of groupsIn(sentence)) {
        if (!isAsked(sentence, group, letter)) continue;
        const prefers = (letter === "P" && !requires.test(sentence)) || isPreferred(group);
        const level = prefers ? "preferred" : "required";
        asked[level].push(...group.names);
        asking.add(line);
      }
    }
  }
  return { required: lowest(asked.required), preferred: lowest(asked.preferred), asking };
}

function lowest(names: readonly Name[]): Education | null {
  // "A degree in X" beside a named one says which field, not which degree.
  const named = names.filter(({ isGeneral }) => !isGeneral);
  return (
    ranks.find((rank) => (named.length > 0 ? named : names).some(({ degree }) => degree === rank)) ?? null
  );
}

/** Without diacritics, and with a space where two lines were put together without one. */
function plain(source: string): string {
  return source
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .replace(/[’‘´`]/g, "'")
    .replace(/[\u2010\u2011]/g, "-")
    .replace(/(?<=[a-z]{2}|\))(?=[A-Z][a-z])/g, " ");
}

/** "B.S. in" and "Ph.D. or" end no sentence. */
function sentencesOf(line: string): string[] {
  return line.split(/(?<=[a-z)\]]{2}|\d)[.;]\s+|;\s+|\s\|\s|\s[•●▪]\s?/);
}

interface Name {
  degree: Education;
  start: number;
  end: number;
  /** A degree, whichever. */
  isGeneral: boolean;
}

/** Degrees named in one breath, with what stands before and behind them up to the next ones. */
interface Group {
  names: Name[];
  before: string;
  after: string;
  /** All that stands before it. */
  opening: string;
  hasNext: boolean;
}

function groupsIn(sentence: string): Group[] {
  const names = namesIn(sentence);
  const groups: { names: Name[]; start: number; end: number }[] = [];
  for (const name of names) {
    const last = groups.at(-1);
    if (last !== undefined && joins.test(sentence.slice(last.end, name.start))) {
      last.names.push(name);
      last.end = name.end;
    } else groups.push({ names: [name], start: name.start, end: name.end });
  }
  return groups.map((group, index) => {
    const from = groups[index - 1]?.end ?? 0;
    const to = groups[index + 1]?.start ?? sentence.length;
    return {
      names: group.names,
      before: sentence.slice(from, group.start),
      opening: sentence.slice(0, group.start),
      after: sentence.slice(group.end, to),
      hasNext: index + 1 < groups.length,
    };
  });
}

function namesIn(sentence: string): Name[] {
  const names: Name[] = [];
  const add = ({ groups = {}, index, 0: form }: RegExpMatchArray & { index: number }) => {
    const degree = ranks.find((rank) => groups[rank] !== undefined);
    if (degree === undefined) return;
    names.push({ degree, start: index, end: index + form.length, isGeneral: /^\W*degree/i.test(form) });
  };
  for (const match of sentence.matchAll(named)) add(match);
  if (names.length > 0 || abbreviationContext.test(sentence)) {
    for (const match of sentence.matchAll(abbreviated)) {
      if (
        notAbbreviation.test(sentence.slice(match.index + match[0].length)) &&
        !place.test(sentence.slice(Math.max(0, match.index - 20), match.index))
      )
        add(match);
    }
  }
  const isMasterOfThings = otherMaster.test(sentence);
  const isOtherDegree = otherDegree.test(sentence);
  return names
    .filter(({ degree, start, end }) => {
      const form = sentence.slice(start, end).toLowerCase();
      if (degree === "master" && isMasterOfThings && !form.includes("'s") && !form.includes("degree"))
        return false;
      return !(isOtherDegree && form.startsWith("degree"));
    })
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter((name, index, all) => {
      const previous = all[index - 1];
      if (previous === undefined) return true;
      // "MS/PhD degree in physics" is one name.
      return name.start >= previous.end && !/^(?:'s)? degree/i.test(sentence.slice(previous.end, name.end));
    });
}

/** Before the patterns of degrees, which cost the most. */
function mayAsk(sentence: string, letter: LineLetter): boolean {
  switch (letter) {
    case "Q":
    case "P":
      return true;
    case "D":
    case "O":
      return asks.test(sentence);
    case "A":
      return /\b(?:require[sd]?|must have|minimum|you (?:have|hold)|pursuing|enrolled)\b/i.test(sentence);
    case "B":
    case "L":
      return false;
    default:
      return letter satisfies never;
  }
}

function isAsked(sentence: string, { opening }: Group, letter: LineLetter): boolean {
  if (notAsked.test(sentence) || /\b(?:he|she) /.test(sentence)) return false;
  return letter === "Q" || letter === "P" || !others.test(opening);
}

function isPreferred({ before, after, hasNext }: Group): boolean {
  const opened = before.lastIndexOf("(");
  const closed = after.indexOf(")");
  // In brackets of their own: "BS (MS preferred) in Engineering".
  if (opened > before.lastIndexOf(")") && closed >= 0 && !after.slice(0, closed).includes("(")) {
    const inside = after.slice(0, closed);
    if (prefersBefore.test(before.slice(opened)) || prefersAfter.test(inside)) return true;
    if (!/^\W*$/.test(before.slice(0, opened))) return false;
  }
  if (prefersBefore.test(before) && !/^\s*(?:in|field|major)/i.test(after)) return true;
  const cue = prefersAfter.exec(after);
  if (cue === null) return false;
  const between = after.slice(0, cue.index);
  if (requires.test(between)) return false;
  const behind = after.slice(cue.index + cue[0].length);
  // "…, preferably in physics" and "…; computer science preferred" speak of the field.
  if (/^preferabl[ye]/i.test(cue[0]) && behind.trim() !== "") return false;
  // "preferred: a master's" speaks of what follows.
  if (hasNext && /^\W*(?:an? )?$/.test(behind)) return false;
  // "(preferred)" is of the degree, "(robotics preferred)" is of the field.
  if (between.lastIndexOf("(") > between.lastIndexOf(")")) return /\(\s*$/.test(between);
  if (/\bare $/i.test(between) && /^(?: degree)? in\b/i.test(between)) return false;
  if (/^\s*(?:degree)?(?: required)?\s*[,;:–-]/i.test(between) && !/^\W*(?:is |are |but )?$/i.test(between)) {
    return /\bor (?:equivalent|higher|above)\b[^,]*$/i.test(between);
  }
  // "Bachelor's degree and experience with X preferred" speaks of the experience.
  return !/\b(?:and|with) (?:\w+ ){0,3}(?:experience|years)\b/i.test(between);
}
