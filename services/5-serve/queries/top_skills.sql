-- Which skills do most postings of a period ask for? An empty kind means all kinds.
WITH
    (
        SELECT sum(postings)
        FROM month_totals
        WHERE generation = {generation:UInt32} AND month BETWEEN {from:Date} AND {to:Date}
    ) AS all_postings
SELECT
    skill,
    min(kind) AS kind,
    sum(t.postings) AS postings,
    sum(t.required) AS required,
    postings / all_postings AS share
FROM skill_trends AS t
WHERE generation = {generation:UInt32}
    AND month BETWEEN {from:Date} AND {to:Date}
    AND ({kind:String} = '' OR t.kind = {kind:String})
GROUP BY skill
ORDER BY postings DESC, skill
LIMIT {limit:UInt32}
