-- The postings of one of {slices} stretches of their keys.
INSERT INTO {changes:Identifier}
SELECT DISTINCT posting_key
FROM posting_versions
WHERE generation = {generation:UInt32}
    AND posting_key >= intDiv(18446744073709551615, {slices:UInt64}) * {slice:UInt64}
    AND
    (
        {slice:UInt64} + 1 = {slices:UInt64}
        OR posting_key < intDiv(18446744073709551615, {slices:UInt64}) * ({slice:UInt64} + 1)
    )
