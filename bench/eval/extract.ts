// Owns `npm run eval -- extract`: extractors side by side on labelled postings, each figure with its interval, what
// the taxonomy covers, and how far the confidences can be believed. Of unread postings it shows sums only, and
// offers no way to see more.
import { compileLexicon } from "@skillstream/extract/lexicon.ts";
import { foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { Eval } from "../eval.ts";
import { type Calibration, calibrationOf } from "./calibration.ts";
import { hasShared, type LabelledSet, ownSet, sharedSets } from "./labelled.ts";
import { type Reader, readersOf, unseenLines } from "./readers.ts";
import { figuresOf, record } from "./record.ts";
import {
  type Figure,
  fields,
  groupNames,
  type Interval,
  intervalsOf,
  type Judgement,
  judge,
  manners,
  ratioOf,
  type Share,
  type Shares,
  sumOf,
} from "./score.ts";

export const evaluation: Eval = {
  summary: "skills and fields of labelled postings, extractors side by side",
  options: { record: { type: "boolean" } },
  usage: `
Scores the extractors on bench/eval/extract and, where it is there, on ../shared/eval: all of it, its read and its
unread folds.

  --json    one JSON object
  --record  write the figures to training/results, against which npm test holds those of our own postings`,
  run({ json, record: isRecorded }, say) {
    const taxonomy = readTaxonomy();
    const readers = readersOf(taxonomy);
    const results = [ownSet()].map((set) => resultOf(set, readers));
    let folds: FoldResult[] = [];
    let coverage: Coverage | null = null;
    if (hasShared()) {
      const sets = sharedSets();
      const all = [...readers, unseenLines(taxonomy)];
      results.push(...[sets.all, sets.read, sets.unread].map((set) => resultOf(set, all)));
      folds = sets.folds.map((set) => foldResultOf(set, readers[0] as Reader));
      coverage = coverageOf(sets.unread, new Set(compileLexicon(taxonomy).forms));
    } else {
      say("../shared/eval is not there, so our own postings stand alone");
    }
    if (isRecorded === true) {
      const lines = results.flatMap(({ set, readers }) =>
        readers.map(({ reader, shares, calibration }) => ({
          extractor: reader.name,
          version: reader.version,
          taxonomy: taxonomy.version,
          data: set.name,
          hash: set.hash,
          postings: set.postings.length,
          expectedCalibrationError: calibration?.expectedError ?? null,
          figures: figuresOf(shares),
        })),
      );
      say(`${record(lines)} new lines in training/results/extract.jsonl`);
    }
    if (json) console.log(JSON.stringify(plain(taxonomy.version, results, folds, coverage)));
    else print(taxonomy.version, results, folds, coverage);
    return Promise.resolve();
  },
};

export interface ReaderResult {
  reader: Pick<Reader, "name" | "version">;
  shares: Shares;
  intervals: Record<Figure, Interval | null>;
  /** null where the extractor says no confidences. */
  calibration: Calibration | null;
}

export interface SetResult {
  set: LabelledSet;
  readers: readonly ReaderResult[];
}

export function resultOf(set: LabelledSet, readers: readonly Reader[]): SetResult {
  return {
    set,
    readers: readers.map((reader) => {
      const judgements = judgementsOf(set, reader);
      const all = judgements.map(({ shares }) => shares);
      const judged = judgements.flatMap(({ skills }) =>
        skills.flatMap(({ skill: { confidence }, isRight }) =>
          confidence === undefined ? [] : { confidence, isRight },
        ),
      );
      return {
        reader,
        shares: sumOf(all),
        intervals: intervalsOf(all),
        calibration: judged.length === 0 ? null : calibrationOf(judged),
      };
    }),
  };
}

const judgementsOf = (set: LabelledSet, reader: Reader): Judgement[] =>
  set.postings.map((posting) => judge(posting, reader.read(posting)));

interface FoldResult {
  set: LabelledSet;
  shares: Shares;
}

function foldResultOf(set: LabelledSet, reader: Reader): FoldResult {
  return { set, shares: sumOf(judgementsOf(set, reader).map(({ shares }) => shares)) };
}

interface Coverage {
  /** Technologies that people found, each once. */
  distinct: Share;
  /** Each once for each posting that names it. */
  named: Share;
}

/** Whether the taxonomy has a form for what people found, in the name or as it is written. */
function coverageOf({ postings }: LabelledSet, forms: ReadonlySet<string>): Coverage {
  const known = new Map<string, boolean>();
  const named: Share = { part: 0, whole: 0 };
  for (const { name, kind, mentions } of postings.flatMap(({ skills }) => skills)) {
    if (kind !== "technology") continue;
    const isKnown = [name, ...mentions].some((form) => forms.has(foldForm(form)));
    known.set(name, isKnown || known.get(name) === true);
    named.part += Number(isKnown);
    named.whole++;
  }
  return {
    distinct: { part: known.values().filter(Boolean).toArray().length, whole: known.size },
    named,
  };
}

function plain(
  taxonomy: string,
  results: readonly SetResult[],
  folds: readonly FoldResult[],
  coverage: Coverage | null,
) {
  return {
    name: "extract",
    taxonomy,
    data: results.map(({ set: { postings, ...set }, readers }) => ({
      ...set,
      postings: postings.length,
      extractors: readers.map(({ reader: { name, version }, shares, intervals, calibration }) => ({
        name,
        version,
        figures: Object.fromEntries(
          (Object.keys(shares) as Figure[]).map((figure) => [
            figure,
            { value: ratioOf(shares[figure]), of: shares[figure].whole, ...intervals[figure] },
          ]),
        ),
        calibration,
      })),
    })),
    folds: folds.map(({ set, shares }) => ({
      name: set.name,
      summary: set.summary,
      postings: set.postings.length,
      figures: figuresOf(shares),
    })),
    coverageOfUnread: coverage,
  };
}

const labelWidth = 34;
const columnWidth = 30;

function print(
  taxonomy: string,
  results: readonly SetResult[],
  folds: readonly FoldResult[],
  coverage: Coverage | null,
): void {
  console.log(`taxonomy ${taxonomy}; percent right, with 95% intervals by drawing the postings anew`);
  for (const { set, readers } of results) {
    console.log(`\n${set.name}: ${set.postings.length} postings ${set.summary} (${set.hash})`);
    row(
      "",
      readers.map(({ reader }) => reader.version),
    );
    for (const [label, figure] of rows) {
      row(
        label,
        readers.map(({ shares, intervals }) => cell(shares[figure], intervals[figure])),
      );
    }
    row(
      "confidence, expected error",
      readers.map(({ calibration }) => (calibration === null ? "–" : percent(calibration.expectedError))),
    );
    for (const { reader, calibration } of readers.slice(0, 1)) {
      if (calibration === null) continue;
      console.log(`\n  ${reader.name}: said with a confidence of, and right`);
      for (const { claims, said, right } of calibration.bins) {
        console.log(`  ${percent(said)} ${percent(right)}  of ${claims} claims`);
      }
    }
  }
  if (folds.length > 0) {
    const [first] = results[0]?.readers ?? [];
    console.log(
      `\n../shared/eval by fold, ${first?.reader.name}: F1 strict technology, technical, all; levels`,
    );
    for (const { set, shares } of folds) {
      const figures = groupNames.map((group) => shares[`${group}.strict.f1`]);
      const cells = [...figures, shares.requirement].map((share) => percent(ratioOf(share) ?? 0)).join(" ");
      console.log(`  ${`${set.name}, ${set.summary}, ${set.postings.length}`.padEnd(labelWidth)}${cells}`);
    }
  }
  if (coverage !== null) {
    const { distinct, named } = coverage;
    console.log(
      `\nTechnologies of unread folds that the taxonomy has: ${share(distinct)} by name, ${share(named)} as named in postings`,
    );
  }
}

const rows: readonly (readonly [string, Figure])[] = [
  ...groupNames.flatMap((group) =>
    manners.flatMap((manner) =>
      (["f1", "precision", "recall"] as const).map(
        (part) => [`${group} ${manner} ${part}`, `${group}.${manner}.${part}`] as const,
      ),
    ),
  ),
  ["requirement level", "requirement"],
  ["mentions that stand in the posting", "grounded"],
  ...fields.flatMap(
    (field) =>
      [
        [field, `${field}.right`],
        ["  where stated", `${field}.stated`],
      ] as const,
  ),
  ["letters of lines", "lines.right"],
  ["  lines of the work found", "lines.recall"],
  ["  lines kept that are of the work", "lines.precision"],
];

function row(label: string, cells: readonly string[]): void {
  console.log(
    `${label.padEnd(labelWidth)}  ${cells.map((one) => one.padEnd(columnWidth)).join("")}`.trimEnd(),
  );
}

function cell(one: Share, interval: Interval | null): string {
  const value = ratioOf(one);
  if (value === null) return "–";
  const bounds =
    interval === null ? "" : ` (${percent(interval.low).trim()}–${percent(interval.high).trim()})`;
  return `${percent(value)}${bounds}`;
}

const percent = (value: number) => (100 * value).toFixed(1).padStart(5);
const share = (one: Share) => `${one.part} of ${one.whole} (${percent(ratioOf(one) ?? 0).trim()}%)`;
