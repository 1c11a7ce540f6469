-- How many postings do the facts hold in some months?
SELECT month, count() AS postings
FROM fact_job_postings
WHERE generation = {generation:UInt32} AND month IN {months:Array(Date)}
GROUP BY month
ORDER BY month
