-- How far a partition has come: rows held, the last raw offset, and where in the enriched topic to read on.
SELECT
    count() AS held,
    max(raw_offset) AS origin,
    max(stage_offset) + 1 AS offset
FROM landing
WHERE generation = {generation:UInt32} AND raw_partition = {partition:UInt16}
