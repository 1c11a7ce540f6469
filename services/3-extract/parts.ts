// Owns the parts of a line that was many: some sources lose the line breaks of a posting, and what the normalizer
// could only judge as a whole is read here by the headings that still stand in it ("…growthRequirements: 3 years").
// Promises parts in order that cover what the line said, each with a letter; lines of usual length pass unchanged,
// and a long one without headings keeps its letter. Linear in the text.
import type { Line, LineLetter } from "./lines.ts";

/** Paragraphs of prose are shorter; what is longer may have been several lines. */
const flatCharsMin = 600;
/** From here on there is little doubt, and a heading need not end its sentence. */
const surelyFlatCharsMin = 1_200;
/** One letter in a part before the first heading, where the line as a whole asks: it introduces. */
const introductionCharsMin = 200;

const ll = "(?:['’]ll| will|['’]re| are)?";
/** Each heading's words, by the letter of what follows it; the first letter must be a capital. */
const headings: Partial<Record<LineLetter, string>> = {
  P: `(?:preferred|desired|desirable|optional|nice[- ]to[- ]have|bonus) (?:\\w+ ){0,2}?(?:qualifications?|skills|requirements?|experience|attributes|points)|preferred(?:/desired)?|nice[- ]to[- ]haves?|bonus(?: points| skills| if| qualifications)?|(?:big |huge )?plus(?:es)?|it(?:['’]s| is|['’]d be| would be) (?:a plus|nice) if|(?:pluspunkte|wünschenswert|von vorteil|atouts|deseables?|se valorará|valorable|diferenciais|desejável)`,
  Q: `(?:(?:minimum|basic|required|job|key|core|technical|role|position|essential|mandatory|other|candidate|education(?:al)?|experience|professional|your|desired candidate|knowledge|skills|education|must have)[,/&]? (?:and |& |/ ?)?){0,4}(?:qualifications?|requirements?|skills|experience(?! level)|competenc(?:ies|es)|must[- ]haves?)(?: (?:&|and) (?:qualifications|experience|skills|requirements|abilities|education|competencies))?(?: required| needed)?(?:/\\w{4,20})?|(?:here['’]s )?what (?:you${ll} (?:need|bring|have)|we need|we${ll} (?:look(?:ing)? for|want|expect)|it takes)(?: from you| in you| to (?:be successful|succeed)(?: in this role)?)?|who you are|about you|(?:required |minimum )education(?: requirements?)?|education(?=:| requirements?:?)|(?:you have|you bring|you are|you must have|you should have|we(?:['’]re| are) looking for|looking for|must have|ideal candidates?|the (?:ideal|right|successful) candidate)|(?:ihr|dein|ihr?e?) profil|das bringst du mit|anforderungen|votre profil|profil recherché|requisitos|tu perfil|perfil (?:buscado|requerido)`,
  D: `(?:(?:key|core|main|job|primary|essential|major|your|role|position|principal)[ /&]+(?:and )?){0,3}(?:responsibilities|duties|functions|accountabilities)(?: (?:&|and) (?:duties|responsibilities))?(?: include)?|(?:here['’]s )?what (?:you${ll} (?:do|be doing|work on|own)|our [\\w ]{2,40} will do)|(?:about )?(?:the|this|your) (?:role|job|position|opportunity|mission)|(?:job|position|role) (?:description|summary|overview|purpose|scope|duties)|day[- ]to[- ]day|(?:our |the )?tech(?:nology)? stack|(?:our|the) stack|tech includes|(?:ihre|deine) aufgaben|(?:vos|tes) missions|responsabilidades|funciones|atividades`,
  B: `(?:(?:our|company|employee|compensation|salary)[ /&,]*(?:and )?){0,3}(?:benefits|perks)(?: (?:&|and|package|/) ?(?:perks|benefits|compensation|include)?)?|compensation(?:/benefits| (?:&|and) benefits| package| range)|what (?:we(?:['’]ll)?|you${ll}|[\\w ]{3,30}) (?:offer|get|provide|brings? to you)|(?:what['’]s in it for you)|we (?:also )?offer|wir bieten|das bieten wir|nous offrons|ofrecemos|qué ofrecemos|beneficios|benefícios|oferecemos`,
  A: "about (?:us|the (?:company|team))|company (?:overview|description|profile)|who we are|our (?:story|values|company|culture)|why (?:work (?:with|for) us|join us|us)|über uns|à propos|sobre nosotros|sobre nós",
  L: "equal (?:employment )?opportunity|eeo(?: statement)?|(?:how )?to apply|apply (?:now|today|by|at|here)|disclaimer|additional information",
};

