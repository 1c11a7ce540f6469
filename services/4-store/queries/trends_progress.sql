-- What the trends of a generation were last computed from.
SELECT sequence, next, landed
FROM trends_progress FINAL
WHERE generation = {generation:UInt32}
