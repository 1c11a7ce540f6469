-- What has landed and was read stands among the versions, row for row.
SELECT count() AS broken, groupArray(5)(place) AS examples
FROM
(
    SELECT concat('partition ', toString(raw_partition), ': ', toString(landed), ' landed, ', toString(copied), ' copied') AS place
    FROM
    (
        SELECT raw_partition, sum(is_landing) AS landed, sum(1 - is_landing) AS copied
        FROM
        (
            SELECT raw_partition, raw_offset, 1 AS is_landing
            FROM landing FINAL
            WHERE generation = {generation:UInt32} AND outcome IN ('emitted', 'observed')
            UNION ALL
            SELECT raw_partition, raw_offset, 0
            FROM posting_versions FINAL
            WHERE generation = {generation:UInt32}
        ) AS rows
        INNER JOIN
        (
            SELECT raw_partition, piece, next
            FROM warehouse_pieces FINAL
            WHERE generation = {generation:UInt32}
        ) AS taken ON taken.raw_partition = rows.raw_partition AND taken.piece = intDiv(rows.raw_offset, 65536)
        WHERE raw_offset < taken.next
        GROUP BY raw_partition
    )
    WHERE landed != copied
)
