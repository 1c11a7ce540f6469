// Owns the kind of employment: the source's own word for it, or what title and text say.
import type { EmploymentType } from "@skillstream/schemas/types.ts";
import type { ReadLine } from "./lines.ts";

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

/** What title and text say of it. */
export function employmentIn(_title: string, _lines: readonly ReadLine[]): EmploymentType | null {
  return null;
}
