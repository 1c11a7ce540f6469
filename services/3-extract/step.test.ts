import { createLog } from "@skillstream/platform/log.ts";
import { blankPosting } from "@skillstream/schemas/blank.ts";
import type { Posting } from "@skillstream/schemas/types.ts";
import { describe, expect, test } from "vitest";
import { createExtractor, type Extractor } from "./extractor.ts";
import { ItemFailed } from "./pool.ts";
import { createExtractStep } from "./step.ts";

const signal = new AbortController().signal;

function posting(description: string): Posting {
  return { ...blankPosting, job_id: "1", title: "Developer", description, language: "en", lines: "Q" };
}

describe("the extract step", () => {
  test("emits each posting with what the embedded extractor read in it", async () => {
    const settings = { extractor: "embedded", extractWorkers: 1 } as const;
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

  test("rejects the postings that cannot be read, and only those", async () => {
    const { extractor, asked } = refusing("bad");
    const outcomes = await createExtractStep(extractor)(["good", "bad", "good", "bad"].map(posting), signal);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["emit", "reject", "emit", "reject"]);
    expect(outcomes[1]).toMatchObject({ reason: expect.stringContaining("the worker ended") });
    expect(asked).toEqual([4, 3, 2]);
  });

  test("hands on what is no posting's fault", async () => {
    const { extractor } = refusing("bad", new Error("no memory"));
    await expect(createExtractStep(extractor)([posting("bad")], signal)).rejects.toThrow("no memory");
  });
});

/** An extractor that fails where a posting's description is the one refused. */
function refusing(refused: string, failure?: Error): { extractor: Extractor; asked: number[] } {
  const asked: number[] = [];
  const extractor: Extractor = {
    name: "refusing",
    version: "1",
    extract(postings) {
      asked.push(postings.length);
      const index = postings.findIndex(({ description }) => description === refused);
      if (index >= 0) return Promise.reject(failure ?? new ItemFailed(index, "the worker ended"));
      return Promise.resolve(postings.map(() => ({}) as never));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { extractor, asked };
}
