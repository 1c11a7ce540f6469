-- Who was in a cluster with what changed, before that was last computed? A process that died after it may have left
-- their facts as they were. Rows that were replaced since do no harm here.
INSERT INTO {changes:Identifier}
WITH before AS
(
    SELECT previous_key
    FROM cluster_members
    WHERE generation = {generation:UInt32}
        AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
)
SELECT posting_key
FROM cluster_members
WHERE generation = {generation:UInt32}
    AND
    (
        previous_key IN (SELECT posting_key FROM {changes:Identifier})
        OR previous_key IN (SELECT previous_key FROM before)
        OR cluster_key IN (SELECT previous_key FROM before)
    )
