-- What became of the raw events of a piece of the landing table (65,536 raw offsets of one raw partition), once all
-- of them have landed. Such a piece never changes any more, so its rows are the same whoever counts them, and only
-- the pieces that are not full yet have to be counted when somebody asks.
CREATE TABLE IF NOT EXISTS landed_pieces
(
    generation UInt32,
    raw_partition UInt16,
    piece UInt64 COMMENT 'raw offset / 65,536',
    source LowCardinality(String),
    outcome LowCardinality(String),
    stage LowCardinality(String),
    cause LowCardinality(String) COMMENT 'invalid, undecodable, poison or crashed; empty unless rejected',
    reason String,
    events UInt64 COMMENT 'raw events that ended so',
    last_observed_at DateTime64(3, 'UTC') COMMENT 'of these events'
)
ENGINE = ReplacingMergeTree
ORDER BY (generation, raw_partition, piece, source, outcome, stage, cause, reason)
COMMENT 'Full pieces of the landing table, counted. Read with FINAL.';

-- How many versions of postings the facts tell of, and of which raw events that is. Both stand in one row, so that
-- what has landed since is added to the right sum.
CREATE TABLE IF NOT EXISTS stored_versions
(
    generation UInt32,
    next Map(UInt16, UInt64) COMMENT 'raw partition -> first raw offset that the facts do not tell of',
    versions UInt64 COMMENT 'distinct contents of all postings',
    sequence UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY generation
COMMENT 'One row per generation: the versions that the ledger calls stored. The last sequence counts.';
