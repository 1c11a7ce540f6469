-- Months that the postings with rows not yet read have ever claimed. All of them, not only the latest: what
-- moved to another month changes the one it left too.
SELECT DISTINCT month
FROM landing
WHERE generation = {generation:UInt32}
    AND outcome = 'emitted'
    AND job_id IN
    (
        SELECT job_id
        FROM landing
        WHERE generation = {generation:UInt32}
            AND outcome IN ('emitted', 'observed')
            AND raw_offset >= {next:Map(UInt16, UInt64)}[raw_partition]
    )
UNION DISTINCT
SELECT DISTINCT month
FROM trends
WHERE generation = {generation:UInt32} AND {everything:Bool}
ORDER BY month
