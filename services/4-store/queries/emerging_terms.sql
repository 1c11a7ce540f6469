-- Skills that the taxonomy lacks, of the postings observed since: how many postings and companies name them, and where
-- a few of them lie. A posting counts once, however many versions of it there are.
SELECT
    term,
    topK(1)(kind)[1] AS kind,
    uniqExact(job_id) AS postings,
    uniqExact(company_key) AS companies,
    toString(toDate(min(observed_at))) AS first_seen,
    groupArraySorted({examples:UInt8})((job_id, raw_partition, raw_offset)) AS examples
FROM
(
    SELECT
        job_id, company_key, observed_at, raw_partition, raw_offset,
        emerging.name AS names,
        emerging.kind AS kinds
    FROM landing
    PREWHERE notEmpty(emerging.name)
    WHERE generation = {generation:UInt32}
        AND outcome = 'emitted'
        AND observed_at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
)
ARRAY JOIN names AS term, kinds AS kind
GROUP BY term
HAVING companies >= {companies_min:UInt32}
ORDER BY companies DESC, postings DESC, term
LIMIT {terms_max:UInt32}
