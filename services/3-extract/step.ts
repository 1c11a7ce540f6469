// Owns how an extractor stands in the flow: each posting comes out with its extraction, and one that the
// extractor cannot read is rejected alone, without holding up the rest of its batch.
import { type BatchStep, emit, type Outcome, reject } from "@skillstream/platform/outcome.ts";
import type { EnrichedPosting, Posting } from "@skillstream/schemas/types.ts";
import type { Extractor } from "./extractor.ts";
import { ItemFailed } from "./pool.ts";

export function createExtractStep(extractor: Extractor): BatchStep<Posting, EnrichedPosting> {
  return async (postings, signal) => {
    const rejected = new Map<number, string>();
    for (;;) {
      const wanted = [...postings.keys()].filter((index) => !rejected.has(index));
      try {
        const extractions = await extractor.extract(
          wanted.map((index) => postings[index] as Posting),
          signal,
        );
        const read = new Map(wanted.map((index, at) => [index, extractions[at]]));
        return postings.map((posting, index): Outcome<EnrichedPosting> => {
          const extraction = read.get(index);
          return extraction === undefined ? reject(rejected.get(index) ?? "") : emit({ posting, extraction });
        });
      } catch (error) {
        const at = error instanceof ItemFailed ? wanted[error.index] : undefined;
        // An index outside of the batch names no posting; trying again would go on for ever.
        if (at === undefined) throw error;
        rejected.set(at, `the extractor cannot read it: ${(error as ItemFailed).message}`);
      }
    }
  };
}
