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

/** What the work is, by title and duties. */
export interface Role {
  /** As in 2-normalize/roles.txt. */
  name: string;
  /** From 0 to 1. */
  confidence: number;
}

/** One of the places that a posting names; the finer parts are null where it names none. */
export interface PostingPlace {
  /** Wider than a country: Europe, North America. */
  region: null | string;
  /** ISO 3166-1, two letters. */
  country: null | string;
  state: null | string;
  city: null | string;
  latitude: null | number;
  longitude: null | number;
}

/** The salary in its own currency, a full year of it. */
export interface YearlySalary {
  min: null | number;
  max: null | number;
}

/** What near-duplicates are found and judged by; null where there is too little text. */
export interface Fingerprint {
  /** Key of the title without place, reference numbers and the like. */
  title: string;
  /** Key of the company. */
  company: null | string;
  /** Hashes by which similar texts meet, below 2^52; the place in the list is part of the key. */
  bands: number[];
  /** MinHash of the text that tells this posting from others of its company, base64. */
  signature: string;
}

export type MentionField = "title" | "description";

export interface Order {
  field: MentionField;
  /** UTF-16 code units into the field. */
  start: number;
  end: number;
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
  /** Canonical: the same for all spellings of one company. */
  company_name: null | string;
  role: null | Role;
  /** Of the role, as in 2-normalize/roles.txt. */
  job_function: null | string;
  places: PostingPlace[];
  salary_per_year: null | YearlySalary;
  experience_years_min: null | number;
  experience_years_max: null | number;
  /** The stated skills by their canonical terms; what is no skill is left out. */
  skill_terms: string[];
  /** Of each field that its source did not state itself: where it was read (title, description, location, …). */
  derived_from: Record<string, string>;
  /** Fields that the source states in a form that cannot be read, and that are therefore null. */
  unreadable: string[];
  fingerprint: null | Fingerprint;
  /** Where the text gives orders to machines that read it; whoever reads it for facts passes over them. */
  orders: Order[];
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

export interface Mention {
  field: MentionField;
  text: string;
  /** UTF-16 code units into the field. */
  start: number;
  end: number;
}

export interface Skill {
  /** Canonical, as in the taxonomy; for a skill that it lacks, the words of the mention. */
  name: string;
  in_taxonomy: boolean;
  kind: SkillKind;
  requirement: Requirement;
  /** The share of such claims that people would call right. */
  confidence: number;
  mentions: Mention[];
}

export type ExtractionFlag = "keyword_stuffing" | "disguised_letters" | "instructions";

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
  /** What makes the text itself doubtful. */
  flags: ExtractionFlag[];
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
