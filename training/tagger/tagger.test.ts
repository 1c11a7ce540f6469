import { compileLexicon } from "@skillstream/extract/lexicon.ts";
import { createTagger } from "@skillstream/extract/tagger.ts";
import { readModel, writeModel } from "@skillstream/extract/tagger-model.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { expect, test } from "vitest";
import { calibrated, learn, lessonsIn, scoreFrom, taught } from "./learn.ts";
import { chanceOf } from "./logistic.ts";
import { type LabelledText, readingOf, type Text } from "./material.ts";
import { isHidden } from "./views.ts";

const taxonomy = readTaxonomy();
const silent = () => undefined;

/** Postings of our own making: twenty companies that ask for much the same in their own order. */
const tools = ["Kafka", "Terraform", "Kubernetes", "PostgreSQL", "Python", "Docker", "Grafana", "Redis"];
const texts: Text[] = Array.from({ length: 60 }, (_, index) => {
  const tool = (shift: number) => tools[(index * 3 + shift) % tools.length];
  return {
    company: `company ${Math.floor(index / 3)}`,
    description: [
      `- Experience with ${tool(0)}, ${tool(1)} and ${tool(2)}`,
      `- You will build careful services with ${tool(4)} and keep our customers happy`,
      `- Good knowledge of ${tool(5)} or ${tool(6)} is what the team is looking for`,
    ].join("\n"),
    letters: "QDQ",
  };
});
const labelled: LabelledText = {
  id: "own",
  title: "Engineer",
  company: "Marrow & Pine",
  fold: 0,
  description: "- Experience with Kafka, Quillstream and Redis\n- You will keep our customers happy",
  letters: "QD",
  skills: [{ name: "quillstream", kind: "technology", requirement: "required", mentions: ["Quillstream"] }],
};

const learnt = learn(taxonomy, texts, silent);
const lessons = lessonsIn([labelled], learnt).flat();
const model = writeModel(taught(learnt, lessons));

test("the same texts teach the same model, to the byte", () => {
  const again = learn(taxonomy, texts, silent);
  expect(writeModel(taught(again, lessonsIn([labelled], again).flat()))).toBe(model);
});

test("what known tools stand in is enough to tell an unknown tool from other words", () => {
  const lexicon = compileLexicon(taxonomy);
  const text = {
    ...labelled,
    description: "- Experience with Kafka, Wrenlock and Redis\n- You will keep our customers happy",
  };
  const reading = readingOf(text, lexicon);
  const found = createTagger(readModel(model))(reading).map(({ start, end }) =>
    text.description.slice(start, end),
  );
  expect(found).toEqual(["Wrenlock"]);
});

test("each skill of a text is hidden in one view of it, and shown in the others", () => {
  for (const name of ["kafka", "sql", "machine learning"])
    for (let text = 0; text < 20; text++)
      expect([0, 1, 2].filter((view) => isHidden(name, text, view, 3))).toHaveLength(1);
});

test("a labelled text teaches what people named, and that other words name nothing", () => {
  const asItIs = lessons.filter(({ hides }) => !hides);
  expect(asItIs.filter(({ target }) => target === 1)).toHaveLength(1);
  expect(asItIs.filter(({ target }) => target === 0).length).toBeGreaterThan(2);
});

test("a calibrated chance is the share that people named", () => {
  // Whoever says 0.5, 0.73 and 0.88 and is right in 3, 4 and 5 of ten cases.
  const spans = [0, 1, 2].flatMap((score) =>
    Array.from({ length: 10 }, (_, index) => ({ score, isNamed: index < 3 + score })),
  );
  const calibration = calibrated(spans);
  for (const [score, share] of [0.3, 0.4, 0.5].entries())
    expect(chanceOf(calibration.slope * score + calibration.offset)).toBeCloseTo(share, 1);
  expect(scoreFrom(0.4, calibration)).toBeCloseTo(1, 0);
});
