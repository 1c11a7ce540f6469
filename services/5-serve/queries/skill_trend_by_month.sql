-- How does one skill develop, month by month, beside all postings of the month?
SELECT
    m.month AS month,
    s.kind AS kind,
    s.postings AS postings,
    s.required AS required,
    s.preferred AS preferred,
    s.mentioned AS mentioned,
    s.companies AS companies,
    s.open AS open,
    s.remote AS remote,
    m.postings AS all_postings,
    s.postings / m.postings AS share
FROM month_totals AS m
LEFT JOIN
(
    SELECT *
    FROM skill_trends
    WHERE generation = {generation:UInt32} AND skill = {skill:String}
) AS s ON s.month = m.month
WHERE m.generation = {generation:UInt32}
    AND m.month BETWEEN {from:Date} AND {to:Date}
ORDER BY month
