-- A raw event has one answer: rows of the same event are the same row, written again.
SELECT count() AS broken, groupArray(5)(place) AS examples
FROM
(
    SELECT concat('partition ', toString(raw_partition), ', offset ', toString(raw_offset)) AS place
    FROM landing
    WHERE generation = {generation:UInt32}
    GROUP BY raw_partition, raw_offset
    HAVING count() > 1 AND uniqExact(outcome, job_id, content_hash) > 1
)
