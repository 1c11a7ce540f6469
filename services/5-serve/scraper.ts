// Owns the questions to the scraper: its runs and sources, asked of its health port. Whoever watches shares one
// question a second; an answer that is late, too long or in another form is told as such, and never passed on.
import type { Logger } from "@skillstream/platform/log.ts";
import { Ajv, type ValidateFunction } from "ajv";
import { type CrawlSource, type Run, runsSchema, sourcesSchema } from "./crawls.ts";
import { HttpProblem } from "./problem.ts";

const askTimeoutMs = 5_000;
/** Two hundred runs with all that they can tell are a tenth of it. */
const answerBytesMax = 8 * 1024 * 1024;
/** So long one answer is good for all who ask. */
const freshMs = 1_000;
/** A reader chooses the target, so there may be any number of questions. */
const questionsMax = 64;

export interface Scraper {
  /** Newest first. */
  runs(wanted: { limit: number; target?: string | undefined }): Promise<{ runs: Run[] }>;
  sources(): Promise<{ sources: CrawlSource[] }>;
}

export interface ScraperOptions {
  /** Of its health port; "" where none is named. */
  url: string;
  log: Logger;
  timeoutMs?: number;
}

export function createScraper({ url, log, timeoutMs = askTimeoutMs }: ScraperOptions): Scraper {
  const ajv = new Ajv({ allowUnionTypes: true });
  const isRuns = ajv.compile<{ runs: Run[] }>(runsSchema);
  const isSources = ajv.compile<{ sources: CrawlSource[] }>(sourcesSchema);
  const answers = new Map<string, { untilMs: number; answer: Promise<unknown> }>();
  let trouble: string | undefined;

  async function ask<T>(path: string, isRight: ValidateFunction<T>): Promise<T> {
    if (url === "") {
      throw new HttpProblem(503, "No scraper is named to ask: SKILLSTREAM_SCRAPE_URL is not set.");
    }
    const nowMs = performance.now();
    const shared = answers.get(path);
    if (shared !== undefined && shared.untilMs > nowMs) return shared.answer as Promise<T>;
    for (const [other, { untilMs }] of answers) {
      if (untilMs <= nowMs || answers.size >= questionsMax) answers.delete(other);
    }
    const answer = fetchAnswer(path, isRight);
    answers.set(path, { untilMs: nowMs + timeoutMs, answer });
    const settled = () => {
      answers.set(path, { untilMs: performance.now() + freshMs, answer });
    };
    answer.then(settled, settled);
    return answer;
  }

  async function fetchAnswer<T>(path: string, isRight: ValidateFunction<T>): Promise<T> {
    try {
      const answer = await read(new URL(path, `${url}/`));
      if (!isRight(answer)) throw misunderstood(ajv.errorsText(isRight.errors, { dataVar: "the answer" }));
      if (trouble !== undefined) log.info({ url }, "The scraper answers again.");
      trouble = undefined;
      return answer;
    } catch (error) {
      const problem = error instanceof HttpProblem ? error : away(error as Error, timeoutMs);
      const reason = String(
        (problem.cause as Error | undefined)?.message ?? problem.cause ?? problem.message,
      );
      // Every page asks every other second; the log is told once.
      if (trouble !== reason) log.warn({ url, path, reason }, "The scraper can't be asked.");
      trouble = reason;
      throw problem;
    }
  }

  async function read(address: URL): Promise<unknown> {
    const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs), redirect: "error" });
    if (!response.ok) {
      await response.body?.cancel();
      throw new HttpProblem(503, "The scraper does not tell of its runs yet; it may be starting.", {
        cause: `status ${response.status}`,
      });
    }
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of response.body ?? []) {
      bytes += part.byteLength;
      // Leaving the loop ends the transfer.
      if (bytes > answerBytesMax) throw misunderstood(`the answer is longer than ${answerBytesMax} bytes`);
      parts.push(part);
    }
    try {
      return JSON.parse(Buffer.concat(parts).toString("utf8"));
    } catch (error) {
      throw misunderstood((error as Error).message);
    }
  }

  return {
    runs({ limit, target }) {
      const query = new URLSearchParams({
        limit: String(limit),
        ...(target === undefined ? {} : { target }),
      });
      return ask(`runs?${query}`, isRuns);
    },
    sources: () => ask("sources", isSources),
  };
}

function misunderstood(cause: string): HttpProblem {
  return new HttpProblem(502, "The scraper's answer is not understood; it may be of another version.", {
    cause,
  });
}

function away(error: Error, timeoutMs: number): HttpProblem {
  const cause = (error.cause as Error | undefined) ?? error;
  return error.name === "TimeoutError"
    ? new HttpProblem(504, `The scraper has not answered within ${timeoutMs / 1000} seconds.`, { cause })
    : new HttpProblem(503, "The scraper does not answer.", { cause });
}
