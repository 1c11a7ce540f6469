-- Who shares a band with them? Of a band that many share, as many as a posting is ever compared with.
INSERT INTO {keys:Identifier}
SELECT posting_key
FROM
(
    SELECT DISTINCT band, hash, posting_key
    FROM posting_bands
    WHERE generation = {generation:UInt32}
        AND (band, hash) IN (SELECT band, hash FROM {bands:Identifier})
)
ORDER BY band, hash, posting_key
LIMIT {compared:UInt64} BY band, hash
