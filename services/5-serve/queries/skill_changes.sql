-- How does the share of jobs that ask for a skill change: the last {months} months that have postings, against as
-- many before? The shares are those that a fixed mix of sources would show, the mix of both periods together; a
-- source that one of the periods lacks says nothing of a change and is left out (compared_periods names it).
--
-- Intervals are at 95%: Wilson's for a share, over as many jobs as would tell as much without the weights (Kish),
-- and Newcombe's for the change. A change whose interval holds 0 is not sure. The direction "rising" or "falling"
-- asks for what is sure to do so, of technologies and methods alone, since soft skills swing with the phrases of
-- whoever happens to hire; an empty one asks for the most wanted skills, whatever is known of their change. A skill
-- that neither period asks for {clusters_min} times is too rare to tell.
WITH
    3.841459 AS z2,
    (
        SELECT max(month)
        FROM skill_trends
        WHERE generation = {generation:UInt32} AND source = '' AND skill = '' AND clusters > 0 AND month <= {to:Date}
    ) AS last,
    addMonths(last, 1 - {months:UInt8}) AS recent_from,
    addMonths(last, 1 - 2 * {months:UInt8}) AS earlier_from,
    -- By source, in one order: its name, its jobs of both periods, and its weight.
    (
        SELECT arraySort(groupArray((source, recent, earlier, (recent + earlier) / everything)))
        FROM
        (
            SELECT
                source,
                sumIf(clusters, month >= recent_from) AS recent,
                sumIf(clusters, month < recent_from) AS earlier,
                sum(recent + earlier) OVER () AS everything
            FROM skill_trends
            WHERE generation = {generation:UInt32}
                AND source != '' AND skill = ''
                AND month BETWEEN earlier_from AND last
            GROUP BY source
            HAVING recent > 0 AND earlier > 0
        )
    ) AS mix,
    -- How many jobs of one source would tell as much.
    1 / arraySum(one -> one.4 * one.4 / one.2, mix) AS recent_size,
    1 / arraySum(one -> one.4 * one.4 / one.3, mix) AS earlier_size,
    (share, size) -> (share + z2 / (2 * size)) / (1 + z2 / size) AS centre,
    (share, size) -> sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size * size))) / (1 + z2 / size) AS reach
SELECT
    skill,
    kind,
    clusters,
    clusters_earlier,
    postings,
    share,
    greatest(0, centre(share, recent_size) - reach(share, recent_size)) AS share_low,
    least(1, centre(share, recent_size) + reach(share, recent_size)) AS share_high,
    share_earlier,
    greatest(0, centre(share_earlier, earlier_size) - reach(share_earlier, earlier_size)) AS share_earlier_low,
    least(1, centre(share_earlier, earlier_size) + reach(share_earlier, earlier_size)) AS share_earlier_high,
    share - share_earlier AS change,
    change - sqrt(pow(share - share_low, 2) + pow(share_earlier_high - share_earlier, 2)) AS change_low,
    change + sqrt(pow(share_high - share, 2) + pow(share_earlier - share_earlier_low, 2)) AS change_high,
    multiIf(change_low > 0, 'rising', change_high < 0, 'falling', 'not sure') AS verdict
FROM
(
    SELECT
        skill,
        min(kind) AS kind,
        sum(recent) AS clusters,
        sum(earlier) AS clusters_earlier,
        sum(recent_postings) AS postings,
        -- In the order of the mix, so that the same counts give the same sum to the last bit.
        groupArray(source) AS sources,
        groupArray(recent) AS recents,
        groupArray(earlier) AS earliers,
        arraySum(one -> one.4 * recents[indexOf(sources, one.1)] / one.2, mix) AS share,
        arraySum(one -> one.4 * earliers[indexOf(sources, one.1)] / one.3, mix) AS share_earlier
    FROM
    (
        SELECT
            skill,
            source,
            min(t.kind) AS kind,
            sumIf(clusters, month >= recent_from) AS recent,
            sumIf(clusters, month < recent_from) AS earlier,
            sumIf(t.postings, month >= recent_from) AS recent_postings
        FROM skill_trends AS t
        WHERE generation = {generation:UInt32}
            AND source != ''
            AND month BETWEEN earlier_from AND last
        GROUP BY skill, source
    )
    GROUP BY skill
)
WHERE notEmpty(mix)
    AND skill != ''
    AND greatest(clusters, clusters_earlier) >= {clusters_min:UInt32}
    AND ({kind:String} = '' OR kind = {kind:String})
    AND ({direction:String} = '' OR verdict = {direction:String} AND kind IN ('technology', 'method'))
ORDER BY if({direction:String} = '', toFloat64(clusters), abs(change)) DESC, skill
LIMIT {limit:UInt32}
