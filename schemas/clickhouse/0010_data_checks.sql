-- What the checks of the data found (services/4-store/checks/*.sql), each time they ran.
CREATE TABLE IF NOT EXISTS data_checks
(
    generation UInt32,
    checked_at DateTime64(3, 'UTC') COMMENT 'when this run of the checks began',
    name LowCardinality(String) COMMENT 'the file of the check',
    broken UInt64 COMMENT 'how many rows or groups break it',
    examples Array(String) COMMENT 'a few of them',
    error String COMMENT 'why it could not be asked; empty where it could',
    took_ms UInt32 COMMENT 'milliseconds'
)
ENGINE = MergeTree
ORDER BY (generation, checked_at, name)
TTL toDateTime(checked_at) + INTERVAL 90 DAY
COMMENT 'What each check of the data found, run by run.';
