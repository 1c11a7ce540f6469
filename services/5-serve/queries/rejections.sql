-- Why were events rejected or dropped, by stage and reason? Full pieces of the landing table were counted
-- beforehand; elsewhere a row that stands twice is told by its place.
SELECT stage, outcome, cause, reason, sum(ended) AS events, max(last_end) AS last_observed_at
FROM
(
    SELECT stage, outcome, cause, reason, landed_pieces.events AS ended, landed_pieces.last_observed_at AS last_end
    FROM landed_pieces FINAL
    WHERE generation = {generation:UInt32} AND outcome IN ('rejected', 'dropped')
    UNION ALL
    SELECT stage, outcome, cause, reason, uniqExact(raw_partition, raw_offset) AS ended, max(observed_at) AS last_end
    FROM landing
    WHERE generation = {generation:UInt32}
        AND outcome IN ('rejected', 'dropped')
        AND (raw_partition, intDiv(raw_offset, 65536)) NOT IN
            (SELECT raw_partition, piece FROM landed_pieces WHERE generation = {generation:UInt32})
    GROUP BY stage, outcome, cause, reason
)
GROUP BY stage, outcome, cause, reason
ORDER BY events DESC, stage, reason
LIMIT {limit:UInt32}
