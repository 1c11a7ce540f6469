-- One row a posting, in its latest version, in the month in which it was posted. Months are computed beside the
-- live ones and swapped in whole.
CREATE TABLE IF NOT EXISTS fact_job_postings
(
    generation UInt32,
    month Date,
    posting_key UInt64,
    job_id String,
    cluster_key UInt64,
    cluster_id String,
    counts Bool COMMENT 'the earliest of its cluster: what counts jobs counts these',
    date_key UInt32 COMMENT 'the day of posting, YYYYMMDD',
    source LowCardinality(String),
    company_key UInt64 COMMENT '0 where unknown',
    company_name LowCardinality(Nullable(String)),
    location_key UInt64 COMMENT 'of the first place; 0 where unknown',
    location_keys Array(UInt64) COMMENT 'of all places',
    `place.region` Array(LowCardinality(String)),
    `place.country` Array(LowCardinality(String)),
    `place.state` Array(LowCardinality(String)),
    `place.city` Array(LowCardinality(String)),
    region LowCardinality(Nullable(String)),
    country LowCardinality(Nullable(String)),
    state LowCardinality(Nullable(String)),
    city LowCardinality(Nullable(String)),
    title String,
    role LowCardinality(Nullable(String)),
    job_function LowCardinality(Nullable(String)),
    employment_type LowCardinality(Nullable(String)),
    seniority_level LowCardinality(Nullable(String)),
    workplace_type LowCardinality(Nullable(String)),
    language LowCardinality(Nullable(String)),
    industries Array(LowCardinality(String)),
    job_functions Array(LowCardinality(String)),
    `skill.name` Array(LowCardinality(String)) COMMENT 'each once',
    `skill.kind` Array(LowCardinality(String)),
    `skill.requirement` Array(LowCardinality(String)),
    salary_year_min Nullable(Float64),
    salary_year_max Nullable(Float64),
    salary_currency LowCardinality(Nullable(String)),
    experience_years_min Nullable(Float32),
    experience_years_max Nullable(Float32),
    applicant_count Nullable(Int64),
    posted_at DateTime64(3, 'UTC') COMMENT 'when it says it was posted, where that can be true; else first seen',
    expires_at Nullable(DateTime64(3, 'UTC')),
    first_seen DateTime64(3, 'UTC'),
    last_seen DateTime64(3, 'UTC'),
    closed Bool,
    versions UInt32 COMMENT 'distinct contents',
    events UInt32 COMMENT 'found events: those beyond the versions are exact duplicates',
    cluster_postings UInt32 COMMENT 'postings of its cluster',
    cluster_first_seen DateTime64(3, 'UTC'),
    cluster_last_seen DateTime64(3, 'UTC'),
    cluster_open Bool COMMENT 'one of its cluster is not closed',
    reposted Bool COMMENT 'by its source''s own word',
    completeness Float32 COMMENT 'share of the fields that a posting should state',
    unreadable Array(LowCardinality(String)),
    description_characters UInt32,
    synthetic Bool,
    content_hash String,
    job_url Nullable(String),
    normalizer LowCardinality(String),
    extractor LowCardinality(String),
    taxonomy LowCardinality(String),
    raw_partition UInt16 COMMENT 'with raw_offset: the landing row of the latest version',
    raw_offset UInt64 COMMENT 'with raw_partition: the landing row of the latest version',
    -- Keys of the small dimensions: a hash is as good as a column, and takes no place.
    source_key UInt64 ALIAS cityHash64(CAST(source AS String)),
    employment_key UInt64 ALIAS if(employment_type IS NULL, 0, cityHash64(CAST(assumeNotNull(employment_type) AS String))),
    seniority_key UInt64 ALIAS if(seniority_level IS NULL, 0, cityHash64(CAST(assumeNotNull(seniority_level) AS String)))
)
ENGINE = MergeTree
PARTITION BY (generation, month)
ORDER BY posting_key
COMMENT 'Each posting once per generation, in its latest version, with its cluster.';

-- Which months of the monthly tables no longer agree with the facts. Written before the facts change and again
-- after those months were recomputed, so a process that dies between the two leaves the work marked.
CREATE TABLE IF NOT EXISTS warehouse_progress
(
    generation UInt32,
    stale_months Array(Date) COMMENT 'months to recompute',
    sequence UInt64 COMMENT 'goes up with every change of what people see'
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY generation
COMMENT 'One row per generation: what of its warehouse is still to do. Read with FINAL.';
