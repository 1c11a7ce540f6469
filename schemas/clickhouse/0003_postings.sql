-- Each posting's latest version, by (observed_at, raw_partition, raw_offset) and never by arrival. Filter it
-- by generation; a repeated landing row changes nothing here.
CREATE VIEW IF NOT EXISTS postings
AS SELECT
    generation,
    job_id,
    -- "when" orders what was seen; the last sight of any kind says whether the posting is still open.
    tupleElement(latest, 1) AS source,
    tupleElement(latest, 2) AS title,
    tupleElement(latest, 3) AS company,
    tupleElement(latest, 4) AS location,
    tupleElement(latest, 5) AS employment_type,
    tupleElement(latest, 6) AS seniority_level,
    tupleElement(latest, 7) AS workplace_type,
    tupleElement(latest, 8) AS language,
    tupleElement(latest, 9) AS salary_min,
    tupleElement(latest, 10) AS salary_max,
    tupleElement(latest, 11) AS salary_currency,
    tupleElement(latest, 12) AS salary_period,
    tupleElement(latest, 13) AS job_url,
    tupleElement(latest, 14) AS synthetic,
    tupleElement(latest, 15) AS content_hash,
    tupleElement(latest, 16) AS skill_names,
    tupleElement(latest, 17) AS skill_kinds,
    tupleElement(latest, 18) AS skill_requirements,
    if(tupleElement(latest, 19), tupleElement(latest, 20), toStartOfMonth(first_observed_at)) AS month,
    first_observed_at,
    last_observed_at,
    last_event = 'closed' AS closed,
    versions
FROM
(
    SELECT
        generation,
        job_id,
        argMaxIf(
            tuple(
                source, title, company, location, employment_type, seniority_level, workplace_type, language,
                salary_min, salary_max, salary_currency, salary_period, job_url, synthetic, content_hash,
                skill.name, skill.kind, skill.requirement, posted_time_credible, month
            ),
            (observed_at, raw_partition, raw_offset),
            outcome = 'emitted'
        ) AS latest,
        minIf(observed_at, outcome = 'emitted') AS first_observed_at,
        max(observed_at) AS last_observed_at,
        argMax(event, (observed_at, raw_partition, raw_offset)) AS last_event,
        uniqExactIf(content_hash, outcome = 'emitted') AS versions
    FROM landing
    WHERE outcome IN ('emitted', 'observed')
    GROUP BY generation, job_id
    HAVING versions > 0
)
COMMENT 'Each posting once per generation, in its latest version.';
