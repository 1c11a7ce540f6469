-- The one table that the store writes: one row per raw event and generation, whatever became of the event.
-- A row depends on its record alone (no clock, no random value), so a row that is written twice is the same
-- row and merges away. It is not partitioned: one insert is one part, whole or not there.
CREATE TABLE IF NOT EXISTS landing
(
    generation UInt32,
    raw_partition UInt16,
    raw_offset UInt64,
    -- Where the answer lay in jobs.enriched.g<generation>; the store resumes after the greatest.
    stage_offset UInt64,
    outcome LowCardinality(String) COMMENT 'emitted, observed, dropped or rejected',
    event LowCardinality(String) COMMENT 'found, seen or closed; empty where unknown',

    job_id String,
    source LowCardinality(String),
    source_id String,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    synthetic Bool,

    -- Of receipts.
    reason String,
    cause LowCardinality(String) COMMENT 'invalid, undecodable, poison or crashed; empty unless rejected',
    attempts UInt32,
    stage LowCardinality(String),
    version LowCardinality(String) COMMENT 'name@version of the step that answered',

    -- Of postings.
    content_hash String,
    job_url Nullable(String),
    apply_url Nullable(String),
    title String,
    company LowCardinality(Nullable(String)),
    company_logo_url Nullable(String),
    location LowCardinality(Nullable(String)),
    employment_type LowCardinality(Nullable(String)),
    seniority_level LowCardinality(Nullable(String)),
    workplace_type LowCardinality(Nullable(String)),
    industries Array(LowCardinality(String)),
    job_functions Array(LowCardinality(String)),
    description String CODEC(ZSTD),
    skills Array(String) COMMENT 'as the source states them',
    skills_summary Nullable(String),
    salary_min Nullable(Float64),
    salary_max Nullable(Float64),
    salary_currency LowCardinality(Nullable(String)),
    salary_period LowCardinality(Nullable(String)),
    posted_time Nullable(DateTime64(3, 'UTC')),
    expire_time Nullable(DateTime64(3, 'UTC')),
    reposted Nullable(Bool),
    reposted_info Nullable(String),
    applicant_count Nullable(Int64),
    application_type LowCardinality(Nullable(String)),
    search_keyword LowCardinality(Nullable(String)),
    search_location LowCardinality(Nullable(String)),
    source_file Nullable(String),
    language LowCardinality(Nullable(String)),
    normalizer LowCardinality(String),

    -- Of extractions. `skill` are the columns of one list: what the extractor found, by canonical name.
    extractor LowCardinality(String),
    taxonomy LowCardinality(String),
    skill Nested
    (
        name LowCardinality(String),
        kind LowCardinality(String),
        requirement LowCardinality(String),
        confidence Float32,
        mentions UInt32
    ),
    role_seniority LowCardinality(Nullable(String)),
    visa LowCardinality(Nullable(String)),
    work_model LowCardinality(Nullable(String)),
    education LowCardinality(Nullable(String)),
    experience_years_min Nullable(Float32),
    experience_years_max Nullable(Float32),
    extraction String COMMENT 'the whole extraction as JSON, mentions included' CODEC(ZSTD),

    -- The month that this version claims for its posting: when it says it was posted, where that can be true.
    posted_time_credible Bool MATERIALIZED posted_time IS NOT NULL
        AND posted_time >= toDateTime64('2000-01-01 00:00:00', 3, 'UTC')
        AND posted_time <= observed_at + INTERVAL 1 DAY,
    month Date MATERIALIZED toStartOfMonth(if(posted_time_credible, assumeNotNull(posted_time), observed_at)),

    INDEX job_id_filter job_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
ORDER BY (generation, raw_partition, raw_offset)
COMMENT 'One row per raw event and generation. Read with FINAL, or by what does not mind a repeated row.';
