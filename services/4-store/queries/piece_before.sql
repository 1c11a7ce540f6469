-- What does a piece hold of what it held when it was taken up?
SELECT count() AS rows, toString(sum(cityHash64(raw_offset))) AS digest
FROM landing
WHERE generation = {generation:UInt32}
    AND raw_partition = {partition:UInt16}
    AND raw_offset >= {from:UInt64}
    AND raw_offset < {upto:UInt64}
