-- What the landing table holds by raw partition, and how much of it lies before what the trends have read.
SELECT
    raw_partition AS partition,
    max(raw_offset) + 1 AS next,
    count() AS rows,
    countIf(raw_offset < {next:Map(UInt16, UInt64)}[raw_partition]) AS rows_before
FROM landing
WHERE generation = {generation:UInt32}
GROUP BY raw_partition
ORDER BY raw_partition
