-- A posting stands in the facts once, in one month.
SELECT count() AS broken, groupArray(5)(job) AS examples
FROM
(
    SELECT any(job_id) AS job
    FROM fact_job_postings
    WHERE generation = {generation:UInt32}
    GROUP BY posting_key
    HAVING count() > 1
)
