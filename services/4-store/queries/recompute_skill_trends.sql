-- Counts the jobs of months anew, by skill and source, from their postings. The empty skill that each posting
-- asks for too makes the totals; the source of a job is that of its earliest posting.
INSERT INTO {staging:Identifier}
(
    generation, month, source, skill, kind, clusters, required, preferred, mentioned, companies, open, remote,
    postings, normalizers, extractors, taxonomies
)
SELECT
    {generation:UInt32},
    month,
    source,
    asked.1,
    min(asked.2),
    countIf(counts),
    countIf(counts AND asked.3 = 'required'),
    countIf(counts AND asked.3 = 'preferred'),
    countIf(counts AND asked.3 = 'mentioned'),
    uniqExactIf(company_key, counts AND company_key != 0),
    countIf(counts AND cluster_open),
    countIf(counts AND workplace_type = 'remote'),
    count(),
    arraySort(groupUniqArrayIf(normalizer, asked.1 = '')),
    arraySort(groupUniqArrayIf(extractor, asked.1 = '')),
    arraySort(groupUniqArrayIf(taxonomy, asked.1 = ''))
FROM fact_job_postings
ARRAY JOIN arrayPushFront(arrayZip(skill.name, skill.kind, skill.requirement), ('', '', '')) AS asked
WHERE generation = {generation:UInt32} AND month IN {months:Array(Date)}
GROUP BY GROUPING SETS ((month, asked.1), (month, source, asked.1))
