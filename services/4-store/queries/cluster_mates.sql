-- A posting's facts tell of its whole cluster, so the others of its cluster change with it: of the one that it
-- belongs to now, and of the one that its facts still tell of. A row of before that has not merged away yet only
-- adds a posting that did not change.
INSERT INTO {changes:Identifier}
SELECT DISTINCT posting_key
FROM cluster_members
WHERE generation = {generation:UInt32}
    AND cluster_key IN
    (
        SELECT cluster_key
        FROM cluster_members
        WHERE generation = {generation:UInt32}
            AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
        UNION DISTINCT
        SELECT cluster_key
        FROM fact_job_postings
        WHERE generation = {generation:UInt32}
            AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
    )
