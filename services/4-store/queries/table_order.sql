-- How is a table cut and ordered?
SELECT partition_key, sorting_key
FROM system.tables
WHERE database = currentDatabase() AND name = {table:String}
