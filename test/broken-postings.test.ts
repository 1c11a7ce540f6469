// Broken input of every field, by rule and by a seeded generator: whatever a source states, a posting comes out that
// can be encoded and stored, or a rejection with its reason. What cannot be read is null and named, and nothing
// stands in the posting that its source does not say.
import { normalize } from "@skillstream/normalize/normalize.ts";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import { type RecordName, schemaText } from "@skillstream/schemas/topics.ts";
import type { Extraction, ParsedPosting, Posting, RawEvent } from "@skillstream/schemas/types.ts";
import { landingColumns, landingRow } from "@skillstream/store/row.ts";
import avro, { type Type } from "avsc";
import { describe, expect, test } from "vitest";

const observedAt = Date.UTC(2026, 10, 2, 3);

/** None of them says anything that a field is for. */
const hostile: Record<string, string> = {
  "nothing at all": "",
  blanks: " \n\t\u00a0\u200b\u2003 ",
  "control characters": "\0\u0001\u0007\u001f\u007f\u0085",
  "half a character": "\ud800",
  "the other half": "\udc00 qx",
  "a text that turns around": "\u202eqxz\u202c \u2066\u2067zxq",
  "what is no character": "\ufeff\ufffe\uffff\ufffd",
  "a million letters": "q".repeat(1_000_000),
  "a hundred thousand words": "qx ".repeat(100_000),
  "elements without end": "<div>".repeat(20_000),
  "a deep list": "<ul><li>".repeat(5_000),
  "entities in entities": "&amp;".repeat(20_000) + "lt;".repeat(100),
  "impossible entities": "&#0;&#xD800;&#x110000;&#99999999999;&qx;",
  "comments without end": "<!--".repeat(10_000),
  "an attribute without end": `<p style="${"q;".repeat(50_000)}`,
  "a script": "<script>while(1);</script><style>*{}</style>",
  "a template": "{{qx}} %s%n%x <%= qx %>",
  "an injection": "'); DROP TABLE qx;--",
  "nested braces": '{"q":['.repeat(5_000),
  "no number": "NaN",
  "no end": "-Infinity",
  "a number too large": "1e999",
  "a number below zero": "-1",
  "the year zero": "0000-00-00",
  "a year of five digits": "99999-12-31T00:00:00Z",
  "before the calendar": "-000001-01-01T00:00:00Z",
  "an object as text": "[object Object]",
  "a script's address": "javascript:alert(1)",
  "a broken address": "http://[qx",
  "an endless address": `https://qx.example/${"q".repeat(5_000)}`,
  "many animals": "🦆".repeat(10_000),
  "mended wrong": "Ã©qxÃ¼â€œÂ\u0081",
  "many marks": `q${"\u0301".repeat(10_000)}`,
};

const sayingSomething = new Set(
  [
    "a million letters",
    "a hundred thousand words",
    "a template",
    "an injection",
    "a number too large",
    "the year zero",
    "a year of five digits",
    "before the calendar",
    "a broken address",
  ].map((name) => hostile[name]),
);

const textFields = Object.entries(nothingStated())
  .filter(([name, value]) => value === null && name !== "salary" && name !== "reposted")
  .map(([name]) => name as keyof ParsedPosting);
const listFields = ["industries", "job_functions", "skills"] as const;

function event(parsed: Partial<ParsedPosting>, fields: Partial<RawEvent> = {}): RawEvent {
  return {
    event: "found",
    job_id: "0123456789abcdef0123456789abcdef",
    source: "test",
    source_id: "1",
    job_url: null,
    observed_at: observedAt,
    synthetic: true,
    search_keyword: null,
    search_location: null,
    source_file: null,
    reason: null,
    payload: null,
    parsed: { ...nothingStated(), title: "Qux", ...parsed },
    ...fields,
  };
}

/** The posting, after it went through everything that a posting goes through; null where it is rejected. */
function landed(raw: RawEvent): Posting | null {
  const outcome = normalize(raw);
  if (outcome.kind === "reject") return null;
  if (outcome.kind !== "emit") throw new Error(`it is ${outcome.kind}`);
  const { value: posting } = outcome;
  const read = types.EnrichedPosting.fromBuffer(types.EnrichedPosting.toBuffer({ posting, extraction })) as {
    posting: Posting;
  };
  const line = landingRow(
    { generation: 1, partition: 0 },
    {
      origin: 0,
      offset: 0,
      key: raw.job_id,
      traceparent: undefined,
      result: { kind: "emit", value: { posting: read.posting, extraction } },
    },
  );
  expect(JSON.parse(line)).toHaveLength(landingColumns.length);
  // ClickHouse takes no half of a surrogate pair.
  expect(/\\ud[89a-f]/i.test(line)).toBe(false);
  return posting;
}

const types = avroTypes(["Posting", "EnrichedPosting"]);

function avroTypes<N extends RecordName>(names: readonly N[]): Record<N, Type> {
  const registry: Record<string, Type> = {};
  return Object.fromEntries(
    names.map((name) => [name, avro.Type.forSchema(JSON.parse(schemaText(name)), { registry })]),
  ) as Record<N, Type>;
}

const extraction: Extraction = {
  extractor: "none@0",
  taxonomy: "0",
  role: { title: null, objective: null, seniority: null, visa: null, employment_type: null, salary: null },
  company: { type: null, values: [] },
  workplace: { work_model: null, flexibility: null, places: [] },
  required: noQualifications(),
  preferred: noQualifications(),
  context: { collaboration: [], team: null, scope: null, responsibilities: [] },
  benefits: { training: [], time_off: [], other: [] },
  skills: [],
  flags: [],
};

