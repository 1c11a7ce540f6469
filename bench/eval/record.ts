// Owns training/results: what was measured when, of which version on which data, one line for each, and the table
// that people read, made from the lines. A line is never changed; figures that stand there already are not written
// again.
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { readJsonLines } from "./labelled.ts";
import { ratioOf, type Share } from "./score.ts";

const results = new URL("../../training/results/", import.meta.url);
const fileIn = (folder: URL) => new URL("extract.jsonl", folder);

export type Figures = Readonly<Record<string, number>>;

export interface Recorded {
  /** The day, UTC. */
  date: string;
  /** The same for all versions of it. */
  extractor: string;
  /** name@version */
  version: string;
  taxonomy: string;
  data: string;
  /** Of what was labelled. */
  hash: string;
  postings: number;
  expectedCalibrationError: number | null;
  figures: Figures;
}

/** Enough to see a single claim change. */
const decimals = 4;
export const rounded = (value: number) => Number(value.toFixed(decimals));

export function figuresOf(shares: Record<string, Share>): Figures {
  return Object.fromEntries(
    Object.entries(shares).flatMap(([figure, share]) => {
      const value = ratioOf(share);
      return value === null ? [] : [[figure, rounded(value)]];
    }),
  );
}

export function recorded(folder = results): Recorded[] {
  const file = fileIn(folder);
  return existsSync(file) ? readJsonLines<Recorded>(file) : [];
}

/** A claim or two more or less of a thousand; of fields and levels, not one posting. */
const tolerance = 0.002;

/** What is lower now, in words. Precision and recall are left to F1: giving some of one for more of the other is fair. */
export function falls(was: Recorded, now: Figures): string[] {
  return Object.entries(was.figures).flatMap(([figure, value]) => {
    const isHalf = /\.precision$|^(?:technology|technical|all)\..*\.recall$/.test(figure);
    const is = now[figure];
    if (isHalf || (is !== undefined && is >= value - tolerance)) return [];
    const when = `${was.date}, ${was.version}, taxonomy ${was.taxonomy}`;
    return `${figure} was ${value} (${when}), is ${is ?? "nothing"}`;
  });
}

/** How many lines are new. */
export function record(lines: readonly Omit<Recorded, "date">[], folder = results, now = new Date()): number {
  const date = now.toISOString().slice(0, 10);
  const known = recorded(folder);
  const fresh = lines
    .map((line) => ({
      date,
      ...line,
      expectedCalibrationError:
        line.expectedCalibrationError === null ? null : rounded(line.expectedCalibrationError),
    }))
    .filter((line) => {
      const last = known.findLast((one) => one.extractor === line.extractor && one.data === line.data);
      return last === undefined || JSON.stringify({ ...last, date }) !== JSON.stringify(line);
    });
  mkdirSync(folder, { recursive: true });
  appendFileSync(fileIn(folder), fresh.map((line) => `${JSON.stringify(line)}\n`).join(""));
  writeFileSync(new URL("README.md", folder), tableOf([...known, ...fresh]));
  return fresh.length;
}

type Columns = readonly (readonly [string, string])[];

const columns: Columns = [
  ["technology F1", "technology.strict.f1"],
  ["technical F1", "technical.strict.f1"],
  ["technical loose", "technical.loose.f1"],
  ["all F1", "all.strict.f1"],
  ["level", "requirement"],
  ["grounded", "grounded"],
  ["years", "experience_years_min.right"],
  ["education", "education_min.right"],
  ["seniority", "seniority.right"],
  ["work model", "work_model.right"],
  ["visa", "visa.right"],
  ["employment", "employment_type.right"],
  ["pay", "salary.right"],
];

/** Of spans, which are marked by other rules. */
const spanColumns: Columns = ["knowledge", "skill", "both"].flatMap((label) =>
  ["exact", "overlapping"].map((manner) => [`${label} ${manner}`, `${label}.${manner}.f1`] as const),
);

const meanings: Readonly<Record<string, string>> = {
  own: "bench/eval/extract: our own writing",
  shared: "../shared/eval, all",
  read: "../shared/eval, folds 0-5: words and rules may come from reading them",
  unread: "../shared/eval, folds 6-9: only sums are ever looked at",
  "skillspan dev":
    "SkillSpan's development sentences: F1 of our mentions against its spans, marked by other rules",
};

function tableOf(lines: readonly Recorded[]): string {
  const sections = [...Map.groupBy(lines, ({ data }) => data)].map(([data, own]) => {
    const shown = own.some(({ figures }) => columns.some(([, figure]) => figure in figures))
      ? columns
      : spanColumns;
    const head = ["date", "extractor", "taxonomy", "postings", ...shown.map(([name]) => name), "ECE"];
    return [
      `## ${data}`,
      "",
      `${meanings[data] ?? data}.`,
      "",
      line(head),
      line(head.map(() => "---")),
      ...own
        .toReversed()
        .map((one) =>
          line([
            one.date,
            one.version,
            one.taxonomy,
            `${one.postings} (${one.hash})`,
            ...shown.map(([, figure]) => percent(one.figures[figure])),
            one.expectedCalibrationError === null ? "–" : one.expectedCalibrationError.toFixed(3),
          ]),
        ),
    ].join("\n");
  });
  return `${intro}\n${sections.join("\n\n")}\n`;
}

const intro = `# Results

Made by \`npm run -s eval -- extract --record\` and \`… -- spans --record\` from \`extract.jsonl\`, which holds every
figure; newest first. Percent right, skills by name or a shared form (strict) unless said otherwise; ECE is the mean
gap between a confidence and the share that was right. \`npm test\` holds our own postings against their newest line.
[training/README.md](../README.md#results-what-was-measured-when) says what the data are.
`;

const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const percent = (value: number | undefined) => (value === undefined ? "–" : (100 * value).toFixed(1));
