-- A table of bands that belongs to one computation.
CREATE TABLE {bands:Identifier} (band UInt8, hash UInt64)
ENGINE = ReplacingMergeTree
ORDER BY (band, hash)
