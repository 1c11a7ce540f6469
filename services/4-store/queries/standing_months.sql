-- In which months do the facts hold the postings that changed, and how many postings do those months hold?
SELECT month, count() AS postings
FROM fact_job_postings
WHERE generation = {generation:UInt32}
    AND month IN
    (
        SELECT month
        FROM fact_job_postings
        WHERE generation = {generation:UInt32}
            AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
    )
GROUP BY month
ORDER BY month
