// Owns the key of a title: equal for two titles that name the same job, whatever place, gender mark, reference
// number, pay or spelling stands in them. What tells two jobs apart stays in it: level, speciality, market, intake.
// The words stand in title-words.txt. The order of words does not count: "Engineer, Data" is a data engineer.
import { readFileSync } from "node:fs";

/** No title says more about the work than this; the rest is place names and slogans. */
const wordsMax = 24;
const charsMax = 200;
/** "San Francisco Bay Area". */
const placeWordsMax = 4;

const marks = /\p{M}+/gu;
/** (m/w/d), m/f/x, H/F, (f/m/div), (all genders), (gn). */
const genders =
  /[([]?(?<![\p{L}\p{N}])(?:[mwfdxhvn]|div)(?:\s?[/|*,]\s?(?:[mwfdxhvn]|div)){1,3}(?![\p{L}\p{N}])[)\]]?|\(?(?:all genders?|alle geschlechter)\)?|\(gn\)/gu;
/** Entwickler:in, Entwickler*innen, développeur(euse), ingeniero/a. */
const endings = /(?<=\p{L}{4})(?:[:*_/·]-?|\()(?:in|innen|e|euse|se|trice|rice|a|o)(?!\p{L})\)?/gu;
/** $120k, 80.000 €, 80-100%: amounts say nothing of the work. */
const amounts = /[$€£¥]\s?\d[\d.,]*k?|\d{1,3}\s?[-–]\s?\d{1,3}\s?%|\d[\d.,]{0,12}\s?k?\s?[€£¥%]/gu;
/** R-1234, JR0012, #88, 2024-117; but not a year, which is an intake of its own, and not D365 or 737. */
const references = /#\s?\d+|\b20\d\d-\d+|\b[a-z]{0,4}[-_]?(?!20\d\d\b)\d{4,}[a-z]?\b/g;
const inside = /[.'’]/g;
const separators = /\s[-–—]+\s|[()[\]{}|,;:•·/–—@]+|\s>\s/;
const word = /[\p{L}\p{N}][\p{L}\p{N}+#]*/gu;

const words = readWords();

export function titleKeyOf(title: string, location: string | null): string {
  const own = location === null ? none : new Set(fold(location).match(word));
  const kept = new Set<string>();
  const segments = segmentsOf(fold(title));
  let isAfterPlace = false;
  for (const [index, segment] of segments.entries()) {
    // A place that stands before other words is part of what they say: "US Tax Accountant".
    const end = withoutPlaces(segment, index === 0 ? 1 : 0, own, isAfterPlace);
    isAfterPlace = end < segment.length;
    for (let at = 0; at < end; at++) add(kept, segment[at] as string);
  }
  // Nothing but places and noise: then that is what it is called.
  if (kept.size === 0) for (const one of segments.flat()) kept.add(one);
  return [...kept].slice(0, wordsMax).sort().join(" ");
}

const none: ReadonlySet<string> = new Set();

/** Lower case, without accents: the same for all spellings of a letter. */
function fold(text: string): string {
  const short = text.slice(0, charsMax).toLowerCase();
  // Most titles are plain: nothing to take apart.
  return /[^ -~]/.test(short) ? short.normalize("NFKD").replace(marks, "").replaceAll("ß", "ss") : short;
}

function segmentsOf(title: string): string[][] {
  let plain = title;
  if (/[/|*,:_·(]|gender|geschlecht/.test(plain)) plain = plain.replace(genders, " , ").replace(endings, "");
  if (/\d/.test(plain)) plain = plain.replace(amounts, " ").replace(references, " ");
  return plain.replace(inside, "").split(separators).map(wordsOf);
}

function wordsOf(segment: string): string[] {
  const read: string[] = [];
  for (const one of segment.match(word) ?? []) {
    const last = read.at(-1);
    if (last !== undefined && words.joined.has(`${last} ${one}`)) read[read.length - 1] = last + one;
    else read.push(one);
  }
  return read;
}

/** Where the places begin with which a segment ends; its length where it ends with none. */
function withoutPlaces(
  segment: readonly string[],
  from: number,
  own: ReadonlySet<string>,
  isAfterPlace: boolean,
): number {
  let end = segment.length;
  while (end > from) {
    const last = segment[end - 1] as string;
    let count = Math.min(placeWordsMax, end - from);
    while (count > 0 && !words.places.has(segment.slice(end - count, end).join(" "))) count--;
    if (count === 0 && (own.has(last) || (isAfterPlace && words.states.has(last)) || words.noise.has(last)))
      count = 1;
    if (count === 0) break;
    end -= count;
  }
  return end;
}

function add(kept: Set<string>, one: string): void {
  if (words.noise.has(one)) return;
  const same = words.same.get(one);
  if (same === undefined) kept.add(singular(one));
  else for (const each of same) kept.add(singular(each));
}

/** Both titles lose the same letter, so it need not be grammar. */
function singular(one: string): string {
  return one.length > 3 && one.endsWith("s") && !/(?:ss|us|is)$/.test(one) ? one.slice(0, -1) : one;
}

function readWords() {
  const same = new Map<string, readonly string[]>();
  const sets: Record<string, Set<string>> = {};
  let section = "";
  for (const line of readFileSync(new URL("title-words.txt", import.meta.url), "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("[")) {
      section = line.slice(1, -1);
      sets[section] = new Set();
      continue;
    }
    for (const entry of line.split(",").map((one) => one.trim())) {
      const [form = "", meaning] = entry.split(" = ");
      if (meaning === undefined) sets[section]?.add(form);
      else same.set(form, meaning.split(" "));
    }
  }
  const of = (name: string): ReadonlySet<string> => {
    const found = sets[name];
    if (found === undefined) throw new Error(`title-words.txt has no section [${name}]`);
    return found;
  };
  return { same, joined: of("joined"), noise: of("noise"), places: of("places"), states: of("states") };
}
