-- The dimensions around fact_job_postings, its bridges, and what is added up by month. Every key is cityHash64 of
-- the natural key, 0 where that is unknown: a replay, another generation and another server give the same keys.

-- Skills of the taxonomy. The store writes those of its own version when it starts; older versions stay, since
-- older extractions name them.
CREATE TABLE IF NOT EXISTS dim_skill
(
    taxonomy LowCardinality(String),
    skill_key UInt64 DEFAULT cityHash64(skill) COMMENT 'cityHash64 of the skill''s name',
    skill String,
    kind LowCardinality(String),
    broader String COMMENT 'the skill or group that it belongs to; empty where it heads its own'
)
ENGINE = ReplacingMergeTree
ORDER BY (taxonomy, skill_key)
COMMENT 'Skills, by version of the taxonomy. Read with FINAL.';

CREATE VIEW IF NOT EXISTS dim_date
AS SELECT
    toUInt32(toYYYYMMDD(date)) AS date_key,
    date,
    toYear(date) AS year,
    toQuarter(date) AS quarter,
    toMonth(date) AS month_of_year,
    toStartOfMonth(date) AS month,
    toISOYear(date) AS iso_year,
    toISOWeek(date) AS iso_week,
    toDayOfWeek(date) AS day_of_week
FROM (SELECT toDate('2000-01-01') + arrayJoin(range(36525)) AS date)
COMMENT 'Every day of the years 2000 to 2099.';

CREATE VIEW IF NOT EXISTS dim_employment
AS SELECT cityHash64(employment_type) AS employment_key, employment_type
FROM (SELECT arrayJoin(['full_time', 'part_time', 'contract', 'internship', 'temporary']) AS employment_type)
UNION ALL
SELECT 0, ''
COMMENT 'Employment types; key 0 where it is unknown.';

CREATE VIEW IF NOT EXISTS dim_seniority
AS SELECT cityHash64(seniority_level) AS seniority_key, seniority_level, toUInt8(rank) AS rank
FROM
(
    SELECT ['intern', 'junior', 'mid', 'senior', 'lead', 'manager', 'director', 'executive'] AS levels
)
ARRAY JOIN levels AS seniority_level, arrayEnumerate(levels) AS rank
UNION ALL
SELECT 0, '', 0
COMMENT 'Seniority levels, the lowest first; key 0 where it is unknown.';

-- Places by month. A posting stands once in each place that it names, at each level, however many of its places lie
-- there; the rows of level "location" are the grain of dim_location.
CREATE TABLE IF NOT EXISTS location_analytics
(
    generation UInt32,
    month Date,
    level LowCardinality(String) COMMENT 'all, region, country, state, city or location (a place with its workplace type)',
    region LowCardinality(String),
    country LowCardinality(String),
    state LowCardinality(String),
    city LowCardinality(String),
    workplace_type LowCardinality(String) COMMENT 'of level location; else empty',
    location_key UInt64 COMMENT 'of level location: the key in dim_location; else 0',
    postings UInt64 COMMENT 'reposts included',
    clusters UInt64 COMMENT 'distinct jobs; the counts that follow are of these',
    open UInt64 COMMENT 'not closed by their source, or one repost of them is not',
    remote UInt64,
    hybrid UInt64,
    onsite UInt64,
    companies UInt64 COMMENT 'distinct, where known',
    with_pay UInt64 COMMENT 'those that state their pay',
    median_pay Map(LowCardinality(String), Float64) COMMENT 'currency -> median of the middle of the pay for a full year'
)
ENGINE = MergeTree
PARTITION BY (generation, month)
ORDER BY (level, country, state, city, region, workplace_type)
SETTINGS index_granularity = 1024
COMMENT 'Jobs by month and place.';

CREATE VIEW IF NOT EXISTS dim_location
AS SELECT DISTINCT generation, location_key, region, country, state, city, workplace_type
FROM location_analytics
WHERE level = 'location'
COMMENT 'Places, with the workplace type: region, country, state, city. Empty where a posting does not name that part.';

