-- What has landed and was taken up stands among the versions, row for row.
SELECT count() AS broken, groupArray(5)(place) AS examples
FROM
(
    SELECT
        concat('partition ', toString(raw_partition), ': ', toString(landed), ' landed, ', toString(copied), ' copied') AS place
    FROM
    (
        SELECT raw_partition, countIf(is_landing) AS landed, countIf(NOT is_landing) AS copied
        FROM
        (
            SELECT raw_partition, raw_offset, true AS is_landing
            FROM landing
            WHERE generation = {generation:UInt32} AND outcome IN ('emitted', 'observed')
            GROUP BY raw_partition, raw_offset
            UNION ALL
            SELECT raw_partition, raw_offset, false
            FROM posting_versions
            WHERE generation = {generation:UInt32}
            GROUP BY raw_partition, raw_offset
        ) AS one
        INNER JOIN
        (
            SELECT raw_partition, piece, next
            FROM warehouse_pieces FINAL
            WHERE generation = {generation:UInt32}
        ) AS taken ON taken.raw_partition = one.raw_partition AND taken.piece = intDiv(one.raw_offset, 65536)
        WHERE raw_offset < next
        GROUP BY raw_partition
    )
    WHERE landed != copied
)
