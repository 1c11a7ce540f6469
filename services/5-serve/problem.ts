// Owns what an error looks like to a client: application/problem+json (RFC 9457), with a sentence that says
// what to do and nothing of our insides.
import { Unavailable } from "@skillstream/platform/errors.ts";
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from "fastify";

export class HttpProblem extends Error {
  override name = "HttpProblem";
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

const titles: Record<number, string> = {
  400: "The request is not understood",
  404: "There is nothing here",
  413: "The request is too long",
  415: "The request is in a form that is not taken",
  502: "The answer of another server is not understood",
  503: "The answer can't be had now",
  504: "The answer takes too long",
};

export const problemSchema = {
  $id: "Problem",
  type: "object",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
  },
} as const;

export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>(answerError);
  app.setNotFoundHandler((request, reply) =>
    send(
      reply,
      404,
      `${request.method} ${request.url.split("?")[0]} is not known. /api/openapi.json lists what is.`,
      request.url,
    ),
  );
}

export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = statusOf(error);
  // Whoever went away has ended the query themselves.
  const told = error instanceof HttpProblem;
  if (status >= 500 && !told && !request.signal.aborted)
    request.log.warn({ err: error, url: request.url }, "A request could not be answered.");
  const detail = told
    ? error.message
    : status === 503
      ? "A server that this answer needs is away. Try again in a moment."
      : status === 504
        ? "The query was stopped at its time limit. Ask for a shorter period."
        : status >= 500
          ? "This is a fault of ours; it stands in the log."
          : error.message;
  if (status === 503) reply.header("retry-after", "2");
  return send(reply, status, detail, request.url);
}

/** Names the parameter, and what it takes, in the words of its own description where it has one. */
export function describeInvalid(errors: FastifySchemaValidationError[]): Error {
  const { keyword, instancePath, message, params, parentSchema } = errors[0] as Invalid;
  const name = decodeURIComponent(instancePath.slice(1));
  if (keyword === "additionalProperties") {
    return new Error(
      `${JSON.stringify(params.additionalProperty)} is not a parameter here; there are ${Object.keys(parentSchema?.properties ?? {}).join(", ")}.`,
    );
  }
  if (keyword === "enum") {
    return new Error(`${name} takes one of ${(params.allowedValues as string[]).join(", ")}.`);
  }
  if (keyword === "pattern" && parentSchema?.description !== undefined) {
    return new Error(`${name} is not understood. It is the ${lowerFirst(parentSchema.description)}`);
  }
  return new Error(`${name} ${message}.`);
}

/** As Ajv's verbose option gives it. */
interface Invalid extends FastifySchemaValidationError {
  parentSchema?: { description?: string; properties?: Record<string, unknown> };
}

const lowerFirst = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);

function statusOf(error: FastifyError): number {
  if (error instanceof HttpProblem) return error.status;
  if (error instanceof Unavailable) {
    const type = (error.cause as { type?: string } | undefined)?.type;
    return type === "TIMEOUT_EXCEEDED" ? 504 : 503;
  }
  return error.statusCode ?? 500;
}

function send(reply: FastifyReply, status: number, detail: string, instance: string): FastifyReply {
  return reply
    .code(status)
    .type("application/problem+json")
    .send({
      type: "about:blank",
      title: titles[status] ?? (status < 500 ? "The request is refused" : "Something broke"),
      status,
      detail,
      instance,
    });
}
