-- A posting's facts tell of its whole cluster, so the others of its cluster change with it: of the one that it
-- belongs to now, and of the one that its facts still tell of.
INSERT INTO {changes:Identifier}
SELECT posting_key
FROM cluster_members FINAL
WHERE generation = {generation:UInt32}
    AND cluster_key IN
    (
        SELECT cluster_key
        FROM cluster_members FINAL
        WHERE generation = {generation:UInt32}
            AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
        UNION DISTINCT
        SELECT cluster_key
        FROM fact_job_postings
        WHERE generation = {generation:UInt32}
            AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
    )
