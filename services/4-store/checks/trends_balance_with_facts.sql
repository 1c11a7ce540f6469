-- The jobs of a month are as many in the trends, in all and source by source, and among the places, as in the facts.
-- Months that are known to be stale are left out.
SELECT count() AS broken, groupArray(5)(what) AS examples
FROM
(
    SELECT concat(toString(month), ': ', toString(counted)) AS what
    FROM
    (
        SELECT month, sumMap(map(place, clusters)) AS counted
        FROM
        (
            SELECT month, 'facts' AS place, countIf(counts) AS clusters
            FROM fact_job_postings
            WHERE generation = {generation:UInt32}
            GROUP BY month
            UNION ALL
            SELECT month, if(source = '', 'trends', 'trends by source'), sum(clusters)
            FROM skill_trends
            WHERE generation = {generation:UInt32} AND skill = ''
            GROUP BY month, source
            UNION ALL
            SELECT month, 'places', sum(clusters)
            FROM location_analytics
            WHERE generation = {generation:UInt32} AND level = 'all'
            GROUP BY month
        )
        GROUP BY month
    )
    WHERE (arrayUniq(mapValues(counted)) > 1 OR length(counted) < 4)
        AND month NOT IN
        (
            SELECT arrayJoin(stale_months)
            FROM warehouse_progress FINAL
            WHERE generation = {generation:UInt32}
        )
)
