-- What became of every raw event? `low` and `high` are the raw topic's bounds by partition. What has landed before
-- `low` has left the topic since, and was scraped all the same; so was what has landed beyond `high`, after the
-- bounds were read.
--
-- Full pieces of the landing table were counted beforehand (landed_pieces), and so were the versions that the facts
-- tell of (stored_versions). What has landed since is counted here: a version is new where its posting has none of
-- the same content among those counted.
WITH
    (
        SELECT (argMax(next, sequence), argMax(versions, sequence))
        FROM stored_versions
        WHERE generation = {generation:UInt32}
    ) AS counted,
    counted.1 AS next,
    full_pieces AS
    (
        SELECT DISTINCT raw_partition, piece
        FROM landed_pieces
        WHERE generation = {generation:UInt32}
    ),
    -- As one value, or it would be looked for in each place that asks for it.
    (
        SELECT groupUniqArray((cityHash64(job_id), content_hash))
        FROM landing
        WHERE generation = {generation:UInt32}
            AND outcome = 'emitted'
            AND raw_offset >= next[raw_partition]
            -- The same by pieces, which the primary key understands.
            AND (raw_partition, intDiv(raw_offset, 65536)) NOT IN
            (
                SELECT key, arrayJoin(range(intDiv(next[key], 65536)))
                FROM (SELECT arrayJoin(mapKeys(next)) AS key)
            )
    ) AS since
SELECT
    landed + inFlight AS scraped,
    counted.2 + length(since) - (
        SELECT uniqExact(posting_key, content_hash)
        FROM posting_versions
        WHERE generation = {generation:UInt32}
            AND posting_key IN (SELECT arrayJoin(since).1)
            AND outcome = 'emitted'
            AND raw_offset < next[raw_partition]
            AND (posting_key, content_hash) IN (SELECT arrayJoin(since))
    ) AS stored,
    emitted - stored AS duplicates,
    observed,
    dropped,
    rejected,
    arraySum(mapValues({high:Map(UInt16, UInt64)})) - arraySum(mapValues({low:Map(UInt16, UInt64)})) - in_topic
        AS inFlight
FROM
(
    SELECT
        sum(events) AS landed,
        sumIf(events, outcome = 'emitted') AS emitted,
        sumIf(events, outcome = 'observed') AS observed,
        sumIf(events, outcome = 'dropped') AS dropped,
        sumIf(events, outcome = 'rejected') AS rejected,
        sum(events_in_topic) AS in_topic
    FROM
    (
        SELECT outcome, events, toUInt64(0) AS events_in_topic
        FROM landed_pieces FINAL
        WHERE generation = {generation:UInt32}
        UNION ALL
        SELECT
            '' AS outcome,
            toUInt64(0) AS events,
            -- Of a full piece, what lies between the bounds.
            toUInt64(greatest(
                0,
                toInt64(least((piece + 1) * 65536, {high:Map(UInt16, UInt64)}[raw_partition]))
                    - toInt64(greatest(piece * 65536, {low:Map(UInt16, UInt64)}[raw_partition]))
            )) AS events_in_topic
        FROM full_pieces
        UNION ALL
        SELECT
            outcome,
            count() AS events,
            countIf(raw_offset >= {low:Map(UInt16, UInt64)}[raw_partition]
                AND raw_offset < {high:Map(UInt16, UInt64)}[raw_partition]) AS events_in_topic
        FROM landing FINAL
        WHERE generation = {generation:UInt32}
            AND (raw_partition, intDiv(raw_offset, 65536)) NOT IN full_pieces
        GROUP BY outcome
    )
)
