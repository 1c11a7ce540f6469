// Owns which words make a line worth a reading's look: workplace.ts, experience.ts and the others try their patterns
// only on lines in which one pass over the characters met a word of theirs. Promises to miss none that is listed here,
// in capitals or not; what it finds may be part of another word, so a clue proves nothing. All words are one
// automaton (Aho and Corasick 1975): linear, whatever the text.
import { wordsOf } from "./line-words.ts";
import type { ReadLine } from "./lines.ts";
import { numberWords } from "./number-words.ts";

/** A bit each. */
export const clue = {
  digit: 1,
  money: 2,
  years: 4,
  numberWord: 8,
  workplace: 16,
  seniority: 32,
  internship: 64,
  full_time: 128,
  part_time: 256,
  temporary: 512,
  contract: 1024,
} as const;

export type Clue = keyof typeof clue;

/** "#" is a digit, "$" any currency, "_" what is neither letter nor digit, or an end of the line. */
const forms: Readonly<Record<Clue, string>> = {
  digit: "#",
  money:
    "$,_usd,_eur,_gbp,_cad,_aud,_nzd,_chf,_inr,_brl,_mxn,_sgd,_pln,_sek,_dkk,_nok,_jpy,_ils,_hkd,_czk,_huf,_ron,_zar,_aed," +
    "_sar,_krw,_php,_thb,_myr,_idr,_cny,_rmb,_try,_uah,_twd,_ars,_clp,_cop,_pen,_ngn,_kes,_egp,_vnd,_lpa,_lakh,_rs_,_kr," +
    "_r#,_r #,_rm#,_rm #,#zł,# zł,#kč,# kč,#kr,# kr,#usd,#eur,#gbp,#chf,#kusd,#keur,#kgbp,#kchf",
  years:
    "year,yrs,yoe,jahr,jähr,_ans_,_an d,_ano_,_anos_,_año_,_años_,_anni_,_jaar_," +
    "# år ,# års ,# lat ,# lata ,# roky ,# let ",
  numberWord: Object.keys(numberWords)
    .map((word) => `_${word}`)
    .join(),
  workplace:
    "emot,ybrid,íbrid,ibrid,ybrit,íbrit,ibrit,ffice,nsite,n_site,person_,from home,homeoffice,home_office,wfh,nywhere," +
    "etrav,étrav,etrab,étrab,vor ort,resencial,résentiel,sur site,in sede,istanc,rtsun,_hq,elework,büro,bureau,oficina,scritório",
  seniority: "intern,graduate,entry,junior,júnior,senior,sênior,sénior,einsteiger,débutant,level",
  internship: "intern,student,prakti,stage,alternance,beca,estágio",
  full_time:
    "lltime,ll_time,llzeit,festanst,befrist,temps,tiempo,jornada,tempo,período,periodo,cdi,clt,oltijd,heltid,etat,umowa",
  part_time:
    "rttime,rt_time,teilzeit,temps,tiempo,jornada,tempo,meio per,minijob,geringf,deeltijd,deltid,etat",
  temporary: "tempor,temp_to,fixed,frist,seasonal,cdd,contrat,interim,cover,elternzeit",
  contract: "contract,contrat,freelanc,freiberuf,####_,c#c,corp_to,prestador",
};

/** A row of the automaton is so wide; the signs that the forms hold fit in, and one for all other letters. */
const rowSigns = 64;
/** Of each character the number of its sign; 0 is a letter that stands in no form. */
const signs = new Uint8Array(0x1_0000);
const alphabet = new Map<string, number>();
const apart = numberOf("_");
const space = numberOf(" ");

function numberOf(sign: string): number {
  const known = alphabet.get(sign);
  if (known !== undefined) return known;
  if (alphabet.size + 1 === rowSigns)
    throw new Error(`the words of clues.ts hold over ${rowSigns - 1} signs`);
  alphabet.set(sign, alphabet.size + 1);
  return alphabet.size;
}

const numbered = Object.entries(forms).flatMap(([name, list]) =>
  list.split(",").flatMap((form) => {
    const bit = clue[name as Clue];
    return spelledOut(form).map((spelled) => ({ bit, spelled }));
  }),
);

/** A space that parts words is one of two signs, and "a_b" both ways. */
function spelledOut(form: string): number[][] {
  let found: number[][] = [[]];
  for (const sign of form) {
    const either = sign === "_" ? [apart, space] : [numberOf(sign)];
    found = found.flatMap((before) => either.map((one) => [...before, one]));
  }
  return found;
}

for (let code = 0; code < signs.length; code++) {
  const sign = String.fromCharCode(code).toLowerCase();
  if (/\d/.test(sign)) signs[code] = numberOf("#");
  else if (sign === "円" || /\p{Sc}/u.test(sign)) signs[code] = numberOf("$");
  else if (sign === "#" || sign === "_") signs[code] = apart;
  else if (alphabet.has(sign)) signs[code] = numberOf(sign);
  else if (!/[\p{L}\p{M}]/u.test(sign)) signs[code] = apart;
}

/** Below are where a state's row begins, above the clues that are met on coming there: one look gives both. */
const stateBits = 20;
const stateMask = 2 ** stateBits - 1;
const steps = automaton();
const atStart = (steps[apart] as number) & stateMask;

function automaton(): Int32Array {
  const states = [{ to: new Map<number, number>(), met: 0 }];
  for (const { bit, spelled } of numbered) {
    let state = 0;
    for (const sign of spelled) {
      const { to } = states[state] as (typeof states)[number];
      const known = to.get(sign) ?? states.push({ to: new Map(), met: 0 }) - 1;
      to.set(sign, known);
      state = known;
    }
    (states[state] as (typeof states)[number]).met |= bit;
  }
  const steps = new Int32Array(states.length * rowSigns);
  const waiting = [{ state: 0, fallback: 0 }];
  // The nearest to the start first: where a state falls back to is ready before it is.
  for (const { state, fallback } of waiting) {
    const { to } = states[state] as (typeof states)[number];
    for (let sign = 0; sign < rowSigns; sign++) {
      const back = state === 0 ? 0 : (steps[fallback * rowSigns + sign] as number);
      const own = to.get(sign);
      if (own !== undefined) {
        const one = states[own] as (typeof states)[number];
        one.met |= back >>> stateBits;
        waiting.push({ state: own, fallback: (back & stateMask) / rowSigns });
        steps[state * rowSigns + sign] = (one.met << stateBits) | (own * rowSigns);
      } else steps[state * rowSigns + sign] = back;
    }
  }
  return steps;
}

export interface CluedLine extends ReadLine {
  /** Bits of `clue`. */
  clues: number;
}

/** `lines` are those of the text. */
export function withClues(text: string, lines: readonly ReadLine[]): CluedLine[] {
  const { codes, starts, ends } = wordsOf(text);
  return lines.map(({ text, label }, line) => ({
    text,
    label,
    clues: cluesAmong(codes, starts[line] as number, ends[line] as number),
  }));
}

function cluesAmong(codes: Uint16Array, start: number, end: number): number {
  let state = atStart;
  let found = 0;
  for (let at = start; at < end; at++) {
    const step = steps[state + (signs[codes[at] as number] as number)] as number;
    found |= step;
    state = step & stateMask;
  }
  // An end of a line parts words.
  return (found | (steps[state + apart] as number)) >>> stateBits;
}
