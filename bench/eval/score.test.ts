import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type Figure,
  fields,
  groupNames,
  intervalsOf,
  judge,
  type Labelled,
  manners,
  type Predicted,
  type PredictedSkill,
  type Share,
  scoreOf,
} from "./score.ts";

const posting: Labelled = {
  id: "a",
  title: "Engineer",
  company: "Harbour Clocks",
  location: "Leeds",
  text: "We use Python and PostgreSQL (Postgres).\nEvent-driven design, machine learning.\nPay",
  skills: [
    { name: "python", kind: "technology", requirement: "required", mentions: ["Python"] },
    {
      name: "postgresql",
      kind: "technology",
      requirement: "preferred",
      mentions: ["PostgreSQL", "Postgres"],
    },
    {
      name: "event-driven design",
      kind: "method",
      requirement: "mentioned",
      mentions: ["Event-driven design"],
    },
    { name: "finance", kind: "domain", requirement: "mentioned", mentions: ["Pay"] },
  ],
  experience_years_min: 3,
  salary: { min: 1, max: 2, currency: "EUR", period: "hour" },
  lines: "DQB",
};

const skill = (name: string, kind = "technology", mentions = [name], requirement = "required") =>
  ({ name, kind, requirement, mentions }) satisfies PredictedSkill;

const shareOf = (figure: Figure, said: Partial<Predicted>): Share => {
  const { part, whole } = judge(posting, { id: "a", ...said }).shares[figure];
  return { part, whole };
};

describe("skills", () => {
  test("the same name or one shared form is a strict match, whatever the case and the joints", () => {
    const skills = [skill("psql", "technology", ["postgres"]), skill("EVENT driven-design", "method", ["x"])];
    expect(shareOf("technical.strict.recall", { skills })).toEqual({ part: 2, whole: 3 });
    expect(shareOf("technical.strict.precision", { skills })).toEqual({ part: 2, whole: 2 });
    expect(shareOf("technical.strict.f1", { skills })).toEqual({ part: 4, whole: 5 });
  });

  test("words inside another's words are a loose match only, and parts of a word are none", () => {
    const inside = [skill("design", "method", ["driven design"])];
    expect(shareOf("technical.strict.recall", { skills: inside })).toEqual({ part: 0, whole: 3 });
    expect(shareOf("technical.loose.recall", { skills: inside })).toEqual({ part: 1, whole: 3 });
    const part = [skill("sign", "method", ["riven design"])];
    expect(shareOf("technical.loose.recall", { skills: part })).toEqual({ part: 0, whole: 3 });
  });

  test("one claim answers for one skill", () => {
    const skills = [skill("python"), skill("Python!", "technology", ["python"])];
    expect(shareOf("technology.strict.precision", { skills })).toEqual({ part: 1, whole: 2 });
  });

  test("a claim that a person calls by another kind is right there and not wrong here", () => {
    const skills = [skill("event-driven design")];
    expect(shareOf("technology.strict.precision", { skills })).toEqual({ part: 0, whole: 0 });
    expect(shareOf("technical.strict.precision", { skills })).toEqual({ part: 1, whole: 1 });
  });

  test("the level is judged where the skill was found", () => {
    const skills = [skill("python"), skill("postgresql"), skill("cobol")];
    expect(shareOf("requirement", { skills })).toEqual({ part: 1, whole: 2 });
  });

  test("a mention that does not stand in the posting is ungrounded", () => {
    const skills = [skill("python", "technology", ["Python", "python"])];
    expect(shareOf("grounded", { skills })).toEqual({ part: 1, whole: 2 });
  });

  test("each claim is told right or wrong", () => {
    const { skills } = judge(posting, { id: "a", skills: [skill("cobol"), skill("python")] });
    expect(skills.map(({ isRight }) => isRight)).toEqual([false, true]);
  });
});

describe("fields and lines", () => {
  test("saying nothing is right where nothing is stated, and is not counted there", () => {
    expect(shareOf("visa.right", {})).toEqual({ part: 1, whole: 1 });
    expect(shareOf("visa.stated", {})).toEqual({ part: 0, whole: 0 });
    expect(shareOf("experience_years_min.stated", {})).toEqual({ part: 0, whole: 1 });
    expect(shareOf("experience_years_min.stated", { experience_years_min: 3 })).toEqual({
      part: 1,
      whole: 1,
    });
  });

  test("pay is right where both ends, the currency and the period are", () => {
    const salary = { min: 1, max: 2, currency: "EUR", period: "hour" };
    expect(shareOf("salary.right", { salary }).part).toBe(1);
    expect(shareOf("salary.right", { salary: { ...salary, max: null } }).part).toBe(0);
    expect(shareOf("salary.right", { salary: { ...salary, period: "day" } }).part).toBe(0);
  });

  test("lines are right by letter, and kept where they tell of the work", () => {
    expect(shareOf("lines.right", { lines: "DPB" })).toEqual({ part: 2, whole: 3 });
    expect(shareOf("lines.recall", { lines: "DPB" })).toEqual({ part: 2, whole: 2 });
    expect(shareOf("lines.precision", { lines: "DOD" })).toEqual({ part: 1, whole: 2 });
  });
});

