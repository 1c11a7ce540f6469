-- Says which months are still to recompute. Only whoever's turn it is can: it reads the table of that turn.
INSERT INTO warehouse_progress (generation, stale_months, sequence)
SELECT {generation:UInt32}, {months:Array(Date)}, {sequence:UInt64}
WHERE (SELECT count() FROM {changes:Identifier}) >= 0