-- Companies by month; what dim_company adds up.
CREATE TABLE IF NOT EXISTS company_analytics
(
    generation UInt32,
    month Date,
    company_key UInt64,
    company_name String,
    postings UInt64 COMMENT 'reposts included',
    clusters UInt64 COMMENT 'distinct jobs',
    open UInt64 COMMENT 'of the clusters, those of which one posting is not closed',
    with_pay UInt64 COMMENT 'of the clusters, those that state their pay',
    first_seen DateTime64(3, 'UTC'),
    last_seen DateTime64(3, 'UTC'),
    closed UInt64 COMMENT 'of the postings',
    days_open AggregateFunction(quantileExact(0.5), UInt32) COMMENT 'of the closed postings: from when each was posted until it was closed'
)
ENGINE = MergeTree
PARTITION BY (generation, month)
ORDER BY company_key
SETTINGS index_granularity = 1024
COMMENT 'Jobs by month and company.';

CREATE VIEW IF NOT EXISTS dim_company
AS SELECT
    generation,
    company_key,
    max(company_name) AS company_name,
    sum(company.postings) AS postings,
    sum(company.clusters) AS clusters,
    sum(company.open) AS open,
    min(company.first_seen) AS first_seen,
    max(company.last_seen) AS last_seen,
    1 - clusters / postings AS repost_rate,
    sum(company.with_pay) / clusters AS pay_share,
    if(sum(company.closed) = 0, NULL, quantileExactMerge(0.5)(company.days_open)) AS median_days_open
FROM company_analytics AS company
GROUP BY generation, company_key
COMMENT 'Companies, by canonical name, with what their postings add up to.';

-- How good the postings of a source are, by month. What depends on today is kept as days, so that it is counted when
-- it is asked: a row does not grow old.
CREATE TABLE IF NOT EXISTS quality_analytics
(
    generation UInt32,
    month Date,
    source LowCardinality(String),
    postings UInt64,
    completeness Float64 COMMENT 'sum over the postings of the share of fields that they state',
    reposts UInt64 COMMENT 'postings whose job stands in an earlier one',
    reposted_often UInt64 COMMENT 'postings of jobs that stand in three postings or more',
    bare UInt64 COMMENT 'postings with less than 400 characters, without pay and without any skill',
    open UInt64 COMMENT 'postings that are not closed',
    first_seen DateTime64(3, 'UTC'),
    last_seen DateTime64(3, 'UTC'),
    last_seen_days Map(Date, UInt64) COMMENT 'of the open postings: day of the last sight -> postings',
    posted_days Map(Date, UInt64) COMMENT 'of the open postings: day of posting -> postings',
    expiry_days Map(Date, UInt64) COMMENT 'of the open postings: last day -> postings',
    unreadable Map(LowCardinality(String), UInt64) COMMENT 'field -> postings that state it in a form that cannot be read'
)
ENGINE = MergeTree
PARTITION BY (generation, month)
ORDER BY source
COMMENT 'How good postings are, by month and source.';

CREATE VIEW IF NOT EXISTS quality_by_source
AS SELECT
    generation,
    month,
    source,
    postings,
    quality.completeness / postings AS completeness,
    reposts,
    reposted_often,
    bare,
    open,
    arraySum(mapValues(mapFilter((day, many) -> day < today() - 30, last_seen_days))) AS stale,
    arraySum(mapValues(mapFilter((day, many) -> day < today() - 90, posted_days))) AS open_long,
    arraySum(mapValues(mapFilter((day, many) -> day < today(), expiry_days))) AS open_past_expiry,
    unreadable
FROM quality_analytics AS quality
COMMENT 'Completeness, staleness, reposts, signs of ghost postings and unreadable fields, by month and source.';

CREATE VIEW IF NOT EXISTS dim_source
AS SELECT
    generation,
    cityHash64(CAST(source AS String)) AS source_key,
    source,
    sum(quality.postings) AS postings,
    min(quality.first_seen) AS first_seen,
    max(quality.last_seen) AS last_seen
FROM quality_analytics AS quality
GROUP BY generation, source
COMMENT 'Where postings come from.';

