// Owns where the work is done: remote, hybrid or on site, as a source's field, a place, a title or the text says it.
// Of several that are offered it is the most flexible one; days that are asked for in the office make it hybrid.
// That a company has remote teams, home office stipends or hybrid clouds says nothing.
import type { WorkplaceType } from "@skillstream/schemas/types.ts";
import { type CluedLine, clue } from "./clues.ts";

/** A longer text is no field, place or title. */
const fieldCharsMax = 500;
/** What stands deeper in a line is prose of no form that the rules know. */
const lineCharsMax = 2_000;

const remoteWord =
  /\bremot(?:e|o|a|os|as)\b|\btelecommut|\btele ?work|\bwork from (?:home|anywhere)\b|\bwfh\b|\bhome ?office\b|t[ée]l[ée]travail|\btele ?trabajo|teletrabalho|(?<![\p{L}])[àa] dist[âa]nc(?:e|ia)\b|\bfernarbeit\b|\bop afstand\b|\bdistansarbete\b|\bhjemmekontor\b|\bhjemmearbejde\b|\bzdaln[aeyi]\w{0,2}(?!\p{L})|удал[её]нн|リモート|远程|원격/u;
const hybridWord = /h[yíi]bri[dt]|\bibrid[oa]\b|гибрид|ハイブリッド/u;
const onsiteWord =
  /\bon ?site\b|\bin[ -]?(?:the )?office\b|\bin person\b|\bvor ort\b|pr[ée]sentiel|presen[cç]ial|\bsur site\b|\bsur place\b|\bin sede\b|\bop locatie\b|(?<!\p{L})på plats\b|\bstacjonarn[aeyi]\w{0,2}(?!\p{L})|出社/u;

/** What a field, a place or a title says. */
export function workplaceOf(text: string | null): WorkplaceType | null {
  if (text === null) return null;
  const words = plain(text.slice(0, fieldCharsMax));
  if (remoteWord.test(words) && !denied.test(words)) {
    // "Remote, on-site, hybrid": whichever one likes. "Hybrid/Remote" is some days of each.
    if (!hybridWord.test(words) || onsiteWord.test(words)) return "remote";
  }
  if (hybridWord.test(words)) return "hybrid";
  return onsiteWord.test(words) ? "onsite" : null;
}

/** Hyphens stand where spaces may: "on-site", "remote-first". */
const plain = (text: string) => text.toLowerCase().replace(/[-_\u00ad\u2010\u2011]+/g, " ");

const number = "(?:[1-5]|one|two|three|four|five)";
const days = `(?<days>${number})(?: ?(?:[–—+]|to|or) ?${number}?)? ?(?:full )?(?:days?|x) ?(?:a|per|each|every|/|in a)? ?(?:week|weekly)?`;
const there = "(?:office|on ?site|in person|hq|headquarters|studio|hub)";
/** "Three days a week in our office", "on site 4 days", "working from the office two or three days". */
const daysThere = [
  new RegExp(`\\b${days}[^.]{0,50}\\b${there}\\b`, "u"),
  new RegExp(`\\b${there}\\b[^.]{0,50}\\b${days}`, "u"),
];
const daysHome = new RegExp(
  `\\b${number}(?: ?[–—] ?[1-5])? ?(?:days?|x) ?(?:a|per|each|every|/)? ?(?:week|weekly)?[^.]{0,20}\\b(?:remote|remotely|from home|wfh|home ?office|tele ?work(?:ing)?)\\b|\\b(?:remote|remotely|from home|wfh|home ?office|tele ?work(?:ing)?)\\b[^.]{0,15}\\b${number} days?\\b`,
  "u",
);

const daysAbroad =
  /\b(?:tage?|jours?|d[íi]as|giorni|vezes)\b[^.]{0,30}(?:home ?office|télétravail|teletrabajo|büro|bureau|oficina|escritório|ufficio)|\b(?:home ?office|télétravail|teletrabajo)\b[^.]{0,30}\b(?:tage?|jours?|d[íi]as) (?:pro|par|in der|por|a la) (?:woche|semaine|semana)/u;

