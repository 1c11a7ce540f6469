-- Which pieces of the landing table hold other rows than when the warehouse took them up? A row that came in late
-- and one that merged away are told from each other by the digest. A full piece that was taken up whole (it stands
-- counted in landed_pieces) can't get any other row, so it is not looked at again: the look costs what is open, not
-- all that ever landed.
SELECT
    landed.raw_partition AS partition,
    landed.piece AS piece,
    landed.next AS next,
    landed.rows AS rows,
    toString(landed.digest) AS digest,
    taken.next AS taken_next,
    taken.rows AS taken_rows,
    toString(taken.digest) AS taken_digest
FROM
(
    SELECT
        raw_partition,
        intDiv(raw_offset, 65536) AS piece,
        max(raw_offset) + 1 AS next,
        count() AS rows,
        sum(cityHash64(raw_offset)) AS digest
    FROM landing
    WHERE generation = {generation:UInt32}
        AND (raw_partition, intDiv(raw_offset, 65536)) NOT IN
        (
            SELECT raw_partition, piece
            FROM warehouse_pieces FINAL
            WHERE generation = {generation:UInt32}
                AND version = {version:UInt32}
                AND rows = 65536
                AND (raw_partition, piece) IN
                (
                    SELECT raw_partition, piece
                    FROM landed_pieces
                    WHERE generation = {generation:UInt32}
                )
        )
    GROUP BY raw_partition, piece
) AS landed
LEFT JOIN
(
    SELECT raw_partition, piece, next, rows, digest
    FROM warehouse_pieces FINAL
    WHERE generation = {generation:UInt32} AND version = {version:UInt32}
) AS taken ON taken.raw_partition = landed.raw_partition AND taken.piece = landed.piece
WHERE landed.rows != taken.rows OR landed.digest != taken.digest
ORDER BY partition, piece
