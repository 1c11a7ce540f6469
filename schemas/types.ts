// Generated from the .avsc files by `npm run generate`; the check fails where it has drifted.

export type EventKind = "found" | "seen" | "closed";

export interface Payload {
  url: string;
  /** The Content-Type header as received. */
  media_type: string;
  /** The bytes as received, after transfer decoding. */
  body: Buffer;
}

export interface StatedSalary {
  min: null | number;
  max: null | number;
  currency: null | string;
  period: null | string;
}

/** The payload's fields as the source states them, not yet interpreted; null where it states none. */
export interface ParsedPosting {
  title: null | string;
  company: null | string;
  company_logo_url: null | string;
  location: null | string;
  employment_type: null | string;
  seniority_level: null | string;
  workplace_type: null | string;
  industries: string[];
  job_functions: string[];
  description_html: null | string;
  skills: string[];
  salary: null | StatedSalary;
  posted_time: null | string;
  expire_time: null | string;
  apply_url: null | string;
  reposted: null | boolean;
  reposted_info: null | string;
  applicant_count: null | string;
  application_type: null | string;
  skills_summary: null | string;
}

/** What a source saw of one posting at one moment. Nothing is thrown away: the payload as fetched stands beside what it parsed to. */
export interface RawEvent {
  /** found carries a payload; seen and closed only say so. */
  event: EventKind;
  /** Hash of source and source_id; the key of every topic. */
  job_id: string;
  source: string;
  source_id: string;
  job_url: null | string;
  /** Milliseconds since 1970, UTC. */
  observed_at: number;
  /** True for made-up postings, which are labelled so wherever they are shown. */
  synthetic: boolean;
  search_keyword: null | string;
  search_location: null | string;
  source_file: null | string;
  /** Why it is said: of closed, what showed it. */
  reason: null | string;
  payload: null | Payload;
  parsed: null | ParsedPosting;
}

export type EmploymentType = "full_time" | "part_time" | "contract" | "internship" | "temporary";

export type SeniorityLevel = "intern" | "junior" | "mid" | "senior" | "lead" | "manager" | "director" | "executive";

export type WorkplaceType = "remote" | "hybrid" | "onsite";

export type SalaryPeriod = "year" | "month" | "week" | "day" | "hour";

export interface Salary {
  min: null | number;
  max: null | number;
  /** ISO 4217. */
  currency: string;
  period: SalaryPeriod;
}

/** One version of a posting, cleaned: a pure function of one raw event. null is null, never a guess. */
export interface Posting {
  job_id: string;
  source: string;
  source_id: string;
  job_url: null | string;
  apply_url: null | string;
  /** Milliseconds since 1970, UTC. */
  observed_at: number;
  /** The day of observed_at in UTC, YYYY-MM-DD. */
  ingestion_date: string;
  synthetic: boolean;
  title: string;
  company: null | string;
  company_logo_url: null | string;
  /** As stated. */
  location: null | string;
  employment_type: null | EmploymentType;
  seniority_level: null | SeniorityLevel;
  workplace_type: null | WorkplaceType;
  industries: string[];
  job_functions: string[];
  /** Clean text; the offsets of every mention point into it, in UTF-16 code units. */
  description: string;
  /** As the source states them. */
  skills: string[];
  skills_summary: null | string;
  salary: null | Salary;
  posted_time: null | number;
  expire_time: null | number;
  reposted: null | boolean;
  reposted_info: null | string;
  applicant_count: null | number;
  application_type: null | string;
  search_keyword: null | string;
  search_location: null | string;
  source_file: null | string;
  /** ISO 639-1 of the description. */
  language: null | string;
  /** Over what a person would call the posting's content: equal hashes are the same version. */
  content_hash: string;
  /** One letter per non-empty line of the description: A company, D duties, Q qualifications, P preferred, B benefits, L legal, O other. */
  lines: string;
  /** name@version */
  normalizer: string;
}

export type Visa = "sponsors" | "no_sponsorship";

export interface RoleSummary {
  title: null | string;
  objective: null | string;
  seniority: null | SeniorityLevel;
  visa: null | Visa;
  employment_type: null | EmploymentType;
  salary: null | Salary;
}

export interface CompanyFacts {
  type: null | string;
  values: string[];
}

/** Location and work model. */
export interface Workplace {
  work_model: null | WorkplaceType;
  flexibility: null | string;
  places: string[];
}

export type Education = "high_school" | "associate" | "bachelor" | "master" | "phd";

export interface Qualifications {
  experience_years_min: null | number;
  experience_years_max: null | number;
  education: null | Education;
  technical_skills: string[];
  soft_skills: string[];
  notes: string[];
}

export interface RoleContext {
  collaboration: string[];
  team: null | string;
  scope: null | string;
  responsibilities: string[];
}

export interface Benefits {
  training: string[];
  time_off: string[];
  other: string[];
}

export type SkillKind = "technology" | "method" | "domain" | "soft" | "language" | "certification";

export type Requirement = "required" | "preferred" | "mentioned";

export type MentionField = "title" | "description";

export interface Mention {
  field: MentionField;
  text: string;
  /** UTF-16 code units into the field. */
  start: number;
  end: number;
}

export interface Skill {
  /** Canonical, as in the taxonomy. */
  name: string;
  kind: SkillKind;
  requirement: Requirement;
  confidence: number;
  mentions: Mention[];
}

export interface Extraction {
  /** name@version */
  extractor: string;
  /** Version of the taxonomy. */
  taxonomy: string;
  role: RoleSummary;
  company: CompanyFacts;
  workplace: Workplace;
  required: Qualifications;
  preferred: Qualifications;
  context: RoleContext;
  benefits: Benefits;
  skills: Skill[];
}

/** A posting and what an extractor read in it; every skill with the spans that prove it. */
export interface EnrichedPosting {
  posting: Posting;
  extraction: Extraction;
}

export type ReceiptOutcome = "observed" | "dropped" | "rejected";

export type RejectionCause = "invalid" | "undecodable" | "poison" | "crashed";

/** What stands in a result's place when a raw event yields none: it was observed, dropped or rejected. It points to its raw event by the record's origin, and later stages hand it on unread. */
export interface Receipt {
  outcome: ReceiptOutcome;
  reason: string;
  /** Only of a rejection: what class of failure it was. */
  cause: null | RejectionCause;
  attempts: number;
  stage: string;
  /** name@version of the step that gave it. */
  version: string;
  job_id: null | string;
  source: null | string;
  source_id: null | string;
  /** seen or closed, where observed. */
  event: null | string;
  /** Milliseconds since 1970, UTC. */
  observed_at: number;
  synthetic: boolean;
}
