-- Between the first and the last raw event of a partition that has landed none is missing.
SELECT count() AS broken, groupArray(5)(place) AS examples
FROM
(
    SELECT concat('partition ', toString(raw_partition), ': ', toString(missing), ' missing') AS place
    FROM
    (
        SELECT raw_partition, max(raw_offset) - min(raw_offset) + 1 - uniqExact(raw_offset) AS missing
        FROM landing
        WHERE generation = {generation:UInt32}
        GROUP BY raw_partition
    )
    WHERE missing > 0
)
