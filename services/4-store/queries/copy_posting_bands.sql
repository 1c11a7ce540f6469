-- Copies the bands of ranges of the landing table into the index of near-duplicates.
INSERT INTO posting_bands
SELECT generation, band, hash, cityHash64(job_id)
FROM landing
ARRAY JOIN bands AS hash, arrayEnumerate(bands) AS band
WHERE generation = {generation:UInt32}
    AND outcome = 'emitted'
    AND (raw_partition = {partition:UInt16} AND raw_offset >= {from:UInt64} AND raw_offset < {upto:UInt64})
