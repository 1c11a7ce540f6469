import { createLog } from "@skillstream/platform/log.ts";
import { blankPosting } from "@skillstream/schemas/blank.ts";
import type { Extraction, Posting } from "@skillstream/schemas/types.ts";
import { describe, expect, test } from "vitest";
import { createExtractor, type Extractor } from "./extractor.ts";
import { equalPostings } from "./metrics.ts";
import { ItemFailed } from "./pool.ts";
import { readBefore } from "./read-before.ts";
import { createExtractStep } from "./step.ts";

const signal = new AbortController().signal;

function posting(description: string): Posting {
  return { ...blankPosting, job_id: "1", title: "Developer", description, language: "en", lines: "Q" };
}

describe("the extract step", () => {
  test("emits each posting with what the embedded extractor read in it", async () => {
    const settings = { extractor: "embedded", extractTagger: true, extractWorkers: 1 } as const;
    await using extractor = await createExtractor(settings, createLog("test", "fatal"));
    const java = posting("Java");
    const outcomes = await createExtractStep(extractor)([java, posting("nothing")], signal);
    expect(outcomes).toMatchObject([
      {
        kind: "emit",
        value: {
          posting: java,
          extraction: {
            extractor: `embedded@${extractor.version}`,
            skills: [
              {
                name: "java",
                requirement: "required",
                mentions: [{ field: "description", text: "Java", start: 0, end: 4 }],
              },
            ],
          },
        },
      },
      { kind: "emit", value: { extraction: { skills: [] } } },
    ]);
  });

  test("an extractor without its tagger says so in its version and in each extraction", async () => {
    const settings = { extractor: "embedded", extractTagger: false, extractWorkers: 1 } as const;
    await using extractor = await createExtractor(settings, createLog("test", "fatal"));
    expect(extractor.version).toMatch(/-untagged$/);
    const [extraction] = await extractor.extract([posting("Java")], signal);
    expect(extraction?.extractor).toBe(`embedded@${extractor.version}`);
  });

  test("rejects the postings that cannot be read, and only those", async () => {
    const { extractor, asked } = refusing("bad");
    const descriptions = ["good", "bad", "better", "bad as ever", "bad"];
    const outcomes = await createExtractStep(extractor)(descriptions.map(posting), signal);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["emit", "reject", "emit", "reject", "reject"]);
    for (const index of [1, 3, 4])
      expect(outcomes[index]).toMatchObject({ reason: expect.stringContaining("the worker ended") });
    expect(asked).toEqual([4, 3, 2]);
  });

  test("hands on what is no posting's fault", async () => {
    const { extractor } = refusing("bad", new Error("no memory"));
    await expect(createExtractStep(extractor)([posting("bad")], signal)).rejects.toThrow("no memory");
  });
});

describe("equal content is read once", () => {
  test("within a batch and across batches, and each posting gets what the extractor would have given", async () => {
    const settings = { extractor: "embedded", extractTagger: true, extractWorkers: 1 } as const;
    await using embedded = await createExtractor(settings, createLog("test", "fatal"));
    const { extractor, read } = counting(embedded);
    const step = createExtractStep(extractor);
    const java = posting("Java and SQL");
    const twin = { ...java, job_id: "2", source: "other", company: "Other", posted_time: 1 };
    const counted = await equalCount();
    const batches = [
      [java, twin, posting("Go")],
      [posting("Rust"), { ...twin, job_id: "3" }],
    ];
    for (const batch of batches) {
      const outcomes = await step(batch, signal);
      const alone = await embedded.extract(batch, signal);
      expect(outcomes).toEqual(
        batch.map((one, index) => ({ kind: "emit", value: { posting: one, extraction: alone[index] } })),
      );
    }
    expect(read).toEqual(["Java and SQL", "Go", "Rust"]);
    expect((await equalCount()) - counted).toBe(2);
  });

  test("what differs in anything that is read is read by itself", async () => {
    const settings = { extractor: "embedded", extractTagger: true, extractWorkers: 1 } as const;
    await using embedded = await createExtractor(settings, createLog("test", "fatal"));
    const { extractor, read } = counting(embedded);
    const one = posting("Java");
    const nowhere = { region: null, country: null, state: null, city: null, latitude: null, longitude: null };
    const others: Partial<Posting>[] = [
      { title: "Other" },
      { description: "Java " },
      { lines: "D" },
      { places: [{ ...nowhere, country: "AT", city: "Graz" }] },
      { seniority_level: "senior" },
      { employment_type: "contract" },
      { workplace_type: "remote" },
      { salary: { min: 1, max: null, currency: "EUR", period: "hour" } },
      { experience_years_min: 1 },
      { experience_years_max: 1 },
    ];
    await createExtractStep(extractor)([one, ...others.map((other) => ({ ...one, ...other }))], signal);
    expect(read).toHaveLength(others.length + 1);
  });

  test("the memory is bounded, forgets what was not asked for longest, and gives back exactly what it got", () => {
    const extraction = (text: string) => ({ extractor: text, skills: [] }) as unknown as Extraction;
    const text = "\ud800 é\0".repeat(25);
    const size = 2 * JSON.stringify(extraction(text)).length + 200;
    const before = readBefore(size * 5);
    for (const key of ["a", "b", "c", "d", "e"]) before.set(key, extraction(text));
    expect(before.get("a")).toEqual(extraction(text));
    before.set("f", extraction(text));
    expect(["a", "b", "c", "f"].map((key) => before.get(key) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    before.set("huge", extraction("x".repeat(size * 2)));
    expect(before.get("huge")).toBeUndefined();
    expect(before.get("a")).toBeDefined();
  });
});

async function equalCount(): Promise<number> {
  return (await equalPostings.get()).values[0]?.value ?? 0;
}

/** Writes down what is asked for. */
function counting(extractor: Extractor): { extractor: Extractor; read: string[] } {
  const read: string[] = [];
  return {
    read,
    extractor: {
      name: extractor.name,
      version: extractor.version,
      readingOf: (one) => extractor.readingOf(one),
      extract(postings, signal) {
        read.push(...postings.map(({ description }) => description));
        return extractor.extract(postings, signal);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
  };
}

/** An extractor that fails where a posting's description is the one refused. */
function refusing(refused: string, failure?: Error): { extractor: Extractor; asked: number[] } {
  const asked: number[] = [];
  const extractor: Extractor = {
    name: "refusing",
    version: "1",
    readingOf: ({ description }) => ({ description }),
    extract(postings) {
      asked.push(postings.length);
      const index = postings.findIndex(({ description }) => description.startsWith(refused));
      if (index >= 0) return Promise.reject(failure ?? new ItemFailed(index, "the worker ended"));
      return Promise.resolve(postings.map(() => ({}) as never));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { extractor, asked };
}
