-- Every posting that was found is a fact, and every fact was found.
SELECT count() AS broken, groupArray(5)(job) AS examples
FROM
(
    SELECT any(job_id) AS job
    FROM
    (
        SELECT posting_key, job_id, 1 AS found, 0 AS fact
        FROM posting_versions
        WHERE generation = {generation:UInt32} AND outcome = 'emitted'
        UNION ALL
        SELECT posting_key, job_id, 0, 1
        FROM fact_job_postings
        WHERE generation = {generation:UInt32}
    )
    GROUP BY posting_key
    HAVING max(found) != max(fact)
)
