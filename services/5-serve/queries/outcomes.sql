-- How many events ended in which way, by source? Full pieces of the landing table were counted beforehand.
SELECT source, outcome, sum(ended) AS events
FROM
(
    SELECT source, outcome, landed_pieces.events AS ended
    FROM landed_pieces FINAL
    WHERE generation = {generation:UInt32}
    UNION ALL
    SELECT source, outcome, count() AS ended
    FROM landing FINAL
    WHERE generation = {generation:UInt32}
        AND (raw_partition, intDiv(raw_offset, 65536)) NOT IN
            (SELECT raw_partition, piece FROM landed_pieces WHERE generation = {generation:UInt32})
    GROUP BY source, outcome
)
GROUP BY source, outcome
ORDER BY source, outcome
