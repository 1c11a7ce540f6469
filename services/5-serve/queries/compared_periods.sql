-- Which periods does skill_changes compare, by which sources, and who answered in them? Periods that several versions
-- of a normalizer, an extractor or a taxonomy answered are mixed: a change may be one of what they read.
WITH
    (
        SELECT max(month)
        FROM skill_trends
        WHERE generation = {generation:UInt32} AND source = '' AND skill = '' AND clusters > 0 AND month <= {to:Date}
    ) AS last,
    addMonths(last, 1 - {months:UInt8}) AS recent_from,
    addMonths(last, 1 - 2 * {months:UInt8}) AS earlier_from
SELECT
    recent_from AS from,
    last AS to,
    earlier_from,
    addMonths(recent_from, -1) AS earlier_to,
    sum(recent) AS clusters,
    sum(earlier) AS clusters_earlier,
    arraySort(groupArrayIf(source, recent > 0 AND earlier > 0)) AS sources,
    arraySort(groupArrayIf(source, recent = 0 OR earlier = 0)) AS sources_left_out,
    sumIf(recent + earlier, recent = 0 OR earlier = 0) AS clusters_left_out,
    arraySort(groupUniqArrayArray(by_source.normalizers)) AS normalizers,
    arraySort(groupUniqArrayArray(by_source.extractors)) AS extractors,
    arraySort(groupUniqArrayArray(by_source.taxonomies)) AS taxonomies,
    greatest(length(normalizers), length(extractors), length(taxonomies)) > 1 AS mixed
FROM
(
    SELECT
        source,
        sumIf(clusters, month >= recent_from) AS recent,
        sumIf(clusters, month < recent_from) AS earlier,
        groupUniqArrayArray(t.normalizers) AS normalizers,
        groupUniqArrayArray(t.extractors) AS extractors,
        groupUniqArrayArray(t.taxonomies) AS taxonomies
    FROM skill_trends AS t
    WHERE generation = {generation:UInt32}
        AND source != '' AND skill = ''
        AND month BETWEEN earlier_from AND last
    GROUP BY source
    HAVING recent + earlier > 0
) AS by_source
HAVING clusters + clusters_earlier > 0
