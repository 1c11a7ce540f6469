// Owns the years of experience that a posting asks for as a whole: the largest minimum that it states, "3-5 years"
// as 3 and 5, "5+" as 5 and no end. What is only preferred counts where nothing is required. It refuses the age of
// a company, a growth "in four years", a roadmap, a contract's term: other years than an applicant's.
import { type CluedLine, clue } from "./clues.ts";
import type { ReadLine } from "./lines.ts";
import { numberWords } from "./number-words.ts";

export interface Years {
  min: number;
  max: number | null;
}

/** A longer line has lost its breaks: it is read in pieces of so much, and judged as prose, whatever its letter. */
const pieceCharsMax = 2_000;
/** What stands behind them is not read. */
const piecesMax = 20;
/** Nobody asks for more; who writes more speaks of the company. */
const yearsMax = 25;

const digits = "\\d{1,2}(?:[.,]5)?";
const words = Object.keys(numberWords).join("|");
const count = `(?:${digits}|${words})`;
const again = `(?:\\s?\\((?:\\d{1,2}|[a-zà-ü]{2,8})\\s?\\+?\\))?`;
const open =
  "(?:\\s?\\+|[\\s-]plus\\b|\\s(?:or|and) more\\b|\\s(?:ou|et) plus\\b|\\so más\\b|\\sou mais\\b|\\soder mehr\\b)";
const askedFrom = (first: string, flags: string) =>
  new RegExp(
    `(?<![\\p{L}\\d$€£.,/])(${first})${again}(${open})?` +
      `(?:\\s?(?:[-–—‑~/]|to|bis|à|a|até|or|and|und|et|y|e|oder|ou)\\s?(${count})${again}(${open})?)?` +
      `(?:\\s(?:full|solid|total|consecutive|professional|relevant|related|proven|recent|direct|progressive|practical))?[\\s-]?(years?\\b|yrs?\\b|yoe\\b|jahren?\\b|jährige|ans\\b|an(?= d['’])|años?\\b|anos?\\b|anni\\b|jaar\\b|års?(?!\\p{L})|lata?\\b|roky\\b|let\\b(?= praxe| zkušenost))(\\s?\\+|\\s(?:or more|oder mehr|ou plus|o más|ou mais|of meer)\\b)?`,
    flags,
  );
/** Most write digits. Those are quickly found; this form then says whether they are years. */
const askedInDigits = askedFrom(digits, "uy");
const askedInWords = askedFrom(words, "gu");

const experience =
  /experien|erfahrung|praxis|expérience|esperienza|ervaring|erfarenhet|erfaring|doświadczeni|praxe|zkušenost|track record|in (?:a|an|the) (?:similar|same|comparable)/u;
const notTheirs =
  /^[\s-]?(?:old\b|(?:or|and) older\b|ago\b|later\b|in a row|anniversar|running\b|straight\b|of (?:age|growth|runway|history|service|funding|legacy|college|university|study|studies|school|education|employment)\b)/u;
/** "A 4-year degree", "a 10 year exercise window": one word with what follows, no time that somebody worked. */
const oneWord = /(?:year|yr|jährige)$/u;
const otherThing = /degree|college|universit|institution|program|contract|term\b|licen[sc]e|studium/u;
/** A span of time that something took or will take. */
const spanBefore =
  /\b(?:last|past|next|first|coming|previous|recent|every|each|within|after|since|takes?|took|vest\w{0,4}|during)(?: the| its| just| only| about)?\s?$/u;
const perhapsSpanBefore =
  /\b(?:in|for|over)(?: the| its| just| only| under| about| less than| over| almost| nearly)?\s?$/u;
