-- The facts of a generation in the columns of recount_facts.sql.
SELECT
    month,
    job_id,
    cluster_id,
    counts,
    source,
    title,
    company_name,
    workplace_type,
    arraySort(skill.name) AS skills,
    first_seen,
    last_seen,
    closed,
    versions,
    events,
    cluster_postings,
    cluster_first_seen,
    cluster_last_seen,
    cluster_open
FROM fact_job_postings
WHERE generation = {generation:UInt32}
ORDER BY job_id, month
