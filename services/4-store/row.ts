// Owns the landing table's row: which column takes what of an answer. Pure: the same record gives the same
// row, whenever and by whomever it is written. Any record of the schema gives a row that ClickHouse takes.
import type { Answer } from "@skillstream/platform/outcome.ts";
import type { EnrichedPosting, Extraction, Posting, Receipt } from "@skillstream/schemas/types.ts";

export interface Place {
  generation: number;
  partition: number;
}

type Landed = Answer<EnrichedPosting>;

/** What every row has. */
const eventColumns = {
  raw_offset: ({ origin }) => origin,
  stage_offset: ({ offset }) => offset,
  outcome: ({ result }) => (result.kind === "emit" ? "emitted" : result.receipt.outcome),
  event: ({ result }) => (result.kind === "emit" ? "found" : result.receipt.event),
  job_id: (answer) => subject(answer).job_id,
  source: (answer) => subject(answer).source,
  source_id: (answer) => subject(answer).source_id,
  observed_at: (answer) => time(subject(answer).observed_at) ?? "1970-01-01 00:00:00",
  synthetic: (answer) => subject(answer).synthetic,
} satisfies Record<string, (answer: Landed) => unknown>;

const receiptColumns = {
  reason: (receipt) => receipt.reason,
  cause: (receipt) => receipt.cause,
  attempts: (receipt) => receipt.attempts,
  stage: (receipt) => receipt.stage,
  version: (receipt) => receipt.version,
} satisfies Record<string, (receipt: Receipt) => unknown>;

const postingColumns = {
  content_hash: (posting) => posting.content_hash,
  job_url: (posting) => posting.job_url,
  apply_url: (posting) => posting.apply_url,
  title: (posting) => posting.title,
  company: (posting) => posting.company,
  company_logo_url: (posting) => posting.company_logo_url,
  location: (posting) => posting.location,
  employment_type: (posting) => posting.employment_type,
  seniority_level: (posting) => posting.seniority_level,
  workplace_type: (posting) => posting.workplace_type,
  industries: (posting) => posting.industries,
  job_functions: (posting) => posting.job_functions,
  description: (posting) => posting.description,
  skills: (posting) => posting.skills,
  skills_summary: (posting) => posting.skills_summary,
  salary_min: (posting) => posting.salary?.min,
  salary_max: (posting) => posting.salary?.max,
  salary_currency: (posting) => posting.salary?.currency,
  salary_period: (posting) => posting.salary?.period,
  posted_time: (posting) => time(posting.posted_time),
  expire_time: (posting) => time(posting.expire_time),
  reposted: (posting) => posting.reposted,
  reposted_info: (posting) => posting.reposted_info,
  applicant_count: (posting) => posting.applicant_count,
  application_type: (posting) => posting.application_type,
  search_keyword: (posting) => posting.search_keyword,
  search_location: (posting) => posting.search_location,
  source_file: (posting) => posting.source_file,
  language: (posting) => posting.language,
  normalizer: (posting) => posting.normalizer,
  company_name: (posting) => posting.company_name,
  role: (posting) => posting.role?.name,
  role_confidence: (posting) => posting.role?.confidence,
  job_function: (posting) => posting.job_function,
  "place.region": (posting) => posting.places.map((place) => place.region ?? ""),
  "place.country": (posting) => posting.places.map((place) => place.country ?? ""),
  "place.state": (posting) => posting.places.map((place) => place.state ?? ""),
  "place.city": (posting) => posting.places.map((place) => place.city ?? ""),
  "place.latitude": (posting) => posting.places.map((place) => place.latitude),
  "place.longitude": (posting) => posting.places.map((place) => place.longitude),
  salary_year_min: (posting) => posting.salary_per_year?.min,
  salary_year_max: (posting) => posting.salary_per_year?.max,
  experience_years_min: (posting) => posting.experience_years_min,
  experience_years_max: (posting) => posting.experience_years_max,
  skill_terms: (posting) => posting.skill_terms,
  derived_from: (posting) => posting.derived_from,
  unreadable: (posting) => posting.unreadable,
  title_key: (posting) => posting.fingerprint?.title,
  company_key: (posting) => posting.fingerprint?.company,
  bands: (posting) => posting.fingerprint?.bands,
  signature: (posting) => posting.fingerprint?.signature,
} satisfies Record<string, (posting: Posting) => unknown>;

const extractionColumns = {
  extractor: (extraction) => extraction.extractor,
  taxonomy: (extraction) => extraction.taxonomy,
  "skill.name": (extraction) => known(extraction).map((skill) => skill.name),
  "skill.kind": (extraction) => known(extraction).map((skill) => skill.kind),
  "skill.requirement": (extraction) => known(extraction).map((skill) => skill.requirement),
  "skill.confidence": (extraction) => known(extraction).map((skill) => skill.confidence),
  "skill.mentions": (extraction) => known(extraction).map((skill) => skill.mentions.length),
  "emerging.name": (extraction) => emerging(extraction).map((skill) => skill.name),
  "emerging.kind": (extraction) => emerging(extraction).map((skill) => skill.kind),
  flags: (extraction) => extraction.flags,
  role_seniority: (extraction) => extraction.role.seniority,
  visa: (extraction) => extraction.role.visa,
  work_model: (extraction) => extraction.workplace.work_model,
  education: (extraction) => extraction.required.education,
  extraction: (extraction) => JSON.stringify(extraction, wellFormed),
} satisfies Record<string, (extraction: Extraction) => unknown>;

/** Trends count skills by their canonical names; what the taxonomy lacks waits for review. */
const known = ({ skills }: Extraction) => skills.filter(({ in_taxonomy }) => in_taxonomy);
const emerging = ({ skills }: Extraction) => skills.filter(({ in_taxonomy }) => !in_taxonomy);

export const landingColumns = [
  "generation",
  "raw_partition",
  ...Object.keys({ ...eventColumns, ...receiptColumns, ...postingColumns, ...extractionColumns }),
];

const eventValues = Object.values(eventColumns);
const receiptValues = Object.values(receiptColumns);
const postingValues = Object.values(postingColumns);
const extractionValues = Object.values(extractionColumns);

/** One line of JSONCompactEachRow. null stands for a column's default where the column takes no null. */
export function landingRow(place: Place, answer: Landed): string {
  const { result } = answer;
  const row: unknown[] = [place.generation, place.partition];
  for (const value of eventValues) row.push(value(answer));
  if (result.kind === "emit") {
    for (const _ of receiptValues) row.push(null);
    for (const value of postingValues) row.push(value(result.value.posting));
    for (const value of extractionValues) row.push(value(result.value.extraction));
  } else {
    for (const value of receiptValues) row.push(value(result.receipt));
    for (const _ of postingValues) row.push(null);
    for (const _ of extractionValues) row.push(null);
  }
  const line = JSON.stringify(row);
  // Half a surrogate pair is written as an escape, which ClickHouse refuses; rare, so only then looked for.
  return `${line.includes("\\ud") ? JSON.stringify(row, wellFormed) : line}\n`;
}

function subject({ result }: Landed): Posting | Receipt {
  return result.kind === "emit" ? result.value.posting : result.receipt;
}

const earliestMs = Date.UTC(1900, 0, 1);
const latestMs = Date.UTC(2299, 11, 31);

/** null where the column could not hold it: such a date is as good as none. */
function time(milliseconds: number | null): string | null {
  if (milliseconds === null || !(milliseconds >= earliestMs && milliseconds <= latestMs)) return null;
  return new Date(milliseconds).toISOString().slice(0, 23).replace("T", " ");
}

function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}
