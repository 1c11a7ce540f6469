import { createLog } from "@skillstream/platform/log.ts";
import type { Posting } from "@skillstream/schemas/types.ts";
import { describe, expect, test } from "vitest";
import { createExtractor, type Extractor } from "./extractor.ts";
import { ItemFailed } from "./pool.ts";
import { createExtractStep } from "./step.ts";

const signal = new AbortController().signal;

function posting(description: string): Posting {
  return {
    ...{ job_id: "1", source: "test", source_id: "1", job_url: null, apply_url: null, observed_at: 0 },
    ...{
      ingestion_date: "1970-01-01",
      synthetic: true,
      title: "Developer",
      company: null,
      company_logo_url: null,
    },
    ...{ location: null, employment_type: null, seniority_level: null, workplace_type: null, industries: [] },
    ...{ job_functions: [], description, skills: [], skills_summary: null, salary: null, posted_time: null },
    ...{
      expire_time: null,
      reposted: null,
      reposted_info: null,
      applicant_count: null,
      application_type: null,
    },
    ...{ search_keyword: null, search_location: null, source_file: null, language: "en", content_hash: "" },
    ...{ lines: "Q", normalizer: "test@1" },
  };
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
