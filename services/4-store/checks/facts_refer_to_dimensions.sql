-- The company, the place and the day of a posting stand in their dimensions.
SELECT count() AS broken, groupArray(5)(job_id) AS examples
FROM fact_job_postings
WHERE generation = {generation:UInt32}
    -- What a stale month brings comes into its dimensions when the month is recomputed.
    AND month NOT IN
    (
        SELECT arrayJoin(stale_months)
        FROM warehouse_progress FINAL
        WHERE generation = {generation:UInt32}
    )
    AND
    (
        (company_key != 0 AND company_key NOT IN (SELECT company_key FROM company_analytics WHERE generation = {generation:UInt32}))
        OR (location_key != 0 AND location_key NOT IN (SELECT location_key FROM dim_location WHERE generation = {generation:UInt32}))
        OR date_key NOT IN (SELECT date_key FROM dim_date)
    )