/** "Part-time, remote, 3 days a week": so many are worked at all. */
const daysWorked = /\bpart ?time\b[^.]{0,40}\bremote(?:ly)?, /u;

const weekday =
  "(?:(?:mon|tues|wednes|thurs|fri)days?|(?:mon|diens|donners|frei)tags?|mittwochs?|(?:lun|mar|mercre|jeu|vendre)dis?|lunes|martes|mi[ée]rcoles|jueves|viernes|(?:segunda|ter[cç]a|quarta|quinta|sexta)s?(?: feiras?)?)";
const eitherPlace =
  "(?:offices?|on ?site|in person|studio|home|remote(?:ly)?|home ?office|büro|bureau|oficina|escrit[óo]rio|t[ée]l[ée]travail|teletrabajo|teletrabalho)";
/** "In the office on Tuesdays", "Fridays from home": who tells such days tells that the others are elsewhere. */
const someWeekdays = new RegExp(
  `\\b${eitherPlace}\\b[^.]{0,30}(?<!\\p{L})${weekday}\\b|(?<!\\p{L})${weekday}\\b[^.]{0,30}\\b${eitherPlace}\\b`,
  "u",
);
const weekdayHint = /day|tag|woch|di\b|dis\b|es\b|unda|er[cç]a|arta|inta|exta/;
/** From the first day of the week to the last; and hours of opening are no days of work. */
const allWeek =
  /\b(?:mon\w*|lunes|lundi|segunda(?: feira)?) ?(?:–|—|to|through|thru|until|till|bis|au|a|à)? ?(?:fri|frei|vier|vend|sext)|(?:day|tag|di|es|feira)s? ?(?:–|—|to|through|thru|until|till|bis|au|a|à) ?(?:mon|tue|wed|thu|fri|sat|sun|die|mit|don|fre|sam|mar|mer|jeu|ven|mi[ée]|vie|s[áa]b|ter|qua|qui|sex)|\bhours?\b|\bshifts?\b|\blunch|\bbreakfast|\bdrinks?\b|\bpizza|\bfree\b|\bmeetings?\b|\bmeet ?ups?\b|\bevents?\b|\boffice management\b/;
const atTimes =
  /\brest (?:of [^.]{1,20})?(?:is )?(?:(?:from|at) home|remote)|\b(?:from|at) home the (?:rest|other)|\b(?:wfh|work(?:ing)? from home|home ?office) (?:flexibility|days?\b|options? for)|\b(?:flexible|occasional(?:ly)?|partial(?:ly)?|partly|some) (?:wfh|work(?:ing)? from home|tele ?work|home ?office)|\boffice\b[^.]{0,60}\b(?:or|and) (?:partly )?at home\b|\bat home (?:or|and) [^.]{0,30}\boffice\b|\bbüro\b[^.]{0,40}\b(?:und|oder) (?:im home ?office|zu hause)\b/u;

/** That it is a choice: whoever wants to works remotely. */
const choice =
  /\b(?:remote|remotely),? (?:or|\/|and\/or) |\b(?:or|\/|and\/or) (?:fully |100% )?(?:remote\b|remotely\b|work(?:ing)? remotely)|(?:\bor|,) (?:work(?:ing)? )?from (?:home|anywhere)\b|\bremote (?:is )?(?:ok|possible|welcome|available|considered|optional|option)\b|\bopen to remote\b|\bon ?site ?\/ ?remote\b/u;
