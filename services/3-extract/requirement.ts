// Owns how strongly a posting asks for what it mentions: by what the line is about and by the wording around
// the mention, in English and by simple cues in German, French, Spanish and Portuguese. Patterns read folded
// text, hyphens as spaces, and are linear.
import type { Requirement } from "@skillstream/schemas/types.ts";
import type { LineLetter } from "./lines.ts";

const preferredAfter =
  /\b(?:nice to haves?|(?:a|an|big|huge|strong|definite|added|real) (?:plus|bonus|advantage)|are (?:a )?plus|pluses|preferred|desirable|desired|optional|beneficial|advantageous|helpful|good to have|would be (?:great|nice|ideal|good)|von vorteil|wunschenswert|pluspunkt|ware schon|un plus|(?:un|serait un) atout|appreciee?s?|souhaitee?s?|deseables?|se valorara|valorables?|(?:um|sera um) (?:plus|diferencial)|desejave(?:l|is)|diferencial)\b/g;
const preferredBefore =
  /\b(?:nice to haves?|bonus(?: points)?|preferably|preferred|ideally|extra credit|plus if|(?:a|big|huge) plus(?= ?:)|pluses|optionally|even better|desirable|idealerweise|gerne auch|wunschenswert|idealement|de preference|idealmente|preferiblemente|preferencialmente|de preferencia|se valorara|valoramos)\b/g;
const required =
  /\b(?:must|requires?|required|requirements?|mandatory|essential|need to (?:have|know)|you (?:have|bring|know)|you'?ve|proficien(?:t|cy)|expertise|fluen(?:t|cy)|experience (?:with|in|using|of|building)|experienced|hands on|knowledge of|(?:strong|solid|deep|proven|excellent) (?:\w+ ){0,3}(?:skills?|experience|knowledge|understanding|background)|\d\+? years|zwingend|voraussetzung|erforderlich|fundierte|sehr gute|gute kenntnisse|kenntnisse in|erfahrung (?:in|mit)|maitrise|exigee?s?|requise?s?|indispensables?|experience en|connaissances? (?:de|en)|imprescindibles?|requeridos?|experiencia (?:en|con)|conocimientos? (?:de|en)|dominio|obrigatorios?|exigidos?|experiencia (?:em|com)|conhecimentos? (?:de|em))\b/;
const negatedBefore =
  /\b(?:no|without(?: any)?|don'?t need(?: to (?:know|have))?|do not need(?: to (?:know|have))?|not (?:require|need|use)|don'?t use|do not use|no need (?:for|of|to know)|instead of|kein[e]?|ohne|pas de|pas besoin de|sans|no se requiere|sin|nao e necessario|sem)(?: prior| previous| formal| any| professional)?(?: knowledge of| experience (?:with|in|of)| background in)? ?$/;
const negatedAfter =
  /^(?:[ \w/,]{0,40}?)(?:(?:is|are|experience is|knowledge is)(?: not|n'?t) (?:required|needed|necessary|mandatory|a must)|not (?:required|needed|necessary)|nicht (?:erforderlich|notwendig|notig)|n'est pas (?:requise?|necessaire|exigee?)|no es (?:necesario|requisito)|nao e (?:necessario|obrigatorio))/;
const requiredAfterNo =
  /^(?:[ \w/+#]{0,40}?)\b(?:required|needed|necessary|experience|knowledge|skills?|erforderlich|kenntnisse|requise?s?|necessaires?|necesari[oa]s?|necessari[oa]s?)\b/;

/** Wording is looked for in the mention's own sentence, and no further than this from it. */
const reachUnitsMax = 240;

interface Sentence {
  start: number;
  end: number;
}

/** The sentence around a span of folded text: from a line break or the end of a sentence to the next. */
function sentenceAround(text: string, start: number, end: number): Sentence {
  const before = text.slice(Math.max(0, start - reachUnitsMax), start);
  const after = text.slice(end, end + reachUnitsMax);
  const opening = /^[\s\S]*(?:\n|[.!?;] )/.exec(before)?.[0].length ?? 0;
  const closing = /\n|[.!?;](?: |$)/.exec(after)?.index ?? after.length;
  return { start: start - before.length + opening, end: end + closing };
}

/** Which wordings a line holds at all: most hold none, and each mention on them is spared the closer look. */
export interface Wording {
  prefers: boolean;
  denies: boolean;
}

const denial = /\b(?:no|not|without|instead of|kein|keine|ohne|nicht|pas|sans|sin|sem|nao)\b|n't\b|n'est/;

export function wordingOf(line: string): Wording {
  return { prefers: prefersAnything(line), denies: denial.test(line) };
}

/** null where the posting says that the skill is not asked for. */
export function requirementOf(
  text: string,
  start: number,
  end: number,
  letter: LineLetter | "title",
  { prefers, denies }: Wording,
): Requirement | null {
  if (letter === "title") return "required";
  const sentence = sentenceAround(text, start, end);
  const before = text.slice(sentence.start, start);
  const after = text.slice(end, sentence.end);
  if (prefers && isPreferred(before, after)) return "preferred";
  if (denies && isNegated(before, after)) return null;
  switch (letter) {
    case "P":
      return "preferred";
    case "Q":
      return "required";
    case "A":
    case "B":
    case "D":
    case "L":
    case "O":
      return required.test(before) || /\b(?:required|is a must|mandatory)\b/.test(after)
        ? "required"
        : "mentioned";
    default:
      return letter satisfies never;
  }
}

function isPreferred(before: string, after: string): boolean {
  if (last(preferredBefore, before) > Math.max(-1, before.lastIndexOf("required"))) return true;
  const cue = first(preferredAfter, after);
  if (cue < 0) return false;
  const between = after.slice(0, cue);
  if (notRequired.test(between)) return true;
  // "Java required, Scala a plus": what is required before the cue is not meant by it.
  if (/\b(?:required|must|mandatory|but|while)\b/.test(between)) return false;
  // "Very good German, good English a plus": a clause with a wording of its own stands between.
  const clauses = between.split(/[,;] /).slice(1);
  return !(
    required.test(before) &&
    clauses.some((clause) => /^(?!(?:and|or|und|oder|et|ou|y|e|o) )\S+ \S+ /.test(clause))
  );
}

const notRequired =
  /\b(?:not|isn't|nicht|pas|no|nao)\b[^,;]{0,30}\b(?:required|needed|necessary|mandatory|erforderlich|notwendig|requise?s?|exigee?s?|necesari[oa]s?|necessari[oa]s?|obrigatori[oa]s?)\b/;

function prefersAnything(text: string): boolean {
  return first(preferredBefore, text) >= 0 || first(preferredAfter, text) >= 0;
}

function isNegated(before: string, after: string): boolean {
  if (/\bnot (?:only|just|limited to)\b/.test(before)) return false;
  if (negatedAfter.test(after)) return true;
  const cue = negatedBefore.exec(before)?.[0];
  if (cue === undefined) return false;
  // A bare "no" needs what it denies: "no Java required", not "no 1 Java shop".
  return !/^(?:no|sin|sem) ?$/.test(cue) || requiredAfterNo.test(after);
}

function first(pattern: RegExp, text: string): number {
  return text.search(pattern);
}

function last(pattern: RegExp, text: string): number {
  let index = -1;
  for (const match of text.matchAll(pattern)) index = match.index;
  return index;
}