-- One posting's quality. A ghost posting is one behind which there may be no job; no single sign proves it.
CREATE VIEW IF NOT EXISTS posting_quality
AS SELECT
    generation,
    posting_key,
    job_id,
    source,
    month,
    completeness,
    dateDiff('day', last_seen, now64(3, 'UTC')) AS unseen_days,
    NOT closed AND unseen_days > 30 AS stale,
    cluster_postings - 1 AS reposts,
    arrayFilter(sign -> sign != '', [
        if(cluster_postings >= 3, 'reposted_often', ''),
        if(NOT closed AND dateDiff('day', posted_at, now64(3, 'UTC')) > 90, 'open_long', ''),
        if(NOT closed AND expires_at < toStartOfDay(now64(3, 'UTC')), 'open_past_expiry', ''),
        if(description_characters < 400 AND empty(skill.name) AND salary_year_min IS NULL AND salary_year_max IS NULL, 'bare', '')
    ]) AS ghost_signs,
    unreadable
FROM fact_job_postings
COMMENT 'Completeness, staleness, reposts, signs of a ghost posting and unreadable fields, posting by posting.';

-- The bridges are views: what they join lies in one row of the facts, and unfolding it costs less than reading as
-- many rows of a table of pairs would.
CREATE VIEW IF NOT EXISTS job_skills
AS SELECT generation, month, posting_key, counts, cityHash64(CAST(skill AS String)) AS skill_key, skill, kind, requirement
FROM fact_job_postings
ARRAY JOIN `skill.name` AS skill, `skill.kind` AS kind, `skill.requirement` AS requirement
COMMENT 'Which postings ask for which skill.';

CREATE VIEW IF NOT EXISTS job_functions
AS SELECT generation, month, posting_key, counts, job_function
FROM (SELECT generation, month, posting_key, counts, job_functions FROM fact_job_postings)
ARRAY JOIN job_functions AS job_function
COMMENT 'Which postings name which function.';

CREATE VIEW IF NOT EXISTS job_industries
AS SELECT generation, month, posting_key, counts, industry
FROM fact_job_postings
ARRAY JOIN industries AS industry
COMMENT 'Which postings name which industry.';

-- A posting's versions, each as long as it held. Finding the same content again is no new version.
CREATE VIEW IF NOT EXISTS posting_history
AS SELECT
    generation,
    posting_key,
    job_id,
    observed_at AS valid_from,
    nullIf(leadInFrame(toNullable(observed_at)) OVER versions, toDateTime64(0, 3, 'UTC')) AS valid_to,
    row_number() OVER versions AS version_number,
    if(version_number = 1, [], arrayFilter(field -> field != '', [
        if(title != lagInFrame(title) OVER versions, 'title', ''),
        if(ifNull(company, '') != lagInFrame(ifNull(company, '')) OVER versions, 'company', ''),
        if(ifNull(location, '') != lagInFrame(ifNull(location, '')) OVER versions, 'location', ''),
        if(ifNull(employment_type, '') != lagInFrame(ifNull(employment_type, '')) OVER versions, 'employment_type', ''),
        if(ifNull(seniority_level, '') != lagInFrame(ifNull(seniority_level, '')) OVER versions, 'seniority_level', ''),
        if(ifNull(workplace_type, '') != lagInFrame(ifNull(workplace_type, '')) OVER versions, 'workplace_type', ''),
        if(tuple(ifNull(salary_year_min, -1), ifNull(salary_year_max, -1), ifNull(salary_currency, ''))
            != lagInFrame(tuple(ifNull(salary_year_min, -1), ifNull(salary_year_max, -1), ifNull(salary_currency, ''))) OVER versions, 'salary', ''),
        if(arraySort(skill.name) != lagInFrame(arraySort(skill.name)) OVER versions, 'skills', ''),
        if(description_characters != lagInFrame(description_characters) OVER versions, 'description', '')
    ])) AS changed,
    title,
    company,
    location,
    employment_type,
    seniority_level,
    workplace_type,
    salary_year_min,
    salary_year_max,
    salary_currency,
    skill.name AS skills,
    content_hash
FROM
(
    SELECT *, lagInFrame(content_hash) OVER found AS content_before
    FROM posting_versions FINAL
    WHERE outcome = 'emitted'
    WINDOW found AS (PARTITION BY generation, posting_key ORDER BY observed_at, raw_partition, raw_offset)
)
WHERE content_hash != content_before
WINDOW versions AS
(
    PARTITION BY generation, posting_key ORDER BY observed_at, raw_partition, raw_offset
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
)
COMMENT 'The versions of each posting: from when until when, and what changed.';
