-- Postings in the forms in which others exchange them, in their latest version. What they say is read from the
-- landing table at the place that the facts name.

-- The staging table of LinkedIn scrapers, 16 columns; `skillstream import` reads it back. Its job_id is the source's
-- own id, its source_file says where a row of another source comes from.
CREATE VIEW IF NOT EXISTS linkedin_jobs_staging
AS SELECT
    generation,
    source,
    source_id AS job_id,
    concat(replaceOne(toString(observed_at), ' ', 'T'), 'Z') AS ingestionDate,
    title AS job_title,
    company AS company_name,
    company_logo_url,
    location,
    workplace_type,
    employment_type,
    seniority_level AS experience_level,
    description AS job_description,
    job_url AS job_link,
    applicant_count,
    application_type,
    reposted_info,
    skills_summary,
    source_file
FROM landing FINAL
WHERE (generation, raw_partition, raw_offset) IN (SELECT generation, raw_partition, raw_offset FROM fact_job_postings)
COMMENT 'Postings with the 16 columns of LinkedIn scrapers.';

-- What an extractor read in them, one JSON document a part.
CREATE VIEW IF NOT EXISTS linkedin_augmented_staging
AS SELECT
    generation,
    source,
    source_id AS job_id,
    extractor,
    JSONExtractRaw(extraction, 'role') AS job_summary,
    JSONExtractRaw(extraction, 'company') AS company_information,
    JSONExtractRaw(extraction, 'workplace') AS location_and_work_model,
    JSONExtractRaw(extraction, 'required') AS required_qualifications,
    JSONExtractRaw(extraction, 'preferred') AS preferred_qualifications,
    JSONExtractRaw(extraction, 'context') AS role_context,
    JSONExtractRaw(extraction, 'benefits') AS benefits
FROM landing FINAL
WHERE (generation, raw_partition, raw_offset) IN (SELECT generation, raw_partition, raw_offset FROM fact_job_postings)
COMMENT 'What an extractor read in each posting, part by part.';
