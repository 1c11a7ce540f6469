// Owns made-up answers for tests, as a stage would hand them to the landing table.
import type { Answer } from "@skillstream/platform/outcome.ts";
import { blankPosting } from "@skillstream/schemas/blank.ts";
import type { EnrichedPosting, Extraction, Posting, Receipt } from "@skillstream/schemas/types.ts";

const sampleDay = Date.UTC(2026, 4, 12, 9);

function samplePosting(changes: Partial<Posting> = {}): Posting {
  return {
    ...blankPosting,
    job_id: "job-1",
    source: "demo",
    source_id: "1",
    job_url: "https://jobs.example/1",
    observed_at: sampleDay,
    ingestion_date: "2026-05-12",
    synthetic: true,
    title: "Data Engineer",
    company: "Northwind",
    company_name: "Northwind",
    location: "Lisbon",
    employment_type: "full_time",
    seniority_level: "senior",
    workplace_type: "remote",
    industries: ["Software"],
    description: "You know SQL and Rust.",
    salary: { min: 50_000, max: 60_000, currency: "EUR", period: "year" },
    salary_per_year: { min: 50_000, max: 60_000 },
    posted_time: sampleDay,
    language: "en",
    content_hash: "hash-1",
    lines: "Q",
    normalizer: "normalize@1",
    ...changes,
  };
}

const nothingAsked = {
  experience_years_min: null,
  experience_years_max: null,
  education: null,
  technical_skills: [],
  soft_skills: [],
  notes: [],
};

function sampleExtraction(skills: string[]): Extraction {
  return {
    extractor: "embedded@1",
    taxonomy: "1",
    role: {
      title: null,
      objective: null,
      seniority: null,
      visa: null,
      employment_type: null,
      salary: null,
    },
    company: { type: null, values: [] },
    workplace: { work_model: null, flexibility: null, places: [] },
    required: nothingAsked,
    preferred: nothingAsked,
    context: { collaboration: [], team: null, scope: null, responsibilities: [] },
    benefits: { training: [], time_off: [], other: [] },
    flags: [],
    skills: skills.map((name) => ({
      name,
      in_taxonomy: true,
      kind: "technology",
      requirement: "required",
      confidence: 0.9,
      mentions: [{ field: "description", text: name, start: 9, end: 9 + name.length }],
    })),
  };
}

/** A posting's version as raw event `origin`. */
export function found(
  origin: number,
  posting: Partial<Posting> = {},
  skills: string[] = ["SQL"],
): Answer<EnrichedPosting> {
  const value = { posting: samplePosting(posting), extraction: sampleExtraction(skills) };
  return {
    origin,
    offset: origin,
    key: value.posting.job_id,
    traceparent: undefined,
    result: { kind: "emit", value },
  };
}

export function receipt(origin: number, changes: Partial<Receipt> = {}): Answer<EnrichedPosting> {
  const value: Receipt = {
    outcome: "observed",
    reason: "",
    cause: null,
    attempts: 1,
    stage: "normalize",
    version: "normalize@1",
    job_id: "job-1",
    source: "demo",
    source_id: "1",
    event: "seen",
    observed_at: sampleDay,
    synthetic: true,
    ...changes,
  };
  return {
    origin,
    offset: origin,
    key: value.job_id ?? "",
    traceparent: undefined,
    result: { kind: "receipt", receipt: value },
  };
}
