// Owns the kind of employment: the source's own word for it, or what title and text say. One list of forms serves
// all three; what is plain in a field of its own ("Contract") is often something else in a text, and is read there
// only in the company of a word that makes it plain. Several offered at once: full time, if it is among them.
import type { EmploymentType } from "@skillstream/schemas/types.ts";
import { type CluedLine, clue } from "./clues.ts";
import type { ReadLine } from "./lines.ts";

interface Forms {
  type: EmploymentType;
  /** Says it wherever it stands, in lower case. */
  sure: RegExp;
  /** Says it where it stands alone: in a source's field, or set apart in a title. */
  alone: RegExp;
}

const forms: readonly Forms[] = [
  {
    type: "internship",
    sure: /\b(?:this|an?|our|paid|summer|winter|spring|fall|month|monthly|week) internship\b(?! experience)|\binternship (?:position|role|opportunity|starts|duration|at|with|in our)\b|\bas an intern\b|werkstudent|working student|pflichtpraktikum|praktikumsplatz|stage (?:de fin d['’]études|conventionné|de \d)|convention de stage|contrat d['’]alternance|programa de (?:becas|estágio)|vaga de estágio|beca de prácticas/u,
    alone:
      /\bintern(?:ship)?s?\b|co-?op\b|prakti[kc]\w*|\bstages?\b|stagiaires?\b|\btirocinio|\balternan(?:ce|te?)\b|alternance|apprenti|prácticas|becari[oa]s?\b|est[áa]gio|estagi[áa]ri[oa]|trainee(?:ship)?\b|ausbildung|студент|стаж[её]р/u,
  },
  {
    type: "full_time",
    sure: /\bfull[\s_-]?time\b|vollzeit|festanstellung|unbefristet|temps plein|temps complet|\bcdi\b|tiempo completo|jornada completa|tempo integral|tempo pieno|tempo indeterminato|período integral|periodo integral|\bclt\b|\bfulltime\b|voltijd|heltid|pełny etat|umowa o pracę/u,
    alone: /\bfull\b|\bpermanent|\bregular\b|indefinido|voll|полная|正社員/u,
  },
  {
    type: "part_time",
    sure: /\bpart[\s_-]?time\b|teilzeit|temps partiel|tiempo parcial|media jornada|tempo parcial|meio per[íi]odo|minijob|geringfügig|deeltijd|deltid|mi-temps|niepełny etat/u,
    alone: /\bpart\b|mini-?job|частичная/u,
  },
  {
    type: "temporary",
    sure: /\btemporary (?:role|position|assignment|job|contract|basis|for|until)\b|\btemp[\s-]to[\s-](?:hire|perm)|\bfixed[\s-]?term (?:contract|role|position|appointment|employment)|\b(?<!un)befristete?[rns]? (?:stelle|vertrag|position|anstellung)|\bseasonal (?:role|position|job|work)|\ben cdd\b|\bcontrat (?:: )?(?:à durée déterminée|cdd\b)|\bcdd (?:de \d|à )|\binterim (?:role|position)|contrato temporal\b|contrato temporário|maternity cover|elternzeitvertretung|parental leave cover/u,
    alone:
      /\btemp\b|temporary|fixed[\s_-]*term|seasonal|(?<!un)befristet|\bcdd\b|int[ée]rim|\btemporal|tempor[áa]ri[oa]|tijdelijk|\bper[\s_]diem|determinato|zeitarbeit|casual|временная/u,
  },
  {
    type: "contract",
    sure: /\bcontract(?:or)? (?:role|position|basis|to[\s-]hire|opportunity|assignment|job|engagement)\b|\b(?:month|months|week|weeks|year|term)[\s-]contract\b|\bfreelanc(?:e|er|ing) (?:role|position|basis|contract|opportunity|project|assignment)|\bindependent contractor\b|\bcorp[\s-]to[\s-]corp\b|\bc2c\b|\b1099\b (?:contract|position|role|basis)|\bw2 contract|freiberuflich|\bauf freelance|\bb2b contract|contrat freelance|prestador de serviços|contrato pj\b/u,
    alone:
      /\bcontract|freelanc|freiberuf|ind[ée]pendant|aut[óo]nomo|\bpj\b|self[\s-]?employed|\bb2b\b|\bzzp\b|werkvertrag|\bindependent\b|\bgig\b/u,
  },
];

/** A longer text is no field's word. */
const statedCharsMax = 200;

/** By the source's own word. */
export function employmentOf(stated: string | null): EmploymentType | null {
  if (stated === null) return null;
  // "FullTime", "FULL_TIME" and "Full-time" are one word.
  const words = stated
    .slice(0, statedCharsMax)
    .replace(/(?<=[a-z])(?=[A-Z])|_/g, " ")
    .toLowerCase();
  const said = forms
    .filter(({ sure, alone }) => sure.test(words) || alone.test(words))
    .map(({ type }) => type);
  // An internship of 40 hours a week is one; what else is offered beside full time is a choice.
  return one(said);
}

/** What is set apart from the rest of a title: in brackets, or behind or before a dash. */
const apart = /[([][^)\]]{1,40}[)\]]|(?:^|\s[-–—|/,:]|[,|])\s*[^-–—|/,:()[\]]{3,30}(?=\s[-–—|/,:]|[,|]|$)/gu;
/** Of these only a word alone is read in a title: "Stage Manager" and "Contract Counsel" work full time. */
const titleCharsMax = 200;
const inTitle =
  /^(?:(?:paid|summer|winter|spring|fall|20\d\d|part[\s-]?time|full[\s-]?time|\d{1,2}[\s-]months?|long[\s-]term|short[\s-]term|remote|fixed|us|uk|w2|1099|m\/w\/d|f\/m\/d|contrat)[\s,-]*)*(?:intern(?:ship)?|co-?op|praktik\w*|stage|stagiaire|alternance|alternante?|prácticas|becari[oa]|est[áa]gio|estagi[áa]ri[oa]|permanent|part[\s-]?time|contract(?:or)?|freelanc\w*|self[\s-]?employed|b2b|temp|temporary|fixed[\s-]term(?: contract)?|seasonal|int[ée]rim|per diem|befristet\w*|cdd|cdi|contract to hire)(?:[\s,/-]+(?:contract|position|role|basis|\d{1,2}[\s-]months?|remote|only|20\d\d|summer|winter|spring|fall|h\/f|f\/h|m\/f|f\/m|m\/w\/d))*$/u;
