// Owns the mapping that a person writes down for a table of their own, as YAML: which column states which of
// our fields. All that is wrong with it is told at once, before a row is read.
import { parse } from "yaml";
import { folded, type Mapping, mappedFields, type Reading, waysToRead } from "./mapping.ts";

const textCharsMax = 100_000;
const keys = ["source", "id", "columns", "defaults", "known", "nothing"];

/** Shown to whoever has a table that nothing fits. */
export const mappingExample = `source: mytable          # what the postings are said to come from
id: "Posting No."        # the column that tells them apart; without it, a hash of what they say
columns:                 # our field: the column that states it
  title: "Job Title"
  company: Employer
  location: [City, State]              # joined by a comma
  description: {first: [HTML, Text]}   # the first that says something
  skills: {column: Skills, as: list}   # several in one text
  salary: Pay                          # or {min: From, max: To, currency: Currency, period: Per}
defaults:
  salary: {currency: EUR, period: year}
nothing: ["-1"]          # words that stand for nothing`;

/** Throws with everything that is wrong with it. */
export function readOwnMapping(text: string, name: string): Mapping {
  if (text.length > textCharsMax) throw new Error(`a mapping has at most ${textCharsMax} characters`);
  let stated: unknown;
  try {
    stated = parse(text);
  } catch (error) {
    throw new Error(`the mapping is no YAML: ${(error as Error).message}`);
  }
  const problems: string[] = [];
  const fields = isObject(stated) ? stated : {};
  if (!isObject(stated)) problems.push("it is no list of keys and values");
  for (const key of Object.keys(fields)) {
    if (!keys.includes(key))
      problems.push(`it has no key ${JSON.stringify(key)}; its keys are ${keys.join(", ")}`);
  }
  const { source, id, columns, defaults, known, nothing } = fields;
  if (typeof source !== "string" || !/^[\w.-]{1,100}$/.test(source)) {
    problems.push("source is a name of letters, digits, . _ and -");
  }
  if (id !== undefined && typeof id !== "string") problems.push("id is the name of a column");
  if (!isObject(columns) || columns.title === undefined) problems.push("columns names at least the title's");
  for (const [field, reading] of Object.entries(isObject(columns) ? columns : {})) {
    if (!isField(field)) problems.push(unknownField(field));
    else if (!(field === "salary" ? isPay(reading) : isReading(reading))) {
      problems.push(
        `columns.${field} is a column, [several, joined], {first: [...]} or {column: NAME, as: ${waysToRead.join(" | ")}}`,
      );
    }
  }
  for (const [field, value] of Object.entries(isObject(defaults) ? defaults : {})) {
    if (!isField(field)) problems.push(unknownField(field));
    else if (field === "salary" ? !isObject(value) : typeof value !== "string") {
      problems.push(`defaults.${field} is ${field === "salary" ? "{currency, period}" : "a text"}`);
    }
  }
  for (const [key, value] of Object.entries({ known, nothing })) {
    if (value !== undefined && !isTexts(value)) problems.push(`${key} is a list of texts`);
  }
  if (problems.length > 0) throw new Error(`the mapping ${name} cannot be used: ${problems.join("; ")}`);
  return {
    name,
    source: source as string,
    needs: [],
    id: (id ?? null) as string | null,
    columns: columns as Mapping["columns"],
    defaults: (defaults ?? {}) as Mapping["defaults"],
    known: (known ?? []) as string[],
    nothing: (nothing ?? []) as string[],
  };
}

function unknownField(field: string): string {
  return `there is no field ${JSON.stringify(field)}; the fields are ${mappedFields.join(", ")}`;
}

const isField = (field: string) => (mappedFields as readonly string[]).includes(field);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isReading(value: unknown): value is Reading {
  if (typeof value === "string") return folded(value) !== "";
  if (isTexts(value)) return value.length > 0;
  if (!isObject(value)) return false;
  if (Array.isArray(value.first)) return value.first.every(isReading);
  return typeof value.column === "string" && (waysToRead as readonly unknown[]).includes(value.as);
}

function isPay(value: unknown): boolean {
  if (typeof value === "string") return true;
  if (!isObject(value)) return false;
  if (Array.isArray(value.first)) return value.first.every(isPay);
  return Object.entries(value).every(
    ([key, column]) => ["min", "max", "currency", "period"].includes(key) && typeof column === "string",
  );
}
