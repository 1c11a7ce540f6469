-- In which months do the facts hold the postings that changed?
SELECT DISTINCT month
FROM fact_job_postings
WHERE generation = {generation:UInt32}
    AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
ORDER BY month
