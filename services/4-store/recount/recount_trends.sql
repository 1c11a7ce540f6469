-- What the trends of a generation must be, counted in the plainest way from its facts.
SELECT
    month,
    wish AS skill,
    countIf(counts) AS clusters,
    uniqExactIf(lowerUTF8(ifNull(company_name, '')), counts AND company_name IS NOT NULL) AS companies,
    countIf(counts AND cluster_open) AS open,
    countIf(counts AND workplace_type = 'remote') AS remote,
    count() AS postings
FROM fact_job_postings
ARRAY JOIN arrayPushFront(arrayDistinct(`skill.name`), '') AS wish
WHERE generation = {generation:UInt32}
GROUP BY month, wish
ORDER BY month, skill
