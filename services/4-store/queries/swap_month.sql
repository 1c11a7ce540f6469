-- Puts a recomputed month in the place of the old one: an action of ALTER TABLE trends, of which trends.ts joins
-- one a month. A partition's source can't be bound, so it puts its staging table's name for this one.
REPLACE PARTITION ({generation:UInt32}, {month:Date}) FROM trends_staging
