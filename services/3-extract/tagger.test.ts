import { readFileSync } from "node:fs";
import { fold } from "@skillstream/schemas/taxonomy/fold.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { SkillKind } from "@skillstream/schemas/types.ts";
import { describe, expect, it } from "vitest";
import { compileLexicon } from "./lexicon.ts";
import { linesOf } from "./lines.ts";
import { findSkills } from "./mentions.ts";
import { createTagger, type Tagged, type Untagged } from "./tagger.ts";
import { readModel } from "./tagger-model.ts";
import { wordsOf } from "./tagger-words.ts";

const tagger = createTagger();

/** A description whose lines all have one letter; what stands in braces is known already, as a technology. */
function describing(marked: string, letter = "Q", kind: SkillKind = "technology"): Untagged {
  const source = marked.replaceAll(/[{}]/g, "");
  const folded = fold(source);
  const text = decoder.decode(folded.units.subarray(0, folded.length));
  const known: { foldedStart: number; foldedEnd: number; skill: { kind: SkillKind } }[] = [];
  for (let at = 0, removed = 0; at < marked.length; at++) {
    if (marked[at] !== "{" && marked[at] !== "}") continue;
    const place = folded.starts.subarray(0, folded.length).indexOf(at - removed++);
    if (marked[at] === "{") known.push({ foldedStart: place, foldedEnd: place, skill: { kind } });
    else (known.at(-1) as (typeof known)[0]).foldedEnd = place < 0 ? folded.length : place;
  }
  const letters = source
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(() => letter)
    .join("");
  return { source, folded, text, lines: linesOf(source, letters), known };
}
const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });

const tagsIn = (description: Untagged) =>
  tagger(description).map(({ start, end }) => description.source.slice(start, end));

