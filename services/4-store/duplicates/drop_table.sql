-- Drops a table that belongs to one computation.
DROP TABLE IF EXISTS {table:Identifier}
