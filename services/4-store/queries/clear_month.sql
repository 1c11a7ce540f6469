-- Takes away a month whose last posting has moved to another one: an action of ALTER TABLE.
DROP PARTITION ({generation:UInt32}, {month:Date})
