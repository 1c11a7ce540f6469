-- Which generation people see. Each promotion and each rollback adds a row; the last one counts.
CREATE TABLE IF NOT EXISTS promotions
(
    sequence UInt64,
    generation UInt32,
    reason String
)
ENGINE = MergeTree
ORDER BY sequence
COMMENT 'Every promotion of a generation, oldest first.';

CREATE VIEW IF NOT EXISTS live_generation
AS SELECT if(count() = 0, 1, argMax(generation, (sequence, generation))) AS generation
FROM promotions
COMMENT 'The one row that names the live generation; the first one until another is promoted.';
