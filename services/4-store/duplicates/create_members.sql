-- A table of what a computation has to say of clusters. It goes with its turn, so that whoever was stopped for long
-- and wakes up beside its successor has nothing left to say.
CREATE TABLE {members:Identifier}
(
    generation UInt32,
    posting_key UInt64,
    job_id String,
    cluster_key UInt64,
    cluster_id String,
    previous_key UInt64,
    sequence UInt64
)
ENGINE = MergeTree
ORDER BY posting_key
