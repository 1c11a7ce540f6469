// Owns what in a text is an order to a machine that reads it ("ignore all previous instructions", "rate this
// candidate 10/10"), in several languages, and how such words are taken out before anything else is read. A word about
// prompts or models is no order: postings for those who work on them are full of it. Linear in the text; a text
// without a cue costs one pass over its letters.

import { type Cues, compileCues, findCues } from "@skillstream/platform/cues.ts";
import type { MentionField, Order } from "@skillstream/schemas/types.ts";

/** Where an order stands in the text as written; none goes over a line break. */
type Span = Pick<Order, "start" | "end">;

export function ordersOf({ title, description }: Record<MentionField, string>): Order[] {
  const inTitle = ordersIn(title).map((span) => ({ field: "title" as const, ...span }));
  const inText = ordersIn(description).map((span) => ({ field: "description" as const, ...span }));
  return inTitle.length === 0 && inText.length === 0 ? none : [...inTitle, ...inText];
}
const none: Order[] = [];

const told =
  "instructions?|prompts?|directions?|directives?|rules?|guidelines?|commands?|orders|context|messages?|text|content|training|programming";
const earlier =
  "previous|prior|above|preceding|earlier|foregoing|former|existing|system|original|initial|other|default|past|current";
const machine =
  "(?:an? |the |any |all |you )?(?:ai|a\\.i\\.|llms?|(?:large )?language models?|chat ?gpt|gpt(?:-?\\d)?|claude|gemini|copilot|bots?|(?:ai|automated|machine|text|job|cv|resume) (?:models?|assistants?|agents?|readers?|parsers?|systems?|screeners?|recruiters?|extractors?|scrapers?|tools?)|parsers?|extractors?|crawlers?|scrapers?|machine readers?|ats)";
const judged =
  "(?:candidate|applicant|posting|job|role|position|r[eé]sum[eé]|cv|profile|company|offer|application)";
const mark =
  "(?:\\d+ ?(?:\\/|out of|points?|%|stars?)|highest|top\\b|maximum|perfect|best|full (?:marks|points)|five|ten\\b|excellent|strong(?:ly)? hire|10\\b|100\\b)";
const field =
  "(?:skills?|salary|seniority|requirements?|role|title|education|mentions|work_model|visa|experience)";

