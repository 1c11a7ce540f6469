-- The landing table again, narrow and in the order of postings: all that was ever seen of one posting lies
-- together. Appended to as rows land; a row depends on its landing row alone, so one that is copied twice merges
-- away. It is also a posting's history, read through posting_history.
CREATE TABLE IF NOT EXISTS posting_versions
(
    generation UInt32,
    posting_key UInt64 COMMENT 'surrogate key of a posting: cityHash64 of its job_id',
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    raw_partition UInt16,
    raw_offset UInt64,
    outcome LowCardinality(String) COMMENT 'emitted or observed',
    event LowCardinality(String),
    job_id String,
    source LowCardinality(String),
    synthetic Bool,
    content_hash String COMMENT 'empty of an observation, as all that follows',
    job_url Nullable(String),
    title String,
    company LowCardinality(Nullable(String)) COMMENT 'as stated',
    company_name LowCardinality(Nullable(String)),
    location LowCardinality(Nullable(String)) COMMENT 'as stated',
    `place.region` Array(LowCardinality(String)),
    `place.country` Array(LowCardinality(String)),
    `place.state` Array(LowCardinality(String)),
    `place.city` Array(LowCardinality(String)),
    `place.latitude` Array(Nullable(Float32)),
    `place.longitude` Array(Nullable(Float32)),
    role LowCardinality(Nullable(String)),
    role_confidence Nullable(Float32),
    job_function LowCardinality(Nullable(String)),
    employment_type LowCardinality(Nullable(String)),
    seniority_level LowCardinality(Nullable(String)),
    workplace_type LowCardinality(Nullable(String)),
    language LowCardinality(Nullable(String)),
    industries Array(LowCardinality(String)),
    job_functions Array(LowCardinality(String)),
    salary_year_min Nullable(Float64),
    salary_year_max Nullable(Float64),
    salary_currency LowCardinality(Nullable(String)),
    experience_years_min Nullable(Float32),
    experience_years_max Nullable(Float32),
    posted_time Nullable(DateTime64(3, 'UTC')),
    posted_time_credible Bool,
    month Date,
    expire_time Nullable(DateTime64(3, 'UTC')),
    reposted Nullable(Bool),
    applicant_count Nullable(Int64),
    description_characters UInt32,
    unreadable Array(LowCardinality(String)),
    `skill.name` Array(LowCardinality(String)),
    `skill.kind` Array(LowCardinality(String)),
    `skill.requirement` Array(LowCardinality(String)),
    title_key String,
    company_key LowCardinality(String),
    signature String,
    normalizer LowCardinality(String),
    extractor LowCardinality(String),
    taxonomy LowCardinality(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (generation, posting_key, observed_at, raw_partition, raw_offset)
SETTINGS index_granularity = 1024
COMMENT 'Every version and sight of every posting, in the order of postings.';

-- The index by which near-duplicates meet. Bands of older versions stay: whoever meets here is compared by what
-- they say now.
CREATE TABLE IF NOT EXISTS posting_bands
(
    generation UInt32,
    band UInt8,
    hash UInt64,
    posting_key UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (generation, band, hash, posting_key)
SETTINGS index_granularity = 1024
COMMENT 'Postings by the bands of their fingerprints.';

-- How far the warehouse has come, by pieces of the landing table: a piece is 65,536 raw offsets of one raw
-- partition. One that no longer holds what it held when it was taken up (more rows, a late one, a repeated one that
-- has merged away) is taken up again. Emptying this table has everything computed anew.
CREATE TABLE IF NOT EXISTS warehouse_pieces
(
    generation UInt32,
    raw_partition UInt16,
    piece UInt64 COMMENT 'raw offset / 65,536',
    next UInt64 COMMENT 'first raw offset of the piece that was not there',
    rows UInt64 COMMENT 'rows of the landing table that it held, repeated ones included',
    digest UInt64 COMMENT 'sum of cityHash64 over their raw offsets',
    version UInt32 COMMENT 'of the way in which the store computes the warehouse',
    sequence UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY (generation, raw_partition, piece)
COMMENT 'What of the landing table the warehouse holds. Read with FINAL.';