const atMost =
  /(?<!\b(?:not|no|nicht|no candidates with|with) )(?:up to|less than|fewer than|under|below|at most|(?:no|not) more than|maximum(?: of)?|max\.?|jusqu['’]à|bis zu|hasta|até|höchstens|maximal|moins de|menos de|weniger als)\s?$/u;
const atLeast =
  /(?:at least|minimum(?: of)?|mindestens|mind\.|minst|mindst|minstens|co najmniej|alespoň|(?:have|with|bring|spent|possess)(?: over| more than| about| around| roughly)?|au moins|al menos|pelo menos)\s?[(~]?$/u;
const asking =
  /\byou\b|\byour\b|look(?:ing)? for|seek|hiring|requir|\bmust\b|should|candidate|someone|somebody|minimum|at least|applicant|ideal|mindest|\bsie\b|\bdu\b|\bvous\b|\btu\b|poste|experience:|buscamos|imprescindible|procuramos/u;
const askingBehind = /\b(?:required|needed|necessary|mandatory|erforderlich|requise?s?|requerid[oa]s?)\b/u;
/** "We have been in business for over …" */
const theirAge =
  /\b(?:we|we['’]ve|us|company|firm|agency|family)(?: have| has)? been\b[^.]{0,40}$|\bin business\b[^.]{0,20}$|\bwir sind seit\b[^.]{0,20}$/u;
const combined = /(?:combined|collective|our (?:team|founders)[^.]{0,20})\s?$/u;
const opening =
  /^[^\p{L}\d]*(?:(?:at least|minimum(?: of)?|mindestens|mind\.|minst|mindst|minstens|co najmniej|alespoň|over|more than|you have|you bring|exp(?:erience)?:|exp[eé]ri[eê]n[cz]\p{L}{1,2}(?: \p{L}{1,14}){0,2}) )?[^\p{L}\d]*$/u;
/** "Or eight years of experience in place of a degree" is asked of those without one. */
const forDegree =
  /^[^.;,]{0,60}\b(?:in (?:place|lieu) of|instead of|statt|anstelle|à la place d|en lugar de|em vez de)\b[^.;]{0,25}(?:degree|diploma|education|studium|abschluss|diplôme|título|titulaci|diploma)/u;
const preferredBefore =
  /(?:ideally|preferably|idealerweise|idéalement|idealmente|de preferencia)[\s:,]*(?:with |have |at least |mit |avec |con |com )?$/u;
const preferredAfter =
  /^[^.;]{0,120}(?:\bpreferred|\bpreferable|\bis a (?:big |huge |strong )?plus|nice to have|\bdesir(?:able|ed)\b|von vorteil|wünschenswert|est un plus|souhaité|se valorará|deseable|desejável|diferencial)/u;

/** The largest minimum that is required, or else preferred. */
export function yearsIn(lines: readonly CluedLine[]): Years | null {
  let required: Years | null = null;
  let preferred: Years | null = null;
  for (const { text, label, clues } of lines) {
    if ((clues & clue.years) === 0 || (clues & (clue.digit | clue.numberWord)) === 0) continue;
    const pieces = piecesOf(text.toLowerCase());
    const letter = pieces.length > 1 ? "D" : label;
    for (const piece of pieces) {
      for (const match of matchesIn(piece, clues)) {
        const years = yearsOf(match);
        if (years === null || !isAsked(piece, match, letter)) continue;
        if (letter === "P" || isPreferred(piece, match)) preferred = larger(preferred, years);
        else required = larger(required, years);
      }
    }
  }
  return required ?? preferred;
}

/** Between sentences, or else words, so that what belongs together stays so. */
function piecesOf(line: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < line.length && pieces.length < piecesMax) {
    let end = start + pieceCharsMax;
    if (end < line.length) {
      const stop = line.lastIndexOf(". ", end);
      const gap = stop > start + pieceCharsMax / 2 ? stop : line.lastIndexOf(" ", end);
      if (gap > start + pieceCharsMax / 2) end = gap + 1;
    }
    pieces.push(line.slice(start, end));
    start = end;
  }
  return pieces;
}

function matchesIn(line: string, clues: number): RegExpExecArray[] {
  const inDigits = (clues & clue.digit) === 0 ? [] : digitMatchesIn(line);
  if (inDigits.length > 0 || (clues & clue.numberWord) === 0) return inDigits;
  return [...line.matchAll(askedInWords)];
}

function digitMatchesIn(line: string): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  for (let at = 0; at < line.length; at++) {
    if (!isDigit(line.charCodeAt(at))) continue;
    askedInDigits.lastIndex = at;
    const match = askedInDigits.exec(line);
    if (match !== null) {
      found.push(match);
      at += match[0].length - 1;
    } else while (isDigit(line.charCodeAt(at + 1))) at++;
  }
  return found;
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

function larger(one: Years | null, other: Years): Years {
  return one === null || other.min > one.min ? other : one;
}

function yearsOf([, low = "", lowOpen, high, highOpen, , unitOpen]: RegExpMatchArray): Years | null {
  const min = numberOf(low);
  if (high === undefined) return min > yearsMax ? null : { min, max: null };
  const max = numberOf(high);
  if (min > yearsMax || max < min || max > 2 * yearsMax) return null;
  // "5-7+" and "5+ or 6" have no end.
  return { min, max: (highOpen ?? unitOpen ?? lowOpen) === undefined ? max : null };
}

const numberOf = (word: string) => numberWords[word] ?? Number(word.replace(",", "."));

function isAsked(line: string, match: RegExpExecArray, label: ReadLine["label"]): boolean {
  const [whole, , lowOpen, high, highOpen, unit = "", unitOpen] = match;
  const start = match.index;
  const end = start + whole.length;
  const before = line.slice(Math.max(0, start - 90), start);
  const after = line.slice(end, end + 90);
  if (notTheirs.test(after) || spanBefore.test(before) || theirAge.test(before)) return false;
  if (high === undefined && atMost.test(before)) return false;
  if (forDegree.test(after)) return false;
  const sentence = after.split(/[.;!] /, 1)[0] as string;
  const lead = before.slice(Math.max(before.lastIndexOf(". "), before.lastIndexOf("; ")) + 1);
  if (combined.test(lead)) return false;
  const near = experience.exec(sentence.slice(0, 60));
  const isOpen = (lowOpen ?? highOpen ?? unitOpen) !== undefined;
  if (oneWord.test(unit) && !isOpen && !atLeast.test(before)) {
    if (near === null ? !experience.test(lead.slice(-40)) : otherThing.test(sentence.slice(0, near.index)))
      return false;
  }
  const isExperience =
    unit === "yoe" || near !== null || experience.test(sentence) || experience.test(lead.slice(-40));
  if (perhapsSpanBefore.test(before) && !isExperience && label !== "Q" && label !== "P") return false;
  const opens = opening.test(line.slice(Math.max(0, start - 40), start)) && start < 40;
  const opensSentence = lead.length < 40 && opening.test(lead);
  switch (label) {
    case "Q":
    case "P":
      return true;
    case "D":
      return (
        isExperience ||
        opens ||
        isOpen ||
        atLeast.test(before) ||
        (after.startsWith(")") && asking.test(lead))
      );
    case "A":
    case "B":
    case "L":
    case "O":
      return (
        (isExperience && (opensSentence || asking.test(lead) || askingBehind.test(sentence))) ||
        (opens && (isOpen || high !== undefined))
      );
    default:
      return label satisfies never;
  }
}

function isPreferred(line: string, match: RegExpExecArray): boolean {
  const before = line.slice(Math.max(0, match.index - 40), match.index);
  return (
    preferredBefore.test(before) ||
    preferredAfter.test(line.slice(match.index + match[0].length, match.index + match[0].length + 160))
  );
}
