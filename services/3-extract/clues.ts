// Owns which words make a line worth a reading's look: facts.ts and education.ts try their patterns only on lines in
// which one pass over the folded units met a word of theirs. What is listed stands in whatever the patterns match, so
// that they miss nothing by it; what is found may be part of another word, so a clue proves nothing.
import { compileCues, listsIn } from "@skillstream/platform/cues.ts";

/** Folded, parted by "|"; a space at an end is one, or an end of the line. */
const words = {
  visa: "sponsor|patrocin|authori|eligible to w|entitled to w|right to work|citizen|permanent resid|card holder|clearance|us person|u.s. person|u.s person|visa|visum|visto|blue card|h1b|h 1b|work permit|arbeitserlaubnis|aufenthaltst|permis de trav|permiso de trab",
  flexibility: "flexi|core hours|a week|per week|each week|gleitzeit",
  digit: "0|1|2|3|4|5|6|7|8|9",
  years: "year|yrs|jahr|ans|ano",
  amount: "$|€|£|0|1|2|3|4|5|6|7|8|9| range| band|base pay|base salary",
  training:
    "learning |education |training |development |conference |l&d |tuition |mentorship |weiterbildung|formation|formacion|capacitacion|treinamento",
  timeOff:
    "pto|vacation|time off|holiday|leave|days off|sabbatical|urlaub|conges payes|rtt|vacaciones|ferias",
  otherBenefit:
    "401|insurance|coverage|benefit|plan|stock option|equity|rsu|espp|bonus|gym member|wellness |home office |relocation |free |catered |pension|hsa|fsa|employee assist|profit shar|company car|visa spons|jobrad|altersvorsorge|ticket|mutuelle|seguro medico|vale ",
  company:
    "stage |series |startup|start up|scaleup|scale up|nonprofit|non profit|fortune |publicly traded|public company|consultancy|consulting firm|agency|family owned|b corp|unicorn|multinational",
  values: " values|unsere werte|nos valeurs|nuestros valores|nossos valores",
  collaboration:
    "work with|working with|ly with|hand in hand with|collaborate with|collaborating with|partner with|partnering with|liaise with|liaising with|coordinate with|coordinating with| mit |en collaboration avec|en colaboracion con|em colaboracao com",
  team: "team",
  scope:
    "own |owning |lead |leading |responsible for |drive |driving |verantwort|responsable de |responsavel por ",
  objective:
    "looking for|seeking|hiring|searching for|, you|in this role|you will be responsible|your mission|wir suchen|sucht|nous recherchons|buscamos|procuramos",
  degree:
    "degree|bachel|bacchel|bacharel|baccal|master'|masters|master |master/|masterab|ph.d|ph. d|phd|ph d|doctor|doutor|diplom|high school|secondary|bac+|bac +|licenci|licence|undergraduat|a graduat|graduates |graduate deg|graduate lev|graduate tech|graduate edu|graduate qual|graduation from|graduation in|graduacao|studium|studienab|estudios|university grad|university edu|university stud|college grad|college edu|college stud|hochschul|universitats|ausbildung|ensino |ingenieur|mestrado|maestria|grado |bts ou|bts,|bts/|dut |dut,|abitur|promotion i|promovier|enrolled|titulacion|titulo uni|carrera uni|formacion prof|formacao sup|ciclo form|superior complet|nivel superior|curso superior|curso tec|tecnologo|vocational|laurea|hbo|juris doc",
} as const;

export type Clue = keyof typeof words;

const names = Object.keys(words) as Clue[];

/** A bit each. */
export const clue = Object.fromEntries(names.map((name, index) => [name, 1 << index])) as Readonly<
  Record<Clue, number>
>;

const cues = compileCues(names.map((name) => words[name].split("|")));

/** Bits of `clue` for what the folded units of a line hold. */
export function cluesIn(units: Uint16Array, start: number, end: number): number {
  let last = end;
  while (last > start && (units[last - 1] as number) <= 0x20) last--;
  return listsIn(cues, units, start, last);
}
