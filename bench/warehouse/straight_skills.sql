-- What the rows of skill_trends say, straight from the facts: the peer that bench/warehouse.ts puts in the table's
-- place.
SELECT
    generation,
    month,
    if({by_source:Bool}, fact_job_postings.source, '') AS source,
    asked.1 AS skill,
    min(asked.2) AS kind,
    countIf(counts) AS clusters,
    countIf(counts AND asked.3 = 'required') AS required,
    countIf(counts AND asked.3 = 'preferred') AS preferred,
    countIf(counts AND asked.3 = 'mentioned') AS mentioned,
    uniqExactIf(company_key, counts AND company_key != 0) AS companies,
    countIf(counts AND cluster_open) AS open,
    countIf(counts AND workplace_type = 'remote') AS remote,
    count() AS postings,
    arraySort(groupUniqArrayIf(normalizer, asked.1 = '')) AS normalizers,
    arraySort(groupUniqArrayIf(extractor, asked.1 = '')) AS extractors,
    arraySort(groupUniqArrayIf(taxonomy, asked.1 = '')) AS taxonomies
FROM fact_job_postings
ARRAY JOIN arrayPushFront(
    arrayZip(fact_job_postings.skill.name, fact_job_postings.skill.kind, fact_job_postings.skill.requirement),
    ('', '', '')
) AS asked
GROUP BY generation, month, source, skill
