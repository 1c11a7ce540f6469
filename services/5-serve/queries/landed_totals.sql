-- How much has landed, is any of it made up, and how far have the trends come? Cheap enough to ask each second.
SELECT
    count() AS landed,
    max(synthetic) AS synthetic,
    (SELECT max(sequence) FROM warehouse_progress WHERE generation = {generation:UInt32}) AS trends_sequence
FROM landing
WHERE generation = {generation:UInt32}
