-- What is known of one posting: its latest version, and whether its source has closed it since? The version is found
-- by its id alone; only then is the rest of it read.
WITH
    (
        SELECT (
            argMaxIf((raw_partition, raw_offset), (observed_at, raw_partition, raw_offset), outcome = 'emitted'),
            argMax(event, (observed_at, raw_partition, raw_offset)) = 'closed'
        )
        FROM landing
        WHERE generation = {generation:UInt32}
            AND job_id = {job_id:String}
            AND outcome IN ('emitted', 'observed')
    ) AS latest
SELECT
    job_id, source, source_id, job_url, apply_url, title, company, company_logo_url, location, employment_type,
    seniority_level, workplace_type, industries, job_functions, description, skills, skills_summary,
    salary_min, salary_max, salary_currency, salary_period, posted_time, expire_time, reposted, reposted_info,
    applicant_count, application_type, language, synthetic, observed_at, content_hash, normalizer, extraction,
    raw_partition, raw_offset,
    latest.2 AS closed
FROM landing
WHERE generation = {generation:UInt32}
    AND raw_partition = latest.1.1
    AND raw_offset = latest.1.2
    AND job_id = {job_id:String}
    AND outcome = 'emitted'
LIMIT 1