const letters = Object.keys(headings) as LineLetter[];
const heading = new RegExp(letters.map((letter) => `(${headings[letter]})`).join("|"), "gi");
/** These open a sentence and say something of it alone, whatever stands around. */
const opening =
  /^(?:we(?:['’]re| are) looking|looking for|you (?:have|bring|are|must|should)|must have|(?:the )?(?:ideal|right|successful) candidate|bonus$|nice[ -]to[ -]have$)/i;

/** Where a sentence or an item ends inside a part, though no line break says so. */
const joint =
  /(?<=[a-z0-9)%+][.!?;])(?<!\b(?:e\.g|i\.e|etc|vs|inc|approx|incl)\.)\s*(?=[A-Z•●▪*(]|\d+\+? ?year)|(?<=[a-z)][.!?])(?<!\bPh\.)(?=[A-Z])|\s(?=[•●▪*·✓] ?\S)|\s(?=[-–—] [A-Z])|(?=[A-Z][a-z]{3,20}\s)(?<=\b[a-z]{4,30})/g;

export function partsOf(description: string, lines: readonly Line[]): readonly Line[] {
  const isFlat = ({ start, end }: Line) =>
    end - start >= surelyFlatCharsMin ||
    (end - start >= flatCharsMin && (end - start) * 2 >= description.length);
  if (!lines.some(isFlat)) return lines;
  return lines.flatMap((line) => (isFlat(line) ? partsOfLine(description, line) : line));
}

function partsOfLine(description: string, { start, end, letter }: Line): Line[] {
  const text = description.slice(start, end);
  const found = headingsIn(text);
  if (found.length === 0 && text.length < surelyFlatCharsMin) return [{ start, end, letter }];
  const pieces: Line[] = [];
  let now = introductionOf(letter, found[0]?.at ?? text.length, found.length > 0);
  let next = 0;
  /** What holds again after a sentence that spoke for itself. */
  let after: LineLetter | null = null;
  for (const [from, to] of sentencesOf(text, found)) {
    const one = found[next];
    if (one !== undefined && from >= one.at) {
      next++;
      after = one.isSentence ? (after ?? (now === "Q" || now === "P" ? now : "D")) : null;
      now = one.letter;
    } else if (after !== null) {
      now = after;
      after = null;
    }
    pieces.push({ start: start + from, end: start + to, letter: now });
  }
  return pieces;
}

/** What stands before the first heading, by what the whole line was taken for. */
function introductionOf(letter: LineLetter, chars: number, hasHeadings: boolean): LineLetter {
  if (!hasHeadings) return letter;
  switch (letter) {
    case "Q":
    case "P":
      return chars >= introductionCharsMin ? "D" : letter;
    case "B":
    case "L":
      return "O";
    case "A":
    case "D":
    case "O":
      return letter;
    default:
      return letter satisfies never;
  }
}

interface Heading {
  at: number;
  letter: LineLetter;
  /** Speaks for its own sentence, not for all up to the next heading. */
  isSentence: boolean;
}

function headingsIn(text: string): Heading[] {
  const found: Heading[] = [];
  for (const match of text.matchAll(heading)) {
    const at = match.index;
    const words = match[0];
    if (!isCapital(text.charCodeAt(at)) || !heads(text, at, words)) continue;
    const letter = letters[match.slice(1).findIndex((group) => group !== undefined)] as LineLetter;
    const after = text.slice(at + words.length, at + words.length + 3);
    const isSentence = opening.test(words) && (letter === "P" ? /^: \w/ : /^,? [a-z]|^: [a-z]/).test(after);
    found.push({ at, letter, isSentence });
  }
  return found;
}

function heads(text: string, at: number, words: string): boolean {
  const after = text.slice(at + words.length, at + words.length + 3);
  const previous = text[at - 1] ?? ".";
  const before = previous === " " ? (text[at - 2] ?? ".") : previous;
  const isGlued = previous !== " " && /[\p{L}\d)]/u.test(previous);
  const isOpened = isGlued || /[.!?:;*•●▪|)"”\]>–—]/.test(before);
  // Glued to capitals: "UX/UILooking for"; but "APIRequirements" may be a name.
  if (isGlued && isCapital(previous.charCodeAt(0)) && !words.includes(" ") && after[0] !== ":") return false;
  if (isOpened && opening.test(words) && /^[\s:,…]/.test(after)) return true;
  if (/^ ?[:*•●▪–—?…]/.test(after)) return true;
  if (/^[\p{Lu}\d-]/u.test(after)) return true;
  const startsItem = /^[.!]? [\p{Lu}\d•*-]/u.test(after);
  if (isOpened) return startsItem;
  // "…experiments What We're Looking For 2+ years": capitals throughout.
  const isTitled = /^\S+ \p{Lu}\S* \p{Lu}/u.test(words);
  return (
    startsItem &&
    (isTitled || text.length >= surelyFlatCharsMin) &&
    words.length >= 8 &&
    !/[,(/&]/.test(before)
  );
}

const isCapital = (code: number) => (code >= 0x41 && code <= 0x5a) || (code >= 0xc0 && code <= 0xde);

/** From joint to joint, and from heading to heading. */
function sentencesOf(text: string, found: readonly Heading[]): [number, number][] {
  const cuts = [...text.matchAll(joint)].map(({ index }) => index);
  const bounds = [...new Set([...cuts, ...found.map(({ at }) => at), text.length])].toSorted((a, b) => a - b);
  const pieces: [number, number][] = [];
  let last = 0;
  for (const bound of bounds) {
    if (text.slice(last, bound).trim() !== "") pieces.push([last, bound]);
    last = bound;
  }
  return pieces;
}
