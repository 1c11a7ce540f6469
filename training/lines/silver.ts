// Owns what the words learn from: postings that nobody labelled. Rules label lines below headings that they know;
// from those lines the words of bodies are learnt, from what stands below them the words of headings that the rules do
// not know, and from those again the bodies. No labelled posting is read here.
import {
  knownWords,
  type LineLabel,
  letters,
  lettersCount,
  optionalTerms,
  shapeOf,
  tableOf,
  type WordWeights,
} from "@skillstream/normalize/line-features.ts";
import { hashesMax } from "@skillstream/normalize/line-words.ts";
import type { LabelledLine } from "./material.ts";
import { headingOf, labelByRules } from "./rules.ts";
import { chancesByWords, commonTerms, fitWords, type Sample } from "./words.ts";

/** More of one company's postings say the same again. */
const postingsPerCompanyMax = 25;
/** A word that fewer companies use is a name as often as not. */
const companiesMin = 10;
/** What our own texts teach counts as much as so many lines. */
const ownWeight = 10;
/** How many lines below a heading say what it heads. */
const headedLinesMax = 6;
const reachLinesMax = 15;

export interface SilverPosting {
  company: string;
  lines: readonly string[];
}

interface Line {
  text: string;
  company: number;
  mayHead: boolean;
  rule: LineLabel | null;
}

export function fitSilver(
  postings: readonly SilverPosting[],
  own: { bodies: readonly LabelledLine[]; headings: readonly LabelledLine[] },
  termsMax: number,
  say: (text: string) => void,
): WordWeights {
  const read = readPostings(postings);
  const lines = read.flat();
  const ownSamples = (some: readonly LabelledLine[]) =>
    some.map(({ text, letter }): Sample => ({ text, company: 0, target: surely(letter), weight: ownWeight }));
  const ownBodies = ownSamples(own.bodies);
  const ownHeadings = ownSamples(own.headings);
  const ownLines = [...own.bodies, ...own.headings].map(({ text }) => ({ text, company: 0 }));
  const ownTerms = [...commonTerms(ownLines, 1), ...optionalTerms, "#", "$"];
  const all = [...new Set([...commonTerms(lines, companiesMin), ...ownTerms])].sort();
  say(`${postings.length} postings, ${lines.length} lines, ${all.length} words and pairs`);

  const taught = lines
    .filter(({ mayHead, rule }) => !mayHead && rule !== null)
    .map(
      ({ text, company, rule }): Sample => ({ text, company, target: surely(rule as LineLabel), weight: 1 }),
    );
  const firstBody = fitWords([...distinct(taught), ...ownBodies], all, 3);
  const headings = [...distinct(headingSamples(read, all, firstBody)), ...ownHeadings];
  say(`${headings.length} headings`);
  const firstHeading = fitWords(headings, all, 4);
  const bodies = [...distinct(bodySamples(read, all, firstBody, firstHeading)), ...ownBodies];
  say(`${bodies.length} lines below them`);
  const body = fitWords(bodies, all, 3);

  const terms = strongest(all, [body, firstHeading], termsMax, new Set(ownTerms));
  return { terms, body: fitWords(bodies, terms, 4), heading: fitWords(headings, terms, 5) };
}

function readPostings(postings: readonly SilverPosting[]): Line[][] {
  const companies = Map.groupBy(postings, ({ company }) => company);
  return [...companies.values()].flatMap((some, company) =>
    some.slice(0, postingsPerCompanyMax).map(({ lines }) => {
      const rules = labelByRules(lines);
      return lines.map((text, at) => ({
        text,
        company,
        mayHead: shapeOf(text).mayHead,
        rule: rules[at] as LineLabel | null,
      }));
    }),
  );
}

/** A sentence that a company repeats counts once. */
function distinct(samples: readonly Sample[]): Sample[] {
  const met = new Set<string>();
  return samples.filter(({ text, company }) => {
    const key = `${company} ${text}`;
    return !met.has(key) && met.add(key);
  });
}

/** What stands below a heading says what it heads; where the rules know the heading they have a word in it. */
function headingSamples(postings: readonly Line[][], terms: string[], body: Float32Array): Sample[] {
  const chancesOf = reader(terms, body);
  return postings.flatMap((lines) =>
    lines.flatMap(({ text, company, mayHead }, at): Sample[] => {
      if (!mayHead) return [];
      const logs = new Float64Array(lettersCount);
      let headed = 0;
      for (let next = at + 1; headed < headedLinesMax && lines[next]?.mayHead === false; next++, headed++)
        for (const [letter, chance] of chancesOf((lines[next] as Line).text).entries())
          (logs[letter] as number) += Math.log(chance + 0.02);
      const rule = headingOf(text);
      // A short line with nothing below it: a place, a date, a title.
      if (headed === 0 && rule === null) return [{ text, company, target: surely("O"), weight: 0.3 }];
      for (let letter = 0; letter < lettersCount; letter++)
        (logs[letter] as number) /= Math.sqrt(headed || 1);
      // What is preferred reads like what is asked: there the heading alone can tell.
      if (rule !== null) (logs[letters.indexOf(rule)] as number) += rule === "P" ? 6 : 3;
      return [{ text, company, target: shares(logs.map(Math.exp)), weight: 1 }];
    }),
  );
}

/** Lines below headings whose words are known by now; heading and words must agree to count in full. */
function bodySamples(
  postings: readonly Line[][],
  terms: string[],
  body: Float32Array,
  heading: Float32Array,
): Sample[] {
  const chancesOf = reader(terms, body);
  const headsOf = reader(terms, heading);
  return postings.flatMap((lines) => {
    let above: Float64Array | null = null;
    let start = 0;
    return lines.flatMap(({ text, company, mayHead }, at): Sample[] => {
      if (mayHead) {
        const heads = headsOf(text);
        const sure = Math.max(...heads);
        if (sure > 0.5) {
          above = heads.slice();
          start = at;
        } else if (sure < 0.35) above = null;
        return [];
      }
      if (above === null || at - start > reachLinesMax) return [];
      const heads: Float64Array = above;
      const target = shares(
        chancesOf(text).map((chance, letter) => (chance + 0.05) * ((heads[letter] as number) + 0.03)),
      );
      return [{ text, company, target, weight: Math.max(...target) }];
    });
  });
}

function reader(terms: string[], weights: Float32Array): (text: string) => Float64Array {
  const table = tableOf({ terms, body: weights, heading: weights });
  const rows = new Int32Array(hashesMax);
  const chances = new Float64Array(lettersCount);
  return (text) => {
    chancesByWords(rows.subarray(0, knownWords(text, table, rows)), weights, chances);
    return chances;
  };
}

/** The words that say most, in the order of the alphabet. */
function strongest(
  terms: readonly string[],
  weights: readonly Float32Array[],
  termsMax: number,
  always: ReadonlySet<string>,
): string[] {
  return terms
    .map((term, row) => {
      const own = weights.map((one) => one.subarray(row * lettersCount, (row + 1) * lettersCount));
      const most = Math.max(...own.flatMap((one) => [...one].map(Math.abs)));
      return { term, most: always.has(term) ? Number.POSITIVE_INFINITY : most };
    })
    .sort((one, other) => other.most - one.most || (one.term < other.term ? -1 : 1))
    .slice(0, termsMax)
    .map(({ term }) => term)
    .sort();
}

function surely(letter: LineLabel): Float32Array {
  return Float32Array.from(letters, (one) => (one === letter ? 1 : 0));
}

function shares(values: Float64Array): Float32Array {
  const sum = values.reduce((all, one) => all + one, 0);
  return Float32Array.from(values, (value) => value / sum);
}
