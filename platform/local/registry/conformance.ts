// Owns what a registry must answer, as a table of requests: ours is held to it in every test run, and
// Apicurio, the registry of the container setting, is asked the same by hand. Where the two differ, the row
// says how and why, so that the difference is known and stays the only one.

import { a, bare, defaulted, evolutions, record } from "@skillstream/schemas/evolutions.ts";

export interface Row {
  ask: `${"GET" | "POST" | "PUT" | "DELETE"} ${string}`;
  send?: unknown;
  status: number;
  /** What the answer must contain: objects may have more, lists and plain values are equal. */
  has?: unknown;
  /** Keeps the answer's id under a name; `"$name"` in a later row stands for it. */
  keep?: string;
  /** What Apicurio 3.3.3 answers instead. */
  apicurio?: { status?: number; has?: unknown; why: string };
}

/** Each chapter begins on its own subjects: `~` in a row stands for a prefix that no other chapter has. */
export type Chapters = Record<string, Row[]>;

const schema = (value: unknown, more: object = {}) => ({ schema: JSON.stringify(value), ...more });
const error = (error_code: number) => ({ error_code });

const one = schema(record([a]));
const two = schema(record([a, defaulted]));
const breaking = schema(record([a, bare]));

const oneMode = "Apicurio has one mode for all subjects";
const noSuchLevel = "Apicurio speaks of the subject, not of its level";
const notFound = "Apicurio takes every word for a version's name";
const stateConflict = "Apicurio answers 409, with Confluent's error code in the body";
const aroundDocs = "Apicurio leaves docs out of what a schema is";
const takesEmpty = "Apicurio registers an empty text";
const inUse = "Apicurio counts soft-deleted schemas among those that refer to it";
const noPrefix = "Apicurio ignores subjectPrefix";

/** Chapters that Apicurio is not asked, and why. */
export const unknownToApicurio: Record<string, string> = {
  "a mode says whether schemas are taken": oneMode,
  "a global mode of READONLY_OVERRIDE stands above a subject's": oneMode,
  "other kinds of schema": "Apicurio takes JSON Schema and Protobuf too",
  "normalize makes the order of further properties no difference": "Apicurio keeps their order",
};

