-- Which postings were seen last?
SELECT job_id, title, company, location, workplace_type, source, job_url, synthetic, observed_at, skill.name AS skills
FROM landing
WHERE generation = {generation:UInt32} AND outcome = 'emitted'
ORDER BY observed_at DESC, raw_partition DESC, raw_offset DESC
LIMIT 1 BY job_id
LIMIT {limit:UInt32}
