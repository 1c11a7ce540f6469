-- How many events ended in which way, by source?
SELECT source, outcome, count() AS events
FROM landing FINAL
WHERE generation = {generation:UInt32}
GROUP BY source, outcome
ORDER BY source, outcome