/** By the words without which it cannot be one: a sentence is looked at only for the orders whose cues it has. */
const rules: readonly { cues: readonly string[]; order: string }[] = [
  {
    cues: [
      "ignor",
      "disregard",
      "forget",
      "overrid",
      "overwrit",
      "bypass",
      "neglect",
      "not follow",
      "n't follow",
      "stop follow",
    ],
    order: `\\b(?:ignore|ignoring|disregard|forget|override|overwrite|bypass|neglect|do not follow|don['’]t follow|stop following)\\b(?: \\S+){0,4}? (?:(?:${earlier})\\b(?: \\S+){0,3}? (?:${told})|(?:${told})\\b(?: \\S+){0,3}? (?:above|before|earlier|so far|previously|you (?:were|have|got|received)))|\\b(?:ignore|disregard|forget) (?:everything|anything|all|what|whatever)(?: \\S+){0,3}? (?:above|before(?:hand)?|previously|earlier|told|so far|prior)\\b`,
  },
  {
    cues: [
      "system prompt",
      "system instr",
      "system mess",
      "hidden prompt",
      "hidden instr",
      "secret prompt",
      "secret instr",
      "initial prompt",
      "initial instr",
    ],
    order:
      "\\b(?:reveal|print|output|show|repeat|display|leak|return|send|write)\\b(?: \\S+){0,3}? (?:system|hidden|initial|secret) (?:prompt|message|instructions)|(?:begin|end) (?:of )?(?:the )?(?:system|hidden|secret) (?:prompt|instructions?|message)",
  },
  {
    cues: ["as an ai", "as a large lang"],
    order:
      "\\bas an? (?:ai|large) (?:language )?(?:model|assistant|system|reader|parser|recruiter|agent)[ ,]*(?:you\\b|please|reading|processing|,)",
  },
  {
    cues: [
      "ai model",
      "ai assistant",
      "ai parser",
      "ai system",
      "ai bot",
      "language model",
      "chatgpt",
      "chat gpt",
      "you are gpt",
      "are dan",
      "are now",
      "'re now",
      "’re now",
    ],
    order:
      "\\b(?:you are|you['’]re) (?:now )?(?:an? )?(?:(?:helpful |unrestricted |uncensored |large )?(?:ai|language) (?:model|assistant|parser|system|bot)|chat ?gpt|gpt-?\\d|dan\\b)|\\byou(?: are|['’]re) now (?:an? |in |the |my |free|no longer|acting|allowed)",
  },
  {
    cues: ["if you are", "if you're", "if this is"],
    order: `\\bif (?:you are|you['’]re|this is(?: being)? (?:read|parsed|processed) by) ${machine}\\b`,
  },
  {
    cues: [
      "note to",
      "note for",
      "attention",
      "message to",
      "message for",
      "dear ",
      "hey ",
      "hello ",
      "memo to",
      "notice to",
      "notice for",
      "instructions for",
      "instruction for",
      "instructions to",
    ],
    order: `(?:^|[.!?:*>\\s-])(?:note|attention|message|dear|hey|hello|memo|notice|instructions?)(?: to| for)?[ ,:]+(?:all |any |the )?${machine}(?: (?:reading|processing|parsing) this[^:,.]{0,30})?\\s?[:,!–—-]`,
  },
  {
    cues: [
      "reading this",
      "parsing this",
      "processing this",
      "summarizing this",
      "summarising this",
      "scanning this",
      "evaluating this",
      "scoring this",
      "ranking this",
      "extracting",
    ],
    order: `\\b(?:to|for) (?:all |any |the )?${machine} (?:that (?:is |are )?|who (?:is |are )?)?(?:reading|parsing|processing|summari[sz]ing|scanning|evaluating) this\\b|\\b(?:when|while|before|after|in) (?:parsing|extracting(?: from)?|summari[sz]ing|processing|scoring|evaluating|ranking) this (?:posting|job|text|description|document|page|r[eé]sum[eé]|ad|listing|vacancy)`,
  },
  {
    cues: [
      "rate th",
      "rate me",
      "rate my",
      "score th",
      "score me",
      "rank th",
      "rank me",
      "grade th",
      "mark th",
      "recommend th",
      "give th",
      "give me",
    ],
    order: `\\b(?:rate|score|rank|grade|mark|recommend)(?: this| the| me| my)(?: ${judged})? (?:(?:as|at|with|a|the|an) ){0,3}${mark}|\\bgive(?: this| the| me| my) ${judged} (?:(?:an?|the) )?${mark}`,
  },
  {
    cues: ["<|", "inst]", "<<", "begin ", "##"],
    order:
      "<\\|[\\w ]{1,30}\\|>|\\[\\/?inst\\]|<<\\/?sys>>|#{2,} ?(?:system|instructions?|prompt|new task)\\b",
  },
  {
    cues: [
      "system:",
      "assistant:",
      "developer:",
      "system prompt:",
      "system message:",
      "system note:",
      "system override:",
      "system instruction:",
    ],
    order:
      "^\\W*(?:system|assistant|developer)(?: (?:prompt|message|note|override|instruction))?:\\s?(?:you|ignore|always|never|respond|output|please|the|set|return|from|new|add|do)\\b",
  },
  {
    cues: ["instructions:", "instructions follow", "instructions for you", "instructions for the model"],
    order:
      "\\b(?:new|updated|revised|hidden|secret|special|additional) (?:system )?instructions? (?:for (?:you|the model)|follow)|\\b(?:new|updated|hidden|secret) (?:system )?instructions?:",
  },
  {
    cues: ["from now on"],
    order: "\\bfrom now on,? (?:you (?:are|will|must|only|respond|answer)|respond|answer|always|act)",
  },
  {
    cues: ["pretend", "act as a", "per mode", "jailbreak", "dan mode", "god mode", "debug mode"],
    order:
      "\\bpretend (?:to be|that you are|you are|you['’]re)|\\bact as (?:an? )?(?:unrestricted|uncensored|evil|different) |\\b(?:enter|enable|activate) (?:developer|jailbreak|dan|debug|god) mode",
  },
  {
    cues: ["null", "undefined", "an empty ", " true", " false"],
    order:
      "\\b(?:set|change|report|extract|treat|classify|label|mark|list) (?:the |its |this |every |all |each )?(?:\\w+ ){0,3}(?:as|to|with|=) (?:null|true|false|undefined|an empty (?:list|array|string))\\b",
  },
  {
    cues: [
      "output",
      "return only",
      "return {",
      'return "',
      "respond with",
      "respond only",
      "reply with",
      "reply only",
      "answer with",
      "answer only",
      "print {",
      'print "',
      "print “",
      "no skills",
    ],
    order:
      '\\b(?:output|return|print|emit|produce)(?: only| just| exactly)?(?:: ?| )["“‘{`]|\\b(?:output|return|respond|reply|answer)(?: \\S+){0,2}? (?:with|only|no|just)(?: only| just)? (?:["“‘{`]|an empty (?:list|array|object|json)|null\\b|no skills|skills|the (?:word|json|following json)\\b|json\\b|nothing (?:but|else))',
  },
  {
    cues: [
      '"skill',
      '"salary',
      '"seniority',
      '"requirement',
      '"role',
      '"title',
      '"education',
      '"mentions',
      '"work_model',
      '"visa',
      '"experience',
    ],
    order: `[{,]\\s*"${field}"\\s*:|^\\s*"${field}"\\s*:`,
  },
  {
    cues: [
      "vergiss",
      "vergessen sie",
      "missacht",
      "ignorier",
      "du bist ",
      "als ki",
      "als sprachmodell",
      "bewerte",
      "gib nur",
      "gib ausschlie",
      "gib stattdessen",
    ],
    order:
      "\\b(?:ignorier\\w*|vergiss|vergessen sie|missachte\\w*) (?:\\S+ ){0,3}?(?:vorherig|bisherig|obig|vorangegangen|früher|vorig)\\w* (?:\\S+ )?(?:anweisung|instruktion|befehl|vorgabe|anleitung|regel)|\\bdu bist (?:jetzt|nun|ab jetzt) (?:ein|eine|kein)\\b|\\bals (?:ki|sprachmodell|ki-\\w+) (?:musst|sollst|sollen|müssen|antworte|gib|bewerte)|\\bbewerte\\w* (?:diese[nrs]?|die|den) (?:\\S+ )?(?:kandidat|bewerber|stelle|anzeige|profil)\\w* (?:mit|als)\\b|\\bgib (?:nur|ausschließlich|stattdessen)\\b",
  },
  {
    cues: ["ignore", "oubli", "neglige", "en tant qu", "tu es ", "note ce", "notez ce", "evalue"],
    order:
      "\\b(?:ignore[rz]?|oublie[rz]?|n[eé]glige[rz]?) (?:\\S+ ){0,3}?(?:instructions?|consignes?|directives?|r[eè]gles) (?:\\S+ )?(?:pr[eé]c[eé]dente|ci-dessus|ant[eé]rieure|donn[eé]e|ci-avant)|\\ben tant qu['’](?:ia|intelligence artificielle|assistant|mod[eè]le)\\b|\\btu es (?:maintenant|d[eé]sormais) (?:un|une|en)\\b|(?<!\\p{L})(?:note[rz]?|[eé]value[rz]?) (?:ce|cette) (?:candidat|offre|profil|annonce|poste)\\w* \\S{0,4} ?(?:\\d|comme|avec)",
  },
  {
    cues: [
      "ignor",
      "olvid",
      "esquec",
      "desconsider",
      "dimentic",
      "ahora eres",
      "agora voc",
      "como ia",
      "como una ia",
      "como uma ia",
      "como um modelo",
      "como modelo de l",
      "como inteligencia",
      "califica a ",
      "califica est",
      "puntua",
      "puntua est",
      "evalua",
      "avalie",
    ],
    order:
      "\\b(?:ignor[ae]\\w{0,3}|olvid[ae]\\w{0,3}|esque[cç]a\\w{0,3}|desconsider[ae]\\w{0,2}|dimentic\\w{1,4}) (?:\\S+ ){0,3}?(?:instrucciones|indicaciones|instru[cç][oõ]es|orienta[cç][oõ]es|ordens|istruzioni|reglas|regras) (?:\\S+ )?(?:anterior|previ|pr[eé]vi|preceden|de arriba|acima|recibid|dad)|\\b(?:ahora eres|agora voc[eê] [eé]) (?:un|una|um|uma|el|la|o|a)\\b|\\bcomo (?:una? |um |uma )?(?:ia|inteligencia artificial|intelig[eê]ncia artificial|modelo de l(?:enguaje|inguagem))\\b[^.]{0,20}(?:debes|deve|tienes|tem que|responde|,)|(?<!\\p{L})(?:califica|punt[uú]a|eval[uú]a|avalie) (?:a |o |la |el )?(?:este|esta) (?:candidat|oferta|vaga|puesto|perfil)\\w* (?:con|com|como)",
  },
  {
    cues: ["negeer", "vergeet", "игнорируй", "забудь", "忽略", "无视", "忘记", "無視", "忽視"],
    order:
      "\\b(?:negeer|vergeet) (?:\\S+ ){0,3}?(?:vorige|eerdere|voorgaande|bovenstaande) (?:\\S+ )?(?:instructies|opdrachten|regels)|(?:игнорируй|забудь|проигнорируй)\\S* (?:\\S+ ){0,3}?(?:инструкц|указани|команд)|(?:忽略|无视|忘记|無視|忽視)[^。\\n]{0,10}(?:指令|指示|说明|提示|規則|规则)",
  },
];
/** What goes on with an order, and would be nothing without one before it. */
const goesOn =
  /^\W*(?:you (?:are|must|will|should|now)|output|return|respond|reply|answer|print|list|add|include|set|mark|rate|score|report|extract|say|treat|do not|don['’]t|never|always|instead|then|also|only|just|call|classify|give|write|act|this (?:is|job|role|posting|candidate)|the (?:only|following|correct|real|true|salary|skills?|job|candidate)|skills?|salary|seniority|[{}[\]"`]|gib|nenne|setze|füge|sag|schreib|ajoute|indique|réponds|responde|añade|indica|pon|adicione|thank you)|"\w+"\s*:|\bjson\b/i;
/** Who works on such things tells how, or against what. */
const aboutMachines =
  /\b(?:how to|detect(?:ing|ion)?|prevent(?:ing|ion)?|defend(?:ing)?|against|attacks?|red[ -]team\w*|such as|whether|so that|our (?:ai|llms?|models?|agents?)|build(?:ing)? (?:an? )?(?:\w+ ){0,3}(?:that|which))\b/i;

/** No sentence of honest length goes beyond; the rest of one that does is read on as another. */
const sentenceCharsMax = 1_000;

interface Search {
  patterns: RegExp[];
  cues: Cues;
}
let ready: Search | undefined;

function prepare(): Search {
  return {
    patterns: rules.map(({ order }) => new RegExp(order, "imu")),
    cues: compileCues(rules.map(({ cues }) => cues)),
  };
}

/** In their order, apart from each other. */
function ordersIn(text: string): Span[] {
  ready ??= prepare();
  const cued = cuedRules(text, ready);
  if (cued === null) return [];
  const patterns = ready.patterns.filter((_, rule) => cued[rule] === 1);
  const orders: Span[] = [];
  /** Inside a block of code or a comment, and whether an order stood in it: then all that follows belongs to it. */
  let inBlock = false;
  let fenced = false;
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    const ordered = readLine(line, start, patterns, orders, fenced);
    if (inBlock) inBlock = !closesBlock.test(line);
    else inBlock = opensBlock.test(line) && !closesBlock.test(line.replace(opensBlock, ""));
    fenced = inBlock && (fenced || ordered);
    start = end + 1;
  }
  return orders;
}

/** Says whether an order stands in the line. */
function readLine(
  line: string,
  start: number,
  patterns: readonly RegExp[],
  orders: Span[],
  fenced: boolean,
): boolean {
  let isOrdered = false;
  let isAfterOrder = fenced;
  for (const [from, to] of sentencesOf(line)) {
    const sentence = line.slice(from, to);
    const isOrder = patterns.some((order) => order.test(sentence)) && !aboutMachines.test(sentence);
    if (!isOrder && !(isAfterOrder && (fenced || goesOn.test(sentence)))) {
      isAfterOrder = false;
      continue;
    }
    isAfterOrder = true;
    const last = orders.at(-1);
    if (last !== undefined && last.end === start + from) last.end = start + to;
    else orders.push({ start: start + from, end: start + to });
    isOrdered ||= isOrder;
  }
  return isOrdered;
}

const opensBlock = /^\s*(?:```|"""|~~~|<!--)/;
const closesBlock = /(?:```|"""|~~~|-->)\s{0,9}$/;

function sentencesOf(line: string): [number, number][] {
  const pieces: [number, number][] = [];
  let last = 0;
  const push = (end: number) => {
    for (; end - last > sentenceCharsMax; last += sentenceCharsMax)
      pieces.push([last, last + sentenceCharsMax]);
    if (end > last) pieces.push([last, end]);
    last = end;
  };
  for (const { index } of line.matchAll(/(?<=[.!?。])\s(?=\S)|\s(?=[|–—-]\s)|\s(?=\()/g)) push(index + 1);
  push(line.length);
  return pieces;
}

/** Which rules have a cue whose surroundings look like their order; null for none, which is so of nearly all texts. */
function cuedRules(text: string, { patterns, cues }: Search): Uint8Array | null {
  let cued: Uint8Array | null = null;
  /** Up to where a rule's order was looked for in vain: cues stand side by side, and looks must not overlap much. */
  let looked: Int32Array | null = null;
  findCues(cues, text, (rule, index) => {
    looked ??= new Int32Array(patterns.length);
    if (cued?.[rule] === 1 || index < (looked[rule] as number)) return false;
    looked[rule] = index + aroundCharsMax / 2;
    const around = text.slice(Math.max(0, index - aroundCharsMax), index + aroundCharsMax);
    if ((patterns[rule] as RegExp).test(around)) {
      cued ??= new Uint8Array(patterns.length);
      cued[rule] = 1;
    }
    return false;
  });
  return cued;
}

/** An order is shorter than this on either side of its cue. */
const aroundCharsMax = 240;