describe("the tagger", () => {
  it("finds a tool that no list knows between tools that one does", () => {
    expect(tagsIn(describing("- Experience with {Kafka}, {Spark}, Quillstream and {Airflow}"))).toEqual([
      "Quillstream",
    ]);
  });

  it("calls a tool a technology and a practice a method", () => {
    const [tool] = tagger(describing("- Experience with {Kafka}, {Spark}, Quillstream and {Airflow}"));
    expect(tool?.kind).toBe("technology");
    const practices = describing(
      "- Experience with {root cause analysis}, calibration and {statistics}",
      "Q",
      "method",
    );
    expect(tagger(practices).map(({ kind }) => kind)).toEqual(["method"]);
  });

  it("says where it found it, in the text and in the folded text", () => {
    const description = describing("- ⚙️ Experience with {Kafka}, {Spark}, QuillStream™, and {Airflow}");
    const [found] = tagger(description);
    expect(found).toBeDefined();
    const { start, end, foldedStart, foldedEnd } = found as Tagged;
    expect(description.source.slice(start, end)).toMatch(/^QuillStream/);
    expect(description.text.slice(foldedStart, foldedEnd)).toMatch(/^quillstream/);
  });

  it("leaves words alone that name no skill", () => {
    for (const line of [
      "- You are a curious and friendly person who loves to work with others",
      "- Help our customers to reach their goals and tell us what they need",
      "- 5+ years of experience in a similar role",
    ])
      expect(tagsIn(describing(line)), line).toEqual([]);
  });

  it("reads the lines about the work and no others", () => {
    for (const letter of ["A", "B", "L"]) {
      expect(
        tagsIn(describing("- Experience with {Kafka}, {Spark}, Quillstream and {Airflow}", letter)),
      ).toEqual([]);
    }
  });

  it("takes initials in brackets for the name before them", () => {
    const named = "- Experience with {Kafka}, {value stream mapping} (VSM), {Spark} and {Airflow}";
    const other = "- Experience with {Kafka}, {value stream mapping} (QRX), {Spark} and {Airflow}";
    expect(tagsIn(describing(named))).toEqual([]);
    expect(tagsIn(describing(other))).toEqual(["QRX"]);
  });

  it("says nothing of a text that is not English", () => {
    const german = `- Erfahrung mit {Kafka}, {Spark}, Quillstream und {Airflow}
- Du entwickelst gemeinsam mit dem Team unsere Plattform weiter und achtest auf sauberen Quelltext
- Gute Kenntnisse der deutschen Sprache und Freude an der Arbeit mit Kundinnen und Kunden`;
    expect(tagsIn(describing(german))).toEqual([]);
  });

  it("overlaps nothing that is known, in order, on every posting of our own", () => {
    const lexicon = compileLexicon(readTaxonomy());
    const rows = (file: string) =>
      readFileSync(new URL(`../../bench/eval/extract/${file}`, import.meta.url), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { text: string; lines: string });
    const gold = rows("gold.jsonl");
    let count = 0;
    for (const [index, { text: source }] of rows("postings.jsonl").entries()) {
      const folded = fold(source);
      const text = decoder.decode(folded.units.subarray(0, folded.length));
      const known = findSkills(lexicon, source, folded, text, false);
      const tagged = tagger({
        source,
        folded,
        text,
        lines: linesOf(source, gold[index]?.lines ?? ""),
        known,
      });
      const spans = [...known, ...tagged].sort((a, b) => a.foldedStart - b.foldedStart);
      for (const [at, span] of spans.entries())
        expect(span.foldedStart).toBeGreaterThanOrEqual(spans[at - 1]?.foldedEnd ?? 0);
      for (const [at, span] of tagged.entries()) {
        expect(span.start).toBeGreaterThanOrEqual(tagged[at - 1]?.end ?? 0);
        expect(source.slice(span.start, span.end)).toMatch(/^[\p{L}\p{N}].*[\p{L}\p{N}+#]$|^[\p{L}\p{N}]$/u);
        expect(span.score).toBeGreaterThan(0);
        expect(span.score).toBeLessThanOrEqual(1);
      }
      count += tagged.length;
    }
    expect(count).toBeGreaterThan(20);
  });

  it("takes time linear in the text, whatever stands in it", () => {
    const time = (text: string) => {
      const description = describing(text);
      const before = process.cpuUsage();
      tagger(description);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    for (const piece of ["a", "kafka spark quillstream ", "(((((", "a/b.c&d ", "x\n"]) {
      const text = (units: number) => piece.repeat(units / piece.length);
      time(text(20_000));
      expect(time(text(2_000_000)), piece).toBeLessThan(15 * Math.max(20, time(text(200_000))));
    }
  }, 60_000);
});

describe("the words of a text", () => {
  const wordsIn = (source: string) => {
    const description = describing(source);
    const words = wordsOf(description);
    return Array.from({ length: words.count }, (_, at) =>
      description.text.slice(words.starts[at], words.ends[at]),
    );
  };

  it("are whole where a sign belongs to a name", () => {
    expect(wordsIn("C++, C#, Node.js, A/B tests; I/O. R&D and don't")).toEqual([
      "c++",
      "c#",
      "node.js",
      "a/b",
      "tests",
      "i/o",
      "r&d",
      "and",
      "don't",
    ]);
  });

  it("are parted where a sign stands between names", () => {
    expect(wordsIn("Vue/React, TCP/IP (and more). End")).toEqual([
      "vue",
      "react",
      "tcp",
      "ip",
      "and",
      "more",
      "end",
    ]);
  });

  it("hold a known skill as one", () => {
    expect(wordsIn("use {machine learning} daily".replace(/[{}]/g, ""))).toHaveLength(4);
    const description = describing("use {machine learning} daily");
    expect(wordsOf(description).count).toBe(3);
  });

  it("are the same in one number and several", () => {
    const [one, two] = ["pipeline", "pipelines"].map((word) => wordsOf(describing(word)).hashes[0]);
    expect(one).toBe(two);
    const [analysis, analysi] = ["analysis", "analysi"].map((word) => wordsOf(describing(word)).hashes[0]);
    expect(analysis).not.toBe(analysi);
  });
});

it("refuses a model of another form, and says how to make it anew", () => {
  const text = readFileSync(new URL("tagger-model.json", import.meta.url), "utf8");
  const written = JSON.parse(text);
  expect(() => readModel(JSON.stringify({ ...written, version: 0 }))).toThrow("training/README.md");
  expect(() => readModel(JSON.stringify({ ...written, skill: "AAAA" }))).toThrow("training/README.md");
  expect(text.length).toBeLessThan(2_500_000);
});
