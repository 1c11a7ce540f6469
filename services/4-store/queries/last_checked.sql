-- How long ago did the last run of the checks begin?
SELECT if(count() = 0, NULL, dateDiff('second', max(checked_at), now64(3))) AS seconds_ago
FROM data_checks
WHERE generation = {generation:UInt32}
