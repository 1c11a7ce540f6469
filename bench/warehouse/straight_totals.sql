-- What the total rows of skill_trends say, straight from the facts: the peer that bench/warehouse.ts puts in the
-- table's place.
SELECT
    generation,
    month,
    if({by_source:Bool}, fact_job_postings.source, '') AS source,
    '' AS skill,
    '' AS kind,
    countIf(counts) AS clusters,
    uniqExactIf(company_key, counts AND company_key != 0) AS companies,
    countIf(counts AND cluster_open) AS open,
    countIf(counts AND workplace_type = 'remote') AS remote,
    count() AS postings,
    arraySort(groupUniqArray(normalizer)) AS normalizers,
    arraySort(groupUniqArray(extractor)) AS extractors,
    arraySort(groupUniqArray(taxonomy)) AS taxonomies
FROM fact_job_postings
GROUP BY generation, month, source
