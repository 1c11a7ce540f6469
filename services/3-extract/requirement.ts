// Owns how strongly a posting asks for what it mentions: by what the line is about and by the wording around
// the mention, in English and by simple cues in German, French, Spanish and Portuguese. A wording counts for its own
// sentence, and in brackets for what stands in them. Patterns read folded text, hyphens as spaces, and are linear.

import { compileCues, findCues } from "@skillstream/platform/cues.ts";
import type { Requirement, SkillKind } from "@skillstream/schemas/types.ts";
import type { LineLetter } from "./lines.ts";

/** Most lines prefer and deny nothing; one pass tells, and spares them and their mentions the patterns. */
const preferenceCue = 0;
const denialCue = 1;
const cues = compileCues([
  "prefer|a plus|are plus|is plus|as plus|plus if|big plus|huge plus|strong plus|definite plus|added plus|real plus|major plus|great plus|pluses|les plus|ein plus|un plus|um plus|pluspunkt|bonus|ideal|nice|desir|optional|beneficial|advanta|helpful|good to have|valued|valora|apprec|welcom|an asset|asset|vorteil|wunsch|gern|schon|ware |waren |atout|souhait|deseable|deseja|diferencia|extra c|even better|a +|big +|huge +|is +|would love|'d love|would be|apart|help you|edge|if possible|si possible|bienvenu|not required|not strictly required|helps|great if|im idealfall|bestenfalls|optimalerweise|vorzugsweise|de preference|favo".split(
    "|",
  ),
  "no |not|without|instead of|rather than|kein|ohne|nicht|statt|anstelle|pas |sans|au lieu|plutot|sin |lugar de|vez de|inves de|sem |nao |n't|n'est".split(
    "|",
  ),
]);
/** Of what stands before it. */
const preferredAfter =
  /\b(?:nice to haves?|good to have|(?:an?|big|huge|strong|definite|added|real|major|significant|great|distinct) (?:plus|bonus|asset)|(?:an?|big|huge|definite|real|distinct|strong) advantage|(?:is|are|as) (?:a )?plus(?:es)?|a (?:big |huge )?\+|preferred(?! (?:vendor|partner|supplier|name|method|channel|provider|way|pronoun))|preferable|(?:desirable|desired)(?! (?:outcome|result|state|behaviou?r|goal|effect|end|level|impact|output|by))|optional(?= ?(?:[.,;)]|$|but))|(?:is|are|be|but|very|highly|considered) (?:also |very |highly |considered |particularly |especially |extremely )?(?:beneficial|advantageous|helpful|valued|appreciated|welcomed?|favou?rable|favou?red)|would be (?:a |an )?(?:\w+ )?(?:great|nice|ideal|good|plus|bonus|useful)|(?:advantageous|beneficial)(?= ?(?:[.,;)]|$))|will help you|(?:gives?|giving) you an? (?:edge|advantage)|sets? you apart|bonus points|if possible|von vorteil|wunschenswert|ein (?:plus|pluspunkt)|pluspunkte?|ware(?:n)? (?:schon|toll|super|ideal|klasse)|gern gesehen|un (?:vrai |reel |gros |serieux )?(?:plus|atout)|appreciee?s?|souhaitee?s?|bienvenue?s?|si possible|deseables?|se valorara|valorables?|un plus|um (?:plus|diferencial)|desejave(?:l|is)|diferencia(?:l|is))(?![a-z])/g;
