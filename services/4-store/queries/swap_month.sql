-- Puts a recomputed month in the place of the old one: an action of ALTER TABLE.
REPLACE PARTITION ({generation:UInt32}, {month:Date}) FROM staging
