-- A table of postings that belongs to one computation.
CREATE TABLE {keys:Identifier} (posting_key UInt64)
ENGINE = ReplacingMergeTree
ORDER BY posting_key
