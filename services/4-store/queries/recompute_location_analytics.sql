-- Counts the jobs of months anew, by place. A posting that names two cities of a country counts once for the country.
INSERT INTO {staging:Identifier}
SELECT
    {generation:UInt32},
    month,
    place.1 AS level,
    place.2,
    place.3,
    place.4,
    place.5,
    place.6,
    if(level = 'location', cityHash64(place.2, place.3, place.4, place.5, place.6), 0),
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
        ifNull(workplace_type, '') AS workplace,
        arrayZip(place.region, place.country, place.state, place.city) AS places,
        arrayDistinct(arrayConcat(
            [('all', '', '', '', '', '')],
            arrayMap(p -> ('region', p.1, '', '', '', ''), arrayFilter(p -> p.1 != '', places)),
            arrayMap(p -> ('country', '', p.2, '', '', ''), arrayFilter(p -> p.2 != '', places)),
            arrayMap(p -> ('state', '', p.2, p.3, '', ''), arrayFilter(p -> p.3 != '', places)),
            arrayMap(p -> ('city', '', p.2, p.3, p.4, ''), arrayFilter(p -> p.4 != '', places)),
            arrayMap(p -> ('location', p.1, p.2, p.3, p.4, workplace), places)
        )) AS levels
    FROM fact_job_postings
    WHERE generation = {generation:UInt32} AND month IN {months:Array(Date)}
)
ARRAY JOIN levels AS place
GROUP BY month, place
