-- A posting's facts tell of its whole cluster, so the others of its cluster change with it: of the one that it
-- belongs to now, and of the one that its facts still tell of. Clusters come whole, or their counts would be wrong: the
-- inner reading finds by the index whoever ever was in one, the outer keeps who is.
INSERT INTO {changes:Identifier}
WITH clusters AS
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
SELECT posting_key
FROM cluster_members FINAL
WHERE generation = {generation:UInt32}
    AND posting_key IN
    (
        SELECT posting_key
        FROM cluster_members
        WHERE generation = {generation:UInt32}
            AND cluster_key IN (SELECT cluster_key FROM clusters)
    )
    AND cluster_key IN (SELECT cluster_key FROM clusters)
