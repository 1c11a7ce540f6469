-- Why were events rejected or dropped, by stage and reason?
SELECT stage, outcome, cause, reason, count() AS events, max(observed_at) AS last_observed_at
FROM landing FINAL
WHERE generation = {generation:UInt32} AND outcome IN ('rejected', 'dropped')
GROUP BY stage, outcome, cause, reason
ORDER BY events DESC, stage, reason
LIMIT {limit:UInt32}
