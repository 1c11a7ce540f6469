-- The views of 0013 found their rows by a set of triples, which takes 769 MiB of 10 million postings. As a bitmap the
-- same places take a few. A place is one number in it: 2^40 raw offsets in each of 2^10 raw partitions in each of 2^14
-- generations.
CREATE OR REPLACE VIEW linkedin_jobs_staging
AS WITH
    (
        SELECT groupBitmapState(toUInt64(generation) * 1125899906842624 + raw_partition * 1099511627776 + raw_offset)
        FROM fact_job_postings
    ) AS latest
SELECT
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
WHERE bitmapContains(latest, toUInt64(generation) * 1125899906842624 + raw_partition * 1099511627776 + raw_offset)
COMMENT 'Postings with the 16 columns of LinkedIn scrapers.';

CREATE OR REPLACE VIEW linkedin_augmented_staging
AS WITH
    (
        SELECT groupBitmapState(toUInt64(generation) * 1125899906842624 + raw_partition * 1099511627776 + raw_offset)
        FROM fact_job_postings
    ) AS latest
SELECT
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
WHERE bitmapContains(latest, toUInt64(generation) * 1125899906842624 + raw_partition * 1099511627776 + raw_offset)
COMMENT 'What an extractor read in each posting, part by part.';
