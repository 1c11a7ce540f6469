-- Skills that the taxonomy lacks, of the postings observed since: how many postings and companies name them, and where
-- a few of them lie. A posting counts once, however many versions of it there are.
SELECT
    term,
    topK(1)(said_kind)[1] AS kind,
    count() AS postings,
    uniqExact(company) AS companies,
    toString(toDate(min(first_observed))) AS first_seen,
    groupArraySorted({examples:UInt8})((job, place.1, place.2)) AS examples
FROM
(
    SELECT
        term,
        any(kind) AS said_kind,
        job_id AS job,
        any(company_key) AS company,
        min(observed_at) AS first_observed,
        argMax((raw_partition, raw_offset), (observed_at, raw_partition, raw_offset)) AS place
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
    GROUP BY term, job_id
)
GROUP BY term
HAVING companies >= {companies_min:UInt32}
ORDER BY companies DESC, postings DESC, term
LIMIT {terms_max:UInt32}
