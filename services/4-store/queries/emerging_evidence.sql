-- What some postings say, with what was read in them.
SELECT job_id, title, company, description, extraction
FROM landing
WHERE generation = {generation:UInt32}
    AND (raw_partition, raw_offset) IN (SELECT arrayJoin(arrayZip({partitions:Array(UInt16)}, {offsets:Array(UInt64)})))
    AND outcome = 'emitted'
