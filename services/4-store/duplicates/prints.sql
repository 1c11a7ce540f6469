-- What do the postings of `keys` say now, by their fingerprints, and since when are they known?
SELECT
    toString(posting_key) AS key,
    tupleElement(latest, 1) AS id,
    tupleElement(latest, 2) AS title,
    tupleElement(latest, 3) AS company,
    tupleElement(latest, 4) AS signature,
    first_at AS firstAt
FROM
(
    SELECT
        posting_key,
        argMax(tuple(job_id, title_key, company_key, signature), (observed_at, raw_partition, raw_offset)) AS latest,
        -- The earliest that any version says, so that a new date on an old posting does not rename its cluster.
        min(toUnixTimestamp64Milli(if(posted_time_credible, assumeNotNull(posted_time), observed_at))) AS first_at
    FROM posting_versions
    WHERE generation = {generation:UInt32}
        AND outcome = 'emitted'
        AND posting_key IN (SELECT posting_key FROM {keys:Identifier})
        AND posting_key > {after:UInt64}
    GROUP BY posting_key
)
ORDER BY posting_key
LIMIT {rows:UInt64}
