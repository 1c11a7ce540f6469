-- Counts the pieces of the landing table that are full now and were not counted yet. Where as many rows were taken up
-- as a piece has offsets, they have to be one of each, which the digest tells: changed_pieces.sql does not look at such
-- a piece again.
INSERT INTO landed_pieces
SELECT {generation:UInt32}, raw_partition, piece, source, outcome, stage, cause, reason, events, last_observed_at
FROM
(
    SELECT
        raw_partition,
        intDiv(raw_offset, 65536) AS piece,
        source,
        outcome,
        stage,
        cause,
        reason,
        count() AS events,
        max(observed_at) AS last_observed_at,
        sum(cityHash64(raw_offset)) AS digest,
        sum(events) OVER (PARTITION BY raw_partition, piece) AS piece_events,
        sum(digest) OVER (PARTITION BY raw_partition, piece) AS piece_digest
    FROM landing FINAL
    WHERE generation = {generation:UInt32}
        AND (raw_partition, intDiv(raw_offset, 65536)) IN
        (
            SELECT raw_partition, piece
            FROM warehouse_pieces FINAL
            WHERE generation = {generation:UInt32}
                AND rows >= 65536
                AND (raw_partition, piece) NOT IN
                (
                    SELECT raw_partition, piece
                    FROM landed_pieces
                    WHERE generation = {generation:UInt32}
                )
        )
    GROUP BY raw_partition, piece, source, outcome, stage, cause, reason
)
WHERE piece_events = 65536
    AND
    (
        (raw_partition, piece, piece_digest) IN
        (
            SELECT raw_partition, piece, digest
            FROM warehouse_pieces FINAL
            WHERE generation = {generation:UInt32}
        )
        OR (raw_partition, piece) IN
        (
            SELECT raw_partition, piece
            FROM warehouse_pieces FINAL
            WHERE generation = {generation:UInt32} AND rows > 65536
        )
    )
