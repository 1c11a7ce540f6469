-- A posting lies in the month of its day, is last seen no earlier than first, and its cluster spans both.
SELECT count() AS broken, groupArray(5)(job_id) AS examples
FROM fact_job_postings
WHERE generation = {generation:UInt32}
    AND
    (
        month != toStartOfMonth(posted_at)
        OR date_key != toYYYYMMDD(posted_at)
        OR last_seen < first_seen
        OR cluster_first_seen > first_seen
        OR cluster_last_seen < last_seen
    )
