-- Which postings do ranges of the landing table say something of?
INSERT INTO {changes:Identifier}
SELECT DISTINCT cityHash64(job_id)
FROM landing
WHERE generation = {generation:UInt32}
    AND outcome IN ('emitted', 'observed')
    AND (raw_partition = {partition:UInt16} AND raw_offset >= {from:UInt64} AND raw_offset < {upto:UInt64})
