-- Counts the jobs of months anew, by place: of all, or of those that something names that changed. A posting that
-- names two cities of a country counts once for the country.
INSERT INTO {staging:Identifier}
SELECT
    {generation:UInt32},
    month,
    any(place.1),
    any(place.2),
    any(place.3),
    any(place.4),
    any(place.5),
    any(place.6),
    if(any(place.1) = 'location', any(cityHash64(place.2, place.3, place.4, place.5, place.6)), 0),
    count(),
    countIf(counts),
    countIf(counts AND cluster_open),
    countIf(counts AND workplace_type = 'remote'),
    countIf(counts AND workplace_type = 'hybrid'),
    countIf(counts AND workplace_type = 'onsite'),
    uniqExactIf(company_key, counts AND company_key != 0),
    countIf(counts AND pay IS NOT NULL),
    quantileExactMap(0.5)(if(counts AND pay IS NOT NULL, map(ifNull(salary_currency, ''), assumeNotNull(pay)), map()))
FROM
(
    SELECT
        month,
        counts,
        cluster_open,
        workplace_type,
        company_key,
        salary_currency,
        (coalesce(salary_year_min, salary_year_max) + coalesce(salary_year_max, salary_year_min)) / 2 AS pay,
        levels,
        level_keys
    FROM fact_job_postings
    WHERE generation = {generation:UInt32} AND month IN {months:Array(Date)}
)
ARRAY JOIN levels AS place, level_keys AS place_key
WHERE {whole:Bool} OR place_key IN (SELECT arrayJoin(level_keys) FROM {touched:Identifier})
GROUP BY month, place_key
