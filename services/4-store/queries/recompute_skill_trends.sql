-- Counts the jobs of months anew, by skill and source, from their postings. Each source is counted once, and all
-- sources together are added up from them, so that the postings are unfolded into their skills only once. The empty
-- skill that each posting asks for too makes the totals; the source of a job is that of its earliest posting. All
-- skills are counted, or those that something asks for that changed.
INSERT INTO {staging:Identifier}
(
    generation, month, source, skill, kind, clusters, required, preferred, mentioned, companies, open, remote,
    postings, normalizers, extractors, taxonomies
)
SELECT
    {generation:UInt32},
    month,
    whose,
    by_source.name,
    min(by_source.kind),
    sum(by_source.clusters),
    sum(by_source.required),
    sum(by_source.preferred),
    sum(by_source.mentioned),
    uniqExactMerge(by_source.companies),
    sum(by_source.open),
    sum(by_source.remote),
    sum(by_source.postings),
    arraySort(groupUniqArrayArray(versions.normalizers)),
    arraySort(groupUniqArrayArray(versions.extractors)),
    arraySort(groupUniqArrayArray(versions.taxonomies))
FROM
(
    SELECT
        month,
        source,
        asked.1 AS name,
        min(asked.2) AS kind,
        countIf(counts) AS clusters,
        countIf(counts AND asked.3 = 'required') AS required,
        countIf(counts AND asked.3 = 'preferred') AS preferred,
        countIf(counts AND asked.3 = 'mentioned') AS mentioned,
        uniqExactStateIf(company_key, counts AND company_key != 0) AS companies,
        countIf(counts AND cluster_open) AS open,
        countIf(counts AND workplace_type = 'remote') AS remote,
        count() AS postings
    FROM fact_job_postings
    ARRAY JOIN arrayPushFront(
        arrayFilter(
            one -> {whole:Bool} OR one.1 IN (SELECT arrayJoin(skill.name) FROM {touched:Identifier}),
            arrayZip(skill.name, skill.kind, skill.requirement)
        ),
        ('', '', '')
    ) AS asked
    WHERE generation = {generation:UInt32} AND month IN {months:Array(Date)}
    GROUP BY month, source, name
) AS by_source
LEFT JOIN
(
    SELECT
        month,
        source,
        '' AS name,
        groupUniqArray(normalizer) AS normalizers,
        groupUniqArray(extractor) AS extractors,
        groupUniqArray(taxonomy) AS taxonomies
    FROM fact_job_postings
    WHERE generation = {generation:UInt32} AND month IN {months:Array(Date)}
    GROUP BY month, source
) AS versions ON versions.month = by_source.month AND versions.source = by_source.source AND versions.name = by_source.name
ARRAY JOIN ['', source] AS whose
GROUP BY month, whose, by_source.name
