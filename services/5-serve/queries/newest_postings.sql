-- Which postings were seen last? Found among the last versions by their times alone, ten for each posting that is
-- shown; only then is the rest of them read.
SELECT job_id, title, company, location, workplace_type, source, job_url, synthetic, observed_at, skill.name AS skills
FROM landing
WHERE generation = {generation:UInt32}
    AND outcome = 'emitted'
    AND (raw_partition, raw_offset) IN
    (
        SELECT raw_partition, raw_offset
        FROM landing
        WHERE generation = {generation:UInt32} AND outcome = 'emitted'
        ORDER BY observed_at DESC, raw_partition DESC, raw_offset DESC
        LIMIT 10 * {limit:UInt32}
    )
ORDER BY observed_at DESC, raw_partition DESC, raw_offset DESC
LIMIT 1 BY job_id
LIMIT {limit:UInt32}
