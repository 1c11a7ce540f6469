-- Whether an insert that its client gave up is still going on.
SELECT count() AS running
FROM system.processes
WHERE query_id = {query_id:String}
