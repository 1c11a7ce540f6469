-- Counts the pieces of the landing table that are full now and were not counted yet.
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
        sum(events) OVER (PARTITION BY raw_partition, piece) AS piece_events
    FROM landing FINAL
    WHERE generation = {generation:UInt32}
        AND (raw_partition, intDiv(raw_offset, 65536)) IN
        (
            SELECT raw_partition, piece
            FROM warehouse_pieces
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