function noQualifications(): Extraction["required"] {
  return {
    experience_years_min: null,
    experience_years_max: null,
    education: null,
    technical_skills: [],
    soft_skills: [],
    notes: [],
  };
}

/** What is read out of words, and what cannot be read out of these. */
const readFacts = {
  employment_type: null,
  seniority_level: null,
  workplace_type: null,
  places: [],
  salary: null,
  salary_per_year: null,
  experience_years_min: null,
  experience_years_max: null,
  posted_time: null,
  expire_time: null,
  applicant_count: null,
  role: null,
  job_function: null,
} satisfies Partial<Posting>;

/** Fields that must say so where they cannot be read. */
const named = new Set<keyof ParsedPosting>([
  "employment_type",
  "seniority_level",
  "workplace_type",
  "location",
  "posted_time",
  "expire_time",
  "apply_url",
  "company_logo_url",
]);

/** Words of the posting that its event does not have, markup and all. */
function madeUp(posting: Posting, raw: RawEvent): string[] {
  // What is not seen may stand between the letters of a word.
  const said = JSON.stringify(raw)
    .replace(/\\u[\da-f]{4}|\p{C}/gu, "")
    .toLowerCase();
  const { title, company, company_name, location, description, skills, skill_terms, industries } = posting;
  const { skills_summary, reposted_info, application_type, job_functions } = posting;
  const told = [title, company, company_name, location, description, skills_summary, reposted_info];
  const words = [...told, application_type, skills, skill_terms, industries, job_functions]
    .join(" ")
    .toLowerCase()
    .match(/[a-z]{2,}/g);
  return [...new Set(words)].filter((word) => !said.includes(word));
}

describe.each(textFields)("%s", (field) => {
  test.each(Object.entries(hostile))("with %s", (_, value) => {
    const raw = event({ [field]: value });
    const posting = landed(raw);
    if (posting === null) {
      expect(field).toBe("title");
      return;
    }
    expect(posting).toMatchObject(readFacts);
    expect(madeUp(posting, raw)).toEqual([]);
    const isNamed = named.has(field) && sayingSomething.has(value);
    if (isNamed) expect(posting.unreadable).toEqual([field]);
    expect(posting.unreadable.filter((one) => one !== field)).toEqual([]);
  });
});

test.each(listFields)("%s with everything at once, ten thousand times", (field) => {
  const raw = event({
    [field]: Array.from({ length: 10_000 }, (_, i) => Object.values(hostile)[i % 30] ?? ""),
  });
  const posting = landed(raw);
  expect(posting).toMatchObject(readFacts);
  expect(posting?.[field].length).toBeLessThanOrEqual(50);
  for (const item of posting?.[field] ?? []) expect(item.length).toBeLessThanOrEqual(500);
});

const numbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0, -0, 1e300, 5e-324];

describe("salary", () => {
  test.each(numbers)("of %d is none", (amount) => {
    for (const [min, max] of [
      [amount, null],
      [null, amount],
      [amount, amount],
    ] as const) {
      const posting = landed(event({ salary: { min, max, currency: "USD", period: "year" } }));
      expect(posting).toMatchObject({ salary: null, salary_per_year: null, unreadable: ["salary"] });
    }
  });

  test.each(Object.values(hostile))("in a currency or for a period that is none, %#", (word) => {
    const amounts = { min: 50_000, max: 60_000 };
    for (const salary of [
      { ...amounts, currency: word, period: "year" },
      { ...amounts, currency: word, period: word },
    ]) {
      const posting = landed(event({ salary }));
      expect(posting).toMatchObject({ salary: null, unreadable: ["salary"] });
    }
  });
});

test.each([...numbers.filter((time) => !Object.is(Math.abs(time), 0)), 1.5, 8.64e15, Date.UTC(10_000, 0)])(
  "an event that was observed at %d is rejected",
  (observed_at) => {
    expect(normalize(event({}, { observed_at }))).toEqual({
      kind: "reject",
      reason: "observed_at is no time",
    });
  },
);

test("all fields broken together, at random", () => {
  const next = seeded(20_261_102);
  const pick = <T>(from: readonly T[]) => from[Math.floor(next() * from.length)] as T;
  // The largest ones have had their turn alone; Nan is a province too.
  const values = [
    ...Object.values(hostile).filter((value) => value.length < 60_000 && value !== "NaN"),
    "Remote",
    "3 days ago",
    "12",
  ];
  const text = () => (next() < 0.2 ? null : `${pick(values)}${next() < 0.3 ? pick(values) : ""}`);
  for (let round = 0; round < 400; round++) {
    const parsed = nothingStated();
    for (const field of textFields) Object.assign(parsed, { [field]: text() });
    for (const field of listFields) parsed[field] = [text() ?? "", text() ?? ""];
    const salary = { min: pick(numbers), max: pick(numbers), currency: text(), period: text() };
    const raw = event({ ...parsed, salary, reposted: pick([true, false, null]) }, { job_url: text() });
    const posting = landed(raw);
    if (posting === null) continue;
    expect(posting.salary).toBeNull();
    expect(posting.experience_years_min).toBeNull();
    expect(posting.places).toEqual([]);
    expect(madeUp(posting, raw)).toEqual([]);
  }
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
