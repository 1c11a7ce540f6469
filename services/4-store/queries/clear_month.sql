-- Takes away a month whose last posting has moved to another one: an action of ALTER TABLE trends.
DROP PARTITION ({generation:UInt32}, {month:Date})
