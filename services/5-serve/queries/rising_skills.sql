-- Which skills gain most: their share of the last {months} months that have postings, against as many months before?
-- A skill that neither period asks for {postings_min} times is too rare to tell. Technologies and methods alone:
-- soft skills swing with the phrases of whoever happens to hire.
WITH
    (
        SELECT max(month)
        FROM month_totals
        WHERE generation = {generation:UInt32} AND month <= {to:Date}
    ) AS last,
    addMonths(last, 1 - {months:UInt8}) AS recent_from,
    addMonths(last, 1 - 2 * {months:UInt8}) AS earlier_from,
    (
        SELECT (sumIf(postings, month >= recent_from), sumIf(postings, month < recent_from))
        FROM month_totals
        WHERE generation = {generation:UInt32} AND month BETWEEN earlier_from AND last
    ) AS totals
SELECT
    skill,
    min(t.kind) AS kind,
    sumIf(t.postings, month >= recent_from) AS postings,
    sumIf(t.postings, month < recent_from) AS postings_earlier,
    postings / totals.1 AS share,
    postings_earlier / totals.2 AS share_earlier
FROM skill_trends AS t
WHERE generation = {generation:UInt32} AND month BETWEEN earlier_from AND last
    AND t.kind IN ('technology', 'method')
GROUP BY skill
HAVING greatest(postings, postings_earlier) >= {postings_min:UInt32}
    AND totals.1 > 0 AND totals.2 > 0
    AND share > share_earlier
ORDER BY share - share_earlier DESC, skill
LIMIT {limit:UInt32}
