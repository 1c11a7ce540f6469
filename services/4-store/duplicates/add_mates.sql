-- Who is in a cluster with one of them? The inner reading finds by the index whoever ever was, the outer keeps who is.
INSERT INTO {keys:Identifier}
WITH clusters AS
(
    SELECT cluster_key
    FROM cluster_members FINAL
    WHERE generation = {generation:UInt32}
        AND posting_key IN (SELECT posting_key FROM {keys:Identifier})
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
