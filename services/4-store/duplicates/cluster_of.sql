-- Which postings share a cluster with this one, as of the last computation, since when and until when were they seen?
SELECT
    job_id AS id,
    tupleElement(latest, 1) AS title,
    tupleElement(latest, 2) AS company,
    tupleElement(latest, 3) AS location,
    tupleElement(latest, 4) AS source,
    tupleElement(latest, 5) AS title_key,
    tupleElement(latest, 6) AS company_key,
    tupleElement(latest, 7) AS signature,
    toString(first_seen) AS first_seen,
    toString(last_seen) AS last_seen,
    members.cluster_id AS cluster
FROM
(
    SELECT
        posting_key,
        any(job_id) AS job_id,
        argMaxIf(
            tuple(title, ifNull(company, ''), ifNull(location, ''), source, title_key, company_key, signature),
            (observed_at, raw_partition, raw_offset),
            outcome = 'emitted'
        ) AS latest,
        minIf(observed_at, outcome = 'emitted') AS first_seen,
        max(observed_at) AS last_seen
    FROM posting_versions
    WHERE generation = (SELECT generation FROM live_generation)
        AND posting_key IN
        (
            SELECT cityHash64({job:String})
            UNION ALL
            SELECT posting_key
            FROM cluster_members FINAL
            WHERE generation = (SELECT generation FROM live_generation)
                AND cluster_key IN
                (
                    SELECT cluster_key
                    FROM cluster_members FINAL
                    WHERE generation = (SELECT generation FROM live_generation)
                        AND posting_key = cityHash64({job:String})
                )
        )
    GROUP BY posting_key
    HAVING countIf(outcome = 'emitted') > 0
) AS postings
LEFT JOIN
(
    SELECT posting_key, cluster_id
    FROM cluster_members FINAL
    WHERE generation = (SELECT generation FROM live_generation)
) AS members ON members.posting_key = postings.posting_key
ORDER BY first_seen, id
