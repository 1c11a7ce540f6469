// Owns how an extractor stands in the flow: each posting comes out with its extraction, and one that the
// extractor cannot read is rejected alone, without holding up the rest of its batch.
//
// Equal content is read once, within a batch and across batches: reposts and copies on other boards are a large part
// of what boards show, and reading is the dearest step. Content is equal where everything that the extractor reads
// of two postings is equal; an extractor is a function of that, so what is taken over is what it would have given.
// Two batches at the same time may still read the same content twice.
import { type BatchStep, emit, type Outcome, reject } from "@skillstream/platform/outcome.ts";
import type { EnrichedPosting, Extraction, Posting } from "@skillstream/schemas/types.ts";
import type { Extractor } from "./extractor.ts";
import { equalPostings } from "./metrics.ts";
import { ItemFailed } from "./pool.ts";
import { keyOf, readBefore } from "./read-before.ts";

/** Some five thousand extractions of usual postings: more than the copies of a crawl stand apart. */
const readBeforeBytesMax = 32 * 1024 * 1024;

export function createExtractStep(
  extractor: Extractor,
  before = readBefore(readBeforeBytesMax),
): BatchStep<Posting, EnrichedPosting> {
  return async (postings, signal) => {
    const keys = postings.map((posting) => keyOf(extractor.readingOf(posting)));
    const extractions = new Map<string, Extraction>();
    const rejected = new Map<string, string>();
    /** Of each content that is not known, the first posting. */
    const unread = new Map<string, Posting>();
    for (const [index, key] of keys.entries()) {
      if (unread.has(key) || extractions.has(key)) continue;
      const extraction = before.get(key);
      if (extraction === undefined) unread.set(key, postings[index] as Posting);
      else extractions.set(key, extraction);
    }
    const contents = unread.size;
    while (unread.size > 0) {
      const wanted = [...unread.keys()];
      try {
        const read = await extractor.extract([...unread.values()], signal);
        for (const [at, key] of wanted.entries()) {
          extractions.set(key, read[at] as Extraction);
          before.set(key, read[at] as Extraction);
        }
        break;
      } catch (error) {
        const key = error instanceof ItemFailed ? wanted[error.index] : undefined;
        // An index outside of the batch names no posting; trying again would go on for ever.
        if (key === undefined) throw error;
        unread.delete(key);
        rejected.set(key, `the extractor cannot read it: ${(error as ItemFailed).message}`);
      }
    }
    equalPostings.inc(postings.length - contents);
    return postings.map((posting, index): Outcome<EnrichedPosting> => {
      const key = keys[index] as string;
      const extraction = extractions.get(key);
      return extraction === undefined ? reject(rejected.get(key) ?? "") : emit({ posting, extraction });
    });
  };
}
