-- Every fact has its id, its title, its source and its day.
SELECT count() AS broken, groupArray(5)(job_id) AS examples
FROM fact_job_postings
WHERE generation = {generation:UInt32}
    AND (job_id = '' OR title = '' OR source = '' OR cluster_id = '' OR date_key = 0)
