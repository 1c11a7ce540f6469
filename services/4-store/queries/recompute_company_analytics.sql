-- Counts the jobs of months anew, by company: of all, or of those of which something changed.
INSERT INTO {staging:Identifier}
SELECT
    {generation:UInt32},
    month,
    company_key,
    max(ifNull(company_name, '')),
    count(),
    countIf(counts),
    countIf(counts AND cluster_open),
    countIf(counts AND (salary_year_min IS NOT NULL OR salary_year_max IS NOT NULL)),
    min(facts.first_seen),
    max(facts.last_seen),
    countIf(facts.closed),
    quantileExactStateIf(0.5)(toUInt32(greatest(0, dateDiff('day', posted_at, facts.last_seen))), facts.closed)
FROM fact_job_postings AS facts
WHERE generation = {generation:UInt32} AND month IN {months:Array(Date)} AND company_key != 0
    AND ({whole:Bool} OR company_key IN (SELECT company_key FROM {touched:Identifier}))
GROUP BY month, company_key
