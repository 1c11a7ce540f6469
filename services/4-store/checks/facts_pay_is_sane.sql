-- Pay is above nothing, its least is not above its most, and it has a currency.
SELECT count() AS broken, groupArray(5)(job_id) AS examples
FROM fact_job_postings
WHERE generation = {generation:UInt32}
    AND
    (
        salary_year_min <= 0
        OR salary_year_max <= 0
        OR salary_year_min > salary_year_max
        OR ((salary_year_min IS NOT NULL OR salary_year_max IS NOT NULL) AND salary_currency IS NULL)
    )
