// Owns which language a text is in. Function words decide: they are the commonest words of any text and hardly
// shared between languages, so a few hundred words of a posting say it at a fiftieth of what an n-gram detector
// costs. A text that they leave open goes to one.
import { detectAll } from "tinyld";
import { wordsOf } from "./line-words.ts";

const functionWords: Record<string, string> = {
  en: "the and of to in with for a per you our your we are is that this will be have from as or by on an their not who what how can work all more us at it they them if when where before between about into every each others need needs without within least year years well hours days week months needed no",
  de: "der die das und mit für von zu den wir du dich dir unsere unser ist sind ein eine einer eines als auf bei oder nicht dem im ihre sie auch werden deine dein ihr haben zur zum",
  fr: "le la les des et de du vous nous pour dans une un est avec sur votre notre nos vos au aux qui que sont en être ou ce cette par plus ses",
  es: "el la los las de y en con para por una un que tu nuestro nuestra es del se te como más su o al somos tus sus ser lo nuestros experiencia",
  pt: "o a os as de e em com para por uma um que você nossa nosso é do da dos das no na se seu sua ao mais ou não são nós pela pelo equipe experiência",
  it: "il lo la gli le di e in con per una un che del della dei delle nostro nostra è sono ai alla nel nella si come più o tuo tua siamo",
  nl: "de het een en van in met voor je jij wij onze ons is zijn op aan als te dat die bij of niet naar ook jouw wat heb hebt worden om",
  sv: "och att det som för med du vi på är en ett av till våra vår har kan din dina eller om vill vara inom oss hos minst lön mer jobba",
  da: "og at det som for med du vi på er en et af til vores har kan din dine eller om vil være inden os hos ikke du dig arbejde nogle mindst løn mere",
  no: "og at det som for med du vi på er en et av til våre vår har kan din dine eller om vil være innen oss hos ikke deg jobbe jobber noen minst lønn mer",
  fi: "ja on se että ei ovat olla myös kanssa sekä tai me sinä meidän sinun voit ole kun työ",
  pl: "i w z na do się że jest dla oraz nie o jak od po przez lub twoje nasze nas ci masz jesteśmy pracy",
  cs: "a v z na do se že je pro nebo jak od po s o nás vás naše jsme které který práci máte",
  ro: "și în cu la de pe pentru care din este sunt sau nu o un ai noastră nostru tău ta vei",
  tr: "ve bir bu için ile olarak da de en çok olan veya gibi daha sizin bizim iyi sahip",
  hu: "a az és hogy nem egy is van vagy meg mint csak ki ez amely velünk nálunk számára munka",
};

const codes = Object.keys(functionWords);
/** Latin letters in lower case; nought is none. */
const lowered = new Uint16Array(0x250);
for (let code = 0x41; code < lowered.length; code++) {
  const isLetter =
    code < 0x5b || (code > 0x60 && code < 0x7b) || (code >= 0xc0 && code !== 0xd7 && code !== 0xf7);
  const lower = String.fromCharCode(code).toLowerCase();
  // A capital that is two signs in lower case is part of no word below.
  if (isLetter) lowered[code] = lower.length === 1 ? lower.charCodeAt(0) : 1;
}

const seed = 0x811c9dc5 | 0;
const prime = 0x01000193;

function hashOf(word: string): number {
  let hash = seed;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), prime);
  return hash;
}

/** A hash and a bit for each language that has the word, side by side; half empty, so that a look ends soon. */
const slots = new Int32Array(4096);
const slotMask = slots.length - 2;
for (const [language, code] of codes.entries()) {
  for (const word of (functionWords[code] ?? "").split(" ")) {
    const hash = hashOf(word);
    const at = slotOf(hash);
    slots[at] = hash;
    (slots[at + 1] as number) |= 1 << language;
  }
}

/** Where a hash stands, or would. */
function slotOf(hash: number): number {
  let at = (hash << 1) & slotMask;
  while (slots[at + 1] !== 0 && slots[at] !== hash) at = (at + 2) & slotMask;
  return at;
}

/** The weight of a word is shared by the languages that have it. */
function addWord(scores: Float64Array, hash: number): void {
  const languages = slots[slotOf(hash) + 1] as number;
  if (languages === 0) return;
  let count = 0;
  for (let left = languages; left !== 0; left &= left - 1) count++;
  for (let left = languages; left !== 0; left &= left - 1)
    (scores[31 - Math.clz32(left & -left)] as number) += 1 / count;
}

/** Enough to be sure, and the same cost for a long text. */
const wordsMax = 200;
/** A long text's start is often in another language than the rest (names, slogans): it is read from a little later. */
const startChars = 500;
const charsMax = 4_000;
/** Fewer letters say nothing. */
const lettersMin = 20;
/** Letters of other scripts, to those of the Latin one, from which on they decide. */
const otherShareMin = 0.15;
/** Fewer function words than this do not decide. */
const scoreMin = 4;
/** In a text of a known language every third word is one; in another language a few look like one. */
const scoreShareMin = 0.1;
/** The best must be ahead of the next by this factor. */
const lead = 1.5;
/** A few words are enough where hardly another language has any of them. */
const shortScoreMin = 1.5;
const shortLead = 2;
/** Where the best is far ahead after some words, the others need not be read. */
const wordsStep = 40;
const earlyScoreMin = 12;
const earlyLead = 3;
/** Longer words are no function words. */
const wordCharsMax = 12;
/** So many letters tell the script of a text; of a longer one every few are looked at. */
const lettersSample = 1_000;
/** What the n-gram detector is given; it costs in proportion. */
const detectorCharsMax = 600;
/** In fewer words it finds any language. */
const detectorWordsMin = 12;
/** Below this it has weighed several languages: lists of names and titles look like all of them. */
const accuracyMin = 0.9;
/** Addresses are in no language. */
const address = /(?:https?:\/\/|www\.)\S{1,200}/g;