export const chapters: Chapters = {
  "what is not there is said to be not there": [
    { ask: "GET /subjects/~none/versions", status: 404, has: error(40401) },
    { ask: "GET /subjects/~none/versions/1", status: 404, has: error(40401) },
    { ask: "GET /subjects/~none/versions/latest", status: 404, has: error(40401) },
    { ask: "GET /subjects/~none/versions/1/schema", status: 404, has: error(40401) },
    { ask: "GET /subjects/~none/versions/1/referencedby", status: 404, has: error(40401) },
    { ask: "POST /subjects/~none", send: one, status: 404, has: error(40401) },
    { ask: "DELETE /subjects/~none", status: 404, has: error(40401) },
    { ask: "DELETE /subjects/~none/versions/1", status: 404, has: error(40401) },
    { ask: "GET /schemas/ids/999999999", status: 404, has: error(40403) },
    { ask: "GET /schemas/ids/999999999/versions", status: 404, has: error(40403) },
    { ask: "GET /schemas/ids/999999999/subjects", status: 404, has: error(40403) },
    {
      ask: "GET /config/~none",
      status: 404,
      has: error(40408),
      apicurio: { has: error(40401), why: noSuchLevel },
    },
    {
      ask: "GET /mode/~none",
      status: 404,
      has: error(40409),
      apicurio: { status: 200, has: { mode: "READWRITE" }, why: oneMode },
    },
    {
      ask: "DELETE /config/~none",
      status: 404,
      has: error(40408),
      apicurio: { has: error(40401), why: noSuchLevel },
    },
    {
      ask: "DELETE /mode/~none",
      status: 404,
      has: error(40409),
      apicurio: { status: 200, has: { mode: "READWRITE" }, why: oneMode },
    },
    { ask: "GET /nothing/here", status: 404 },
  ],
  "a registered schema is found by subject, version and id": [
    {
      ask: "PUT /config/~s",
      send: { compatibility: "BACKWARD" },
      status: 200,
      has: { compatibility: "BACKWARD" },
    },
    { ask: "POST /subjects/~s/versions", send: one, status: 200, keep: "first" },
    { ask: "POST /subjects/~s/versions", send: two, status: 200, keep: "second" },
    { ask: "GET /subjects/~s/versions", status: 200, has: [1, 2] },
    { ask: "GET /subjects/~s/versions/1", status: 200, has: { subject: "~s", version: 1, id: "$first" } },
    {
      ask: "GET /subjects/~s/versions/latest",
      status: 200,
      has: { subject: "~s", version: 2, id: "$second" },
    },
    { ask: "GET /subjects/~s/versions/-1", status: 200, has: { version: 2 } },
    { ask: "GET /subjects/~s/versions/1/schema", status: 200, has: record([a]) },
    { ask: "GET /schemas/ids/$first", status: 200, has: { schema: record([a]) } },
    { ask: "GET /schemas/ids/$first/schema", status: 200, has: record([a]) },
    { ask: "GET /schemas/ids/$second/versions", status: 200, has: [{ subject: "~s", version: 2 }] },
    { ask: "GET /schemas/ids/$second/subjects", status: 200, has: ["~s"] },
    { ask: "POST /subjects/~s", send: one, status: 200, has: { subject: "~s", version: 1, id: "$first" } },
    { ask: "POST /subjects/~s", send: breaking, status: 404, has: error(40403) },
    { ask: "GET /subjects/~s/versions/3", status: 404, has: error(40402) },
    {
      ask: "GET /subjects/~s/versions/0",
      status: 422,
      has: error(42202),
      apicurio: { status: 404, has: error(40402), why: notFound },
    },
    {
      ask: "GET /subjects/~s/versions/first",
      status: 422,
      has: error(42202),
      apicurio: { status: 404, has: error(40402), why: notFound },
    },
    {
      ask: "DELETE /subjects/~s/versions/first",
      status: 422,
      has: error(42202),
      apicurio: { status: 404, has: error(40402), why: notFound },
    },
  ],
  "the same schema has the same id": [
    { ask: "POST /subjects/~s/versions", send: one, status: 200, keep: "first" },
    { ask: "POST /subjects/~s/versions", send: one, status: 200, has: { id: "$first" } },
    { ask: "POST /subjects/~other/versions", send: one, status: 200, has: { id: "$first" } },
    { ask: "GET /subjects/~s/versions", status: 200, has: [1] },
    {
      ask: "POST /subjects/~s/versions",
      send: { schema: JSON.stringify(record([a]), null, 4) },
      status: 200,
      has: { id: "$first" },
    },
    {
      ask: "POST /subjects/~s",
      send: schema({ fields: [{ type: { type: "string" }, name: "a" }], name: "~n.R", type: "record" }),
      status: 200,
      has: { id: "$first" },
    },
  ],
  "a doc makes another version, since a person reads it": [
    { ask: "POST /subjects/~s/versions", send: one, status: 200, keep: "first" },
    {
      ask: "POST /subjects/~s",
      send: schema(record([a], { doc: "said" })),
      status: 404,
      has: error(40403),
      apicurio: { status: 200, has: { version: 1 }, why: aroundDocs },
    },
    { ask: "POST /subjects/~s/versions", send: schema(record([a], { doc: "said" })), status: 200 },
    { ask: "GET /subjects/~s/versions", status: 200, has: [1, 2], apicurio: { has: [1], why: aroundDocs } },
  ],
  "normalize makes the order of further properties no difference": [
    {
      ask: "POST /subjects/~s/versions?normalize=true",
      send: schema(record([a], { x: 1, y: 2 })),
      status: 200,
      keep: "first",
    },
    {
      ask: "POST /subjects/~s/versions?normalize=true",
      send: schema(record([a], { y: 2, x: 1 })),
      status: 200,
      has: { id: "$first" },
    },
    { ask: "GET /subjects/~s/versions", status: 200, has: [1] },
  ],
  "what is no schema is refused": [
    { ask: "POST /subjects/~s/versions", send: { schema: "{" }, status: 422, has: error(42201) },
    {
      ask: "POST /subjects/~s/versions",
      send: { schema: '{"type":"nonsense"}' },
      status: 422,
      has: error(42201),
    },
    {
      ask: "POST /subjects/~s/versions",
      send: { schema: "" },
      status: 422,
      has: error(42201),
      apicurio: { status: 200, has: {}, why: takesEmpty },
    },
    {
      ask: "POST /subjects/~s/versions",
      send: {},
      status: 422,
      has: error(42201),
      apicurio: { status: 500, has: {}, why: "Apicurio fails" },
    },
    {
      ask: "POST /subjects/~s/versions",
      send: schema(record([{ name: "a", type: "~n.Missing" }])),
      status: 422,
      has: error(42201),
    },
    { ask: "POST /subjects/~s/versions", send: schema(record([a, a])), status: 422, has: error(42201) },
    {
      ask: "POST /subjects/~s/versions",
      send: schema(record([{ name: "a", type: "int", default: "one" }])),
      status: 422,
      has: error(42201),
    },
    {
      ask: "GET /subjects/~s/versions",
      status: 404,
      has: error(40401),
      apicurio: { status: 200, has: [1], why: takesEmpty },
    },
  ],
  "a breaking schema is refused and named": [
    { ask: "PUT /config/~s", send: { compatibility: "BACKWARD" }, status: 200 },
    { ask: "POST /subjects/~s/versions", send: one, status: 200 },
    { ask: "POST /subjects/~s/versions", send: breaking, status: 409, has: error(409) },
    {
      ask: "POST /compatibility/subjects/~s/versions/latest",
      send: breaking,
      status: 200,
      has: { is_compatible: false },
    },
    {
      ask: "POST /compatibility/subjects/~s/versions/1",
      send: two,
      status: 200,
      has: { is_compatible: true },
    },
    { ask: "POST /compatibility/subjects/~s/versions", send: two, status: 200, has: { is_compatible: true } },
    { ask: "POST /compatibility/subjects/~s/versions/7", send: two, status: 404, has: error(40402) },
    {
      ask: "POST /compatibility/subjects/~s/versions/x",
      send: two,
      status: 422,
      has: error(42202),
      apicurio: { status: 404, has: error(40402), why: notFound },
    },
    {
      ask: "POST /compatibility/subjects/~s/versions/1",
      send: { schema: "{" },
      status: 422,
      has: error(42201),
    },
    {
      ask: "POST /compatibility/subjects/~new/versions/latest",
      send: two,
      status: 200,
      has: { is_compatible: true },
    },
    { ask: "POST /subjects/~s/versions", send: two, status: 200 },
    { ask: "GET /subjects/~s/versions", status: 200, has: [1, 2] },
  ],
  "every level is kept, the subject's before the registry's": [
    ...[
      "NONE",
      "BACKWARD_TRANSITIVE",
      "FORWARD",
      "FORWARD_TRANSITIVE",
      "FULL",
      "FULL_TRANSITIVE",
      "BACKWARD",
    ].flatMap((level): Row[] => [
      { ask: "PUT /config/~s", send: { compatibility: level }, status: 200, has: { compatibility: level } },
      { ask: "GET /config/~s", status: 200, has: { compatibilityLevel: level } },
    ]),
    { ask: "PUT /config/~s", send: { compatibility: "SOMETIMES" }, status: 422, has: error(42203) },
    { ask: "PUT /config", send: { compatibility: "SOMETIMES" }, status: 422, has: error(42203) },
    { ask: "PUT /config", send: { compatibility: "FULL" }, status: 200, has: { compatibility: "FULL" } },
    { ask: "GET /config", status: 200, has: { compatibilityLevel: "FULL" } },
    { ask: "GET /config/~s", status: 200, has: { compatibilityLevel: "BACKWARD" } },
    {
      ask: "GET /config/~none?defaultToGlobal=true",
      status: 200,
      has: { compatibilityLevel: "FULL" },
      apicurio: { status: 404, has: error(40401), why: "Apicurio does not know defaultToGlobal" },
    },
    { ask: "DELETE /config/~s", status: 200, has: { compatibilityLevel: "BACKWARD" } },
    {
      ask: "GET /config/~s",
      status: 404,
      has: error(40408),
      apicurio: { has: error(40401), why: noSuchLevel },
    },
    { ask: "PUT /config", send: { compatibility: "BACKWARD" }, status: 200 },
  ],
  "transitive levels look at every version": [
    { ask: "PUT /config/~s", send: { compatibility: "NONE" }, status: 200 },
    { ask: "POST /subjects/~s/versions", send: schema(record([a])), status: 200 },
    { ask: "POST /subjects/~s/versions", send: schema(record([a, bare])), status: 200 },
    { ask: "PUT /config/~s", send: { compatibility: "BACKWARD" }, status: 200 },
    // Has b without default: version 2 wrote it, version 1 did not.
    {
      ask: "POST /compatibility/subjects/~s/versions/latest",
      send: schema(record([bare])),
      status: 200,
      has: { is_compatible: true },
    },
    { ask: "PUT /config/~s", send: { compatibility: "BACKWARD_TRANSITIVE" }, status: 200 },
    { ask: "POST /subjects/~s/versions", send: schema(record([bare])), status: 409, has: error(409) },
    { ask: "PUT /config/~s", send: { compatibility: "BACKWARD" }, status: 200 },
    { ask: "POST /subjects/~s/versions", send: schema(record([bare])), status: 200 },
  ],
  "references are resolved, and what is referred to stays": [
    { ask: "POST /subjects/~part/versions", send: schema(record([a])), status: 200, keep: "part" },
    {
      ask: "POST /subjects/~whole/versions",
      send: {
        schema: JSON.stringify({
          type: "record",
          name: "W",
          namespace: "~n",
          fields: [{ name: "r", type: "~n.R" }],
        }),
        references: [{ name: "~n.R", subject: "~part", version: 1 }],
      },
      status: 200,
      keep: "whole",
    },
    {
      ask: "POST /subjects/~whole",
      send: {
        schema: JSON.stringify({
          type: "record",
          name: "W",
          namespace: "~n",
          fields: [{ name: "r", type: "~n.R" }],
        }),
        references: [{ name: "~n.R", subject: "~part", version: 1 }],
      },
      status: 200,
      has: { id: "$whole", version: 1 },
    },
    {
      ask: "GET /schemas/ids/$whole",
      status: 200,
      has: { references: [{ name: "~n.R", subject: "~part", version: 1 }] },
    },
    {
      ask: "GET /subjects/~whole/versions/1",
      status: 200,
      has: { references: [{ name: "~n.R", subject: "~part", version: 1 }] },
    },
    { ask: "GET /subjects/~part/versions/1/referencedby", status: 200, has: ["$whole"] },
    { ask: "GET /subjects/~whole/versions/1/referencedby", status: 200, has: [] },
    {
      ask: "POST /subjects/~bad/versions",
      send: { ...one, references: [{ name: "~n.X", subject: "~none", version: 1 }] },
      status: 422,
      has: error(42201),
    },
    { ask: "DELETE /subjects/~part/versions/1", status: 422, has: error(42206) },
    { ask: "DELETE /subjects/~part", status: 422, has: error(42206) },
    { ask: "DELETE /subjects/~whole", status: 200, has: [1] },
    {
      ask: "DELETE /subjects/~part",
      status: 200,
      has: [1],
      apicurio: { status: 422, has: error(42206), why: inUse },
    },
    { ask: "GET /schemas/ids/$whole", status: 200 },
    // While a message may name the whole, its parts can't go for good.
    {
      ask: "DELETE /subjects/~part?permanent=true",
      status: 422,
      has: error(42206),
      apicurio: { status: 422, has: error(42206), why: inUse },
    },
    { ask: "DELETE /subjects/~whole?permanent=true", status: 200, has: [1] },
    {
      ask: "DELETE /subjects/~part?permanent=true",
      status: 200,
      has: [1],
      apicurio: { status: 409, has: error(40405), why: inUse },
    },
  ],
  "a version is deleted softly, then for good": [
    { ask: "PUT /config/~s", send: { compatibility: "NONE" }, status: 200 },
    { ask: "POST /subjects/~s/versions", send: one, status: 200, keep: "first" },
    { ask: "POST /subjects/~s/versions", send: two, status: 200 },
    {
      ask: "DELETE /subjects/~s/versions/1?permanent=true",
      status: 404,
      has: error(40407),
      apicurio: { status: 409, has: error(40407), why: stateConflict },
    },
    { ask: "DELETE /subjects/~s/versions/1", status: 200, has: 1 },
    {
      ask: "DELETE /subjects/~s/versions/1",
      status: 404,
      has: error(40406),
      apicurio: { status: 409, has: error(40406), why: stateConflict },
    },
    { ask: "GET /subjects/~s/versions", status: 200, has: [2] },
    { ask: "GET /subjects/~s/versions?deleted=true", status: 200, has: [1, 2] },
    { ask: "GET /subjects/~s/versions/1", status: 404, has: error(40402) },
    { ask: "GET /subjects/~s/versions/1?deleted=true", status: 200, has: { id: "$first" } },
    { ask: "POST /subjects/~s", send: one, status: 404, has: error(40403) },
    { ask: "GET /schemas/ids/$first", status: 200 },
    { ask: "DELETE /subjects/~s/versions/1?permanent=true", status: 200, has: 1 },
    { ask: "GET /subjects/~s/versions/1?deleted=true", status: 404, has: error(40402) },
    { ask: "DELETE /subjects/~s/versions/latest", status: 200, has: 2 },
    { ask: "GET /subjects/~s/versions", status: 404, has: error(40401) },
  ],
  "a subject is deleted softly, then for good": [
    { ask: "POST /subjects/~s/versions", send: one, status: 200, keep: "first" },
    {
      ask: "DELETE /subjects/~s?permanent=true",
      status: 404,
      has: error(40405),
      apicurio: { status: 409, has: error(40405), why: stateConflict },
    },
    { ask: "DELETE /subjects/~s", status: 200, has: [1] },
    { ask: "DELETE /subjects/~s", status: 404, has: error(40404) },
    { ask: "GET /subjects/~s/versions/latest", status: 404, has: error(40401) },
    {
      ask: "GET /subjects?subjectPrefix=~",
      status: 200,
      has: [],
      apicurio: { has: undefined, why: noPrefix },
    },
    {
      ask: "GET /subjects?subjectPrefix=~&deleted=true",
      status: 200,
      has: ["~s"],
      apicurio: { has: undefined, why: noPrefix },
    },
    // Registered again it goes on counting, and keeps its id.
    { ask: "POST /subjects/~s/versions", send: one, status: 200, has: { id: "$first" } },
    { ask: "GET /subjects/~s/versions", status: 200, has: [2] },
    {
      ask: "DELETE /subjects/~s",
      status: 200,
      has: [2],
      apicurio: { has: [1, 2], why: "Apicurio lists versions deleted earlier too" },
    },
    { ask: "DELETE /subjects/~s?permanent=true", status: 200, has: [1, 2] },
    { ask: "GET /subjects/~s/versions?deleted=true", status: 404, has: error(40401) },
    { ask: "GET /schemas/ids/$first", status: 404, has: error(40403) },
  ],
  "a mode says whether schemas are taken": [
    { ask: "GET /mode", status: 200, has: { mode: "READWRITE" } },
    { ask: "PUT /mode/~s", send: { mode: "SOMETIMES" }, status: 422, has: error(42204) },
    { ask: "PUT /mode/~s", send: { mode: "READONLY" }, status: 200, has: { mode: "READONLY" } },
    { ask: "GET /mode/~s", status: 200, has: { mode: "READONLY" } },
    { ask: "POST /subjects/~s/versions", send: one, status: 422, has: error(42205) },
    { ask: "PUT /mode/~s", send: { mode: "IMPORT" }, status: 200, has: { mode: "IMPORT" } },
    { ask: "POST /subjects/~s/versions", send: one, status: 422, has: error(42205) },
    {
      ask: "POST /subjects/~s/versions",
      send: { ...one, id: 70_001, version: 3 },
      status: 200,
      has: { id: 70_001 },
    },
    { ask: "GET /subjects/~s/versions", status: 200, has: [3] },
    {
      ask: "POST /subjects/~s/versions",
      send: { ...breaking, id: 70_001, version: 4 },
      status: 422,
      has: error(42205),
    },
    { ask: "PUT /mode/~s", send: { mode: "READWRITE" }, status: 200 },
    { ask: "POST /subjects/~s/versions", send: { ...two, id: 70_009 }, status: 422, has: error(42205) },
    { ask: "PUT /mode/~s", send: { mode: "IMPORT" }, status: 422, has: error(42205) },
    { ask: "PUT /mode/~s?force=true", send: { mode: "IMPORT" }, status: 200 },
    { ask: "DELETE /mode/~s", status: 200 },
    { ask: "GET /mode/~s", status: 404, has: error(40409) },
    { ask: "GET /mode/~s?defaultToGlobal=true", status: 200, has: { mode: "READWRITE" } },
  ],
  "a global mode of READONLY_OVERRIDE stands above a subject's": [
    { ask: "PUT /mode/~s", send: { mode: "READWRITE" }, status: 200 },
    { ask: "PUT /mode", send: { mode: "READONLY_OVERRIDE" }, status: 200 },
    { ask: "POST /subjects/~s/versions", send: one, status: 422, has: error(42205) },
    { ask: "PUT /mode", send: { mode: "READONLY" }, status: 200 },
    { ask: "POST /subjects/~s/versions", send: one, status: 200 },
    { ask: "POST /subjects/~t/versions", send: one, status: 422, has: error(42205) },
    { ask: "PUT /mode", send: { mode: "READWRITE" }, status: 200 },
    { ask: "DELETE /mode/~s", status: 200 },
  ],
  "other kinds of schema": [
    { ask: "GET /schemas/types", status: 200, has: ["AVRO"] },
    {
      ask: "POST /subjects/~s/versions",
      send: { schemaType: "PROTOBUF", schema: 'syntax = "proto3"; message M { string a = 1; }' },
      status: 422,
      has: error(42201),
    },
    {
      ask: "POST /subjects/~s/versions",
      send: { schemaType: "XML", schema: "<a/>" },
      status: 422,
      has: error(42201),
    },
  ],
  "names with slashes, spaces and other letters are names": [
    { ask: "POST /subjects/~a%2Fb%20c%C3%A9/versions", send: one, status: 200 },
    { ask: "GET /subjects/~a%2Fb%20c%C3%A9/versions/1", status: 200, has: { subject: "~a/b cé" } },
  ],
};

for (const [name, { from, to, backward, forward, apicurio }] of Object.entries(evolutions)) {
  const known = apicurio === undefined ? {} : { apicurio: { why: apicurio } };
  const ask = "POST /compatibility/subjects/~s/versions/latest" as const;
  chapters[`compatible or not: ${name}`] = [
    { ask: "PUT /config/~s", send: { compatibility: "NONE" }, status: 200 },
    { ask: "POST /subjects/~s/versions", send: schema(from), status: 200 },
    { ask: "PUT /config/~s", send: { compatibility: "BACKWARD" }, status: 200 },
    { ask, send: schema(to), status: 200, has: { is_compatible: backward }, ...known },
    { ask: "PUT /config/~s", send: { compatibility: "FORWARD" }, status: 200 },
    { ask, send: schema(to), status: 200, has: { is_compatible: forward }, ...known },
    { ask: "PUT /config/~s", send: { compatibility: "FULL" }, status: 200 },
    { ask, send: schema(to), status: 200, has: { is_compatible: backward && forward }, ...known },
  ];
}
