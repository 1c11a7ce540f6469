-- Postings that are the same job. Only those that share a cluster, or once did, have a row: any other posting is a
-- cluster of its own. The last sequence counts.
CREATE TABLE IF NOT EXISTS cluster_members
(
    generation UInt32,
    posting_key UInt64,
    job_id String,
    cluster_key UInt64 COMMENT 'posting_key of the earliest posting of the cluster',
    cluster_id String COMMENT 'its job_id',
    previous_key UInt64 COMMENT 'cluster_key before the last change: whose facts may still tell of this posting',
    sequence UInt64,
    INDEX by_cluster cluster_key TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX by_previous previous_key TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY (generation, posting_key)
SETTINGS index_granularity = 1024
COMMENT 'Which cluster of near-duplicates a posting belongs to. Read with FINAL.';

-- What people said of clusters, for all generations: the two postings are never the same job.
CREATE TABLE IF NOT EXISTS cluster_splits
(
    job_id String,
    apart_from String,
    withdrawn Bool,
    reason String,
    sequence UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY (job_id, apart_from)
COMMENT 'Pairs of postings that stay apart, whatever their texts say. Read with FINAL.';
