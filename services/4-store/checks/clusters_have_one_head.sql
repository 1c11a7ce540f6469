-- A cluster counts once: by the posting that it is named after, which is in the facts.
SELECT count() AS broken, groupArray(5)(cluster) AS examples
FROM
(
    SELECT any(cluster_id) AS cluster
    FROM fact_job_postings
    WHERE generation = {generation:UInt32}
    GROUP BY cluster_key
    HAVING countIf(counts) != 1 OR countIf(counts AND posting_key = cluster_key) != 1
        OR any(cluster_postings) != count() OR uniqExact(cluster_postings) != 1
)
