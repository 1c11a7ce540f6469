// Owns the form in which people hand postings over to be read and get what was read: that of the labelled
// postings (`id`, `text`, `work_model`, …), which `skillstream extract` and the API share. It knows the words of the
// form and nothing of how a posting is read.
import type { EnrichedPosting } from "./types.ts";

/** A posting as it is handed over; what is not known is left out or null. */
export interface GivenPosting {
  id: string | null;
  title: string;
  /** Plain, or HTML. */
  text: string;
  company: string | null;
  location: string | null;
  employment_type_stated: string | null;
  is_remote: boolean;
}

/** Throws with what is missing, in words for whoever wrote it. */
export function readGiven(row: unknown): GivenPosting {
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw new Error("it is no JSON object");
  const fields = row as Record<string, unknown>;
  const { title, text, id } = fields;
  if (typeof title !== "string") throw new Error('it has no "title", or one that is no text');
  if (typeof text !== "string") throw new Error('it has no "text", or one that is no text');
  if (id !== undefined && id !== null && typeof id !== "string") throw new Error('its "id" is no text');
  return {
    id: id ?? null,
    title,
    text,
    company: textOrNull(fields.company),
    location: textOrNull(fields.location),
    employment_type_stated: textOrNull(fields.employment_type_stated),
    is_remote: fields.is_remote === true,
  };
}

export const textOrNull = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);

const benefitsMax = 12;

export function answerOf({ posting, extraction }: EnrichedPosting) {
  const { role, workplace, required, preferred, benefits, skills } = extraction;
  return {
    id: posting.job_id,
    skills: skills.map(({ name, in_taxonomy, kind, requirement, confidence, mentions }) => ({
      name,
      in_taxonomy,
      kind,
      requirement,
      confidence,
      mentions,
    })),
    experience_years_min: required.experience_years_min ?? preferred.experience_years_min,
    experience_years_max:
      required.experience_years_min === null ? preferred.experience_years_max : required.experience_years_max,
    education_min: required.education,
    seniority: role.seniority,
    work_model: workplace.work_model,
    visa: role.visa,
    employment_type: role.employment_type,
    salary: role.salary,
    benefits: [...benefits.training, ...benefits.time_off, ...benefits.other].slice(0, benefitsMax),
    lines: posting.lines,
    flags: extraction.flags,
    extractor: extraction.extractor,
    taxonomy: extraction.taxonomy,
  };
}
