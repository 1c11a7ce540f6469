import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { expect, test } from "vitest";
import { createEmbedded } from "./embedded.ts";
import { endless, type Fuzzed, fuzzed, problemsOf, timeOf } from "./fuzz.fixture.ts";
import { createTagger } from "./tagger.ts";

const taxonomy = readTaxonomy();
const extract = createEmbedded(taxonomy, createTagger());

test("5,000 texts that nobody would write give mentions that are exact, in order and apart", () => {
  let mentions = 0;
  let planted = 0;
  for (let number = 0; number < 5_000; number++) {
    const text = fuzzed(1, number);
    const extraction = extract(text.reading);
    const problems = problemsOf(text, extraction);
    if (problems.length > 0) expect.fail(`text ${number}, ${text.kind}: ${problems.join("; ")}`);
    mentions += extraction.skills.reduce((sum, skill) => sum + skill.mentions.length, 0);
    planted += text.planted.length;
  }
  // A run in which hardly anything was there to find would prove little.
  expect(mentions).toBeGreaterThan(20_000);
  expect(planted).toBeGreaterThan(5_000);
});

test("the check names a mention that is elsewhere, one that is over another, and one that is missing", () => {
  const text: Fuzzed = { ...fuzzed(1, 0), planted: [{ name: "java", text: "Java" }] };
  text.reading.description = "Java and SQL";
  const extraction = createEmbedded(taxonomy)(text.reading);
  expect(problemsOf(text, extraction)).toEqual([]);
  const [java, sql] = extraction.skills.filter(({ name }) => name === "java" || name === "sql");
  if (java === undefined || sql === undefined) throw new Error("both stand in the text");
  const moved = { ...extraction, skills: [java, { ...sql, mentions: java.mentions }] };
  expect(problemsOf(text, moved)).toContainEqual(expect.stringMatching(/^two mentions share/));
  const mention = { field: "description", text: "Java", start: 1, end: 5 } as const;
  expect(problemsOf(text, { ...extraction, skills: [{ ...java, mentions: [mention] }] })[0]).toMatch(
    /is not "Java"/,
  );
  expect(problemsOf(text, { ...extraction, skills: [sql] })).toEqual(['java is not found as "Java"']);
});

test.each(endless)("a text of nothing but %s takes time in proportion", (_, piece) => {
  const small = timeOf(extract, piece, 40_000);
  // Quadratic time would be hundred-fold.
  expect(timeOf(extract, piece, 400_000)).toBeLessThan(15 * Math.max(small, 10));
});
