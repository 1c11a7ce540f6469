// Owns the seniority of a posting: by its title, then by the source's own word for it. Years alone say nothing.
import type { SeniorityLevel } from "@skillstream/schemas/types.ts";
import type { ReadLine } from "./lines.ts";

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

export function seniorityOfTitle(title: string): SeniorityLevel | null {
  return levelIn(title);
}

/** By the source's own word. */
export function seniorityOf(stated: string | null): SeniorityLevel | null {
  if (stated === null) return null;
  const byWord = levelIn(stated);
  if (byWord !== null) return byWord;
  return managerWord.test(stated) ? "manager" : null;
}

export function seniorityIn(_lines: readonly ReadLine[]): SeniorityLevel | null {
  return null;
}

function levelIn(text: string): SeniorityLevel | null {
  for (const [level, form] of seniorityForms) {
    if (level === "lead" && peopleManager.test(text)) return "manager";
    if (form.test(text)) return level;
  }
  return null;
}
