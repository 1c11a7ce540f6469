// Owns what the API asks the stages: a posting that somebody sends is cleaned by the normalizer and read by the
// extractor that also serve the flow, in batches, over their health ports. Nothing is stored. A stage that is away
// is told as such; a posting that cannot be read is answered by its reason, in its place.
import { Invalid } from "@skillstream/platform/errors.ts";
import type { Outcome } from "@skillstream/platform/outcome.ts";
import { askStep } from "@skillstream/platform/step-service.ts";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import { answerOf, type GivenPosting, readGiven } from "@skillstream/schemas/extraction-form.ts";
import type { EnrichedPosting, Posting, RawEvent } from "@skillstream/schemas/types.ts";
import { HttpProblem } from "./problem.ts";

/** So long a batch may take; the extractor reads a thousand postings a second. */
const stageTimeoutMs = 10_000;

export interface ExtractionOptions {
  /** Health ports of the stages; "" where none is named. */
  normalizeUrl: string;
  extractUrl: string;
}

/** What was read, with the text that its offsets count in; or why not. */
export type Extracted =
  | (ReturnType<typeof answerOf> & { title: string; text: string })
  | { id: string | null; problem: string };

export interface Extraction {
  /** One answer for each row, in their order. */
  read(rows: readonly unknown[], signal: AbortSignal): Promise<Extracted[]>;
}

export function createExtraction({ normalizeUrl, extractUrl }: ExtractionOptions): Extraction {
  async function ask<Out>(
    stage: string,
    variable: string,
    url: string,
    records: unknown[],
    signal: AbortSignal,
  ) {
    if (url === "") throw new HttpProblem(503, `No ${stage} is named to ask: ${variable} is not set.`);
    try {
      return await askStep<Out>(url, records, { timeoutMs: stageTimeoutMs, signal });
    } catch (error) {
      if (error instanceof Invalid) {
        throw new HttpProblem(
          502,
          `The ${stage} does not take what it is asked; it may be of another version.`,
          {
            cause: error,
          },
        );
      }
      throw new HttpProblem(503, `The ${stage} does not answer now. Try again in a moment.`, {
        cause: error,
      });
    }
  }

  return {
    async read(rows, signal) {
      const answers = new Array<Extracted>(rows.length);
      const asked: { at: number; id: string | null; record: unknown }[] = [];
      for (const [at, row] of rows.entries()) {
        try {
          const given = readGiven(row);
          asked.push({ at, id: given.id, record: rawEventOf(given) });
        } catch (error) {
          answers[at] = { id: null, problem: (error as Error).message };
        }
      }
      /** Those that came through, in their order; of the others the reason is the answer. */
      const through = <Value>(outcomes: Outcome<Value>[], from: typeof asked) =>
        from.flatMap(({ at, id }, index) => {
          const outcome = outcomes[index] as Outcome<Value>;
          if (outcome.kind === "emit") return { at, id, record: outcome.value };
          answers[at] = { id, problem: outcome.reason };
          return [];
        });
      const normalized = await ask<Posting>(
        "normalizer",
        "SKILLSTREAM_NORMALIZE_URL",
        normalizeUrl,
        asked.map(({ record }) => record),
        signal,
      );
      const clean = through(normalized, asked);
      const enriched = await ask<EnrichedPosting>(
        "extractor",
        "SKILLSTREAM_EXTRACT_URL",
        extractUrl,
        clean.map(({ record }) => record),
        signal,
      );
      for (const { at, record } of through(enriched, clean)) {
        const { title, description: text } = record.posting;
        answers[at] = { ...answerOf(record), title, text };
      }
      return answers;
    },
  };
}

function rawEventOf(given: GivenPosting): RawEvent {
  const observed_at = Date.now();
  return {
    event: "found",
    job_id: given.id ?? "",
    source: "api",
    source_id: given.id ?? "",
    job_url: null,
    observed_at,
    synthetic: false,
    search_keyword: null,
    search_location: null,
    source_file: null,
    reason: null,
    payload: null,
    parsed: {
      ...nothingStated(),
      title: given.title,
      company: given.company,
      location: given.location,
      employment_type: given.employment_type_stated,
      workplace_type: given.is_remote ? "remote" : null,
      description_html: given.text,
    },
  };
}
