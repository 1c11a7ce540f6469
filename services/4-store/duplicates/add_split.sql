-- Who was split from one of them? What keeps two clusters apart is a split between them, so both are judged together.
INSERT INTO {keys:Identifier}
SELECT other
FROM
(
    SELECT
        arrayJoin([(job_id, apart_from), (apart_from, job_id)]) AS pair,
        cityHash64(pair.1) AS one,
        cityHash64(pair.2) AS other
    FROM cluster_splits FINAL
    WHERE NOT withdrawn
)
WHERE one IN (SELECT posting_key FROM {keys:Identifier})
