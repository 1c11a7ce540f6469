-- How is a table cut and ordered, and how finely can it be read?
SELECT partition_key, sorting_key, extract(engine_full, ' SETTINGS (.+)$') AS settings
FROM system.tables
WHERE database = currentDatabase() AND name = {table:String}
