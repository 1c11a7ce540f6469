// Owns a run over mutants: the same seed and number give the same mutants, each is judged by its own source, and
// some by all. It ends with what came of them, and with every problem and the number that shows it again.
import type { Captured, Source } from "@skillstream/scrape/source.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { type Judged, judge } from "./judge.ts";
import { byteMutations, type Mutation, rare } from "./mutate-bytes.ts";
import { jsonMutations, scriptMutations } from "./mutate-json.ts";
import { markupMutations } from "./mutate-markup.ts";
import { capturedPages, replicaPages, type Sample, sourcesByName } from "./pages.ts";

export interface Mutant {
  source: string;
  name: string;
  page: Captured;
}

export interface Problem {
  mutant: number;
  source: string;
  name: string;
  problems: string[];
}

export interface Report {
  mutants: number;
  /** Parses and lists that were judged, each as one. */
  judged: number;
  /** How many of each result. */
  results: Record<string, number>;
  postings: number;
  slowestMs: number;
  slowest: string;
  problems: Problem[];
}

/** One mutant in so many is read by all sources. */
const everySourceEach = 50;
const bytesMax = 8 * 1024 * 1024;
const problemsMax = 200;

const all: Record<string, Mutation> = {
  ...byteMutations,
  ...jsonMutations,
  ...scriptMutations,
  ...markupMutations,
};

function mutationsFor(sample: Sample): string[] {
  const start = Buffer.from(sample.page.body.subarray(0, 200)).toString("latin1").trimStart();
  const isJson = start.startsWith("{") || start.startsWith("[");
  return Object.keys(all).filter((name) => {
    if (name in byteMutations) return true;
    return isJson
      ? name in jsonMutations
      : name in markupMutations || name in jsonMutations || name in scriptMutations;
  });
}

/** Samples take their turns, so that each source has as many mutants as another. */
export function mutantOf(
  samples: ReadonlyMap<string, readonly Sample[]>,
  seed: number,
  number: number,
): Mutant {
  const chance: Chance = chanceOf(seed * 1_000_003 + number * 7_919);
  const names = [...samples.keys()];
  const source = names[number % names.length] ?? "";
  const sample = chance.pick(samples.get(source) ?? []);
  const applied: string[] = [];
  let body: Buffer = Buffer.from(sample.page.body);
  for (let count = chance.oneIn(4) ? 2 : 1; count > 0; count--) {
    const usual = mutationsFor(sample).filter((name) => !rare.has(name) || chance.oneIn(6));
    const name = chance.pick(usual);
    const made = all[name]?.(body, chance) ?? body;
    if (made.length > bytesMax) break;
    body = made;
    applied.push(name);
  }
  // Now and then a page stands where another source's should be.
  const owner = chance.oneIn(12) ? chance.pick(names) : source;
  const mediaType = chance.oneIn(10)
    ? chance.pick(["", "text/html; charset=utf-16le", "text/plain"])
    : sample.page.mediaType;
  return {
    source: owner,
    name: `${sample.name}, ${applied.join(", then ")}`,
    page: { url: sample.page.url, mediaType, body },
  };
}

export function samplesBySource(sources: ReadonlyMap<string, Source>): Map<string, Sample[]> {
  const samples = new Map<string, Sample[]>();
  for (const sample of [...replicaPages(sources), ...capturedPages(sources)]) {
    samples.set(sample.source, [...(samples.get(sample.source) ?? []), sample]);
  }
  return samples;
}

/** `at` is told of each mutant before it is judged. */
export function runMutants(
  count: number,
  seed: number,
  { sources = sourcesByName() as ReadonlyMap<string, Judged & Source>, at = (_: number) => {} } = {},
): Report {
  const samples = samplesBySource(sources);
  const report: Report = {
    mutants: 0,
    judged: 0,
    results: {},
    postings: 0,
    slowestMs: 0,
    slowest: "",
    problems: [],
  };
  for (let number = 0; number < count; number++) {
    at(number);
    const mutant = mutantOf(samples, seed, number);
    report.mutants++;
    const judges = number % everySourceEach === 0 ? [...sources.keys()] : [mutant.source];
    for (const name of judges) {
      const source = sources.get(name);
      if (source === undefined) continue;
      const verdict = judge(source, mutant.page);
      report.judged++;
      report.results[verdict.result] = (report.results[verdict.result] ?? 0) + 1;
      report.postings += verdict.postings;
      if (verdict.ms > report.slowestMs) {
        report.slowestMs = verdict.ms;
        report.slowest = `${name} reads mutant ${number}: ${mutant.name}`;
      }
      if (verdict.problems.length > 0 && report.problems.length < problemsMax) {
        report.problems.push({ mutant: number, source: name, name: mutant.name, problems: verdict.problems });
      }
    }
  }
  return report;
}