const internTitle =
  /\b(?:intern|interns|praktikant(?:in)?|praktikum|stagiaire|werkstudent\w*|working student|becari[oa]|estagi[áa]ri[oa]|alternante?)\b(?! (?:program|recruit|coordinator|manager))|\binternship\b(?! (?:program|coordinator|manager))/u;

/** Of an intern a field's "full time" tells the hours only. */
export function internshipBeside(stated: EmploymentType | null, title: string): EmploymentType | null {
  if (stated !== "full_time") return null;
  return internTitle.test(title.slice(0, titleCharsMax).toLowerCase()) ? "internship" : null;
}

/** What a title says beside the job's name. */
export function employmentOfTitle(title: string): EmploymentType | null {
  // "Full-timeWe build" has lost the break between a title and what follows.
  const words = title
    .slice(0, titleCharsMax)
    .replace(/(?<=[Tt]ime)(?=[A-Z])/g, " ")
    .toLowerCase();
  if (internTitle.test(words)) return "internship";
  const said = forms.filter(({ sure }) => sure.test(words)).map(({ type }) => type);
  if (said.length > 0) return one(said);
  for (const [part] of words.matchAll(apart)) {
    const alone = part.replace(/^[\s\-–—|/,:([]+|[\s)\]]+$/gu, "");
    if (!inTitle.test(alone)) continue;
    const found = forms.find((form) => form.sure.test(alone) || form.alone.test(alone));
    if (found !== undefined) return found.type;
  }
  return null;
}

/** A line about employment is short, or says it early; a longer one is read so far. */
const lineCharsMax = 1_000;

/** A longer item of a list of duties or of what is asked speaks of nothing else. */
const itemCharsMax = 90;

function isDutyOrSkill(label: ReadLine["label"], text: string): boolean {
  return (
    (label === "D" || label === "Q" || label === "P") && text.length > itemCharsMax && text.startsWith("- ")
  );
}

const anyClue = forms.reduce((bits, { type }) => bits | clue[type], 0);

/** What the text says. */
export function employmentIn(lines: readonly CluedLine[]): EmploymentType | null {
  const said = new Set<EmploymentType>();
  for (const { text, label, clues } of lines) {
    if (label === "A" || (clues & anyClue) === 0 || isDutyOrSkill(label, text)) continue;
    const line = text.slice(0, lineCharsMax).toLowerCase();
    for (const { type, sure } of forms) {
      if ((clues & clue[type]) !== 0 && !said.has(type) && sure.test(line) && !others.test(line))
        said.add(type);
    }
  }
  return one([...said]);
}

/** "Benefits for full-time employees" and "a part-time coder at heart" say nothing of this job. */
const others =
  /(?:full|part)[\s-]?time (?:(?:and|or|\/|&) (?:full|part)[\s-]?time )?(?:\p{L}+ )?(?:employees|staff|team members|workers|roles|positions|opportunities|equivalents?|officer|founder|coder)|(?:temporary|seasonal|contract|regular)[^.]{0,30}(?:full|part)[\s-]?time[^.]{0,40}(?:employees|workers|eligible)|(?:full|part)[\s-]?time,? (?:[\p{L},]{1,15} ){0,4}(?:roles|positions|employees|workers) (?:may|are|will|who|receive|get|have)\b|\d\+? years? (?:of )?(?:full|part)[\s-]?time|\bftes?\b|work full[\s-]?time or part|if you join us as/u;

function one(said: readonly EmploymentType[]): EmploymentType | null {
  if (said.includes("internship")) return "internship";
  if (said.includes("full_time")) return "full_time";
  return said[0] ?? null;
}
