-- Adds what was computed for a month in which nothing that stands has changed: an action of ALTER TABLE.
ATTACH PARTITION ({generation:UInt32}, {month:Date}) FROM staging
