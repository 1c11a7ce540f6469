// Owns the seniority of a posting: by its title, then by the source's own word for it, then by what the text says of
// the role. One set of forms for all three. Years alone say nothing, and a manager of products or accounts manages
// no one. All forms are written folded: lower case, no accents, a space for a hyphen.
import { foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import type { SeniorityLevel } from "@skillstream/schemas/types.ts";
import { type CluedLine, clue } from "./clues.ts";

/** Whose level it is when the words go on: "Assistant to the CEO" is no executive, an "Office of the CFO" has clerks. */
const someoneElses =
  /\b(?:(?:(?:assistant|staff|partner|adviser|advisor|support|associate|report(?:s|ing)?) \(?(?:to|for)|office of)\b|to (?:the |our )?(?:c[etfmoips]o|chief|founders?|president|vp|vice president|director|head of|executive)\b|(?:c[etfmoips]o )?(?:founder'?s?'?|c[etfmoips]o(?:'s)?) (?:associate|office)\b).*/;
/** Words that are levels elsewhere and part of a trade or a market here. */
const noLevel =
  /\b(?:lead (?:gen\w*|development|management|qualif\w+|nurtur\w+|sourc\w+|handling)|(?:technical|chief of|support|medical|nursing|wait) staff|staff (?:accountant|nurse|rn|attorney|auditor|pharmacist|writer|photographer|therapist|physician|augmentation|member)|mid(?:dle)? (?:market|east|office|school|atlantic|west|cap|size[d]?)|senior (?:living|care|home|housing|citizens?)|art director|graduate (?:school|studies|admissions|program(?:me)? manager)|intern(?:ship)? (?:program(?:me)?|coordinator|recruiter)|(?:early|late|growth|seed|multi) stage|stage (?:manager|technician|crew|hand)|experienced hire|ex founder|chief [a-z]{1,20} officer associate|(?:phase|part|type|tier|class|title|stage) i{1,3})\b/g;

const internForm =
  /\b(?:intern(?:ship)?s?|working student|werkstudent\w*|praktik(?:um|ant\w*)|apprentic\w+|ausbildung|azubi|duales studium|stagiaires?|alternance|alternante?|apprentie?|becari[oa]|practicas|practicante|pasante|estagi(?:o|ari[oa])|jovem aprendiz|tirocini\w+|stagista|stage|stageplaats|co op)\b/;

/** In this order: the first that fits decides. */
const titleForms: readonly (readonly [SeniorityLevel, RegExp])[] = [
  ["intern", internForm],
  ["director", /\b(?:avp|(?:assistant|associate) vice president)\b/],
  [
    "executive",
    /\b(?:chief (?:[a-z&]+ ){1,4}officer|c[etfmoips]o|c[hr]ro|ciso|[es]?vp|(?:vice )?president|(?:executive|managing) director|(?:co ?)?founder|geschaftsfuhr\w+|vorstand|directeur general|director general)\b/,
  ],
  [
    "lead",
    /\bhead (?:chef|coach|nurse|waiter|waitress|bartender|barista|teacher|gardener|brewer|baker|cook)\b/,
  ],
  [
    "director",
    /\b(?:director[a]?|directeur|directrice|direktor\w*|diretora?|direttor[ei]|direttrice|head of|(?:global|deputy|regional) head|bereichsleit\w+|leiter(?:in)?|responsable de departamento)\b|^head\b|\bhead$/,
  ],
  [
    "manager",
    /^(?:senior |sr\.? |associate |assistant |deputy |general )?manager\b|\b(?:(?:engineering|development|software|data|science|analytics|design|qa|quality|devops|it|hr|people|finance|accounting|operations|sales|support|security|research|infrastructure|platform|team|department|branch|country|store|shop|shift|area|district|plant|warehouse|restaurant|kitchen|bar|hotel|general|senior|associate|assistant) manager|manager (?:of|ii|iii)|supervisor|supervisora?|foreman|forewoman|(?:team|abteilungs|filial|schicht|gruppen)leit(?:er|erin|ung)|leitung|gerente|jefe|jefa|chef d'equipe|chefe|coordenador[a]?|encargad[oa]|filiaalmanager)\b/,
  ],
  // Of two levels that a title offers, the lower: that one is sure.
  [
    "junior",
    /\b(?:junior|jr|entry(?: level)?)\.?(?: level)? ?(?:\/|&|,|–|to|or|and|bis|oder)? ?(?:mid\b|middle\b|senior\b)/,
  ],
  [
    "mid",
    /\b(?:mid|middle|intermediate|ii)\.?(?: level)? ?(?:\/|&|,|–|to|or|and|bis|oder)? ?(?:senior|sr|iii)\b/,
  ],
  ["senior", /\b(?:senior|sr)\.? ?(?:\/|&|,|–|to|or|and|oder) ?(?:lead|staff|principal)\b/],
  ["lead", /\b(?:(?:tech|team)? ?lead|lead(?:er|ing)|staff|principal|distinguished|fellow|leitende[rn]?)\b/],
  ["mid", /\b(?:ssr|semi ?senior)\b/],
  [
    "senior",
    /\b(?:senior|seniora|snr|sr|expert level|confirmee?|experimentee?|experienced|iii|iv)\b|^expert (?!in |for )|\b(?:engineer|developer|analyst|scientist|designer|specialist) [345]\b/,
  ],
  [
    "junior",
    /\b(?:junior|jr|entry level|graduate|new grads?|recent grads?|university grads?|college grads?|early career|trainee|debutante?|(?:berufs)?einsteiger\w*|absolvent\w*|principiante|recien graduad[oa]|neolaureat[oa]|starter)\b|\b(?:engineer|developer|analyst|scientist|designer|specialist|technician|administrator|representative|recruiter|accountant) (?:i|1)\b|\bassociate (?!director|vice|dean|professor|partner|principal|general|creative|attorney|counsel|editor|dentist|veterinarian)(?:[a-z0-9.&/]+ ){0,4}(?:engineer|developer|analyst|scientist|designer|specialist|manager|executive|consultant|representative|architect|recruiter|accountant|strategist|administrator|producer|writer|technician|researcher)\b/,
  ],
  [
    "mid",
    /\b(?:mid(?:dle)?(?: level| weight)?|medior|intermediate|pleno|ii)\b|\b(?:engineer|developer|analyst|scientist|designer|specialist) 2\b/,
  ],
];

/** Where titles hold the word for another reason, a source's field means the level. */
const statedForms: readonly (readonly [SeniorityLevel, RegExp])[] = [
  // LinkedIn's "Mid-Senior level" spans both; the lower is sure, as with titles that offer two.
  ["mid", /\bmid ?senior\b|^(?:professional|middle|medior)$/],
  ["senior", /^(?:experienced|expert)\b/],
  ["junior", /^(?:associate|student|entry|beginner|no experience)\b/],
  ["executive", /\b(?:executive|c level|c suite)\b/],
];
const managerWord = /\b(?:manager|management|supervis\w+|gerente|leitung|responsable)\b/;

/** "We are looking for an experienced senior …": of whom they look for, not of those who are there. */
const soughtBefore =
  "(?:looking for|searching for|seeking|hiring|in need of|suchen|sucht|recherch(?:e|ons)|cherchons|busca(?:mos)?|procura(?:mos)?) (?:(?!(?:to|who|with|for|für|pour|para) |our (?!next))[\\p{L}'’-]{1,14} ){0,4}";
const sought = (word: string) =>
  new RegExp(
    `${soughtBefore}(?:${word})(?![\\p{L}]| (?:leader|leadership|executive|management|stakeholder|people|team))`,
    "u",
  );
const textForms: readonly (readonly [SeniorityLevel, RegExp])[] = [
  ["intern", /\b(?:this internship|as an intern|our internship|summer internship)\b/],
  ["junior", /\b(?:entry[ -]level (?:role|position)|junior[ -](?:level|role|position)|recent graduates?)\b/],
  ["lead", /\b(?:staff|principal|lead)[ -]level\b/],
  ["junior", sought("junior|berufseinsteiger(?:in)?|débutante?")],
  ["mid", sought("mid[ -]?level|medior")],
  ["senior", sought("senior|sr\\.?|sênior|sénior")],
  [
    "senior",
    /\bsenior[ -](?:level|role|position|member|engineer|developer|individual contributor)\b|\bas a senior\b/,
  ],
  ["mid", /\bmid[ -](?:level|senior)\b/],
];
/** A title is longer by mistake. */
const titleCharsMax = 200;

export function seniorityOfTitle(title: string): SeniorityLevel | null {
  const folded = foldForm(title.slice(0, titleCharsMax)).replace(noLevel, " ");
  // Whosever office it is in, an internship is one.
  return internForm.test(folded) ? "intern" : firstOf(titleForms, folded.replace(someoneElses, ""));
}

/** By the source's own word. */
export function seniorityOf(stated: string | null): SeniorityLevel | null {
  if (stated === null) return null;
  const folded = foldForm(stated.slice(0, titleCharsMax));
  const level = firstOf(statedForms, folded) ?? firstOf(titleForms, folded);
  return level ?? (managerWord.test(folded) ? "manager" : null);
}

/** By what the lines on the role say of its level. */
export function seniorityIn(lines: readonly CluedLine[]): SeniorityLevel | null {
  const telling: string[] = [];
  for (const { label, text, clues } of lines) {
    const isOfRole = label === "D" || label === "Q" || label === "O";
    if (isOfRole && (clues & clue.seniority) !== 0) telling.push(text.toLowerCase());
  }
  return telling.length === 0 ? null : firstOf(textForms, telling.join("\n"));
}

function firstOf(forms: readonly (readonly [SeniorityLevel, RegExp])[], text: string): SeniorityLevel | null {
  return forms.find(([, form]) => form.test(text))?.[0] ?? null;
}
