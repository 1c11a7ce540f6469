import { compileLexicon } from "@skillstream/extract/lexicon.ts";
import { createTagger } from "@skillstream/extract/tagger.ts";
import { readModel, writeModel } from "@skillstream/extract/tagger-model.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { expect, test } from "vitest";
import { learn, lessonsIn, taught } from "./learn.ts";
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
const model = writeModel(taught(learnt, lessons, 0));

test("the same texts teach the same model, to the byte", () => {
  const again = learn(taxonomy, texts, silent);
  expect(writeModel(taught(again, lessonsIn([labelled], again).flat(), 0))).toBe(model);
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
