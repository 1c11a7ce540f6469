-- Staging tables of processes that died: a recomputation never takes that long.
SELECT name
FROM system.tables
WHERE database = currentDatabase()
    AND startsWith(name, 'trends_staging_')
    AND metadata_modification_time < now() - INTERVAL 10 MINUTE
