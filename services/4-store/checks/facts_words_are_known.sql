-- Employment, seniority and workplace are one of their words, or unknown.
SELECT sum(rows) AS broken, groupArray(5)(words) AS examples
FROM
(
    SELECT
        concat(ifNull(employment_type, '-'), ' / ', ifNull(seniority_level, '-'), ' / ', ifNull(workplace_type, '-')) AS words,
        count() AS rows
    FROM fact_job_postings
    WHERE generation = {generation:UInt32}
        AND
        (
            ifNull(employment_type, 'full_time') NOT IN ('full_time', 'part_time', 'contract', 'internship', 'temporary')
            OR ifNull(seniority_level, 'mid') NOT IN ('intern', 'junior', 'mid', 'senior', 'lead', 'manager', 'director', 'executive')
            OR ifNull(workplace_type, 'remote') NOT IN ('remote', 'hybrid', 'onsite')
        )
    GROUP BY words
)
