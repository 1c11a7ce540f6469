// Owns what the registry says no with: Confluent's error codes, the HTTP status that each stands for, and words
// that say what is wrong.
import { Unavailable } from "../../errors.ts";
import { Behind } from "./log.ts";
import { type Level, levels, modes, type SubjectVersion } from "./state.ts";

export class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
  get status(): number {
    return this.code > 999 ? Math.floor(this.code / 100) : this.code;
  }
}

export const refusals = {
  subjectNotFound: (subject: string) => new Refusal(40401, `Subject '${subject}' not found.`),
  versionNotFound: (version: number | string) => new Refusal(40402, `Version ${version} not found.`),
  schemaNotFound: (id?: number) =>
    new Refusal(40403, id === undefined ? "Schema not found" : `Schema ${id} not found`),
  subjectDeleted: (subject: string) =>
    new Refusal(40404, `Subject '${subject}' was soft deleted. Set permanent=true to delete permanently`),
  subjectNotDeleted: (subject: string) =>
    new Refusal(40405, `Subject '${subject}' was not deleted first before being permanently deleted`),
  versionDeleted: (subject: string, version: number) =>
    new Refusal(
      40406,
      `Subject '${subject}' Version ${version} was soft deleted. Set permanent=true to delete permanently`,
    ),
  versionNotDeleted: (subject: string, version: number) =>
    new Refusal(
      40407,
      `Subject '${subject}' Version ${version} was not deleted first before being permanently deleted`,
    ),
  noLevel: (subject: string) =>
    new Refusal(40408, `Subject '${subject}' does not have subject-level compatibility configured`),
  noMode: (subject: string) =>
    new Refusal(40409, `Subject '${subject}' does not have subject-level mode configured`),
  incompatible: (subject: string, level: Level, reasons: readonly string[]) =>
    new Refusal(
      409,
      `Schema being registered is incompatible with an earlier schema for subject "${subject}" (${level}): ${reasons.join("; ")}`,
    ),
  invalidSchema: (reason: string) => new Refusal(42201, `Invalid schema: ${reason}`),
  invalidVersion: (version: string) =>
    new Refusal(
      42202,
      `The specified version '${version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
    ),
  invalidLevel: () =>
    new Refusal(42203, `Invalid compatibility level. Valid values are ${levels.join(", ")}`),
  invalidMode: () => new Refusal(42204, `Invalid mode. Valid values are ${modes.join(", ")}`),
  notPermitted: (reason: string) => new Refusal(42205, reason),
  referenced: ({ subject, version }: SubjectVersion, by: readonly number[]) =>
    new Refusal(
      42206,
      `One or more references exist to the schema {subject=${subject},version=${version}}: ids ${by.join(", ")}`,
    ),
  invalidSubject: (reason: string) => new Refusal(42208, reason),
  tooLarge: (reason: string) => new Refusal(42209, reason),
  store: (reason: string) => new Refusal(50001, reason),
  loading: () => new Refusal(503, "The registry has not read its schemas from Kafka yet; try again"),
};

export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof Unavailable || error instanceof Behind) return refusals.store(error.message);
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (statusCode === 413) return refusals.tooLarge("The schema is larger than a message of Kafka may be");
  if (statusCode !== undefined && statusCode < 500) return new Refusal(statusCode, message ?? "refused");
  return new Refusal(500, message ?? String(error));
}
