-- Which postings were seen last? Found among the last versions by their times alone, ten for each posting that is
-- shown; only then is the rest of them read. A full piece of the landing table whose last sight (it was counted
-- beforehand) is earlier than all that the open pieces have to show is not looked into.
WITH
    (
        SELECT if(count() < 10 * {limit:UInt32}, toDateTime64(0, 3, 'UTC'), min(observed_at))
        FROM
        (
            SELECT observed_at
            FROM landing
            WHERE generation = {generation:UInt32}
                AND outcome = 'emitted'
                AND (raw_partition, intDiv(raw_offset, 65536)) NOT IN
                    (SELECT raw_partition, piece FROM landed_pieces WHERE generation = {generation:UInt32})
            ORDER BY observed_at DESC
            LIMIT 10 * {limit:UInt32}
        )
    ) AS since
SELECT job_id, title, company, location, workplace_type, source, job_url, synthetic, observed_at, skill.name AS skills
FROM landing
WHERE generation = {generation:UInt32}
    AND outcome = 'emitted'
    AND (raw_partition, raw_offset) IN
    (
        SELECT raw_partition, raw_offset
        FROM landing
        WHERE generation = {generation:UInt32}
            AND outcome = 'emitted'
            AND observed_at >= since
            AND (raw_partition, intDiv(raw_offset, 65536)) NOT IN
            (
                SELECT raw_partition, piece
                FROM landed_pieces
                WHERE generation = {generation:UInt32}
                GROUP BY raw_partition, piece
                HAVING max(last_observed_at) < since
            )
        ORDER BY observed_at DESC, raw_partition DESC, raw_offset DESC
        LIMIT 10 * {limit:UInt32}
    )
ORDER BY observed_at DESC, raw_partition DESC, raw_offset DESC
LIMIT 1 BY job_id
LIMIT {limit:UInt32}
