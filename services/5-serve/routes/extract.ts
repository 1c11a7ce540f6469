// Owns the answers to a posting that is sent: one as JSON, or many as JSON Lines, which stream: what was read goes out
// while the rest comes in, and no more is held than a batch. A line that cannot be read is answered by its reason.
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { Extraction } from "../extraction.ts";
import { HttpProblem } from "../problem.ts";

/** The longest honest text is a twentieth of it. */
const postingBytesMax = 2 * 1024 * 1024;
/** Small enough that the first answers come at once, large enough that all workers of the extractor have some. */
const batchRowsMax = 64;
const batchCharsMax = 4 * 1024 * 1024;
/** Whoever sends a file for an hour must not keep all others out. */
const streamsMax = 16;
/** Whoever sends nothing for so long, and takes nothing, is gone. */
const idleMaxMs = 30_000;
const linesType = "application/x-ndjson";

const answerSchema = {
  type: "object",
  description:
    "Skills with the spans that prove them, which count UTF-16 units of `text` or `title` as they are answered, and the other facts; null where nothing says",
  additionalProperties: true,
} as const;

export function extractRoutes(app: FastifyInstance, extraction: Extraction): void {
  let streams = 0;
  app.addContentTypeParser(linesType, (_request, payload, done) => done(null, payload));

  app.post(
    "/extract",
    {
      bodyLimit: postingBytesMax,
      schema: {
        summary: "What is read in a posting: JSON for one, application/x-ndjson for many, one a line",
        description:
          "A posting is an object with `title` and `text` (plain or HTML) and, where known, `id`, `company`, `location`, `employment_type_stated` and `is_remote`. Of many, each is answered in its place; one that cannot be read by `problem`.",
        consumes: ["application/json", linesType],
        produces: ["application/json", linesType],
        response: { 200: answerSchema, "4xx": { $ref: "Problem#" }, "5xx": { $ref: "Problem#" } },
      },
    },
    async (request, reply) => {
      // The request's own signal ends with its body.
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      if (!(request.body instanceof Readable)) {
        const [answer] = await extraction.read([request.body], gone.signal);
        if (answer === undefined || "problem" in answer)
          throw new HttpProblem(400, `The posting can't be read: ${answer?.problem ?? "there is none"}.`);
        return answer;
      }
      if (streams >= streamsMax)
        throw new HttpProblem(503, `${streamsMax} files are being read already. Try again in a moment.`);
      streams++;
      const { body } = request;
      // Sent whole, and its answers not taken: the body has ended by then, and the answer would wait for ever.
      request.raw.setTimeout(idleMaxMs, () => {
        gone.abort();
        reply.raw.destroy();
      });
      const answers = answerLines(body, extraction, gone.signal, () => streams--);
      // The first batch decides the status; a stage that goes away later ends the answer early.
      const first = await answers.next();
      return reply
        .type(linesType)
        .serializer(String)
        .send(Readable.from(joined(first, answers)));
    },
  );
}

async function* joined(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (!first.done) yield first.value;
  yield* rest;
}

async function* answerLines(
  body: Readable,
  extraction: Extraction,
  signal: AbortSignal,
  ended: () => void,
): AsyncGenerator<string> {
  try {
    let rows: unknown[] = [];
    let chars = 0;
    const answer = async () => {
      const answers = await extraction.read(rows, signal);
      rows = [];
      chars = 0;
      return answers.map((one) => `${JSON.stringify(one)}\n`).join("");
    };
    for await (const line of linesOf(body)) {
      if (line.trim() === "") continue;
      rows.push(rowOf(line));
      chars += line.length;
      if (rows.length >= batchRowsMax || chars >= batchCharsMax) yield await answer();
    }
    if (rows.length > 0) yield await answer();
  } finally {
    ended();
  }
}

/** What is no JSON is a row that nobody can read: it is answered as such, in its place. */
function rowOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** As they come, and no further than they are taken. A body without line breaks must not be gathered for ever. */
async function* linesOf(body: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of body as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(part, { stream: true });
    let from = 0;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", from)) {
      yield rest.slice(from, end);
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > postingBytesMax)
      throw new HttpProblem(413, `A line is longer than ${postingBytesMax} bytes.`);
  }
  yield rest + decoder.decode();
}