const scripts: [RegExp, string][] = [
  [/[\u3040-\u30ff]/g, "ja"],
  [/[\uac00-\ud7af]/g, "ko"],
  [/[\u4e00-\u9fff]/g, "zh"],
  [/[іїєґ]/gi, "uk"],
  [/[\u0400-\u04ff]/g, "ru"],
  [/[\u0370-\u03ff]/g, "el"],
  [/[\u0590-\u05ff]/g, "he"],
  [/[\u0600-\u06ff]/g, "ar"],
  [/[\u0e00-\u0e7f]/g, "th"],
  [/[\u0900-\u097f]/g, "hi"],
];
const isKnown = new Set([...codes, ...scripts.map(([, code]) => code)]);

/** What of a text is looked at: characters from `start` to before `end`. */
interface Part {
  codes: Uint16Array;
  start: number;
  end: number;
  text(): string;
}

function partOf(text: string): Part {
  const start = text.length > charsMax * 1.5 ? startChars : 0;
  const end = Math.min(text.length, start + charsMax);
  const link = text.indexOf("://", start);
  if (link === -1 || link + 3 > end)
    return { codes: wordsOf(text).codes, start, end, text: () => text.slice(start, end) };
  const plain = text.slice(start, end).replace(address, " ");
  const codes = new Uint16Array(plain.length);
  Buffer.from(codes.buffer).write(plain, "utf16le");
  return { codes, start: 0, end: plain.length, text: () => plain };
}

/** ISO 639-1, or null where the text does not say. */
export function languageOf(text: string): string | null {
  const part = partOf(text);
  const letters = countLetters(part);
  if (letters.latin + letters.other < lettersMin) return null;
  // Other scripts say more in fewer letters, and postings in them are full of English names.
  if (letters.other > letters.latin * otherShareMin) {
    const code = byScript(part.text(), letters.other);
    if (code !== undefined) return code;
  }
  const { code, isSure } = byFunctionWords(part);
  return isSure ? code : byDetector(part.text().slice(0, detectorCharsMax), code);
}

/** `likely` is what the few function words there are would say. */
function byDetector(part: string, likely: string): string | null {
  if (part.split(/\s+/, detectorWordsMin).length < detectorWordsMin) return null;
  const best = detectAll(part)[0];
  if (best === undefined || best.lang.length !== 2) return null;
  // A text in a language that is told by its words or letters has some of them, or is none.
  if (isKnown.has(best.lang)) return best.lang === likely ? likely : null;
  return best.accuracy >= accuracyMin ? best.lang : null;
}

function countLetters({ codes, start, end }: Part): { latin: number; other: number } {
  let latin = 0;
  let other = 0;
  const step = Math.max(1, Math.floor((end - start) / lettersSample));
  for (let at = start; at < end; at += step) {
    const code = codes[at] as number;
    if (code < lowered.length) {
      if (lowered[code] !== 0) latin++;
    } else if ((code >= 0x370 && code <= 0x1fff) || (code >= 0x3040 && code <= 0xd7af)) other++;
  }
  return { latin: latin * step, other: other * step };
}

function byScript(text: string, letters: number): string | undefined {
  for (const [script, code] of scripts) {
    const found = text.match(script)?.length ?? 0;
    // Japanese is told by its syllables and Ukrainian by a few letters, among many shared ones.
    if (found > letters * (code === "ja" || code === "uk" ? 0.02 : 0.3)) return code;
  }
  return undefined;
}

function byFunctionWords({ codes: letters, start, end }: Part): { code: string; isSure: boolean } {
  const scores = new Float64Array(codes.length);
  let words = 0;
  let wordStart = -1;
  let hash = seed;
  for (let at = start; at <= end && words < wordsMax; at++) {
    const code = at < end ? (letters[at] as number) : 0;
    const letter = code < lowered.length ? (lowered[code] as number) : 0;
    if (letter !== 0) {
      if (wordStart < 0) wordStart = at;
      hash = Math.imul(hash ^ letter, prime);
      continue;
    }
    if (wordStart < 0) continue;
    words++;
    if (at - wordStart <= wordCharsMax) addWord(scores, hash);
    wordStart = -1;
    hash = seed;
    if (words % wordsStep === 0) {
      const { code, score, second } = leading(scores);
      if (score >= earlyScoreMin && score >= earlyLead * second) return { code, isSure: true };
    }
  }
  const { code, score, second } = leading(scores);
  const isClear =
    score >= scoreMin ? score >= lead * second : score >= shortScoreMin && score >= shortLead * second;
  return { code, isSure: isClear && score >= words * scoreShareMin };
}

function leading(scores: Float64Array): { code: string; score: number; second: number } {
  let best = 0;
  let second = 0;
  for (let language = 1; language < scores.length; language++) {
    const score = scores[language] as number;
    if (score > (scores[best] as number)) {
      second = scores[best] as number;
      best = language;
    } else if (score > second) second = score;
  }
  return { code: codes[best] as string, score: scores[best] as number, second };
}
