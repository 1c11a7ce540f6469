-- Which tables and views are there, how are they kept, and what does each say?
SELECT
    name,
    engine,
    comment,
    partition_key,
    sorting_key,
    as_select,
    create_table_query
FROM system.tables
WHERE database = currentDatabase() AND NOT is_temporary
ORDER BY name
