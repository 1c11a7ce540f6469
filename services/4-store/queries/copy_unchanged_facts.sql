-- Takes over the postings of some months that did not change.
INSERT INTO {staging:Identifier}
SELECT *
FROM fact_job_postings
WHERE generation = {generation:UInt32}
    AND month IN {months:Array(Date)}
    AND posting_key NOT IN (SELECT posting_key FROM {changes:Identifier})
