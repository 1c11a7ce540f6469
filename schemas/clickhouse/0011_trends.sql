-- Trends count jobs, not postings: a cluster of reposts counts once, in the month of its earliest posting, so that
-- counts add up over months. They stand by source too, since boards come and go and each has its own taste: a
-- change is told from a change of the mix by comparing source with source. Months are computed from
-- fact_job_postings and swapped in whole.
--
-- The rows of all sources together lie first, then those of each source: a list of skills reads one stretch of a
-- month, and one skill reads a granule of it.
DROP TABLE IF EXISTS skill_trends;

CREATE TABLE IF NOT EXISTS skill_trends
(
    generation UInt32,
    month Date,
    source LowCardinality(String) COMMENT 'empty for all sources together',
    skill LowCardinality(String) COMMENT 'empty for the total of the month, whatever it asks for',
    kind LowCardinality(String) COMMENT 'of the skill; empty of totals',
    clusters UInt64 COMMENT 'distinct jobs; the counts that follow are of these',
    required UInt64 COMMENT 'of the clusters, those that require the skill',
    preferred UInt64 COMMENT 'those that prefer it',
    mentioned UInt64 COMMENT 'those that only mention it',
    companies UInt64 COMMENT 'distinct, where known; they do not add up over months or sources',
    open UInt64 COMMENT 'not closed by their source, or one repost of them is not',
    remote UInt64 COMMENT 'those whose workplace is remote',
    postings UInt64 COMMENT 'reposts included: what would be counted without clusters',
    normalizers Array(LowCardinality(String)) COMMENT 'versions that answered; of totals only, as the next two',
    extractors Array(LowCardinality(String)) COMMENT 'versions that answered',
    taxonomies Array(LowCardinality(String)) COMMENT 'versions that answered'
)
ENGINE = MergeTree
PARTITION BY (generation, month)
ORDER BY (source, skill)
SETTINGS index_granularity = 512
COMMENT 'Jobs by month, source and skill.';

DROP VIEW IF EXISTS month_totals;