const fully =
  /\b(?:fully|100 ?%|completely|entirely|permanently|all|globally|primarily) remote\b|\bremote (?:first|only|friendly|role|position|job|opportunity|company|across|within|from|anywhere|worldwide|eligible|contract|based)\b|\bremote (?:in|\(|–|-|\||,) ?(?:the )?(?:us|usa|u\.s|united|uk|eu|europe|emea|canada|india|germany|spain|latam|global)|\b(?:is|are|be|as|location:?|position:?|workplace:?|type:?|model:?|place:?|format:?) (?:an? )?(?:fully |100% )?(?:remote\b(?! (?:teams?|colleagues|employees))|remotely\b)|\bwork(?:ing)? (?:fully |100% )?(?:remotely )?from anywhere\b|\bremotely from\b|^\W*(?:fully )?remote\W*$|[,(] ?remote ?(?=[,)])|ortsunabhängig|100 ?% (?:home ?office|télétravail|teletrabajo|remoto)|\btrabajo remoto\b|\btrabalho remoto\b|\bfull remote\b/u;
const hinted =
  /\b(?:remotely|remote work(?:ing|place)?|work(?:ing)? from home(?! (?:stipend|allowance|support|set ?up|budget|equip|reimburs|expens|essentials))|wfh\b(?! (?:stipend|allowance|support|set ?up|budget|equip|reimburs|expens))|tele ?work(?:ing)?|remote flexible|remote (?:environment|culture|setting|option|setup))\b|\bhome ?office\b(?! (?:stipend|allowance|set ?up|budget|reimburs|equip|expens|furni|support|improve|needs|essentials|bonus))|t[ée]l[ée]travail|teletrabajo|teletrabalho|\bremot[oa]\b|[àa] distancia\b/u;
const notRemote =
  /\b(?:role|position|job)\b[^.]{0,60}\bnot (?:eligible|open|available|suited|suitable) (?:for|to) remote/;
/** What is remote is something else, or is not on offer. */
const denied =
  /\b(?:not|no|isn['’]t|aren['’]t|cannot be|can['’]t be|non|never)\b[^.,;]{0,30}\bremot|\bremot\w+ (?:\w+ ){0,3}(?:not|isn['’]t|unavailable)\b|\bremot\w+[^.]{0,40}\b(?:weeks|days|months) (?:a|per|each|every) (?:calendar )?year|\b(?:weeks|month|months)\b[^.]{0,30}\bremot|\bremote (?:teams?|colleagues|employees|workers|sensing|control\w*|access|monitoring|desktop|interview\w*|debugging|devices?|systems?|sites?|locations?|servers?|offices?|support|development|call|procedure)\b|\b(?:and|&) remote (?:teams?|employees)|\bstipend\b|\bfund\b|\ballowance\b|\breimburs|\binterview/u;
const notHybrid =
  /\bhybrid roles\b|\bhybrid role:? (?:part|between|of|combin|that combin|blend)|\bhybrid (?:clouds?|apps?|mobile|search|infrastructures?|vehicles?|electric|retrieval|architectures?|models? (?:of|for) (?!work)|solutions?|systems?|it\b|deployments?|teams?|threat|rag|approach)|\bmulti ?cloud\b/u;
const office =
  /^\W*(?:fully |100 ?% )?on ?site\b(?=\W|$)(?! (?:support|interview|customer|client|visit))|^\W*in (?:person|office)\W*$|\b(?:performed|happens|done|takes place|required|expected) (?:fully |to be )?on ?site\b|\b(?:fully |100% )?on ?site (?:role|position|job|work|in|at|from|out of|\d|five|presence|only|requirement|environment|culture)|\b(?:is|be|work|working|location:?|workplace:?|full time|fully|time),? (?:an? )?(?:fully |100% |100 % )?(?:on ?site|in (?:the |our |an? )?office|in person)\b|\bin person (?:role|position|work|company|culture|team|collaboration|in\b|at\b|startup|first|environment|from)|\bin office (?:role|position|culture|in\b|at\b|company|work|environment|first)|\b(?:join|work with) us (?:on ?site|in person)|\bbest work[^.]{0,40}in person|[,(–:] ?(?:fully |mostly |100 ?% )?on ?site(?: only)?\W*$|\bmostly (?:on ?site|in (?:the |our )?office)\b|\bmon(?:day)?\b[^.]{1,12}\bfri(?:day)?\b[^.]{0,30}\b(?:in|from|at) (?:the |our )?office\b|\b(?:in|from|at) (?:the |our )?office\b[^.]{0,20}\bmon(?:day)?\b[^.]{1,12}\bfri(?:day)?\b|\b(?:work|working|based|located) (?:from|in|out of|at) our [\p{L} ]{0,30}(?:office|hq|headquarters|studio)\b|^\W*vor ort\W*$|\b(?:arbeit(?:e[nt]?|est)?|rolle|stelle|position|tätigkeit|präsenz|nur|komplett|vollständig|überwiegend|tage?) vor ort\b|\bvor ort (?:in|im|bei uns|an unserem)\b|\bpresencial\b|\bsur site\b|\ben présentiel\b/u;
const notOffice =
  /\binterview|\bkund|\bmandant|\bevents?\b|\bgatherings?\b|\boff ?sites?\b|\bretreats?\b|\bmeet ?ups?\b|\bcustomers?\b|\bclients?\b|\boptional\b|\blunch|\bdinner|\bsnacks/u;
/** Of the lines with a clue, those in which it stands as these patterns want it. */
const hint =
  /emot|EMOT|elework|[yií]bri[dt]|BRID|ffice|FFICE|[Nn][ -]?site|SITE|person\b|from home|home.?office|wfh|WFH|nywhere|[eé]tra[vb]|[Vv](?:or|OR) ?[Oo](?:rt|RT)|resencial|résentiel|sur site|in sede|istanc|rtsun|\bhq|HQ|[Bb](?:üro|ureau)|ficina|scrit[óo]rio/;
const remoteHint = /remot|home|tele|wfh|anywhere|trava|traba|dist|ortsun/;
const officeHint = /site|office|person|ort\b|presencial|présentiel/;
const daysHint = /day|x|tag|jour|d[íi]as|giorni|vezes/;

interface Said {
  choice: boolean;
  fully: boolean;
  hinted: boolean;
  hybrid: boolean;
  office: boolean;
  /** Days a week there; 0 where none are told. */
  days: number;
  home: boolean;
}

/** What the text offers. The company's own story and the small print tell of others' places. */
export function workplaceIn(lines: readonly CluedLine[]): WorkplaceType | null {
  const said: Said = {
    choice: false,
    fully: false,
    hinted: false,
    hybrid: false,
    office: false,
    days: 0,
    home: false,
  };
  for (const { text, label, clues } of lines) {
    if ((clues & clue.workplace) === 0) continue;
    const line = text.length > lineCharsMax ? text.slice(0, lineCharsMax) : text;
    if (!hint.test(line)) continue;
    for (const sentence of plain(line).split(/(?<=[.!?;])\s|\s\|\s/)) {
      // Of the small print only the days count, which nobody tells of others.
      if (label !== "L") listen(said, sentence);
      listenForDays(said, sentence);
    }
  }
  if (said.choice) return "remote";
  if (said.days > 0 && said.days < 5) return "hybrid";
  if (said.home) return "hybrid";
  if (said.fully && !said.hybrid) return "remote";
  if (said.hybrid) return "hybrid";
  if (said.days === 5) return "onsite";
  if (said.hinted && !said.office) return "remote";
  return said.office ? "onsite" : null;
}

function listen(said: Said, sentence: string): void {
  if (remoteHint.test(sentence) && !denied.test(sentence)) {
    said.choice ||= choice.test(sentence);
    said.fully ||= fully.test(sentence);
    said.hinted ||= hinted.test(sentence);
  } else said.office ||= sentence.includes("remot") && notRemote.test(sentence);
  said.hybrid ||= hybridWord.test(sentence) && !notHybrid.test(sentence);
  said.office ||= officeHint.test(sentence) && office.test(sentence) && !notOffice.test(sentence);
}

function listenForDays(said: Said, sentence: string): void {
  if (/year|annual|(?<!after [a-z\d ]{1,12})month|quarter|travel|interview|workshop|trial/.test(sentence))
    return;
  said.home ||= remoteHint.test(sentence) && atTimes.test(sentence);
  said.home ||= weekdayHint.test(sentence) && someWeekdays.test(sentence) && !allWeek.test(sentence);
  if (!daysHint.test(sentence)) return;
  said.home ||= (daysHome.test(sentence) && !daysWorked.test(sentence)) || daysAbroad.test(sentence);
  for (const form of daysThere) {
    const told = form.exec(sentence)?.groups?.days;
    if (told !== undefined && /week|days/.test(sentence))
      said.days = Math.max(said.days, dayNumbers[told] ?? 0);
  }
}

const dayNumbers: Record<string, number> = {
  1: 1,
  2: 2,
  3: 3,
  4: 4,
  5: 5,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
};
