-- How do the most wanted skills of a period develop, month by month? An empty kind means all kinds.
SELECT
    s.skill AS skill,
    s.kind AS kind,
    s.month AS month,
    s.postings AS postings,
    s.postings / m.postings AS share
FROM skill_trends AS s
INNER JOIN month_totals AS m ON m.generation = s.generation AND m.month = s.month
WHERE s.generation = {generation:UInt32}
    AND m.generation = {generation:UInt32}
    AND s.month BETWEEN {from:Date} AND {to:Date}
    AND s.skill IN
    (
        SELECT skill
        FROM skill_trends
        WHERE generation = {generation:UInt32}
            AND month BETWEEN {from:Date} AND {to:Date}
            AND ({kind:String} = '' OR kind = {kind:String})
        GROUP BY skill
        ORDER BY sum(postings) DESC, skill
        LIMIT {limit:UInt32}
    )
ORDER BY sum(s.postings) OVER (PARTITION BY s.skill) DESC, skill, month