test("a posting that is not answered counts as one of which nothing was said", () => {
  const shares = scoreOf([posting, { ...posting, id: "b" }], [{ id: "a", skills: [skill("python")] }]);
  expect(shares["technology.strict.recall"]).toEqual({ part: 1, whole: 4 });
});

test("an interval holds what was measured, is the same each time, and is narrow where all postings agree", () => {
  const good = judge(posting, { id: "a", skills: [skill("python"), skill("postgresql")] }).shares;
  const bad = judge(posting, { id: "a", skills: [skill("cobol")] }).shares;
  const mixed = intervalsOf([good, bad, good, bad, good, bad, good, bad])["technology.strict.recall"];
  expect(mixed?.low).toBeGreaterThan(0);
  expect(mixed?.low).toBeLessThan(0.3);
  expect(mixed?.high).toBeGreaterThan(0.7);
  expect(mixed).toEqual(
    intervalsOf([good, bad, good, bad, good, bad, good, bad])["technology.strict.recall"],
  );
  expect(intervalsOf([good, good])["technology.strict.recall"]).toEqual({ low: 1, high: 1 });
  expect(intervalsOf([good])["visa.stated"]).toBeNull();
});

const peer = new URL("../../../shared/eval/score.mjs", import.meta.url).pathname;
const labelled = [
  { name: "our own postings", file: new URL("extract/gold.jsonl", import.meta.url).pathname },
  { name: "../shared/eval", file: new URL("../../../shared/eval/gold.jsonl", import.meta.url).pathname },
];

describe.runIf(existsSync(peer))("beside ../shared/eval/score.mjs", () => {
  test.each(labelled)("answers full of faults score the same on $name", ({ file }) => {
    const text = readFileSync(file, "utf8");
    const gold = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Labelled);
    const faulty = gold.filter((_, at) => at % 11 !== 10).map(spoilt);
    const folder = mkdtempSync(join(tmpdir(), "skillstream-score-"));
    try {
      const answers = join(folder, "answers.jsonl");
      writeFileSync(answers, faulty.map((said) => `${JSON.stringify(said)}\n`).join(""));
      const theirs = JSON.parse(execFileSync("node", [peer, file, answers, "--json"], { encoding: "utf8" }));
      const ours = scoreOf(gold, faulty);
      const value = (figure: Figure) => ours[figure].part / ours[figure].whole;
      for (const group of groupNames) {
        for (const manner of manners) {
          const { precision, recall, f1 } = theirs[group][manner];
          expect([value(`${group}.${manner}.precision`), value(`${group}.${manner}.recall`)]).toEqual([
            precision,
            recall,
          ]);
          expect(value(`${group}.${manner}.f1`)).toBeCloseTo(f1, 12);
          expect(f1).toBeGreaterThan(0.2);
          expect(f1).toBeLessThan(0.95);
        }
      }
      expect(value("requirement")).toBe(theirs.requirementAccuracy);
      expect(1 - value("grounded")).toBeCloseTo(theirs.ungroundedMentions, 12);
      for (const field of fields) {
        expect(value(`${field}.right`), field).toBe(theirs.fields[field].accuracy);
        expect(value(`${field}.stated`), field).toBe(theirs.fields[field].whereStated);
      }
      expect(value("lines.right")).toBe(theirs.lines.accuracy);
      expect(value("lines.recall")).toBe(theirs.lines.relevantRecall);
      expect(value("lines.precision")).toBe(theirs.lines.relevantPrecision);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** What a person said, with the faults of a machine, by turns: left out, cut short, of another kind, made up. */
function spoilt(gold: Labelled, at: number): Predicted {
  const skills = gold.skills.flatMap((one, index): PredictedSkill[] => {
    switch ((at + index) % 7) {
      case 0:
        return [];
      case 1:
        return [{ ...one, name: "x", mentions: one.mentions.map((form) => form.split(" ").at(-1) ?? form) }];
      case 2:
        return [{ ...one, kind: one.kind === "technology" ? "domain" : "technology" }];
      case 3:
        return [{ ...one, requirement: "required" }, skill(`made up ${index}`, one.kind)];
      case 4:
        return [{ ...one, name: one.name.toUpperCase(), mentions: one.mentions.map((text) => `${text}.`) }];
      default:
        return [{ ...one, mentions: one.mentions.map((text) => ({ text })) }];
    }
  });
  const isOdd = at % 3 === 1;
  return {
    id: gold.id,
    skills: isOdd ? skills.toReversed() : skills,
    experience_years_min: isOdd ? null : (gold.experience_years_min ?? null),
    experience_years_max: gold.experience_years_max ?? null,
    education_min: isOdd ? "phd" : (gold.education_min ?? null),
    seniority: gold.seniority ?? null,
    work_model: isOdd ? "remote" : (gold.work_model ?? null),
    visa: isOdd ? null : (gold.visa ?? null),
    employment_type: gold.employment_type ?? null,
    salary: isOdd && gold.salary ? { ...gold.salary, max: null } : (gold.salary ?? null),
    lines: [...gold.lines].map((letter, line) => (line % 5 === at % 5 ? "D" : letter)).join(""),
  };
}