/** Of what stands behind it, to the end of the sentence. */
const preferredBefore =
  /\b(?:nice to haves?|good to haves?|bonus(?: (?:points|skills))?(?= ?[:(–—]| if| for|$)|preferably|preference (?:for|given|to)|prefer(?: to have)?(?= )|preferred(?= ?:| (?:but|skills?|qualif\w+|experience|knowledge|candidates?|background|requirements?|certif\w+|tech\w*))|(?:we'd|would) (?:love|be nice)|ideally|extra (?:credit|points)|plus if|(?:a|big|huge) plus(?= ?[:(]| if| for)|pluses|optionally|optional(?= ?:)|even better|(?:desirable|desired)(?= ?:| (?:skills?|qualif\w+|experience|knowledge))|it helps if|(?:great|nice) if|idealerweise|im idealfall|bestenfalls|optimalerweise|vorzugsweise|gerne auch|wunschenswert|von vorteil(?= ?:| sind| ist| waren?)|idealement|de preference|si possible|les plus ?:|idealmente|preferiblemente|preferentemente|preferencialmente|de preferencia|se valorara|valoramos|deseables?(?= ?:)|desejave(?:l|is)(?= ?:)|diferenciais)(?![a-z])/g;
/** "You prefer simple tools" is no preference of theirs. */
const theirPreference = /\b(?:you|who|they|customers?|users?|clients?|people) $/;
/** From here on what was preferred before is not meant any more. */
const requiredAgain =
  /\b(?:required|must|mandatory|essential|zwingend|erforderlich|indispensables?|imprescindibles?|obrigatorios?)\b/g;

const required =
  /\b(?:must|requires?|required|mandatory|essential(?= ?:| (?:skills?|qualif|requirements?|experience))|need to (?:have|know|be)|you (?:(?:already |also )?(?:have|bring|know|possess)|should (?:have|know|bring)|(?:will |'ll )?need)|you'?ve|proficien(?:t|cy)|fluen(?:t|cy)|(?<!user |customer |employee |client |candidate |patient |shopping |developer |digital )experience (?:with|in|using|of|building)|experienced (?:with|in|at)|(?:expertise|skilled|versed|competent|competency) (?:in|with)|comfortable (?:with|in|working|using|writing)|knowledge(?:able)? (?:of|in|about)|familiar(?:ity)? with|(?:strong|solid|deep|proven|excellent|exceptional|good|advanced) (?:[\w/]+ ){0,4}(?:skills?|experience|knowledge|understanding|background|proficiency|command)(?: (?:in|with|of))?|(?:strong|looking for \w+ (?:\w+ )?(?:strong|fluent|good|experienced)) (?:in|with)|\d\+? years|zwingend|voraussetzung|erforderlich|fundierte|sehr gute|gute kenntnisse|kenntnisse in|erfahrung(?:en)? (?:in|mit)|maitrise[sz]?|exigee?s?|requise?s?|indispensables?|experience (?:en|avec)|connaissances? (?:de|en)|imprescindibles?|requeridos?|experiencia (?:en|con)|conocimientos? (?:de|en)|dominio|obrigatorios?|exigidos?|experiencia (?:em|com)|conhecimentos? (?:de|em))(?![a-z])/g;
/** Who gains or shares experience is not asked for it, and what a team has is not asked of who joins it. */
const notAsked =
  /\b(?:gain|gaining|build|building|develop|developing|deepen|expand|grow|share|sharing|acquire|provide|providing|transfer|improve|broaden|our|their|team's?|users?'?|we have|we've|we are|we're|it|that|which|services?|products?|systems?|data|customers?|clients?|project) (?:\w+ ){0,2}$/;
const asking =
  /\b(?:you|your|you're|must|looking for|seeking|hiring|candidates?|someone|somebody|sie|du|vous|tu|buscamos|procuramos)\b/;
const requiredAfter =
  /\b(?:(?:is |are )?required(?! (?:by|to|for))|is a must|must have|mandatory|is essential|erforderlich|vorausgesetzt|exigee?s?|requise?s?|imprescindibles?|obrigatori[oa]s?)\b/;

const negatedBefore =
  /(?:\b(?:no|without(?: any)?|(?:don'?t|do not|won'?t|will not) (?:need|use|touch|write|be using|be writing)(?: to (?:know|have|use|write))?(?: any)?|not (?:require|need|use)|no need (?:for|of|to know)|instead of|rather than|kein[en]?|ohne|statt|anstatt|anstelle von|pas de|pas besoin de|sans|au lieu d[eu]|plutot que|no se requiere|sin|en lugar de|en vez de|nao e necessario|sem|em vez de|ao inves de|nicht)|(?:[,;(–—] ?|\b(?:and|but|et|mais|e|mas) )(?:not|non|pas|nao))(?: prior| previous| formal| any| professional)?(?: knowledge of| experience (?:with|in|of)| background in)?(?: [a-z0-9+#./]{1,20} (?:or|nor|oder|noch|ou|ni|nem)){0,3} ?$/;
const negatedAfter =
  /^(?:[ \w/,]{0,40}?)(?:(?:is|are|experience is|knowledge is)(?: not|n'?t) (?:required|needed|necessary|mandatory|a must)|not (?:required|needed|necessary)|nicht (?:erforderlich|notwendig|notig)|n'est pas (?:requise?|necessaire|exigee?)|no es (?:necesario|requisito)|nao e (?:necessario|obrigatorio))/;
const requiredAfterNo =
  /^(?:[ \w/+#]{0,40}?)\b(?:required|needed|necessary|experience|knowledge|skills?|erforderlich|kenntnisse|requise?s?|necessaires?|necesari[oa]s?|necessari[oa]s?)\b/;

/** Wording is looked for in the mention's own sentence, and no further than this from it. */
const reachUnitsMax = 240;

/** A stretch of the folded text. */
export interface Stretch {
  start: number;
  end: number;
}

/**
 * The sentence around a span of folded text: from a line break or the end of a sentence to the next, where the space
 * after the stop may be lost ("a plus.knowledge of"), but not within "node.js".
 */
function sentenceAround(text: string, start: number, end: number, within: Stretch | undefined): Stretch {
  const from = Math.max(within?.start ?? 0, start - reachUnitsMax);
  const to = Math.min(within?.end ?? text.length, end + reachUnitsMax);
  const before = text.slice(from, start);
  const after = text.slice(end, to);
  const opening = /^[\s\S]*(?:\n|[.!?;] |(?:\)|[a-z]{3})\.(?=[a-z]{4}))/.exec(before)?.[0].length ?? 0;
  const closing = /\n|[.!?;](?: |$)|(?:\)|[a-z]{3})\.(?=[a-z]{4})/.exec(after);
  const close = closing === null ? after.length : closing.index + (closing[0].length > 2 ? 3 : 0);
  return { start: from + opening, end: end + close };
}

/** Which wordings a line holds at all: most hold none, and each mention on them is spared the closer look. */
export interface Wording {
  prefers: boolean;
  denies: boolean;
  /** Left out where nobody looked. */
  requires?: boolean;
}

const denial =
  /\b(?:no|not|without|instead of|rather than|kein|keine|keinen|ohne|nicht|statt|anstatt|anstelle|pas|sans|au lieu|plutot|sin|en lugar|e[nm] vez|inves|sem|nao)\b|n't\b|n'est/;

export function wordingOf(line: string): Wording {
  let hints = 0;
  findCues(cues, line, (list) => {
    hints |= 1 << list;
    return hints === 0b11;
  });
  const has = (list: number) => ((hints >> list) & 1) === 1;
  return {
    prefers: has(preferenceCue) && (line.search(preferredBefore) >= 0 || line.search(preferredAfter) >= 0),
    denies: has(denialCue) && denial.test(line),
  };
}

/** Whether anything on a line may be required by its words, for lines whose letter does not say so. */
export const requiresAnything = (line: string): boolean =>
  line.search(required) >= 0 || requiredAfter.test(line) || hiring.test(line);
const hiring = /\b(?:looking for|seeking|hiring|in need of) /;

/** A title names the trade; of what it names only tools, tongues and papers are something to have. */
export function requirementInTitle(kind: SkillKind): Requirement {
  switch (kind) {
    case "technology":
    case "language":
    case "certification":
      return "required";
    case "method":
    case "domain":
    case "soft":
      return "mentioned";
    default:
      return kind satisfies never;
  }
}

/** null where the posting says that the skill is not asked for. `within` is the part that the mention stands in. */
export function requirementOf(
  text: string,
  start: number,
  end: number,
  letter: LineLetter | "title",
  { prefers, denies, requires = true }: Wording,
  within?: Stretch,
): Requirement | null {
  if (letter === "title") return "required";
  // Most lines say no more than their letter.
  if (!prefers && !denies) {
    if (letter === "Q") return "required";
    if (letter === "P") return "preferred";
    if (!requires) return "mentioned";
  }
  const sentence = sentenceAround(text, start, end, within);
  const before = text.slice(sentence.start, start);
  const after = text.slice(end, sentence.end);
  if (prefers && isPreferred(before, after)) return "preferred";
  if (denies && isNegated(before, text.slice(start, end), after)) return null;
  switch (letter) {
    case "P":
      return "preferred";
    case "Q":
      return "required";
    case "A":
      return asking.test(before) && isRequired(before, after) ? "required" : "mentioned";
    case "B":
    case "D":
    case "L":
    case "O":
      return isRequired(before, after) ? "required" : "mentioned";
    default:
      return letter satisfies never;
  }
}

/** "We are hiring a developer with Python", "We are hiring a Python developer". */
const wanted =
  /\b(?:looking for|seeking|hiring) (?:an? )?(?:[\w,/]+ ){0,6}(?:engineer|developer|programmer|expert|specialist|someone|somebody)s? (?:with|who|in|\()/;
const hired = /\b(?:looking for|seeking|hiring|in need of) (?:an? |our )?(?:[\w,]+ ){0,5}$/;
const hiredAs =
  /^ (?:\w+ ){0,2}(?:engineer|developer|programmer|architect|administrator|expert|specialist|analyst|scientist|consultant|entwickler|ingenieur)/;

function isRequired(before: string, after: string): boolean {
  if (wanted.test(before) || (hiredAs.test(after) && hired.test(before))) return true;
  for (const { index } of before.matchAll(required)) if (!notAsked.test(before.slice(0, index))) return true;
  return requiredAfter.test(after);
}

function isPreferred(before: string, after: string): boolean {
  const opened = before.lastIndexOf("(");
  const closed = after.indexOf(")");
  if (opened > before.lastIndexOf(")") && closed >= 0 && !after.slice(0, closed).includes("(")) {
    return (
      prefersIn(before.slice(opened + 1), after.slice(0, closed)) ||
      prefersIn(withoutBrackets(before.slice(0, opened)), withoutBrackets(after.slice(closed + 1)))
    );
  }
  const own = /^ ?\(([^()]{1,40})\)(?! or\b)/.exec(after)?.[1];
  // "Python (preferred)", but not "SQL (Postgres preferred)": there it is what the brackets name.
  if (own !== undefined && onlyPrefers(own)) return true;
  return prefersIn(withoutBrackets(before), withoutBrackets(after));
}

function onlyPrefers(words: string): boolean {
  const rest = words.replace(preferredAfter, "");
  return rest !== words && /^(?:[ ,]|strongly|highly|is|would|be|an?|but|not|required|also)*$/.test(rest);
}

const withoutBrackets = (text: string) => (text.includes("(") ? text.replace(/\([^()]*\)/g, " ") : text);

function prefersIn(before: string, after: string): boolean {
  if (lastPreference(before) > last(requiredAgain, before)) return true;
  preferredAfter.lastIndex = 0;
  const cue = preferredAfter.exec(after);
  if (cue === null) return false;
  const between = after.slice(0, cue.index);
  if (notRequired.test(between)) return true;
  // "Java required, Scala a plus": what is required before the cue is not meant by it.
  if (/\b(?:required|must|mandatory|but|while|whereas)\b/.test(between)) return false;
  // "Java, se valorará Scala": it goes with what follows.
  if (
    cue[0] === "se valorara" &&
    /[,;] ?$/.test(between) &&
    /^ \w/.test(after.slice(preferredAfter.lastIndex))
  )
    return false;
  // "Experience with Java and knowledge of Scala are a plus" means both; "is a plus" only the last.
  if (/\bare $/.test(between) || cue[0].startsWith("are ")) return true;
  // "Very good German, good English a plus": a clause with a wording of its own stands between.
  return !ownClause.test(between);
}

const ownClause =
  /(?:[,;] ?(?:and |und |et |y |e )?|\b(?:and|und|et|y|e) )(?:(?:some|any|previous|prior|working|hands on|additional|further|professional|relevant|basic|first|erste|first hand) ){0,2}(?:experiences?|knowledge|familiarity|understanding|proficiency|ability|exposure|expertise|background|degree|certifications?|fluency|erfahrung(?:en)?|kenntnisse|connaissances?|experiencia|conocimientos?|conhecimentos?|good|strong|solid|excellent|gute[nrs]?|sehr|bonnes?|buen[oa]s?)\b/;
const notRequired =
  /\b(?:not|isn't|nicht|pas|no|nao)\b[^,;]{0,30}\b(?:required|needed|necessary|mandatory|erforderlich|notwendig|requise?s?|exigee?s?|necesari[oa]s?|necessari[oa]s?|obrigatori[oa]s?)\b/;

function isNegated(before: string, word: string, after: string): boolean {
  if (
    /\b(?:not (?:only|just|limited to)|nicht (?:nur|allein)|(?:pas|non) (?:seulement|uniquement)|no (?:solo|solamente)|nao (?:so|apenas|somente))\b/.test(
      before,
    )
  )
    return false;
  if (negatedAfter.test(after)) return true;
  const cue = negatedBefore.exec(before)?.[0];
  if (cue === undefined) return false;
  if (!bareNo.test(cue)) return true;
  // A bare "no" needs what it denies, or to be a clause with it: "no Java required", not "no 1 Java shop".
  if (requiredAfterNo.test(after)) return true;
  const isName = cue.trim() === "no" && afterHyphen.test(word);
  return !isName && clauseBeforeNo.test(before) && clauseAfterNo.test(after);
}

const bareNo = /^(?:no|sin|sem)(?: [a-z0-9+#./]{1,20} (?:or|nor|oder|noch|ou|ni|nem)){0,3} ?$/;
/** "No SQL" and "no code" are names that lost their hyphens. */
const afterHyphen = /^(?:sql|code)\b/;
const clauseBeforeNo =
  /(?:^[-–—•*· ]*|[,;:.(–—] ?|\b(?:and|but|is|are|have|with|y|e|pero|mas) )(?:no|sin|sem) (?:[a-z0-9+#./]{1,20} (?:or|nor|ou|ni|nem) ){0,3}$/;
const clauseAfterNo =
  /^(?: (?:or|nor|ou|ni|nem) [a-z0-9+#./]{1,20}){0,3} ?(?:$|[.,;:!)–—]|(?:either|here|at all|involved|anywhere|whatsoever|tampoco)\b)/;

function lastPreference(text: string): number {
  let index = -1;
  for (const match of text.matchAll(preferredBefore)) {
    if (!match[0].startsWith("prefer") || !theirPreference.test(text.slice(0, match.index)))
      index = match.index;
  }
  return index;
}

function last(pattern: RegExp, text: string): number {
  let index = -1;
  for (const match of text.matchAll(pattern)) index = match.index;
  return index;
}
