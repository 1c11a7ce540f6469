-- How do the most wanted skills of a period develop, month by month? The share is of the jobs of that month, as they
-- came, with Wilson's 95% interval; whether one month differs from another is for skill_changes to say. An empty
-- kind means all kinds.
WITH
    3.841459 AS z2,
    s.clusters / m.clusters AS share,
    (share + z2 / (2 * m.clusters)) / (1 + z2 / m.clusters) AS centre,
    sqrt(z2 * (share * (1 - share) / m.clusters + z2 / (4 * m.clusters * m.clusters))) / (1 + z2 / m.clusters) AS reach
SELECT
    s.skill AS skill,
    s.kind AS kind,
    s.month AS month,
    s.clusters AS clusters,
    share,
    greatest(0, centre - reach) AS share_low,
    least(1, centre + reach) AS share_high
FROM skill_trends AS s
INNER JOIN
(
    SELECT month, clusters
    FROM skill_trends
    WHERE generation = {generation:UInt32}
        AND source = '' AND skill = ''
        AND month BETWEEN {from:Date} AND {to:Date}
) AS m ON m.month = s.month
WHERE s.generation = {generation:UInt32}
    AND s.source = ''
    AND s.month BETWEEN {from:Date} AND {to:Date}
    AND m.clusters > 0
    AND s.skill IN
    (
        SELECT skill
        FROM skill_trends
        WHERE generation = {generation:UInt32}
            AND source = '' AND skill != ''
            AND month BETWEEN {from:Date} AND {to:Date}
            AND ({kind:String} = '' OR kind = {kind:String})
        GROUP BY skill
        ORDER BY sum(clusters) DESC, skill
        LIMIT {limit:UInt32}
    )
ORDER BY sum(s.clusters) OVER (PARTITION BY s.skill) DESC, skill, month
