-- How does one skill develop, month by month? The share is of the jobs of that month, as they came; the change is
-- that against the month before, as a fixed mix of sources would show it: that of both months together, without the
-- sources that one of them lacks. Intervals are at 95%: Wilson's for the share and Newcombe's for the change, which
-- is not sure where its interval holds 0, and null where there is nothing to compare. A month is mixed where
-- it and the one before were answered by several versions of a normalizer, an extractor or a taxonomy.
WITH
    3.841459 AS z2,
    (share, size) -> (share + z2 / (2 * size)) / (1 + z2 / size) AS centre,
    (share, size) -> sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size * size))) / (1 + z2 / size) AS reach,
    (share, size) -> greatest(0, centre(share, size) - reach(share, size)) AS low,
    (share, size) -> least(1, centre(share, size) + reach(share, size)) AS high,
    -- Of the sources that both months have: jobs now and before, those that ask for the skill, and the weight.
    arrayMap(
        one -> (one.1, one.2, one.3, one.4, (one.1 + one.3) / arraySum(two -> two.1 + two.3, pairs)),
        arraySort(pairs)
    ) AS mix,
    arraySum(one -> one.5 * one.2 / one.1, mix) AS now,
    arraySum(one -> one.5 * one.4 / one.3, mix) AS before,
    1 / arraySum(one -> one.5 * one.5 / one.1, mix) AS now_size,
    1 / arraySum(one -> one.5 * one.5 / one.3, mix) AS before_size,
    notEmpty(mix) AS comparable
SELECT
    month,
    kind,
    clusters,
    required,
    preferred,
    mentioned,
    companies,
    open,
    remote,
    postings,
    all_clusters,
    clusters / all_clusters AS share,
    low(share, all_clusters) AS share_low,
    high(share, all_clusters) AS share_high,
    if(comparable, now - before, NULL) AS change,
    change - sqrt(pow(now - low(now, now_size), 2) + pow(high(before, before_size) - before, 2)) AS change_low,
    change + sqrt(pow(high(now, now_size) - now, 2) + pow(before - low(before, before_size), 2)) AS change_high,
    multiIf(isNull(change), NULL, change_low > 0, 'rising', change_high < 0, 'falling', 'not sure') AS verdict,
    mixed
FROM
(
    SELECT
        month,
        anyIf(kind, source = '') AS kind,
        sumIf(asked, source = '') AS clusters,
        sumIf(required, source = '') AS required,
        sumIf(preferred, source = '') AS preferred,
        sumIf(mentioned, source = '') AS mentioned,
        sumIf(companies, source = '') AS companies,
        sumIf(open, source = '') AS open,
        sumIf(remote, source = '') AS remote,
        sumIf(postings, source = '') AS postings,
        sumIf(jobs, source = '') AS all_clusters,
        maxIf(mixed, source = '') AS mixed,
        groupArrayIf((jobs, asked, jobs_before, asked_before), source != '' AND jobs > 0 AND jobs_before > 0) AS pairs
    FROM
    (
        SELECT
            *,
            lagInFrame(month) OVER by_month = addMonths(month, -1) AS follows,
            if(follows, lagInFrame(jobs) OVER by_month, 0) AS jobs_before,
            if(follows, lagInFrame(asked) OVER by_month, 0) AS asked_before,
            if(follows, lagInFrame(versions) OVER by_month, ([], [], [])) AS versions_before,
            arrayUniq(arrayConcat(versions.1, versions_before.1)) > 1
                OR arrayUniq(arrayConcat(versions.2, versions_before.2)) > 1
                OR arrayUniq(arrayConcat(versions.3, versions_before.3)) > 1 AS mixed
        FROM
        (
            SELECT
                month,
                source,
                sumIf(t.clusters, skill = '') AS jobs,
                sumIf(t.clusters, skill != '') AS asked,
                maxIf(t.kind, skill != '') AS kind,
                sumIf(t.required, skill != '') AS required,
                sumIf(t.preferred, skill != '') AS preferred,
                sumIf(t.mentioned, skill != '') AS mentioned,
                sumIf(t.companies, skill != '') AS companies,
                sumIf(t.open, skill != '') AS open,
                sumIf(t.remote, skill != '') AS remote,
                sumIf(t.postings, skill != '') AS postings,
                (
                    groupUniqArrayArray(normalizers),
                    groupUniqArrayArray(extractors),
                    groupUniqArrayArray(taxonomies)
                ) AS versions
            FROM skill_trends AS t
            WHERE generation = {generation:UInt32}
                AND skill IN ('', {skill:String})
                AND month BETWEEN addMonths({from:Date}, -1) AND {to:Date}
            GROUP BY month, source
        )
        WINDOW by_month AS (PARTITION BY source ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    )
    GROUP BY month
)
WHERE month >= {from:Date} AND all_clusters > 0
ORDER BY month
