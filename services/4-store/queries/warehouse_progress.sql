-- What of a generation's warehouse is still to do?
SELECT sequence, stale_months FROM warehouse_progress FINAL WHERE generation = {generation:UInt32}
