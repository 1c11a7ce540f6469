-- Makes {rows} rows of one of 8 partitions of the landing table, from offset {first} on, as a stream of {total} rows
-- over 36 months up to {until} would have left them: the same rows for the same numbers. Of 40 rows 36 are new
-- postings; one closes an earlier posting, one edits one, one finds one again unchanged, and one is rejected.
--
-- Skills and companies follow Zipf's law (rank k with weight 1/k). Of the skills every seventh gains and every
-- seventh loses; sources have tastes of their own, and their mix shifts over the months: what trends have to tell
-- apart. All that is random is a hash of the posting's number.
INSERT INTO landing
(
    generation, raw_partition, raw_offset, stage_offset, outcome, event, job_id, source, source_id, observed_at,
    synthetic, reason, cause, attempts, stage, version, content_hash, job_url, title, company, location,
    employment_type, seniority_level, workplace_type, industries, job_functions, description, posted_time, language,
    normalizer, extractor, taxonomy, skill.name, skill.kind, skill.requirement, skill.confidence, skill.mentions,
    extraction, company_name, role, role_confidence, job_function, place.region, place.country, place.state,
    place.city, place.latitude, place.longitude, salary_year_min, salary_year_max, salary_currency, title_key,
    company_key
)
WITH
    ['linkedin', 'indeed', 'greenhouse', 'lever', 'workday', 'ashby'] AS sources,
    concat('Company ', toString(employer)) AS employer_name,
    concat('Town ', toString(town)) AS town_name
SELECT
    {generation:UInt32},
    {partition:UInt16},
    intDiv(number, 8) AS offset,
    offset,
    multiIf(what = 'closed', 'observed', what = 'rejected', 'rejected', 'emitted'),
    if(what = 'closed', 'closed', 'found'),
    lower(hex(sipHash128(posting))),
    sources[board],
    toString(posting),
    -- Boards report late, and in no strict order.
    posted + toIntervalSecond(toUInt32(late_s + cityHash64(number, 'seen') % 86400)),
    true,
    if(what = 'rejected', ['title is empty', 'description is empty', 'no posting at this address'][1 + number % 3], ''),
    if(what = 'rejected', 'invalid', ''),
    1,
    if(what = 'rejected', 'normalize', 'extract'),
    'normalize@0',
    if(what IN ('closed', 'rejected'), '', lower(hex(sipHash128(posting, what = 'edited')))),
    concat('https://jobs.invalid/', toString(posting)),
    concat('Generated role ', toString(role)),
    employer_name,
    town_name,
    ['full_time', 'full_time', 'full_time', 'contract', 'part_time'][1 + cityHash64(posting, 'employment') % 5],
    ['junior', 'mid', 'mid', 'senior', 'senior', 'lead'][1 + cityHash64(posting, 'seniority') % 6],
    ['onsite', 'onsite', 'hybrid', 'remote'][1 + cityHash64(posting, 'workplace') % 4],
    [concat('Industry ', toString(employer % 20))],
    [concat('Function ', toString(role % 12))],
    concat('Generated posting ', toString(posting), if(what = 'edited', ', edited', '')),
    posted,
    'en',
    'normalize@0',
    if(age < 0.5, 'generated@1', 'generated@2'),
    '1',
    arrayMap(rank -> concat('Skill ', toString(rank)), wishes),
    arrayMap(rank -> ['technology', 'technology', 'technology', 'method', 'domain', 'soft'][1 + rank % 6], wishes),
    arrayMap(rank -> ['required', 'required', 'preferred', 'mentioned'][1 + (posting + rank) % 4], wishes),
    arrayMap(rank -> 1., wishes),
    arrayMap(rank -> 1, wishes),
    '{}',
    employer_name,
    concat('Role ', toString(role % 50)),
    0.9,
    concat('Function ', toString(role % 12)),
    ['North America'],
    [['US', 'CA', 'MX', 'US'][1 + town % 4]],
    [concat('State ', toString(town % 10))],
    [town_name],
    [30. + town / 4],
    [-120. + town],
    if(pay < 100000, pay, NULL),
    if(pay < 100000, pay * 1.2, NULL),
    if(pay < 100000, 'USD', NULL),
    concat('generated role ', toString(role)),
    lower(employer_name)
FROM
(
    SELECT
        *,
        cityHash64(posting, 'place') % 40 AS town,
        cityHash64(posting, 'role') % 500 AS role,
        40000 + cityHash64(posting, 'pay') % 180000 AS pay,
        -- A wish comes with its own chance to be dropped: by the drift of the skill, and by the taste of the source.
        arrayFilter(
            rank -> cityHash64(posting, rank) / 18446744073709551616.
                < multiIf(rank % 7 = 1, 0.3 + 0.7 * age, rank % 7 = 2, 1 - 0.6 * age, 0.9)
                    * if((rank + board) % 5 = 0, 0.5, 1),
            arrayDistinct(arrayMap(
                place -> toUInt32(exp(cityHash64(posting, place) / 18446744073709551616. * log(3801))),
                range(toUInt32(6 + cityHash64(posting, 'wishes') % 12))
            ))
        ) AS wishes
    FROM
    (
        SELECT
            *,
            {until:DateTime} - toIntervalSecond(toUInt32((1 - age) * span_s)) AS posted,
            (number - posting) * span_s / {total:UInt64} AS late_s,
            multiIf(
                draw < 0.45 - 0.25 * age, 1, draw < 0.60 - 0.10 * age, 2, draw < 0.72, 3, draw < 0.82, 4, draw < 0.95, 5, 6
            ) AS board,
            toUInt32(exp(cityHash64(posting, 'company') / 18446744073709551616. * log(20001))) AS employer
        FROM
        (
            SELECT
                number,
                ['rejected', 'closed', 'edited', 'again', 'new'][least(4, (number + 4) % 40) + 1] AS what,
                -- All that concerns one posting lies in one partition, so a multiple of 8 later.
                if(what IN ('closed', 'edited', 'again') AND number >= 4000,
                    toUInt64(number - 8 - 40 * (cityHash64(number) % 99)), number) AS posting,
                posting / {total:UInt64} AS age,
                cityHash64(posting, 'source') / 18446744073709551616. AS draw,
                36 * 30.4375 * 86400 AS span_s
            FROM (SELECT {partition:UInt16} + 8 * number AS number FROM numbers({first:UInt64}, {rows:UInt64}))
        )
    )
)
-- No row comes twice, and rows come in the order of the table.
SETTINGS optimize_on_insert = 0, max_insert_threads = 1
