import { fold } from "@skillstream/schemas/taxonomy/fold.ts";
import type { SkillKind } from "@skillstream/schemas/types.ts";
import { describe, expect, it } from "vitest";
import { linesOf } from "./lines.ts";
import { createTagger, type Tagged, type Untagged } from "./tagger.ts";

const tagger = createTagger();

/** A description whose lines all have one letter; what stands in braces is known already, as a technology. */
function describing(marked: string, letter = "Q", kind: SkillKind = "technology"): Untagged {
  const source = marked.replaceAll(/[{}]/g, "");
  const folded = fold(source);
  const text = String.fromCharCode(...folded.units.subarray(0, folded.length));
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

const textsOf = (description: Untagged, tagged: readonly Tagged[]) =>
  tagged.map(({ start, end }) => description.source.slice(start, end));

describe("the tagger", () => {
  it("finds a tool that no list knows between tools that one does", () => {
    const description = describing("- Experience with {Kafka}, {Spark}, Quillstream and {Airflow}");
    expect(textsOf(description, tagger(description))).toEqual(["Quillstream"]);
  });

  it("says where it found it, in the text and in the folded text", () => {
    const description = describing("- ⚙️ Experience with {Kafka}, {Spark}, QuillStream™, and {Airflow}");
    const [found] = tagger(description);
    expect(found).toBeDefined();
    const { start, end, foldedStart, foldedEnd } = found as Tagged;
    expect(description.source.slice(start, end)).toMatch(/^QuillStream/);
    expect(description.text.slice(foldedStart, foldedEnd)).toMatch(/^quillstream/);
  });

  it("reads the lines about the work and no others", () => {
    for (const letter of ["A", "B", "L"]) {
      expect(
        tagger(describing("- Experience with {Kafka}, {Spark}, Quillstream and {Airflow}", letter)),
      ).toEqual([]);
    }
  });
});
